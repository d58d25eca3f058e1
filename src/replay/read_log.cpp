// A file of rows to a bound log. Everything that is looked up by text is looked up here.

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>

#include "base/csv.hpp"
#include "base/json_reader.hpp"
#include "base/text.hpp"
#include "base/unicode.hpp"
#include "replay/hash_index.hpp"
#include "replay/log.hpp"
#include "replay/mapping.hpp"
#include "rulebook/access.hpp"
#include "step/convert.hpp"

namespace aftercare {

namespace {

using logs::Mapping;
using Became = RefusedRows::Became;
using step::Incoming;
using step::Index;
using step::none;

constexpr std::size_t max_file_bytes = std::size_t{4} << 30;

/// Years of four digits, wherever on earth: what a log tells lies between, or is mistyped.
constexpr Instant earliest{std::int64_t{-62'135'596'800 - 14 * 3600} * 1'000'000};
constexpr Instant too_late{std::int64_t{253'402'300'800 + 12 * 3600} * 1'000'000};

std::uint64_t hash_of(std::string_view text) noexcept {
  return std::hash<std::string_view>{}(text);
}

/// A row as columns; the same for CSV and JSONL.
struct RawRow {
  std::uint32_t line = 0;
  std::vector<std::string_view> fields;  ///< by column
  std::string_view problem;              ///< why the row as a whole cannot be read
};

/// How the data of one event name are found in a row.
struct Binding {
  std::uint16_t target = 0;
  bool is_known = false;
  std::string problem;
  struct Column {
    std::size_t column;
    std::uint16_t input;
    const Type* type;
  };
  std::vector<Column> columns;
};

class LogReader {
 public:
  LogReader(std::shared_ptr<const step::Model> model, const Mapping& mapping,
            base::Findings& findings, SourceSpan header)
      : names_(*model), mapping_(mapping), findings_(findings), header_span_(header) {
    log_.model = std::move(model);
    log_.persons.emplace_back();
    log_.reasons.emplace_back();
  }

  /// About how many rows there will be.
  void expect(std::size_t rows) { log_.rows.reserve(rows); }

  bool begin(const std::vector<std::string_view>& header) {
    for (const std::string_view name : header) header_.emplace_back(base::trim(name));
    const auto column = [&](const std::string& name, bool is_needed) -> std::size_t {
      const auto found = std::find(header_.begin(), header_.end(), name);
      if (found != header_.end()) return static_cast<std::size_t>(found - header_.begin());
      if (is_needed && !name.empty()) {
        Diagnostic finding = base::make(diag::AC1001, place_of(name), {{"name", name}});
        finding.notes = names_note(name, header_);
        findings_.add(std::move(finding));
        is_good_ = false;
      }
      return nowhere;
    };
    key_ = column(mapping_.key, true);
    event_ = column(mapping_.event, true);
    at_ = column(mapping_.at, true);
    recorded_ = column(mapping_.recorded, mapping_.has_columns);
    role_ = column(mapping_.role, mapping_.has_columns);
    person_ = column(mapping_.person, mapping_.has_columns);
    reason_ = column(mapping_.reason, mapping_.has_columns);
    for (const auto& [datum, name] : mapping_.data)
      data_columns_.emplace_back(datum, column(name, true));
    if (mapping_.data_by_name) {
      for (std::size_t i = 0; i < header_.size(); ++i) {
        if (i == key_ || i == event_ || i == at_ || i == recorded_ || i == role_ || i == person_)
          continue;
        data_columns_.emplace_back(header_[i], i);
      }
    }
    if (!mapping_.procedure.empty() && names_.procedure(mapping_.procedure) == none) {
      std::vector<std::string> procedures;
      for (const step::Procedure& one : log_.model->procedures) procedures.push_back(one.name);
      findings_.add(base::make(diag::AC1004, place_of(mapping_.procedure),
                               {{"name", mapping_.procedure}},
                               names_note(mapping_.procedure, procedures)));
      is_good_ = false;
    }
    for (const auto& [text, event] : mapping_.events) check_event(event);
    if (!mapping_.opens_with.empty() && check_event(mapping_.opens_with)) {
      const Binding& opening = binding(mapping_.opens_with);
      const engine::Target& target = log_.targets[opening.target];
      if (target.is != Incoming::Is::event ||
          log_.model->procedures[target.procedure].events[target.index].opens == none) {
        findings_.add(base::make(diag::AC1005, place_of(mapping_.opens_with),
                                 {{"event", mapping_.opens_with}}));
        is_good_ = false;
      }
    }
    default_role_ = role_of(mapping_.default_role);
    if (default_role_ == none && !mapping_.default_role.empty()) {
      std::vector<std::string> known;
      for (const step::Role& role : log_.model->roles) known.push_back(role.name);
      findings_.add(
          base::make(diag::AC0212, place_of(mapping_.default_role),
                     {{"what", base::both("role", "角色")}, {"name", mapping_.default_role}},
                     names_note(mapping_.default_role, known)));
      is_good_ = false;
    }
    return is_good_;
  }

  void row(const RawRow& raw) {
    ++log_.file_rows;
    LogRow row;
    row.line = raw.line;
    const auto field = [&](std::size_t column) {
      return column < raw.fields.size() ? base::trim(raw.fields[column]) : std::string_view();
    };
    const auto refused = [&](std::string why, Became became = Became::invalid) {
      log_.problems.push_back({raw.line, became, {{}, std::move(why), {}, {}}});
    };
    if (!raw.problem.empty()) {
      refused(std::string(raw.problem));
      return;
    }
    if (raw.fields.size() != header_.size() && !is_json_) {
      refused("the row has " + std::to_string(raw.fields.size()) + " fields, the header " +
              std::to_string(header_.size()));
      return;
    }
    const std::string_view text = field(event_);
    const Heard& heard = hear(text);
    if (heard.binding == nullptr) {
      refused("no event for \"" + std::string(text) + "\"", Became::unmapped);
      return;
    }
    const Binding& bound = *heard.binding;
    if (!bound.is_known) {
      refused(bound.problem, Became::unmapped);
      return;
    }
    const engine::Target& target = log_.targets[bound.target];
    const Zone& zone = mapping_.zone ? *mapping_.zone : zone_of(target.procedure);
    const auto instant = [&](std::string_view from, Instant& into) {
      const auto value = step::from_text(from, Type::instant(), zone);
      if (value) into = value->as_instant();
      return value && earliest <= into && into < too_late;
    };
    if (!instant(field(at_), row.at)) {
      refused("\"" + std::string(field(at_)) + "\" is no instant");
      return;
    }
    row.recorded = row.at;
    const std::string_view recorded = field(recorded_);
    if (recorded_ != nowhere && !recorded.empty() && !instant(recorded, row.recorded)) {
      refused("\"" + std::string(recorded) + "\" is no instant");
      return;
    }
    if (row.recorded < row.at) {
      refused("recorded before it happened");
      return;
    }
    row.role = default_role_;
    if (const std::string_view role = field(role_); role_ != nowhere && !role.empty()) {
      row.role = role_of(role);
      if (row.role == none) {
        refused("no role is called \"" + std::string(role) + "\"");
        return;
      }
    }
    if (const std::string_view person = field(person_); person_ != nowhere && !person.empty())
      row.person = person_of(person);
    if (const std::string_view why = field(reason_); reason_ != nowhere && !why.empty()) {
      row.reason = reason_of(why);
    } else if (target.is == Incoming::Is::retract) {
      row.reason = reason_of(text);  // the log's own word for it
    }
    row.target = bound.target;
    row.data = static_cast<std::uint32_t>(log_.data.size());
    for (const Binding::Column& column : bound.columns) {
      const std::string_view value = field(column.column);
      if (value.empty()) continue;
      auto converted = step::from_text(value, *column.type, zone);
      if (!converted) {
        log_.data.resize(row.data);
        log_.problems.push_back({raw.line,
                                 Became::invalid,
                                 {"data", header_[column.column], {}, converted.error().message}});
        return;
      }
      log_.data.push_back({column.input, std::move(*converted)});
    }
    row.data_count = static_cast<std::uint16_t>(log_.data.size() - row.data);
    const std::string_view key = field(key_);
    if (target.procedure == none) {
      row.group = static_cast<std::uint32_t>(log_.groups.size());
      log_.groups.push_back({std::string(key), none, 1});
    } else {
      if (key.empty()) {
        log_.data.resize(row.data);
        refused("the row names no case");
        return;
      }
      bool is_new = false;
      row.group = group_of(target.procedure, key, is_new);
      ++log_.groups[row.group].rows;
      if (is_new && !mapping_.opens_with.empty() && !heard.opens) {
        LogRow opening = row;
        const Binding& opens = binding(mapping_.opens_with);
        opening.is_synthetic = true;
        opening.target = opens.target;
        opening.data = static_cast<std::uint32_t>(log_.data.size());
        opening.data_count = 0;
        put_key(opening, opens, key);
        pending_openings_.push_back({log_.rows.size(), opening});
      }
      // A key column also fills the case's key field where the event asks for it.
      put_key(row, bound, key);
    }
    log_.rows.push_back(row);
  }

  std::shared_ptr<const Log::Impl> finish() {
    // The opening goes before the row that is first in time, not first in the file.
    if (!pending_openings_.empty()) {
      std::vector<std::uint32_t> first(log_.groups.size(), 0xFFFFFFFFU);
      const auto earlier = [&](std::uint32_t a, std::uint32_t b) {
        return log_.rows[a].recorded < log_.rows[b].recorded;
      };
      for (std::uint32_t i = 0; i < log_.rows.size(); ++i) {
        const LogRow& row = log_.rows[i];
        if (first[row.group] == 0xFFFFFFFFU || earlier(i, first[row.group])) first[row.group] = i;
      }
      std::vector<LogRow> with;
      with.reserve(log_.rows.size() + pending_openings_.size());
      std::map<std::uint32_t, LogRow> openings;
      for (auto& [position, opening] : pending_openings_) openings.emplace(opening.group, opening);
      for (std::uint32_t i = 0; i < log_.rows.size(); ++i) {
        const LogRow& row = log_.rows[i];
        if (first[row.group] == i) {
          const auto found = openings.find(row.group);
          if (found != openings.end()) {
            LogRow opening = found->second;
            opening.at = row.at;
            opening.recorded = row.recorded;
            opening.role = row.role;
            opening.person = row.person;
            opening.line = row.line;
            with.push_back(opening);
          }
        }
        with.push_back(row);
      }
      log_.rows = std::move(with);
    }
    const auto by_time = [](const LogRow& a, const LogRow& b) { return a.recorded < b.recorded; };
    if (!std::is_sorted(log_.rows.begin(), log_.rows.end(), by_time))
      std::stable_sort(log_.rows.begin(), log_.rows.end(), by_time);
    for (const Log::Impl::Group& group : log_.groups)
      log_.group_cases += group.procedure != none ? 1 : 0;
    return std::make_shared<const Log::Impl>(std::move(log_));
  }

  void set_json() noexcept { is_json_ = true; }

 private:
  static constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

  /// Where the mapping says a word; without a mapping, the line of the log that names its columns.
  SourceSpan place_of(std::string_view word) const {
    return mapping_.place_of(word).value_or(header_span_);
  }

  static std::vector<DiagnosticNote> names_note(const std::string& name,
                                                const std::vector<std::string>& known) {
    if (const auto near = base::closest(name, known))
      return {base::note(notes::did_you_mean, {{"name", *near}})};
    std::string all;
    for (const std::string& one : known) all += (all.empty() ? "" : ", ") + one;
    return {base::note(notes::names_here, {{"names", all}})};
  }

  const Zone& zone_of(Index procedure) const {
    const Index pack = procedure == none ? Index{0} : log_.model->procedures[procedure].pack;
    return log_.model->packs[pack].zone;
  }

  std::string qualified(std::string_view event) const {
    if (mapping_.procedure.empty() || event.find('.') != std::string_view::npos)
      return std::string(event);
    const std::string inside = mapping_.procedure + "." + std::string(event);
    return names_.find(inside).empty() ? std::string(event) : inside;
  }

  /// `retract arrived`: what is taken back; else nothing.
  static std::string_view taken_back(std::string_view event) {
    std::string_view rest = event;
    return base::next_word(rest) == "retract" ? rest : std::string_view();
  }

  bool check_event(const std::string& whole) {
    const std::string_view fact = taken_back(whole);
    const std::string event(fact.empty() ? std::string_view(whole) : fact);
    if (!names_.find(qualified(event)).empty()) return true;
    Diagnostic finding = base::make(diag::AC1003, place_of(whole), {{"name", event}});
    const std::string near = names_.suggestion(event);
    if (!near.empty()) finding.notes.push_back(base::note(notes::did_you_mean, {{"name", near}}));
    findings_.add(std::move(finding));
    is_good_ = false;
    return false;
  }

  const Binding& binding(std::string_view event) {
    const auto found = bindings_.find(event);
    if (found != bindings_.end()) return found->second;
    Binding bound;
    const std::string_view fact = taken_back(event);
    const std::string name = qualified(fact.empty() ? event : fact);
    const auto& targets = names_.find(name);
    if (targets.empty()) {
      bound.problem = "no event is called \"" + name + "\"";
    } else if (targets.size() > 1 && targets.front().procedure != targets.back().procedure) {
      bound.problem = "several procedures have an event \"" + name + "\"";
    } else if (!fact.empty() && targets.front().procedure == none) {
      bound.problem = "\"" + name + "\" is entered by hand: it is voided, not retracted";
    } else {
      bound.is_known = true;
      bound.target = static_cast<std::uint16_t>(log_.targets.size());
      const engine::Target named = targets.front();
      engine::Target target = named;
      if (!fact.empty()) {
        target.is = Incoming::Is::retract;
        target.of = named.is;
      }
      log_.targets.push_back(target);
      log_.also.emplace_back();
      for (const engine::Target& other : targets) {
        if (named.is == Incoming::Is::decision && other.is == Incoming::Is::decision)
          log_.also.back().push_back(other);
      }
      bind_columns(target, bound);
    }
    return bindings_.emplace(std::string(event), std::move(bound)).first->second;
  }

  void bind_columns(const engine::Target& target, Binding& bound) {
    const auto bind = [&](std::string_view name, std::uint16_t input, const Type& type) {
      for (const auto& [datum, column] : data_columns_)
        if (datum == name && column != nowhere) bound.columns.push_back({column, input, &type});
    };
    static const Type person = Type::string();
    static const Type names = Type::list(Type::string());
    const step::Model& model = *log_.model;
    std::uint16_t input = 0;
    if (target.is == Incoming::Is::event) {
      const step::Event& event = model.procedures[target.procedure].events[target.index];
      for (const step::Input& in : event.inputs) bind(in.name, input++, in.type);
      if (event.form != none) {
        for (const step::Field& field : model.procedures[target.procedure].forms[event.form].fields)
          bind(field.name, input++, field.type);
        bind("signed", signed_input, names);
      }
    } else if (target.is == Incoming::Is::row) {
      const step::Ledger& ledger = model.ledgers[target.index];
      for (const step::Field& field : ledger.fields) bind(field.name, input++, field.type);
      bind(ledger.subject, subject_input, ledger.subject_type);
    } else if (target.is == Incoming::Is::by_hand || target.is == Incoming::Is::right) {
      for (const step::Input& in : model.rules[target.index].inputs)
        bind(in.name, input++, in.type);
      bind("who", subject_input, person);
    }
  }

  void put_key(LogRow& row, const Binding& bound, std::string_view key) {
    const engine::Target& target = log_.targets[bound.target];
    if (target.is != Incoming::Is::event) return;
    const step::Procedure& procedure = log_.model->procedures[target.procedure];
    const step::Event& event = procedure.events[target.index];
    for (std::uint16_t i = 0; i < event.inputs.size(); ++i) {
      if (event.inputs[i].case_slot != procedure.key_slot || procedure.key_slot == step::no_slot)
        continue;
      for (std::uint16_t d = 0; d < row.data_count; ++d)
        if (log_.data[row.data + d].input == i) return;
      auto value = step::from_text(key, event.inputs[i].type, zone_of(target.procedure));
      if (!value) return;
      if (row.data + row.data_count != log_.data.size()) return;  // only the newest row can grow
      log_.data.push_back({i, std::move(*value)});
      ++row.data_count;
    }
  }

  std::uint32_t group_of(Index procedure, std::string_view key, bool& is_new) {
    const auto [number, inserted] = groups_.add(hash_of(key), [&](std::uint32_t n) {
      const Log::Impl::Group& group = log_.groups[case_groups_[n]];
      return group.procedure == procedure && group.key == key;
    });
    is_new = inserted;
    if (inserted) {
      case_groups_.push_back(static_cast<std::uint32_t>(log_.groups.size()));
      log_.groups.push_back({std::string(key), procedure, 0});
    }
    return case_groups_[number];
  }

  std::uint32_t person_of(std::string_view name) {
    // Number 0 of the log is nobody.
    const auto [number, inserted] = persons_.add(
        hash_of(name), [&](std::uint32_t n) { return log_.persons[n + 1].as_string() == name; });
    if (inserted) log_.persons.push_back(Value::string(name));
    return number + 1;
  }

  std::uint32_t reason_of(std::string_view text) {
    const auto [number, inserted] =
        reasons_.add(hash_of(text), [&](std::uint32_t n) { return log_.reasons[n + 1] == text; });
    if (inserted) log_.reasons.emplace_back(text);
    return number + 1;
  }

  Index role_of(std::string_view name) {
    if (name.empty()) return none;
    const auto [number, inserted] =
        roles_.add(hash_of(name), [&](std::uint32_t n) { return role_names_[n].first == name; });
    if (inserted) role_names_.emplace_back(name, names_.role(name));
    return role_names_[number].second;
  }

  /// What a text of the event column means.
  struct Heard {
    std::string text;
    const Binding* binding = nullptr;  ///< null: no event
    bool opens = false;                ///< it is the event that the mapping opens cases with
  };
  const Heard& hear(std::string_view text) {
    const auto [number, inserted] =
        events_.add(hash_of(text), [&](std::uint32_t n) { return heard_[n].text == text; });
    if (inserted) {
      const std::string_view event = mapping_.event_for(text);
      heard_.push_back({std::string(text), event.empty() ? nullptr : &binding(event),
                        event == mapping_.opens_with});
    }
    return heard_[number];
  }

  Log::Impl log_;
  engine::Names names_;
  const Mapping& mapping_;
  base::Findings& findings_;
  SourceSpan header_span_;
  bool is_good_ = true;
  bool is_json_ = false;
  std::vector<std::string> header_;
  std::size_t key_ = nowhere, event_ = nowhere, at_ = nowhere, recorded_ = nowhere, role_ = nowhere,
              person_ = nowhere, reason_ = nowhere;
  std::vector<std::pair<std::string, std::size_t>> data_columns_;
  std::map<std::string, Binding, std::less<>> bindings_;
  logs::HashIndex events_, roles_, persons_, reasons_, groups_;
  std::vector<Heard> heard_;                               // by number in events_
  std::vector<std::pair<std::string, Index>> role_names_;  // by number in roles_
  std::vector<std::uint32_t> case_groups_;                 // by number in groups_: into Log::groups
  std::vector<std::pair<std::size_t, LogRow>> pending_openings_;
  Index default_role_ = none;
};

/// A member of a row as the text that a CSV file would have.
std::string plain_text(const base::JsonValue& value) {
  using K = base::JsonValue::Kind;
  switch (value.kind) {
    case K::null:
    case K::object:
      return {};
    case K::boolean:
      return value.boolean ? "true" : "false";
    case K::number:
    case K::string:
      return value.text;
    case K::array: {
      std::string out = "[";
      for (const base::JsonValue& item : value.items) {
        if (out.size() > 1) out += ", ";
        out += plain_text(item);
      }
      return out + "]";
    }
  }
  return {};
}

/// JSON lines: every name that occurs in any object is a column.
bool read_jsonl(std::string_view text, LogReader& reader, base::Findings& findings,
                std::uint32_t file) {
  std::vector<std::string> header;
  std::unordered_map<std::string, std::size_t> columns;
  std::vector<std::pair<std::uint32_t, base::JsonValue>> rows;
  std::vector<std::uint32_t> broken;
  std::uint32_t line = 0;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view one = base::trim(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    ++line;
    if (one.empty()) continue;
    auto parsed = base::read_json(one);
    if (!parsed || parsed.value->kind != base::JsonValue::Kind::object) {
      broken.push_back(line);
      rows.emplace_back(line, base::JsonValue());
      continue;
    }
    for (const auto& [name, value] : parsed.value->members) {
      if (columns.try_emplace(name, header.size()).second) header.push_back(name);
    }
    rows.emplace_back(line, std::move(*parsed.value));
  }
  if (rows.empty() || rows.size() == broken.size()) {
    findings.add(
        base::make(diag::AC1002, {file, 0, 0},
                   {{"why", base::both("no line is a JSON object", "没有一行是JSON对象")}}));
    return false;
  }
  reader.set_json();
  if (!reader.begin({header.begin(), header.end()})) return false;
  RawRow raw;
  std::vector<std::string> kept(header.size());
  for (const auto& [at, object] : rows) {
    raw.line = at;
    raw.fields.assign(header.size(), {});
    const bool is_object = object.kind == base::JsonValue::Kind::object;
    raw.problem = is_object ? std::string_view() : "the line is no JSON object";
    if (is_object) {
      for (const auto& [name, value] : object.members) {
        const std::size_t column = columns.at(name);
        kept[column] = plain_text(value);
        raw.fields[column] = kept[column];
      }
    }
    reader.row(raw);
  }
  return true;
}

std::size_t lines_of(std::string_view text) {
  std::size_t lines = 1;
  for (std::size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1))
    ++lines;
  return lines;
}

Checked<Log> read_bound(std::string name, std::string text, const Rulebook& rules,
                        const LogOptions& options) {
  Sources sources;
  base::Findings findings;
  Mapping mapping;
  bool is_good = true;
  if (!options.mapping.empty()) {
    std::ifstream in(options.mapping, std::ios::binary);
    std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    const std::uint32_t file = sources.add(options.mapping, std::move(bytes));
    if (!in) {
      findings.add(base::make(diag::AC0200, {file, 0, 0}, {{"path", options.mapping}}));
      is_good = false;
    } else {
      auto read = logs::read_mapping(sources, file, findings);
      if (read && !findings.has_errors()) {
        mapping = std::move(*read);
      } else {
        is_good = false;
      }
    }
  }
  // Of the log itself only the line that names the columns is ever quoted.
  std::string header = text.substr(0, std::min(text.find_first_of("\r\n"), std::size_t{4096}));
  if (header.compare(0, 3, "\xEF\xBB\xBF") == 0) header.erase(0, 3);
  if (base::find_invalid_utf8(header) != std::string_view::npos) header.clear();
  const auto header_bytes = static_cast<std::uint32_t>(header.size());
  const std::uint32_t file = sources.add(name, std::move(header));
  std::optional<Log> log;
  if (is_good) {
    const bool is_jsonl = name.size() > 6 && name.substr(name.size() - 6) == ".jsonl";
    LogReader reader(rulebook::model_of(rules), mapping, findings,
                     {file, 0, is_jsonl ? 0U : header_bytes});
    if (is_jsonl) {
      is_good = read_jsonl(text, reader, findings, file);
    } else {
      base::CsvReader csv(text);
      RawRow raw;
      if (!csv.next(raw.fields)) {
        findings.add(base::make(diag::AC1002, {file, 0, 0},
                                {{"why", base::both("the file is empty", "文件是空的")}}));
        is_good = false;
      } else {
        is_good = reader.begin(raw.fields);
      }
      reader.expect(lines_of(text));
      const bool is_utf8 = base::find_invalid_utf8(text) == std::string_view::npos;
      const auto is_bad = [](std::string_view field) {
        return base::find_invalid_utf8(field) != std::string_view::npos;
      };
      while (is_good && csv.next(raw.fields)) {
        raw.line = csv.line();
        raw.problem = {};
        if (csv.is_broken())
          raw.problem = "a quotation mark is not closed, or text follows a closed one";
        else if (!is_utf8 && std::any_of(raw.fields.begin(), raw.fields.end(), is_bad))
          raw.problem = "the row is not UTF-8";
        reader.row(raw);
      }
    }
    if (is_good) log = Log(reader.finish());
  }
  return {std::move(log), findings.take(), std::move(sources)};
}

}  // namespace

std::size_t Log::rows() const noexcept { return impl_->file_rows; }
std::size_t Log::cases() const noexcept { return impl_->group_cases; }

Checked<Log> read_log_text(std::string_view name, std::string text, const Rulebook& rules,
                           const LogOptions& options) {
  return read_bound(std::string(name), std::move(text), rules, options);
}

Checked<Log> read_log(std::string_view path, const Rulebook& rules, const LogOptions& options) {
  const std::string name(path);
  std::FILE* file = std::fopen(name.c_str(), "rb");
  Sources sources;
  base::Findings findings;
  const auto cannot = [&] {
    const std::uint32_t id = sources.add(name, "");
    findings.add(base::make(diag::AC0200, {id, 0, 0}, {{"path", name}}));
    return Checked<Log>(std::nullopt, findings.take(), sources);
  };
  if (file == nullptr) return cannot();
  std::string text;
  char buffer[1 << 16];
  std::size_t got = 0;
  while ((got = std::fread(buffer, 1, sizeof buffer, file)) > 0 && text.size() < max_file_bytes)
    text.append(buffer, got);
  const bool failed = std::ferror(file) != 0;
  std::fclose(file);
  if (failed) return cannot();
  return read_bound(name, std::move(text), rules, options);
}

}  // namespace aftercare
