#include "cli/ask.hpp"

#include <algorithm>
#include <string_view>

#include "aftercare/question.hpp"

#include "base/json_writer.hpp"
#include "base/text.hpp"
#include "cli/events.hpp"
#include "cli/json_value.hpp"
#include "rulebook/access.hpp"
#include "rulebook/formula_words.hpp"

namespace aftercare::cli {

namespace {

class Answer {
 public:
  Answer(const Shell& shell, const Session& session, const Event& event)
      : shell_(shell), session_(session), language_(shell.language()) {
    const auto is_named = [&](const auto& one) {
      return one.name == std::string_view(event.name).substr(event.name.find('.') + 1);
    };
    for (const step::Procedure& p : rulebook::model_of(session.engine.rules())->procedures) {
      const bool may_be_its = event.name.find('.') == std::string::npos ||
                              event.name.starts_with(p.name + ".");
      if (may_be_its && std::any_of(p.events.begin(), p.events.end(), is_named))
        procedure_ = p.name;
    }
    if (const auto view = session.engine.find(event.case_id); procedure_.empty() && view)
      procedure_ = view->procedure;
  }

  int why_not(const Event& event, const std::vector<std::string>& fixed) const {
    const auto no = session_.engine.why_not(event, fixed);
    if (!no) return shell_.failed(no.error());
    if (shell_.is_json()) {
      shell_.out(json(event, *no));
      return fine;
    }
    std::string text = head(event);
    if (no->obstacles.empty()) {
      text += std::string(shell_.say("  nothing stands in its way\n", "  没有障碍\n"));
      shell_.out(text);
      return fine;
    }
    text += "  " + std::string(to_text(no->is, language_)) + "\n";
    for (const Obstacle& one : no->obstacles) {
      text += "  - " + reason_line(one.reason, session_.engine.rules(), language_, procedure_) + "\n";
      if (!one.reads.empty()) text += "      " + values(one.reads) + "\n";
      for (const Obstacle::TakenIn& in : one.taken_in) text += "      " + taken_in(in) + "\n";
      if (!one.may_change && one.taken_in.empty())
        text += std::string(
            shell_.say("      no other facts change this\n", "      改变事实也无济于事\n"));
    }
    if (!no->ways.empty())
      text += std::string(shell_.say("  it would come in with\n", "  下列任一改变即可通过\n"));
    for (const auto& way : no->ways) {
      text += "    + ";
      bool is_first = true;
      for (const FactChange& change : way) {
        if (!is_first) text += shell_.say(" and ", " 且 ");
        is_first = false;
        text += formula_of_case(change.name) + " = " + value(change.to);
        if (!change.from.is_null())
          text += std::string(shell_.say(" instead of ", ",原为 ")) + value(change.from);
      }
      text += "\n";
    }
    if (!no->is_proved) {
      text += std::string(no->ways.empty()
                              ? shell_.say("  whether other facts would do is not proved\n",
                                           "  能否通过改变事实解决,未能证明\n")
                              : shell_.say("  there may be other ways\n", "  可能还有其他办法\n"));
    } else if (no->ways.empty()) {
      text += std::string(
          shell_.say("  no other facts would let it in\n", "  任何事实的改变都不能使其通过\n"));
    }
    shell_.out(text);
    return fine;
  }

  /// "it is asked for in to_entrust (S1-20-C10), after contractor_refused or performance breached"
  [[nodiscard]] std::string taken_in(const Obstacle::TakenIn& in) const {
    const bool zh = language_ == Language::chinese;
    std::string after;
    for (const std::string& one : in.after) {
      std::string text = one;
      if (zh && text.ends_with(" breached")) text.replace(text.size() - 9, 9, "超时");
      if (zh && text.ends_with(" met")) text.replace(text.size() - 4, 4, "按时");
      if (zh && text.ends_with(" done")) text.replace(text.size() - 5, 5, "完成");
      after += (after.empty() ? "" : zh ? "或" : " or ") + text;
    }
    const std::string where = in.state + (in.clause.empty() ? "" : " (" + in.clause + ")");
    if (zh) return "状态" + where + "才需要它" + (after.empty() ? "" : ",由" + after + "转入");
    return "it is asked for in " + where + (after.empty() ? "" : ", after " + after);
  }

  int ask(const Event& event) const {
    const auto asked = session_.engine.ask_next(event);
    if (!asked) return shell_.failed(asked.error());
    if (shell_.is_json()) {
      shell_.out(json(event, *asked));
      return fine;
    }
    std::string text = head(event);
    if (asked->certain) {
      text += "  → " + outcome(asked->outcomes[*asked->certain]) +
              std::string(asked->unfinished.empty()
                              ? shell_.say(", whatever is still missing\n", ",与尚缺的事实无关\n")
                              : shell_.say(", whatever data are still missing\n",
                                           ",与尚缺的数据无关\n"));
    } else {
      text += "  →";
      for (std::size_t i = 0; i < asked->outcomes.size(); ++i)
        text +=
            std::string(i == 0 ? " " : shell_.say(" or ", " 或 ")) + outcome(asked->outcomes[i]);
      text += "\n";
    }
    for (const MissingFact& fact : asked->missing) {
      text += fact.influence == Influence::none ? "    - " : "    ? ";
      text += formula_of_case(fact.name) + ": ";
      if (fact.influence == Influence::none)
        text += shell_.say("changes nothing", "不影响结果");
      else if (!fact.shown)
        text += shell_.say("may change it; not proved", "可能影响结果,未能证明");
      if (fact.shown) {
        text += one_case(*asked, fact.shown->first) + std::string(shell_.say(", ", ";")) +
                one_case(*asked, fact.shown->second);
      }
      text += "\n";
    }
    if (!asked->unfinished.empty())
      text += std::string(shell_.say("  as the forms stand; they lack\n", "  以单据现状为准;尚缺\n"));
    for (const Reason& lack : asked->unfinished)
      text += "  - " + reason_line(lack, session_.engine.rules(), language_, procedure_) + "\n";
    if (!asked->is_proved)
      text += std::string(shell_.say("  not proved: there may be other outcomes\n",
                                     "  未能证明:可能还有其他结果\n"));
    shell_.out(text);
    return fine;
  }

 private:
  std::string head(const Event& event) const {
    return (event.case_id.empty() ? std::string() : event.case_id + "  ") + name(event.name) +
           "  " + iso_text(event.at, session_.zone) + "\n";
  }
  std::string name(const std::string& of) const {
    return session_.engine.rules().label(of, language_);
  }
  std::string value(const Value& of) const {
    if (of.is(Kind::string)) return name(std::string(of.as_string()));
    return value_text(of, session_.engine.rules(), session_.zone);
  }
  std::string values(const Context& all) const {
    std::string out;
    for (const auto& [of, is] : all) {
      if (!out.empty()) out += ", ";
      out += fact(of, is);
    }
    return out;
  }
  /// What the engine says of a clock or an entitlement has words of its own: `arrival.state =
  /// breached`.
  std::string fact(const std::string& of, const Value& is) const {
    const bool is_closed = of.ends_with(".answer") || of.ends_with(".state");
    const std::string told =
        is_closed && is.is(Kind::string) ? closed_word(is.as_string()) : value(is);
    return formula_of_case(of) + " = " + told;
  }
  std::string closed_word(std::string_view word) const {
    const step::Model& model = *rulebook::model_of(session_.engine.rules());
    return rulebook::FormulaWords(model, model.procedures.front(), language_).closed_word(word);
  }
  std::string formula_of_case(std::string_view text) const {
    return formula_line(text, procedure_, session_.engine.rules(), language_);
  }
  std::string outcome(const WouldBe& one) const {
    std::string out = one.is == Outcome::Is::applied
                          ? name(one.state)
                          : std::string(to_text(one.is, language_)) +
                                (one.state.empty() ? std::string() : " (" + name(one.state) + ")");
    if (one.has_unmet) out += shell_.say(", with needs that are not met", ",但有条件未满足");
    return out;
  }
  std::string one_case(const AskNext& asked, const AskCase& one) const {
    std::string out = outcome(asked.outcomes[one.outcome]);
    if (!one.facts.empty()) out += std::string(shell_.say(" where ", ",若 ")) + values(one.facts);
    return out;
  }

  void begin(base::JsonWriter& json, const Event& event) const {
    json.begin_object().key("event").string(event.name);
    json.key("at").string(iso_text(event.at, session_.zone));
  }
  void facts(base::JsonWriter& json, const Context& all) const {
    json.begin_object();
    for (const auto& [of, is] : all) {
      json.key(of);
      to_json(is, json);
    }
    json.end_object();
  }
  std::string json(const Event& event, const WhyNot& no) const {
    base::JsonWriter json;
    begin(json, event);
    json.key("is").string(to_text(no.is));
    json.key("obstacles").begin_array();
    for (const Obstacle& one : no.obstacles) {
      json.begin_object().key("code").string(one.reason.code);
      json.key("label").string(one.reason.label).key("clause").string(one.reason.clause);
      json.key("help").string(one.reason.help).key("reads");
      facts(json, one.reads);
      json.key("may_change").boolean(one.may_change).key("taken_in").begin_array();
      for (const Obstacle::TakenIn& in : one.taken_in) {
        json.begin_object().key("state").string(in.state).key("clause").string(in.clause);
        json.key("after").begin_array();
        for (const std::string& text : in.after) json.string(text);
        json.end_array().end_object();
      }
      json.end_array().end_object();
    }
    json.end_array().key("ways").begin_array();
    for (const auto& way : no.ways) {
      json.begin_array();
      for (const FactChange& change : way) {
        json.begin_object().key("fact").string(change.name).key("from");
        to_json(change.from, json);
        json.key("to");
        to_json(change.to, json);
        json.end_object();
      }
      json.end_array();
    }
    json.end_array().key("proved").boolean(no.is_proved).end_object();
    return json.text() + "\n";
  }

  std::string json(const Event& event, const AskNext& asked) const {
    base::JsonWriter json;
    begin(json, event);
    json.key("outcomes").begin_array();
    for (const WouldBe& one : asked.outcomes) {
      json.begin_object().key("is").string(to_text(one.is)).key("state").string(one.state);
      json.key("unmet").boolean(one.has_unmet).end_object();
    }
    json.end_array().key("certain");
    if (asked.certain) {
      json.number(static_cast<std::int64_t>(*asked.certain));
    } else {
      json.null();
    }
    json.key("missing").begin_array();
    for (const MissingFact& fact : asked.missing) {
      static constexpr std::string_view influences[] = {"none", "changes", "not_proved"};
      json.begin_object().key("fact").string(fact.name).key("data").boolean(fact.is_data);
      json.key("influence").string(influences[static_cast<std::size_t>(fact.influence)]);
      if (fact.shown) {
        json.key("shown").begin_array();
        for (const AskCase* one : {&fact.shown->first, &fact.shown->second}) {
          json.begin_object().key("outcome").number(static_cast<std::int64_t>(one->outcome));
          json.key("facts");
          facts(json, one->facts);
          json.end_object();
        }
        json.end_array();
      }
      json.end_object();
    }
    json.end_array().key("unfinished").begin_array();
    for (const Reason& lack : asked.unfinished) {
      json.begin_object().key("code").string(lack.code).key("label").string(lack.label);
      json.key("clause").string(lack.clause).key("help").string(lack.help).end_object();
    }
    json.end_array().key("proved").boolean(asked.is_proved).end_object();
    return json.text() + "\n";
  }

  const Shell& shell_;
  const Session& session_;
  Language language_;
  std::string procedure_;  ///< that the event is of
};

}  // namespace

int tell_asked(const Shell& shell, const Session& session, const AskOptions& options,
               const std::string& case_id, Instant now) {
  const bool is_why = !options.why_not.empty();
  std::string text = is_why ? options.why_not : options.ask;
  std::string_view rest = text;
  if (!instant_in(base::next_word(rest), session.zone))
    text = iso_text(now, session.zone) + " " + text;
  auto event = parse_event(shell, text, session.zone);
  if (!event) return shell.failed(event.error());
  if (event->case_id.empty() && event->key.empty()) event->case_id = case_id;
  const Answer answer(shell, session, *event);
  return is_why ? answer.why_not(*event, options.fixed) : answer.ask(*event);
}

}  // namespace aftercare::cli
