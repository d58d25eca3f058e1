// aftercare diagram: the charts of packs as pictures.
#include <memory>

#include "aftercare/report.hpp"
#include "aftercare/rulebook.hpp"

#include "cli/command.hpp"
#include "cli/output.hpp"

namespace aftercare::cli {

namespace {

struct Options {
  std::vector<std::string> paths;
  std::string procedure, as = "svg", output = "-";
};

int run_diagram(const Shell& shell, const Options& options) {
  const Checked<Rulebook> rules = check(options.paths);
  shell.tell(rules.diagnostics(), rules.sources());
  if (!rules) return findings;
  std::vector<ProcedureShape> wanted;
  std::string names;
  for (ProcedureShape& procedure : rules->procedures()) {
    names += (names.empty() ? "" : ", ") + procedure.name;
    if (options.procedure.empty() || options.procedure == procedure.name)
      wanted.push_back(std::move(procedure));
  }
  if (wanted.empty())
    return shell.wrong_use(options.procedure.empty()
                               ? "these packs have no procedure"
                               : "no procedure is called \"" + options.procedure + "\"; there " +
                                     "are: " + names);
  const bool is_mermaid = options.as == "mermaid";
  if (wanted.size() > 1 && !is_mermaid)
    return shell.wrong_use("one picture at a time: say --procedure, one of " + names);
  return write_file(shell, options.output, [&](const Sink& sink) {
    for (const ProcedureShape& procedure : wanted)
      sink(is_mermaid ? to_mermaid(procedure) : to_svg(procedure, {{}, shell.language(), true}));
  });
}

}  // namespace

void add_diagram(CLI::App& app, Shell& shell) {
  CLI::App* it = app.add_subcommand("diagram", "Draw the chart of a procedure");
  const auto options = std::make_shared<Options>();
  it->add_option("path", options->paths, "Packs: folders, files, or folders of packs")->required();
  it->add_option("--procedure", options->procedure, "Which one; needed where there are several");
  it->add_option("--as", options->as, "svg or mermaid")->check(CLI::IsMember({"svg", "mermaid"}));
  it->add_option("-o,--output", options->output, "The file to write (without: standard output)");
  it->footer(
      "Examples:\n"
      "  aftercare diagram rules/appliance/installer_liabilities --procedure order -o order.svg\n"
      "  aftercare diagram rules/it_support/help_desk --as mermaid");
  shell.does(*it, [&shell, options] { return run_diagram(shell, *options); });
}

}  // namespace aftercare::cli
