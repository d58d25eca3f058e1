// aftercare replay: a log of years through the rules, and what comes of it.
#include "aftercare/replay.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <thread>

#include "aftercare/report.hpp"
#include "aftercare/rulebook.hpp"
#include "aftercare/store.hpp"

#include "base/json_writer.hpp"
#include "cli/command.hpp"
#include "cli/events.hpp"
#include "cli/output.hpp"
#include "cli/session.hpp"
#include "engine/words.hpp"
#include "rulebook/access.hpp"

namespace aftercare::cli {

namespace {

struct Options {
  std::vector<std::string> paths, overlays;
  std::string registers;
  std::string log, mapping, until, report, steps, entries, store;
  std::string threads = "0", partitions = "0";
};

/// The mapping files beside the packs.
std::vector<std::string> mappings_beside(const std::vector<std::string>& paths) {
  namespace fs = std::filesystem;
  std::vector<std::string> found;
  for (const std::string& path : paths) {
    std::error_code error;
    const fs::path folder =
        fs::is_directory(path, error) ? fs::path(path) : fs::path(path).parent_path();
    for (const fs::directory_entry& file : fs::directory_iterator(folder, error)) {
      const std::string name = file.path().filename().string();
      constexpr std::string_view ending = ".mapping.yaml";
      if (name.size() > ending.size() &&
          name.compare(name.size() - ending.size(), ending.size(), ending) == 0)
        found.push_back(file.path().string());
    }
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

/// Gives the file's own mapping only where the log does not have the plain columns.
bool has_plain_columns(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) return false;
  char head[4096];
  const std::size_t size = std::fread(head, 1, sizeof head, file);
  std::fclose(file);
  std::string_view line(head, size);
  if (line.substr(0, 3) == "\xEF\xBB\xBF") line.remove_prefix(3);
  line = line.substr(0, line.find_first_of("\r\n"));
  // Of JSON lines the first object speaks for all; a cell of CSV that has one of these names as its
  // text stands in no header.
  const bool is_json = !line.empty() && line.front() == '{';
  const std::string padded = is_json ? std::string(line) : "," + std::string(line) + ",";
  const auto names = [&](std::string_view column) {
    const std::string quoted = '"' + std::string(column) + '"';
    const std::string plain = "," + std::string(column) + ",";
    return padded.find(quoted) != std::string::npos ||
           (!is_json && padded.find(plain) != std::string::npos);
  };
  return names("case") && names("event") && names("at");
}

void write_summary(base::JsonWriter& json, const ReplaySummary& s, const Zone& zone,
                   Language language) {
  const auto count = [&](std::string_view name, std::size_t value) {
    json.key(name).number(static_cast<std::int64_t>(value));
  };
  json.begin_object();
  count("rows", s.rows);
  count("applied", s.applied);
  count("unexpected", s.unexpected);
  count("refused", s.refused);
  count("unmapped", s.unmapped);
  count("invalid", s.invalid);
  count("faults", s.faults);
  json.key("reconciles").boolean(s.reconciles());
  count("cases", s.cases);
  count("finished", s.finished);
  count("incidents", s.incidents);
  count("components", s.components);
  count("largest_component", s.largest_component);
  const auto instant = [&](std::string_view name, const std::optional<Instant>& at) {
    json.key(name);
    if (at)
      json.string(iso_text(*at, zone));
    else
      json.null();
  };
  instant("first", s.first);
  instant("last", s.last);
  json.key("clocks").begin_array();
  for (const ClockSummary& clock : s.clocks) {
    json.begin_object();
    json.key("procedure").string(clock.procedure);
    json.key("clock").string(clock.clock);
    json.key("clause").string(clock.clause);
    count("met", clock.met);
    count("breached", clock.breached);
    count("running", clock.running);
    count("paused", clock.paused);
    count("cancelled", clock.cancelled);
    count("idle", clock.idle);
    count("breaches", clock.breaches);
    json.key("worst_late_seconds").number(clock.worst_late_micros / 1'000'000);
    json.key("worst_late_micros").number(clock.worst_late_micros);
    json.key("worst_case").string(clock.worst_case);
    json.key("worst_is_done").boolean(clock.worst_is_done);
    json.key("late").begin_array();
    for (const std::size_t late : clock.late) json.number(static_cast<std::int64_t>(late));
    json.end_array().end_object();
  }
  json.end_array();
  json.key("rules").begin_array();
  for (const RuleSummary& rule : s.rules) {
    json.begin_object();
    json.key("name").string(rule.name);
    json.key("kind").string(rule.kind);
    json.key("clause").string(rule.clause);
    count("count", rule.count);
    count("withdrawn", rule.withdrawn);
    json.key("amount").string(rule.currency == 0
                                  ? std::string()
                                  : amount_text(rule.amount_minor, rule.currency, rule.scale));
    json.end_object();
  }
  json.end_array();
  json.key("subjects").begin_array();
  for (const SubjectSummary& subject : s.subjects) {
    json.begin_object();
    json.key("subject").string(subject.subject);
    count("entries", subject.entries);
    json.key("amount_minor").number(subject.amount_minor);
    json.end_object();
  }
  json.end_array();
  json.key("refusals").begin_array();
  for (const RefusedRows& refused : s.refusals) {
    json.begin_object();
    count("rows", refused.rows);
    json.key("became").string(to_text(refused.became));
    count("first_line", refused.first_row);
    json.key("reasons").begin_array();
    for (const Reason& reason : refused.reasons) {
      json.begin_object();
      json.key("code").string(reason.code);
      json.key("label").string(engine::sentence_text(reason.label, language));
      json.key("help").string(engine::sentence_text(reason.help, language));
      json.key("clause").string(reason.clause);
      json.end_object();
    }
    json.end_array().end_object();
  }
  json.end_array();
  json.key("states").begin_object();
  for (const auto& [name, cases] : s.states) count(name, cases);
  json.end_object();
  json.key("worst").begin_array();
  for (const std::string& id : s.worst) json.string(id);
  json.end_array();
  json.end_object().end_line();
}

int run_replay(const Shell& shell, const Options& options) {
  CheckOptions how;
  how.overlays = options.overlays;
  const Checked<Rulebook> rules = check(options.paths, how);
  shell.tell(rules.diagnostics(), rules.sources());
  if (!rules) return findings;
  if (const Diagnostics unset = rulebook::unset_findings(*rules); !unset.empty()) {
    shell.tell(unset, rules.sources());
    return findings;
  }
  ReplayOptions replay_options;
  const auto threads = whole_number(shell, "--threads", options.threads);
  const auto partitions = whole_number(shell, "--partitions", options.partitions);
  if (!threads || !partitions) return usage;
  replay_options.threads = *threads != 0
                               ? static_cast<unsigned>(std::min(*threads, std::uint64_t{1024}))
                               : std::max(1U, std::thread::hardware_concurrency());
  replay_options.partitions =
      static_cast<unsigned>(std::min(*partitions, std::uint64_t{1'000'000}));
  if (!options.until.empty()) {
    const Result<Instant> until = instant_of(shell, options.until, zone_of(*rules));
    if (!until) return shell.wrong_use("--until " + until.error().message);
    replay_options.until = *until;
  }
  if (!open_registers(shell, options.registers, *rules, replay_options.directory)) return findings;
  LogOptions log_options;
  log_options.mapping = options.mapping;
  if (log_options.mapping.empty() && !has_plain_columns(options.log)) {
    const std::vector<std::string> beside = mappings_beside(options.paths);
    if (beside.size() > 1) {
      std::string all;
      for (const std::string& one : beside) all += (all.empty() ? "" : ", ") + one;
      return shell.wrong_use(
          std::string(
              shell.say("several mappings stand beside the pack; say which with --mapping: ",
                        "规则包旁有多个映射文件,请用 --mapping 指定:")) +
          all);
    }
    if (!beside.empty()) log_options.mapping = beside.front();
  }
  std::vector<std::string> inputs = files_of(rules.sources(), options.registers);
  for (const rulebook::RegisterSource& source : rulebook::register_sources_of(*rules))
    inputs.push_back(source.path);
  inputs.insert(inputs.end(), {options.log, log_options.mapping});
  if (!are_apart(shell,
                 {{"--report", options.report},
                  {"--steps", options.steps},
                  {"--entries", options.entries},
                  {"--store", options.store}},
                 inputs))
    return usage;
  const Checked<Log> log = read_log(options.log, *rules, log_options);
  shell.tell(log.diagnostics(), log.sources());
  if (!log) return findings;

  std::optional<Progress> progress(std::in_place, std::string(shell.say("replaying", "回放")),
                                   log->rows());
  replay_options.progress = [&](std::size_t done, std::size_t) { progress->at(done); };
  const Result<Replay> done = replay(*rules, *log, replay_options);
  progress.reset();
  if (!done) return shell.failed(done.error());
  const ReplaySummary& summary = done->summary();

  if (!options.steps.empty()) {
    const int failed =
        write_file(shell, options.steps, [&](const Sink& sink) { done->write_steps(sink); });
    if (failed != fine) return failed;
  }
  if (!options.entries.empty()) {
    const int failed =
        write_file(shell, options.entries, [&](const Sink& sink) { done->write_entries(sink); });
    if (failed != fine) return failed;
  }
  if (!options.report.empty()) {
    const int failed = write_file(shell, options.report, [&](const Sink& sink) {
      sink(to_html(*done, *rules,
                   {shell.language(), std::filesystem::path(options.log).filename().string()}));
    });
    if (failed != fine) return failed;
  }
  if (!options.store.empty()) {
    const auto store = sqlite_store(options.store);
    if (!store) return shell.failed(store.error());
    const Result<std::size_t> kept = keep(*done, **store);
    if (!kept && kept.error().code == ErrorCode::conflict) {
      shell.err("aftercare: --store " + options.store +
                std::string(shell.say(": it holds tickets already; name a new file\n",
                                      ":里面已有案件;请指定新文件\n")));
      return world_failed;
    }
    if (!kept) return shell.failed(kept.error());
    if (!shell.is_json())
      shell.err(std::to_string(*kept) +
                std::string(shell.say(" tickets are kept in ", "个案件存入 ")) + options.store +
                "\n");
  }
  if (shell.is_json()) {
    base::JsonWriter json;
    write_summary(json, summary, zone_of(*rules), shell.language());
    shell.out(json.text());
  } else {
    shell.out(to_text(summary, *rules, shell.language()));
  }
  if (!summary.reconciles()) {
    shell.err(shell.say("aftercare: THE ROWS DO NOT RECONCILE\n", "aftercare:行数对不上!\n"));
    return world_failed;
  }
  return fine;
}

}  // namespace

void add_replay(CLI::App& app, Shell& shell) {
  CLI::App* it = app.add_subcommand("replay", "Run a log of tickets through the rules");
  const auto options = std::make_shared<Options>();
  it->add_option("path", options->paths, "Packs: folders, files, or folders of packs")->required();
  it->add_option("--log", options->log, "The log: .csv or .jsonl")->required();
  it->add_option("--mapping", options->mapping,
                 "What the log's columns and words mean (without: the only *.mapping.yaml beside "
                 "the pack, unless the log has the plain columns)");
  it->add_option("--overlay", options->overlays, "Overlay files of the company");
  it->add_option("--registers", options->registers, "Folder of registers: employee.csv, …; or an SQLite file");
  it->add_option("--threads", options->threads, "Threads (without: as many as there are cores)")
      ->type_name("UINT");
  it->add_option("--partitions", options->partitions,
                 "Into how many pieces the work is cut; the result does not depend on it")
      ->type_name("UINT");
  it->add_option("--until", options->until,
                 "Time passes up to this instant at the end (without: the log's last)");
  it->add_option("--report", options->report, "Write a page of HTML");
  it->add_option("--steps", options->steps, "Write every step, a line of JSON each");
  it->add_option("--entries", options->entries, "Write what was entered, as CSV");
  it->add_option("--store", options->store, "Keep the tickets in a new SQLite file");
  it->footer(
      "Examples:\n"
      "  aftercare replay rules/it_support/help_desk --log helpdesk.csv --report helpdesk.html\n"
      "  aftercare replay rules/appliance/air_conditioner_commitment \\\n"
      "    --overlay examples/overlays/air_conditioner_commitment.overlay.yaml \\\n"
      "    --log examples/air_conditioner/tickets.csv --lang zh\n"
      "  aftercare replay PACK --log tickets.csv --steps steps.jsonl --entries entries.csv\n"
      "\n"
      "A log without mapping has the columns case, event, at, and may have recorded, role, person\n"
      "and one for each datum.");
  shell.does(*it, [&shell, options] { return run_replay(shell, *options); });
}

}  // namespace aftercare::cli
