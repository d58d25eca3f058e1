// Who answers for a matter: asked by the host, of no case.
#include <algorithm>

#include "base/text.hpp"
#include "engine/engine_impl.hpp"
#include "step/chain.hpp"
#include "step/convert.hpp"
#include "table/table.hpp"

namespace aftercare {

Result<Responsibility> Engine::Impl::responsible(std::string_view name, const Context& data,
                                                 Instant now) {
  const auto wrong = [](std::string what) {
    return Error{ErrorCode::invalid_argument, std::move(what)};
  };
  const step::Responsible* matter = nullptr;
  std::vector<std::string> known;
  for (const step::Responsible& one : model->responsibles) {
    const std::string& pack = model->packs[one.pack].name;
    known.push_back(one.name);
    if (name != one.name && name != pack + "." + one.name) continue;
    // Of several versions, the one in force.
    const step::Pack& of = model->packs[one.pack];
    if (of.is_one_of_several && !of.governs(of.zone.date(now))) continue;
    if (matter != nullptr)
      return wrong("two packs have the matter '" + one.name + "': write " + pack + "." + one.name);
    matter = &one;
  }
  if (matter == nullptr) {
    const auto near = base::closest(name, known);
    return wrong("no matter '" + std::string(name) + "' in these packs" +
                 (near ? "; did you mean '" + *near + "'?" : std::string()));
  }
  const Zone& zone = model->packs[matter->pack].zone;
  const std::span<const std::pair<std::string, Type>> inputs(matter->inputs);
  for (const auto& [given, value] : data) {
    const auto is_it = [&](const auto& input) { return input.first == given; };
    if (std::none_of(inputs.begin(), inputs.end(), is_it))
      return wrong("who answers for " + matter->name + " does not depend on '" + given + "'");
  }
  std::vector<Value> arguments;
  for (const auto& [input, type] : inputs) {
    const auto given = std::find_if(data.begin(), data.end(),
                                    [&](const auto& one) { return one.first == input; });
    if (given == data.end()) {
      return wrong("who answers for " + matter->name + " depends on '" + input + "' (" +
                   type.to_text() + ")");
    }
    auto fitted = step::convert(given->second, type, zone);
    if (!fitted) return wrong(input + ": " + fitted.error().message);
    arguments.push_back(std::move(*fitted));
  }

  Responsibility out;
  out.pack = model->packs[matter->pack].name;
  out.matter = matter->name;
  out.clauses = step::clause_ids(*model, matter->cites);
  const step::Chain* chain = nullptr;
  const auto chain_of = [&](const Value& word) {
    return &model->chains[model->word_sets[word.symbol_set()].chains[word.symbol_index()]];
  };
  if (matter->table == step::none) {
    chain = &model->chains[matter->chain];
  } else {
    const step::Table& table = model->tables[matter->table];
    auto answer = stepper.call(matter->table, arguments, now);
    if (!answer) return answer.error();
    for (std::size_t r = 0; r < matter->results.size(); ++r) {
      const Value* word = &*answer;
      if (answer->is(Kind::context)) word = answer->find(matter->results[r]);
      if (word == nullptr || !word->is(Kind::symbol)) continue;
      if (r == matter->who) {
        chain = chain_of(*word);
      } else {
        out.also.emplace_back(matter->results[r], step::chain_text(*chain_of(*word)));
      }
    }
    if (chain == nullptr)
      return wrong("no row of " + matter->name + " says who answers for this");
    // The article of the row that says so, before all others.
    table::EvaluationSetting setting;
    setting.zone = zone;
    table::Evaluation evaluation(std::move(setting));
    std::vector<Value> slots(table.first_parameter);
    std::copy(arguments.begin(), arguments.end(), slots.begin());
    const step::ParameterValues& values = stepper.parameters_at(now);
    slots.insert(slots.end(), values.begin(), values.end());
    for (const std::uint32_t row : table.table->match(arguments, slots, evaluation)) {
      if (row < table.row_cites.size() && !table.row_cites[row].empty())
        out.clauses = step::clause_ids(*model, table.row_cites[row]);
    }
  }
  if (chain->parts.empty()) return wrong("nobody answers for " + matter->name);
  out.who = step::chain_text(*chain);
  static constexpr const char* authorities[] = {"own", "stand_in", "delegate", "superior"};
  for (const step::Stepper::Seat& seat : stepper.holders(*chain, matter->pack, now, book)) {
    for (const step::Stepper::Candidate& one : seat.who)
      out.persons.push_back({model->roles[seat.role].name, one.person, one.on_behalf_of,
                             authorities[static_cast<std::size_t>(one.authority)]});
  }
  return out;
}

Result<Responsibility> Engine::responsible(std::string_view matter, const Context& data,
                                           Instant now) const {
  return impl_->responsible(matter, data, now);
}

}  // namespace aftercare
