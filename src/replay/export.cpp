// What a replay writes for others: its steps as JSON lines, its entries as CSV.

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <string_view>
#include <vector>

#include "engine/tell.hpp"
#include "replay/replay_impl.hpp"
#include "step/convert.hpp"
#include "step/record.hpp"

namespace aftercare {

namespace {

using step::Index;
using step::none;

constexpr std::size_t piece = 1 << 20;

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      static constexpr std::string_view digits = "0123456789abcdef";
      out += "\\u00";
      out += digits[static_cast<unsigned char>(c) >> 4U];
      out += digits[static_cast<unsigned char>(c) & 15U];
    } else {
      out += c;
    }
  }
  out += '"';
}

std::string quoted(std::string_view text) {
  std::string out;
  append_quoted(out, text);
  return out;
}

/// The names of a model as JSON, quoted once and written millions of times.
struct Names {
  static constexpr std::array<std::string_view, 13> clock_ops = {
      "started",   "met",       "breached", "breached",   "paused",   "resumed",     "cancelled",
      "too early", "done late", "resumed",  "not paused", "reopened", "goal changed"};
  struct Of {
    std::vector<std::string> events, states;
    std::vector<std::vector<std::string>> outcomes;                 // by decision
    std::vector<std::array<std::string, clock_ops.size()>> clocks;  // by clock and operation
    std::vector<std::vector<std::string>> reminders;                // by clock
  };
  std::vector<Of> procedures;
  std::vector<std::string> rules, withdrawn, restored;

  explicit Names(const step::Model& model) {
    for (const step::Procedure& p : model.procedures) {
      Of& of = procedures.emplace_back();
      for (const step::Event& event : p.events) of.events.push_back(quoted(event.name));
      for (chart::StateId s = 0; s < p.chart.size(); ++s)
        of.states.push_back(quoted(p.chart.name(s)));
      for (const step::Decision& decision : p.decisions) {
        auto& outcomes = of.outcomes.emplace_back();
        for (const auto& [name, happening] : decision.outcomes) outcomes.push_back(quoted(name));
      }
      for (const step::Clock& clock : p.clocks) {
        auto& ops = of.clocks.emplace_back();
        for (std::size_t i = 0; i < ops.size(); ++i)
          ops[i] = quoted(clock.name + " " + std::string(clock_ops[i]));
        auto& reminders = of.reminders.emplace_back();
        for (const auto& row : clock.reminders)
          reminders.push_back(
              quoted(clock.name + " " + (row.name.empty() ? "reminded" : row.name)));
      }
    }
    for (const step::Rule& rule : model.rules) {
      rules.push_back(quoted(rule.name));
      withdrawn.push_back(quoted("withdrawn: " + rule.name));
      restored.push_back(quoted("counts again: " + rule.name));
    }
  }

  [[nodiscard]] std::string_view event(Index procedure, const step::record::Step& step) const {
    const Of& of = procedures[procedure];
    switch (step.kind) {
      case step::record::Kind::event:
        return of.events[step.index];
      case step::record::Kind::time:
        return "\"time\"";
      case step::record::Kind::correct:
        return "\"correct\"";
      case step::record::Kind::right:
        return rules[step.index];
      case step::record::Kind::decision:
        return of.outcomes[step.index][step.outcome];
      case step::record::Kind::retract:
        return "\"retract\"";
      case step::record::Kind::calendar:
        return "\"calendar\"";
      case step::record::Kind::void_entry:
        break;
    }
    return "\"void\"";
  }
};

/// The members of a step that are lists, gathered while its items go by.
struct Lists {
  std::string entered, clocks, rules;

  static void add(std::string& list, std::string_view item) {
    if (!list.empty()) list += ',';
    list += item;
  }
  void gather(const Names& names, Index procedure, std::string_view items) {
    for (std::string* list : {&entered, &clocks, &rules}) list->clear();
    const Names::Of& of = names.procedures[procedure];
    step::record::each_item(items, [&](const step::record::Item& item) {
      using Op = step::record::Op;
      if (item.op == Op::entered) add(entered, of.states[item.first]);
      if (item.op == Op::clock) add(clocks, of.clocks[item.first][item.second]);
      if (item.op == Op::reminded) add(clocks, of.reminders[item.first][item.second]);
      if (item.op == Op::rule_entered && item.first < names.rules.size())
        add(rules, names.rules[item.first]);
      if (item.op == Op::rule_withdrawn && item.first < names.rules.size())
        add(rules, names.withdrawn[item.first]);
      if (item.op == Op::rule_restored && item.first < names.rules.size())
        add(rules, names.restored[item.first]);
    });
  }
};

}  // namespace

void Replay::write_steps(const std::function<void(std::string_view)>& write) const {
  const step::Model& model = *impl_->model;
  const Names names(model);
  std::string out, begin;
  out.reserve(piece + 4096);
  Lists lists;
  step::record::Step step;
  const auto instant = [&](std::string_view member, Instant at, const Zone& zone) {
    out += member;
    out += iso_text(at, zone);
    out += '"';
  };
  const auto list = [&](std::string_view member, const std::string& items) {
    if (items.empty()) return;
    out += member;
    out += items;
    out += ']';
  };
  for (std::size_t i = 0; i < impl_->order.size(); ++i) {
    base::ByteReader in(impl_->packed(i));
    const logs::PackedSteps of = logs::unpack_steps(in);
    const Zone& zone = model.packs[model.procedures[of.procedure].pack].zone;
    begin = "{\"case\":";
    append_quoted(begin, of.id);
    begin += ",\"step\":";
    step::record::Reader reader(of.record);
    for (std::size_t number = 1; reader.next_outline(step); ++number) {
      out += begin;
      char digits[20];
      out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
      out += ",\"event\":";
      out += names.event(of.procedure, step);
      instant(",\"at\":\"", step.at, zone);
      if (step.recorded != step.at) instant(",\"recorded\":\"", step.recorded, zone);
      if (step.is_unexpected) out += ",\"unexpected\":true";
      lists.gather(names, of.procedure, step.items);
      list(",\"entered\":[", lists.entered);
      list(",\"clocks\":[", lists.clocks);
      list(",\"rules\":[", lists.rules);
      out += "}\n";
      if (out.size() >= piece) {
        write(out);
        out.clear();
      }
    }
  }
  if (!out.empty()) write(out);
}

void Replay::write_entries(const std::function<void(std::string_view)>& write) const {
  const step::Model& model = *impl_->model;
  std::string out =
      "case,ledger,name,kind,subject,on,recorded,amount,from,to,nth,sanction,fields,clauses,"
      "correction,withdrawn,reason\n";
  const auto cell = [&](std::string_view value) {
    if (value.find_first_of(",\"\n\r") == std::string_view::npos) {
      out += value;
    } else {
      out += '"';
      for (const char c : value) {
        if (c == '"') out += '"';
        out += c;
      }
      out += '"';
    }
    out += ',';
  };
  for (std::uint32_t c = 0; c < impl_->components.size(); ++c) {
    for (const ledger::Entry& entry : impl_->entries(c)) {
      const EntryView view = engine::entry_view(model, 0, entry);
      const Zone& zone =
          model.packs[entry.rule == none ? Index{0} : model.rules[entry.rule].pack].zone;
      const auto text = [&](const Value& value) {
        return value.is_null() ? std::string() : step::to_text(value, model, zone);
      };
      cell(view.case_id);
      cell(view.ledger);
      cell(view.name);
      cell(view.kind);
      cell(text(entry.subject));
      cell(iso_text(entry.on));
      cell(iso_text(entry.recorded, zone));
      cell(text(entry.amount));
      cell(view.from);
      cell(view.to);
      cell(view.nth ? std::to_string(*view.nth) : std::string());
      cell(view.sanction);
      std::string fields;
      for (const auto& [name, value] : view.fields)
        fields += (fields.empty() ? "" : "; ") + name + ": " + text(value);
      cell(fields);
      std::string clauses;
      for (const std::string& clause : view.clauses)
        clauses += (clauses.empty() ? "" : " ") + clause;
      cell(clauses);
      cell(view.is_correction ? "true" : "");
      cell(view.is_withdrawn ? "true" : "");
      cell(view.reason);
      out.back() = '\n';
      if (out.size() >= piece) {
        write(out);
        out.clear();
      }
    }
  }
  if (!out.empty()) write(out);
}

}  // namespace aftercare
