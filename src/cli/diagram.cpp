// aftercare diagram: the charts of packs as pictures.
#include <algorithm>
#include <filesystem>
#include <memory>

#include "aftercare/report.hpp"
#include "aftercare/rulebook.hpp"

#include "base/diagnostics.hpp"
#include "cli/command.hpp"
#include "cli/output.hpp"
#include "interop/from_scxml.hpp"
#include "report/scxml_shape.hpp"

namespace aftercare::cli {

namespace {

struct Options {
  std::vector<std::string> paths;
  std::string procedure, as = "svg", output = "-";
};

/// A chart of SCXML: what makes no chart is told, what only fails when it runs is drawn all the
/// same.
int draw_scxml(const Shell& shell, const Options& options) {
  if (options.paths.size() != 1 || !options.procedure.empty())
    return shell.wrong_use(shell.say("one SCXML document at a time, without --procedure",
                                     "一次只画一个SCXML文档,不带--procedure"));
  const std::string& path = options.paths.front();
  auto text = read_file(path);
  if (!text) return shell.failed(text.error());
  Sources sources;
  const std::uint32_t file = sources.add(path, std::move(*text));
  if (options.output != "-" &&
      !are_apart(shell, {{"--output", options.output}}, files_of(sources, {})))
    return usage;
  const interop::ScxmlRead read =
      interop::from_scxml(sources, file, {.lenient = true, .chart_only = true});
  shell.tell(read.findings, sources);
  if (!read.document) return findings;
  const ProcedureShape shape =
      report::shape_of(*read.document, std::filesystem::path(path).stem().string());
  return write_file(shell, options.output, [&](const Sink& sink) {
    sink(options.as == "mermaid" ? to_mermaid(shape, shell.language())
                                 : to_svg(shape, {{}, shell.language(), true}));
  });
}

int run_diagram(const Shell& shell, const Options& options) {
  if (std::any_of(options.paths.begin(), options.paths.end(),
                  [](const std::string& path) { return path.ends_with(".scxml"); }))
    return draw_scxml(shell, options);
  const Checked<Rulebook> rules = check(options.paths);
  shell.tell(rules.diagnostics(), rules.sources());
  if (!rules) return findings;
  if (options.output != "-" &&
      !are_apart(shell, {{"--output", options.output}}, files_of(rules.sources(), {})))
    return usage;
  std::vector<ProcedureShape> wanted;
  std::string names;
  std::vector<std::string> known;
  std::vector<ProcedureShape> shown = rules->procedures(shell.language());
  for (const ProcedureShape& procedure : rules->procedures()) {
    const std::size_t at = known.size();
    known.push_back(procedure.name);
    names += (names.empty() ? "" : ", ") + procedure.name;
    if (options.procedure.empty() || options.procedure == procedure.name)
      wanted.push_back(std::move(shown[at]));
  }
  if (wanted.empty() && options.procedure.empty())
    return shell.wrong_use(shell.say("these packs have no procedure", "这些规则包没有流程"));
  if (wanted.empty())
    return shell.unknown("--procedure", base::both("procedure", "流程"), options.procedure, known);
  const bool is_mermaid = options.as == "mermaid";
  if (wanted.size() > 1 && !is_mermaid)
    return shell.wrong_use(std::string(shell.say("one picture at a time: say --procedure, one of ",
                                                 "一次只画一张图:请用 --procedure 指定其中之一:")) +
                           names);
  return write_file(shell, options.output, [&](const Sink& sink) {
    for (const ProcedureShape& procedure : wanted)
      sink(is_mermaid ? to_mermaid(procedure, shell.language())
                      : to_svg(procedure, {{}, shell.language(), true}));
  });
}

}  // namespace

void add_diagram(CLI::App& app, Shell& shell) {
  CLI::App* it = app.add_subcommand("diagram", "Draw the chart of a procedure");
  const auto options = std::make_shared<Options>();
  it->add_option("path", options->paths,
                 "Packs: folders, files, or folders of packs; or an SCXML document")
      ->required();
  it->add_option("--procedure", options->procedure, "Which one; needed where there are several");
  it->add_option("--as", options->as, "svg or mermaid")->check(CLI::IsMember({"svg", "mermaid"}));
  it->add_option("-o,--output", options->output, "The file to write (without: standard output)");
  it->footer(
      "Examples:\n"
      "  aftercare diagram rules/appliance/installer_liabilities --procedure order -o order.svg\n"
      "  aftercare diagram rules/it_support/help_desk --as mermaid\n"
      "  aftercare diagram door.scxml -o door.svg");
  shell.does(*it, [&shell, options] { return run_diagram(shell, *options); });
}

}  // namespace aftercare::cli
