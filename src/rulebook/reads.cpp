// `reads`: what is looked up in ledgers, in other cases and among the case's own events.
#include <algorithm>

#include "base/text.hpp"
#include "rulebook/linker.hpp"
#include "value/object.hpp"

namespace aftercare::rulebook {
namespace {

using step::Read;

struct FoldWord {
  Word word;
  Read::Fold fold;
};
constexpr FoldWord folds[] = {{Word::count, Read::Fold::count},
                              {Word::sum, Read::Fold::sum},
                              {Word::first, Read::Fold::first},
                              {Word::last, Read::Fold::last},
                              {Word::any, Read::Fold::any}};

/// A field of what is read.
struct SourceField {
  std::string name;
  Type type;
};
std::vector<SourceField> fields_of(const step::Model& model, const step::Procedure& own,
                                   const Read& read) {
  std::vector<SourceField> out;
  if (read.source == none) return out;
  switch (read.from) {
    case Read::From::own_event:
      for (const step::Input& input : own.events[read.source].inputs) {
        out.push_back({input.name, input.type});
      }
      break;
    case Read::From::own_answer:
      break;
    case Read::From::ledger:
      for (const step::Field& field : model.ledgers[read.source].fields) {
        out.push_back({field.name, field.type});
      }
      break;
  }
  return out;
}

}  // namespace

void Linker::declare_reads(ProcDecl& proc) {
  step::Procedure& target = model_->procedures[proc.index];
  PackDecl& pack = *proc.pack;
  const auto declare = [&](const std::string& name, SourceSpan span, const Node& node,
                           const Item* item, Language language, Cites cites) {
    if (!node.is_map()) return;
    if (proc.read_index.count(name) != 0) {
      report(diag::AC0216, span, {{"name", name}});
      return;
    }
    proc.read_index[name] = static_cast<Index>(target.reads.size());
    Read read;
    read.name = name;
    read.span = span;
    read.cites = std::move(cites);
    target.reads.push_back(std::move(read));
    proc.read_decls.push_back({name, &node, item, nullptr, language});
  };
  const Language language = proc.item->language;
  if (const Node* reads = get(proc.item->body(), Word::reads, language); reads && reads->is_map()) {
    for (const Entry& entry : reads->entries) {
      declare(entry.key.text, entry.key.span, entry.value, nullptr, language,
              cites_of(pack, entry.value, language, none));
    }
  }
  for (const Item& item : pack.outline->items) {
    if (item.kind->word != Word::read || item.owner != target.name) continue;
    const Cites cites = all_cites(pack, item);
    implement(pack, item, cites);
    declare(item.name, item.name_span(), item.body(), &item, item.language, cites);
  }
}

/// The answers to decisions that a case of this procedure may be given, in the order in which the
/// decisions will be declared.
std::vector<Linker::AnswerDecl> Linker::answers_of(const ProcDecl& proc) const {
  std::vector<AnswerDecl> out;
  const step::Procedure& target = model_->procedures[proc.index];
  const Language language = proc.item->language;
  Index number = 0;
  for (std::size_t s = 1; s < proc.state_nodes.size(); ++s) {
    const Node* node = proc.state_nodes[s];
    const Node* decide = node && node->is_map() ? get(*node, Word::decide, language) : nullptr;
    if (!decide || !decide->is_map()) continue;
    const Node* then = get(*decide, Word::then, language);
    for (std::size_t o = 0; then && o < then->entries.size(); ++o) {
      const std::string& name = then->entries[o].key.text;
      if (!is_word(name, Word::lapse, language))  // time says it, nobody else
        out.push_back({name, target.states[s] + "." + name, number, static_cast<Index>(o)});
    }
    ++number;
  }
  return out;
}

void Linker::layout_reads(ProcDecl& proc) {
  step::Procedure& target = model_->procedures[proc.index];
  PackDecl& pack = *proc.pack;
  Frame& frame = proc.frame;
  for (std::size_t i = 0; i < target.reads.size(); ++i) {
    Read& read = target.reads[i];
    const ProcDecl::ReadDecl& decl = proc.read_decls[i];
    const Language language = decl.language;
    const Node* path = nullptr;
    for (const FoldWord& fold : folds) {
      const Node* node = get(*decl.node, fold.word, language);
      if (!node || !node->is_scalar()) continue;
      if (path) {
        report(diag::AC0225, node->span,
               {{"first", std::string(spelling(fold.word, language))}, {"second", path->text}});
        continue;
      }
      path = node;
      read.fold = fold.fold;
    }
    read.slot = add_moment_slot(frame);
    if (!path) {
      report(diag::AC0206, decl.node->span,
             {{"key", std::string(spelling(Word::count, language))}});
      continue;
    }
    const std::string text(base::trim(path->text));
    const std::size_t dot = text.find('.');
    const std::string source = text.substr(0, dot);
    std::vector<AnswerDecl> answers = answers_of(proc);
    std::vector<std::string> known_answers;
    for (const AnswerDecl& one : answers) known_answers.push_back(one.path);
    std::erase_if(answers, [&](const AnswerDecl& one) {
      return (one.name != text && one.path != text) || proc.event_index.count(text) != 0;
    });
    if (answers.size() > 1) {
      // Which decision: its state stands before the answer.
      unknown(base::both("one decision", "唯一的决定"), text, path->span, known_answers);
      continue;
    }
    if (answers.size() == 1) {
      read.from = Read::From::own_answer;
      read.source = answers.front().decision;
      read.outcome = answers.front().outcome;
    } else if (const auto event = proc.event_index.find(source); event != proc.event_index.end()) {
      read.from = Read::From::own_event;
      read.source = event->second;
    } else if (const auto ledger = pack.ledgers.find(source); ledger != pack.ledgers.end()) {
      read.from = Read::From::ledger;
      read.source = ledger->second;
      model_->ledgers[ledger->second].is_read = true;
    } else if (pack.procedures.contains(source)) {
      report(diag::AC0214, path->span,
             {{"what", base::both("open cases of " + source, source + "的未结案卷")}},
             {base::note(notes::keep_a_ledger)});
      continue;
    } else {
      std::vector<std::string> known;
      for (const auto& [name, number] : proc.event_index) known.push_back(name);
      for (const auto& [name, number] : pack.ledgers) known.push_back(name);
      for (const std::string& one : known_answers) known.push_back(one);
      unknown(base::both("event, answer to a decision, or ledger", "事件、决定的答复或台账"), source,
              path->span, known);
      continue;
    }
    const std::vector<SourceField> fields = fields_of(*model_, target, read);
    for (std::size_t f = 0; f < fields.size(); ++f) {
      read.entry_slots.emplace_back(static_cast<Index>(f), add_moment_slot(frame));
    }
    read.entry_at = add_moment_slot(frame);
    read.entry_on = add_moment_slot(frame);
    if (read.from == Read::From::own_answer) read.entry_by = add_moment_slot(frame);

    Type type = Type::number();
    if (read.fold == Read::Fold::any) type = Type::boolean();
    if (read.fold == Read::Fold::sum) {
      const std::string field = dot == std::string::npos ? "" : text.substr(dot + 1);
      const auto found = std::find_if(fields.begin(), fields.end(),
                                      [&](const SourceField& f) { return f.name == field; });
      if (found == fields.end()) {
        std::vector<std::string> known;
        for (const SourceField& f : fields) known.push_back(f.name);
        unknown(base::both("field", "栏目"), field, path->span, known);
      } else {
        type = found->type.required();
      }
      read.zero = value::zero_of(type);
    } else if (dot != std::string::npos && read.from != Read::From::own_answer) {
      report(
          diag::AC0218, path->span,
          {{"text", text}, {"what", base::both("event or ledger", "事件或台账")}});
    }
    if (read.from == Read::From::ledger) {
      proc.moment_reads.insert(read.slot);
      proc.read_names[read.slot] = read.name;
    }
    if (read.fold == Read::Fold::first || read.fold == Read::Fold::last) {
      RecordDecl record;
      record.name = read.name;
      record.what = "read " + read.name;
      record.span = read.span;
      record.presence = read.slot;
      record.members.push_back(
          {std::string(spelling(Word::at_instant, language)), Type::instant(), read.slot});
      for (std::size_t f = 0; f < fields.size(); ++f) {
        const SlotIndex slot = add_moment_slot(frame);
        read.result_slots.emplace_back(static_cast<Index>(f), slot);
        record.members.push_back({fields[f].name, fields[f].type, slot});
        if (read.from == Read::From::ledger) {
          proc.moment_reads.insert(slot);
          proc.read_names[slot] = read.name;
        }
      }
      if (read.from == Read::From::own_answer) {
        read.by_slot = add_moment_slot(frame);
        record.members.push_back(
            {std::string(spelling(Word::by, language)), Type::string().optional(), read.by_slot});
      }
      frame.records.push_back(std::move(record));
    } else {
      frame.slots.push_back({read.name, type, read.slot, false, "read " + read.name, read.span});
    }
  }
}

feel::Scope Linker::entry_names(const step::Read& read, const step::Procedure& own,
                                Language language, const feel::Scope& names) const {
  const std::vector<SourceField> fields = fields_of(*model_, own, read);
  feel::Scope entry(&names);
  for (std::size_t f = 0; f < fields.size(); ++f) {
    entry.add_slot(fields[f].name, fields[f].type, read.entry_slots[f].second);
  }
  entry.add_slot(spelling(Word::at_instant, language), Type::instant(), read.entry_at);
  entry.add_slot(spelling(Word::on, language), Type::date(), read.entry_on);
  if (read.entry_by != no_slot)
    entry.add_slot(spelling(Word::by, language), Type::string().optional(), read.entry_by);
  return entry;
}

void Linker::compile_reads(ProcDecl& proc) {
  step::Procedure& target = model_->procedures[proc.index];
  PackDecl& pack = *proc.pack;
  const feel::Scope& names = *proc.frame.names->names;
  for (std::size_t i = 0; i < target.reads.size(); ++i) {
    Read& read = target.reads[i];
    if (read.source == none) continue;
    const ProcDecl::ReadDecl& decl = proc.read_decls[i];
    const Language language = decl.language;
    const Node& node = *decl.node;
    const feel::Scope entry = entry_names(read, target, language, names);
    Facts facts = proc.base_facts;
    if (read.from == Read::From::own_event) {
      facts = either(facts, proc.event_facts[read.source]);
    }
    read.filter = compile(pack, get(node, Word::if_, language), language, entry, facts, boolean());
    if (read.fold == Read::Fold::sum) {
      for (const FoldWord& fold : folds) {
        const Node* path = get(node, fold.word, language);
        if (fold.fold != Read::Fold::sum || !path) continue;
        const std::size_t dot = path->text.find('.');
        if (dot == std::string::npos) continue;
        Wanted any;
        any.may_be_null = true;
        read.value =
            compile(pack, Written(*path, dot + 1, path->text.size(), language), entry, facts, any);
      }
    }
    const Node* of = get(node, Word::of, language);
    if (of) {
      if (read.from != Read::From::ledger) {
        report(diag::AC0225, of->span,
               {{"first", std::string(spelling(Word::of, language))},
                {"second", read.from == Read::From::own_event
                               ? target.events[read.source].name
                               : target.decisions[read.source].outcomes[read.outcome].first}});
      }
      read.subject = compile(pack, of, language, names, proc.base_facts, {});
    } else if (read.from == Read::From::ledger) {
      report(diag::AC0206, node.span, {{"key", std::string(spelling(Word::of, language))}});
    }
    const Node* on = get(node, Word::on, language);
    const Node* in = get(node, Word::in, language);
    if (on && in) {
      report(diag::AC0225, in->span,
             {{"first", std::string(spelling(Word::on, language))},
              {"second", std::string(spelling(Word::in, language))}});
    }
    Wanted date{Wanted::Is::date, {}, false};
    if (on) {
      read.window = Read::Window::on_day;
      read.window_value = compile(pack, on, language, names, proc.base_facts, date);
    } else if (in && in->is_scalar()) {
      const std::vector<Part> words = split_words(in->text, 0);
      const auto rest = [&](std::size_t word) {
        return Written(*in, words[word].begin, in->text.size(), language);
      };
      const auto is = [&](std::size_t at, Word word) {
        return words.size() > at && is_word(words[at].text, word, language);
      };
      if (words.size() >= 3 && is(1, Word::of) &&
          (is(0, Word::week) || is(0, Word::month) || is(0, Word::year))) {
        read.window = is(0, Word::week)    ? Read::Window::week_of
                      : is(0, Word::month) ? Read::Window::month_of
                                           : Read::Window::year_of;
        read.window_value = compile(pack, rest(2), names, proc.base_facts, date);
      } else if (words.size() >= 2 && is(0, Word::last_days)) {
        read.window = Read::Window::last;
        read.window_value =
            compile(pack, rest(1), names, proc.base_facts, {Wanted::Is::length, {}, false});
      } else if (words.size() >= 2 && is(0, Word::any_days)) {
        read.window = Read::Window::any;
        read.window_value =
            compile(pack, rest(1), names, proc.base_facts, {Wanted::Is::length, {}, false});
        if (read.fold != Read::Fold::count) report(diag::AC0787, in->span);
      } else if (words.size() >= 2 && is(0, Word::since)) {
        read.window = Read::Window::since;
        read.window_value = compile(pack, rest(1), names, proc.base_facts, date);
      } else {
        report(diag::AC0218, in->span,
               {{"text", in->text}, {"what", base::both("window", "时间范围")}},
               {base::note(notes::windows_are)});
      }
    }
  }
}

}  // namespace aftercare::rulebook
