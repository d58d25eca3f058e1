// Rulebook and Engine.

#include "aftercare/engine.hpp"

#include <pybind11/stl.h>

#include "aftercare/registers.hpp"
#include "aftercare/rulebook.hpp"

#include "bind.hpp"

namespace aftercare::python {

namespace {

template <class T>
py::object maybe(const std::optional<T>& value) {
  return value ? to_python(*value) : py::none();
}

py::dict reason(const Reason& r) {
  return py::dict(py::arg("code") = r.code, py::arg("label") = r.label,
                  py::arg("clause") = r.clause, py::arg("help") = r.help);
}

}  // namespace

std::shared_ptr<const Directory> directory_at(const Rulebook& rules, const std::string& path) {
  const auto read = read_registers(rules, path);
  if (!read) raise(read.diagnostics(), read.sources());
  return *read;
}

std::string path_from_python(const py::object& path) {
  return py::cast<std::string>(py::module_::import("os").attr("fspath")(path));
}

py::list reasons(const std::vector<Reason>& all) {
  py::list out;
  for (const Reason& r : all) out.append(reason(r));
  return out;
}

namespace {

py::dict outcome(const Outcome& o) {
  py::list effects;
  for (const Effect& effect : o.effects)
    effects.append(py::dict(py::arg("kind") = to_text(effect.is), py::arg("id") = effect.id,
                            py::arg("name") = effect.name, py::arg("to") = effect.to,
                            py::arg("clause") = effect.clause));
  return py::dict(py::arg("outcome") = to_text(o.is), py::arg("case") = o.case_id,
                  py::arg("step") = o.step, py::arg("state") = o.state,
                  py::arg("reasons") = reasons(o.reasons), py::arg("effects") = effects);
}

py::object instant_or_none(const std::optional<Instant>& at) {
  return at ? to_python(*at) : py::none();
}

std::optional<Instant> maybe_instant(const py::object& at) {
  if (at.is_none()) return std::nullopt;
  return instant_from_python(at);
}

}  // namespace

py::dict clock_dict(const ClockView& clock) {
  return py::dict(
      py::arg("clock") = clock.name, py::arg("state") = to_text(clock.state),
      py::arg("started") = instant_or_none(clock.started),
      py::arg("due") = instant_or_none(clock.due), py::arg("ended") = instant_or_none(clock.ended),
      py::arg("left") = clock.left ? to_python(Value::days_duration(*clock.left)) : py::none(),
      py::arg("late_by") =
          clock.late_by ? to_python(Value::days_duration(*clock.late_by)) : py::none(),
      py::arg("provisional") = clock.is_provisional, py::arg("clause") = clock.clause);
}

py::dict entry_dict(const EntryView& entry) {
  return py::dict(py::arg("ledger") = entry.ledger, py::arg("name") = entry.name,
                  py::arg("kind") = entry.kind, py::arg("subject") = to_python(entry.subject),
                  py::arg("amount") = entry.amount ? to_python(*entry.amount) : py::none(),
                  py::arg("sanction") = entry.sanction,
                  py::arg("on") = entry.on ? to_python(Value::date(*entry.on)) : py::none(),
                  py::arg("recorded") = to_python(entry.recorded), py::arg("case") = entry.case_id,
                  py::arg("nth") = entry.nth ? py::object(py::int_(*entry.nth)) : py::none(),
                  py::arg("clauses") = entry.clauses, py::arg("correction") = entry.is_correction,
                  py::arg("withdrawn") = entry.is_withdrawn, py::arg("reason") = entry.reason);
}

py::dict case_dict(const CaseView& view) {
  py::dict data;
  for (const auto& [name, value] : view.data) data[py::str(name)] = to_python(value);
  py::list clocks, entries;
  for (const ClockView& clock : view.clocks) clocks.append(clock_dict(clock));
  for (const EntryView& entry : view.entries) entries.append(entry_dict(entry));
  return py::dict(py::arg("id") = view.id, py::arg("key") = view.key,
                  py::arg("procedure") = view.procedure, py::arg("state") = view.state,
                  py::arg("final") = view.is_final, py::arg("steps") = view.steps,
                  py::arg("opened") = to_python(view.opened),
                  py::arg("closed") = instant_or_none(view.closed), py::arg("data") = data,
                  py::arg("clocks") = clocks, py::arg("entries") = entries,
                  py::arg("incident") = view.incident);
}

namespace {

py::dict facts_dict(const Context& all) {
  py::dict out;
  for (const auto& [name, value] : all) out[py::str(name)] = to_python(value);
  return out;
}

py::dict why_not_dict(const WhyNot& no) {
  py::list obstacles, ways;
  for (const Obstacle& one : no.obstacles) {
    py::dict obstacle = reason(one.reason);
    obstacle["reads"] = facts_dict(one.reads);
    obstacle["may_change"] = one.may_change;
    py::list taken_in;
    for (const Obstacle::TakenIn& in : one.taken_in)
      taken_in.append(py::dict(py::arg("state") = in.state, py::arg("clause") = in.clause,
                               py::arg("after") = in.after));
    obstacle["taken_in"] = taken_in;
    obstacles.append(obstacle);
  }
  for (const auto& way : no.ways) {
    py::list changes;
    for (const FactChange& change : way)
      changes.append(py::dict(py::arg("fact") = change.name,
                              py::arg("from") = to_python(change.from),
                              py::arg("to") = to_python(change.to)));
    ways.append(changes);
  }
  return py::dict(py::arg("outcome") = to_text(no.is), py::arg("obstacles") = obstacles,
                  py::arg("ways") = ways, py::arg("proved") = no.is_proved);
}

py::dict ask_next_dict(const AskNext& asked) {
  static constexpr const char* influences[] = {"none", "changes", "not_proved"};
  const auto would_be = [&](std::size_t number) {
    const WouldBe& one = asked.outcomes[number];
    return py::dict(py::arg("outcome") = to_text(one.is), py::arg("state") = one.state,
                    py::arg("unmet") = one.has_unmet);
  };
  py::list outcomes, missing;
  for (std::size_t i = 0; i < asked.outcomes.size(); ++i) outcomes.append(would_be(i));
  for (const MissingFact& fact : asked.missing) {
    py::list shown;
    if (fact.shown) {
      for (const AskCase* one : {&fact.shown->first, &fact.shown->second})
        shown.append(py::dict(py::arg("facts") = facts_dict(one->facts),
                              py::arg("becomes") = would_be(one->outcome)));
    }
    missing.append(
        py::dict(py::arg("fact") = fact.name, py::arg("data") = fact.is_data,
                 py::arg("influence") = influences[static_cast<std::size_t>(fact.influence)],
                 py::arg("shown") = shown));
  }
  py::list unfinished;
  for (const Reason& lack : asked.unfinished) unfinished.append(reason(lack));
  return py::dict(
      py::arg("outcomes") = outcomes,
      py::arg("certain") = asked.certain ? py::object(would_be(*asked.certain)) : py::none(),
      py::arg("missing") = missing, py::arg("unfinished") = unfinished,
      py::arg("proved") = asked.is_proved);
}

py::list turns(const std::vector<Possibility::Turn>& all) {
  py::list out;
  for (const Possibility::Turn& turn : all)
    out.append(py::dict(py::arg("worklist") = turn.worklist, py::arg("place") = turn.place,
                        py::arg("waiting") = turn.waiting, py::arg("first") = turn.first));
  return out;
}

py::dict responsible_dict(const Responsibility& one) {
  py::list persons;
  for (const Possibility::Candidate& person : one.persons)
    persons.append(py::dict(py::arg("post") = person.role, py::arg("person") = person.person,
                            py::arg("on_behalf_of") = person.on_behalf_of,
                            py::arg("authority") = person.authority));
  py::dict also;
  for (const auto& [name, who] : one.also) also[py::str(name)] = who;
  return py::dict(py::arg("pack") = one.pack, py::arg("matter") = one.matter,
                  py::arg("who") = one.who, py::arg("persons") = persons, py::arg("also") = also,
                  py::arg("clauses") = one.clauses);
}

py::dict list_dict(const WaitingList& list) {
  py::list cases;
  for (const WaitingList::Waiting& one : list.cases)
    cases.append(py::dict(py::arg("case") = one.case_id, py::arg("key") = one.key,
                          py::arg("opened") = to_python(one.opened),
                          py::arg("since") = to_python(one.since),
                          py::arg("by") = facts_dict(one.by)));
  return py::dict(py::arg("pack") = list.pack, py::arg("worklist") = list.worklist,
                  py::arg("whose") = list.whose, py::arg("for") = list.who,
                  py::arg("cases") = cases, py::arg("clauses") = list.clauses);
}

Event event_of(const std::string& name, const py::object& at, const py::object& data,
               const std::string& id, const std::string& key, const std::string& role,
               const std::string& person, const std::string& why, const std::string& on_behalf_of) {
  Event event;
  event.name = name;
  event.at = instant_from_python(at);
  event.data = context_from_python(data);
  event.case_id = id;
  event.key = key;
  event.actor = {role, person, on_behalf_of};
  event.reason = why;
  return event;
}

}  // namespace

void bind_engine(py::module_& module) {
  py::class_<Rulebook>(module, "Rulebook",
                       "Packs, checked and compiled. Immutable; threads may share one.")
      .def_property_readonly("logic_hash", &Rulebook::logic_hash)
      .def_property_readonly(
          "packs",
          [](const Rulebook& rules) {
            py::list out;
            for (const PackShape& pack : rules.packs())
              out.append(py::dict(py::arg("name") = pack.name, py::arg("title") = pack.title,
                                  py::arg("source") = pack.source,
                                  py::arg("version") = pack.version));
            return out;
          })
      .def_property_readonly(
          "clauses",
          [](const Rulebook& rules) {
            py::list out;
            for (const ClauseView& clause : rules.clauses())
              out.append(py::dict(py::arg("id") = clause.id, py::arg("text") = clause.text,
                                  py::arg("rules") = clause.rules));
            return out;
          })
      .def_property_readonly("unset_parameters", [](const Rulebook& rules) {
        py::list out;
        for (const ParameterView& parameter : rules.unset_parameters())
          out.append(py::dict(
              py::arg("name") = parameter.name, py::arg("type") = parameter.type.to_text(),
              py::arg("clause") = parameter.clause, py::arg("text") = parameter.clause_text));
        return out;
      });

  module.def(
      "check",
      [](const std::vector<std::string>& paths, const std::vector<std::string>& overlays) {
        CheckOptions options;
        options.overlays = overlays;
        const Checked<Rulebook> checked = check(std::span<const std::string>(paths), options);
        return py::make_tuple(checked ? py::cast(*checked) : py::none(),
                              to_python(checked.diagnostics(), checked.sources()));
      },
      py::arg("paths"), py::arg("overlays"));
  module.def(
      "load",
      [](const std::vector<std::string>& paths, const std::vector<std::string>& overlays) {
        CheckOptions options;
        options.overlays = overlays;
        const Checked<Rulebook> checked = check(std::span<const std::string>(paths), options);
        if (!checked) raise(checked.diagnostics(), checked.sources());
        return *checked;
      },
      py::arg("paths"), py::arg("overlays"));

  py::class_<Engine>(module, "Engine",
                     "Cases of one rulebook in a store. Used by one thread at a time.")
      .def(py::init([](const Rulebook& rules, const py::object& store, const py::object& registers) {
             auto kept = store.is_none() ? memory_store() : take(sqlite_store(path_from_python(store)));
             return take(Engine::open(rules, std::move(kept),
                                      directory_at(rules, registers.is_none() ? "" : path_from_python(registers))));
           }),
           py::arg("rules"), py::arg("store") = py::none(), py::arg("registers") = py::none())
      .def(
          "send",
          [](Engine& engine, const std::string& name, const py::object& at, const py::object& data,
             const std::string& id, const std::string& key, const std::string& role,
             const std::string& person, const py::object& recorded, const std::string& message_id,
             const std::string& why, const std::string& on_behalf_of) {
            Event event = event_of(name, at, data, id, key, role, person, why, on_behalf_of);
            event.recorded = maybe_instant(recorded);
            event.message_id = message_id;
            return outcome(take(engine.send(event)));
          },
          py::arg("event"), py::arg("at"), py::arg("data") = py::none(), py::arg("case") = "",
          py::arg("key") = "", py::arg("role") = "", py::arg("person") = "",
          py::arg("recorded") = py::none(), py::arg("message_id") = "", py::arg("reason") = "",
          py::arg("on_behalf_of") = "")
      .def(
          "due",
          [](Engine& engine, const py::object& now) {
            py::list out;
            for (const Outcome& o : take(engine.due(instant_from_python(now))))
              out.append(outcome(o));
            return out;
          },
          py::arg("now"))
      .def(
          "find",
          [](const Engine& engine, const std::string& id, const py::object& now) {
            return case_dict(take(engine.find(id, maybe_instant(now))));
          },
          py::arg("case"), py::arg("now") = py::none())
      .def(
          "next",
          [](const Engine& engine, const std::string& id, const py::object& now,
             const std::string& role, const std::string& person) {
            py::list out;
            for (const Possibility& p :
                 take(engine.next(id, {role, person}, instant_from_python(now)))) {
              out.append(py::dict(
                  py::arg("event") = p.event, py::arg("kind") = to_text(p.kind),
                  py::arg("possible") = p.is_possible, py::arg("by") = p.by,
                  py::arg("form") = p.form, py::arg("data") = p.data,
                  py::arg("fields") = p.fields, py::arg("signs") = p.signs,
                  py::arg("lacks") = reasons(p.lacks),
                  py::arg("leads_to") = p.leads_to, py::arg("turns") = turns(p.turns),
                  py::arg("obstacles") = reasons(p.obstacles),
                  py::arg("open_facts") = p.open_facts, py::arg("clauses") = p.clauses));
            }
            return out;
          },
          py::arg("case"), py::arg("now"), py::arg("role") = "", py::arg("person") = "")
      .def(
          "why_not",
          [](const Engine& engine, const std::string& name, const py::object& at,
             const py::object& data, const std::string& id, const std::string& key,
             const std::string& role, const std::string& person,
             const std::vector<std::string>& fixed, const std::string& why,
             const std::string& on_behalf_of) {
            return why_not_dict(take(engine.why_not(
                event_of(name, at, data, id, key, role, person, why, on_behalf_of), fixed)));
          },
          py::arg("event"), py::arg("at"), py::arg("data") = py::none(), py::arg("case") = "",
          py::arg("key") = "", py::arg("role") = "", py::arg("person") = "",
          py::arg("fixed") = std::vector<std::string>(), py::arg("reason") = "",
          py::arg("on_behalf_of") = "")
      .def(
          "ask_next",
          [](const Engine& engine, const std::string& name, const py::object& at,
             const py::object& data, const std::string& id, const std::string& key,
             const std::string& role, const std::string& person, const std::string& why,
             const std::string& on_behalf_of) {
            return ask_next_dict(take(engine.ask_next(
                event_of(name, at, data, id, key, role, person, why, on_behalf_of))));
          },
          py::arg("event"), py::arg("at"), py::arg("data") = py::none(), py::arg("case") = "",
          py::arg("key") = "", py::arg("role") = "", py::arg("person") = "", py::arg("reason") = "",
          py::arg("on_behalf_of") = "")
      .def(
          "responsible",
          [](const Engine& engine, const std::string& matter, const py::object& now,
             const py::object& data) {
            return responsible_dict(take(engine.responsible(matter, context_from_python(data),
                                                            instant_from_python(now))));
          },
          py::arg("matter"), py::arg("now"), py::arg("data") = py::none())
      .def(
          "worklist",
          [](const Engine& engine, const std::string& name, const std::string& whose) {
            py::list out;
            for (const WaitingList& list : take(engine.worklist(name, whose)))
              out.append(list_dict(list));
            return out;
          },
          py::arg("name") = "", py::arg("whose") = "")
      .def(
          "explain",
          [](const Engine& engine, const std::string& id, const std::string& zone,
             const std::string& language) {
            const Zone in = zone.empty() ? Zone() : take(Zone::load(zone));
            const Language as = language_from_python(language);
            std::string out;
            for (const StepTrace& step : take(engine.history(id, as)))
              out += to_text(step, zone.empty() ? step.zone : in, as);
            return out;
          },
          py::arg("case"), py::arg("zone") = "", py::arg("language") = "en")
      .def(
          "entries",
          [](const Engine& engine, const std::string& id, bool with_withdrawn) {
            EntryFilter filter;
            filter.case_id = id;
            filter.with_withdrawn = with_withdrawn;
            py::list out;
            for (const EntryView& entry : take(engine.entries(filter)))
              out.append(entry_dict(entry));
            return out;
          },
          py::arg("case") = "", py::arg("with_withdrawn") = false)
      .def("cases", [](const Engine& engine) { return take(engine.cases()); });
}

}  // namespace aftercare::python
