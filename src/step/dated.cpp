// Parameters that hold from a day on: which values are read at an instant. The interface of this
// file is use_parameters() of the step under way.

#include <algorithm>

#include "step/stepper_impl.hpp"

namespace aftercare::step {

namespace {

/// Whether a formula asks a table of the packs, whose cells may read parameters.
bool asks_a_table(const Formula& formula) {
  constexpr auto first = static_cast<std::int64_t>(HostFunction::first_table);
  const auto& code = formula.program->code;
  return std::any_of(code.begin(), code.end(), [](const bytecode::Instruction& one) {
    return one.op == bytecode::Op::call_host && one.imm >= first;
  });
}

}  // namespace

void Stepper::Impl::date_parameters() {
  struct Change {
    Instant from;
    std::size_t parameter;
    const Value* is;
  };
  std::vector<Change> changes;
  for (std::size_t p = 0; p < model->parameters.size(); ++p) {
    const Parameter& parameter = model->parameters[p];
    for (const Parameter::Dated& dated : parameter.later)
      changes.push_back({model->packs[parameter.pack].zone.start_of(dated.from), p, &dated.is});
  }
  if (changes.empty()) return;
  std::stable_sort(changes.begin(), changes.end(),
                   [](const Change& a, const Change& b) { return a.from < b.from; });
  epochs.push_back({Instant{}, parameters});
  for (const Change& change : changes) {
    if (epochs.size() == 1 || epochs.back().from != change.from)
      epochs.push_back({change.from, epochs.back().values});
    epochs.back().values[change.parameter] = *change.is;
  }
  reads_dated.assign(model->rules.size(), false);
  for (std::size_t r = 0; r < model->rules.size(); ++r) {
    const Rule& rule = model->rules[r];
    const std::size_t first = rule.procedure == none
                                  ? rule.frame_slots
                                  : model->procedures[rule.procedure].frame_slots;
    for (const MaybeFormula* formula : {&rule.condition, &rule.unless, &rule.fine, &rule.pay,
                                        &rule.amount, &rule.at_most, &rule.who.formula}) {
      if (!*formula) continue;
      if (asks_a_table(**formula)) reads_dated[r] = true;
      for (const SlotIndex slot : (*formula)->reads) {
        if (slot >= first && slot - first < model->parameters.size() &&
            !model->parameters[slot - first].later.empty())
          reads_dated[r] = true;
      }
    }
  }
}

/// Makes the parameters those of an instant, in every frame. Requires: some are dated.
void Stepper::Impl::use_parameters(Instant when) {
  std::size_t wanted = 0;
  while (wanted + 1 < epochs.size() && epochs[wanted + 1].from <= when) ++wanted;
  if (wanted == epoch) return;
  epoch = wanted;
  parameters = epochs[epoch].values;
  const auto put = [&](std::vector<Value>& slots) {
    if (slots.size() < parameters.size()) return;
    std::copy(parameters.begin(), parameters.end(),
              slots.end() - static_cast<std::ptrdiff_t>(parameters.size()));
  };
  for (Frame& one : frames) {
    put(one.slots);
    std::fill(one.fresh.begin(), one.fresh.end(), std::uint8_t{0});
  }
  for (std::vector<Value>& one : foreign_frames) put(one);
  for (Frame& one : hand_frames) put(one.slots);
}

/// A standing rule goes by the parameters of the day to which it belongs: a later price changes
/// nothing that was owed before. Requires: some are dated, and at the instant of the step.
void Stepper::Impl::use_parameters_of(const Rule& rule, Index which) {
  if (!reads_dated[which] || !rule.on) return;
  for (const SlotIndex slot : rule.on->reads)
    if (slot < procedure->case_slots && frame->slots[slot].is_null()) return;
  const rt::Date day = day_for(rule);
  const std::size_t before = epoch;
  use_parameters(pack().zone.start_of(day));
  if (epoch != before)
    items.varints(static_cast<std::uint8_t>(record::Op::as_of), which,
                  base::ByteWriter::zigzag(day.days));
}

}  // namespace aftercare::step
