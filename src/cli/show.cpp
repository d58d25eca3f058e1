// aftercare show: what a pack says, by kind.
#include <memory>

#include "aftercare/rulebook.hpp"

#include "base/json_writer.hpp"
#include "cli/command.hpp"
#include "feel/types.hpp"

namespace aftercare::cli {

namespace {

struct Options {
  std::string what, pack;
  std::vector<std::string> overlays;
};

/// What is shown and to whom: text in the language with the labels of the packs, or JSON.
class Show {
 public:
  Show(const Shell& shell, const Rulebook& rules) : shell_(shell), rules_(rules) {}

  void articles() {
    for (const ClauseView& clause : rules_.clauses()) {
      if (shell_.is_json()) {
        json_.begin_object().key("id").string(clause.id).key("pack").string(clause.pack);
        json_.key("text").string(clause.text).key("needs_rule").boolean(!clause.no_rule);
        list("rules", clause.rules);
        json_.end_object().end_line();
        continue;
      }
      text_ += clause.id + " 「" + clause.text + "」\n";
      for (const std::string& rule : clause.rules) text_ += "    " + rule + "\n";
      if (clause.no_rule) say("    (needs no rule)\n", "    (无需规则)\n");
    }
  }

  void parameters() {
    for (const ParameterView& p : rules_.parameters()) {
      if (shell_.is_json()) {
        json_.begin_object().key("name").string(p.name);
        json_.key("kind").string(p.is_reading ? "reading" : "parameter");
        json_.key("type").string(p.type.to_text()).key("clause").string(p.clause);
        if (p.is_set) json_.key("value").string(p.value);
        json_.end_object().end_line();
        continue;
      }
      p.is_reading ? say("reading ", "理解 ") : say("parameter ", "参数 ");
      text_ += named(p.name) + ": " + feel::type_text(p.type, shell_.language());
      if (p.is_set)
        text_ += " = " + p.value;
      else
        say(" (unset)", "(待填)");
      text_ += "  (" + p.clause + ")\n";
    }
  }

  void procedures() {
    for (const ProcedureShape& shape : rules_.procedures())
      shell_.is_json() ? json_of(shape) : text_of(shape);
  }

  void out() { shell_.out(shell_.is_json() ? json_.text() : text_); }

 private:
  void say(std::string_view english, std::string_view chinese) {
    text_ += shell_.say(english, chinese);
  }
  /// As the pack has it, and its label where there is one.
  [[nodiscard]] std::string named(const std::string& name) const {
    const std::string label = rules_.label(name, shell_.language());
    return label == name ? name : name + " (" + label + ")";
  }
  void list(std::string_view key, const std::vector<std::string>& all) {
    json_.key(key).begin_array();
    for (const std::string& one : all) json_.string(one);
    json_.end_array();
  }

  void json_of(std::string_view key, const std::vector<DatumView>& data) {
    json_.key(key).begin_array();
    for (const DatumView& datum : data) {
      json_.begin_object().key("name").string(datum.name).key("type").string(datum.type.to_text());
      json_.key("required").boolean(datum.is_required).end_object();
    }
    json_.end_array();
  }

  void json_of(const ProcedureShape& shape) {
    json_.begin_object().key("name").string(shape.name).key("pack").string(shape.pack);
    if (!shape.title.empty()) json_.key("title").string(shape.title);
    if (!shape.key.empty()) json_.key("key").string(shape.key);
    json_of("case", shape.fields);
    json_.key("events").begin_array();
    for (const EventShape& event : shape.events) {
      json_.begin_object().key("name").string(event.name);
      json_.key("kind").string(event.is_request ? "request" : "fact");
      json_.key("opens_case").boolean(event.opens_case);
      list("by", event.by);
      json_of("data", event.data);
      if (!event.form.empty()) {
        json_.key("form").string(event.form);
        json_of("form_fields", event.form_fields);
        list("signatures", event.signatures);
      }
      json_.end_object();
    }
    json_.end_array();
    json_.key("clocks").begin_array();
    for (const ClockShape& clock : shape.clocks) {
      json_.begin_object().key("name").string(clock.name).key("limit").string(clock.limit);
      if (!clock.calendar.empty()) json_.key("calendar").string(clock.calendar);
      list("clauses", clock.clauses);
      json_.end_object();
    }
    json_.end_array();
    json_.key("states").begin_array();
    for (const StateShape& state : shape.states) {
      static constexpr const char* kinds[] = {"atomic", "compound",        "parallel",
                                               "final",  "shallow_history", "deep_history"};
      json_.begin_object().key("name").string(state.name);
      json_.key("kind").string(kinds[static_cast<std::size_t>(state.kind)]);
      if (state.parent) json_.key("parent").string(shape.states[*state.parent].name);
      json_.key("initial").boolean(state.is_initial).end_object();
    }
    json_.end_array().end_object().end_line();
  }

  void text_of(const std::vector<DatumView>& data) {
    for (const DatumView& datum : data) {
      text_ += "      " + named(datum.name) + ": " + datum.type.to_text();
      if (!datum.is_required) say(" (optional)", "(可缺)");
      text_ += "\n";
    }
  }

  void text_of(const ProcedureShape& shape) {
    text_ += shape.name + (shape.title.empty() ? "" : "  " + shape.title) + "\n";
    if (!shape.key.empty()) {
      say("    key ", "    编号 ");
      text_ += named(shape.key) + "\n";
    }
    say("    case\n", "    案件\n");
    text_of(shape.fields);
    for (const EventShape& event : shape.events) {
      event.is_request ? say("    request ", "    申请 ") : say("    fact ", "    事实 ");
      text_ += named(event.name);
      for (std::size_t i = 0; i < event.by.size(); ++i) {
        i == 0 ? say(" by ", " 由 ") : say(" or ", " 或 ");
        text_ += named(event.by[i]);
      }
      if (event.opens_case) say(" (opens a case)", "(开案)");
      text_ += "\n";
      text_of(event.data);
      if (event.form.empty()) continue;
      say("      form ", "      单据 ");
      text_ += named(event.form) + "\n";
    }
    for (const ClockShape& clock : shape.clocks) {
      say("    clock ", "    时限 ");
      text_ += named(clock.name) + "\n";
    }
    for (const StateShape& state : shape.states) {
      say("    state ", "    状态 ");
      text_ += named(state.name) + "\n";
    }
  }

  const Shell& shell_;
  const Rulebook& rules_;
  std::string text_;
  base::JsonWriter json_;
};

int show(const Shell& shell, const Options& options) {
  CheckOptions how;
  how.overlays = options.overlays;
  const Checked<Rulebook> rules = check(options.pack, how);
  if (!rules) {
    shell.tell(rules.diagnostics(), rules.sources());
    return findings;
  }
  if (options.what == "model" || options.what == "hash") {
    const std::string text = options.what == "model" ? rules->print() : rules->logic_hash();
    base::JsonWriter json;
    json.begin_object().key(options.what).string(text).end_object().end_line();
    shell.out(shell.is_json() ? json.text() : options.what == "model" ? text : text + "\n");
    return fine;
  }
  Show shown(shell, *rules);
  if (options.what == "articles") shown.articles();
  if (options.what == "parameters") shown.parameters();
  if (options.what == "procedures") shown.procedures();
  shown.out();
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
