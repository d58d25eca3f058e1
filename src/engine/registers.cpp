// The interface of this file is registers.hpp.
#include "aftercare/registers.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <sstream>

#include "base/csv.hpp"
#include "base/diagnostics.hpp"
#include "base/names.hpp"
#include "engine/directory_of.hpp"
#include "engine/words.hpp"
#include "rulebook/access.hpp"
#include "step/convert.hpp"
#include "step/model.hpp"
#include "store/tables.hpp"

namespace aftercare {
namespace {

/// Another thread's copy: nothing of it is shared.
Value apart(const Value& value) {
  if (value.is(Kind::string)) return Value::string(value.as_string());
  if (value.is(Kind::list)) {
    std::vector<Value> items;
    for (const Value& item : value.items()) items.push_back(apart(item));
    return Value::list(std::move(items));
  }
  return value;
}

bool speaks_on(const RegisterRow& row, rt::Date day) {
  return (!row.from || *row.from <= day) && (!row.until || day <= *row.until);
}

bool meet(const RegisterRow& a, const RegisterRow& b) {
  return (!a.from || !b.until || *a.from <= *b.until) &&
         (!b.from || !a.until || *b.from <= *a.until);
}

/// A day on which both speak, for people.
std::string shared_day(const RegisterRow& a, const RegisterRow& b) {
  if (a.from && (!b.from || *a.from >= *b.from)) return iso_text(*a.from);
  if (b.from) return iso_text(*b.from);
  if (a.until && (!b.until || *a.until <= *b.until)) return iso_text(*a.until);
  return b.until ? iso_text(*b.until) : std::string("-");
}

constexpr std::string_view from_column = "valid_from", until_column = "valid_until",
                           id_column = "id";

/// One CSV file as a register.
class Reader {
 public:
  Reader(std::string name, Sources& sources, base::Findings& findings, Registers& into,
         engine::Unread& unread)
      : name_(std::move(name)),
        sources_(sources),
        findings_(findings),
        into_(into),
        unread_(unread) {}

  void read(std::string path, const std::string& text) {
    file_ = sources_.add(std::move(path), text);
    base::CsvReader csv(text);
    std::vector<std::string_view> cells;
    const bool has_head = csv.next(cells);
    const std::size_t end_of_head = std::min(text.find_first_of("\r\n"), text.size());
    if (!read_head(cells, text, {file_, 0, static_cast<std::uint32_t>(has_head ? end_of_head : 0)})) {
      unread_.registers.insert(name_);
      return;
    }
    for (std::size_t begin = csv.position(); csv.next(cells); begin = csv.position()) {
      while (begin < text.size() && (text[begin] == '\n' || text[begin] == '\r')) ++begin;
      std::size_t end = std::max(begin, csv.position());
      while (end > begin && (text[end - 1] == '\n' || text[end - 1] == '\r')) --end;
      read_row(cells, csv.is_broken(),
               {file_, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)});
    }
  }

 private:
  void report(DiagnosticCode code, SourceSpan span, DiagnosticWords words) {
    findings_.add(base::make(code, span, std::move(words)));
  }

  bool read_head(const std::vector<std::string_view>& cells, std::string_view text,
                 SourceSpan span) {
    RegisterHead head;
    head.span = span;
    for (const std::string_view cell : cells) {
      SourceSpan at = span;
      if (text.data() <= cell.data() && cell.data() < text.data() + text.size()) {
        at.begin = static_cast<std::uint32_t>(cell.data() - text.data());
        at.end = at.begin + static_cast<std::uint32_t>(cell.size());
      }
      if (std::find(columns_.begin(), columns_.end(), cell) != columns_.end()) {
        report(diag::AC0216, at, {{"name", std::string(cell)}});
        return false;
      }
      columns_.emplace_back(cell);
      head.columns.emplace_back(cell, at);
    }
    const auto has = [&](std::string_view name) {
      return std::find(columns_.begin(), columns_.end(), name) != columns_.end();
    };
    member_ = has(id_column) ? std::string(id_column) : name_;
    if (!has(member_)) {
      report(diag::AC1108, span, {{"register", name_}});
      return false;
    }
    into_.add(name_, std::move(head));
    return true;
  }

  void read_row(const std::vector<std::string_view>& cells, bool is_broken, SourceSpan span) {
    if (is_broken || cells.size() != columns_.size()) {
      report(
          diag::AC0937, span,
          {{"cells", std::to_string(cells.size())}, {"columns", std::to_string(columns_.size())}});
      const auto at = std::find(columns_.begin(), columns_.end(), member_) - columns_.begin();
      if (static_cast<std::size_t>(at) < cells.size()) {
        leave_out(cells[static_cast<std::size_t>(at)]);
      } else {
        unread_.registers.insert(name_);
      }
      return;
    }
    RegisterRow row;
    row.span = span;
    bool is_good = true;
    const auto day = [&](std::string_view text, std::optional<rt::Date>& into) {
      if (text.empty()) return;
      if (const auto date = parse_date(text)) {
        into = *date;
        return;
      }
      report(diag::AC0936, span,
             {{"text", std::string(text)},
              {"what", base::both("a date such as 2024-03-04", "日期,例如 2024-03-04")}});
      is_good = false;
    };
    for (std::size_t c = 0; c < cells.size(); ++c) {
      if (columns_[c] == member_) {
        row.member = cells[c];
      } else if (columns_[c] == from_column) {
        day(cells[c], row.from);
      } else if (columns_[c] == until_column) {
        day(cells[c], row.until);
      } else {
        row.fields.emplace_back(columns_[c], cells[c].empty() ? Value() : Value::string(cells[c]));
      }
    }
    if (row.from && row.until && *row.until < *row.from) {
      report(diag::AC0807, span, {{"from", iso_text(*row.from)}, {"to", iso_text(*row.until)}});
      is_good = false;
    }
    if (!is_good) return leave_out(row.member);
    const RegisterRow kept = row;
    if (const RegisterRow* other = into_.add(name_, std::move(row))) {
      findings_.add(base::make(
          diag::AC1103, span,
          {{"register", name_}, {"member", kept.member}, {"date", shared_day(*other, kept)}},
          {base::note(notes::first_stands_here, {}, other->span)}));
    }
  }

  void leave_out(std::string_view member) { unread_.members[name_].insert(std::string(member)); }

  std::string name_;
  Sources& sources_;
  base::Findings& findings_;
  Registers& into_;
  engine::Unread& unread_;
  std::uint32_t file_ = 0;
  std::vector<std::string> columns_;
  std::string member_;
};

}  // namespace

const RegisterRow* Registers::add(std::string_view register_name, RegisterRow row) {
  std::vector<RegisterRow>& rows = registers_[std::string(register_name)][row.member];
  for (const RegisterRow& other : rows)
    if (meet(other, row)) return &other;
  rows.push_back(std::move(row));
  return nullptr;
}

void Registers::add(std::string_view register_name) {
  registers_.try_emplace(std::string(register_name));
}

void Registers::add(std::string_view register_name, RegisterHead head) {
  add(register_name);
  heads_.insert_or_assign(std::string(register_name), std::move(head));
}

const RegisterHead* Registers::head(std::string_view register_name) const {
  const auto found = heads_.find(register_name);
  return found == heads_.end() ? nullptr : &found->second;
}

Result<Directory::Fact> Registers::look_up(std::string_view register_name, std::string_view member,
                                           std::string_view field, rt::Date day) const {
  Fact fact;
  const auto in = registers_.find(register_name);
  if (in == registers_.end())
    return Error{ErrorCode::host, "there is no register " + std::string(register_name)};
  const auto rows = in->second.find(member);
  if (rows == in->second.end()) return fact;
  for (const RegisterRow& row : rows->second) {
    if (!speaks_on(row, day)) continue;
    fact.is_member = true;
    for (const auto& [name, value] : row.fields)
      if (name == field) fact.value = apart(value);
    return fact;
  }
  return fact;
}

Result<std::optional<std::vector<std::string>>> Registers::members(std::string_view register_name,
                                                                   rt::Date day) const {
  std::vector<std::string> out;
  const auto in = registers_.find(register_name);
  if (in == registers_.end())
    return Error{ErrorCode::host, "there is no register " + std::string(register_name)};
  for (const auto& [member, rows] : in->second) {
    if (std::any_of(rows.begin(), rows.end(), [&](const auto& row) { return speaks_on(row, day); }))
      out.push_back(member);
  }
  return std::optional(std::move(out));
}

namespace {

namespace fs = std::filesystem;

/// Registers of files, with what is wrong with them.
class Files {
 public:
  explicit Files(Sources sources) : sources_(std::move(sources)) {}

  /// A CSV file, or the table of that name of an SQLite file. `asked`: where the path is written,
  /// if it is in a file.
  void read(const std::string& name, const std::string& path,
            const std::optional<SourceSpan>& asked) {
    if (is_sqlite_file(path)) {
      const auto text = sqlite_table_as_csv(path, name);
      if (text) {
        Reader(name, sources_, findings_, *registers_, unread_).read(path + ":" + name, *text);
      } else {
        unread_.registers.insert(name);
        tell_unread(path + ":" + name, asked, engine::both(text.error().message));
      }
      return;
    }
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    if (!in) {
      unread_.registers.insert(name);
      findings_.add(base::make(diag::AC0200, place(path, asked), {{"path", path}}));
      return;
    }
    Reader(name, sources_, findings_, *registers_, unread_).read(path, text.str());
  }

  /// All of a folder or an SQLite file; of the latter those that `is_wanted`.
  template <class IsWanted>
  void read_all(const std::string& path, const IsWanted& is_wanted) {
    if (is_sqlite_file(path)) {
      const auto tables = sqlite_tables(path);
      if (!tables) {
        tell_unread(path, std::nullopt, engine::both(tables.error().message));
        return;
      }
      for (const std::string& table : *tables)
        if (is_wanted(table)) read(table, path, std::nullopt);
      return;
    }
    std::error_code failed;
    std::vector<fs::path> files;
    for (const auto& file : fs::directory_iterator(path, failed)) {
      if (file.path().extension() == ".csv") files.push_back(file.path());
    }
    std::sort(files.begin(), files.end());
    if (failed) {
      findings_.add(base::make(diag::AC0200, place(path, std::nullopt), {{"path", path}}));
    } else if (files.empty()) {
      tell_unread(path, std::nullopt, base::both("the folder has no file *.csv", "文件夹里没有*.csv文件"));
    }
    for (const fs::path& file : files) read(file.stem().string(), file.string(), std::nullopt);
  }

  [[nodiscard]] const Registers& registers() const noexcept { return *registers_; }
  [[nodiscard]] const engine::Unread& unread() const noexcept { return unread_; }
  /// Whether there was nothing at all to read.
  [[nodiscard]] bool is_empty() const noexcept {
    return registers_->all().empty() && unread_.registers.empty();
  }
  [[nodiscard]] base::Findings& findings() noexcept { return findings_; }

  Checked<std::shared_ptr<const Registers>> take() {
    const bool is_good = !findings_.has_errors();
    Diagnostics told = findings_.take();
    if (!is_good) return {std::nullopt, std::move(told), std::move(sources_)};
    return {std::shared_ptr<const Registers>(std::move(registers_)), std::move(told),
            std::move(sources_)};
  }

 private:
  SourceSpan place(const std::string& path, const std::optional<SourceSpan>& asked) {
    return asked ? *asked : SourceSpan{sources_.add(path, {}), 0, 0};
  }
  void tell_unread(const std::string& path, const std::optional<SourceSpan>& asked, std::string reason) {
    findings_.add(base::make(diag::AC1125, place(path, asked),
                             {{"path", path}, {"reason", std::move(reason)}}));
  }

  Sources sources_;
  base::Findings findings_;
  engine::Unread unread_;
  std::shared_ptr<Registers> registers_ = std::make_shared<Registers>();
};

}  // namespace

Checked<std::shared_ptr<const Registers>> read_registers(std::string_view path) {
  Files files({});
  files.read_all(std::string(path), [](const std::string&) { return true; });
  return files.take();
}

Checked<std::shared_ptr<const Registers>> engine::known_registers(const Rulebook& rules,
                                                                  std::string_view path,
                                                                  bool is_each_needed) {
  const auto model = rulebook::model_of(rules);
  // Spans of the packs and of overlays mean what they meant.
  Files files(rules.sources());
  if (path.empty()) {
    for (const rulebook::RegisterSource& source : rulebook::register_sources_of(rules))
      files.read(source.name, source.path, source.span);
  } else {
    files.read_all(std::string(path), [&](const std::string& table) {
      return std::any_of(model->registers.begin(), model->registers.end(),
                         [&](const step::Register& one) { return one.name == table; });
    });
  }
  files.findings().add(findings_of(rules, files.registers(), false, files.unread()));
  // One that has no file is known to nobody; a file without rows is one in which nobody is.
  if (is_each_needed && !(files.is_empty() && files.findings().has_errors())) {
    files.findings().add(rulebook::registers_findings(rules, [&](const std::string& name) {
      return files.registers().all().contains(name) || files.unread().has(name);
    }));
  }
  return files.take();
}

Checked<std::shared_ptr<const Registers>> read_registers(const Rulebook& rules,
                                                         std::string_view path) {
  return engine::known_registers(rules, path, true);
}

Result<std::shared_ptr<const Directory>> engine::directory_of(
    const Rulebook& rules, std::shared_ptr<const Directory> given) {
  if (given != nullptr || rulebook::model_of(rules)->registers.empty()) return given;
  const auto read = read_registers(rules);
  if (read) return std::shared_ptr<const Directory>(*read);
  std::string all;
  for (const Diagnostic& finding : read.diagnostics()) {
    if (severity(finding) != Severity::error) continue;
    all += all.empty() ? "" : "; ";
    // A place in a file of rows is what somebody has to mend.
    if (finding.span.file >= rules.sources().size())
      all += std::string(read.sources().name(finding.span.file)) + ":" +
             std::to_string(read.sources().position(finding.span).line) + ": ";
    all += message(finding, Language::english);
  }
  return Error{ErrorCode::invalid_argument, std::move(all)};
}

namespace {

/// The day from which a row speaks, as far as it says.
rt::Date first_day(const RegisterRow& row) {
  if (row.from) return *row.from;
  return row.until ? *row.until : rt::Date{};
}

/// Superiors that lead back to where one began. The youngest row of a circle closes it.
void check_superiors(const step::Register& in, const std::string& field, const Registers& registers,
                     const Registers::Members& members, base::Findings& findings) {
  std::set<std::string> told;
  for (const auto& [member, rows] : members) {
    for (const RegisterRow& row : rows) {
      const rt::Date day = first_day(row);
      std::vector<std::string> path{member};
      for (;;) {
        const auto above = registers.look_up(in.name, path.back(), field, day);
        if (!above || !above->value.is(Kind::string)) break;
        std::string next(above->value.as_string());
        const bool is_met = std::find(path.begin(), path.end(), next) != path.end();
        path.push_back(std::move(next));
        if (!is_met) continue;
        if (path.front() != path.back()) break;  // the circle is another's
        std::string text;
        for (const std::string& one : path) text += (text.empty() ? "" : " → ") + one;
        const bool is_new = std::none_of(path.begin(), path.end(),
                                         [&](const auto& one) { return told.count(one); });
        if (is_new) {
          findings.add(base::make(diag::AC1115, row.span,
                                  {{"member", member},
                                   {"date", row.from ? iso_text(day)
                                            : base::both("every day", "任何一天")},
                                   {"path", text}}));
        }
        told.insert(path.begin(), path.end());
        break;
      }
    }
  }
}

/// Who is to act for himself acts for nobody.
void check_stand_ins(const step::Model& model, const step::Office::Path& path,
                     const Registers& registers, base::Findings& findings) {
  if (path.is_empty() || path.field == step::none) return;
  const step::Register& in = model.registers[path.in];
  const auto members = registers.all().find(in.name);
  if (members == registers.all().end()) return;
  for (const auto& [member, rows] : members->second) {
    for (const RegisterRow& row : rows) {
      for (const auto& [name, value] : row.fields) {
        if (name != in.fields[path.field].name || !value.is(Kind::string) ||
            value.as_string() != member)
          continue;
        findings.add(base::make(
            diag::AC1107, row.span,
            {{"text", member},
             {"field", in.name + "." + name},
             {"reason", base::both("nobody acts for himself", "不能代理本人")}}));
      }
    }
  }
}

/// Who is absent or has a stand-in is somebody who can hold a post: a misspelt one would be absent
/// in vain.
void check_persons(const step::Model& model, const Registers& registers, bool are_all_there,
                   const engine::Unread& unread, base::Findings& findings) {
  std::map<step::Index, std::set<step::Index>> whose;  // by register: those whose members it speaks of
  for (const step::Role& role : model.roles) {
    if (!role.office) continue;
    for (const step::Office::Path* path :
         {&role.office->absent, &role.office->stand_in, &role.office->delegate})
      if (path->in != step::none && path->in != role.office->in) whose[path->in].insert(role.office->in);
  }
  for (const auto& [of, persons] : whose) {
    const auto members = registers.all().find(model.registers[of].name);
    if (members == registers.all().end()) continue;
    for (const auto& [member, rows] : members->second) {
      const bool may_be = std::any_of(persons.begin(), persons.end(), [&, &who = member](auto in) {
        const std::string& name = model.registers[in].name;
        const auto there = registers.all().find(name);
        if (there == registers.all().end()) return !are_all_there || unread.has(name);
        return there->second.contains(who) || unread.has(name, who);
      });
      if (may_be) continue;
      findings.add(base::make(diag::AC1126, rows.front().span,
                              {{"register", model.registers[of].name},
                               {"member", member},
                               {"other", model.registers[*persons.begin()].name}}));
    }
  }
}

/// Posts that nobody ever holds, and superiors who go round in a circle.
void check_posts(const step::Model& model, step::ParameterValues parameters,
                 const Registers& registers, const engine::Unread& unread,
                 base::Findings& findings) {
  const bool is_any = std::any_of(model.roles.begin(), model.roles.end(),
                                  [](const step::Role& role) { return role.office.has_value(); });
  if (!is_any) return;
  // The stepper shares the model; the caller keeps it alive.
  step::Stepper stepper({std::shared_ptr<const step::Model>(), &model}, std::move(parameters));
  stepper.use(&registers);
  std::set<std::pair<step::Index, step::Index>> checked;
  for (step::Index r = 0; r < model.roles.size(); ++r) {
    const auto& office = model.roles[r].office;
    if (!office) continue;
    const step::Register& in = model.registers[office->in];
    const auto members = registers.all().find(in.name);
    if (members == registers.all().end()) continue;
    const bool is_held =
        std::any_of(members->second.begin(), members->second.end(), [&](const auto& member) {
          return std::any_of(member.second.begin(), member.second.end(),
                             [&](const RegisterRow& row) {
                               return stepper.holds_post(r, member.first, first_day(row));
                             });
        });
    if (!is_held && !members->second.empty() && !unread.has(in.name)) {
      findings.add(base::make(diag::AC1114, members->second.begin()->second.front().span,
                              {{"role", model.roles[r].name}, {"register", in.name}}));
    }
    for (const step::Office::Path* path : {&office->stand_in, &office->delegate})
      if (path->in != step::none && checked.insert({path->in, path->field}).second)
        check_stand_ins(model, *path, registers, findings);
    if (office->superior == step::none || !checked.insert({office->in, office->superior}).second)
      continue;
    check_superiors(in, in.fields[office->superior].name, registers, members->second, findings);
  }
}

}  // namespace

Diagnostics engine::findings_of(const Rulebook& rules, const Registers& registers,
                                bool are_all_there, const Unread& unread) {
  const step::Model& model = *rulebook::model_of(rules);
  base::Findings findings;
  for (const auto& [name, members] : registers.all()) {
    const auto declared =
        std::find_if(model.registers.begin(), model.registers.end(),
                     [&, &is = name](const step::Register& one) { return one.name == is; });
    if (declared == model.registers.end()) {
      const RegisterHead* const head = registers.head(name);
      if (members.empty() && head == nullptr) continue;
      findings.add(base::make(diag::AC1102,
                              head != nullptr ? head->span : members.begin()->second.front().span,
                              {{"name", name}}));
      continue;
    }
    const Zone& zone = model.packs[declared->pack].zone;
    std::vector<std::string> columns{std::string(id_column), std::string(from_column),
                                     std::string(until_column)};
    for (const step::Field& field : declared->fields) columns.push_back(field.name);
    std::set<std::string> strange;  // told once
    const RegisterHead* const head = registers.head(name);
    const auto has_column = [&](const std::string& column) {
      return head == nullptr ||
             std::any_of(head->columns.begin(), head->columns.end(),
                         [&](const auto& one) { return one.first == column; });
    };
    if (head != nullptr) {
      for (const auto& [column, span] : head->columns) {
        if (column == name || std::find(columns.begin(), columns.end(), column) != columns.end())
          continue;
        strange.insert(column);
        findings.add(base::make(diag::AC0203, span, {{"key", column}},
                                base::names_instead(column, columns)));
      }
      for (const step::Field& field : declared->fields) {
        if (field.type.is_optional() || has_column(field.name)) continue;
        findings.add(
            base::make(diag::AC1124, head->span, {{"register", name}, {"field", field.name}}));
      }
    }
    for (const auto& [member, rows] : members) {
      for (const RegisterRow& row : rows) {
        // A misspelt column would be a row that holds for ever, or a field that nobody has.
        for (const auto& [column, value] : row.fields) {
          if (std::find(columns.begin(), columns.end(), column) != columns.end() ||
              !strange.insert(column).second)
            continue;
          findings.add(base::make(diag::AC0203, row.span, {{"key", column}},
                                  base::names_instead(column, columns)));
        }
        for (const step::Field& field : declared->fields) {
          const auto has_name = [&](const auto& one) { return one.first == field.name; };
          const auto given = std::find_if(row.fields.begin(), row.fields.end(), has_name);
          const bool is_absent = given == row.fields.end() || given->second.is_null();
          if (is_absent) {
            if (!field.type.is_optional() && has_column(field.name)) {
              findings.add(
                  base::make(diag::AC1105, row.span,
                             {{"member", member}, {"field", field.name}, {"register", name}}));
            }
            continue;
          }
          const auto value = step::convert(given->second, field.type, zone);
          if (!value) {
            findings.add(base::make(diag::AC1107, row.span,
                                    {{"text", step::to_text(given->second, model, zone)},
                                     {"field", name + "." + field.name},
                                     {"reason", engine::both(value.error().message)}}));
            continue;
          }
          if (field.of_register == step::none || !value->is(Kind::string)) continue;
          const std::string& other = model.registers[field.of_register].name;
          const std::string who(value->as_string());
          const auto in = registers.all().find(other);
          if (unread.has(other, who) || (in == registers.all().end() && !are_all_there)) continue;
          if (in == registers.all().end() || in->second.count(who) == 0) {
            findings.add(base::make(
                diag::AC1104, row.span,
                {{"field", field.name}, {"member", member}, {"other", who}, {"register", other}}));
            continue;
          }
          // On the first and the last day of the row, as far as it has them.
          for (const std::optional<rt::Date>& day : {row.from, row.until}) {
            if (!day) continue;
            const auto there = registers.look_up(other, who, {}, *day);
            if (there && there->is_member) continue;
            findings.add(base::make(diag::AC1106, row.span,
                                    {{"field", field.name},
                                     {"member", member},
                                     {"other", who},
                                     {"register", other},
                                     {"date", iso_text(*day)}}));
            break;
          }
        }
      }
    }
  }
  check_persons(model, registers, are_all_there, unread, findings);
  check_posts(model, rulebook::parameters_of(rules), registers, unread, findings);
  return findings.take();
}

Diagnostics check_registers(const Rulebook& rules, const Registers& registers) {
  return engine::findings_of(rules, registers, true);
}

}  // namespace aftercare
