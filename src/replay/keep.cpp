// The interface of this file is keep(): a replayed history as a store of cases.
//
// Each component numbered its entries from 1. In a store numbers are of all: what refers to an
// entry (later entries, standing rules, the record of a step) is renumbered on the way.

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/store_book.hpp"
#include "engine/tell.hpp"
#include "journal/journal_format.hpp"
#include "replay/replay_impl.hpp"
#include "step/record.hpp"

namespace aftercare {

namespace {

/// The items of a step with the numbers of entries moved by `base`.
void renumber(std::string_view items, std::uint64_t base, base::ByteWriter& out) {
  using step::record::Op;
  step::record::each_item(items, [&](step::record::Item item) {
    const bool names_entry = item.op == Op::rule_entered || item.op == Op::rule_withdrawn ||
                             item.op == Op::rule_restored;
    if (names_entry && item.second != 0) item.second += base;
    step::record::write(out, item);
  });
}

std::vector<StoredStep> steps_of(const step::CaseState& state, std::uint64_t base) {
  std::vector<StoredStep> out;
  step::record::Reader reader(state.record);
  step::record::Step step;
  Instant last{};
  base::ByteWriter data, items, scratch;
  while (reader.next(step)) {
    data.clear();
    items.clear();
    for (const auto& [input, value] : step.data) {
      data.varint(input);
      step::record::write(data, value);
    }
    renumber(step.items, base, items);
    StoredStep& stored = out.emplace_back();
    stored.case_id = std::string(state.id.as_string());
    stored.step = out.size();
    step::record::append(stored.bytes, last, step.kind, step.is_unexpected, step.index,
                         step.outcome, step.at, step.recorded, step.actor, data, step.data.size(),
                         items, scratch);
    last = step.at;
  }
  return out;
}

StoredEntry stored_entry(const step::Model& model, const ledger::Entry& entry, std::uint64_t base) {
  ledger::Entry moved = entry;
  moved.id += base;
  if (moved.replaced_by != 0) moved.replaced_by += base;
  if (moved.about != 0) moved.about += base;
  return {moved.id,
          model.ledgers[moved.ledger].name,
          engine::subject_text(moved.subject),
          moved.on.days,
          moved.case_id.is_null() ? std::string() : std::string(moved.case_id.as_string()),
          journal::encode(moved, journal::logic_of(moved, model))};
}

}  // namespace

Result<std::size_t> keep(const Replay& replay, CaseStore& store) {
  const Replay::Impl& impl = replay.impl();
  const auto there = store.cases();
  if (!there) return there.error();
  if (!there->empty()) return Error{ErrorCode::conflict, "the store holds cases already"};
  // Entries by case, renumbered; what was entered by hand belongs to no case.
  std::vector<std::uint64_t> base(impl.components.size() + 1);
  std::unordered_map<std::string, std::vector<StoredEntry>> entries;
  Commit by_hand;
  for (std::uint32_t c = 0; c < impl.components.size(); ++c) {
    const std::vector<ledger::Entry> made = impl.entries(c);
    base[c + 1] = base[c] + made.size();
    for (const ledger::Entry& entry : made) {
      StoredEntry stored = stored_entry(*impl.model, entry, base[c]);
      if (entry.case_id.is_null()) {
        by_hand.added.push_back(std::move(stored));
      } else {
        entries[stored.case_id].push_back(std::move(stored));
      }
    }
  }
  step::Stepper stepper(impl.model, impl.parameters);
  stepper.use(impl.directory.get());
  for (std::size_t i = 0; i < impl.order.size(); ++i) {
    const std::uint64_t from = base[impl.order[i].component];
    step::CaseState state = impl.state(i);
    for (step::Standing& standing : state.standing) standing.entry += from;
    Commit commit;
    StoredCase after;
    after.id = std::string(state.id.as_string());
    after.procedure = impl.model->procedures[state.procedure].name;
    after.key = engine::key_text(*impl.model, state);
    after.version = state.steps;
    after.is_open = !state.is_final;
    after.next_timer = stepper.next_timer(state);
    after.state = journal::encode(state, *impl.model);
    commit.steps = steps_of(state, from);
    const auto made = entries.find(after.id);
    if (made != entries.end()) commit.added = std::move(made->second);
    commit.after = std::move(after);
    const auto done = store.commit(commit);
    if (!done) return done.error();
  }
  if (!by_hand.added.empty()) {
    const auto done = store.commit(by_hand);
    if (!done) return done.error();
  }
  return impl.order.size();
}

}  // namespace aftercare
