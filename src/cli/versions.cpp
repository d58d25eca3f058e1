// aftercare versions: what applies on a day: packs, values, readings, calendars, registers.
#include <algorithm>
#include <map>
#include <memory>

#include "aftercare/registers.hpp"
#include "aftercare/rulebook.hpp"
#include "aftercare/time.hpp"

#include "base/json_writer.hpp"
#include "cli/command.hpp"
#include "cli/session.hpp"
#include "rulebook/access.hpp"

namespace aftercare::cli {

namespace {

struct Options {
  std::vector<std::string> packs, overlays;
  std::string on, registers;
};

/// What is listed of a day: text, or JSON with one object a line.
class List {
 public:
  List(const Shell& shell, const Rulebook& rules, rt::Date day)
      : shell_(shell), rules_(rules), today_(iso_text(day)), day_(day) {}

  void packs() {
    if (!shell_.is_json()) {
      text_ += std::string(shell_.say("on ", "")) + today_ +
               std::string(shell_.say("  logic ", "  逻辑 ")) + rules_.logic_hash() + "\n";
    }
    for (const PackShape& pack : rules_.packs()) {
      const char* state = is_in_force(pack)                            ? "in force"
                          : !pack.from.empty() && today_ < pack.from ? "not yet"
                                                                     : "no longer";
      if (shell_.is_json()) {
        json_.begin_object().key("pack").string(pack.name).key("version").string(pack.version);
        json_.key("logic").string(pack.logic).key("on").string(today_);
        if (!pack.from.empty()) json_.key("from").string(pack.from);
        if (!pack.to.empty()) json_.key("to").string(pack.to);
        json_.key("state").string(state);
        if (!pack.adoption.empty()) {
          json_.key("adoption").begin_array();
          for (const std::string& step : pack.adoption) json_.string(step);
          json_.end_array();
        }
        json_.end_object().end_line();
        continue;
      }
      text_ += std::string(shell_.say("pack ", "规则包 ")) + named(pack.name);
      if (!pack.version.empty()) text_ += std::string(shell_.say(" version ", " 版本 ")) + pack.version;
      if (!pack.from.empty()) text_ += std::string(shell_.say(" from ", " 自 ")) + pack.from;
      if (!pack.to.empty()) text_ += std::string(shell_.say(" to ", " 至 ")) + pack.to;
      const bool waits = state == std::string_view("not yet");
      const bool is_over = state == std::string_view("no longer");
      text_ += waits     ? shell_.say(" (not yet in force)", "(尚未施行)")
               : is_over ? shell_.say(" (no longer in force)", "(已经废止)")
                         : std::string_view();
      if (pack.is_one_of_several)
        text_ += std::string(shell_.say("  logic ", "  逻辑 ")) + pack.logic.substr(0, shown_of_hash);
      text_ += "\n";
      if (pack.adoption.empty()) continue;
      text_ += std::string(shell_.say("  adopted by ", "  采纳须登记 "));
      for (std::size_t i = 0; i < pack.adoption.size(); ++i)
        text_ += (i == 0 ? "" : std::string(shell_.say(", then ", ",再 "))) + pack.adoption[i];
      text_ += "\n";
    }
  }

  void parameters() {
    const auto all = rules_.packs();
    for (const ParameterView& p : rules_.parameters_on(day_)) {
      // Of several versions, what the one in force says.
      const auto of = std::find_if(all.begin(), all.end(), [&](const PackShape& pack) {
        return pack.name == p.pack && pack.version == p.version;
      });
      if (of != all.end() && of->is_one_of_several && !is_in_force(*of)) continue;
      const char* kind = p.is_reading ? "reading" : p.is_time_word ? "time word" : "parameter";
      if (shell_.is_json()) {
        json_.begin_object().key(kind).string(p.name).key("pack").string(p.pack);
        json_.key("type").string(p.type.to_text()).key("clause").string(p.clause);
        if (p.is_set) json_.key("value").string(p.value);
        if (!p.from.empty()) json_.key("from").string(p.from);
        json_.key("later").begin_array();
        for (const ParameterView::Dated& dated : p.later)
          json_.begin_object().key("from").string(dated.from).key("value").string(dated.value).end_object();
        json_.end_array().end_object().end_line();
        continue;
      }
      text_ += p.is_reading     ? shell_.say("  reading ", "  理解 ")
               : p.is_time_word ? shell_.say("  time word ", "  时间用语 ")
                                : shell_.say("  parameter ", "  参数 ");
      text_ += named(p.name);
      if (p.is_set)
        text_ += " = " + p.value;
      else
        text_ += shell_.say(" (unset)", "(待填)");
      if (!p.from.empty()) text_ += std::string(shell_.say(" since ", " 自 ")) + p.from;
      for (const ParameterView::Dated& dated : p.later)
        text_ += std::string(shell_.say("; from ", ";自 ")) + dated.from + " = " + dated.value;
      if (!p.clause.empty()) text_ += "  (" + p.clause + ")";
      text_ += "\n";
    }
  }

  void calendars() {
    for (const CalendarShape& one : rules_.calendars()) {
      if (shell_.is_json()) {
        json_.begin_object().key("calendar").string(one.name);
        if (!one.known_from.empty()) json_.key("known_from").string(one.known_from);
        if (!one.known_until.empty()) json_.key("known_until").string(one.known_until);
        if (!one.changed.empty()) json_.key("changed").string(one.changed);
        json_.end_object().end_line();
        continue;
      }
      text_ += std::string(shell_.say("  calendar ", "  日历 ")) + named(one.name);
      if (!one.known_until.empty())
        text_ += std::string(shell_.say(" known until ", " 已知至 ")) + one.known_until;
      if (!one.changed.empty())
        text_ += std::string(shell_.say(", last notice of ", ",最后公布于 ")) + one.changed;
      text_ += "\n";
    }
  }

  void registers(const Registers& all) {
    for (const auto& [name, members] : all.all()) {
      std::size_t here = 0;
      std::string newest;
      for (const auto& [member, rows] : members) {
        for (const RegisterRow& row : rows) {
          if ((!row.from || *row.from <= day_) && (!row.until || day_ <= *row.until)) ++here;
          if (row.from && *row.from <= day_) newest = std::max(newest, iso_text(*row.from));
        }
      }
      if (shell_.is_json()) {
        json_.begin_object().key("register").string(name).key("members").number(static_cast<std::int64_t>(here));
        if (!newest.empty()) json_.key("changed").string(newest);
        json_.end_object().end_line();
        continue;
      }
      text_ += std::string(shell_.say("  register ", "  名册 ")) + named(name) + ": " +
               std::to_string(here) + std::string(shell_.say(" members", "名成员"));
      if (!newest.empty())
        text_ += std::string(shell_.say(", last changed on ", ",最后变动于 ")) + newest;
      text_ += "\n";
    }
  }

  void out() { shell_.out(shell_.is_json() ? json_.text() : text_); }

 private:
  static constexpr std::size_t shown_of_hash = 12;

  [[nodiscard]] bool is_in_force(const PackShape& pack) const {
    return (pack.from.empty() || pack.from <= today_) && (pack.to.empty() || today_ <= pack.to);
  }
  [[nodiscard]] std::string named(const std::string& name) const {
    const std::string label = rules_.label(name, shell_.language());
    return label == name ? name : name + " (" + label + ")";
  }

  const Shell& shell_;
  const Rulebook& rules_;
  std::string today_;
  rt::Date day_;
  std::string text_;
  base::JsonWriter json_;
};

int tell(const Shell& shell, const Options& options) {
  const auto day = parse_date(options.on);
  if (!day)
    return shell.wrong_use(
        shell.say("--on takes a date such as 2026-03-01, not '" + options.on + "'",
                  "--on 应为日期,例如 2026-03-01,而不是“" + options.on + "”"));
  const auto paths = packs_at(shell, options.packs);
  if (!paths) return findings;
  CheckOptions how;
  how.overlays = options.overlays;
  const Checked<Rulebook> rules = check(std::span<const std::string>(*paths), how);
  if (!rules) {
    shell.tell(rules.diagnostics(), rules.sources());
    return findings;
  }
  List list(shell, *rules, *day);
  list.packs();
  list.parameters();
  list.calendars();
  if (!options.registers.empty() || !rulebook::register_sources_of(*rules).empty()) {
    const auto registers = read_registers(*rules, options.registers);
    shell.tell(registers.diagnostics(), registers.sources());
    if (!registers) return findings;
    list.registers(**registers);
  }
  list.out();
  return fine;
}

}  // namespace

void add_versions(CLI::App& app, Shell& shell) {
  CLI::App* it = app.add_subcommand("versions", "What applies on a day: rules, values, calendars");
  const auto options = std::make_shared<Options>();
  it->add_option("pack", options->packs, "Packs, or folders of packs")->required();
  it->add_option("--on", options->on, "The day: 2026-03-01")->required();
  it->add_option("--overlay", options->overlays, "Overlay files of the company")
      ->allow_extra_args(false);
  it->add_option("--registers", options->registers, "Folder of registers: employee.csv, …; or an SQLite file");
  it->footer(
      "Examples:\n"
      "  aftercare versions rules/x --on 2026-03-01 --overlay acme.overlay.yaml\n"
      "  aftercare versions rules --on 2026-03-01 --registers company/registers");
  shell.does(*it, [&shell, options] { return tell(shell, *options); });
}

}  // namespace aftercare::cli
