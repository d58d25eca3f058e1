// Questions about events, against every case that there is.
//
//   asked_law [--packs N] [--questions N] [--seed S] [--show]
//
// Random packs with a few fields of few values that matter: needs, guards, lets, a table, a form
// that is filled in and signed. For
// random cases every combination of facts is tried by sending the event: the ways out of why_not
// must be the smallest sets of facts that let it in, each with the nearest values; what ask_next
// calls certain, and what each missing fact can change, must be what comes out.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "aftercare/engine.hpp"
#include "aftercare/rulebook.hpp"
#include "aftercare/time.hpp"

namespace {

using namespace aftercare;

constexpr std::size_t most_tried = 2'000;

enum class Sort : std::uint8_t { boolean, word, number, text, day, presence };

struct Variable {
  std::string name;  // of the field or datum
  std::string path;  // in answers
  std::string said;  // in formulas, where that is another
  Sort kind = Sort::boolean;
  bool is_optional = false;
  std::vector<Value> points;  // one of each region, in order
};

const char* const words[] = {"red", "green", "blue"};

Instant moment() { return parse_instant("2024-03-04T09:00:00+08:00").value(); }

class Maker {
 public:
  explicit Maker(std::uint64_t seed) : random_(seed) {}

  std::size_t below(std::size_t n) { return n == 0 ? 0 : random_() % n; }
  bool chance(std::size_t percent) { return below(100) < percent; }

  Variable variable(std::string name, std::string path) {
    Variable out;
    out.name = std::move(name);
    out.path = std::move(path);
    out.kind = std::vector{Sort::boolean, Sort::boolean, Sort::word,
                           Sort::number,  Sort::text,    Sort::day}[below(6)];
    out.is_optional = chance(50);
    if (out.is_optional) out.points.emplace_back();
    switch (out.kind) {
      case Sort::boolean:
        out.points.push_back(Value::boolean(false));
        out.points.push_back(Value::boolean(true));
        break;
      case Sort::word:
        for (const char* word : words) out.points.push_back(Value::string(word));
        break;
      case Sort::number:
        for (std::int64_t n = -1; n <= 3; ++n)
          for (std::int64_t e = -1; e <= 1; ++e)
            out.points.push_back(Value::number(*rt::Decimal::make(n * 1'000'000 + e, -6)));
        break;
      case Sort::text:
        for (const char* text : {"ash", "birch", "other"})
          out.points.push_back(Value::string(text));
        break;
      case Sort::day:
        for (std::int64_t d = 0; d < 5; ++d) out.points.push_back(Value::date({19'000 + d}));
        break;
      case Sort::presence:
        break;
    }
    return out;
  }
  static std::string type(const Variable& of) {
    static const char* const names[] = {"boolean", "Colour", "number", "string", "date"};
    return std::string(of.is_optional ? "optional " : "") +
           names[static_cast<std::size_t>(of.kind)];
  }

  std::string atom(const Variable& of) {
    const std::string& v = of.said.empty() ? of.path : of.said;
    const std::string there = of.is_optional ? v + " != null and " : "";
    static const char* const orders[] = {" < ", " <= ", " > ", " >= "};
    std::string out;
    switch (of.kind) {
      case Sort::boolean:
        out = of.is_optional ? v + " = " + (chance(50) ? "true" : "false") : v;
        break;
      case Sort::word:
        out = v + (chance(70) ? " = " : " != ") + words[below(3)];
        break;
      case Sort::number:
        if (chance(20)) {
          out = there + v + " in [0.." + std::to_string(1 + below(2)) + "]";
        } else if (chance(25)) {
          out = there + v + " + 1" + orders[below(4)] + std::to_string(1 + below(2));
        } else {
          out = there + v + orders[below(4)] + std::to_string(below(3));
        }
        break;
      case Sort::text:
        out = v + (chance(70) ? " = " : " != ") + (chance(50) ? "\"ash\"" : "\"birch\"");
        break;
      case Sort::day:
        // The points begin on 2022-01-08.
        out = there + v + orders[below(4)] + "@\"2022-01-" + (chance(50) ? "09" : "10") + "\"";
        break;
      case Sort::presence:
        break;
    }
    return "(" + out + ")";
  }

  std::string condition(std::span<const std::string> atoms, std::size_t depth) {
    if (depth == 0 || chance(25)) return atoms[below(atoms.size())];
    const std::string a = condition(atoms, depth - 1);
    if (chance(15)) return "not(" + a + ")";
    return "(" + a + (chance(50) ? " and " : " or ") + condition(atoms, depth - 1) + ")";
  }

  std::mt19937_64& random() { return random_; }

 private:
  std::mt19937_64 random_;
};

/// What is asked about.
enum class Deed : std::uint8_t { event, form, right, decision };

struct Made {
  std::string text;
  Deed deed = Deed::event;
  std::vector<Variable> fields, data;
  std::optional<std::size_t> gives;  // a field that the event gives too
  bool gives_optional = false;
  bool is_request = true;
  std::vector<Variable> paper;  // a form that others fill in and sign: that it is there, fields, signatures
  bool counts_data = false;  // what the case reads of its own events hangs on what this one brings
};

Made make(Maker& maker) {
  Made out;
  std::vector<std::string> atoms;
  for (std::size_t i = 0, n = 1 + maker.below(3); i < n; ++i) {
    const std::string name = "c" + std::to_string(i);
    out.fields.push_back(maker.variable(name, name));
  }
  const std::size_t lot = maker.below(100);
  out.deed = lot < 50 ? Deed::event : lot < 65 ? Deed::form : lot < 85 ? Deed::right : Deed::decision;
  const bool is_event = out.deed == Deed::event || out.deed == Deed::form;
  for (std::size_t i = 0, n = out.deed == Deed::decision ? 0 : maker.below(3); i < n; ++i) {
    const std::string name = "d" + std::to_string(i);
    out.data.push_back(maker.variable(name, "go." + name));
    if (out.deed == Deed::form) out.data.back().said = "sheet." + name;
  }
  // A form needs a field, and comes with requests here: a fact records what it lacks.
  if (out.deed == Deed::form && out.data.empty()) out.deed = Deed::event;
  out.is_request = out.deed != Deed::event || maker.chance(70);
  if (is_event && maker.chance(25)) out.gives = maker.below(out.fields.size());
  out.gives_optional = out.gives && out.fields[*out.gives].is_optional && maker.chance(50);
  std::vector<std::string> of_case;
  for (const Variable& v : out.fields)
    for (int k = 0; k < 2; ++k) of_case.push_back(maker.atom(v));
  std::string table;
  for (const Variable& b : out.fields) {
    for (const Variable& w : out.fields) {
      if (!table.empty() || b.kind != Sort::boolean || w.kind != Sort::word || b.is_optional ||
          w.is_optional)
        continue;
      table =
          "    table tab:\n      inputs: {b: boolean, w: Colour}\n      output: {r: boolean}\n"
          "      rows: |\n        | b | w || r |\n        | true | red || true |\n"
          "        | true | green, blue || false |\n        | false | blue || true |\n"
          "        | false | red, green || false |\n";
      of_case.push_back("tab(" + b.path + ", " + w.path + ")");
    }
  }
  std::string number_table;
  for (const Variable& v : out.fields) {
    if (!number_table.empty() || v.kind != Sort::number || v.is_optional) continue;
    number_table =
        "    table of_number:\n      inputs: {n: number}\n      output: {r: Colour}\n"
        "      rows: |\n        | n || r |\n        | < 0 || red |\n"
        "        | [0..1) || blue |\n        | >= 1 || green |\n";
    of_case.push_back("of_number(" + v.path + ") = " + words[maker.below(3)]);
  }
  table += number_table;
  if (maker.chance(35)) {
    const auto add = [&](std::string path, Sort kind, std::vector<Value> points) {
      Variable& v = out.paper.emplace_back();
      v.name = path.substr(path.rfind('.') + 1);
      v.path = std::move(path);
      v.kind = kind;
      v.points = std::move(points);
    };
    const Value no = Value::boolean(false), yes = Value::boolean(true);
    add("paper", Sort::presence, {Value(), Value::instant(moment())});
    add("paper.p0", Sort::boolean, {Value(), no, yes});
    if (maker.chance(30)) add("paper.p1", Sort::boolean, {Value(), no, yes});
    add("paper.signed.clerk", Sort::boolean, {no, yes});
    if (maker.chance(50)) add("paper.signed.desk", Sort::boolean, {no, yes});
    if (out.paper.back().name == "desk" && maker.chance(40))
      add("paper.refused.desk", Sort::boolean, {no, yes});
    for (int k = 0; k < 2; ++k) of_case.push_back("(paper.complete)");
    of_case.push_back("(paper.complete and paper.p0)");
  }
  std::string lets;
  if (maker.chance(50)) {
    lets += "    l0: " + maker.condition(of_case, 2) + "\n";
    of_case.push_back("l0");
  }
  atoms = of_case;
  for (const Variable& v : out.data)
    for (int k = 0; k < 2; ++k) atoms.push_back(maker.atom(v));
  const bool waits = is_event && maker.chance(40);
  if (waits) lets += "    l1: go != null and " + maker.condition(atoms, 2) + "\n";
  std::string reads;
  if (out.deed == Deed::event && maker.chance(30)) {
    // What the case reads of its own events: of this one, and of another.
    std::vector<std::string> of_data;
    for (Variable v : out.data) {
      v.said = v.name;
      of_data.push_back(maker.atom(v));
    }
    reads = "  reads:\n    asides: {count: aside}\n    gone: {count: go" +
            (of_data.empty() ? std::string() : ", if: '" + of_data[maker.below(of_data.size())] + "'") +
            "}\n";
    out.counts_data = !of_data.empty();
    atoms.push_back("(asides = 0)");
    atoms.push_back(maker.chance(50) ? "(gone > 0)" : "(gone = 0)");
  }
  std::string& t = out.text;
  t = "aftercare: 1\npack: p\nsource: S\nversion: 1\ntimezone: Asia/Shanghai\nroles: {desk: Desk, clerk: Clerk}\n"
      "types:\n  Colour: red | green | blue\nprocedure thing:\n  key: number\n  case:\n"
      "    number: string\n";
  for (const Variable& v : out.fields) t += "    " + v.name + ": " + Maker::type(v) + "\n";
  t += "  facts:\n    opened: {opens: s0, by: clerk, gives: [number";
  for (const Variable& v : out.fields) t += (v.is_optional ? ", optional " : ", ") + v.name;
  t += "]}\n";
  if (out.is_request) t += "  requests:\n";
  if (is_event) t += "    go: {by: desk";
  if (out.deed == Deed::form) t += ", form: sheet";
  if (out.gives)
    t += ", gives: [" + std::string(out.gives_optional ? "optional " : "") +
         out.fields[*out.gives].name + "]";
  std::string with;
  for (const Variable& v : out.data)
    with += (with.empty() ? "" : ", ") + v.name + ": " + Maker::type(v);
  if (!out.data.empty() && out.deed == Deed::event) t += ", with: {" + with + "}";
  if (is_event) t += "}\n";
  if (!out.is_request) t += "  requests:\n    ended: {by: desk}\n";
  if (out.is_request) t += "    ended: {by: desk}\n";
  t += "    aside: {by: desk}\n    apart: {by: desk}\n";
  const bool has_paper = !out.paper.empty();
  if (has_paper)
    t += "    fill_in: {by: clerk, form: paper}\n    put_name: {by: clerk or desk, signs: paper}\n";
  t += reads;
  if (!lets.empty()) t += "  let:\n" + lets;
  const std::string to_paper = has_paper ? ", fill_in or put_name: stay" : "";
  t += "  states:\n    s0:\n";
  if (is_event) {
    t += "      when:\n        ended: s3\n";
    if (has_paper) t += "        fill_in or put_name: stay\n";
    t += "        go:\n";
  } else if (out.deed == Deed::right) {
    t += "      when: {ended: s3" + to_paper + "}\n      always:\n";
    if (!out.data.empty())
      t += "        - if: go != null and " + maker.condition(atoms, 1) + "\n          go: s4\n";
    if (out.data.empty()) t += "        - if: go != null\n          go: s1\n";
  } else {
    t += "      when: {ended: s3" + to_paper + "}\n      decide:\n        by: desk\n        then:\n"
         "          refuse_it: s2\n          go:\n";
  }
  const bool has_guards = out.deed != Deed::right && maker.chance(75);
  if (has_guards) {
    const std::string first = maker.condition(atoms, 2);
    t += "          - if: " + first + "\n            go: s1\n";
    if (maker.chance(50))
      t += "          - if: not(" + first + ") and " + maker.condition(atoms, 1) +
           "\n            go: s2\n";
    static const char* const rest[] = {"stay", "s1", "s2", "s4"};
    t += std::string("          - else: ") + rest[maker.below(4)] + "\n";
  } else if (out.deed != Deed::right) {
    t += "          - else: s1\n";
  }
  t += "    s1:\n      when: {ended: s3, aside: s2, apart: s4" +
       std::string(waits ? ", l1: s2" : "") + "}\n";
  if (maker.chance(40))
    t += "      always:\n        - if: " + maker.condition(atoms, 1) + "\n          go: s4\n";
  t += "    s2: {when: {ended: s3}}\n    s3: final\n    s4: {when: {ended: s3}}\narticles:\n  A1:\n"
       "    text: one\n";
  t += table;
  const std::size_t needs = maker.below(3);
  std::string conditions;
  const char* const depth = out.deed == Deed::right ? "        need " : "      need ";
  for (std::size_t i = 0; i < needs; ++i)
    conditions += depth + std::to_string(i) + ": " + maker.condition(atoms, 2) + "\n";
  if (out.deed == Deed::right) {
    t += "    right thing.go:\n      who: desk\n";
    if (maker.chance(60)) t += "      if: " + maker.condition(of_case, 2) + "\n";
    if (maker.chance(30)) t += "      unless: " + maker.condition(of_case, 1) + "\n";
    if (!with.empty()) t += "      with: {" + with + "}\n";
    if (needs > 0) t += "      needs:\n" + conditions;
  } else {
    if (needs > 0)
      t += (out.deed == Deed::decision ? "    needs thing.s0:\n" : "    needs thing.go:\n") +
           conditions;
    if (needs == 0 && table.empty() && out.deed != Deed::form && !has_paper) t += "    no_rule: conduct\n";
  }
  if (has_paper) {
    std::string fields, signers;
    for (const Variable& v : out.paper) {
      if (v.path.starts_with("paper.p")) fields += (fields.empty() ? "" : ", ") + v.name + ": boolean";
      if (v.path.starts_with("paper.signed")) signers += (signers.empty() ? "" : ", ") + v.name;
      if (v.path.starts_with("paper.refused")) signers += " or_refused";
    }
    t += "    form paper:\n      by: clerk\n      fields: {" + fields + "}\n      signed_by: [" +
         signers + "]\n";
  }
  if (out.deed == Deed::form) {
    t += "    form sheet:\n      by: desk\n      fields: {" + with + "}\n";
    // Its own needs read its fields alone.
    std::vector<std::string> own;
    for (Variable v : out.data) {
      v.said = v.name;
      own.push_back(maker.atom(v));
    }
    if (maker.chance(50)) t += "      needs:\n        own: " + maker.condition(own, 1) + "\n";
  }
  return out;
}

using Facts = std::map<std::string, Value>;  // by path

bool is_yes(const Facts& facts, const std::string& path) {
  const auto found = facts.find(path);
  return found != facts.end() && found->second.is(Kind::boolean) && found->second.as_boolean();
}

class Trial {
 public:
  Trial(Rulebook rules, const Made& made)
      : made_(made), engine_(*Engine::open(std::move(rules), memory_store())) {}

  /// The key of a new case with these fields; none: it was not opened.
  std::optional<std::string> open(const Facts& facts) {
    Event event;
    event.name = "opened";
    event.at = now_;
    event.actor = {"clerk", "", ""};
    const std::string key = "k" + std::to_string(++count_);
    event.data.emplace_back("number", Value::string(key));
    for (const Variable& v : made_.fields) {
      const Value& value = facts.at(v.path);
      if (!value.is_null()) event.data.emplace_back(v.name, value);
    }
    const auto done = engine_.send(event);
    if (!done || !done->is_applied()) return std::nullopt;
    if (!made_.paper.empty() && !fill_in(key, facts)) return std::nullopt;
    return key;
  }
  /// The paper as these facts have it. False: it cannot come to that.
  bool fill_in(const std::string& key, const Facts& facts) {
    const auto send = [&](const char* name, const char* role, Context data) {
      Event event;
      event.name = name;
      event.key = key;
      event.at = now_;
      event.actor = {role, "", ""};
      event.data = std::move(data);
      const auto done = engine_.send(event);
      return done && done->is == Outcome::Is::applied;
    };
    Context fields;
    bool is_marked = false;
    for (const Variable& v : made_.paper) {
      const bool is_field = v.path.starts_with("paper.p");
      if (is_field && !facts.at(v.path).is_null()) fields.emplace_back(v.name, facts.at(v.path));
      is_marked = is_marked || (!is_field && is_yes(facts, v.path));
    }
    if (facts.at("paper").is_null()) return fields.empty() && !is_marked;
    if (!send("fill_in", "clerk", fields)) return false;
    for (const Variable& v : made_.paper) {
      if (v.path.starts_with("paper.p") || v.kind == Sort::presence || !is_yes(facts, v.path))
        continue;
      const bool refuses = v.path.starts_with("paper.refused");
      if (refuses && is_yes(facts, "paper.signed.desk")) return false;
      if (!send("put_name", v.name.c_str(),
                {{refuses ? "refused" : "signed", Value::list({Value::string(v.name)})}}))
        return false;
    }
    return true;
  }
  /// A state of the paper that can be.
  void choose_paper(Maker& maker, Facts& base) {
    const std::size_t stage = maker.below(4);
    bool goes_on = stage == 3;
    for (const Variable& v : made_.paper) {
      Value& value = base[v.path] = v.points.front();
      if (v.kind == Sort::presence) {
        if (stage > 0) value = v.points.back();
      } else if (v.path.starts_with("paper.p")) {
        if (stage > 1 || (stage == 1 && maker.chance(50))) value = v.points[1 + maker.below(2)];
        goes_on = goes_on && !value.is_null();
      } else if (v.path.starts_with("paper.signed")) {
        goes_on = goes_on && maker.chance(60);
        value = Value::boolean(goes_on);
      }
    }
  }
  [[nodiscard]] bool is_paper_complete(const Facts& facts) const {
    return std::all_of(made_.paper.begin(), made_.paper.end(), [&](const Variable& v) {
      if (v.path.starts_with("paper.refused")) return true;
      if (v.path == "paper.signed.desk")
        return is_yes(facts, v.path) || is_yes(facts, "paper.refused.desk");
      const Value& value = facts.at(v.path);
      return v.path.starts_with("paper.signed") ? is_yes(facts, v.path) : !value.is_null();
    });
  }
  /// The event with those data of the facts that are there.
  Event go(const std::string& key, const Facts& facts) {
    Event event;
    event.name = "go";
    event.key = key;
    event.at = now_;
    event.actor = {"desk", "", ""};
    for (const auto& [path, value] : facts)
      if (path.starts_with("go.")) event.data.emplace_back(path.substr(3), value);
    if (made_.deed == Deed::right) event.reason = "asked";
    return event;
  }
  Outcome outcome(const Facts& facts) {
    const auto key = open(facts);
    if (!key) {
      Outcome none;
      none.is = Outcome::Is::refused;
      return none;
    }
    return engine_.send(go(*key, facts)).value();
  }
  Engine& engine() { return engine_; }

 private:
  const Made& made_;
  Engine engine_;
  Instant now_ = moment();
  std::uint64_t count_ = 0;
};

bool is_met(const Outcome& of) { return of.is == Outcome::Is::applied && of.reasons.empty(); }

std::string told(const Outcome& of) {
  std::string out(to_text(of.is));
  if (of.is_applied()) out += " " + of.state;
  const bool has_unmet = std::any_of(of.reasons.begin(), of.reasons.end(),
                                     [](const Reason& r) { return r.code == "need"; });
  if (of.is_applied() && has_unmet) out += " unmet";
  return out;
}
std::string told(const WouldBe& of) {
  std::string out(to_text(of.is));
  if (of.is == Outcome::Is::applied || of.is == Outcome::Is::unexpected) out += " " + of.state;
  if (of.has_unmet) out += " unmet";
  return out;
}

std::int64_t distance(const Variable& of, const Value& from, const Value& to) {
  if (from.equals(to)) return 0;
  if (from.is_null() || to.is_null()) return 1;
  switch (of.kind) {
    case Sort::text:
      return 1;
    case Sort::boolean:
    case Sort::word: {
      const auto at = [&](const Value& v) {
        return std::find_if(of.points.begin(), of.points.end(),
                            [&](const Value& p) { return p.equals(v); }) -
               of.points.begin();
      };
      return std::abs(at(from) - at(to));
    }
    case Sort::number: {
      const auto units = [](const Value& v) {
        return *rt::multiply(v.as_number(), *rt::Decimal::make(1, 6))->to_int64();
      };
      return std::abs(units(from) - units(to));
    }
    case Sort::day:
      return std::abs(from.as_date().days - to.as_date().days);
    case Sort::presence:
      return 0;
  }
  return 0;
}

/// All combinations of points of these variables over the facts; false: `each` wants no more.
template <class Each>
void combine(std::span<const Variable* const> all, Facts facts, const Each& each) {
  std::vector<std::size_t> at(all.size());
  for (;;) {
    for (std::size_t i = 0; i < all.size(); ++i) facts[all[i]->path] = all[i]->points[at[i]];
    each(facts, at);
    std::size_t i = 0;
    for (; i < all.size() && ++at[i] == all[i]->points.size(); ++i) at[i] = 0;
    if (i == all.size()) return;
  }
}

struct Counts {
  std::uint64_t packs = 0, rejected = 0, why = 0, ways = 0, asked = 0, certain = 0, changes = 0,
                sent = 0, papers = 0, unproved = 0, wrong = 0;
};

class Judge {
 public:
  Judge(Made made, Trial& trial, Counts& counts, std::uint64_t seed)
      : made_(std::move(made)), trial_(trial), counts_(counts), seed_(seed) {}

  void why_not(Maker& maker) {
    Facts base;
    std::vector<const Variable*> movable;
    std::set<std::size_t> hidden;
    for (const Variable& v : made_.fields) base[v.path] = v.points[maker.below(v.points.size())];
    trial_.choose_paper(maker, base);
    // A field that the event gives is a datum of it, unless it may keep what it has.
    std::optional<Variable> given;
    if (made_.gives) {
      given = datum_of(made_.fields[*made_.gives]);
      const bool is_given = maker.chance(60);
      if (is_given) base[given->path] = given->points[maker.below(given->points.size())];
      if (is_given || (base[given->name].is_null() && !made_.gives_optional)) {
        hidden.insert(*made_.gives);
        movable.push_back(&*given);
      }
    }
    for (const Variable& v : made_.data) {
      movable.push_back(&v);
      if (maker.chance(80)) base[v.path] = v.points[maker.below(v.points.size())];
    }
    for (std::size_t i = 0; i < made_.fields.size(); ++i)
      if (!hidden.contains(i)) movable.push_back(&made_.fields[i]);
    std::vector<std::string> fixed;
    if (maker.chance(30) && !movable.empty()) {
      const std::size_t which = maker.below(movable.size());
      fixed.push_back(movable[which]->path);
      movable.erase(movable.begin() + static_cast<std::ptrdiff_t>(which));
    }
    if (!made_.paper.empty() && !trial_.is_paper_complete(base))
      for (const Variable& v : made_.paper) movable.push_back(&v);
    std::size_t size = 1;
    for (const Variable* v : movable) size *= v->points.size();
    if (size > most_tried) return;
    const auto key = trial_.open(base);
    if (!key) return;
    const Event event = trial_.go(*key, base);
    const auto answer = trial_.engine().why_not(event, fixed);
    ++counts_.why;
    if (!answer) return wrong("why_not: " + answer.error().message, base);
    const Outcome as_it_is = trial_.outcome(base);
    ++counts_.sent;
    if (is_met(as_it_is) != answer->obstacles.empty())
      return wrong("obstacles, and it comes out " + told(as_it_is), base);
    if (as_it_is.is != answer->is) return wrong("is", base);
    if (answer->obstacles.empty()) return;
    for (const Reason& reason : as_it_is.reasons) {
      if (reason.code == "no_transition") continue;
      if (std::none_of(answer->obstacles.begin(), answer->obstacles.end(), [&](const Obstacle& o) {
            return o.reason.code == reason.code && o.reason.label == reason.label &&
                   o.reason.clause == reason.clause;
          }))
        return wrong("no obstacle " + reason.label, base);
    }
    if (!answer->is_proved) {
      ++counts_.unproved;
      if (made_.counts_data) return;  // which is not followed, and said so
      return wrong("not proved: why_not", base);
    }
    // Every set of facts with which it is met, and the nearest values of each.
    std::map<std::uint64_t, std::vector<std::int64_t>> best;
    combine(movable, base, [&](const Facts& facts, std::span<const std::size_t>) {
      std::uint64_t changed = 0;
      std::vector<std::int64_t> far;
      for (std::size_t i = 0; i < movable.size(); ++i) {
        const auto now = base.find(movable[i]->path);
        const Value before = now == base.end() ? Value() : now->second;
        const Value& after = facts.at(movable[i]->path);
        if (!before.equals(after)) changed |= std::uint64_t{1} << i;
        far.push_back(distance(*movable[i], before, after));
      }
      ++counts_.sent;
      // A datum that is missing and stays so is not there at all.
      Facts sent = facts;
      for (std::size_t i = 0; i < movable.size(); ++i)
        if ((changed >> i & 1) == 0 && !base.contains(movable[i]->path))
          sent.erase(movable[i]->path);
      if (!is_met(trial_.outcome(sent))) return;
      const auto known = best.find(changed);
      if (known == best.end()) {
        best.emplace(changed, far);
      } else if (far < known->second) {
        known->second = far;
      }
    });
    for (auto one = best.begin(); one != best.end();) {
      const bool is_small = std::none_of(best.begin(), best.end(), [&](const auto& other) {
        return other.first != one->first && (other.first & one->first) == other.first;
      });
      one = is_small ? std::next(one) : best.erase(one);
    }
    counts_.ways += best.size();
    if (answer->ways.size() != best.size()) {
      std::string text = std::to_string(answer->ways.size()) + " ways, and there are " +
                         std::to_string(best.size());
      for (const std::string& one : fixed) text += "; fixed " + one;
      for (const auto& [changed, far] : best) {
        text += "; ";
        for (std::size_t i = 0; i < movable.size(); ++i)
          if ((changed >> i & 1) != 0) text += " " + movable[i]->path;
      }
      return wrong(text, base);
    }
    for (const auto& way : answer->ways) {
      std::uint64_t changed = 0;
      Facts facts = base;
      std::vector<std::int64_t> far(movable.size());
      for (const FactChange& change : way) {
        const auto at = std::find_if(movable.begin(), movable.end(),
                                     [&](const Variable* v) { return v->path == change.name; });
        if (at == movable.end()) return wrong(change.name + " is no fact", base);
        const auto i = static_cast<std::size_t>(at - movable.begin());
        changed |= std::uint64_t{1} << i;
        far[i] = distance(**at, change.from, change.to);
        facts[change.name] = change.to;
      }
      if (const Outcome comes = trial_.outcome(facts); !is_met(comes)) {
        std::string text = "a way that does not do, but gives " + told(comes) + ":";
        for (const FactChange& change : way)
          text += " " + change.name + " = " + change.to.to_text();
        for (const std::string& one : fixed) text += "; fixed " + one;
        for (const Obstacle& one : answer->obstacles)
          text += "; " + one.reason.code + " " + one.reason.label;
        for (const Reason& one : comes.reasons)
          text += "; then " + one.code + " " + one.label + " " + one.help;
        return wrong(text, base);
      }
      const auto found = best.find(changed);
      if (found == best.end()) return wrong("a way that is not smallest", base);
      if (way.size() == 1 && far > found->second) return wrong("not the nearest value", base);
      if (way.size() > 1 && sum(far) > 0 && in_order(far, found->second))
        return wrong("not the nearest values", base);
    }
  }

  void ask(Maker& maker) {
    Facts base;
    std::vector<const Variable*> missing;
    trial_.choose_paper(maker, base);
    std::optional<Variable> given;
    std::set<std::string> hidden;
    if (made_.gives) {
      given = datum_of(made_.fields[*made_.gives]);
      if (maker.chance(50)) {
        base[given->path] = given->points[maker.below(given->points.size())];
      } else {
        missing.push_back(&*given);
      }
      hidden.insert(given->name);
    }
    for (const Variable& v : made_.fields) {
      base[v.path] =
          v.is_optional && maker.chance(60) ? Value() : v.points[maker.below(v.points.size())];
      if (base[v.path].is_null() && !hidden.contains(v.name)) missing.push_back(&v);
    }
    for (const Variable& v : made_.data) {
      if (maker.chance(40)) {
        base[v.path] = v.points[maker.below(v.points.size())];
      } else {
        missing.push_back(&v);
      }
    }
    std::size_t size = 1;
    for (const Variable* v : missing) size *= v->points.size();
    if (size > most_tried) return;
    const auto key = trial_.open(base);
    if (!key) return;
    const auto answer = trial_.engine().ask_next(trial_.go(*key, base));
    ++counts_.asked;
    if (!answer) return wrong("ask_next: " + answer.error().message, base);
    std::vector<std::string> all;
    std::vector<std::size_t> stride{1};
    for (const Variable* v : missing) stride.push_back(stride.back() * v->points.size());
    combine(missing, base, [&](const Facts& facts, std::span<const std::size_t>) {
      ++counts_.sent;
      all.push_back(told(trial_.outcome(facts)));
    });
    const std::set<std::string> distinct(all.begin(), all.end());
    if (!made_.paper.empty() && trial_.is_paper_complete(base) && !answer->unfinished.empty())
      return wrong("a complete form is unfinished", base);
    if (answer->unfinished.empty() && !made_.paper.empty() && !trial_.is_paper_complete(base))
      check_paper(base, missing, all);
    if (!answer->is_proved) {
      ++counts_.unproved;
      if (made_.counts_data) return;
      std::string text = "not proved:";
      for (const WouldBe& one : answer->outcomes) text += " [" + told(one) + "]";
      for (const MissingFact& one : answer->missing)
        text += "; " + one.name + " " + std::to_string(static_cast<int>(one.influence));
      return wrong(text, base);
    }
    std::set<std::string> said;
    for (const WouldBe& one : answer->outcomes) said.insert(told(one));
    if (said != distinct) {
      std::string text = "outcomes:";
      for (const std::string& one : said) text += " [" + one + "]";
      text += ", and there are:";
      for (const std::string& one : distinct) text += " [" + one + "]";
      return wrong(text, base);
    }
    if (answer->certain.has_value() != (distinct.size() == 1)) return wrong("certain", base);
    counts_.certain += answer->certain ? 1 : 0;
    if (answer->certain && told(answer->outcomes[*answer->certain]) != *distinct.begin())
      return wrong("certain of another", base);
    for (std::size_t i = 0; i < missing.size(); ++i) {
      bool changes = false;
      for (std::size_t n = 0; n < all.size() && !changes; ++n) {
        const std::size_t at = n / stride[i] % missing[i]->points.size();
        changes = at > 0 && all[n] != all[n - stride[i]];
      }
      const auto fact =
          std::find_if(answer->missing.begin(), answer->missing.end(),
                       [&](const MissingFact& one) { return one.name == missing[i]->path; });
      const bool says = fact != answer->missing.end() && fact->influence == Influence::changes;
      counts_.changes += says ? 1 : 0;
      if (says != changes) return wrong("what " + missing[i]->path + " changes", base);
    }
  }

 private:
  /// Where no form is told as unfinished, what becomes of the paper changes nothing.
  void check_paper(const Facts& base, std::span<const Variable* const> missing,
                   const std::vector<std::string>& all) {
    std::vector<const Variable*> paper;
    for (const Variable& v : made_.paper) paper.push_back(&v);
    std::size_t size = all.size();
    for (const Variable* v : paper) size *= v->points.size();
    if (size > most_tried) return;
    combine(paper, base, [&](const Facts& other, std::span<const std::size_t>) {
      if (!trial_.open(other)) return;
      ++counts_.papers;
      std::size_t n = 0;
      combine(missing, other, [&](const Facts& facts, std::span<const std::size_t>) {
        ++counts_.sent;
        if (told(trial_.outcome(facts)) != all[n++])
          wrong("the paper decides, and ask_next does not say so", facts);
      });
    });
  }
  /// What an event gives to a field is null only where it says so.
  Variable datum_of(Variable field) const {
    field.path = "go." + field.name;
    if (field.is_optional && !made_.gives_optional) field.points.erase(field.points.begin());
    return field;
  }
  static std::int64_t sum(const std::vector<std::int64_t>& of) {
    std::int64_t out = 0;
    for (const std::int64_t one : of) out += one;
    return out;
  }
  /// Whether `found` is no nearer in any order of the facts that could have been meant.
  static bool in_order(const std::vector<std::int64_t>& far,
                       const std::vector<std::int64_t>& found) {
    bool is_worse = true;
    for (std::size_t i = 0; i < far.size(); ++i) is_worse = is_worse && far[i] >= found[i];
    return is_worse && far != found;
  }

  void wrong(const std::string& what, const Facts& facts) {
    if (++counts_.wrong > 3) return;
    std::cout << "WRONG (--seed " << seed_ << " --packs 1): " << what << "\n" << made_.text;
    for (const auto& [path, value] : facts)
      std::cout << "  " << path << " = " << value.to_text() << "\n";
  }

  Made made_;
  Trial& trial_;
  Counts& counts_;
  std::uint64_t seed_;
};

}  // namespace

int main(int count, char** arguments) {
  std::uint64_t packs = 150, questions = 12, seed = 1;
  bool shows = false;
  for (int i = 1; i < count; ++i) {
    const std::string_view word = arguments[i];
    if (word == "--show") shows = true;
    if (i + 1 == count) break;
    if (word == "--packs") packs = std::strtoull(arguments[i + 1], nullptr, 10);
    if (word == "--questions") questions = std::strtoull(arguments[i + 1], nullptr, 10);
    if (word == "--seed") seed = std::strtoull(arguments[i + 1], nullptr, 10);
  }
  Counts counts;
  for (std::uint64_t n = 0; n < packs && counts.wrong == 0; ++n) {
    Maker maker(seed + n);
    const Made made = make(maker);
    const auto rules = check_texts({{"p/pack.yaml", made.text}});
    ++counts.packs;
    if (!rules) {
      ++counts.rejected;
      if (shows) std::cout << made.text << render(rules.diagnostics(), rules.sources()) << "\n";
      continue;
    }
    Trial trial(*rules, made);
    Judge judge(made, trial, counts, seed + n);
    for (std::uint64_t q = 0; q < questions && counts.wrong == 0; ++q) {
      judge.why_not(maker);
      judge.ask(maker);
    }
  }
  std::cout << counts.packs << " packs (" << counts.rejected << " rejected), " << counts.why
            << " times why not, " << counts.ways << " ways out; " << counts.asked
            << " times asked, " << counts.certain << " certain, " << counts.changes
            << " facts that change it; " << counts.unproved << " not proved; " << counts.papers
            << " papers tried; " << counts.sent
            << " events tried; " << counts.wrong << " wrong\n";
  return counts.wrong == 0 && counts.ways > 0 && counts.changes > 0 ? 0 : 1;
}
