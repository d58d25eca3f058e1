// What is wrong or doubtful in a rulebook as a whole.
#include <algorithm>

#include "analyze/chart_reach.hpp"
#include "base/text.hpp"
#include "feel/parse.hpp"
#include "rulebook/linker.hpp"

namespace aftercare::rulebook {

/// A name that an expression reads as a word of the language, whatever is declared.
void Linker::check_meant(const std::string& name, SourceSpan span, Language language) {
  feel::Scope scope;
  scope.add_slot(name, Type::string(), 0);
  const auto read = feel::parse(name, scope, feel::Goal::expression, dialect(language));
  if (read.ast.root != 0 && read.ast[read.ast.root].kind == feel::NodeKind::name) return;
  report(diag::AC0207, span, {{"name", name}},
         {base::note(notes::means_in_formulas,
                     {{"name", name},
                      {"what", base::both("something of its own", "语言本身的词")},
                      {"example", language == Language::chinese ? name + "值" : name + "_"}})});
}

void Linker::check_name_clashes(ProcDecl& proc) {
  step::Procedure& target = model_->procedures[proc.index];
  PackDecl& pack = *proc.pack;
  const Language language = proc.item->language;
  std::map<std::string, std::pair<std::string, SourceSpan>> seen;
  const auto add = [&](const std::string& name, std::string what, SourceSpan span) {
    for (const Word word : {Word::at_instant, Word::state}) {
      if (name != spelling(word, language)) continue;
      const std::string means = word == Word::state
                                    ? base::both("the state of the case", "案件的状态")
                                    : base::both("the instant of what happens", "事件发生的时刻");
      report(
          diag::AC0207, span, {{"name", name}},
          {base::note(notes::means_in_formulas,
                      {{"name", name}, {"what", means}, {"example", target.name + "_" + name}})});
      return;
    }
    check_meant(name, span, language);
    const auto [at, is_new] = seen.emplace(name, std::pair{what, span});
    if (!is_new) {
      report(diag::AC0223, span, {{"name", name}, {"what", at->second.first}},
             {base::note(notes::first_stands_here, {}, at->second.second)});
    }
  };
  for (const auto& [name, number] : pack.parameters) {
    const step::Parameter& parameter = model_->parameters[number];
    seen.emplace(name,
                 std::pair{std::string(parameter.is_reading ? base::both("a reading", "解读")
                                                            : base::both("a parameter", "参数")),
                           parameter.span});
  }
  // A field of the case that bears the name of a role holds the person who is meant.
  const Node* written = get(proc.item->body(), Word::case_, language);
  const auto clashes_with_role = [&](const std::string& name, SourceSpan span) {
    if (pack.roles.count(name) != 0)
      report(diag::AC0223, span, {{"name", name}, {"what", base::both("a role", "角色")}});
  };
  for (const step::Field& field : target.fields) {
    add(field.name, base::both("a field", "栏目"), field.span);
    const Entry* entry = written != nullptr ? written->find(field.name) : nullptr;
    const std::string_view type = entry == nullptr ? std::string_view() : entry->value.text;
    const std::vector<Part> words = split_words(type.substr(0, type.find('=')), 0);
    const std::string of(words.empty() ? std::string_view() : words.back().text);
    const bool is_person = is_word(of, Word::person_type, language) || pack.roles.count(of) != 0 ||
                           pack.registers.count(of) != 0;
    if (!is_person) clashes_with_role(field.name, field.span);
  }
  for (const step::Event& event : target.events) {
    add(event.name, base::both("an event", "事件"), event.span);
    clashes_with_role(event.name, event.span);
  }
  // A formula compares `state` with it.
  for (std::size_t s = 1; s < target.states.size(); ++s)
    check_meant(target.states[s], proc.state_spans[s], language);
  for (const step::Form& form : target.forms)
    add(form.name, base::both("a form", "单据"), form.span);
  for (const step::Clock& clock : target.clocks)
    add(clock.name, base::both("a clock", "时限"), clock.span);
  for (const step::Read& read : target.reads)
    add(read.name, base::both("a read", "读取项"), read.span);
  for (const step::Entitlement& one : target.entitlements) {
    add(one.name, base::both("an entitlement", "保障"), one.span);
  }
  for (const Index number : target.rules) {
    const step::Rule& rule = model_->rules[number];
    if (rule.is == step::Rule::Is::right) add(rule.name, base::both("a right", "权利"), rule.span);
  }
  for (const LetDecl& let : proc.frame.lets) add(let.name, base::both("a let", "推定"), let.span);
}

void Linker::lint() {
  step::Model& model = *model_;
  for (const PackDecl& pack : packs_) {
    for (const auto& [name, number] : pack.parameters) {
      const step::Parameter& parameter = model.parameters[number];
      if (!is_used(pack, name)) {
        report(parameter.is_reading ? diag::AC0804 : diag::AC0805, parameter.span,
               {{"name", name}});
      }
    }
  }
  for (const ProcDecl& proc : procs_) {
    const step::Procedure& target = model.procedures[proc.index];
    const bool zh = proc.item->language == Language::chinese;
    for (const step::Decision& decision : target.decisions) {
      // Where the one who applies can hold the role that decides, silence is a finding. A choice
      // between words of the author's own approves nothing: who applies may well make it.
      const bool approves =
          std::any_of(decision.outcomes.begin(), decision.outcomes.end(), [&](const auto& outcome) {
            return outcome.first == spelling(Word::approve, proc.item->language);
          });
      if (!approves) continue;
      std::set<Index> applicants;
      bool anybody = false;
      for (const step::Event& event : target.events) {
        if (event.opens == none || !event.is_request) continue;
        if (event.by.is_empty()) anybody = true;
        applicants.insert(event.by.roles.begin(), event.by.roles.end());
        if (!event.by.persons.empty()) anybody = true;
      }
      const std::set<Index> deciding = roles_of(decision);
      const bool may_meet =
          !deciding.empty() &&
          (anybody || std::any_of(deciding.begin(), deciding.end(),
                                  [&](Index role) { return applicants.count(role) != 0; }));
      if (may_meet && decision.own_case == step::Decision::OwnCase::unset) {
        report(diag::AC1101, decision.span,
               {{"state", target.states[decision.state]},
                {"key", std::string(spelling(Word::own_case, proc.item->language))}});
      }
    }
    static_cast<void>(zh);
  }
}

}  // namespace aftercare::rulebook
