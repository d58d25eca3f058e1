// The interface of this file is scope.hpp.
#include "feel/scope.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "base/unicode.hpp"

namespace aftercare::feel {
namespace {

bool is_space(char32_t c) noexcept {
  return (c >= 0x9 && c <= 0xD) || c == 0x20 || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         c == 0x180E || (c >= 0x2000 && c <= 0x200B) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
         c == 0x205F || c == 0x3000 || c == 0xFEFF;
}

/// Punctuation of the blocks that the grammar counts as letters; it never is part of a name that
/// nobody declared.
bool is_wide_punctuation(char32_t c) noexcept {
  return (c >= 0x3000 && c <= 0x3003) || (c >= 0x3008 && c <= 0x3011) ||
         (c >= 0x3014 && c <= 0x301F) || (c >= 0xFF01 && c <= 0xFF20) ||
         (c >= 0xFF3B && c <= 0xFF3E) || c == 0xFF40 || (c >= 0xFF5B && c <= 0xFF65) ||
         (c >= 0xFFE0 && c <= 0xFFEE);
}

/// Bytes of a symbol that may stand in a name (grammar rule 30) at byte `at`, 0 where there is none.
std::size_t symbol_length(std::string_view text, std::size_t at) noexcept {
  constexpr std::string_view apostrophe = "\u2019";
  if (at >= text.size()) return 0;
  if (text.substr(at).starts_with(apostrophe)) return apostrophe.size();
  return std::string_view("./-'+*").find(text[at]) == std::string_view::npos ? 0 : 1;
}

/// A normalised name without the white space about symbols: names are alike where their tokens are.
std::string tokens_of(std::string_view name) {
  std::string out;
  bool after_symbol = false;
  for (std::size_t n = 0; n < name.size();) {
    if (name[n] == ' ' && (after_symbol || symbol_length(name, n + 1) != 0)) {
      ++n;
      continue;
    }
    const std::size_t symbol = symbol_length(name, n);
    after_symbol = symbol != 0;
    const std::size_t bytes = std::max<std::size_t>(symbol, 1);
    out += name.substr(n, bytes);
    n += bytes;
  }
  return out;
}

/// Bytes that `name` (normalised) takes at `at` of `text`, 0 where it does not stand there. Token by
/// token: between words there is white space, about symbols there may be.
std::size_t matches(std::string_view name, std::string_view text, std::size_t at) noexcept {
  std::size_t t = at;
  bool after_symbol = false;
  for (std::size_t n = 0; n < name.size();) {
    if (name[n] == ' ' && (after_symbol || symbol_length(name, n + 1) != 0)) {
      ++n;
      continue;
    }
    if (name[n] == ' ') {
      const std::size_t space = white_space(text, t);
      if (space == 0) return 0;
      t += space;
      ++n;
      continue;
    }
    const std::size_t symbol = symbol_length(name, n);
    if (n > 0 && (symbol != 0 || after_symbol)) t += white_space(text, t);
    const std::size_t bytes = std::max<std::size_t>(symbol, 1);
    if (text.substr(std::min(t, text.size()), bytes) != name.substr(n, bytes)) return 0;
    after_symbol = symbol != 0;
    t += bytes;
    n += bytes;
  }
  // A word boundary: the name does not end inside a longer word.
  std::size_t last = name.size();
  while (last > 0 && (static_cast<unsigned char>(name[last - 1]) & 0xC0U) == 0x80U) --last;
  if (last > 0) --last;
  const bool ends_in_word = !name.empty() && is_name_part(base::decode(name, last).code_point);
  if (ends_in_word && t < text.size() && is_name_part(base::decode(text, t).code_point)) return 0;
  return t - at;
}

}  // namespace

std::string_view operator_text(Operator op) noexcept {
  switch (op) {
    case Operator::add:
      return "+";
    case Operator::subtract:
      return "-";
    case Operator::multiply:
      return "*";
    case Operator::divide:
      return "/";
    case Operator::power:
      return "**";
    case Operator::eq:
      return "=";
    case Operator::ne:
      return "!=";
    case Operator::lt:
      return "<";
    case Operator::le:
      return "<=";
    case Operator::gt:
      return ">";
    case Operator::ge:
      return ">=";
  }
  return "";
}

std::size_t white_space(std::string_view text, std::size_t at) noexcept {
  std::size_t p = at;
  while (p < text.size()) {
    const base::Decoded c = base::decode(text, p);
    if (!is_space(c.code_point)) break;
    p += c.bytes;
  }
  return p - at;
}

bool is_name_start(char32_t c) noexcept {
  if (c < 0x80) return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  if (is_wide_punctuation(c) || is_space(c)) return false;
  return (c >= 0xC0 && c <= 0xD6) || (c >= 0xD8 && c <= 0xF6) || (c >= 0xF8 && c <= 0x2FF) ||
         (c >= 0x370 && c <= 0x37D) || (c >= 0x37F && c <= 0x1FFF) || c == 0x200C || c == 0x200D ||
         (c >= 0x2070 && c <= 0x218F) || (c >= 0x2C00 && c <= 0x2FEF) ||
         (c >= 0x3001 && c <= 0xD7FF) || (c >= 0xF900 && c <= 0xFDCF) ||
         (c >= 0xFDF0 && c <= 0xFFFC) || (c >= 0x10000 && c <= 0xEFFFF);
}

bool is_name_part(char32_t c) noexcept {
  if (c >= '0' && c <= '9') return true;
  return is_name_start(c) || c == 0xB7 || (c >= 0x300 && c <= 0x36F) || c == 0x203F || c == 0x2040;
}

std::size_t word_length(std::string_view text, std::size_t at) noexcept {
  std::size_t p = at;
  while (p < text.size()) {
    const base::Decoded c = base::decode(text, p);
    if (!(p == at ? is_name_start(c.code_point) : is_name_part(c.code_point))) break;
    p += c.bytes;
  }
  return p - at;
}

std::string normalise_name(std::string_view name) {
  std::string out;
  for (std::size_t p = 0; p < name.size();) {
    if (const std::size_t space = white_space(name, p); space != 0) {
      p += space;
      if (!out.empty() && p < name.size()) out += ' ';
      continue;
    }
    out += name[p++];
  }
  return out;
}

// ── queries ─────────────────────────────────────────────────────────────────────────────────────

const Name* Scope::find_here(std::string_view name) const noexcept {
  const auto found = by_name_.find(tokens_of(name));
  return found == by_name_.end() ? nullptr : &names_[found->second];
}

const Name* Scope::find(std::string_view name) const noexcept {
  for (const Scope* scope = this; scope != nullptr; scope = scope->parent_) {
    if (const Name* here = scope->find_here(name)) return here;
  }
  return nullptr;
}

NameMatch Scope::longest_here(std::string_view text, std::size_t at) const noexcept {
  NameMatch best;
  const auto bucket = by_first_word_.find(std::string(text.substr(at, word_length(text, at))));
  if (bucket == by_first_word_.end()) return best;
  for (const std::uint32_t index : bucket->second) {
    const Name& name = names_[index];
    const std::size_t bytes = matches(name.name, text, at);
    if (bytes > best.bytes) best = {&name, bytes};
  }
  return best;
}

NameMatch Scope::longest(std::string_view text, std::size_t at) const noexcept {
  NameMatch best;
  for (const Scope* scope = this; scope != nullptr; scope = scope->parent_) {
    const NameMatch here = scope->longest_here(text, at);
    if (here.bytes > best.bytes) best = here;
  }
  return best;
}

std::vector<Type> Scope::sets_with(std::string_view word) const {
  std::vector<Type> out;
  const std::string key(word);
  for (const Scope* scope = this; scope != nullptr; scope = scope->parent_) {
    const auto found = scope->by_word_.find(key);
    if (found == scope->by_word_.end()) continue;
    for (const std::uint32_t set : found->second) out.push_back(scope->sets_[set]);
  }
  return out;
}

const Scope::DeclaredType* Scope::find_declared(std::string_view name) const noexcept {
  for (const Scope* scope = this; scope != nullptr; scope = scope->parent_) {
    for (const DeclaredType& known : scope->types_) {
      if (known.name == name) return &known;
    }
  }
  return nullptr;
}

const Type* Scope::find_type(std::string_view name) const noexcept {
  const DeclaredType* known = find_declared(name);
  return known == nullptr ? nullptr : &known->type;
}

const Value* Scope::find_type_test(std::string_view name) const noexcept {
  const DeclaredType* known = find_declared(name);
  return known == nullptr || known->test.is_null() ? nullptr : &known->test;
}

TypeMatch Scope::longest_type(std::string_view text, std::size_t at) const noexcept {
  TypeMatch best;
  for (const Scope* scope = this; scope != nullptr; scope = scope->parent_) {
    for (const DeclaredType& known : scope->types_) {
      const std::size_t bytes = matches(known.name, text, at);
      if (bytes > best.bytes) best = {&known.name, bytes};
    }
  }
  return best;
}

std::vector<std::string> Scope::candidates(std::string_view misspelt, std::size_t most) const {
  const std::string_view wanted = misspelt.substr(0, 200);
  const std::size_t letters = base::count_code_points(wanted);
  const std::size_t limit = letters <= 2 ? 1 : letters <= 5 ? 2 : letters / 3 + 1;
  std::vector<std::pair<std::size_t, std::string>> found;
  const auto offer = [&](const std::string& name) {
    // `round` begins the names of all that rounds.
    const bool begins = name.size() > wanted.size() && name.starts_with(wanted) &&
                        name[wanted.size()] == ' ' && letters > 2;
    const std::size_t far = begins ? 1 : base::edit_distance(wanted, name, limit);
    if (far > limit || far >= std::max(letters, base::count_code_points(name))) return;
    found.emplace_back(far, name);
  };
  for (const Scope* scope = this; scope != nullptr; scope = scope->parent_) {
    for (const Name& name : scope->names_) offer(name.name);
    for (const Type& set : scope->sets_) {
      for (const std::string& word : set.words()) offer(word);
    }
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> out;
  for (auto& [far, name] : found) {
    if (out.size() == most) break;
    if (std::find(out.begin(), out.end(), name) == out.end()) out.push_back(std::move(name));
  }
  return out;
}

// ── filling ─────────────────────────────────────────────────────────────────────────────────────

Name& Scope::add(Name name) {
  name.name = normalise_name(name.name);
  const auto [found, is_new] =
      by_name_.try_emplace(tokens_of(name.name), static_cast<std::uint32_t>(names_.size()));
  if (!is_new) return names_[found->second] = std::move(name);
  const std::string first(name.name.substr(0, word_length(name.name, 0)));
  by_first_word_[first].push_back(found->second);
  return names_.emplace_back(std::move(name));
}

Name& Scope::add_slot(std::string_view name, Type type, std::uint32_t slot, bool known_present) {
  Name entry;
  entry.is = Name::Is::slot;
  entry.name = name;
  entry.type = std::move(type);
  entry.slot = slot;
  entry.known_present = known_present;
  return add(std::move(entry));
}

Name& Scope::add_record(std::string_view name, const Scope& members, RecordName facts) {
  Name entry;
  entry.is = Name::Is::record;
  entry.name = name;
  entry.record = facts;
  entry.record.members = &members;
  return add(std::move(entry));
}

Name& Scope::add_constant(std::string_view name, Type type, Value value) {
  Name entry;
  entry.is = Name::Is::constant;
  entry.name = name;
  entry.type = std::move(type);
  entry.value = std::move(value);
  return add(std::move(entry));
}

Name& Scope::add_let(std::string_view name, const Ast& tree, const Scope& scope, Type type) {
  Name entry;
  entry.is = Name::Is::let;
  entry.name = name;
  entry.let = {&tree, &scope, std::move(type)};
  return add(std::move(entry));
}

Name& Scope::add_function(std::string_view name, FunctionName function) {
  Name entry;
  entry.is = Name::Is::function;
  entry.name = name;
  entry.function = std::move(function);
  return add(std::move(entry));
}

Name& Scope::add_builtin(std::string_view name, std::uint32_t function) {
  Name entry;
  entry.is = Name::Is::builtin;
  entry.name = name;
  entry.slot = function;
  return add(std::move(entry));
}

Name& Scope::add_local(std::string_view name, Type type) {
  Name entry;
  entry.name = name;
  entry.type = std::move(type);
  return add(std::move(entry));
}

void Scope::add_words(Type set) {
  const auto index = static_cast<std::uint32_t>(sets_.size());
  for (const std::string& word : set.words()) by_word_[word].push_back(index);
  sets_.push_back(std::move(set));
}

void Scope::add_type(std::string_view name, Type type, Value test) {
  types_.push_back({normalise_name(name), std::move(type), std::move(test)});
}

}  // namespace aftercare::feel
