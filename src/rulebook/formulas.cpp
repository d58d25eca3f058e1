// Expressions to formulas: parse, check strictly, compile.
#include <algorithm>

#include "base/text.hpp"
#include "clock/clock.hpp"
#include "rulebook/linker.hpp"
#include "vm/machine.hpp"

namespace aftercare::rulebook {

feel::Dialect Linker::dialect(Language language) const {
  feel::Dialect dialect;
  dialect.language = language;
  dialect.units = true;
  dialect.full_width = true;
  return dialect;
}

Linker::Wanted Linker::boolean() { return {Wanted::Is::boolean, Type::boolean(), false}; }
Linker::Wanted Linker::verdict() {
  Wanted out = boolean();
  out.is_asked = true;
  return out;
}

MaybeFormula Linker::compile(const PackDecl& pack, const Written& written,
                             const feel::Scope& plain_names, const Facts& facts,
                             const Wanted& wanted, Facts* true_facts) {
  if (base::trim(written.text).empty()) return std::nullopt;
  // A word of time may stand for something else under this article.
  feel::Scope in_article(&plain_names);
  const Index clause = time_words_.empty() ? none : clause_at(pack, written.span());
  for (const TimeWord& one : time_words_) {
    const feel::Name* bound = one.clause == clause ? plain_names.find(one.word) : nullptr;
    const auto plain = pack.parameters.find(one.word);
    if (bound == nullptr || bound->is != feel::Name::Is::slot || plain == pack.parameters.end())
      continue;
    const step::Parameter& parameter = model_->parameters[one.parameter];
    feel::Name& added = in_article.add_slot(one.word, parameter.type,
                                            bound->slot - plain->second + one.parameter);
    added.declared = bound->declared;
  }
  const feel::Scope& names = time_words_.empty() ? plain_names : in_article;
  const step::Pack& here = model_->packs[pack.index];
  feel::CompileOptions options;
  options.level = feel::Level::strict;
  options.dialect = dialect(written.language);
  options.zone = here.zone;
  options.known_present.assign(facts.begin(), facts.end());
  options.place = [&](std::uint32_t begin, std::uint32_t end) { return written.place(begin, end); };
  switch (wanted.is) {
    case Wanted::Is::anything:
      break;
    case Wanted::Is::boolean:
      options.expected = Type::boolean();
      break;
    case Wanted::Is::number:
      options.expected = Type::number();
      break;
    case Wanted::Is::money:
      options.expected = Type::money(here.currency, here.conventions.money_scale);
      break;
    case Wanted::Is::length:
      options.expected = Type::of(Type::Is::length);
      break;
    case Wanted::Is::date:
      options.expected = Type::date();
      break;
    case Wanted::Is::instant:
      options.expected = Type::instant();
      break;
    case Wanted::Is::person:
      options.expected = Type::string();
      break;
    case Wanted::Is::date_or_instant:
      break;
    case Wanted::Is::exactly:
      options.expected = wanted.type;
      options.is_kept = true;
      break;
  }
  if (wanted.may_be_null && options.expected.is() != Type::Is::any) {
    options.expected = options.expected.optional();
  }
  // Says more than the checker of expressions, which only sees that the types do not go together.
  if (!check_units(pack, written, names)) return std::nullopt;
  if (why_absent_)
    options.why_absent = [this](std::uint32_t slot) {
      return why_absent_(static_cast<SlotIndex>(slot));
    };
  feel::Outcome made = feel::compile(written.text, names, options);
  findings_.add(std::move(made.findings));
  if (!made.compiled) return std::nullopt;
  const feel::Compiled& compiled = *made.compiled;
  if (wanted.is == Wanted::Is::date_or_instant) {
    const Type::Is is = compiled.type.is();
    const bool fits = is == Type::Is::date || is == Type::Is::instant ||
                      is == Type::Is::date_time || is == Type::Is::any;
    if (!fits || (compiled.type.is_optional() && !wanted.may_be_null)) {
      report(diag::AC0218, written.span(),
             {{"text", written.text}, {"what", base::both("date or instant", "日期或时点")}});
      return std::nullopt;
    }
  }
  if (written.is_choice) lint_choice(pack, written, names, facts);
  if (true_facts) {
    for (const std::uint32_t slot : compiled.present_when_true) {
      true_facts->insert(static_cast<SlotIndex>(slot));
    }
  }
  Formula formula;
  formula.program = compiled.program;
  if (wanted.is_asked) {
    options.scalars = false;
    if (const auto open = feel::compile(written.text, names, options).compiled)
      formula.open = open->program;
  }
  formula.is_kept = options.is_kept;
  formula.type = options.is_kept ? options.expected : compiled.type;
  if (wanted.is == Wanted::Is::date_or_instant && compiled.type.is() == Type::Is::date_time)
    formula.type = compiled.type.is_optional() ? Type::instant().optional() : Type::instant();
  formula.text = written.text;
  formula.span = written.span();
  for (const std::uint32_t slot : compiled.reads) {
    formula.reads.push_back(static_cast<SlotIndex>(slot));
  }
  if (pack.has_time_words) note_time_words(pack, plain_names, names, written, formula);
  return formula;
}

/// A parameter that a company may set to hours, months or working days cannot be compared, nor
/// added to a moment, before it is known which. Gives whether nothing is wrong.
bool Linker::check_units(const PackDecl& pack, const Written& written, const feel::Scope& names) {
  const auto is_open = [&](const std::string& name) {
    const auto found = pack.parameters.find(name);
    if (found == pack.parameters.end()) return false;
    const feel::Name* bound = names.find(name);
    return bound != nullptr && bound->is == feel::Name::Is::slot &&
           bound->declared.what == "parameter " + name && bound->type.is() == Type::Is::length;
  };
  const bool is_asked =
      std::any_of(pack.parameters.begin(), pack.parameters.end(), [&](const auto& one) {
        return written.text.find(one.first) != std::string::npos && is_open(one.first);
      });
  if (!is_asked) return true;
  bool is_good = true;
  const feel::Ast tree =
      feel::parse(written.text, names, feel::Goal::expression, dialect(written.language)).ast;
  for (feel::NodeId id = 1; id < tree.nodes.size(); ++id) {
    const feel::NodeKind kind = tree[id].kind;
    std::string sign = "between";
    if (kind == feel::NodeKind::binary) {
      const feel::Operator op = tree.operator_of(id);
      const bool is_length_blind = op == feel::Operator::eq || op == feel::Operator::ne ||
                                   op == feel::Operator::multiply || op == feel::Operator::divide;
      if (is_length_blind) continue;
      sign = std::string(feel::operator_text(op));
    } else if (kind != feel::NodeKind::between) {
      continue;
    }
    for (const feel::NodeId child : tree.children(id)) {
      if (tree[child].kind != feel::NodeKind::name || !is_open(tree.text_of(child))) continue;
      const std::string& name = tree.text_of(child);
      const bool zh = written.language == Language::chinese;
      is_good = false;
      report(diag::AC0528, written.place(tree[child].range.begin, tree[child].range.end),
             {{"text", name}, {"operator", sign}},
             {base::note(notes::say_units,
                         {{"example", (zh ? "参数 " + name + ": {为: 时长, 自: 0分钟}"
                                          : "parameter " + name + ": {is: duration, from: 0min}")}},
                         model_->parameters[pack.parameters.at(name)].span)});
    }
  }
  return is_good;
}

MaybeFormula Linker::compile(const PackDecl& pack, const Node* node, Language language,
                             const feel::Scope& names, const Facts& facts, const Wanted& wanted,
                             Facts* true_facts) {
  if (!node) return std::nullopt;
  if (!node->is_scalar() && !node->is_list()) return std::nullopt;
  return compile(pack, Written::value(*node, language), names, facts, wanted, true_facts);
}

std::optional<Value> Linker::constant_of(const MaybeFormula& formula) {
  if (!formula || !formula->reads.empty()) return std::nullopt;
  auto value = vm::Machine().run(*formula->program, {});
  if (!value) return std::nullopt;
  return *std::move(value);
}

void Linker::check_constant_length(const Node* node, const MaybeFormula& formula, bool takes_time) {
  if (node && node->is_scalar()) check_constant_length(node->text, node->span, formula, takes_time);
}

void Linker::check_constant_length(std::string_view text, SourceSpan span,
                                   const MaybeFormula& formula, bool takes_time) {
  const auto value = constant_of(formula);
  if (!value || value->is_null()) return;
  const auto wrong = [&](std::string what) {
    report(diag::AC0218, span,
           {{"text", std::string(base::trim(text))}, {"what", std::move(what)}});
  };
  const auto length = value->as_length();
  if (!length) {
    wrong(base::both("length of whole seconds or days", "整秒或整日的时长"));
    return;
  }
  // Of working time the calendar says how far it reaches (AC0752).
  if (clock::is_beyond_reach(*length) && !rt::is_working(length->unit)) {
    wrong(base::both("length of at most a hundred years", "一百年以内的时长"));
  } else if (takes_time ? length->count == 0 && rt::is_quantity(*length) : length->count < 0) {
    wrong(base::both("length above zero", "大于零的时长"));
  }
}

void Linker::check_constant_amount(const Node* node, const MaybeFormula& formula) {
  if (!node) return;
  const auto value = constant_of(formula);
  if (!value || !value->is(Kind::money) || value->raw_word() >= 0 || !node->is_scalar()) return;
  report(diag::AC0218, node->span,
         {{"text", node->text}, {"what", base::both("amount that can be owed", "应付的金额")}});
}

std::vector<step::Condition> Linker::conditions(ProcDecl& proc, const Node& map, Language language,
                                                const feel::Scope& names, const Facts& facts,
                                                const Cites& cites, Facts* true_facts) {
  std::vector<step::Condition> out;
  if (!map.is_map()) return out;
  for (const Entry& entry : map.entries) {
    if (!entry.value.is_scalar()) continue;
    auto holds = compile(*proc.pack, &entry.value, language, names, facts, verdict(),
                         true_facts);
    if (!holds) continue;
    step::Condition condition;
    condition.label = entry.key.text;
    condition.holds = std::move(*holds);
    condition.cites = cites;
    condition.span = entry.key.span;
    out.push_back(std::move(condition));
  }
  return out;
}

}  // namespace aftercare::rulebook
