// aftercare show: what a pack says, by kind.
#include <memory>

#include "aftercare/rulebook.hpp"

#include "cli/command.hpp"

namespace aftercare::cli {

namespace {

struct Options {
  std::string what, pack;
  std::vector<std::string> overlays;
};

std::string data_text(const std::vector<DatumView>& data) {
  std::string out;
  for (const DatumView& datum : data)
    out += "      " + datum.name + ": " + datum.type.to_text() +
           (datum.is_required ? "" : " (optional)") + "\n";
  return out;
}

void show_articles(const Shell& shell, const Rulebook& rules) {
  for (const ClauseView& clause : rules.clauses()) {
    std::string text = clause.id + " 「" + clause.text + "」\n";
    for (const std::string& rule : clause.rules) text += "    " + rule + "\n";
    if (clause.no_rule)
      text += std::string(shell.say("    (needs no rule)", "    (无需规则)")) + "\n";
    shell.out(text);
  }
}

void show_parameters(const Shell& shell, const Rulebook& rules) {
  for (const ParameterView& p : rules.parameters()) {
    shell.out((p.is_reading ? "reading " : "parameter ") + p.name + ": " + p.type.to_text() +
              (p.is_set ? " = " + p.value : std::string(shell.say(" (unset)", "(待填)"))) + "  (" +
              p.clause + ")\n");
  }
}

void show_procedures(const Shell& shell, const Rulebook& rules) {
  for (const ProcedureShape& shape : rules.procedures()) {
    std::string text = shape.name + (shape.title.empty() ? "" : "  " + shape.title) + "\n";
    if (!shape.key.empty()) text += "    key: " + shape.key + "\n";
    text += "    case:\n" + data_text(shape.fields);
    for (const EventShape& event : shape.events) {
      text += std::string(event.is_request ? "    request " : "    fact ") + event.name;
      for (std::size_t i = 0; i < event.by.size(); ++i)
        text += (i == 0 ? " by " : " or ") + event.by[i];
      if (event.opens_case) text += " (opens a case)";
      text += "\n" + data_text(event.data);
      if (!event.form.empty()) text += "      form " + event.form + "\n";
    }
    for (const std::string& clock : shape.clocks) text += "    clock " + clock + "\n";
    for (const StateShape& state : shape.states) text += "    state " + state.name + "\n";
    shell.out(text);
  }
}

int show(const Shell& shell, const Options& options) {
  CheckOptions how;
  how.overlays = options.overlays;
  const Checked<Rulebook> rules = check(options.pack, how);
  if (!rules) {
    shell.tell(rules.diagnostics(), rules.sources());
    return findings;
  }
  if (options.what == "articles") show_articles(shell, *rules);
  if (options.what == "parameters") show_parameters(shell, *rules);
  if (options.what == "procedures") show_procedures(shell, *rules);
  if (options.what == "model") shell.out(rules->print());
  if (options.what == "hash") shell.out(rules->logic_hash() + "\n");
  return fine;
}

}  // namespace

void add_show(CLI::App& app, Shell& shell) {
  CLI::App* it = app.add_subcommand("show", "Print what a pack says, by kind");
  const auto options = std::make_shared<Options>();
  it->add_option("what", options->what, "articles, parameters, procedures, model or hash")
      ->required()
      ->check(CLI::IsMember({"articles", "parameters", "procedures", "model", "hash"}));
  it->add_option("pack", options->pack, "A pack, or a folder of packs")->required();
  it->add_option("--overlay", options->overlays, "Overlay files of the company")
      ->allow_extra_args(false);
  it->footer(
      "Examples:\n"
      "  aftercare show articles rules/appliance/installer_liabilities\n"
      "  aftercare show parameters rules --overlay acme.overlay.yaml");
  shell.does(*it, [&shell, options] { return show(shell, *options); });
}

}  // namespace aftercare::cli
