// Chains of approvers as written: `manager then director`, `a or b`, `a and b`, `2 of a, b, c`.
//
//   chain := either { [","] "then" either }        one after the other
//   either := all { "or" all }                     any one of them
//   all := one { "and" one }                       all of them, in any order
//   one := name | "(" chain ")" | number "of" one { "," one }
#include <algorithm>
#include <charconv>
#include <functional>
#include <set>
#include <utility>

#include "base/text.hpp"
#include "rulebook/linker.hpp"

namespace aftercare::rulebook {
namespace {

constexpr std::size_t most_posts = 32;
constexpr int most_depth = 16;

struct Token {
  enum class Is : std::uint8_t { name, number, open, close, comma, or_, and_, then, of, end };
  Is is = Is::end;
  std::string_view text;
  std::size_t begin = 0;
};

/// Signs in both widths.
struct Sign {
  std::string_view text;
  Token::Is is;
};
constexpr Sign signs[] = {{"(", Token::Is::open},   {")", Token::Is::close},
                          {",", Token::Is::comma},  {"（", Token::Is::open},
                          {"）", Token::Is::close}, {"，", Token::Is::comma},
                          {"、", Token::Is::comma}};

std::vector<Token> tokens_of(std::string_view text, Language language) {
  std::vector<Token> out;
  const auto sign_at = [&](std::size_t at) -> const Sign* {
    for (const Sign& sign : signs)
      if (text.substr(at, sign.text.size()) == sign.text) return &sign;
    return nullptr;
  };
  const auto is_space = [](char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; };
  for (std::size_t at = 0; at < text.size();) {
    if (is_space(text[at])) {
      ++at;
      continue;
    }
    Token token;
    token.begin = at;
    if (const Sign* sign = sign_at(at)) {
      token.is = sign->is;
      token.text = text.substr(at, sign->text.size());
    } else {
      std::size_t end = at;
      while (end < text.size() && !is_space(text[end]) && !sign_at(end)) ++end;
      token.text = text.substr(at, end - at);
      token.is = is_word(token.text, Word::or_, language)          ? Token::Is::or_
                 : is_word(token.text, Word::and_, language)       ? Token::Is::and_
                 : is_word(token.text, Word::after_that, language) ? Token::Is::then
                 : is_word(token.text, Word::out_of, language)     ? Token::Is::of
                 : base::is_ascii_digit(token.text.front())        ? Token::Is::number
                                                                   : Token::Is::name;
    }
    at += token.text.size();
    out.push_back(token);
  }
  return out;
}

}  // namespace

/// Whether a text is meant for a chain, and is neither one role nor roles with `or`, nor a formula.
bool is_chain(std::string_view text, Language language) {
  const std::vector<Token> tokens = tokens_of(text, language);
  if (tokens.size() < 2) return false;
  bool joins = false;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const Token& token = tokens[i];
    if (token.is == Token::Is::name && !is_name(token.text)) return false;
    if (token.is == Token::Is::name &&
        (is_word(token.text, Word::if_, language) || is_word(token.text, Word::else_, language)))
      return false;
    // A bracket right behind a name calls something.
    if (token.is == Token::Is::open && i > 0 && tokens[i - 1].is == Token::Is::name &&
        tokens[i - 1].begin + tokens[i - 1].text.size() == token.begin)
      return false;
    joins = joins || token.is == Token::Is::and_ || token.is == Token::Is::then ||
            token.is == Token::Is::of || token.is == Token::Is::open ||
            token.is == Token::Is::comma;
  }
  return joins;
}

namespace {

/// Reads one chain; findings at their place in the scalar.
class ChainReader {
 public:
  using Find = std::function<std::optional<step::Chain::Part>(std::string_view, SourceSpan)>;
  using Tell = std::function<void(DiagnosticCode, SourceSpan, DiagnosticWords)>;

  ChainReader(const Node& scalar, std::size_t begin, std::size_t end, Language language, Find find,
              Tell tell)
      : scalar_(scalar),
        begin_(begin),
        end_(end),
        language_(language),
        find_(std::move(find)),
        tell_(std::move(tell)) {
    tokens_ = tokens_of(std::string_view(scalar.text).substr(begin, end - begin), language);
    for (Token& token : tokens_) token.begin += begin;
    tokens_.push_back({Token::Is::end, {}, end});
  }

  std::optional<step::Chain> read() {
    chain_.span = scalar_.span_of(begin_, end_);
    const Word words[] = {Word::or_, Word::and_, Word::after_that, Word::out_of};
    for (std::size_t i = 0; i < 4; ++i) chain_.joints[i] = spelling(words[i], language_);
    const auto whole = sequence(0);
    if (whole && here().is != Token::Is::end) expected(spelt(Word::after_that));
    if (failed_ || !whole) return std::nullopt;
    for (Index p = 0; p < chain_.parts.size(); ++p)
      for (const Index inner : chain_.parts[p].parts) chain_.parts[inner].within = p;
    return std::move(chain_);
  }

 private:
  [[nodiscard]] const Token& here() const { return tokens_[at_]; }
  [[nodiscard]] const Token& next() const { return tokens_[std::min(at_ + 1, tokens_.size() - 1)]; }
  [[nodiscard]] std::string spelt(Word word) const {
    return std::string(spelling(word, language_));
  }
  [[nodiscard]] SourceSpan place(const Token& token) const {
    return scalar_.span_of(token.begin, token.begin + token.text.size());
  }
  std::optional<Index> expected(std::string what) {
    if (!failed_) {
      const Token& token = here();
      const bool is_end = token.is == Token::Is::end;
      tell_(diag::AC1116, is_end ? scalar_.span_of(begin_, end_) : place(token),
            {{"text",
              std::string(is_end ? std::string_view(scalar_.text).substr(begin_, end_ - begin_)
                                 : token.text)},
             {"expected", std::move(what)}});
    }
    failed_ = true;
    return std::nullopt;
  }
  Index add(step::Chain::Part part) {
    chain_.parts.push_back(std::move(part));
    return static_cast<Index>(chain_.parts.size() - 1);
  }
  Index joined(step::Chain::Part::Is is, std::vector<Index> parts, std::size_t need,
               bool is_counted = false) {
    step::Chain::Part part;
    part.is = is;
    part.parts = std::move(parts);
    part.need = static_cast<std::uint16_t>(need);
    part.is_counted = is_counted;
    return add(std::move(part));
  }
  using Is = step::Chain::Part::Is;

  std::optional<Index> sequence(int depth) {
    if (depth > most_depth) return expected(base::both("fewer brackets", "更少的括号"));
    std::vector<Index> parts;
    for (;;) {
      const auto part = either(depth);
      if (!part) return std::nullopt;
      parts.push_back(*part);
      if (here().is == Token::Is::comma && next().is == Token::Is::then) ++at_;
      if (here().is != Token::Is::then) break;
      ++at_;
    }
    if (parts.size() == 1) return parts.front();
    return joined(Is::sequence, std::move(parts), 0);
  }
  std::optional<Index> either(int depth) {
    std::vector<Index> parts;
    for (;;) {
      const auto part = all(depth);
      if (!part) return std::nullopt;
      parts.push_back(*part);
      if (here().is != Token::Is::or_) break;
      ++at_;
    }
    if (parts.size() == 1) return parts.front();
    return joined(Is::some, std::move(parts), 1);
  }
  std::optional<Index> all(int depth) {
    std::vector<Index> parts;
    for (;;) {
      const auto part = one(depth);
      if (!part) return std::nullopt;
      parts.push_back(*part);
      if (here().is != Token::Is::and_) break;
      ++at_;
    }
    if (parts.size() == 1) return parts.front();
    const std::size_t need = parts.size();
    return joined(Is::some, std::move(parts), need);
  }
  std::optional<Index> one(int depth) {
    const Token token = here();
    if (token.is == Token::Is::open) {
      ++at_;
      const auto inner = sequence(depth + 1);
      if (!inner) return std::nullopt;
      if (here().is != Token::Is::close) return expected("')'");
      ++at_;
      return inner;
    }
    if (token.is == Token::Is::number) return some_of(depth);
    if (token.is != Token::Is::name) return expected(base::both("a role or a person", "角色或人"));
    ++at_;
    if (chain_.posts.size() == most_posts)
      return expected(base::both("at most 32 posts", "不超过32个岗位"));
    auto post = find_(token.text, place(token));
    if (!post) {
      failed_ = true;
      return std::nullopt;
    }
    post->name = token.text;
    const Index number = add(std::move(*post));
    chain_.posts.push_back(number);
    return number;
  }
  std::optional<Index> some_of(int depth) {
    const Token number = here();
    ++at_;
    if (here().is != Token::Is::of) return expected(spelt(Word::out_of));
    ++at_;
    std::vector<Index> parts;
    for (;;) {
      const auto part = one(depth + 1);
      if (!part) return std::nullopt;
      parts.push_back(*part);
      if (here().is != Token::Is::comma || next().is == Token::Is::then) break;
      ++at_;
    }
    std::size_t need = 0;
    const char* last = number.text.data() + number.text.size();
    const auto read = std::from_chars(number.text.data(), last, need);
    if (read.ptr != last || need == 0 || need > parts.size()) {
      tell_(diag::AC1117, place(number),
            {{"number", std::string(number.text)}, {"count", std::to_string(parts.size())}});
      failed_ = true;
      return std::nullopt;
    }
    return joined(Is::some, std::move(parts), need, true);
  }

  const Node& scalar_;
  std::size_t begin_, end_;
  Language language_;
  Find find_;
  Tell tell_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  bool failed_ = false;
  step::Chain chain_;
};

}  // namespace

/// Who stands above the one who holds a role.
step::Office::Path Linker::superior_of(Index role) const {
  const auto& office = model_->roles[role].office;
  if (!office || office->superior == none) return {};
  return {office->in, office->superior, {}};
}

/// Who stands above a member of a register: as a role that it fills says.
step::Office::Path Linker::superior_in(Index of_register) const {
  for (const step::Role& role : model_->roles) {
    if (role.office && role.office->in == of_register && role.office->superior != none)
      return {of_register, role.office->superior, {}};
  }
  return {};
}

/// The chain written in a part of a scalar, over the roles of the pack and the persons of a case
/// (`frame`; null: there are none). None: told.
std::optional<step::Chain> Linker::read_chain(const PackDecl& pack, const Frame* frame,
                                              const Node& scalar, std::size_t begin,
                                              std::size_t end, Language language) {
  const auto find = [&](std::string_view name,
                        SourceSpan span) -> std::optional<step::Chain::Part> {
    step::Chain::Part part;
    std::vector<std::string> known;
    // A field may bear the name of a role, and then means that person.
    if (frame != nullptr) {
      for (const SlotDecl& slot : frame->slots) {
        if (slot.what.empty() || slot.type.required().is() != Type::Is::string) continue;
        known.push_back(slot.name);
        if (slot.name != name) continue;
        part.person = slot.slot;
        if (slot.of_register != none) part.superior = superior_in(slot.of_register);
        return part;
      }
    }
    const auto role = pack.roles.find(std::string(name));
    if (role != pack.roles.end()) {
      part.role = role->second;
      part.superior = superior_of(role->second);
      return part;
    }
    for (const auto& [one, number] : pack.roles) known.push_back(one);
    unknown(
        frame != nullptr ? base::both("role or person", "角色或人") : base::both("role", "角色"),
        name, span, known);
    return std::nullopt;
  };
  const auto tell = [&](DiagnosticCode code, SourceSpan span, DiagnosticWords words) {
    report(code, span, std::move(words));
  };
  return ChainReader(scalar, begin, end, language, find, tell).read();
}

/// Any of these, as a chain.
step::Chain Linker::chain_of(const Who& who, const ProcDecl& proc, SourceSpan span) const {
  step::Chain chain;
  chain.span = span;
  const Language language = proc.item->language;
  const Word words[] = {Word::or_, Word::and_, Word::after_that, Word::out_of};
  for (std::size_t i = 0; i < 4; ++i) chain.joints[i] = spelling(words[i], language);
  step::Chain::Part any;
  any.is = step::Chain::Part::Is::some;
  any.need = 1;
  const auto add = [&](step::Chain::Part part) {
    any.parts.push_back(static_cast<Index>(chain.parts.size()));
    chain.posts.push_back(any.parts.back());
    chain.parts.push_back(std::move(part));
  };
  for (const Index role : who.roles) {
    step::Chain::Part part;
    part.role = role;
    part.name = model_->roles[role].name;
    part.superior = superior_of(role);
    add(std::move(part));
  }
  for (const SlotIndex person : who.persons) {
    step::Chain::Part part;
    part.person = person;
    part.name = proc.frame.slot_names[person];
    for (const SlotDecl& slot : proc.frame.slots)
      if (slot.slot == person && slot.of_register != none)
        part.superior = superior_in(slot.of_register);
    add(std::move(part));
  }
  if (any.parts.size() > 1) {
    const auto whole = static_cast<Index>(chain.parts.size());
    for (const Index inner : any.parts) chain.parts[inner].within = whole;
    chain.parts.push_back(std::move(any));
  }
  return chain;
}

/// What decides in a state: anybody of several, a chain, or a chain that a table gives.
void Linker::compile_decider(ProcDecl& proc, step::Decision& decision, const Node& node,
                             const Node& by, Language language) {
  PackDecl& pack = *proc.pack;
  const Facts& facts = proc.state_facts[decision.state];
  const auto slot = proc.chain_slots.find(decision.state);
  const bool goes_up = decision.own_case == step::Decision::OwnCase::one_level_up;
  std::optional<step::Chain> chain;
  const auto matter =
      by.is_scalar() ? matter_in(pack, by, 0, by.text.size(), language) : std::nullopt;
  if (matter && matter->number == none) return;
  if (matter && matter->asked.is_empty()) {
    chain = model_->chains[model_->responsibles[matter->number].chain];
  } else if (matter) {
    decision.chosen = compile(pack, matter->asked, *proc.frame.names->names, facts,
                              {Wanted::Is::exactly, *pack.approvers, false});
    if (decision.chosen) decision.chosen->text = matter->as_written;
  } else if (by.is_scalar() && is_chain(by.text, language)) {
    chain = read_chain(pack, &proc.frame, by, 0, by.text.size(), language);
    if (!chain) return;
  } else {
    decision.by = who(pack, &proc.frame, by, language, facts, pack.approvers);
    const bool is_chosen =
        decision.by.formula && pack.approvers && decision.by.formula->type.is() == Type::Is::symbol;
    if (is_chosen) {
      decision.chosen = std::exchange(decision.by, {}).formula;
    } else if (!decision.by.formula &&
               (goes_up || std::any_of(decision.by.roles.begin(), decision.by.roles.end(),
                                       [&](Index role) { return model_->roles[role].office; }))) {
      chain = chain_of(std::exchange(decision.by, {}), proc, by.span);
    }
  }
  if (chain) {
    decision.chain = static_cast<Index>(model_->chains.size());
    model_->chains.push_back(std::move(*chain));
  }
  if (!decision.has_chain()) {
    if (goes_up) report(diag::AC1119, node.span, {{"post", by.text}});
    return;
  }
  if (slot != proc.chain_slots.end()) decision.progress = slot->second;
  for (std::size_t o = 0; o < decision.outcomes.size(); ++o)
    if (is_word(decision.outcomes[o].first, Word::approve, language))
      decision.approve = static_cast<Index>(o);
  // Of several who are asked, each but the last only agrees.
  const std::vector<Index> all = chains_of(decision);
  const bool asks_several = std::any_of(
      all.begin(), all.end(), [&](Index one) { return model_->chains[one].posts.size() > 1; });
  if (asks_several && decision.approve == none &&
      (decision.chosen || !decision.by.is_empty() || is_chain(by.text, language))) {
    const Node* then = get(node, Word::then, language);
    report(diag::AC1118, then ? then->span : node.span,
           {{"approve", std::string(spelling(Word::approve, language))}});
  }
  if (!goes_up) return;
  std::set<std::string> told;
  for (const Index one : all) {
    for (const Index post : model_->chains[one].posts) {
      const step::Chain::Part& part = model_->chains[one].parts[post];
      if (!part.superior.is_empty() || !told.insert(part.name).second) continue;
      report(diag::AC1119, get(node, Word::own_case, language)->span, {{"post", part.name}});
    }
  }
}

/// The chains that a decision may have.
std::vector<Index> Linker::chains_of(const step::Decision& decision) const {
  if (decision.chain != none) return {decision.chain};
  if (!decision.chosen) return {};
  return model_->word_sets[decision.chosen->type.symbol_set()].chains;
}

/// The roles that a decision may ask.
std::set<Index> Linker::roles_of(const step::Decision& decision) const {
  std::set<Index> out(decision.by.roles.begin(), decision.by.roles.end());
  for (const Index chain : chains_of(decision)) {
    for (const Index post : model_->chains[chain].posts) {
      const Index role = model_->chains[chain].parts[post].role;
      if (role != none) out.insert(role);
    }
  }
  return out;
}

}  // namespace aftercare::rulebook
