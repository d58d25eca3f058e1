// Replay of a log, with its results as rows for pandas.

#include "bind.hpp"

#include <pybind11/functional.h>
#include <pybind11/stl.h>

#include "aftercare/replay.hpp"

namespace aftercare::python {

py::dict clock_dict(const ClockView& clock);
py::dict entry_dict(const EntryView& entry);
py::dict case_dict(const CaseView& view);
py::list reasons(const std::vector<Reason>& all);

namespace {

constexpr const char* became[] = {"refused", "fault", "unmapped", "invalid"};

py::dict summary_dict(const ReplaySummary& s) {
  py::list clocks, rules, refusals;
  for (const ClockSummary& c : s.clocks)
    clocks.append(py::dict(py::arg("procedure") = c.procedure, py::arg("clock") = c.clock, py::arg("clause") = c.clause,
                           py::arg("met") = c.met, py::arg("breached") = c.breached, py::arg("running") = c.running,
                           py::arg("paused") = c.paused, py::arg("cancelled") = c.cancelled, py::arg("idle") = c.idle,
                           py::arg("breaches") = c.breaches,
                           py::arg("worst_late") = to_python(Value::days_duration(
                               {c.worst_late_micros / 1'000'000, static_cast<std::int32_t>(c.worst_late_micros % 1'000'000 * 1000)})),
                           py::arg("worst_case") = c.worst_case, py::arg("worst_is_done") = c.worst_is_done,
                           py::arg("late") = c.late));
  for (const RuleSummary& r : s.rules)
    rules.append(py::dict(py::arg("name") = r.name, py::arg("kind") = r.kind, py::arg("clause") = r.clause,
                          py::arg("count") = r.count, py::arg("withdrawn") = r.withdrawn,
                          py::arg("amount") = r.currency == 0 ? py::none() : to_python(Value::money(r.amount_minor, r.currency, r.scale))));
  for (const RefusedRows& r : s.refusals)
    refusals.append(py::dict(py::arg("rows") = r.rows, py::arg("became") = became[static_cast<std::size_t>(r.became)],
                             py::arg("first_row") = r.first_row, py::arg("reasons") = reasons(r.reasons)));
  const auto instant = [](const std::optional<Instant>& at) -> py::object {
    if (!at) return py::none();
    return to_python(*at);
  };
  return py::dict(py::arg("rows") = s.rows, py::arg("applied") = s.applied, py::arg("unexpected") = s.unexpected,
                  py::arg("refused") = s.refused, py::arg("unmapped") = s.unmapped, py::arg("invalid") = s.invalid,
                  py::arg("faults") = s.faults, py::arg("cases") = s.cases, py::arg("finished") = s.finished,
                  py::arg("incidents") = s.incidents, py::arg("components") = s.components,
                  py::arg("largest_component") = s.largest_component, py::arg("first") = instant(s.first),
                  py::arg("last") = instant(s.last), py::arg("worst") = s.worst, py::arg("clocks") = clocks, py::arg("rules") = rules,
                  py::arg("refusals") = refusals, py::arg("reconciles") = s.reconciles());
}

}  // namespace

void bind_replay(py::module_& module) {
  py::class_<Replay>(module, "Replay", "The cases after a replay.")
      .def_property_readonly("summary", [](const Replay& r) { return summary_dict(r.summary()); })
      .def("__len__", &Replay::cases)
      .def("find", &Replay::find, py::arg("case"))
      .def("case", [](const Replay& r, std::size_t index) {
        if (index >= r.cases()) throw py::index_error("no such case");
        return case_dict(r.view(index));
      })
      .def("explain",
           [](const Replay& r, std::size_t index, const std::string& zone, const std::string& language) {
             if (index >= r.cases()) throw py::index_error("no such case");
             const Zone in = zone.empty() ? Zone() : take(Zone::load(zone));
             const Language as = language_from_python(language);
             std::string out;
             for (const StepTrace& step : take(r.history(index, as))) out += to_text(step, zone.empty() ? step.zone : in, as);
             return out;
           },
           py::arg("index"), py::arg("zone") = "", py::arg("language") = "en")
      .def("entries", [](const Replay& r) {
        py::list out;
        for (const EntryView& entry : r.entries()) out.append(entry_dict(entry));
        return out;
      });
  module.def(
      "replay",
      [](const Rulebook& rules, const std::string& log, const std::string& mapping, unsigned threads,
         const std::function<void(std::size_t, std::size_t)>& progress,
         const std::string& registers, const py::object& until) {
        const Checked<Log> read = read_log(log, rules, {mapping});
        if (!read) raise(read.diagnostics(), read.sources());
        ReplayOptions options;
        options.threads = threads;
        if (!until.is_none()) options.until = instant_from_python(until);
        options.directory = directory_at(rules, registers);
        if (progress) {
          options.progress = [&](std::size_t done, std::size_t all) {
            const py::gil_scoped_acquire held;
            progress(done, all);
          };
        }
        std::optional<Result<Replay>> done;
        {
          const py::gil_scoped_release free;
          done = replay(rules, *read, options);
        }
        return take(std::move(*done));
      },
      py::arg("rules"), py::arg("log"), py::arg("mapping") = "", py::arg("threads") = 1, py::arg("progress") = nullptr,
      py::arg("registers") = "", py::arg("until") = py::none());
}

}  // namespace aftercare::python
