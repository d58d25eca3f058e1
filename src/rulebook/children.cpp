// The interface of this file is write_out_children() and Linker::compile_child().
#include "rulebook/children.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/names.hpp"
#include "base/text.hpp"
#include "feel/respell.hpp"
#include "rulebook/linker.hpp"
#include "rulebook/made_nodes.hpp"

namespace aftercare::rulebook {
namespace {

/// `call_item.opened`: the procedure, and the event if one is named.
std::pair<std::string_view, std::string_view> procedure_and_event(std::string_view of) {
  of = base::trim(of);
  const std::size_t dot = of.find('.');
  if (dot == std::string_view::npos) return {of, {}};
  return {of.substr(0, dot), of.substr(dot + 1)};
}

/// A copy of a procedure, with more facts, reads and lets than are written.
class Addition : NodeMaker {
 public:
  Addition(const Item& procedure, Entry& copy)
      : NodeMaker(procedure.language, procedure.key().span, procedure.key().span), copy_(copy) {}

  void add_parent_of(const Item& child) {
    using namespace child_names;
    const std::string string = spelt(Word::string_type);
    std::vector<Entry> born, gone;
    born.push_back(entry(child_names::child, scalar(string)));
    gone.push_back(entry(child_names::child, scalar(string)));
    gone.push_back(entry(ended_in, scalar(string)));
    const auto with = [&](std::vector<Entry> data) {
      std::vector<Entry> body;
      body.push_back(entry(Word::with, map(std::move(data))));
      return map(std::move(body));
    };
    under(Word::facts).push_back(entry(opened(child.name), with(std::move(born))));
    under(Word::facts).push_back(entry(ended(child.name), with(std::move(gone))));
    const auto count = [&](const std::string& event) {
      std::vector<Entry> body;
      body.push_back(entry(Word::count, scalar(event)));
      return map(std::move(body));
    };
    under(Word::reads).push_back(entry(child.name, count(opened(child.name))));
    under(Word::reads).push_back(entry(over(child.name), count(ended(child.name))));
    under(Word::let).push_back(
        entry(left(child.name), scalar(child.name + " - " + over(child.name))));
    // Over once there was one: nothing has ended where nothing was opened.
    std::vector<Entry> none_yet, rest;
    none_yet.push_back(entry(Word::if_, scalar(child.name + " = 0")));
    none_yet.push_back(entry(Word::is, scalar(spelt(Word::false_))));
    rest.push_back(entry(Word::else_, scalar(over(child.name) + " >= " + child.name)));
    under(Word::let).push_back(
        entry(done(child.name), list({map(std::move(none_yet)), map(std::move(rest))})));
  }

  void add_child() {
    std::vector<Entry>& facts = under(Word::facts);
    const bool is_there = std::any_of(facts.begin(), facts.end(), [](const Entry& fact) {
      return fact.key.text == child_names::called_off;
    });
    if (!is_there) facts.push_back(entry(child_names::called_off, map({})));
  }

 private:
  /// The entries of a map of the procedure, which is made where it is not there.
  std::vector<Entry>& under(Word key) {
    for (Entry& one : copy_.value.entries) {
      if (one.key.text != spelling(key, language_)) continue;
      if (!one.value.is_map()) one.value = map({});
      return one.value.entries;
    }
    copy_.value.entries.push_back(entry(spelt(key), map({})));
    return copy_.value.entries.back().value.entries;
  }

  Entry& copy_;
};

}  // namespace

void write_out_children(Outline& outline) {
  for (PackOutline& pack : outline.packs) {
    std::map<std::string, std::vector<const Item*>, std::less<>> by_parent;
    std::set<std::string, std::less<>> children;
    for (const Item& item : pack.items) {
      if (item.kind->word != Word::child || !item.body().is_map()) continue;
      by_parent[item.owner].push_back(&item);
      children.emplace(procedure_and_event(get_text(item.body(), Word::of, item.language)).first);
    }
    if (by_parent.empty()) continue;
    for (Item& item : pack.items) {
      if (item.kind->word != Word::procedure || !item.body().is_map()) continue;
      const auto parent = by_parent.find(item.name);
      const bool is_child = children.count(item.name) > 0;
      if (parent == by_parent.end() && !is_child) continue;
      outline.made.push_back(std::make_unique<Entry>(*item.entry));
      Addition to(item, *outline.made.back());
      if (parent != by_parent.end())
        for (const Item* child : parent->second) to.add_parent_of(*child);
      if (is_child) to.add_child();
      item.entry = outline.made.back().get();
    }
  }
}

void Linker::compile_child(PackDecl& pack, ProcDecl& proc, const Item& item, step::Rule& rule,
                           const Facts& facts) {
  const Language language = item.language;
  const Node& body = item.body();
  step::Procedure& parent = model_->procedures[proc.index];
  const auto mark = [&](const std::string& event) {
    const auto known = proc.event_index.find(event);
    if (known == proc.event_index.end()) return step::none;
    parent.events[known->second].is_of_time = true;
    return known->second;
  };
  rule.opened = mark(child_names::opened(item.name));
  rule.ended = mark(child_names::ended(item.name));
  parent.has_children = true;
  model_->has_children = true;

  // Which cases, by which event.
  const Node* of = get(body, Word::of, language);
  if (!of || !of->is_scalar()) return;
  const auto [name, event_name] = procedure_and_event(of->text);
  const auto found = pack.procedures.find(std::string(name));
  if (found == pack.procedures.end()) {
    std::vector<std::string> known;
    for (const auto& [one, number] : pack.procedures) known.push_back(one);
    unknown(base::both("procedure", "流程"), name, of->span, known);
    return;
  }
  step::Procedure& target = model_->procedures[found->second];
  std::vector<std::string> opening;
  Index event = step::none;
  for (Index e = 0; e < target.events.size(); ++e) {
    if (target.events[e].opens == step::none || target.events[e].is_request) continue;
    opening.push_back(target.events[e].name);
    if (event_name.empty() || target.events[e].name == event_name) event = e;
  }
  if (opening.empty() || (!event_name.empty() && event == step::none)) {
    report(diag::AC0960, of->span, {{"name", std::string(base::trim(of->text))}},
           base::names_instead(event_name, opening));
    return;
  }
  if (event_name.empty() && opening.size() > 1) {
    report(diag::AC0961, of->span,
           {{"procedure", target.name}, {"first", opening[0]}, {"second", opening[1]}});
    return;
  }
  const step::Event& opens = target.events[event];
  if (target.key_slot == no_slot) report(diag::AC0966, of->span, {{"procedure", target.name}});
  if (opens.form != step::none) {
    report(diag::AC0962, of->span, {{"event", opens.name}});
    return;
  }
  rule.opens_procedure = found->second;
  rule.opens_event = event;
  for (Index e = 0; e < target.events.size(); ++e) {
    if (target.events[e].name != child_names::called_off) continue;
    target.called_off = e;
    target.events[e].is_of_time = true;
  }

  // For each of what.
  feel::Scope names(proc.frame.names->names.get());
  if (const Node* each = get(body, Word::each, language); each && each->is_scalar()) {
    const std::vector<Part> words = split_words(each->text, 0);
    const std::string_view in =
        language == Language::chinese ? feel::other_spelling("in", Language::english) : "in";
    if (words.size() < 3 || !is_name(words[0].text) || words[1].text != in) {
      report(diag::AC0963, each->span, {{"text", each->text}, {"in", std::string(in)}});
      return;
    }
    rule.each = compile(pack, Written(*each, words[2].begin, each->text.size(), language), names,
                        facts, {});
    if (rule.each) {
      if (rule.each->type.is() != Type::Is::list) {
        report(diag::AC0964, rule.each->span,
               {{"text", rule.each->text}, {"type", rule.each->type.to_text()}});
        return;
      }
      rule.each_slot = proc.each_slot;
      names.add_slot(words[0].text, rule.each->type.element(), rule.each_slot);
    }
  }

  // What it begins with.
  const Node* give = get(body, Word::give, language);
  std::set<std::string, std::less<>> given;
  if (give && give->is_map()) {
    for (const Entry& entry : give->entries) {
      const auto input = std::find_if(opens.inputs.begin(), opens.inputs.end(),
                                      [&](const auto& one) { return one.name == entry.key.text; });
      if (input == opens.inputs.end()) {
        std::vector<std::string> known;
        for (const step::Input& one : opens.inputs) known.push_back(one.name);
        unknown(base::both("datum of " + opens.name, opens.name + "的数据"), entry.key.text,
                entry.key.span, known);
        continue;
      }
      given.insert(entry.key.text);
      Wanted wanted{Wanted::Is::exactly, input->type, input->type.is_optional()};
      if (input->type.is() == Type::Is::any) wanted.is = Wanted::Is::anything;
      if (auto value = compile(pack, &entry.value, language, names, facts, wanted))
        rule.give.emplace_back(static_cast<Index>(input - opens.inputs.begin()), std::move(*value));
    }
  }
  for (const step::Input& input : opens.inputs) {
    if (!input.is_required || given.count(input.name) != 0) continue;
    // The natural name it has from its parent, where nothing else is said.
    const bool is_key =
        target.key_slot != no_slot && target.fields[target.key_slot].name == input.name;
    if (is_key && input.type.is() == Type::Is::string) continue;
    report(diag::AC0965, give ? give->span : of->span,
           {{"event", opens.name}, {"name", input.name}});
  }
}

}  // namespace aftercare::rulebook
