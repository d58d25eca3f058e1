#include "testing/expectation.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <span>

#include "base/names.hpp"
#include "base/text.hpp"
#include "engine/words.hpp"
#include "rulebook/chains.hpp"
#include "rulebook/schema.hpp"
#include "step/convert.hpp"
#include "testing/story_reader.hpp"
#include "testing/told_words.hpp"

namespace aftercare::testing {

using rulebook::Entry;
using rulebook::Node;
using step::Index;
using step::none;

namespace {

/// Calls `is(word)` for the words of a chain of approvers, and puts what it gives in their place.
template <class Is>
std::string each_word(std::string_view text, Is&& is) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find_first_of(" ,()", at), text.size());
    if (end > at) out += is(text.substr(at, end - at));
    if (end < text.size()) out += text[end];
    at = end + 1;
  }
  return out;
}

/// A chain of approvers in the words of the English vocabulary.
std::string in_english(std::string_view chain) {
  using rulebook::Word;
  return each_word(chain, [](std::string_view one) {
    for (const Word word : {Word::or_, Word::and_, Word::after_that, Word::out_of})
      if (rulebook::is_word(one, word, Language::chinese))
        return rulebook::spelling(word, Language::english);
    return one;
  });
}

void add_once(std::vector<std::string>& to, const std::string& name) {
  if (std::find(to.begin(), to.end(), name) == to.end()) to.push_back(name);
}

bool has(const std::vector<std::string>& in, std::string_view name) {
  return std::find(in.begin(), in.end(), name) != in.end();
}

}  // namespace

const Datum* find_datum(const std::vector<Datum>& all, std::string_view name) noexcept {
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Datum& one) { return one.name == name; });
  return found == all.end() ? nullptr : &*found;
}

std::vector<std::string> names_of(const std::vector<Datum>& all) {
  std::vector<std::string> out;
  for (const Datum& one : all) add_once(out, one.name);
  return out;
}

std::vector<DiagnosticNote> word_instead(std::string_view word, const Type& type) {
  const std::vector<std::string_view> words(type.words().begin(), type.words().end());
  const auto near = base::closest(word, std::span(words));
  if (!near) return {};
  return {base::note(notes::did_you_mean, {{"name", *near}})};
}

MatterAsked matter_asked(std::string_view text) {
  MatterAsked out;
  text = base::trim(text);
  const std::size_t open = text.find('(');
  const std::size_t close = open == std::string_view::npos ? open : text.find(')', open);
  const std::size_t dot = text.find('.', close == std::string_view::npos ? 0 : close);
  out.matter = base::trim(text.substr(0, std::min(open, dot)));
  if (dot != std::string_view::npos) out.column = base::trim(text.substr(dot + 1));
  if (close == std::string_view::npos) return out;
  const std::string_view facts = text.substr(open + 1, close - open - 1);
  for (std::size_t at = 0; at <= facts.size();) {
    const std::size_t end = std::min(facts.find(',', at), facts.size());
    out.facts.emplace_back(base::trim(facts.substr(at, end - at)));
    at = end + 1;
  }
  return out;
}

namespace {

/// `dispatch`, `dispatch of li`: which list, and whose.
std::pair<std::string, std::string> list_asked(std::string_view text) {
  for (const Language language : {Language::english, Language::chinese}) {
    const std::string of = " " + std::string(spelling(Word::of, language)) + " ";
    if (const std::size_t at = text.find(of); at != std::string_view::npos)
      return {std::string(base::trim(text.substr(0, at))),
              std::string(base::trim(text.substr(at + of.size())))};
  }
  return {std::string(base::trim(text)), std::string()};
}

}  // namespace

Known::Known(const step::Model& model) {
  using Is = step::Rule::Is;
  const Type text = Type::string(), day = Type::date(), instant = Type::instant();
  const step::WordSet& answers = model.word_sets[1];
  const Type answer = Type::symbol(answers.name, answers.words, 1);
  for (const step::Role& role : model.roles) add_once(people, role.name);
  for (const step::Parameter& parameter : model.parameters) add_once(parameters, parameter.name);
  for (const step::Responsible& one : model.responsibles) add_once(matters, one.name);
  for (const step::Worklist& one : model.worklists) {
    add_once(worklists, one.name);
    add_once(needs, one.name);  // that somebody was taken out of his turn is a finding
  }
  for (const step::Procedure& p : model.procedures) {
    add_once(procedures, p.name);
    const auto who = [&](const step::Who& one) {
      for (const step::SlotIndex slot : one.persons) add_once(people, p.slot_names[slot]);
      if (one.formula) add_once(people, one.formula->text);
    };
    for (const step::Field& field : p.fields) views.push_back({field.name, field.type});
    for (const step::Let& let : p.lets) views.push_back({let.name, let.value.type});
    for (const step::Entitlement& one : p.entitlements) {
      views.push_back({one.name + ".answer", answer});
      views.push_back({one.name + ".since", day});
      views.push_back({one.name + ".until", day});
      views.push_back({one.name + ".reason", text});
      views.push_back({one.name + ".missing", text});
      views.push_back({one.name + ".suspended", Type::number()});
    }
    for (const step::Event& event : p.events) {
      if (event.is_of_time) continue;
      add_once(events, event.name);
      who(event.by);
      views.push_back({event.name + ".at", instant});
      for (const step::Input& input : event.inputs)
        views.push_back({event.name + "." + input.name, input.type});
      for (const step::Condition& need : event.needs) add_once(needs, need.label);
    }
    for (const step::Decision& decision : p.decisions) {
      for (const step::Condition& need : decision.needs) add_once(needs, need.label);
      who(decision.by);
      for (const auto& [outcome, happening] : decision.outcomes) add_once(events, outcome);
    }
    for (const step::Form& form : p.forms) {
      for (const step::Field& field : form.fields) {
        views.push_back({form.name + "." + field.name, field.type});
        add_once(needs, step::datum_name(form, field.slot));
      }
      for (const step::Let& let : form.computed)
        views.push_back({form.name + "." + let.name, let.value.type});
      views.push_back({form.name + ".signed", Type::list(text)});
      views.push_back({form.name + ".refused", Type::list(text)});
      views.push_back({form.name + ".complete", Type::boolean()});
      views.push_back({form.name + ".version", Type::number()});
      for (const step::Form::Signature& one : form.signatures)
        add_once(needs, step::datum_name(form, one.slot));
      for (const step::Condition& need : form.needs) add_once(needs, need.label);
    }
    for (chart::StateId s = 1; s < p.chart.size(); ++s)
      add_once(states, std::string(p.chart.name(s)));
    for (const step::Clock& clock : p.clocks) {
      add_once(clocks, clock.name);
      for (const step::Clock::Reminder& one : clock.reminders) {
        if (!one.notify.is_empty())
          add_once(notices, one.name.empty() ? clock.name : clock.name + "." + one.name);
      }
    }
  }
  for (const step::Rule& rule : model.rules) {
    if (rule.is == Is::right) {
      add_once(rights, rule.name);
      add_once(events, rule.name);
      for (const step::Condition& need : rule.needs) add_once(needs, need.label);
    } else if (rule.is == Is::notify) {
      add_once(notices, rule.name);
    } else if (rule.is == Is::finding) {
      add_once(needs, rule.name);
      if (!rule.to.is_empty()) add_once(notices, rule.name);
    } else if (rule.is != Is::entry) {
      add_once(rules, rule.name);
      if (!rule.reported_by.is_empty()) add_once(events, rule.name);
    }
  }
  for (const step::Sanction& sanction : model.sanctions) add_once(sanctions, sanction.name);
  for (const step::Ledger& ledger : model.ledgers) {
    add_once(ledgers, ledger.name);
    if (ledger.is_by_hand) add_once(events, ledger.name);
  }
}

std::vector<Datum> data_of(const step::Model& model, const engine::Target& target) {
  using Is = step::Incoming::Is;
  std::vector<Datum> out;
  switch (target.is) {
    case Is::event: {
      const step::Procedure& p = model.procedures[target.procedure];
      const step::Event& event = p.events[target.index];
      for (const step::Input& input : event.inputs) out.push_back({input.name, input.type});
      for (const step::Field& field : p.brought(event)) out.push_back({field.name, field.type});
      if (event.form != none && event.does != step::Event::Does::voids) {
        out.push_back({"signed", Type::list(Type::string())});
        out.push_back({"refused", Type::list(Type::string())});
      }
      break;
    }
    case Is::by_hand:
      out.push_back({"who", Type::string()});
      [[fallthrough]];
    case Is::right:
      for (const step::Input& input : model.rules[target.index].inputs)
        out.push_back({input.name, input.type});
      break;
    case Is::row:
      out.push_back({model.ledgers[target.index].subject, Type::string()});
      for (const step::Field& field : model.ledgers[target.index].fields)
        out.push_back({field.name, field.type});
      break;
    default:
      break;
  }
  return out;
}

std::vector<Datum> corrections_of(const step::Procedure& p) {
  std::vector<Datum> out;
  for (const step::Field& field : p.fields) out.push_back({field.name, field.type});
  for (const step::Event& event : p.events) {
    if (event.at_slot != step::no_slot) out.push_back({event.name + ".at", Type::instant()});
    for (const step::Input& input : event.inputs)
      out.push_back({event.name + "." + input.name, input.type});
  }
  for (const step::Form& form : p.forms) {
    for (const step::Field& field : form.fields)
      out.push_back({form.name + "." + field.name, field.type});
    for (const step::Form::Signature& one : form.signatures) {
      out.push_back({form.name + ".signed." + one.name, Type::boolean()});
      if (one.refused_slot != step::no_slot)
        out.push_back({form.name + ".refused." + one.name, Type::boolean()});
    }
  }
  return out;
}

std::string money_text(const Value& amount) {
  if (!amount.is(Kind::money)) return amount.to_text();
  std::int64_t minor = amount.money_minor();
  int scale = amount.money_scale();
  while (scale > 0 && minor % 10 == 0) {
    minor /= 10;
    --scale;
  }
  std::string digits = std::to_string(minor < 0 ? -minor : minor);
  if (scale > 0) {
    while (static_cast<int>(digits.size()) <= scale) digits.insert(digits.begin(), '0');
    digits.insert(digits.size() - static_cast<std::size_t>(scale), 1, '.');
  }
  return (minor < 0 ? "-" : "") + digits + " " + currency_name(amount.money_currency());
}

namespace {

struct Pair {
  std::string name;
  std::string of;  // the subject it is narrowed to
  std::string to;  // and to whom it goes
  const Node* value = nullptr;
  SourceSpan span;
};

bool is_none(const Node& node, Language language) {
  return node.is_scalar() && base::trim(node.text) == spelling(Word::none, language);
}

Pair pair_of(const Node& key, const Node* value, Language language) {
  std::string_view rest = key.text;
  const auto cut = [&](Word word) {
    const std::string joint = " " + std::string(spelling(word, language)) + " ";
    const std::size_t at = rest.find(joint);
    if (at == std::string_view::npos) return std::string();
    const std::string_view behind = base::trim(rest.substr(at + joint.size()));
    rest = rest.substr(0, at);
    return std::string(behind);
  };
  Pair out;
  out.to = cut(Word::to);
  out.of = cut(Word::of);
  out.name = base::trim(rest);
  out.value = value;
  out.span = key.span;
  return out;
}

/// `none`, `a`, `[a, b]` or `{a: …, b: …}`.
std::vector<Pair> pairs_of(const Node& node, Language language) {
  std::vector<Pair> out;
  if (is_none(node, language) || node.is_empty()) return out;
  if (node.is_scalar()) out.push_back(pair_of(node, nullptr, language));
  for (const Node& item : node.items) out.push_back(pair_of(item, nullptr, language));
  for (const Entry& entry : node.entries) out.push_back(pair_of(entry.key, &entry.value, language));
  return out;
}

/// Labels are sentences: never taken apart.
std::vector<std::string> texts_of(const Node& node, Language language) {
  std::vector<std::string> out;
  if (is_none(node, language) || node.is_empty()) return out;
  if (node.is_scalar()) out.push_back(node.text);
  for (const Node& item : node.items) out.push_back(item.text);
  return out;
}

struct Amount {
  rt::Decimal number;
  std::string currency;
};

std::optional<Amount> amount_of(const Node& node) {
  if (!node.is_scalar()) return std::nullopt;
  const auto amount = step::amount_in(base::trim(node.text));
  if (!amount) return std::nullopt;
  const auto number = Value::number(amount->digits);
  if (!number || amount->currency.size() != 3) return std::nullopt;
  return Amount{number->as_number(), std::string(amount->currency)};
}

bool equal(const Amount& a, const Value& b) {
  if (!b.is(Kind::money) || currency_name(b.money_currency()) != a.currency) return false;
  const auto is = rt::Decimal::make(b.money_minor(), -b.money_scale());
  return is && a.number == *is;
}

/// What is written, on one line.
std::string written(const Node& node) {
  if (node.is_empty()) return "null";
  if (node.is_scalar()) return node.text;
  std::string out = node.is_list() ? "[" : "{";
  const char* close = node.is_list() ? "]" : "}";
  for (const Node& item : node.items) out += (out.size() > 1 ? ", " : "") + written(item);
  for (const Entry& entry : node.entries)
    out += (out.size() > 1 ? ", " : "") + entry.key.text + ": " + written(entry.value);
  return out + close;
}

}  // namespace

// ── names and shapes ──────────────────────────────────────────────────────────────────────────

namespace {

/// Checks what stands under one key of `then`.
class Checker {
 public:
  Checker(const Expected& expected, const Known& known, const Zone& zone, Language language,
          base::Findings& findings)
      : expected_(expected), known_(known), zone_(zone), language_(language), findings_(findings) {}

  void check() {
    const Node& value = expected_.value;
    switch (expected_.key) {
      case Word::fines:
      case Word::owes:
      case Word::pays:
      case Word::rewards:
        if (!is_none(value, language_) && !value.is_map()) {
          wrong(expected_.span, base::both("none, or name: amount", "“无”,或“名称: 金额”"));
          return;
        }
        for (const Pair& pair : pairs_of(value, language_)) {
          name(base::both("rule", "规则"), pair.name, pair.span, known_.rules);
          addressee(pair);
          for (const Node* amount : each(*pair.value))
            if (!amount_of(*amount))
              wrong(amount->span, base::both("an amount such as 50 CNY", "金额,例如 50 CNY"));
        }
        break;
      case Word::sanctions:
        if (!is_none(value, language_) && !value.is_map()) {
          wrong(expected_.span, base::both("none, or name: sanction", "“无”,或“名称: 处分”"));
          return;
        }
        for (const Pair& pair : pairs_of(value, language_)) {
          name(base::both("rule", "规则"), pair.name, pair.span, known_.rules);
          for (const Node* one : each(*pair.value))
            if (!is_none(*one, language_))
              name(base::both("sanction", "处分"), one->text, one->span, known_.sanctions);
        }
        break;
      case Word::evidence:
        if (!is_none(value, language_) && !value.is_map()) {
          wrong(expected_.span, base::both("none, or name: evidence", "“无”,或“名称: 证据”"));
          return;
        }
        for (const Pair& pair : pairs_of(value, language_))
          name(base::both("rule", "规则"), pair.name, pair.span, known_.rules);
        break;
      case Word::offences:
        names(base::both("rule", "规则"), known_.rules);
        break;
      case Word::rights:
        names(base::both("right", "权利"), known_.rights);
        break;
      case Word::unexpected:
      case Word::possible:
        names(base::both("event", "事件"), known_.events);
        break;
      case Word::notices:
        names(base::both("notice", "通知"), known_.notices);
        break;
      case Word::out_of_bounds:
        for (const Node* one : texts())
          name(base::both("parameter", "参数"), one->text, one->span, known_.parameters);
        break;
      case Word::refused:
        for (const Node* one : texts()) refusal(*one);
        break;
      case Word::findings:
        for (const Node* one : texts())
          name(base::both("need", "须满足的条件"), one->text, one->span, known_.needs);
        break;
      case Word::waits_for:
        for (const Node* one : texts()) people(one->text, one->span);
        break;
      case Word::responsible:
        if (!value.is_map()) {
          wrong(expected_.span, base::both("matter: role", "“事项: 角色”"));
          return;
        }
        for (const Entry& entry : value.entries) {
          name(base::both("matter", "事项"), matter_asked(entry.key.text).matter, entry.key.span,
               known_.matters);
          if (entry.value.is_scalar()) people(entry.value.text, entry.value.span);
        }
        break;
      case Word::worklist:
        if (!value.is_map()) {
          wrong(expected_.span, base::both("list: [those who wait]", "“排队: [等待者]”"));
          return;
        }
        for (const Entry& entry : value.entries)
          name(base::both("list", "排队"), list_asked(entry.key.text).first, entry.key.span,
               known_.worklists);
        break;
      case Word::clocks:
      case Word::due:
        if (!value.is_map()) {
          wrong(expected_.span, base::both("clock: state", "“时限: 状态”"));
          return;
        }
        for (const Entry& entry : value.entries) {
          name(base::both("clock", "时限"), entry.key.text, entry.key.span, known_.clocks);
          clock(entry);
        }
        break;
      case Word::state:
        if (value.is_map()) {
          for (const Entry& entry : value.entries) state(entry.value);
        } else {
          state(value);
        }
        break;
      case Word::case_:
        if (!value.is_map()) {
          wrong(expected_.span, base::both("field: value", "“字段: 值”"));
          return;
        }
        for (const Entry& entry : value.entries) field(entry);
        break;
      case Word::cases:
      case Word::entries: {
        const bool is_cases = expected_.key == Word::cases;
        if (!value.is_map()) {
          wrong(expected_.span, is_cases ? base::both("procedure: number", "“流程: 件数”")
                                         : base::both("ledger: number", "“台账: 件数”"));
          return;
        }
        names(is_cases ? base::both("procedure", "流程") : base::both("ledger", "台账"),
              is_cases ? known_.procedures : known_.ledgers);
        break;
      }
      default:
        break;
    }
  }

 private:
  void add(DiagnosticCode code, SourceSpan span, DiagnosticWords words,
           std::vector<DiagnosticNote> notes = {}) {
    findings_.add(base::make(code, span, std::move(words), std::move(notes)));
  }
  void wrong(SourceSpan span, std::string shape) {
    add(diag::AC0935, span,
        {{"key", std::string(spelling(expected_.key, language_))}, {"shape", std::move(shape)}});
  }
  void name(std::string_view what, const std::string& name, SourceSpan span,
            const std::vector<std::string>& known) {
    if (has(known, name)) return;
    add(diag::AC0932, span, {{"what", std::string(what)}, {"name", name}},
        base::names_instead(name, known));
  }
  /// Only what goes to somebody can be asked to whom it goes.
  void addressee(const Pair& pair) {
    if (pair.to.empty() || expected_.key == Word::pays || expected_.key == Word::notices) return;
    wrong(pair.span, base::both("told without '" + std::string(spelling(Word::to, language_)) + "'",
                                "不带“" + std::string(spelling(Word::to, language_)) + "”"));
  }
  /// Names, each with how often it comes where a number follows.
  void names(std::string_view what, const std::vector<std::string>& known) {
    for (const Pair& pair : pairs_of(expected_.value, language_)) {
      name(what, pair.name, pair.span, known);
      addressee(pair);
      if (pair.value == nullptr) continue;
      const std::string_view digits = base::trim(pair.value->text);
      if (!pair.value->is_scalar() || digits.empty() || digits.size() > 9 ||
          !std::all_of(digits.begin(), digits.end(), base::is_ascii_digit))
        wrong(pair.value->span, base::both("a number such as 2", "数目,例如 2"));
    }
  }
  static std::vector<const Node*> each(const Node& node) {
    if (!node.is_list()) return {&node};
    std::vector<const Node*> out;
    for (const Node& item : node.items) out.push_back(&item);
    return out;
  }
  [[nodiscard]] std::vector<const Node*> texts() const {
    if (expected_.value.is_empty() || is_none(expected_.value, language_)) return {};
    return each(expected_.value);
  }

  /// `technician or dispatcher`.
  void people(std::string_view text, SourceSpan span) {
    if (has(known_.people, text)) return;  // a formula may hold the word
    if (const std::string chain = in_english(text); rulebook::is_chain(chain, Language::english)) {
      each_word(chain, [&](std::string_view one) {
        const bool is_joint = one == "or" || one == "and" || one == "then" || one == "of";
        if (!is_joint && !base::is_ascii_digit(one.front()))
          name(base::both("role", "角色"), std::string(one), span, known_.people);
        return one;
      });
      return;
    }
    constexpr std::string_view either = " or ";
    for (std::size_t at = 0; at <= text.size();) {
      const std::size_t end = std::min(text.find(either, at), text.size());
      name(base::both("role", "角色"), std::string(base::trim(text.substr(at, end - at))), span,
           known_.people);
      at = end + either.size();
    }
  }

  /// A need's label, `technician is not company`, or a sentence of the engine.
  void refusal(const Node& node) {
    if (has(known_.needs, node.text)) return;
    const std::string text = refusal_text(node.text, language_, Language::english);
    const auto is_sentence = [](const std::string& english) {
      return engine::sentence_text(english, Language::chinese) != english;
    };
    std::vector<std::string> known = known_.needs;
    // Of the engine's own sentence in the other language, what it is called here.
    const std::string told = refusal_text(node.text, Language::english, language_);
    if (told != node.text) known = {told};
    if (told != node.text || (language_ != Language::english && text == node.text)) {
      name(base::both("need", "须满足的条件"), node.text, node.span, known);
      return;
    }
    if (is_sentence(text)) return;
    constexpr std::string_view is_not = " is not ";
    if (const std::size_t at = text.find(is_not); at != std::string::npos) {
      const std::string who = text.substr(at + is_not.size());
      if (who != "the one who may") people(who, node.span);
      return;
    }
    const std::size_t colon = text.find(": ");
    if (colon != std::string::npos && is_sentence(text.substr(colon + 2))) return;
    name(base::both("need", "须满足的条件"), node.text, node.span, known);
  }

  void clock(const Entry& entry) {
    const Node& value = entry.value;
    const std::string text(base::trim(value.text));
    if (is_none(value, language_)) return;
    if (expected_.key == Word::due) {
      if (!value.is_scalar() || !parse_instant(text, zone_)) {
        add(diag::AC0936, value.span,
            {{"text", written(value)},
             {"what",
              base::both("an instant such as 2024-03-04T09:30", "时间,例如 2024-03-04T09:30")}});
      }
      return;
    }
    std::vector<std::string> known = clock_states(language_);
    const std::vector<std::string> english = clock_states(Language::english);
    const auto other = std::find(english.begin(), english.end(), text);
    if (language_ != Language::english && other != english.end())
      known = {known[static_cast<std::size_t>(other - english.begin())]};
    name(base::both("state of a clock", "时限状态"), value.is_scalar() ? text : written(value),
         value.is_empty() ? entry.key.span : value.span, known);
  }

  /// `closed`; of parallel states `paid, packed`.
  void state(const Node& node) {
    if (is_none(node, language_)) return;
    if (!node.is_scalar()) {
      wrong(node.is_empty() ? expected_.span : node.span,
            base::both("the name of a state", "状态的名称"));
      return;
    }
    std::string_view rest = node.text;
    for (;;) {
      const std::size_t comma = rest.find(',');
      name(base::both("state", "状态"), std::string(base::trim(rest.substr(0, comma))), node.span,
           known_.states);
      if (comma == std::string_view::npos) return;
      rest = rest.substr(comma + 1);
    }
  }

  /// A name, and a value of its type: of one of the procedures that have it.
  void field(const Entry& entry) {
    const std::string& path = entry.key.text;
    std::optional<Error> why;
    const Type* words = nullptr;
    bool is_known = false;
    for (const Datum& one : known_.views) {
      if (one.name != path) continue;
      is_known = true;
      const Value told = to_value(entry.value, language_);
      // What has not happened, and is not known, is null; `none` is said of what is not there.
      if (told.is_null() || is_none(entry.value, language_)) return;
      if (one.type.is() == Type::Is::money && amount_of(entry.value)) return;
      auto fitted = step::convert(told, one.type, zone_);
      if (fitted) return;
      if (!why) why = fitted.error();
      if (one.type.is() == Type::Is::symbol) words = &one.type;
    }
    if (!is_known) {
      name(base::both("field", "字段"), path, entry.key.span, nearby(path));
      return;
    }
    std::vector<DiagnosticNote> notes;
    if (words != nullptr && entry.value.is_scalar()) {
      notes = word_instead(base::trim(entry.value.text), *words);
    }
    add(diag::AC0934, entry.value.span, {{"name", path}, {"reason", engine::both(why->message)}},
        std::move(notes));
  }

  /// All names; where the head of a path is right, those with that head.
  [[nodiscard]] std::vector<std::string> nearby(const std::string& path) const {
    std::vector<std::string> all = names_of(known_.views), mine;
    const std::string head = path.substr(0, path.find('.')) + ".";
    for (const std::string& one : all)
      if (one.compare(0, head.size(), head) == 0) mine.push_back(one);
    if (mine.empty()) mine = std::move(all);
    for (std::string& one : mine) one = told_path(one, Language::english, language_);
    return mine;
  }

  const Expected& expected_;
  const Known& known_;
  const Zone& zone_;
  Language language_;
  base::Findings& findings_;
};

}  // namespace

void check_expected(const Expected& expected, const Known& known, const Zone& zone,
                    Language language, base::Findings& findings) {
  Checker(expected, known, zone, language, findings).check();
}

// ── comparing ─────────────────────────────────────────────────────────────────────────────────

namespace {

/// name → what was booked, in order, of one subject or of all.
std::map<std::string, std::vector<const Booked*>> grouped(const std::vector<Booked>& all,
                                                          const std::string& of) {
  std::map<std::string, std::vector<const Booked*>> out;
  for (const Booked& one : all)
    if (of.empty() || one.subject == of) out[one.name].push_back(&one);
  return out;
}

Value total(const std::vector<const Booked*>& all) {
  std::int64_t sum = 0;
  for (const Booked* one : all) sum += one->amount.money_minor();
  const Value& first = all.front()->amount;
  return Value::money(sum, first.money_currency(), first.money_scale());
}

std::string joined(const std::vector<std::string>& all, Language language) {
  if (all.empty()) return std::string(spelling(Word::none, language));
  if (all.size() == 1) return all.front();
  std::string out = "[";
  for (const std::string& one : all) out += (out.size() > 1 ? ", " : "") + one;
  return out + "]";
}

std::string booked_text(const std::vector<Booked>& all, const std::string& of, bool is_money,
                        Language language) {
  std::vector<std::string> parts;
  for (const auto& [name, entries] : grouped(all, of)) {
    std::vector<std::string> values;
    for (const Booked* one : entries)
      values.push_back(is_money ? money_text(one->amount) : one->text);
    parts.push_back(name + ": " + joined(values, language));
  }
  if (parts.empty()) return std::string(spelling(Word::none, language));
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : ", ") + part;
  return out;
}

bool money_is_as_told(const Expected& expected, const std::vector<Booked>& all, Language language) {
  auto left = grouped(all, expected.of);
  for (const Pair& pair : pairs_of(expected.value, language)) {
    const auto found = left.find(pair.name);
    if (found == left.end()) return false;
    std::vector<const Booked*> mine, others;
    for (const Booked* one : found->second)
      ((pair.of.empty() || one->subject == pair.of) && (pair.to.empty() || one->to == pair.to)
           ? mine
           : others)
          .push_back(one);
    if (mine.empty()) return false;
    if (pair.value->is_list()) {
      if (pair.value->items.size() != mine.size()) return false;
      for (std::size_t i = 0; i < mine.size(); ++i) {
        const auto amount = amount_of(pair.value->items[i]);
        if (!amount || !equal(*amount, mine[i]->amount)) return false;
      }
    } else {
      const auto amount = amount_of(*pair.value);
      if (!amount || !equal(*amount, total(mine))) return false;
    }
    if (others.empty())
      left.erase(found);
    else
      found->second = std::move(others);
  }
  return left.empty();
}

bool words_are_as_told(const Expected& expected, const std::vector<Booked>& all,
                       Language language) {
  auto left = grouped(all, expected.of);
  for (const Pair& pair : pairs_of(expected.value, language)) {
    const auto found = left.find(pair.name);
    if (found == left.end()) return false;
    std::vector<const Booked*> mine, others;
    for (const Booked* one : found->second)
      (pair.of.empty() || one->subject == pair.of ? mine : others).push_back(one);
    if (pair.value != nullptr && !pair.value->is_empty()) {
      const std::vector<std::string> words = texts_of(*pair.value, language);
      if (pair.value->is_list()) {
        if (words.size() != mine.size()) return false;
        for (std::size_t i = 0; i < mine.size(); ++i)
          if (mine[i]->text != words[i]) return false;
      } else {
        if (mine.empty()) return false;
        for (const Booked* one : mine)
          if (one->text != words.front()) return false;
      }
    }
    if (mine.empty()) return false;
    if (others.empty())
      left.erase(found);
    else
      found->second = std::move(others);
  }
  return left.empty();
}

/// A number of at most nine digits: the reader has seen to that.
std::int64_t times_in(const Node& number) {
  std::int64_t times = 0;
  for (const char c : base::trim(number.text)) times = times * 10 + (c - '0');
  return times;
}

/// To whom: "manager or clerk".
std::string joined_names(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& one : names) out += (out.empty() ? "" : " or ") + one;
  return out;
}

bool speaks_of_addressees(const Expected& expected, Language language) {
  const std::vector<Pair> pairs = pairs_of(expected.value, language);
  return std::any_of(pairs.begin(), pairs.end(), [](const Pair& pair) { return !pair.to.empty(); });
}

/// `offences: {a: 2}`, `[a, a]`, `a`: how often each.
bool names_are_as_told(const Expected& expected, std::vector<std::string> actual,
                       Language language) {
  for (const Pair& pair : pairs_of(expected.value, language)) {
    std::int64_t times = 1;
    if (pair.value != nullptr && pair.value->is_scalar()) times = times_in(*pair.value);
    for (; times > 0; --times) {
      const auto found = std::find(actual.begin(), actual.end(), pair.name);
      if (found == actual.end()) return false;
      actual.erase(found);
    }
  }
  return actual.empty();
}

bool notices_are_as_told(const Expected& expected, std::vector<Notice> actual, Language language) {
  for (const Pair& pair : pairs_of(expected.value, language)) {
    std::int64_t times = 1;
    if (pair.value != nullptr && pair.value->is_scalar()) times = times_in(*pair.value);
    for (; times > 0; --times) {
      const auto found = std::find_if(actual.begin(), actual.end(), [&](const Notice& one) {
        return one.name == pair.name && (pair.to.empty() || joined_names(one.to) == pair.to);
      });
      if (found == actual.end()) return false;
      actual.erase(found);
    }
  }
  return actual.empty();
}

bool texts_are_as_told(const Expected& expected, std::vector<std::string> actual,
                       Language language) {
  for (const std::string& text : texts_of(expected.value, language)) {
    const auto found = std::find(actual.begin(), actual.end(), text);
    if (found == actual.end()) return false;
    actual.erase(found);
  }
  return actual.empty();
}

const Value* find_in(const Context& data, std::string_view path) {
  const std::size_t dot = path.find('.');
  for (const auto& [name, value] : data) {
    if (name != path.substr(0, dot)) continue;
    if (dot == std::string_view::npos) return &value;
    return value.is(Kind::context) ? value.find(path.substr(dot + 1)) : nullptr;
  }
  return nullptr;
}

std::string value_text(const Value& value, const step::Model& model, const Zone& zone) {
  if (value.is(Kind::money)) return money_text(value);
  if (value.is_null()) return "null";
  return step::to_text(value, model, zone);
}

/// Whether a value is what a text says: by its own kind, not by its spelling.
bool is_value(const Value& actual, const Node& wanted, const step::Model& model, const Zone& zone,
              Language language) {
  const Value told = to_value(wanted, language);
  if (told.is_null() || actual.is_null()) return told.is_null() && actual.is_null();
  if (told.is(Kind::list) != actual.is(Kind::list)) return false;
  if (told.is(Kind::list)) {
    if (told.size() != actual.size()) return false;
    for (std::size_t i = 0; i < told.size(); ++i)
      if (!is_value(actual.items()[i], wanted.items[i], model, zone, language)) return false;
    return true;
  }
  if (!told.is(Kind::string)) return false;
  const std::string_view text = told.as_string();
  switch (actual.kind()) {
    case Kind::money: {
      const auto amount = amount_of(wanted);
      return amount && equal(*amount, actual);
    }
    case Kind::number: {
      const auto number = Value::number(base::trim(text));
      return number && number->as_number() == actual.as_number();
    }
    case Kind::instant: {
      const auto at = parse_instant(base::trim(text), zone);
      return at && *at == actual.as_instant();
    }
    case Kind::days_duration:
    case Kind::months_duration:
    case Kind::working_duration: {
      if (const auto length = rt::parse_length(base::trim(text))) {
        const Value as_value = Value::length(*length);
        if (as_value.kind() != actual.kind()) return false;
        return as_value.equals(actual) ||
               value_text(as_value, model, zone) == value_text(actual, model, zone);
      }
      return value_text(actual, model, zone) == text;
    }
    default:
      return value_text(actual, model, zone) == base::trim(text);
  }
}

const CaseView* case_of(const Actual& actual, const std::string& of) {
  if (actual.cases.empty()) return nullptr;
  if (of.empty()) return &actual.cases.back();
  for (std::size_t i = actual.cases.size(); i-- > 0;) {
    const CaseView& view = actual.cases[i];
    if (view.key == of || view.id == of || view.procedure == of) return &view;
  }
  return nullptr;
}

/// Of the case that is named; without a name the rights of all, and what else may come of the latest.
Chances chances_of(const Actual& actual, const Expected& expected) {
  Chances out;
  const CaseView* view = expected.of.empty() ? nullptr : case_of(actual, expected.of);
  for (const Chances& one : actual.chances) {
    if (!expected.of.empty() && (view == nullptr || one.case_id != view->id)) continue;
    std::vector<std::string> rights = std::move(out.rights);
    rights.insert(rights.end(), one.rights.begin(), one.rights.end());
    out = one;
    out.rights = std::move(rights);
  }
  return out;
}

}  // namespace

std::vector<Difference> compare(const Run& run, const Actual& actual, const step::Model& model,
                                const Zone& zone, Language language) {
  std::vector<Difference> out;
  const std::string nothing(spelling(Word::none, language));
  for (const Expected& expected : run.then) {
    std::string what(spelling(expected.key, language));
    if (!expected.of.empty())
      what += " " + std::string(spelling(Word::of, language)) + " " + expected.of;
    const auto differs = [&](std::string is) {
      out.push_back({what, written(expected.value), std::move(is), expected.span});
    };
    const std::string to = " " + std::string(spelling(Word::to, language)) + " ";
    const bool tells_to = speaks_of_addressees(expected, language);
    const auto money = [&](std::vector<Booked> all) {
      if (money_is_as_told(expected, all, language)) return;
      for (Booked& one : all)
        if (tells_to && !one.to.empty()) one.name += to + one.to;
      differs(booked_text(all, expected.of, true, language));
    };
    if (!actual.out_of_bounds.empty() && expected.key != Word::out_of_bounds) {
      differs(
          base::both("not to be had: what is set is out of bounds", "无从得知:所设的值超出范围"));
      continue;
    }
    const auto names = [&](const std::vector<std::string>& all) {
      if (!names_are_as_told(expected, all, language)) differs(joined(all, language));
    };
    const auto texts = [&](const std::vector<std::string>& all) {
      if (!texts_are_as_told(expected, all, language)) differs(joined(all, language));
    };
    switch (expected.key) {
      case Word::fines:
        money(actual.fines);
        break;
      case Word::owes:
        money(actual.owes);
        break;
      case Word::pays:
        money(actual.pays);
        break;
      case Word::rewards:
        money(actual.rewards);
        break;
      case Word::sanctions:
        if (!words_are_as_told(expected, actual.sanctions, language))
          differs(booked_text(actual.sanctions, expected.of, false, language));
        break;
      case Word::evidence:
        if (!words_are_as_told(expected, actual.evidence, language))
          differs(booked_text(actual.evidence, expected.of, false, language));
        break;
      case Word::offences: {
        std::vector<std::string> all;
        for (const Booked& one : actual.offences)
          if (expected.of.empty() || one.subject == expected.of) all.push_back(one.name);
        names(all);
        break;
      }
      case Word::refused:
        texts(actual.refused);
        break;
      case Word::findings:
        texts(actual.findings);
        break;
      case Word::unexpected:
        names(actual.unexpected);
        break;
      case Word::rights:
        names(chances_of(actual, expected).rights);
        break;
      case Word::possible:
        names(chances_of(actual, expected).possible);
        break;
      case Word::notices: {
        if (notices_are_as_told(expected, actual.notices, language)) break;
        std::vector<std::string> all;
        for (const Notice& one : actual.notices)
          all.push_back(tells_to ? one.name + to + joined_names(one.to) : one.name);
        differs(joined(all, language));
        break;
      }
      case Word::out_of_bounds:
        names(actual.out_of_bounds);
        break;
      case Word::waits_for: {
        // A chain is the same in either vocabulary.
        Expected told = expected;
        const auto plain = [](rulebook::Node& node) {
          if (node.is_scalar()) node.text = in_english(node.text);
        };
        plain(told.value);
        for (rulebook::Node& one : told.value.items) plain(one);
        std::vector<std::string> all;
        const std::vector<std::string> waits_for = chances_of(actual, expected).waits_for;
        for (const std::string& one : waits_for) all.push_back(in_english(one));
        if (!texts_are_as_told(told, all, language)) differs(joined(waits_for, language));
        break;
      }
      case Word::responsible:
        for (const Entry& entry : expected.value.entries) {
          const auto found = actual.responsible.find(entry.key.text);
          const std::string is = found == actual.responsible.end() ? nothing : found->second;
          if (in_english(base::trim(entry.value.text)) != in_english(is))
            out.push_back(
                {what + " " + entry.key.text, written(entry.value), is, entry.value.span});
        }
        break;
      case Word::worklist:
        for (const Entry& entry : expected.value.entries) {
          const auto [list, whose] = list_asked(entry.key.text);
          const auto found = actual.worklists.find(whose.empty() ? list : list + " of " + whose);
          const std::vector<std::string> is =
              found == actual.worklists.end() ? std::vector<std::string>() : found->second;
          if (texts_of(entry.value, language) != is)
            out.push_back({what + " " + entry.key.text, written(entry.value),
                           joined(is, language), entry.value.span});
        }
        break;
      case Word::state: {
        // `state: closed`, or by key: `state: {A1: closed}`.
        const auto one = [&](const std::string& of, const Node& value) {
          const CaseView* view = case_of(actual, of);
          const std::string is = view ? view->state : nothing;
          if (base::trim(value.text) == is) return true;
          differs(of.empty() ? is : of + ": " + is);
          return false;
        };
        if (expected.value.is_map()) {
          for (const Entry& entry : expected.value.entries)
            if (!one(entry.key.text, entry.value)) break;
        } else {
          one(expected.of, expected.value);
        }
        break;
      }
      case Word::clocks:
      case Word::due: {
        const CaseView* view = case_of(actual, expected.of);
        for (const Entry& entry : expected.value.entries) {
          std::string is = nothing;
          for (const ClockView& clock : view ? view->clocks : std::vector<ClockView>()) {
            if (clock.name != entry.key.text) continue;
            if (expected.key == Word::clocks) {
              is = clock_state_text(clock.state, language);
            } else if (clock.due) {
              is = iso_text(*clock.due, zone);
            }
          }
          bool is_told = base::trim(entry.value.text) == is;
          if (expected.key == Word::due && is != nothing) {
            const auto told = parse_instant(base::trim(entry.value.text), zone);
            is_told = told && iso_text(*told, zone) == is;
          }
          if (!is_told) {
            out.push_back(
                {what + " " + entry.key.text, written(entry.value), is, entry.value.span});
          }
        }
        break;
      }
      case Word::case_: {
        const CaseView* view = case_of(actual, expected.of);
        for (const Entry& entry : expected.value.entries) {
          const Value* value = view ? find_in(view->data, entry.key.text) : nullptr;
          if (value == nullptr && is_none(entry.value, language)) continue;
          if (value == nullptr || !is_value(*value, entry.value, model, zone, language)) {
            out.push_back({entry.key.text, written(entry.value),
                           value ? value_text(*value, model, zone) : nothing, entry.value.span});
          }
        }
        break;
      }
      case Word::cases: {
        std::map<std::string, std::int64_t> counts;
        for (const CaseView& view : actual.cases) ++counts[view.procedure];
        for (const Entry& entry : expected.value.entries) {
          const std::string is = std::to_string(counts[entry.key.text]);
          if (base::trim(entry.value.text) != is)
            out.push_back(
                {what + " " + entry.key.text, written(entry.value), is, entry.value.span});
        }
        break;
      }
      case Word::entries:
        for (const Entry& entry : expected.value.entries) {
          const auto found = actual.entries.find(entry.key.text);
          const std::string is = std::to_string(found == actual.entries.end() ? 0 : found->second);
          if (base::trim(entry.value.text) != is)
            out.push_back(
                {what + " " + entry.key.text, written(entry.value), is, entry.value.span});
        }
        break;
      default:
        break;
    }
  }
  return out;
}

}  // namespace aftercare::testing
