// What a stepper remembers of one step for the next must not show: a stepper that has seen all the
// other cases, and one that is made for this step alone, leave the same bytes.
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "aftercare/simulate.hpp"

#include "journal/journal_format.hpp"
#include "replay/log.hpp"
#include "rulebook/access.hpp"
#include "step/record.hpp"
#include "step/step.hpp"
#include "support.hpp"

namespace aftercare {
namespace {

using step::CaseState;
using step::Incoming;

class World {
 public:
  World(const Rulebook& rules, bool remembers)
      : model_(rulebook::model_of(rules)),
        parameters_(rulebook::parameters_of(rules)),
        remembers_(remembers) {
    renew();
  }

  void send(const Log::Impl& log, const LogRow& row) {
    const engine::Target& target = log.targets[row.target];
    Incoming in;
    in.is = target.is;
    in.index = target.index;
    in.outcome = target.outcome;
    in.at = row.at;
    in.recorded = row.recorded;
    in.actor = {row.role, log.persons[row.person]};
    for (std::uint16_t d = 0; d < row.data_count; ++d) {
      const LogDatum& datum = log.data[row.data + d];
      if (datum.input >= subject_input) continue;
      if (in.data.size() <= datum.input) in.data.resize(datum.input + 1U);
      in.given.resize(in.data.size());
      in.data[datum.input] = datum.value;
      in.given[datum.input] = true;
    }
    CaseState& state = cases[row.group];
    step::StepResult result;
    if (!state.slots.empty()) {
      renew();
      while (stepper_->elapse(state, row.recorded, book, result)) renew();
      result = stepper_->apply(state, in, book);
    } else if (target.is == Incoming::Is::event &&
               model_->procedures[target.procedure].events[target.index].opens != step::none) {
      renew();
      result = stepper_->open(state, target.procedure,
                              Value::string("case " + std::to_string(row.group)), in, book);
    }
    refused += result.is == Outcome::Is::refused ? 1 : 0;
  }

  [[nodiscard]] std::string bytes(std::uint32_t group) {
    const CaseState& state = cases[group];
    return state.slots.empty() ? std::string() : journal::encode(state, *model_) + state.record;
  }

  std::map<std::uint32_t, CaseState> cases;
  ledger::MemoryBook book;
  std::size_t refused = 0;

 private:
  void renew() {
    if (!stepper_ || !remembers_) stepper_ = std::make_unique<step::Stepper>(model_, parameters_);
  }

  std::shared_ptr<const step::Model> model_;
  step::ParameterValues parameters_;
  bool remembers_;
  std::unique_ptr<step::Stepper> stepper_;
};

/// Gives how many events were refused.
void compare(const Rulebook& rules, std::size_t& refused) {
  SimulateOptions options;
  options.cases = 150;
  options.per_day = 150;  // so that they interleave
  auto log = read_log_text("log.csv", simulate(rules, options).value(), rules);
  ASSERT_TRUE(log) << render(log.diagnostics(), log.sources());
  const Log::Impl& in = log->impl();
  World one(rules, true), other(rules, false);
  std::size_t steps = 0;
  for (const LogRow& row : in.rows) {
    if (in.targets[row.target].procedure == step::none) continue;
    one.send(in, row);
    other.send(in, row);
    ASSERT_EQ(one.bytes(row.group), other.bytes(row.group)) << "line " << row.line;
    ++steps;
  }
  EXPECT_GT(steps, 500U);
  EXPECT_EQ(one.refused, other.refused);
  refused = one.refused;
  ASSERT_EQ(one.book.all().size(), other.book.all().size());
  EXPECT_FALSE(one.book.all().empty());
  for (std::size_t i = 0; i < one.book.all().size(); ++i)
    ASSERT_EQ(journal::encode(one.book.all()[i]), journal::encode(other.book.all()[i]));

  // The outline of a step is the step without its person and data.
  for (const auto& [group, state] : one.cases) {
    step::record::Reader whole(state.record), outline(state.record);
    step::record::Step a, b;
    while (whole.next(a)) {
      ASSERT_TRUE(outline.next_outline(b));
      EXPECT_EQ(a.kind, b.kind);
      EXPECT_EQ(a.index, b.index);
      EXPECT_EQ(a.at, b.at);
      EXPECT_EQ(a.recorded, b.recorded);
      EXPECT_EQ(a.items, b.items);
    }
    EXPECT_FALSE(outline.next_outline(b));
    EXPECT_TRUE(outline.is_good());
  }
}

TEST(Derived, does_not_show_in_the_promises_of_air_conditioners) {
  CheckOptions options;
  options.overlays = {
      test::source_path("examples/overlays/air_conditioner_commitment.overlay.yaml")};
  std::size_t refused = 0;
  compare(check(test::source_path("rules/appliance/air_conditioner_commitment"), options).value(),
          refused);
  EXPECT_GT(refused, 0U);  // so that steps which change nothing are among them
}

TEST(Derived, does_not_show_in_the_liabilities_of_installers) {
  std::size_t refused = 0;
  compare(test::installers(), refused);
}

}  // namespace
}  // namespace aftercare
