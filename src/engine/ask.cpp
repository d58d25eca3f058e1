// Questions about an event that has not been sent: the step answers, this file names.

#include <algorithm>

#include "engine/engine_impl.hpp"
#include "engine/tell.hpp"
#include "engine/words.hpp"
#include "rulebook/print.hpp"
#include "step/convert.hpp"

namespace aftercare {

using step::Incoming;
using step::Index;
using step::none;

Result<WhyNot> Engine::why_not(const Event& event, std::span<const std::string> fixed,
                               const OpenLimits& limits) const {
  return impl_->why_not(event, fixed, limits);
}
Result<AskNext> Engine::ask_next(const Event& so_far, const OpenLimits& limits) const {
  return impl_->ask_next(so_far, limits);
}

Result<Engine::Impl::Addressed> Engine::Impl::address_asked(const Event& event) {
  book.clear();
  const auto none_of_a_case = [&] {
    return Error{
        ErrorCode::invalid_argument,
        "only events, decisions and rights of a case can be asked about, not " + event.name};
  };
  if (event.name == "void" || event.name == "correct" || event.name == "retract")
    return none_of_a_case();
  auto to = address(event);
  if (!to || to->refused) return to;
  if (to->target->procedure == none) return none_of_a_case();
  const auto refuse = [&](Outcome::Is is, Reason why) {
    Outcome told;
    told.is = is;
    told.reasons.push_back(std::move(why));
    to->refused = std::move(told);
  };
  const Incoming& incoming = to->resolved.incoming;
  if (incoming.recorded < incoming.at) {
    refuse(Outcome::Is::refused, {"recorded", event.name, {}, "recorded before it happened"});
    return to;
  }
  if (!to->loaded) {
    to->loaded.emplace();
    step::CaseState& fresh = to->loaded->state;
    fresh.procedure = to->target->procedure;
    fresh.id = Value::string(to->key.empty() ? event.name : to->key);
    return to;
  }
  if (incoming.recorded < to->loaded->state.last_recorded) {
    refuse(
        Outcome::Is::refused,
        {"recorded", event.name, {}, "it is recorded before the last thing that the case knows"});
    return to;
  }
  step::StepResult ignored;
  std::vector<Effect> effects;
  const auto passed = pass(*to->loaded, incoming.recorded, ignored, effects);
  if (!passed) return passed.error();
  if (to->loaded->state.has_incident)
    refuse(Outcome::Is::incident,
           {"incident", to->loaded->state.incident, {}, std::string(step::way_out_of_incident)});
  if (book.error()) return *book.error();
  return to;
}

namespace {

/// The states that take an event, and what leads to each of them from elsewhere.
std::vector<Obstacle::TakenIn> taken_in(const step::Model& model, step::Index procedure,
                                        const std::string& event) {
  const step::Procedure& p = model.procedures[procedure];
  const auto named = std::find_if(p.events.begin(), p.events.end(),
                                  [&](const step::Event& one) { return one.name == event; });
  std::vector<Obstacle::TakenIn> out;
  if (named == p.events.end() || named->happening == step::none) return out;
  std::vector<chart::StateId> states;
  for (chart::TransitionId t = 0; t < p.chart.transition_count(); ++t) {
    const auto on = p.chart.events(t);
    const chart::StateId source = p.chart.transition(t).source;
    if (std::find(on.begin(), on.end(), named->happening) == on.end()) continue;
    if (std::find(states.begin(), states.end(), source) != states.end()) continue;
    states.push_back(source);
    const step::Cites& cites = p.transition_cites[t];
    out.push_back({p.states[source], cites.empty() ? std::string() : model.clauses[cites.front()].id, {}});
  }
  for (std::size_t i = 0; i < states.size(); ++i) {
    std::vector<std::string>& after = out[i].after;
    for (chart::TransitionId t = 0; t < p.chart.transition_count(); ++t) {
      const auto targets = p.chart.targets(t);
      const bool leads_there = p.chart.transition(t).source != states[i] &&
                               std::find(targets.begin(), targets.end(), states[i]) != targets.end();
      if (!leads_there) continue;
      for (const step::HappeningId on : p.chart.events(t)) {
        std::string text = rulebook::happening_text(p, on);
        if (std::find(after.begin(), after.end(), text) == after.end())
          after.push_back(std::move(text));
      }
    }
  }
  return out;
}

}  // namespace

Result<WhyNot> Engine::Impl::why_not(const Event& event, std::span<const std::string> fixed,
                                     const OpenLimits& limits) {
  const auto to = address_asked(event);
  if (!to) return to.error();
  WhyNot out;
  if (to->refused) {
    out.is = to->refused->is;
    for (const Reason& reason : to->refused->reasons)
      out.obstacles.push_back({reason, {}, false, {}});
    out.is_proved = true;
    return out;
  }
  auto why = stepper.why_not(to->loaded->state, to->resolved.incoming, fixed, limits, book);
  if (!why) return why.error();
  if (book.error()) return *book.error();
  const auto host = [&](const Value& value) { return step::to_host(value, *model); };
  out.is = why->is;
  for (step::Stepper::WhyNot::Obstacle& one : why->obstacles) {
    Obstacle obstacle{std::move(one.reason), {}, one.may_change, {}};
    for (auto& [name, value] : one.reads) obstacle.reads.emplace_back(name, host(value));
    if (obstacle.reason.code == "no_transition")
      obstacle.taken_in = taken_in(*model, to->loaded->state.procedure, obstacle.reason.label);
    out.obstacles.push_back(std::move(obstacle));
  }
  for (std::vector<FactChange>& way : why->ways.ways) {
    for (FactChange& change : way) {
      change.from = host(change.from);
      change.to = host(change.to);
    }
    out.ways.push_back(std::move(way));
  }
  out.is_proved = why->ways.is_proved;
  return out;
}

Result<AskNext> Engine::Impl::ask_next(const Event& so_far, const OpenLimits& limits) {
  auto to = address_asked(so_far);
  if (!to) return to.error();
  AskNext out;
  if (to->refused) {
    out.outcomes.push_back({to->refused->is, {}, false});
    out.certain = 0;
    out.is_proved = true;
    return out;
  }
  const step::Procedure& p = model->procedures[to->loaded->state.procedure];
  Incoming& incoming = to->resolved.incoming;
  // What anybody can say or sign is no fact that is missing.
  if (incoming.reason.empty()) incoming.reason = "…";
  if (incoming.is == Incoming::Is::event && p.events[incoming.index].form != none) {
    const step::Form& form = p.forms[p.events[incoming.index].form];
    for (Index s = 0; s < form.signatures.size(); ++s) {
      const auto& by = incoming.signed_by;
      if (!form.signatures[s].is_optional && std::find(by.begin(), by.end(), s) == by.end())
        incoming.signed_by.push_back(s);
    }
  }
  auto asked = stepper.ask(to->loaded->state, incoming, limits, book);
  if (!asked) return asked.error();
  if (book.error()) return *book.error();
  for (const step::Stepper::WouldBe& one : asked->outcomes) {
    std::string state;
    for (const chart::StateId s : one.states)
      state += (state.empty() ? "" : ", ") + std::string(p.chart.name(s));
    out.outcomes.push_back({one.is, std::move(state), one.has_unmet});
  }
  const auto number = [](const Value& result) {
    return static_cast<std::size_t>(result.raw_word());
  };
  out.unfinished = std::move(asked->unfinished);
  if (asked->answer.certain) out.certain = number(*asked->answer.certain);
  const auto told = [&](const OpenCase& one) {
    AskCase out_case;
    for (const auto& [name, value] : one.inputs)
      out_case.facts.emplace_back(name, step::to_host(value, *model));
    out_case.outcome = number(one.result);
    return out_case;
  };
  for (const OpenInput& input : asked->answer.unknown) {
    const bool is_field =
        std::any_of(p.fields.begin(), p.fields.end(),
                    [&](const step::Field& field) { return field.name == input.name; });
    MissingFact fact{input.name, !is_field, input.influence, std::nullopt};
    if (input.shown) fact.shown.emplace(told(input.shown->first), told(input.shown->second));
    out.missing.push_back(std::move(fact));
  }
  out.is_proved = asked->answer.is_proved;
  return out;
}

}  // namespace aftercare
