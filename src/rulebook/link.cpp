// The interface of this file is link().
#include "rulebook/link.hpp"

#include <algorithm>
#include <initializer_list>
#include <ranges>

#include "aftercare/time.hpp"

#include "base/names.hpp"
#include "base/text.hpp"
#include "feel/types.hpp"
#include "rulebook/linker.hpp"
#include "value/currencies.hpp"

namespace aftercare::rulebook {

namespace {

/// Letters, digits, dots and the like, from a letter or a digit on.
bool is_version(std::string_view text) {
  const auto is_plain = [](unsigned char c) {
    return base::is_ascii_digit(static_cast<char>(c)) || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z') || c >= 0x80;
  };
  return text.empty() || is_plain(static_cast<unsigned char>(text.front()));
}

}  // namespace

Linker::Linker(Outline& outline, const Sources& sources, CalendarFiles& calendars,
               ModelFiles& models, base::Findings& findings)
    : outline_(outline),
      sources_(sources),
      findings_(findings),
      model_(std::make_shared<step::Model>()),
      calendar_files_(calendars),
      model_files_(models) {}

Linker::~Linker() = default;

void Linker::report(DiagnosticCode code, SourceSpan span, DiagnosticWords words,
                    std::vector<DiagnosticNote> notes) {
  findings_.add(base::make(code, span, std::move(words), std::move(notes)));
}

void Linker::unknown(std::string_view what, std::string_view name, SourceSpan span,
                     const std::vector<std::string>& known) {
  std::vector<DiagnosticNote> notes = base::names_instead(name, known);
  report(diag::AC0212, span, {{"what", std::string(what)}, {"name", std::string(name)}},
         std::move(notes));
}

std::optional<Word> Linker::one_of(const Node& node, std::string_view what,
                                   std::initializer_list<Word> words, Language language) {
  const std::string_view text = base::trim(node.text);
  std::string all;
  std::vector<std::string_view> known;
  for (const Word word : words) {
    if (is_word(text, word, language)) return word;
    known.push_back(spelling(word, language));
    all += (all.empty() ? "" : ", ") + std::string(known.back());
  }
  std::vector<DiagnosticNote> notes;
  if (const auto near = base::closest(text, known)) {
    notes.push_back(base::note(notes::did_you_mean, {{"name", *near}}));
  }
  report(diag::AC0213, node.span,
         {{"word", std::string(text)}, {"what", std::string(what)}, {"words", all}},
         std::move(notes));
  return std::nullopt;
}

ProcDecl* Linker::find_procedure(PackDecl& pack, std::string_view name) {
  const auto found = pack.procedures.find(std::string(name));
  if (found == pack.procedures.end()) return nullptr;
  for (ProcDecl& proc : procs_) {
    if (proc.index == found->second) return &proc;
  }
  return nullptr;
}

void Linker::check_duplicates(PackDecl& pack) {
  std::map<std::string, const Item*> seen;
  for (const Item& item : pack.outline->items) {
    // Needs and expectations are collected from all articles.
    if (item.kind->word == Word::needs || item.kind->word == Word::expect) continue;
    const std::string heading = std::string(spelling(item.kind->word, Language::english)) + " " +
                                (item.owner.empty() ? "" : item.owner + ".") + item.name;
    const auto [at, is_new] = seen.emplace(heading, &item);
    if (!is_new) {
      report(diag::AC0208, item.key().span, {{"heading", item.key().text}},
             {base::note(notes::first_stands_here, {}, at->second->key().span)});
    }
  }
}

std::optional<Roll> Linker::roll_of(const Node& node, Language language) {
  const auto word = one_of(node, spelling(Word::roll, language),
                           {Word::stay, Word::next_workday, Word::previous_workday,
                            Word::next_workday_in_month, Word::previous_workday_in_month,
                            Word::nearest_workday},
                           language);
  if (!word) return std::nullopt;
  const auto row = std::find_if(rolls.begin(), rolls.end(), [&](const RollRow& one) {
    return one.pack_name == spelling(*word, Language::english);
  });
  return row->roll;
}

void Linker::conventions(PackDecl& pack, step::Pack& target) {
  const Language language = pack.outline->language;
  const Node* node = get(*pack.outline->header, Word::conventions, language);
  if (!node) return;
  const auto named = [&](const Node& word) {
    static_cast<void>(
        one_of(word, spelling(Word::conventions, language), {Word::cn}, language));
  };
  if (node->is_scalar()) {
    named(*node);
    return;
  }
  if (const Node* base = get(*node, Word::extends, language)) named(*base);
  if (const Node* judged = get(*node, Word::judged_by, language)) {
    const auto word = one_of(*judged, spelling(Word::judged_by, language),
                             {Word::deadline, Word::elapsed}, language);
    if (word == Word::deadline)
      target.conventions.working_time = step::Conventions::Judged::deadline;
  }
  if (const Node* roll = get(*node, Word::roll, language)) {
    target.conventions.roll = roll_of(*roll, language).value_or(Roll::none);
  }
  clock_policies(*node, language, target.conventions.on_goal_change, target.conventions.on_reopen);
}

void Linker::pack_header(PackDecl& pack) {
  const PackOutline& outline = *pack.outline;
  const Node& header = *outline.header;
  const Language language = outline.language;
  step::Pack target;
  target.name = outline.name;
  target.language = language;
  target.source = outline.source;
  target.title = get_text(header, Word::title, language);
  target.version = get_text(header, Word::version, language);
  if (const Node* version = get(header, Word::version, language);
      version && version->is_scalar() && !is_version(base::trim(version->text))) {
    report(diag::AC0218, version->span,
           {{"text", version->text},
            {"what", base::both("version, such as 1 or 2024.2", "版本号,例如1或2024.2")}});
  }

  const Node* zone = get(header, Word::timezone, language);
  if (!zone) {
    // Days begin and hours count in a zone: nobody guesses which.
    const Node* name = get(header, Word::pack, language);
    report(diag::AC0206, name ? name->span : header.span,
           {{"key", std::string(spelling(Word::timezone, language))}});
  } else if (zone->is_scalar()) {
    if (auto loaded = Zone::load(base::trim(zone->text))) {
      target.zone = *loaded;
    } else {
      tell_unknown_zone(base::trim(zone->text), zone->span, findings_);
    }
  }
  target.currency = currency_code("CNY");
  if (const Node* currency = get(header, Word::currency, language);
      currency && currency->is_scalar()) {
    const std::string_view iso = base::trim(currency->text);
    pack.names_currency = true;
    if (value::is_currency(iso)) {
      target.currency = currency_code(iso);
    } else {
      std::vector<DiagnosticNote> hint;
      if (const auto meant = value::currency_meant(iso))
        hint.push_back(base::note(notes::did_you_mean, {{"name", *meant}}));
      report(diag::AC0220, currency->span, {{"name", std::string(iso)}}, std::move(hint));
    }
  }
  conventions(pack, target);
  if (const Node* effective = get(header, Word::effective, language)) {
    const auto day = [&](Word key, rt::Date& date, bool& has) {
      const Node* node = get(*effective, key, language);
      if (!node || !node->is_scalar()) return;
      // A name is that of a parameter: declare_effective() looks for it.
      if (key == Word::from && is_name(base::trim(node->text)) &&
          !parse_date(base::trim(node->text)))
        return;
      if (const auto parsed = parse_date(base::trim(node->text))) {
        date = *parsed;
        has = true;
      } else {
        report(diag::AC0218, node->span,
               {{"text", node->text}, {"what", std::string(spelling(Word::date_type, language))}});
      }
    };
    day(Word::from, target.effective_from, target.has_effective_from);
    day(Word::to, target.effective_to, target.has_effective_to);
    if (target.has_effective_from && target.has_effective_to &&
        target.effective_to < target.effective_from) {
      report(diag::AC0807, get(*effective, Word::to, language)->span,
             {{"from", iso_text(target.effective_from)}, {"to", iso_text(target.effective_to)}});
    }
  }
  model_->packs.push_back(std::move(target));

  // Roles and sanctions of one name are one in all packs: hosts speak of them by name.
  if (const Node* roles = get(header, Word::roles, language); roles && roles->is_map()) {
    for (const Entry& entry : roles->entries) {
      const auto same = std::find_if(model_->roles.begin(), model_->roles.end(),
                                     [&](const step::Role& r) { return r.name == entry.key.text; });
      auto number = static_cast<Index>(same - model_->roles.begin());
      if (same == model_->roles.end()) {
        check_no_type(entry.key.text, entry.key.span, language);
        model_->roles.push_back({entry.key.text, entry.value.text, entry.key.span, std::nullopt});
      }
      pack.roles[entry.key.text] = number;
    }
  }
  if (const Node* sanctions = get(header, Word::sanctions, language);
      sanctions && sanctions->is_map()) {
    for (const Entry& entry : sanctions->entries) {
      const auto same =
          std::find_if(model_->sanctions.begin(), model_->sanctions.end(),
                       [&](const step::Sanction& s) { return s.name == entry.key.text; });
      auto number = static_cast<Index>(same - model_->sanctions.begin());
      if (same == model_->sanctions.end()) {
        model_->sanctions.push_back({entry.key.text, entry.value.text});
      }
      pack.sanctions[entry.key.text] = number;
    }
  }
}

/// The parts of `effective` that speak of what the pack declares.
void Linker::declare_effective(PackDecl& pack) {
  const Language language = pack.outline->language;
  const Node* node = get(*pack.outline->header, Word::effective, language);
  if (!node || !node->is_map()) return;
  step::Pack& of = model_->packs[pack.index];
  of.effective_cites = cites_of(pack, *node, language, none);
  if (const Node* gap = get(*node, Word::after_gap, language); gap && gap->is_scalar()) {
    const auto word =
        one_of(*gap, spelling(Word::after_gap, language), {Word::true_, Word::false_}, language);
    of.is_after_gap = word == Word::true_;
  }
  const Node* from = get(*node, Word::from, language);
  if (!from || !from->is_scalar() || of.has_effective_from) return;
  const std::string name(base::trim(from->text));
  if (!is_name(name)) return;  // told
  const auto found = pack.parameters.find(name);
  if (found == pack.parameters.end()) {
    std::vector<std::string> known;
    for (const auto& [other, number] : pack.parameters)
      if (model_->parameters[number].type.is() == Type::Is::date) known.push_back(other);
    report(diag::AC0798, from->span, {{"pack", of.name}, {"name", name}},
           base::names_instead(name, known));
    return;
  }
  const step::Parameter& parameter = model_->parameters[found->second];
  if (parameter.type.is() == Type::Is::any) return;
  if (parameter.type.is() != Type::Is::date) {
    report(diag::AC0798, from->span, {{"pack", of.name}, {"name", name}},
           {base::note(notes::declared_here,
                       {{"name", name}, {"what", feel::type_word(parameter.type)}},
                       parameter.span)});
    return;
  }
  of.effective_by = found->second;
  if (of.effective_cites.empty()) of.effective_cites = parameter.cites;
}

/// `adoption: {approved_by: general_manager, then: published}`: two things that are recorded by
/// hand, of this version.
void Linker::declare_adoption(PackDecl& pack) {
  const Language language = pack.outline->language;
  const Node* node = get(*pack.outline->header, Word::adoption, language);
  if (!node || !node->is_map()) return;
  step::Pack& of = model_->packs[pack.index];
  const Node* role = get(*node, Word::approved_by, language);
  const Node* then = get(*node, Word::then, language);
  if (!role || !role->is_scalar() || !then || !then->is_scalar()) return;  // the schema tells
  if (of.version.empty()) {
    report(diag::AC0832, node->span, {{"pack", of.name}});
  }
  const auto found = pack.roles.find(std::string(base::trim(role->text)));
  if (found == pack.roles.end()) {
    std::vector<std::string> known;
    for (const auto& [name, number] : pack.roles) known.push_back(name);
    unknown(base::both("role", "角色"), base::trim(role->text), role->span, known);
    return;
  }
  const Cites cites = cites_of(pack, *node, language, none);
  const auto add = [&](std::string name, std::vector<Index> roles, const Node& at) {
    step::Rule rule;
    rule.is = step::Rule::Is::right;
    rule.name = of.name + "." + std::move(name);
    rule.pack = pack.index;
    rule.who.roles = std::move(roles);
    rule.adopts = of.name + " " + of.version;
    rule.cites = cites;
    rule.span = at.span;
    model_->rules.push_back(std::move(rule));
    rule_items_.emplace_back();
    return static_cast<Index>(model_->rules.size() - 1);
  };
  step::Pack::Adoption adoption;
  adoption.approved = add("approved", {found->second}, *role);
  adoption.then = add(std::string(base::trim(then->text)), {}, *then);
  of.adoption = adoption;
}

bool is_file_of(const PackOutline& pack, const File& file) {
  return &file.root == pack.header ||
         std::any_of(pack.items.begin(), pack.items.end(),
                     [&](const Item& item) { return item.entry->key.span.file == file.number; });
}

std::shared_ptr<step::Model> Linker::run() {
  step::Model& model = *model_;
  model.clauses = outline_.clauses;
  const auto texts = [](std::initializer_list<Word> words) {
    std::vector<std::string> out;
    for (const Word word : words) out.emplace_back(spelling(word, Language::english));
    return out;
  };
  model.word_sets.push_back(
      {"clock state",
       texts({Word::idle, Word::running, Word::paused, Word::met, Word::breached, Word::cancelled}),
       {}});
  model.word_sets.push_back({"answer", texts({Word::covered, Word::not_covered, Word::open}), {}});
  step::Ledger offences;
  offences.name = "offences";
  step::Ledger money;
  money.name = "money";
  model.ledgers.push_back(std::move(offences));
  model.ledgers.push_back(std::move(money));

  for (const PackOutline& outline : outline_.packs) last_rank_ = std::max(last_rank_, outline.rank);
  // Version by version: what is numbered of one does not depend on those that come after it.
  for (rank_ = 0; rank_ <= last_rank_; ++rank_) link_rank();
  know_calendars();
  check_time_words();
  settle_versions();
  // What is doubtful in rules is told once they can be understood at all.
  if (!findings_.has_errors()) {
    lint();
    lint_offices();
    lint_worklists();
    lint_serial();
    for (ProcDecl& proc : procs_) {
      lint_chart(proc);
      lint_guards(proc);
      lint_clocks(proc);
      lint_forms(proc);
    }
  }
  return model_;
}

/// The packs of one rank: first versions, second versions, …
void Linker::link_rank() {
  step::Model& model = *model_;
  first_pack_ = packs_.size();
  const std::size_t first_proc = procs_.size();
  for (const PackOutline& outline : outline_.packs) {
    if (outline.rank != rank_) continue;
    PackDecl& pack = packs_.emplace_back();
    pack.index = static_cast<Index>(packs_.size() - 1);
    pack.outline = &outline;
    linking_ = &pack;
    pack.first_set = model.word_sets.size();
    for (const auto& file : outline_.files) {
      if (is_file_of(outline, *file)) collect_texts(pack, file->root);
    }
    for (const Item& item : outline.items)
      if (item.made_from != nullptr) collect_texts(pack, item.body());
    check_duplicates(pack);
    pack_header(pack);
    declare_registers(pack);
    declare_types(pack);
    declare_register_fields(pack);
    declare_parameters(pack);
    declare_calendars(pack);
    declare_named_calendars(pack);
    declare_responsibles(pack);
    declare_ledgers(pack);
    declare_tables(pack);
    declare_procedures(pack);
    declare_rules(pack);
    declare_worklists(pack);
    declare_expects(pack);
    declare_adoption(pack);
    declare_effective(pack);
    fill_pack_names(pack);
  }
  apply_overlays();
  const auto packs = std::ranges::subrange(packs_.begin() + static_cast<std::ptrdiff_t>(first_pack_), packs_.end());
  const auto procs = std::ranges::subrange(procs_.begin() + static_cast<std::ptrdiff_t>(first_proc), procs_.end());
  for (PackDecl& pack : packs) compile_tables(pack);
  for (PackDecl& pack : packs) compile_offices(pack);
  for (ProcDecl& proc : procs) {
    linking_ = proc.pack;
    layout(proc);
  }
  for (ProcDecl& proc : procs) compile_procedure(proc);
  for (ProcDecl& proc : procs) compile_duty(proc);
  for (PackDecl& pack : packs) {
    linking_ = &pack;
    compile_rules(pack);
    compile_replaces(pack);
    check_cites(pack);
  }
}

Linked link(Outline& outline, const Sources& sources, CalendarFiles& calendars, ModelFiles& models,
            base::Findings& findings) {
  Linker linker(outline, sources, calendars, models, findings);
  Linked linked;
  linked.model = linker.run();
  for (Implementation& one : linker.implementations()) {
    linked.headings.push_back({std::move(one.heading), one.pack, std::move(one.cites)});
  }
  for (auto& [name, source] : linker.register_sources())
    linked.register_sources.push_back(std::move(source));
  return linked;
}

}  // namespace aftercare::rulebook
