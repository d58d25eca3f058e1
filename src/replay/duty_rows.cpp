// What time opens, as rows of a log: from there on they are rows like others, whatever thread runs
// them.

#include <algorithm>
#include <map>

#include "replay/replay_impl.hpp"
#include "step/duty.hpp"

namespace aftercare {

using step::Index;
using step::none;

Result<Log::Impl> with_duties(const Log::Impl& log, step::Stepper& stepper,
                              const Directory* directory, Instant until) {
  const step::Model& model = *log.model;
  Log::Impl out = log;
  if (log.rows.empty()) return out;
  const Instant told = log.rows.front().recorded;
  std::map<std::pair<Index, std::string>, std::uint32_t> groups;
  for (std::uint32_t g = 0; g < log.groups.size(); ++g)
    groups.emplace(std::pair{log.groups[g].procedure, log.groups[g].key}, g);
  std::vector<LogRow> rows;
  for (Index d = 0; d < model.duties.size(); ++d) {
    const step::Duty& duty = model.duties[d];
    const step::Procedure& procedure = model.procedures[duty.procedure];
    const Index family = procedure.family != none ? procedure.family : duty.procedure;
    const Instant begins = step::duty_begins(model, d, told);
    const auto periods = step::DutyPeriods::make(stepper, d, begins);
    if (!periods) return periods.error();
    const auto members_at = [&](Instant at) -> Result<std::vector<std::string>> {
      if (duty.each == none) return std::vector<std::string>{std::string()};
      auto members = directory->members(model.registers[duty.each].name,
                                        model.packs[procedure.pack].zone.date(at));
      if (!members) return members.error();
      if (!*members)
        return Error{ErrorCode::invalid_argument,
                     "the duty " + procedure.name + " comes for each member of " +
                         model.registers[duty.each].name + ", which this directory cannot list"};
      return std::move(**members);
    };
    const auto members = members_at(begins);
    if (!members) return members.error();
    auto period = periods->first(stepper, members->empty() ? std::string() : members->front());
    if (!period) return period.error();
    const auto target = static_cast<std::uint16_t>(out.targets.size());
    engine::Target opens;
    opens.procedure = duty.procedure;
    opens.index = duty.begun;
    out.targets.push_back(opens);
    out.also.emplace_back();
    for (;;) {
      const auto at = periods->opens(*period);
      if (!at) return at.error();
      if (*at > until || periods->is_over(*period)) break;
      const auto now = members_at(*at);
      if (!now) return now.error();
      for (const std::string& member : *now) {
        const std::string key = periods->key(*period, member);
        const auto [group, is_new] = groups.try_emplace(
            {family, key}, static_cast<std::uint32_t>(out.groups.size()));
        if (is_new) {
          out.groups.push_back({key, family, 0});
          ++out.group_cases;
        }
        const step::Incoming in = periods->opening(*period, *at, member);
        LogRow row;
        row.is_synthetic = row.is_of_time = true;
        row.target = target;
        row.group = group->second;
        row.data = static_cast<std::uint32_t>(out.data.size());
        row.data_count = static_cast<std::uint16_t>(in.data.size());
        row.at = row.recorded = *at;
        for (std::uint16_t i = 0; i < in.data.size(); ++i) out.data.push_back({i, in.data[i]});
        rows.push_back(row);
      }
      const auto next = periods->after(*period);
      if (!next) return next.error();
      period = next;
    }
  }
  // Openings first: by instant they come in the order of the duties.
  std::stable_sort(rows.begin(), rows.end(),
                   [](const LogRow& a, const LogRow& b) { return a.recorded < b.recorded; });
  out.rows.clear();
  std::merge(rows.begin(), rows.end(), log.rows.begin(), log.rows.end(),
             std::back_inserter(out.rows),
             [](const LogRow& a, const LogRow& b) { return a.recorded < b.recorded; });
  return out;
}

}  // namespace aftercare
