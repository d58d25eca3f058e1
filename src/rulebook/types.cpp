// Types as packs write them: `optional money`, `a | b`, `list of number`, declared names; and what
// is declared with one: types, parameters, readings.
#include "feel/types.hpp"

#include <algorithm>
#include <limits>

#include "base/text.hpp"
#include "builtins/operations.hpp"
#include "rulebook/linker.hpp"
#include "value/limits.hpp"

namespace aftercare::rulebook {
namespace {

struct SimpleType {
  Word word;
  Type::Is is;
};
constexpr SimpleType simple_types[] = {
    {Word::string_type, Type::Is::string}, {Word::boolean_type, Type::Is::boolean},
    {Word::date_type, Type::Is::date},     {Word::time_type, Type::Is::time},
    {Word::instant_type, Type::Is::instant}, {Word::duration_type, Type::Is::length},
    {Word::term_type, Type::Is::length},   {Word::person_type, Type::Is::string},
    {Word::photo_type, Type::Is::string},  {Word::calendar, Type::Is::calendar},
};
constexpr Word measured_types[] = {Word::number_type, Word::whole_number_type, Word::money_type};

bool starts_with_word(std::string_view text, std::string_view word) {
  return text.size() > word.size() && text.substr(0, word.size()) == word &&
         text[word.size()] == ' ';
}

}  // namespace

Type Linker::new_set(std::string name, std::vector<std::string> words) {
  // Values of one set pass between the versions of a pack, in ledgers and in what is counted.
  const PackDecl* before = linking_ != nullptr ? version_before(*linking_) : nullptr;
  if (before != nullptr) {
    for (std::size_t set = before->first_set; set < before->end_set; ++set) {
      const step::WordSet& known = model_->word_sets[set];
      if (known.name != name || known.words != words || !known.chains.empty()) continue;
      linking_->shared_sets.push_back(set);
      return Type::symbol(std::move(name), std::move(words), static_cast<std::uint32_t>(set));
    }
    for (const std::size_t set : before->shared_sets) {
      const step::WordSet& known = model_->word_sets[set];
      if (known.name != name || known.words != words) continue;
      linking_->shared_sets.push_back(set);
      return Type::symbol(std::move(name), std::move(words), static_cast<std::uint32_t>(set));
    }
  }
  const auto number = static_cast<std::uint32_t>(model_->word_sets.size());
  model_->word_sets.push_back({name, words, {}});
  return Type::symbol(std::move(name), std::move(words), number);
}

std::optional<Type> Linker::parse_type(PackDecl& pack, const Node& node, std::size_t begin,
                                       std::size_t end, Language language,
                                       const std::string& set_name) {
  const std::string_view whole = std::string_view(node.text).substr(begin, end - begin);
  const std::string_view text = base::trim(whole);
  const std::size_t at = begin + static_cast<std::size_t>(text.data() - whole.data());
  const SourceSpan span = node.span_of(at, at + text.size());

  const std::string_view optional = spelling(Word::optional, language);
  if (starts_with_word(text, optional)) {
    auto inner = parse_type(pack, node, at + optional.size(), at + text.size(), language, set_name);
    if (inner) return inner->optional();
    return std::nullopt;
  }
  const std::string_view list = spelling(Word::list_of, language);
  if (starts_with_word(text, list)) {
    auto inner = parse_type(pack, node, at + list.size(), at + text.size(), language, set_name);
    if (inner) return Type::list(*inner);
    return std::nullopt;
  }
  if (text.find('|') != std::string_view::npos) {
    std::vector<std::string> words;
    bool is_good = true;
    std::size_t from = 0;
    while (from <= text.size()) {
      const std::size_t bar = std::min(text.find('|', from), text.size());
      const std::string_view piece = text.substr(from, bar - from);
      const std::string_view word = base::trim(piece);
      const std::size_t word_at = at + static_cast<std::size_t>(word.data() - text.data());
      const SourceSpan word_span = node.span_of(word_at, word_at + word.size());
      if (!is_name(word)) {
        report(diag::AC0207, word_span, {{"name", std::string(word)}});
        is_good = false;
      } else if (std::find(words.begin(), words.end(), word) != words.end()) {
        report(diag::AC0216, word_span, {{"name", std::string(word)}});
        is_good = false;
      } else {
        check_meant(std::string(word), word_span, language);
        words.emplace_back(word);
      }
      from = bar + 1;
    }
    if (!is_good) return std::nullopt;
    return new_set(set_name, std::move(words));
  }
  for (const SimpleType& simple : simple_types) {
    if (is_word(text, simple.word, language)) return Type::of(simple.is);
  }
  for (const Word word : measured_types) {
    const std::string_view spelt = spelling(word, language);
    if (!is_word(text, word, language) && !starts_with_word(text, spelt)) continue;
    return bounded_type(pack, word, text, node.span_of(at + spelt.size(), at + text.size()), span,
                        language);
  }
  if (is_word(text, Word::hours_type, language)) {
    report(diag::AC0214, span, {{"what", std::string(text)}});
    return std::nullopt;
  }
  if (const auto declared = pack.types.find(std::string(text)); declared != pack.types.end()) {
    return declared->second;
  }
  // A register as a type: one of its members.
  if (pack.registers.count(std::string(text)) != 0) return Type::string();
  // A role as a type: the person who holds it.
  if (pack.roles.count(std::string(text)) != 0) return Type::string();

  std::vector<std::string> known;
  for (const SimpleType& simple : simple_types) known.emplace_back(spelling(simple.word, language));
  for (const Word word : measured_types) known.emplace_back(spelling(word, language));
  for (const auto& [name, type] : pack.types) known.push_back(name);
  for (const auto& [name, role] : pack.roles) known.push_back(name);
  for (const auto& [name, number] : pack.registers) known.push_back(name);
  std::vector<DiagnosticNote> notes;
  if (const auto near = base::closest(text, known)) {
    notes.push_back(base::note(notes::did_you_mean, {{"name", *near}}));
  } else if (const std::size_t last = text.rfind(' '); last != std::string_view::npos) {
    // Of two words the first may be meant for `optional` or `list of`.
    const std::vector<std::string> before{std::string(optional), std::string(list)};
    if (const auto meant = base::closest(base::trim(text.substr(0, last)), before)) {
      notes.push_back(
          base::note(notes::did_you_mean, {{"name", *meant + std::string(text.substr(last))}}));
    }
  }
  report(diag::AC0212, span, {{"what", base::both("type", "类型")}, {"name", std::string(text)}},
         std::move(notes));
  return std::nullopt;
}

Type Linker::bounded_type(const PackDecl& pack, Word word, std::string_view text,
                          SourceSpan bounds, SourceSpan span, Language language) {
  const step::Pack& here = model_->packs[pack.index];
  const bool is_money = word == Word::money_type;
  if (is_money && !pack.names_currency) {
    report(diag::AC0224, span,
           {{"what", std::string(spelling(Word::currency, language))}, {"why", std::string(text)}});
  }
  NumberFacets facets;
  if (word == Word::whole_number_type) facets.scale = 0;
  if (is_money) facets.scale = here.conventions.money_scale;
  const std::string_view written = base::trim(text.substr(spelling(word, language).size()));
  // Where the bounds are wrong, they are none: nothing else follows from that.
  const auto plain = [&] {
    return is_money ? Type::money(here.currency, here.conventions.money_scale) : Type::number();
  };
  if (!written.empty()) {
    const std::size_t dots = written.find("..");
    const auto wrong = [&] {
      report(diag::AC0218, bounds,
             {{"text", std::string(written)},
              {"what", base::both("range of numbers such as 0..100, 0.. or ..100", "数的范围(例如0..100、0..、..100)")}});
      return plain();
    };
    if (dots == std::string_view::npos || written == "..") return wrong();
    // Bounds, too, are counted exactly, in units of the last digit.
    const auto largest = rt::Decimal::make(std::numeric_limits<std::int64_t>::max(), -facets.scale);
    const auto bound = [&](std::string_view digits, std::optional<rt::Decimal>& out) {
      digits = base::trim(digits);
      if (digits.empty()) return true;
      out = rt::Decimal::parse(digits);
      return out && out->normalized().scale() <= facets.scale && *out <= *largest &&
             *out >= -*largest;
    };
    if (!bound(written.substr(0, dots), facets.minimum) ||
        !bound(written.substr(dots + 2), facets.maximum)) {
      return wrong();
    }
    const rt::Decimal usual(value::number_bound);
    const rt::Decimal least = facets.minimum.value_or(-usual), most = facets.maximum.value_or(usual);
    if (least > most) {
      report(diag::AC0836, bounds,
             {{"name", std::string(text)}, {"from", rt::to_string(least)}, {"to", rt::to_string(most)}});
      return plain();
    }
  }
  const bool is_plain = written.empty() && word != Word::whole_number_type;
  // One name in both languages: it is part of what a pack means.
  std::string name;
  if (!is_plain) name = spelling(word, Language::english);
  if (!written.empty()) {
    const auto end = [](const std::optional<rt::Decimal>& bound) {
      return bound ? rt::to_string(*bound) : std::string();
    };
    name += " " + end(facets.minimum) + ".." + end(facets.maximum);
  }
  if (is_money)
    return Type::money(here.currency, here.conventions.money_scale, std::move(facets), std::move(name));
  return is_plain ? plain() : Type::number(std::move(facets), std::move(name));
}

Linker::TypedField Linker::parse_field(PackDecl& pack, const Node& node, Language language,
                                       const std::string& set_name) {
  TypedField field;
  if (!node.is_scalar()) return field;
  std::size_t equals = node.text.find('=');
  if (equals == std::string::npos) {
    equals = node.text.size();
  } else {
    field.default_begin = equals + 1;
    field.default_end = node.text.size();
  }
  field.type = parse_type(pack, node, 0, equals, language, set_name);
  const std::vector<Part> words = split_words(std::string_view(node.text).substr(0, equals), 0);
  const bool is_optional = words.size() == 2 && is_word(words[0].text, Word::optional, language);
  if (words.size() == 1 || is_optional) {
    const auto in = pack.registers.find(std::string(words.back().text));
    if (in != pack.registers.end() && pack.types.count(in->first) == 0)
      field.of_register = in->second;
  }
  return field;
}

/// What a pack calls as the language calls a type can never be meant where a type stands.
void Linker::check_no_type(const std::string& name, SourceSpan span, Language language) {
  const bool is_type =
      is_word(name, Word::hours_type, language) ||
      std::any_of(std::begin(measured_types), std::end(measured_types),
                  [&](Word word) { return is_word(name, word, language); }) ||
      std::any_of(std::begin(simple_types), std::end(simple_types),
                  [&](const SimpleType& one) { return is_word(name, one.word, language); });
  if (is_type) report(diag::AC0223, span, {{"name", name}, {"what", base::both("a type", "类型")}});
}

/// Their names first: fields of one may name members of another.
void Linker::declare_registers(PackDecl& pack) {
  const Node* registers = get(*pack.outline->header, Word::registers, pack.outline->language);
  if (!registers || !registers->is_map()) return;
  for (const Entry& entry : registers->entries) {
    // Its members are persons, as the type says.
    if (!is_word(entry.key.text, Word::person_type, pack.outline->language))
      check_no_type(entry.key.text, entry.key.span, pack.outline->language);
    if (pack.roles.count(entry.key.text) != 0) {
      report(diag::AC0223, entry.key.span,
             {{"name", entry.key.text}, {"what", base::both("a role", "角色")}});
    }
    pack.registers[entry.key.text] = static_cast<Index>(model_->registers.size());
    step::Register target;
    target.name = entry.key.text;
    target.pack = pack.index;
    target.span = entry.key.span;
    model_->registers.push_back(std::move(target));
  }
}

void Linker::declare_register_fields(PackDecl& pack) {
  const Language language = pack.outline->language;
  const Node* registers = get(*pack.outline->header, Word::registers, language);
  if (!registers || !registers->is_map()) return;
  for (const Entry& entry : registers->entries) {
    if (!entry.value.is_map()) continue;
    for (const Entry& one : entry.value.entries) {
      const TypedField typed =
          parse_field(pack, one.value, language, entry.key.text + "." + one.key.text);
      if (typed.default_end != 0) {
        report(diag::AC0218, one.value.span,
               {{"text", one.value.text}, {"what", base::both("type", "类型")}});
      }
      step::Field field;
      field.name = one.key.text;
      field.type = typed.type.value_or(Type::any());
      field.of_register = typed.of_register;
      field.span = one.key.span;
      model_->registers[pack.registers[entry.key.text]].fields.push_back(std::move(field));
    }
  }
}

void Linker::declare_types(PackDecl& pack) {
  for (const auto& file : outline_.files) {
    if (!is_file_of(*pack.outline, *file)) continue;
    const Node* types = get(file->root, Word::types, file->language);
    if (!types || !types->is_map()) continue;
    for (const Entry& entry : types->entries) {
      if (!entry.value.is_scalar()) continue;
      check_no_type(entry.key.text, entry.key.span, file->language);
      if (pack.types.count(entry.key.text) != 0) {
        report(diag::AC0216, entry.key.span, {{"name", entry.key.text}});
        continue;
      }
      auto type =
          parse_type(pack, entry.value, 0, entry.value.text.size(), file->language, entry.key.text);
      if (type) pack.types.emplace(entry.key.text, *type);
    }
  }
}

/// A length between bounds is of their kind: days and time, months, or working time.
Type Linker::length_within(const Type& any_length, const Node* from, const Node* to) {
  const auto kind_of = [](const Node* node) -> std::optional<Type::Is> {
    if (!node || !node->is_scalar()) return std::nullopt;
    const auto length = rt::parse_length(base::trim(node->text));
    if (!length) return std::nullopt;
    switch (rt::kind(length->unit)) {
      case rt::UnitKind::clock:
      case rt::UnitKind::calendar_day:
        return Type::Is::days_duration;
      case rt::UnitKind::month:
        return Type::Is::months_duration;
      case rt::UnitKind::working:
      case rt::UnitKind::working_day:
        return Type::Is::working_duration;
    }
    return std::nullopt;
  };
  const auto low = kind_of(from);
  const auto high = kind_of(to);
  if (low && high && *low != *high) {
    report(diag::AC0521, to->span,
           {{"first", Type::of(*low).to_text()}, {"second", Type::of(*high).to_text()}});
    return any_length;
  }
  if (!low && !high) return any_length;
  const Type narrowed = Type::of(low ? *low : *high);
  return any_length.is_optional() ? narrowed.optional() : narrowed;
}

void Linker::declare_parameters(PackDecl& pack) {
  const auto declare = [&](const std::string& name, SourceSpan span, Type type, bool is_reading,
                           Cites cites) {
    if (pack.parameters.count(name) != 0) {
      report(diag::AC0216, span, {{"name", name}});
      return;
    }
    pack.parameters[name] = static_cast<Index>(model_->parameters.size());
    step::Parameter parameter;
    parameter.name = name;
    parameter.pack = pack.index;
    parameter.is_calendar = type.is() == Type::Is::calendar;
    parameter.type = std::move(type);
    parameter.is_reading = is_reading;
    parameter.cites = std::move(cites);
    parameter.span = span;
    model_->parameters.push_back(std::move(parameter));
  };
  for (const Item& item : pack.outline->items) {
    if (item.kind->word == Word::parameter) {
      const Node& body = item.body();
      const Node* type_node = body.is_map() ? get(body, Word::is, item.language) : &body;
      Cites cites = all_cites(pack, item);
      implement(pack, item, cites);
      if (!type_node || !type_node->is_scalar()) continue;
      auto type = parse_type(pack, *type_node, 0, type_node->text.size(), item.language, item.name);
      if (type && type->is() == Type::Is::length && body.is_map()) {
        type = length_within(*type, get(body, Word::from, item.language),
                             get(body, Word::to, item.language));
      }
      // A parameter of a type that nobody knows is declared all the same: one finding is enough.
      declare(item.name, item.name_span(), type.value_or(Type::any()), false, std::move(cites));
    } else if (item.kind->word == Word::reading) {
      Cites cites = all_cites(pack, item);
      implement(pack, item, cites);
      if (!item.body().is_scalar()) continue;
      const std::string& choices = item.body().text;
      const bool is_choice = choices.find('|') != std::string::npos ||
                             pack.types.contains(std::string(base::trim(choices)));
      if (!is_choice) {
        report(diag::AC0205, item.body().span,
               {{"key", item.key().text},
                {"shape", base::both("a | b", "“甲 | 乙”")},
                {"kind", "'" + choices + "'"}});
        declare(item.name, item.name_span(), Type::any(), true, std::move(cites));
        continue;
      }
      auto type =
          parse_type(pack, item.body(), 0, item.body().text.size(), item.language, item.name);
      if (type && type->is() != Type::Is::symbol) {
        report(diag::AC0205, item.body().span,
               {{"key", item.key().text},
                {"shape", base::both("a | b", "“甲 | 乙”")},
                {"kind", feel::type_word(*type)}});
        type.reset();
      }
      declare(item.name, item.name_span(), type.value_or(Type::any()), true, std::move(cites));
    }
  }
  // Words of time: one parameter each, `within: promptly`.
  const Node* words = get(*pack.outline->header, Word::time_words, pack.outline->language);
  if (words && words->is_map()) {
    for (const Entry& entry : words->entries) {
      if (!entry.value.is_scalar()) continue;
      auto type = parse_type(pack, entry.value, 0, entry.value.text.size(), pack.outline->language,
                             entry.key.text);
      if (type && type->is() != Type::Is::length) {
        report(diag::AC0826, entry.value.span, {{"type", feel::type_word(*type)}});
        type = Type::of(Type::Is::length);
      }
      const std::size_t before = model_->parameters.size();
      declare(entry.key.text, entry.key.span, type.value_or(Type::any()), false, {});
      pack.has_time_words = true;
      if (model_->parameters.size() > before) model_->parameters.back().is_time_word = true;
    }
  }
}

Type Linker::clock_state_type(Language language) const {
  std::vector<std::string> words;
  for (const Word word :
       {Word::idle, Word::running, Word::paused, Word::met, Word::breached, Word::cancelled}) {
    words.emplace_back(spelling(word, language));
  }
  return Type::symbol(model_->word_sets[0].name, std::move(words), 0);
}

Type Linker::answer_type(Language language) const {
  std::vector<std::string> words;
  for (const Word word : {Word::covered, Word::not_covered, Word::open}) {
    words.emplace_back(spelling(word, language));
  }
  return Type::symbol(model_->word_sets[1].name, std::move(words), 1);
}

void Linker::fill_pack_names(PackDecl& pack) {
  pack.names = std::make_unique<feel::Scope>(&feel::builtin_scope(pack.outline->language));
  feel::Scope& names = *pack.names;
  for (const auto& [name, type] : pack.types) {
    names.add_type(name, type);
  }
  // Words of its closed sets stand bare; the type that is looked for decides between equal ones.
  names.add_words(clock_state_type(pack.outline->language));
  names.add_words(answer_type(pack.outline->language));
  pack.end_set = model_->word_sets.size();
  std::vector<std::size_t> sets = pack.shared_sets;
  for (std::size_t set = pack.first_set; set < pack.end_set; ++set) sets.push_back(set);
  for (const std::size_t set : sets) {
    const step::WordSet& words = model_->word_sets[set];
    // A chain has no name of its own: `manager` alone stays the word of whoever declares it.
    if (!words.chains.empty()) continue;
    names.add_words(Type::symbol(words.name, words.words, static_cast<std::uint32_t>(set)));
  }
  for (const auto& [name, number] : pack.calendars) {
    names.add_constant(name, Type::of(Type::Is::calendar), Value::integer(number));
  }
  const Language language = pack.outline->language;
  names.add_constant(std::string(spelling(Word::same_day, language)),
                     Type::of(Type::Is::days_duration), Value::length({0, Unit::day}));
  const bool zh = language == Language::chinese;
  feel::FunctionName open;
  open.parameters = {{"calendar", Type::of(Type::Is::calendar)}, {"at", Type::instant()}};
  open.result = Type::boolean();
  open.host = static_cast<std::uint32_t>(step::HostFunction::open);
  names.add_function(zh ? "在内" : "open", open);
  feel::FunctionName workday;
  workday.parameters = {{"calendar", Type::of(Type::Is::calendar)}, {"date", Type::date()}};
  workday.result = Type::boolean();
  workday.host = static_cast<std::uint32_t>(step::HostFunction::workday);
  names.add_function(zh ? "工作日" : "workday", workday);
  add_tables(names, pack);
}

namespace {

/// Whether a bound of a parameter says that its lengths are days or weeks.
bool is_in_days(const std::optional<Value>& bound) {
  return bound && bound->is(Kind::days_duration) && bound->unit() &&
         rt::kind(*bound->unit()) == rt::UnitKind::calendar_day;
}

/// The type of a parameter's values: numbers and amounts lie between its bounds.
Type within_bounds(const step::Parameter& parameter) {
  const Type& type = parameter.type;
  const bool is_money = type.is() == Type::Is::money;
  if (type.is() != Type::Is::number && !is_money) return type;
  NumberFacets facets = type.facets();
  const auto number_of = [](const std::optional<Value>& bound) -> std::optional<rt::Decimal> {
    if (!bound) return std::nullopt;
    if (bound->is(Kind::number)) return bound->as_number();
    if (bound->is(Kind::money)) return builtins::amount_of(*bound);
    return std::nullopt;
  };
  if (const auto least = number_of(parameter.minimum))
    facets.minimum = facets.minimum ? std::max(*facets.minimum, *least) : *least;
  if (const auto most = number_of(parameter.maximum))
    facets.maximum = facets.maximum ? std::min(*facets.maximum, *most) : *most;
  const Type made = is_money ? Type::money(type.currency(), type.scale(), std::move(facets))
                             : Type::number(std::move(facets));
  return type.is_optional() ? made.optional() : made;
}

}  // namespace

void Linker::add_parameters(feel::Scope& scope, const PackDecl& pack, SlotIndex frame_slots) const {
  for (const auto& [name, number] : pack.parameters) {
    const step::Parameter& parameter = model_->parameters[number];
    if (parameter.type.is() == Type::Is::any) continue;
    feel::Name& added = scope.add_slot(name, within_bounds(parameter),
                                       static_cast<std::uint32_t>(frame_slots) + number);
    added.declared = {(parameter.is_reading ? "reading " : "parameter ") + name, parameter.span};
    added.comes_whole = is_in_days(parameter.minimum) || is_in_days(parameter.maximum);
  }
}

}  // namespace aftercare::rulebook
