// aftercare/question.hpp — questions about an event that has not been sent: what stands in its way,
// which facts would have to be others, and which facts that are still missing can matter at all.
//
//   WhyNot no = engine.why_not({.name = "accepted", .key = "A1", .at = now, .actor = {"clerk"}},
//                              std::vector<std::string>{"bought"}).value();
//   for (const Obstacle& one : no.obstacles) print(one.reason.label, one.reason.clause);
//   for (const auto& way : no.ways) print(way);          // each lets it in, and no part of it does
//
//   AskNext ask = engine.ask_next({.name = "assessed", .key = "A1", .at = now}).value();
//   if (ask.certain) print(ask.outcomes[*ask.certain].state);   // whatever is still missing
//
// Facts are the fields of the case ("fee") and the data that the event brings ("assessed.defect").
// What is read of ledgers and registers, the state, clocks, the instant and who acts are told as
// they are. The answers are those of the step itself: it is run with facts left open, as far as the
// chart comes to rest; what it would enter into ledgers is not looked at.
// Needs: event.hpp, unknown.hpp.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "aftercare/event.hpp"
#include "aftercare/unknown.hpp"
#include "aftercare/value.hpp"

namespace aftercare {

/// What stands in the way of an event, or what a fact lacks.
struct Obstacle {
  /// As in Outcome; and `guard`: a condition of a transition for this event does not hold.
  Reason reason;
  /// What its condition reads, with the values that it has.
  Context reads;
  /// Whether one of these is a fact that might be another. False: wrong state or actor, a ledger,
  /// a register, time.
  bool may_change = false;
  /// A state that takes the event, where the case is in none that does.
  struct TakenIn {
    std::string state;
    std::string clause;              ///< of the article that says so; may be empty
    std::vector<std::string> after;  ///< what leads there: "contractor_refused", "performance breached"
  };
  std::vector<TakenIn> taken_in;
};

struct WhyNot {
  /// What would become of the event as it is.
  Outcome::Is is = Outcome::Is::applied;
  /// All of them; none: nothing stands in its way.
  std::vector<Obstacle> obstacles;
  /// Every smallest set of facts that would have to be others for it to meet no obstacle, each with
  /// the nearest values; those of few changes first. What a missing datum is now is null.
  std::vector<std::vector<FactChange>> ways;
  /// Whether these are all.
  bool is_proved = false;
};

/// What can come of an event.
struct WouldBe {
  Outcome::Is is = Outcome::Is::applied;
  std::string state;       ///< where it is applied or unexpected: the state that it leads to
  bool has_unmet = false;  ///< a fact that is recorded although something that it needs fails
};

/// One way in which missing facts may turn out; those that it leaves out do not matter to it.
struct AskCase {
  Context facts;
  std::size_t outcome = 0;  ///< of AskNext::outcomes
};

/// A fact that is not known yet.
struct MissingFact {
  std::string name;
  bool is_data = false;  ///< of the event; else a field of the case
  Influence influence = Influence::not_proved;
  /// Of one that changes what comes of the event: two cases that differ in it alone.
  std::optional<std::pair<AskCase, AskCase>> shown;
};

struct AskNext {
  /// What can still come of the event.
  std::vector<WouldBe> outcomes;
  /// Which of them it is whatever the missing facts turn out to be, where that is certain.
  std::optional<std::size_t> certain;
  /// Data that are not given, and fields that are null and that conditions read.
  std::vector<MissingFact> missing;
  /// What the forms of the case lack that are looked at on the way and are not complete: the answer
  /// takes them as they are, and may be another once they are filled in and signed.
  std::vector<Reason> unfinished;
  /// Whether nothing had to be left open: all outcomes are told, and no fact is `not_proved`.
  bool is_proved = false;
};

}  // namespace aftercare
