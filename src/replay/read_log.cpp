// A file of rows to a bound log. Everything that is looked up by text is looked up here.

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <functional>
#include <map>

#include "base/csv.hpp"
#include "base/json_reader.hpp"
#include "base/text.hpp"
#include "base/unicode.hpp"
#include "calendar/unclear.hpp"
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

/// Days from 0001-01-01 to 9999-12-31.
constexpr std::int32_t first_day = -719'162, last_day = 2'932'896;

bool is_of_our_years(const Value& value) {
  if (value.is(Kind::date))
    return first_day <= value.as_date().days && value.as_date().days <= last_day;
  if (value.is(Kind::instant))
    return earliest <= value.as_instant() && value.as_instant() < too_late;
  if (!value.is(Kind::list)) return true;
  return std::all_of(value.items().begin(), value.items().end(), is_of_our_years);
}

/// Why a cell is no instant.
std::string no_instant(std::string_view text, const Zone& zone) {
  if (calendar::unclear_time(text, zone)) return parse_instant(text, zone).error().message;
  return "\"" + std::string(text) + "\" is no instant";
}

std::uint64_t hash_of(std::string_view text) noexcept {
  return std::hash<std::string_view>{}(text);
}

constexpr std::string_view holds_nul = "the row holds a NUL character";

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
  std::vector<Binding> versions;  ///< what other versions of the pack make of it
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

  /// `places`: of each column's name; empty where they have none.
  bool begin(const std::vector<std::string_view>& header, std::vector<SourceSpan> places) {
    for (const std::string_view name : header) header_.emplace_back(base::trim(name));
    places_ = std::move(places);
    const std::vector<std::string> data = data_names();
    std::vector<bool> is_named(header_.size());
    const auto column = [&](const std::string& name, bool is_needed) -> std::size_t {
      const auto found = std::find(header_.begin(), header_.end(), name);
      if (found != header_.end() && !name.empty()) {
        const auto number = static_cast<std::size_t>(found - header_.begin());
        const auto again = std::find(found + 1, header_.end(), name);
        if (!is_named[number] && again != header_.end())
          twice(name, static_cast<std::size_t>(again - header_.begin()));
        is_named[number] = true;
        return number;
      }
      if (is_needed && !name.empty()) {
        // One that means nothing else is the one that was meant; it is told once.
        SourceSpan place = place_of(name);
        std::vector<std::string> others;
        for (std::size_t i = 0; i < header_.size(); ++i)
          if (!is_named[i] && means_nothing(header_[i], data)) others.push_back(header_[i]);
        const auto near = base::closest(name, others);
        const bool is_meant = near.has_value();
        if (is_meant) {
          const auto number = static_cast<std::size_t>(
              std::find(header_.begin(), header_.end(), *near) - header_.begin());
          is_named[number] = true;
          if (!mapping_.place_of(name)) place = column_place(number);
        }
        findings_.add(base::make(diag::AC1001, place, {{"name", name}},
                                 names_note(name, is_meant ? others : header_)));
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
    behalf_ = column(mapping_.on_behalf_of, mapping_.has_columns);
    reason_ = column(mapping_.reason, mapping_.has_columns);
    for (const Mapping::Datum& datum : mapping_.data) {
      data_columns_.emplace_back(datum.name, column(datum.column, true));
      if (std::binary_search(data.begin(), data.end(), datum.name)) continue;
      findings_.add(base::make(diag::AC1006, datum.span, {{"name", datum.name}},
                               names_note(datum.name, data)));
      is_good_ = false;
    }
    for (const std::string& name : mapping_.ignore) column(name, true);
    if (mapping_.data_by_name) name_data(is_named, data);
    // A reason may be a datum of its own too.
    if (mapping_.data_by_name && reason_ != nowhere) data_columns_.emplace_back("reason", reason_);
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

  [[nodiscard]] std::size_t columns() const noexcept { return header_.size(); }

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
    for (const std::size_t column : nameless_) {
      if (field(column).empty()) continue;
      refused("the column of \"" + std::string(field(column)) + "\" has no name");
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
      refused(no_instant(field(at_), zone));
      return;
    }
    row.recorded = row.at;
    const std::string_view recorded = field(recorded_);
    if (recorded_ != nowhere && !recorded.empty() && !instant(recorded, row.recorded)) {
      refused(no_instant(recorded, zone));
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
        refused("no role is called \"" + std::string(role) + "\"" + meant(nearest_role(role)));
        return;
      }
    }
    if (const std::string_view person = field(person_); person_ != nowhere && !person.empty()) {
      if (engine::has_control(person)) {
        refused("the name of a person holds a control character");
        return;
      }
      row.person = person_of(person);
    }
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
      std::string why;
      if (!converted) {
        why = converted.error().message;
      } else if (!is_of_our_years(*converted)) {
        why = "\"" + std::string(value) + "\" has no year of four digits";
      } else if (column.input == signed_input || column.input == refused_input) {
        why = not_signed_here(*converted, target);
      }
      if (!why.empty()) {
        log_.data.resize(row.data);
        log_.problems.push_back(
            {raw.line, Became::invalid, {"data", header_[column.column], {}, std::move(why)}});
        return;
      }
      log_.data.push_back({column.input, std::move(*converted)});
    }
    if (const std::string_view holder = field(behalf_); behalf_ != nowhere && !holder.empty()) {
      if (engine::has_control(holder)) {
        log_.data.resize(row.data);
        refused("the name of a person holds a control character");
        return;
      }
      log_.data.push_back({behalf_input, Value::string(holder)});
    }
    row.data_count = static_cast<std::uint16_t>(log_.data.size() - row.data);
    const std::string_view key = field(key_);
    if (target.procedure == none) {
      row.group = static_cast<std::uint32_t>(log_.groups.size());
      log_.groups.push_back({std::string(key), none, 1});
    } else {
      if (key.empty() || engine::has_control(key)) {
        log_.data.resize(row.data);
        refused(key.empty() ? "the row names no case"
                            : "the name of the case holds a control character");
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
        (void)add_versions(opening, opens, key, zone, field);
        pending_openings_.push_back({log_.rows.size(), opening});
      }
      // A key column also fills the case's key field where the event asks for it.
      put_key(row, bound, key);
    }
    if (const std::string why = add_versions(row, bound, key, zone, field); !why.empty()) {
      --log_.groups[row.group].rows;
      refused(why);
      return;
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

  /// What the columns that nothing has named yet are: data of their names.
  void name_data(const std::vector<bool>& is_named, const std::vector<std::string>& known) {
    for (std::size_t i = 0; i < header_.size(); ++i) {
      const std::string& name = header_[i];
      if (is_named[i]) continue;
      if (name.empty()) {
        nameless_.push_back(i);
        continue;
      }
      const auto first = std::find(header_.begin(), header_.end(), name) - header_.begin();
      if (static_cast<std::size_t>(first) != i) {
        if (!is_named[static_cast<std::size_t>(first)] &&
            std::count(header_.begin(), header_.begin() + static_cast<std::ptrdiff_t>(i), name) ==
                1)
          twice(name, i);
        continue;
      }
      if (std::binary_search(known.begin(), known.end(), name)) {
        data_columns_.emplace_back(name, i);
        continue;
      }
      Diagnostic finding = base::make(diag::AC1006, column_place(i), {{"name", name}});
      std::vector<std::string> candidates = known;
      for (const std::string* column : columns_of_mapping())
        if (std::find(header_.begin(), header_.end(), *column) == header_.end())
          candidates.push_back(*column);
      if (const auto near = base::closest(name, candidates))
        finding.notes.push_back(base::note(notes::did_you_mean, {{"name", *near}}));
      finding.notes.push_back(base::note(notes::ignore_column, {{"name", name}}));
      findings_.add(std::move(finding));
      is_good_ = false;
    }
  }

  std::array<const std::string*, 8> columns_of_mapping() const {
    return {&mapping_.key,  &mapping_.event,  &mapping_.at,           &mapping_.recorded,
            &mapping_.role, &mapping_.person, &mapping_.on_behalf_of, &mapping_.reason};
  }

  /// Whether the name of a column is neither a datum nor a column of the mapping.
  bool means_nothing(const std::string& name, const std::vector<std::string>& data) const {
    const auto columns = columns_of_mapping();
    return !name.empty() && !std::binary_search(data.begin(), data.end(), name) &&
           std::none_of(std::begin(columns), std::end(columns),
                        [&](const std::string* column) { return *column == name; });
  }

  SourceSpan column_place(std::size_t number) const {
    return number < places_.size() ? places_[number] : header_span_;
  }

  void twice(const std::string& name, std::size_t again) {
    findings_.add(base::make(diag::AC1007, column_place(again), {{"name", name}}));
    is_good_ = false;
  }

  /// The names of all data that an event may bring, in order.
  std::vector<std::string> data_names() const {
    const step::Model& model = *log_.model;
    std::vector<std::string> names;
    for (const step::Procedure& procedure : model.procedures) {
      for (const step::Event& event : procedure.events)
        for (const step::Input& input : event.inputs) names.push_back(input.name);
      for (const step::Form& form : procedure.forms) {
        for (const step::Field& field : form.fields) names.push_back(field.name);
        names.emplace_back("signed");
        names.emplace_back("refused");
      }
    }
    for (const step::Ledger& ledger : model.ledgers) {
      for (const step::Field& field : ledger.fields) names.push_back(field.name);
      names.push_back(ledger.subject);
    }
    for (const step::Rule& rule : model.rules) {
      if (rule.is != step::Rule::Is::right && rule.reported_by.is_empty()) continue;
      for (const step::Input& input : rule.inputs) names.push_back(input.name);
      names.emplace_back("who");
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
  }

  /// The name that was probably meant, as the tail of a sentence.
  static std::string meant(const std::string& near) {
    return near.empty() ? std::string() : "; did you mean '" + near + "'?";
  }
  /// Only for the first: a log may have a million texts that mean nothing.
  bool looks_for_meant() noexcept { return ++looked_for_ <= most_looked_for; }

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
      bound.problem =
          "no event is called \"" + name + "\"" +
          meant(looks_for_meant() ? names_.suggestion(fact.empty() ? event : fact) : std::string());
    } else if (std::any_of(targets.begin(), targets.end(), [&](const engine::Target& t) {
                 return targets.front().procedure != t.procedure &&
                        !names_.is_one(targets.front(), t);
               })) {
      bound.problem = "several procedures have an event \"" + name + "\"";
    } else if (!fact.empty() && targets.front().procedure == none) {
      bound.problem = "\"" + name + "\" is entered by hand: it is voided, not retracted";
    } else {
      const engine::Target named = targets.front();
      engine::Target target = named;
      if (!fact.empty()) {
        target.is = Incoming::Is::retract;
        target.of = named.is;
      }
      bind_target(target, named, targets, bound);
      if (log_.model->has_versions) bind_versions(targets, target.is == Incoming::Is::retract, bound);
    }
    return bindings_.emplace(std::string(event), std::move(bound)).first->second;
  }

  void bind_target(const engine::Target& target, const engine::Target& named,
                   const std::vector<engine::Target>& all, Binding& bound) {
    bound.is_known = true;
    bound.target = static_cast<std::uint16_t>(log_.targets.size());
    log_.targets.push_back(target);
    log_.also.emplace_back();
    for (const engine::Target& other : all) {
      if (named.is == Incoming::Is::decision && other.is == Incoming::Is::decision &&
          other.procedure == named.procedure)
        log_.also.back().push_back(other);
    }
    bind_columns(target, bound);
  }

  /// What other versions of the pack make of an event.
  void bind_versions(const std::vector<engine::Target>& all, bool is_retraction, Binding& bound) {
    const engine::Target first = all.front();
    std::vector<Index> bound_already{pack_of(first)};
    for (const engine::Target& named : all) {
      const Index pack = pack_of(named);
      if (!names_.is_one(first, named) ||
          std::find(bound_already.begin(), bound_already.end(), pack) != bound_already.end())
        continue;
      bound_already.push_back(pack);
      engine::Target target = named;
      if (is_retraction) {
        target.is = Incoming::Is::retract;
        target.of = named.is;
      }
      Binding other;
      bind_target(target, named, all, other);
      bound.versions.push_back(std::move(other));
    }
  }

  [[nodiscard]] Index pack_of(const engine::Target& target) const {
    const step::Model& model = *log_.model;
    if (target.procedure != none) return model.procedures[target.procedure].pack;
    return target.is == Incoming::Is::row ? model.ledgers[target.index].pack
                                          : model.rules[target.index].pack;
  }

  /// Reads the row as the other versions do. Gives why it cannot be read; empty: it can.
  template <class Field>
  std::string add_versions(LogRow& row, const Binding& bound, std::string_view key,
                           const Zone& zone, const Field& field) {
    if (bound.versions.empty()) return {};
    if (row.data + row.data_count != log_.data.size()) {  // only the newest row can grow
      const std::uint32_t from = row.data;
      row.data = static_cast<std::uint32_t>(log_.data.size());
      for (std::uint16_t d = 0; d < row.data_count; ++d) {
        LogDatum copy = log_.data[from + d];
        log_.data.push_back(std::move(copy));
      }
    }
    const std::size_t begin = log_.data.size();
    log_.data.push_back({versions_input, Value::integer(static_cast<std::int64_t>(log_.versions.size()))});
    ++row.data_count;
    std::vector<VersionRow> versions;
    for (const Binding& other : bound.versions) {
      LogRow as = row;
      as.data = static_cast<std::uint32_t>(log_.data.size());
      as.data_count = 0;
      if (!row.is_synthetic) {
        for (const Binding::Column& column : other.columns) {
          const std::string_view value = field(column.column);
          if (value.empty()) continue;
          auto converted = step::from_text(value, *column.type, zone);
          if (!converted) {
            log_.data.resize(begin);
            --row.data_count;
            return converted.error().message;
          }
          log_.data.push_back({column.input, std::move(*converted)});
          ++as.data_count;
        }
        if (const std::string_view holder = field(behalf_); behalf_ != nowhere && !holder.empty()) {
          log_.data.push_back({behalf_input, Value::string(holder)});
          ++as.data_count;
        }
      }
      as.target = other.target;
      put_key(as, other, key);
      versions.push_back({as.target, as.data, as.data_count});
    }
    log_.versions.push_back(std::move(versions));
    return {};
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
      const step::Procedure& p = model.procedures[target.procedure];
      for (const step::Field& field : p.brought(event)) bind(field.name, input++, field.type);
      if (event.form != none && event.does != step::Event::Does::voids) {
        bind("signed", signed_input, names);
        if (has_refusals(p.forms[event.form])) bind("refused", refused_input, names);
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

  std::uint32_t group_of(Index of, std::string_view key, bool& is_new) {
    const Index family = log_.model->procedures[of].family;
    const Index procedure = family != none ? family : of;
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

  static bool has_refusals(const step::Form& form) {
    return std::any_of(form.signatures.begin(), form.signatures.end(),
                       [](const step::Form::Signature& one) { return one.may_refuse; });
  }

  /// Why a signature does not belong on the form; empty: all do.
  std::string not_signed_here(const Value& names, const engine::Target& target) {
    const step::Procedure& procedure = log_.model->procedures[target.procedure];
    const auto& signatures = procedure.forms[procedure.events[target.index].form].signatures;
    for (const Value& name : names.items()) {
      const bool is_known = std::any_of(
          signatures.begin(), signatures.end(),
          [&](const step::Form::Signature& one) { return one.name == name.as_string(); });
      if (is_known) continue;
      std::vector<std::string> known;
      for (const step::Form::Signature& one : signatures) known.push_back(one.name);
      return "the form has no place for the signature \"" + std::string(name.as_string()) + "\"" +
             meant(base::closest(name.as_string(), known).value_or(std::string()));
    }
    return {};
  }

  std::string nearest_role(std::string_view name) {
    if (!looks_for_meant()) return {};
    std::vector<std::string> known;
    for (const step::Role& role : log_.model->roles) known.push_back(role.name);
    return base::closest(name, known).value_or(std::string());
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
  std::vector<SourceSpan> places_;  // of the names of the columns
  std::size_t key_ = nowhere, event_ = nowhere, at_ = nowhere, recorded_ = nowhere, role_ = nowhere,
              person_ = nowhere, behalf_ = nowhere, reason_ = nowhere;
  std::vector<std::pair<std::string, std::size_t>> data_columns_;
  std::vector<std::size_t> nameless_;  ///< columns in which nothing may stand
  static constexpr std::size_t most_looked_for = 1000;
  std::size_t looked_for_ = 0;
  std::map<std::string, Binding, std::less<>> bindings_;
  logs::HashIndex events_, roles_, persons_, reasons_, groups_;
  std::vector<Heard> heard_;                               // by number in events_
  std::vector<std::pair<std::string, Index>> role_names_;  // by number in roles_
  std::vector<std::uint32_t> case_groups_;                 // by number in groups_: into Log::groups
  std::vector<std::pair<std::size_t, LogRow>> pending_openings_;
  Index default_role_ = none;
};

/// A member of a row as the text that a CSV file would have. Nothing: an object, which is no datum.
std::optional<std::string> plain_text(const base::JsonValue& value) {
  using K = base::JsonValue::Kind;
  switch (value.kind) {
    case K::null:
      return std::string();
    case K::object:
      return std::nullopt;
    case K::boolean:
      return value.boolean ? "true" : "false";
    case K::number:
    case K::string:
      return value.text;
    case K::array: {
      std::string out = "[";
      for (const base::JsonValue& item : value.items) {
        const auto text = plain_text(item);
        if (!text) return std::nullopt;
        if (out.size() > 1) out += ", ";
        out += *text;
      }
      return out + "]";
    }
  }
  return std::nullopt;
}

/// Where the name of a member stands in the line of a JSON object; the member, where it is written
/// with escapes.
std::pair<std::size_t, std::size_t> place_of_name(std::string_view line, const std::string& name,
                                                  const base::JsonValue& value) {
  const std::size_t close = line.rfind('"', line.rfind(':', value.begin - 1));
  const bool is_plain = close != std::string_view::npos && close >= name.size() &&
                        line.substr(close - name.size(), name.size()) == name;
  if (!is_plain) return {value.begin, value.end};
  return {close - name.size(), close};
}

/// JSON lines: every name that occurs in any object is a column.
bool read_jsonl(std::string_view text, LogReader& reader, base::Findings& findings,
                Sources& sources, std::uint32_t file) {
  std::vector<std::string> header;
  std::vector<SourceSpan> places;
  std::string quoted;  // the lines in which a name is met first; the others are empty
  std::unordered_map<std::string, std::size_t> columns;
  std::vector<std::pair<std::uint32_t, base::JsonValue>> rows;
  std::vector<std::uint32_t> broken;
  std::uint32_t line = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
    std::string_view one = base::trim(text.substr(0, end));
    text.remove_prefix(end);
    text.remove_prefix(text.substr(0, 2) == "\r\n" ? 2 : text.empty() ? 0 : 1);
    ++line;
    if (line > 1) quoted += '\n';
    if (one.empty()) continue;
    auto parsed = base::read_json(one);
    if (!parsed || parsed.value->kind != base::JsonValue::Kind::object) {
      broken.push_back(line);
      rows.emplace_back(line, base::JsonValue());
      continue;
    }
    const std::size_t begin = quoted.size();
    for (const auto& [name, value] : parsed.value->members) {
      if (!columns.try_emplace(name, header.size()).second) continue;
      if (quoted.size() == begin) quoted += one;
      const auto [from, to] = place_of_name(one, name, value);
      header.push_back(name);
      places.push_back({file, static_cast<std::uint32_t>(begin + from),
                        static_cast<std::uint32_t>(begin + to)});
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
  const std::uint32_t names = sources.add(std::string(sources.name(file)), std::move(quoted));
  for (SourceSpan& place : places) place.file = names;
  if (!reader.begin({header.begin(), header.end()}, std::move(places))) return false;
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
        auto plain = plain_text(value);
        if (!plain) raw.problem = "an object is no datum";
        kept[column] = std::move(plain).value_or(std::string());
        if (kept[column].find('\0') != std::string::npos) raw.problem = holds_nul;
        raw.fields[column] = kept[column];
      }
    }
    reader.row(raw);
  }
  return true;
}

/// As much of it as can be quoted, without a mark of UTF-8.
std::string first_line(std::string_view text) {
  constexpr std::size_t most = 4096;
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
  std::string_view line = text.substr(0, text.find_first_of("\r\n"));
  if (line.size() > most) {
    line = line.substr(0, most);
    while (!line.empty() && (line.back() & 0xC0) == 0x80) line.remove_suffix(1);
    if (!line.empty() && (line.back() & 0x80) != 0) line.remove_suffix(1);
  }
  return std::string(line);
}

/// Why a file cannot be read as a log at all; empty: it can.
std::string wrong_encoding(std::string_view text, std::string_view header) {
  if (base::is_utf16(text)) return base::both("it is UTF-16", "文件是UTF-16编码");
  if (base::find_invalid_utf8(header) != std::string_view::npos)
    return base::both("its first line is not UTF-8", "第一行不是UTF-8编码");
  if (header.find('\0') != std::string_view::npos)
    return base::both("its first line holds a NUL character", "第一行含有NUL字符");
  return {};
}

std::size_t lines_of(std::string_view text) {
  std::size_t lines = 1;
  for (std::size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1))
    ++lines;
  return lines;
}

/// Where the fields of the first line stand in what is quoted of it; a quoted one that had to be
/// rewritten, and one beyond what is quoted, is the whole line.
std::vector<SourceSpan> places_in(std::string_view text,
                                  const std::vector<std::string_view>& fields, SourceSpan line) {
  const std::size_t mark = text.substr(0, 3) == "\xEF\xBB\xBF" ? 3 : 0;
  std::vector<SourceSpan> out;
  for (std::string_view field : fields) {
    field = base::trim(field);
    const std::less<> is_before;
    const bool is_inside = !is_before(field.data(), text.data() + mark) &&
                           !is_before(text.data() + mark + line.end, field.data() + field.size());
    const auto begin =
        is_inside ? static_cast<std::uint32_t>(field.data() - text.data() - mark) : 0;
    out.push_back(
        is_inside && !field.empty()
            ? SourceSpan{line.file, begin, begin + static_cast<std::uint32_t>(field.size())}
            : line);
  }
  return out;
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
  const bool is_jsonl = name.size() > 6 && name.substr(name.size() - 6) == ".jsonl";
  std::string header = first_line(text);
  const std::string encoding = wrong_encoding(text, is_jsonl ? std::string_view() : header);
  if (!encoding.empty() || base::find_invalid_utf8(header) != std::string_view::npos)
    header.clear();
  const auto header_bytes = static_cast<std::uint32_t>(header.size());
  const std::uint32_t file = sources.add(name, std::move(header));
  std::optional<Log> log;
  if (is_good && !encoding.empty()) {
    findings.add(base::make(diag::AC1002, {file, 0, 0}, {{"why", encoding}},
                            {base::note(notes::save_as_utf8)}));
    is_good = false;
  }
  if (is_good) {
    LogReader reader(rulebook::model_of(rules), mapping, findings,
                     {file, 0, is_jsonl ? 0U : header_bytes});
    if (is_jsonl) {
      is_good = read_jsonl(text, reader, findings, sources, file);
    } else {
      base::CsvReader csv(text);
      RawRow raw;
      if (!csv.next(raw.fields)) {
        findings.add(base::make(diag::AC1002, {file, 0, 0},
                                {{"why", base::both("the file is empty", "文件是空的")}}));
        is_good = false;
      } else {
        is_good = reader.begin(raw.fields, places_in(text, raw.fields, {file, 0, header_bytes}));
      }
      reader.expect(lines_of(text));
      const bool is_utf8 = base::find_invalid_utf8(text) == std::string_view::npos;
      const bool has_nul = text.find('\0') != std::string::npos;
      const auto has_nul_in = [](std::string_view field) {
        return field.find('\0') != std::string_view::npos;
      };
      const auto is_bad = [](std::string_view field) {
        return base::find_invalid_utf8(field) != std::string_view::npos;
      };
      while (is_good && csv.next(raw.fields)) {
        raw.line = csv.line();
        raw.problem = {};
        // Columns that do not add up over several lines: a mark that was not meant to quote.
        const bool is_stray = csv.has_several_lines() && raw.fields.size() != reader.columns();
        if (is_stray) csv.keep_one_line();
        if (csv.is_broken() || is_stray)
          raw.problem = "a quotation mark is not closed, or text follows a closed one";
        else if (!is_utf8 && std::any_of(raw.fields.begin(), raw.fields.end(), is_bad))
          raw.problem = "the row is not UTF-8";
        else if (has_nul && std::any_of(raw.fields.begin(), raw.fields.end(), has_nul_in))
          raw.problem = holds_nul;
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
