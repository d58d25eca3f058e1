// aftercare simulate: a ticket log that could have happened.
#include "aftercare/simulate.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <thread>

#include "aftercare/rulebook.hpp"

#include "base/diagnostics.hpp"
#include "cli/command.hpp"
#include "cli/output.hpp"
#include "cli/session.hpp"
#include "rulebook/access.hpp"

namespace aftercare::cli {

namespace {

struct Options {
  std::vector<std::string> paths, overlays;
  std::size_t cases = 100;
  std::uint32_t per_day = 20;
  std::string registers;
  std::string seed = "1", late = "12%", start = "2024-01-01", procedure, output = "-";
};

/// "12%", "0.12" or "12": a share in percent.
std::optional<std::uint32_t> percent_of(std::string text) {
  if (!text.empty() && text.back() == '%') {
    text.pop_back();
  } else if (text.find('.') != std::string::npos) {
    // A fraction: two digits behind the point are percents.
    if (text.size() < 3 || text.compare(0, 2, "0.") != 0) return std::nullopt;
    text = text.substr(2);
    if (text.size() == 1) text += '0';
    if (text.size() != 2) return std::nullopt;
  }
  if (text.empty() || text.size() > 3 ||
      !std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }))
    return std::nullopt;
  const auto value = static_cast<std::uint32_t>(std::stoul(text));
  if (value > 100) return std::nullopt;
  return value;
}

int run_simulate(const Shell& shell, const Options& options) {
  SimulateOptions how;
  how.cases = options.cases;
  const auto seed = whole_number(shell, "--seed", options.seed);
  if (!seed) return usage;
  how.seed = *seed;
  how.per_day = options.per_day;
  how.procedure = options.procedure;
  how.threads = std::max(1U, std::thread::hardware_concurrency());
  const auto late = percent_of(options.late);
  if (!late)
    return shell.wrong_use(
        "--late " + options.late +
        std::string(shell.say(": a share such as 12% or 0.12 is meant", ":应为比例,如12%或0.12")));
  how.late_percent = *late;
  const auto start = parse_date(options.start);
  if (!start)
    return shell.wrong_use(
        "--start " + options.start +
        std::string(shell.say(": a date such as 2024-01-01 is meant", ":应为日期,如2024-01-01")));
  how.start = *start;

  CheckOptions with;
  with.overlays = options.overlays;
  const Checked<Rulebook> rules = check(options.paths, with);
  shell.tell(rules.diagnostics(), rules.sources());
  if (!rules) return findings;
  if (const Diagnostics unset = rulebook::unset_findings(*rules); !unset.empty()) {
    shell.tell(unset, rules.sources());
    return findings;
  }
  if (!open_registers(shell, options.registers, *rules, how.directory)) return findings;
  if (!options.procedure.empty()) {
    std::vector<std::string> known;
    for (const ProcedureShape& procedure : rules->procedures()) known.push_back(procedure.name);
    if (std::find(known.begin(), known.end(), options.procedure) == known.end())
      return shell.unknown("--procedure", base::both("procedure", "流程"), options.procedure,
                           known);
  }
  if (!are_apart(shell, {{"--output", options.output}}, files_of(rules.sources(), options.registers)))
    return usage;
  std::optional<Progress> progress(std::in_place, std::string(shell.say("simulating", "模拟")),
                                   options.cases);
  how.progress = [&](std::size_t done, std::size_t) { progress->at(done); };
  const Result<std::string> log = simulate(*rules, how);
  progress.reset();
  if (!log) return shell.failed(log.error());
  return write_file(shell, options.output, [&](const Sink& sink) { sink(*log); });
}

}  // namespace

void add_simulate(CLI::App& app, Shell& shell) {
  CLI::App* it = app.add_subcommand("simulate", "Make up a realistic log of tickets");
  const auto options = std::make_shared<Options>();
  it->add_option("path", options->paths, "Packs: folders, files, or folders of packs")->required();
  it->add_option("--overlay", options->overlays, "Overlay files of the company");
  it->add_option("--registers", options->registers, "Folder of registers: employee.csv, …; or an SQLite file");
  it->add_option("--cases", options->cases, "How many tickets")
      ->check(CLI::Range(std::size_t{1}, std::size_t{50'000'000}));
  it->add_option("--seed", options->seed, "The same seed gives the same log, on every machine")
      ->type_name("UINT");
  it->add_option("--rate", options->per_day, "Tickets a day")->check(CLI::Range(1U, 10'000'000U));
  it->add_option("--late", options->late, "Share of promises that are broken: 12% or 0.12");
  it->add_option("--start", options->start, "The first day");
  it->add_option("--procedure", options->procedure, "Only tickets of this procedure");
  it->add_option("-o,--output", options->output, "The file to write (without: standard output)");
  it->footer(
      "Examples:\n"
      "  aftercare simulate rules/appliance/air_conditioner_commitment \\\n"
      "    --overlay examples/overlays/air_conditioner_commitment.overlay.yaml --cases 500 --seed "
      "7 \\\n"
      "    -o tickets.csv\n"
      "  aftercare simulate PACK --cases 1000000 --rate 3000 --late 20% -o million.csv");
  shell.does(*it, [&shell, options] { return run_simulate(shell, *options); });
}

}  // namespace aftercare::cli
