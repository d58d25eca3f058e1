// A pack with most of what a case can be (pauses, decisions, timers, lets, numbered and standing
// rules, reminders), events for it by name, and all that counts of a case as one text.
#pragma once

#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>

#include "aftercare/engine.hpp"
#include "aftercare/rulebook.hpp"
#include "aftercare/time.hpp"

namespace aftercare::job_cases {

inline constexpr const char* pack = R"yaml(aftercare: 1
pack: jobs
title: Jobs
source: J
version: 1
effective: {from: 2020-01-01}
timezone: Asia/Shanghai
currency: CNY
conventions: cn
roles: {desk: Desk, technician: Technician, boss: Boss}
procedure job:
  key: number
  corrections: {by: desk}
  case:
    number:     string
    technician: technician
    fee:        money = 0 CNY
    parts:      number = 0
  facts:
    called:  {opens: waiting, by: desk, gives: [number, technician]}
    arrived: {by: technician}
    held:    {by: technician}
    resumed: {by: technician}
    ordered: {by: technician, gives: [parts]}
    left:    {by: technician, with: {remark: optional string}}
    again:   {by: desk}
    paid:    {by: desk, gives: [fee]}
  requests:
    asked:   {by: technician}
    weighed: {by: desk}
    closed:  {by: desk}
  reads:
    leavings: {count: left}
  states:
    waiting: {when: {arrived: there, weighed: weighing}, after: {20d: lapsed}}
    there:
      when:
        left: waiting
        asked: asking
        weighed: weighing
        closed:
          - if: fee > 100 CNY
            go: over
          - else: stay
    asking:
      decide: {by: boss, until: at + 2d, then: {approve: there, reject: waiting, lapse: there}}
    weighing:
      decide: {by: desk and boss then technician, until: at + 9d, then: {approve: there, reject: waiting, lapse: there}}
    lapsed: final
    over: final
articles:
  C01:
    text: on site within two hours, or fifty yuan
    clock job.on_site: {start: called, stop: arrived, within: 2h, late_entry: 24h, remind: [{at: 50%, name: soon, notify: technician}]}
    offence job.late: {when: on_site breached, who: technician, fine: 50 CNY}
    notify job.told_late: {when: on_site breached, who: boss}
  C02:
    text: done within eight hours, pauses apart; begun again it goes on
    clock job.doing: {start: arrived, stop: closed, pause: held, resume: resumed, restart: again, within: 8h, on_reopen: resume, cancel: enter over or enter lapsed}
    offence job.slow: {when: doing breached, who: technician, numbered: {per: who}, fine: 10 CNY * nth}
  C03:
    text: three parts are many
    let job.is_heavy: parts >= 3
    offence job.heavy: {when: is_heavy, who: technician, fine: 5 CNY}
    let job.is_restless: leavings >= 2
    offence job.restless: {when: is_restless, who: technician, fine: 7 CNY}
  C04:
    text: what is paid beyond two hundred stands to be looked at
    offence job.dear: {if: fee > 200 CNY, who: technician, on: date(called.at), fine: 1 CNY}
  C05:
    text: who leaves answers for it
    offence job.leaving: {when: left, who: technician, numbered: {per: who}, fine: 3 CNY * nth}
    reward job.arriving: {when: enter there, who: technician, pay: 2 CNY}
)yaml";

inline const Zone shanghai = Zone::load("Asia/Shanghai").value();
inline Instant at(const char* text) { return parse_instant(text, shanghai).value(); }

inline Rulebook rules() {
  static const Rulebook book = [] {
    auto checked = check_texts({{"jobs/pack.yaml", pack}});
    if (!checked) throw std::runtime_error(render(checked.diagnostics(), checked.sources()));
    return *checked;
  }();
  return book;
}

inline Event happens(const char* name, Instant when, const std::string& number) {
  static const std::map<std::string, const char*> by{
      {"called", "desk"}, {"again", "desk"},   {"paid", "desk"},
      {"closed", "desk"}, {"weighed", "desk"}, {"approve", "boss"},
      {"reject", "boss"}, {"retract", "desk"}, {"correct", "desk"}};
  Event event;
  event.name = name;
  event.key = number;
  event.at = when;
  const auto found = by.find(name);
  event.actor.role = found == by.end() ? "technician" : found->second;
  if (event.actor.role == "technician") event.actor.person = "li";
  event.reason = "a slip";
  return event;
}
inline Event take_back(const std::string& fact, Instant when, const std::string& number) {
  Event event = happens("retract", when, number);
  event.data = {{"fact", Value::string(fact)}};
  return event;
}

/// All that counts of a case, as text: what is withdrawn does not, and money only as a sum.
inline std::string all_of(Engine& engine, const std::string& key, Instant now) {
  const auto view = engine.find(key, now);
  if (!view) return view.error().message;
  std::string out = view->state + (view->is_final ? " ended" : "");
  if (view->closed) out += " at " + iso_text(*view->closed, shanghai);
  for (const auto& [name, value] : view->data) out += "\n" + name + " = " + value.to_text();
  for (const ClockView& clock : view->clocks) {
    out += "\n" + clock.name + " " + std::to_string(static_cast<int>(clock.state));
    for (const auto& one : {clock.started, clock.due, clock.ended, clock.projected})
      out += one ? " " + iso_text(*one, shanghai) : " -";
    if (clock.left) out += " " + std::to_string(clock.left->seconds);
  }
  const auto next = engine.next(key, {}, now);
  if (!next) return next.error().message;
  for (const Possibility& one : *next)
    if (!one.chain.empty()) out += "\n" + one.event + ": " + one.chain;
  std::map<std::string, std::int64_t> sums;
  for (const EntryView& entry : view->entries) {
    const std::string who = entry.name + " " + entry.kind + " " + entry.subject.to_text();
    if (entry.amount) {
      sums[who] += entry.amount->money_minor();
    } else if (!entry.is_withdrawn) {
      ++sums[who + " " + (entry.on ? iso_text(*entry.on) : std::string()) + " #" +
             std::to_string(entry.nth.value_or(0))];
    }
  }
  for (const auto& [what, sum] : sums)
    if (sum != 0) out += "\n" + what + ": " + std::to_string(sum);
  return out;
}

}  // namespace aftercare::job_cases
