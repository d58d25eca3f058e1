// A pack with what a step can do, and events for it by name: for tests of the step and of its
// bytes.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "aftercare/rulebook.hpp"
#include "aftercare/time.hpp"

#include "ledger/entry.hpp"
#include "rulebook/access.hpp"
#include "step/step.hpp"

namespace aftercare::step_cases {

constexpr const char* pack = R"yaml(aftercare: 1
pack: repairs
title: Repairs
source: R
version: 1
effective: {from: 2020-01-01}
timezone: Asia/Shanghai
currency: CNY
conventions: cn
roles: {desk: Desk, technician: Technician}
sanctions: {warning: Warning}
procedure repair:
  key: number
  case:
    number:     string
    technician: technician
    fee:        money = 0 CNY
    hours:      number = 0
    parts:      list of string
    bought:     optional date
    cause:      optional wear | misuse
  facts:
    called:   {opens: waiting, by: desk, gives: [number, technician, parts, bought]}
    arrived:  {by: technician}
    examined: {by: technician, gives: [cause, hours]}
    left:     {by: technician, with: {remark: string}}
  requests:
    charged:  {by: desk, gives: [fee]}
  states:
    waiting: {when: {arrived: there}, after: {30d: lapsed}}
    there:
      when:
        charged:
          - if: fee > 100 CNY
            go: checking
          - else: done
        left: waiting
    checking: {after: {1d: done}}
    done:     final
    lapsed:   final
articles:
  C01:
    text: on site within two hours
    clock repair.on_site: {start: called, stop: arrived, within: 2h, late_entry: 24h}
    offence repair.late: {when: on_site breached, who: technician, numbered: {per: who}, fine: 10 CNY * nth, sanction: warning}
  C02:
    text: nothing is charged for wear
    needs repair.charged:
      the cause is known: cause != null
      it was misuse: cause = misuse
  C03:
    text: whoever charges by the hour charges at least one
    needs repair.charged:
      at least 10 CNY an hour: amount(fee) >= 10 * hours
)yaml";

inline Rulebook rules() {
  auto checked = check_texts({{"repairs/pack.yaml", pack}});
  if (!checked) throw std::runtime_error(render(checked.diagnostics(), checked.sources()));
  return *checked;
}

inline const Zone& zone() {
  static const Zone shanghai = Zone::load("Asia/Shanghai").value();
  return shanghai;
}
inline Instant at(const char* text) { return parse_instant(text, zone()).value(); }
inline Instant later(Instant from, std::int64_t seconds) {
  return {from.micros + seconds * 1'000'000};
}

/// One case with the stepper and the book it runs by.
class Desk {
 public:
  explicit Desk(const Rulebook& rules)
      : model(rulebook::model_of(rules)), stepper(model, rulebook::parameters_of(rules)) {}

  const step::Procedure& procedure() const { return model->procedures.front(); }

  /// Requires: an event of the pack, and data that it brings.
  step::Incoming incoming(std::string_view name, Instant when,
                          std::vector<std::pair<std::string, Value>> data = {},
                          std::string_view role = "desk", std::string_view person = {}) const {
    step::Incoming out;
    out.index = step::none;
    const auto& events = procedure().events;
    for (std::size_t i = 0; i < events.size(); ++i)
      if (events[i].name == name) out.index = static_cast<step::Index>(i);
    if (out.index == step::none) throw std::invalid_argument(std::string(name));
    out.at = out.recorded = when;
    for (std::size_t i = 0; i < model->roles.size(); ++i)
      if (model->roles[i].name == role) out.actor.role = static_cast<step::Index>(i);
    if (!person.empty()) out.actor.person = Value::string(person);
    for (const step::Input& input : events[out.index].inputs) {
      out.data.emplace_back();
      out.given.push_back(false);
      for (const auto& [datum, value] : data) {
        if (datum != input.name) continue;
        out.data.back() = value;
        out.given.back() = true;
      }
    }
    return out;
  }
  step::StepResult open(std::string_view number, Instant when, std::string_view who = "li") {
    return stepper.open(
        state, 0, Value::string("repair/" + std::string(number)),
        incoming("called", when,
                 {{"number", Value::string(number)},
                  {"technician", Value::string(who)},
                  {"parts", Value::list({Value::string("pump"), Value::string("阀门")})},
                  {"bought", Value::date({19'000})}}),
        book);
  }
  step::StepResult send(std::string_view name, Instant when,
                        std::vector<std::pair<std::string, Value>> data = {},
                        std::string_view role = "technician", std::string_view person = "li") {
    return stepper.apply(state, incoming(name, when, std::move(data), role, person), book);
  }
  step::StepResult charge(std::int64_t minor, Instant when) {
    return send("charged", when, {{"fee", yuan(minor)}}, "desk", {});
  }
  step::StepResult examine(bool is_misuse, int hours, Instant when) {
    return send("examined", when, {{"cause", cause(is_misuse)}, {"hours", Value::integer(hours)}});
  }
  /// Lets time pass; how many times something was due.
  std::size_t pass(Instant to) {
    std::size_t times = 0;
    step::StepResult result;
    while (stepper.elapse(state, to, book, result)) ++times;
    return times;
  }

  Value yuan(std::int64_t minor) const {
    const Type& type = field("fee").type;
    return Value::money(minor, type.currency(), type.scale());
  }
  Value cause(bool is_misuse) const {
    const Type& type = field("cause").type;
    return Value::symbol(type.symbol_set(), is_misuse ? 1 : 0);
  }
  const step::Field& field(std::string_view name) const {
    for (const step::Field& one : procedure().fields)
      if (one.name == name) return one;
    throw std::invalid_argument(std::string(name));
  }
  /// Names of the active states.
  std::string where() const {
    std::string out;
    for (const chart::StateId s : state.configuration.leaves(procedure().chart))
      out += (out.empty() ? "" : ", ") + std::string(procedure().chart.name(s));
    return out;
  }

  std::shared_ptr<const step::Model> model;
  step::Stepper stepper;
  ledger::MemoryBook book;
  step::CaseState state;
};

}  // namespace aftercare::step_cases
