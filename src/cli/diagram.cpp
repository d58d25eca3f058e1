// aftercare diagram: the charts of packs as pictures.
#include <algorithm>
#include <memory>

#include "aftercare/report.hpp"
#include "aftercare/rulebook.hpp"

#include "cli/command.hpp"
#include "cli/output.hpp"
#include "rulebook/schema.hpp"

namespace aftercare::cli {

namespace {

struct Options {
  std::vector<std::string> paths;
  std::string procedure, as = "svg", output = "-";
};

/// What a transition waits for, word by word: names by their labels, the format's words in the
/// vocabulary of the language.
std::string shown_when(const Rulebook& rules, Language language, std::string_view when) {
  using rulebook::Word;
  std::string out;
  for (std::string_view rest = when; !rest.empty();) {
    const std::size_t space = std::min(rest.find(' '), rest.size());
    const std::string_view word = rest.substr(0, space);
    rest.remove_prefix(std::min(space + 1, rest.size()));
    std::string_view text = rules.label(word, language);
    if (word == "or" && language == Language::chinese) text = "或";
    for (const Word known : {Word::breached, Word::met, Word::enter, Word::leave, Word::after})
      if (word == rulebook::spelling(known, Language::english))
        text = rulebook::spelling(known, language);
    out += (out.empty() ? "" : " ") + std::string(text);
  }
  return out;
}

/// Names as the labels of the packs have them.
void show_labels(const Rulebook& rules, Language language, ProcedureShape& procedure) {
  const auto show = [&](std::string& name) { name = std::string(rules.label(name, language)); };
  for (StateShape& state : procedure.states) show(state.name);
  for (EventShape& event : procedure.events) show(event.name);
  for (std::string& clock : procedure.clocks) show(clock);
  for (TransitionShape& transition : procedure.transitions)
    transition.when = shown_when(rules, language, transition.when);
}

int run_diagram(const Shell& shell, const Options& options) {
  const Checked<Rulebook> rules = check(options.paths);
  shell.tell(rules.diagnostics(), rules.sources());
  if (!rules) return findings;
  std::vector<ProcedureShape> wanted;
  std::string names;
  std::vector<std::string> known;
  for (ProcedureShape& procedure : rules->procedures()) {
    known.push_back(procedure.name);
    names += (names.empty() ? "" : ", ") + procedure.name;
    if (options.procedure.empty() || options.procedure == procedure.name)
      wanted.push_back(std::move(procedure));
  }
  if (wanted.empty())
    return shell.wrong_use(
        options.procedure.empty()
            ? std::string(shell.say("these packs have no procedure", "这些规则包没有流程"))
            : unknown_name(shell, "procedure", "流程", options.procedure, known));
  const bool is_mermaid = options.as == "mermaid";
  if (wanted.size() > 1 && !is_mermaid)
    return shell.wrong_use(
        std::string(shell.say("one picture at a time: say --procedure, one of ",
                              "一次只画一张图:请用 --procedure 指定其中之一:")) +
        names);
  for (ProcedureShape& procedure : wanted) show_labels(*rules, shell.language(), procedure);
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
