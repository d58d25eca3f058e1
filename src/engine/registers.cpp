// The interface of this file is registers.hpp.
#include "aftercare/registers.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "base/csv.hpp"
#include "base/diagnostics.hpp"
#include "base/names.hpp"
#include "rulebook/access.hpp"
#include "step/convert.hpp"
#include "step/model.hpp"

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
  Reader(std::string name, Sources& sources, base::Findings& findings, Registers& into)
      : name_(std::move(name)), sources_(sources), findings_(findings), into_(into) {}

  void read(std::string path, const std::string& text) {
    file_ = sources_.add(std::move(path), text);
    base::CsvReader csv(text);
    std::vector<std::string_view> cells;
    if (!csv.next(cells) || !read_head(cells)) return;
    into_.add(name_);
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

  bool read_head(const std::vector<std::string_view>& cells) {
    const SourceSpan head{file_, 0, 0};
    for (const std::string_view cell : cells) {
      if (std::find(columns_.begin(), columns_.end(), cell) != columns_.end()) {
        report(diag::AC0216, head, {{"name", std::string(cell)}});
        return false;
      }
      columns_.emplace_back(cell);
    }
    const auto has = [&](std::string_view name) {
      return std::find(columns_.begin(), columns_.end(), name) != columns_.end();
    };
    member_ = has(id_column) ? std::string(id_column) : name_;
    if (has(member_)) return true;
    report(diag::AC1108, head, {{"register", name_}});
    return false;
  }

  void read_row(const std::vector<std::string_view>& cells, bool is_broken, SourceSpan span) {
    if (is_broken || cells.size() != columns_.size()) {
      report(
          diag::AC0937, span,
          {{"cells", std::to_string(cells.size())}, {"columns", std::to_string(columns_.size())}});
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
    if (!is_good) return;
    const RegisterRow kept = row;
    if (const RegisterRow* other = into_.add(name_, std::move(row))) {
      findings_.add(base::make(
          diag::AC1103, span,
          {{"register", name_}, {"member", kept.member}, {"date", shared_day(*other, kept)}},
          {base::note(notes::first_stands_here, {}, other->span)}));
    }
  }

  std::string name_;
  Sources& sources_;
  base::Findings& findings_;
  Registers& into_;
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

Checked<std::shared_ptr<const Registers>> read_registers(std::string_view folder) {
  Sources sources;
  base::Findings findings;
  auto registers = std::make_shared<Registers>();
  std::error_code failed;
  std::vector<std::filesystem::path> files;
  for (const auto& file : std::filesystem::directory_iterator(std::string(folder), failed)) {
    if (file.path().extension() == ".csv") files.push_back(file.path());
  }
  std::sort(files.begin(), files.end());
  if (failed || files.empty())
    findings.add(base::make(diag::AC0200, {}, {{"path", std::string(folder)}}));
  for (const std::filesystem::path& path : files) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    if (!in) {
      findings.add(base::make(diag::AC0200, {}, {{"path", path.string()}}));
      continue;
    }
    Reader(path.stem().string(), sources, findings, *registers).read(path.string(), text.str());
  }
  const bool is_good = !findings.has_errors();
  Diagnostics told = findings.take();
  if (!is_good) return {std::nullopt, std::move(told), std::move(sources)};
  return {std::shared_ptr<const Registers>(std::move(registers)), std::move(told),
          std::move(sources)};
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

/// Posts that nobody ever holds, and superiors who go round in a circle.
void check_posts(const step::Model& model, step::ParameterValues parameters,
                 const Registers& registers, base::Findings& findings) {
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
    if (!is_held && !members->second.empty()) {
      findings.add(base::make(diag::AC1114, members->second.begin()->second.front().span,
                              {{"role", model.roles[r].name}, {"register", in.name}}));
    }
    for (const step::Office::Path* path : {&office->stand_in, &office->delegate})
      if (checked.insert({path->in, path->field}).second)
        check_stand_ins(model, *path, registers, findings);
    if (office->superior == step::none || !checked.insert({office->in, office->superior}).second)
      continue;
    check_superiors(in, in.fields[office->superior].name, registers, members->second, findings);
  }
}

}  // namespace

Diagnostics check_registers(const Rulebook& rules, const Registers& registers) {
  const step::Model& model = *rulebook::model_of(rules);
  base::Findings findings;
  for (const auto& [name, members] : registers.all()) {
    const auto declared =
        std::find_if(model.registers.begin(), model.registers.end(),
                     [&, &is = name](const step::Register& one) { return one.name == is; });
    if (declared == model.registers.end()) {
      if (members.empty()) continue;
      findings.add(
          base::make(diag::AC1102, members.begin()->second.front().span, {{"name", name}}));
      continue;
    }
    const Zone& zone = model.packs[declared->pack].zone;
    std::vector<std::string> columns{std::string(from_column), std::string(until_column)};
    for (const step::Field& field : declared->fields) columns.push_back(field.name);
    std::set<std::string> strange;  // told once
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
            if (!field.type.is_optional()) {
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
                                     {"reason", value.error().message}}));
            continue;
          }
          if (field.of_register == step::none || !value->is(Kind::string)) continue;
          const std::string& other = model.registers[field.of_register].name;
          const std::string who(value->as_string());
          const auto in = registers.all().find(other);
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
  check_posts(model, rulebook::parameters_of(rules), registers, findings);
  return findings.take();
}

}  // namespace aftercare
