// The interface of this file is write_out_duties() and Linker::compile_duty().
#include "rulebook/duties.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/text.hpp"
#include "rulebook/linker.hpp"
#include "rulebook/made_nodes.hpp"

namespace aftercare::rulebook {
namespace {

using step::Duty;

constexpr std::string_view to_do = "to_do";
constexpr std::string_view kept = "kept";
constexpr std::string_view kept_late = "kept_late";
constexpr std::string_view handed_in = "handed_in";
constexpr std::string_view people = "people";
constexpr std::array due_phrases = {
    Word::on_first_day,     Word::on_last_day,  Word::on_day,          Word::within_of_start,
    Word::within_after_end, Word::ahead_of_end, Word::before_it_begins};

/// A part of a scalar, with its place.
Node part_of(const Node& whole, TextRange range) {
  Node node = made_scalar(whole.text.substr(range.begin, range.end - range.begin),
                     whole.span_of(range.begin, range.end));
  node.style = whole.style;
  if (node.span.end - node.span.begin == node.text.size())
    node.runs.push_back({0, node.span.begin, node.span.end});
  return node;
}

std::optional<std::pair<Word, TextRange>> due_of(const Node& due, Language language) {
  if (!due.is_scalar()) return std::nullopt;
  for (const Word phrase : due_phrases) {
    if (const auto gap = gap_in(due.text, phrase, language)) return std::pair{phrase, *gap};
  }
  return std::nullopt;
}

/// The longest that a period of these words may be, in days; none: of a length.
std::optional<int> most_days(const Node& every, Language language) {
  constexpr std::pair<Word, int> known[] = {
      {Word::day, 1},      {Word::working_day, 1}, {Word::week, 7},  {Word::month, 31},
      {Word::quarter, 92}, {Word::half_year, 184}, {Word::year, 366}};
  for (const auto& [word, days] : known) {
    if (is_word(base::trim(every.text), word, language)) return days;
  }
  return std::nullopt;
}

/// The form that a duty is done with; null where there is none, or the pack has none of the name.
const Item* form_of(const Item& duty, const PackOutline& pack) {
  const Node* name = get(duty.body(), Word::form, duty.language);
  if (!name || !name->is_scalar()) return nullptr;
  for (const Item& item : pack.items)
    if (item.kind->word == Word::form && item.name == base::trim(name->text)) return &item;
  return nullptr;
}

/// What happens when a duty is done, in time or not: with a form, not before that is complete.
std::string once_done_text(bool has_form, Language language) {
  if (!has_form) return std::string(duty_names::done);
  const std::string enters = std::string(spelling(Word::enter, language)) + " ";
  return enters + std::string(kept) + " " + std::string(spelling(Word::or_, language)) + " " +
         enters + std::string(kept_late);
}

/// Writes one duty out.
class Writer : NodeMaker {
 public:
  Writer(Outline& outline, const PackOutline& pack, const Item& duty, base::Findings& findings)
      : NodeMaker(duty.language, duty.key().span, duty.body().span),
        outline_(outline),
        pack_(pack),
        duty_(duty),
        findings_(findings) {}

  std::vector<Item> write() {
    made_.push_back(item(Word::procedure, {}, procedure()));
    // The author's own words of it come first: they say what the heading says.
    made_.back().heading = duty_.heading;
    const Node* due = key(Word::due);
    if (due && due->is_scalar()) {
      if (auto clock = this->clock(*due))
        made_.push_back(item(Word::clock, duty_names::due, std::move(*clock)));
    }
    if (!has_own_offence()) made_.push_back(item(Word::offence, duty_names::missed, offence()));
    if (const Node* to = key(Word::to)) {
      std::vector<Entry> body;
      body.push_back(entry(Word::when, made_scalar(once_done(), to->span)));
      body.push_back(entry(Word::who, *to));
      made_.push_back(item(Word::notify, handed_in, map(std::move(body))));
    }
    return std::move(made_);
  }

 private:
  [[nodiscard]] const Node* key(Word word) const { return get(duty_.body(), word, language_); }
  [[nodiscard]] std::string one_day() const {
    const rt::UnitRow& unit = rt::row(rt::Unit::day);
    return "1" + std::string(language_ == Language::chinese ? unit.chinese.front() : unit.symbol);
  }
  /// The form that it is done with; null where there is none, or the pack has none of the name.
  const Node* declared_form() const {
    return form_of(duty_, pack_) != nullptr ? key(Word::form) : nullptr;
  }
  [[nodiscard]] std::string once_done() const {
    return once_done_text(declared_form() != nullptr, language_);
  }

  void add_cites(std::vector<Entry>& body) const {
    for (const Word word : {Word::cites, Word::why})
      if (const Node* node = key(word)) body.push_back(entry(word, *node));
  }

  /// A heading of the outline. What belongs to the procedure is called `<duty>.<name>`.
  Item item(Word kind, std::string_view own_name, Node body) {
    const std::string owner(duty_.name);
    auto made = std::make_unique<Entry>();
    made->value = std::move(body);
    if (own_name.empty()) {
      made->key = duty_.key();
    } else {
      made->key = scalar(spelt(kind) + " " + owner + "." + std::string(own_name));
      if (const Entry* due = get_entry(duty_.body(), Word::due, language_); due)
        made->key.span = due->key.span;
    }
    Item out;
    out.kind = find_kind(spelling(kind, language_), language_);
    out.entry = made.get();
    out.heading = duty_.heading;
    if (own_name.empty()) {
      out.name = owner;
    } else if (const auto heading = parse_heading(made->key.text, language_)) {
      out.heading = *heading;
      out.owner = owner;
      out.name = std::string(own_name);
    }
    out.clause = duty_.clause;
    out.language = language_;
    out.made_from = duty_.entry;
    outline_.made.push_back(std::move(made));
    return out;
  }

  Node procedure() {
    using namespace duty_names;
    std::vector<Entry> body, fields, facts, opening, doing, states;
    if (const Node* title = key(Word::title)) body.push_back(entry(Word::title, *title));
    const Node* each = key(Word::each);
    body.push_back(entry(Word::key, scalar(each ? number : period)));
    std::vector<Node> given;
    const auto field = [&](std::string_view field_name, Node type) {
      fields.push_back(entry(field_name, std::move(type)));
      given.push_back(scalar(field_name));
    };
    if (each) field(number, scalar(spelt(Word::string_type)));
    field(period, scalar(spelt(Word::string_type)));
    field(first_day, scalar(spelt(Word::date_type)));
    field(last_day, scalar(spelt(Word::date_type)));
    if (each && each->is_scalar()) field(base::trim(each->text), *each);
    body.push_back(entry(Word::case_, map(std::move(fields))));

    opening.push_back(entry(Word::opens, scalar(to_do)));
    opening.push_back(entry(Word::gives, list(std::move(given))));
    facts.push_back(entry(begun, map(std::move(opening))));
    if (const Node* by = key(Word::by)) doing.push_back(entry(Word::by, *by));
    if (const Node* form = key(Word::form)) doing.push_back(entry(Word::form, *form));
    std::vector<Entry> with, needs;
    if (const Node* papers = key(Word::papers)) {
      const auto add = [&](const Node& paper) {
        if (!paper.is_scalar()) return;
        Entry one{made_scalar(std::string(base::trim(paper.text)), paper.span),
                  made_scalar(spelt(Word::string_type), paper.span)};
        with.push_back(std::move(one));
      };
      add(*papers);
      for (const Node& paper : papers->items) add(paper);
    }
    if (const Node* head_count = key(Word::people); head_count && head_count->is_scalar()) {
      with.push_back(entry(people, scalar(spelt(Word::list_of) + " " + spelt(Word::person_type))));
      const std::string count(base::trim(head_count->text));
      Entry need{made_scalar(std::string(people) + " >= " + count, head_count->span),
                 made_scalar("count(done.people) >= " + count, head_count->span)};
      needs.push_back(std::move(need));
    }
    if (const Node* expect = key(Word::expect); expect && expect->is_map())
      needs.insert(needs.end(), expect->entries.begin(), expect->entries.end());
    if (!with.empty()) doing.push_back(entry(Word::with, map(std::move(with))));
    if (!needs.empty()) doing.push_back(entry(Word::needs, map(std::move(needs))));
    add_cites(doing);
    facts.push_back(entry(done, map(std::move(doing))));
    body.push_back(entry(Word::facts, map(std::move(facts))));

    // A form that lacks something is on record, and the task is not done.
    const Node* filled = declared_form();
    const auto once_filled = [&](std::string_view to) {
      if (filled == nullptr) return scalar(to);
      std::vector<Entry> complete, otherwise;
      complete.push_back(
          entry(Word::if_, made_scalar(std::string(base::trim(filled->text)) + "." + spelt(Word::complete), filled->span)));
      complete.push_back(entry(Word::go, scalar(to)));
      otherwise.push_back(entry(Word::else_, scalar(spelt(Word::stay))));
      std::vector<Node> rows;
      rows.push_back(map(std::move(complete)));
      rows.push_back(map(std::move(otherwise)));
      return list(std::move(rows));
    };
    const auto state = [&](std::vector<std::pair<std::string, std::string_view>> when) {
      std::vector<Entry> branches, inner;
      for (auto& [happening, to] : when)
        branches.push_back(entry(happening, happening == done ? once_filled(to) : scalar(to)));
      inner.push_back(entry(Word::when, map(std::move(branches))));
      return map(std::move(inner));
    };
    const std::string breached = std::string(due) + " " + spelt(Word::breached);
    states.push_back(entry(to_do, state({{std::string(done), kept}, {breached, missed}})));
    states.push_back(entry(missed, state({{std::string(done), kept_late}})));
    states.push_back(entry(kept, scalar(spelt(Word::final_))));
    states.push_back(entry(kept_late, scalar(spelt(Word::final_))));
    body.push_back(entry(Word::states, map(std::move(states))));
    add_cites(body);
    return map(std::move(body));
  }

  /// The clock from the beginning to the day on which the task is due.
  std::optional<Node> clock(const Node& due) {
    using namespace duty_names;
    const auto found = due_of(due, language_);
    if (!found) {
      std::string forms;
      for (const Word phrase : due_phrases) forms += (forms.empty() ? "" : "; ") + spelt(phrase);
      findings_.add(base::make(diag::AC0880, due.span, {{"text", due.text}},
                               {base::note(notes::due_forms, {{"forms", forms}})}));
      return std::nullopt;
    }
    std::vector<Entry> body;
    body.push_back(entry(Word::start, scalar(begun)));
    body.push_back(entry(Word::stop, made_scalar(once_done(), due.span)));
    const auto day = [&](std::string_view text) { return made_scalar(std::string(text), due.span); };
    switch (found->first) {
      case Word::on_first_day:
        body.push_back(entry(Word::by_then, day(first_day)));
        break;
      case Word::on_last_day:
        body.push_back(entry(Word::by_then, day(last_day)));
        break;
      case Word::on_day: {
        const Node number = part_of(due, found->second);
        check_day(number);
        const std::string that =
            std::string(first_day) + " + floor(" + number.text + " - 1) * " + one_day();
        std::vector<Entry> row, rest;
        row.push_back(entry(Word::if_, made_scalar(that + " > " + std::string(last_day), number.span)));
        row.push_back(entry(Word::is, day(last_day)));
        rest.push_back(entry(Word::else_, made_scalar(that, number.span)));
        body.push_back(entry(Word::by_then, list({map(std::move(row)), map(std::move(rest))})));
        break;
      }
      case Word::within_of_start:
        body.push_back(entry(Word::since, day(first_day)));
        body.push_back(entry(Word::within, part_of(due, found->second)));
        break;
      case Word::within_after_end:
        body.push_back(entry(Word::since, day(last_day)));
        body.push_back(entry(Word::within, part_of(due, found->second)));
        break;
      case Word::ahead_of_end:
        body.push_back(entry(Word::by_then, day(last_day)));
        body.push_back(entry(Word::ahead, part_of(due, found->second)));
        break;
      default:
        body.push_back(entry(Word::by_then, day(std::string(first_day) + " - " + one_day())));
        break;
    }
    if (const Node* calendar = key(Word::calendar))
      body.push_back(entry(Word::calendar, *calendar));
    add_cites(body);
    return map(std::move(body));
  }

  /// A day that no period has is a slip of the pen.
  void check_day(const Node& number) {
    const Node* every = key(Word::every);
    const auto most = every && every->is_scalar() ? most_days(*every, language_) : std::nullopt;
    if (!most || number.text.size() > 4 ||
        !std::all_of(number.text.begin(), number.text.end(), base::is_ascii_digit))
      return;
    const int day = std::stoi(number.text);
    if (day >= 1 && day <= *most) return;
    findings_.add(base::make(diag::AC0881, number.span,
                             {{"day", number.text},
                              {"every", std::string(base::trim(every->text))},
                              {"most", std::to_string(*most)}}));
  }

  Node offence() {
    std::vector<Entry> body;
    body.push_back(
        entry(Word::when, scalar(std::string(duty_names::due) + " " + spelt(Word::breached))));
    if (const Node* by = key(Word::by)) body.push_back(entry(Word::who, *by));
    add_cites(body);
    return map(std::move(body));
  }

  [[nodiscard]] bool has_own_offence() const {
    return std::any_of(pack_.items.begin(), pack_.items.end(), [&](const Item& other) {
      return other.kind->word == Word::offence && other.owner == duty_.name &&
             other.name == duty_names::missed;
    });
  }

  Outline& outline_;
  const PackOutline& pack_;
  const Item& duty_;
  base::Findings& findings_;
  std::vector<Item> made_;
};

/// The row that a duty adds to the entries of a ledger: what the ledger asks for, by the names of
/// its form's fields, of its papers, and of what an occurrence knows.
class EntryWriter : NodeMaker {
 public:
  EntryWriter(Outline& outline, const PackOutline& pack, const Item& duty, const Node& enters,
              base::Findings& findings)
      : NodeMaker(duty.language, enters.span, enters.span),
        outline_(outline),
        pack_(pack),
        duty_(duty),
        findings_(findings) {}

  /// `enters`: the name of the ledger.
  void write(std::string_view enters, std::vector<Item>& items) {
    const std::string name(base::trim(enters));
    Item* ledger = nullptr;
    std::vector<std::string> known;
    for (Item& item : items) {
      if (item.kind->word != Word::ledger) continue;
      known.push_back(item.name);
      if (item.name == name) ledger = &item;
    }
    if (ledger == nullptr) {
      std::vector<DiagnosticNote> notes;
      if (const auto near = base::closest(name, known))
        notes.push_back(base::note(notes::did_you_mean, {{"name", *near}}));
      findings_.add(base::make(
          diag::AC0212, span_,
          {{"what", base::both("ledger", "台账")}, {"name", name}}, std::move(notes)));
      return;
    }
    if (!ledger->body().is_map()) return;
    language_ = ledger->language;  // the row is one of the ledger's
    std::vector<Entry> row, give;
    row.push_back(entry(Word::from, scalar(duty_.name)));
    row.push_back(entry(Word::when, scalar(once_done_text(form() != nullptr, language_))));
    if (const Item* filled = form())
      row.push_back(entry(Word::if_, scalar(filled->name + "." + spelt(Word::complete))));
    const std::string subject(get_text(ledger->body(), Word::subject, language_));
    if (const std::string of = source_of(subject); !of.empty()) {
      row.push_back(entry(Word::of, scalar(of)));
    } else {
      findings_.add(base::make(diag::AC1121, span_,
                               {{"duty", std::string(duty_.name)}, {"subject", subject}}));
      return;
    }
    const std::string on(get_text(ledger->body(), Word::on, language_));
    if (const Node* fields = get(ledger->body(), Word::fields, language_); fields && fields->is_map()) {
      for (const Entry& field : fields->entries) {
        std::string from = source_of(field.key.text);
        if (from.empty() && field.key.text == on)
          from = (language_ == Language::chinese ? "日期(" : "date(") +
                 std::string(duty_names::done) + "." + spelt(Word::at_instant) + ")";
        if (from.empty()) continue;  // who reads the row tells, unless it may be left out
        give.push_back(entry(field.key.text, scalar(from)));
      }
    }
    if (!give.empty()) row.push_back(entry(Word::give, map(std::move(give))));
    if (duty_.clause != none) {
      for (const ArticleItem& article : pack_.articles)
        if (article.clause == duty_.clause)
          row.push_back(entry(Word::cites, scalar(article.id)));
    }
    add_row(*ledger, map(std::move(row)));
  }

 private:
  [[nodiscard]] const Item* form() const { return form_of(duty_, pack_); }
  /// The expression that gives what a ledger calls by this name; empty: the duty knows none.
  [[nodiscard]] std::string source_of(const std::string& name) const {
    if (name.empty()) return {};
    if (const Item* filled = form(); filled && filled->body().is_map()) {
      const Node* fields = get(filled->body(), Word::fields, filled->language);
      if (fields && fields->is_map()) {
        for (const Entry& field : fields->entries)
          if (field.key.text == name) return filled->name + "." + name;
      }
    }
    const auto is_scalar_named = [&](const Node* node) {
      return node && node->is_scalar() && base::trim(node->text) == name;
    };
    if (const Node* papers = get(duty_.body(), Word::papers, duty_.language)) {
      bool is_paper = is_scalar_named(papers);
      for (const Node& paper : papers->items) is_paper = is_paper || is_scalar_named(&paper);
      if (is_paper) return std::string(duty_names::done) + "." + name;
    }
    const Node* each = get(duty_.body(), Word::each, duty_.language);
    if (is_scalar_named(each)) return name;
    if (name == duty_names::number && !each) return {};
    for (const std::string_view own : {duty_names::number, duty_names::period,
                                       duty_names::first_day, duty_names::last_day})
      if (name == own) return name;
    if (name == people && get(duty_.body(), Word::people, duty_.language))
      return std::string(duty_names::done) + "." + name;
    return {};
  }
  /// The ledger with one row more.
  void add_row(Item& ledger, Node row) {
    auto made = std::make_unique<Entry>(*ledger.entry);
    Entry* rows = nullptr;
    for (Entry& key : made->value.entries)
      if (key.key.text == spelling(Word::entries, language_)) rows = &key;
    if (rows == nullptr) {
      made->value.entries.push_back(entry(Word::entries, list({})));
      rows = &made->value.entries.back();
    }
    rows->value.items.push_back(std::move(row));
    ledger.entry = made.get();
    outline_.made.push_back(std::move(made));
  }

  Outline& outline_;
  const PackOutline& pack_;
  const Item& duty_;
  base::Findings& findings_;
};

}  // namespace

void write_out_duties(Outline& outline, base::Findings& findings) {
  for (PackOutline& pack : outline.packs) {
    const auto is_duty = [](const Item& item) { return item.kind->word == Word::duty; };
    if (std::none_of(pack.items.begin(), pack.items.end(), is_duty)) continue;
    std::vector<Item> items;
    for (const Item& item : pack.items) {
      if (!is_duty(item)) {
        items.push_back(item);
      } else if (item.body().is_map()) {
        for (Item& made : Writer(outline, pack, item, findings).write())
          items.push_back(std::move(made));
      }
    }
    for (const Item& item : pack.items) {
      if (!is_duty(item)) continue;
      const Node* enters = get(item.body(), Word::enters, item.language);
      if (enters && enters->is_scalar())
        EntryWriter(outline, pack, item, *enters, findings).write(enters->text, items);
    }
    pack.items = std::move(items);
  }
}

/// When its occurrences come.
void Linker::compile_duty(ProcDecl& proc) {
  const Item& item = *proc.item;
  if (!item.made_from) return;
  PackDecl& pack = *proc.pack;
  const Language language = item.language;
  const Node& body = item.made_from->value;
  step::Procedure& target = model_->procedures[proc.index];
  const feel::Scope& names = *proc.frame.names->names;
  Duty duty;
  duty.procedure = proc.index;
  duty.span = item.name_span();
  duty.begun = proc.event_index.at(std::string(duty_names::begun));
  target.events[duty.begun].is_of_time = true;

  // Nothing of a case is known when its period is looked for.
  const auto reads_a_case = [&](const Node& node, const MaybeFormula& formula) {
    if (!formula || formula->reads.empty() || formula->reads.front() >= target.frame_slots)
      return false;
    report(diag::AC0884, node.span, {{"name", item.name}});
    return true;
  };
  const Node* every = get(body, Word::every, language);
  const Node* since = get(body, Word::since, language);
  const Node* calendar = get(body, Word::calendar, language);
  constexpr std::pair<Word, Duty::Every> words[] = {
      {Word::day, Duty::Every::day},         {Word::working_day, Duty::Every::working_day},
      {Word::week, Duty::Every::week},       {Word::month, Duty::Every::month},
      {Word::quarter, Duty::Every::quarter}, {Word::half_year, Duty::Every::half_year},
      {Word::year, Duty::Every::year}};
  duty.every = Duty::Every::length;
  if (every && every->is_scalar()) {
    for (const auto& [word, means] : words)
      if (is_word(base::trim(every->text), word, language)) duty.every = means;
    const std::string written(base::trim(every->text));
    if (duty.every == Duty::Every::length && is_name(written) &&
        pack.parameters.count(written) == 0 && proc.let_index.count(written) == 0) {
      static_cast<void>(one_of(*every, spelling(Word::every, language),
             {Word::day, Word::working_day, Word::week, Word::month, Word::quarter, Word::half_year,
              Word::year},
             language));
    } else if (duty.every == Duty::Every::length) {
      duty.length = compile(pack, every, language, names, {}, {Wanted::Is::length, {}, false});
      check_constant_length(every, duty.length, true);
      const auto is_no_period = [](rt::Unit unit) {
        return rt::is_quantity(unit) || unit == rt::Unit::working_day;
      };
      bool is_none = is_written_in(proc, every, language, is_no_period);
      std::string text = every->text;
      // A blank that the company has filled in.
      if (duty.length && duty.length->reads.size() == 1 &&
          duty.length->reads.front() >= target.frame_slots) {
        const step::Parameter& blank =
            model_->parameters[duty.length->reads.front() - target.frame_slots];
        const auto value = constant_of(blank.initial);
        const auto length = value ? value->as_length() : std::nullopt;
        if (length && is_no_period(length->unit)) {
          is_none = true;
          text += " = " + blank.initial->text;
        }
      }
      if (!reads_a_case(*every, duty.length) && is_none)
        report(diag::AC0882, every->span, {{"text", text}});
    }
  }
  if (since && since->is_scalar()) {
    if (duty.every != Duty::Every::length) {
      report(diag::AC0883, since->span,
             {{"every", every && every->is_scalar() ? every->text : std::string()}});
    } else {
      duty.since = compile(pack, since, language, names, {}, {Wanted::Is::date, {}, false});
      reads_a_case(*since, duty.since);
    }
  }
  if (calendar) {
    name_calendar(pack, *calendar, language, names, {}, duty.calendar, duty.calendar_choice);
    reads_a_case(*calendar, duty.calendar_choice);
  } else if (duty.every == Duty::Every::working_day) {
    report(diag::AC0885, every->span, {{"name", item.name}});
  }
  if (const Node* due = get(body, Word::due, language))
    if (const auto found = due_of(*due, language))
      duty.is_early = found->first == Word::before_it_begins;
  if (const Node* each = get(body, Word::each, language); each && each->is_scalar()) {
    const auto known = pack.registers.find(std::string(base::trim(each->text)));
    if (known != pack.registers.end()) {
      duty.each = known->second;
    } else {
      // What is no type at all has been told.
      const auto field = std::find_if(
          target.fields.begin(), target.fields.end(),
          [&](const auto& f) { return f.span == each->span || f.name == base::trim(each->text); });
      std::vector<std::string> registers;
      for (const auto& [name, number] : pack.registers) registers.push_back(name);
      if (field != target.fields.end() && field->type.is() != Type::Is::any)
        unknown(base::both("register", "名册"), base::trim(each->text), each->span, registers);
    }
  }
  model_->duties.push_back(std::move(duty));
}

}  // namespace aftercare::rulebook
