// aftercare/rulebook.hpp — check packs of YAML into an immutable rulebook.
//
//   auto rules = check("rules/appliance/installer_liabilities", {.overlays =
//   {"acme.overlay.yaml"}}); std::cerr << render(rules.diagnostics(), rules.sources()); if (!rules)
//   return 1; for (const ParameterView& p : rules->unset_parameters()) ask_for(p.name, p.type,
//   p.clause);
//
// A rulebook is one or more packs checked, linked and compiled together, identified by a hash of
// their logic. Needs: diagnostic.hpp, result.hpp, time.hpp, type.hpp, value.hpp. Knows nothing of
// cases.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aftercare/diagnostic.hpp"
#include "aftercare/export.hpp"
#include "aftercare/result.hpp"
#include "aftercare/rt/date.hpp"
#include "aftercare/source.hpp"
#include "aftercare/type.hpp"
#include "aftercare/value.hpp"

namespace aftercare {

/// A file of a pack or an overlay that is not read from disk.
struct PackText {
  std::string name;  ///< "repair/pack.yaml"; files with one folder in their names are one pack
  std::string text;
};

struct CheckOptions {
  std::vector<std::string> overlays{};    ///< paths of overlay files
  std::vector<PackText> overlay_texts{};  ///< overlays that are not read from disk
  /// Where calendars are looked for that a pack extends and does not have. Packs on disk also look
  /// in `calendars` and `rules/calendars` beside them and above them; a text that is not on disk is
  /// such a calendar where its name begins with `calendars/`.
  std::vector<std::string> calendar_folders{};
};

/// A blank of the text that the company fills in, or a doubt that it decides.
struct ParameterView {
  std::string pack;
  std::string version;  ///< of the pack
  std::string name;
  Type type;
  std::string clause;       ///< the article that leaves it open: "S2-09-C02"
  std::string clause_text;  ///< its words
  bool is_reading = false;
  bool is_time_word = false;  ///< 及时, 尽快: set under `time_words`
  bool is_set = false;        ///< by an overlay or a default
  std::string value;          ///< as written; empty where it is not set
  std::string from{};         ///< the date from which an overlay sets it: "2026-03-01"; may be empty
  /// What it is from later dates on, in their order.
  struct Dated {
    std::string from, value;
  };
  std::vector<Dated> later{};
};


/// An article and what implements it.
struct ClauseView {
  std::string id, text, pack;
  bool no_rule = false;
  std::vector<std::string> rules;  ///< "offence order.no_appointment", "clock order.appointment"
  SourceSpan span;
};

/// A datum that an event or form brings.
struct DatumView {
  std::string name;
  Type type;
  bool is_required = true;
};

/// A matter that somebody answers for.
struct ResponsibleShape {
  std::string pack, name;
  std::string who;                 ///< "safety_department and area_office"; empty: by facts
  std::vector<DatumView> inputs;   ///< the facts on which it depends
  std::vector<std::string> clauses;
};

struct EventShape {
  std::string name;
  bool is_request = false;
  bool opens_case = false;
  std::optional<std::size_t> opens_in{};  ///< the state, as in ProcedureShape::states
  std::vector<std::string> by;  ///< roles and persons; empty: anybody
  std::vector<DatumView> data;
  std::string form;
  std::vector<DatumView> form_fields;
  std::vector<std::string> signatures;
};

/// A clock of a procedure. Happenings are written as transitions write theirs.
struct ClockShape {
  std::string name;
  std::string limit;     ///< "within 6wh", "by promised_on"
  std::string calendar;  ///< empty: none is needed
  std::vector<std::string> start, pause, resume, restart, stop, cancel;
  std::vector<std::string> clauses;
};

/// What a place of a chart does to a clock.
struct ClockMark {
  enum class Does : std::uint8_t { start, pause, resume, restart, stop, cancel } does = Does::start;
  std::size_t clock = 0;  ///< index into ProcedureShape::clocks
};

/// Cases of another procedure that a case opens; of a chart of SCXML, another chart that a state
/// runs.
struct ChildShape {
  std::string name, procedure;
  std::vector<std::string> when;  ///< as transitions write theirs
  bool is_for_each = false;       ///< one for each element of a list
  std::vector<std::string> clauses;
  bool is_invoked = false;  ///< it runs as long as its state is active
};

/// A decision that is taken in a state.
struct DecisionShape {
  std::string by;  ///< roles, or the posts of a chain: "keeper then manager"; empty: anybody
  std::vector<std::string> outcomes;
  std::vector<std::string> clauses;
};

/// A list in which the cases of a state wait.
struct ListShape {
  std::string name;
  std::vector<std::string> who;    ///< for whom it is
  std::vector<std::string> order;  ///< "urgent first", "reported.at"; empty: as they were opened
  std::vector<std::string> clauses;
};

/// A state of a chart, in document order; the outermost ones have no parent.
struct StateShape {
  /// Packs have no history; charts of SCXML do.
  enum class Kind : std::uint8_t {
    atomic,
    compound,
    parallel,
    final,
    shallow_history,
    deep_history
  } kind = Kind::atomic;
  std::string name;
  std::optional<std::size_t> parent;  ///< index into ProcedureShape::states
  bool is_initial = false;
  std::vector<ClockMark> on_entry{}, on_exit{};
  std::vector<std::size_t> children{};  ///< ProcedureShape::children that entering it opens
  std::vector<DecisionShape> decisions{};
  std::vector<ListShape> lists{};
};

struct TransitionShape {
  std::size_t from = 0;
  std::vector<std::size_t> to;  ///< empty: the case stays where it is
  std::string when;             ///< "arrived", "hand_in breached", "after 3d"; empty: at once
  std::string guard;            ///< as written; empty: always
  std::vector<std::string> clauses;
  std::vector<ClockMark> clocks{};      ///< of the events that it waits for
  std::vector<std::size_t> children{};  ///< ProcedureShape::children that these open
};

/// A procedure as a picture or a form shows it.
struct ProcedureShape {
  std::string pack, name, title, key;
  std::vector<DatumView> fields;
  std::vector<EventShape> events;
  std::vector<ClockShape> clocks;
  std::vector<StateShape> states;
  std::vector<TransitionShape> transitions;
  std::vector<ChildShape> children;
};

struct PackShape {
  std::string name, title, source, version;
  std::string from{}, to{};  ///< the days between which it is in force: "2026-01-01"; empty: open
  std::string logic{};       ///< what its cases are pinned to: a hash of 64 hexadecimal digits
  bool is_one_of_several = false;  ///< other versions of it are loaded
  /// What has to be recorded by hand before it governs a case, in this order; may be empty.
  std::vector<std::string> adoption{};
};

/// A calendar that the packs ask, and how much of it is known.
struct CalendarShape {
  std::string name;
  std::string known_from, known_until;  ///< empty: for ever
  std::string changed;                  ///< when its last notice became known; empty: none says
};

namespace rulebook {
struct Book;
}

/// Packs, checked and compiled. Immutable, cheap to copy; any number of threads may use one.
class AFTERCARE_API Rulebook {
 public:
  /// Content hash of the logic: rules and chosen readings, not comments, layout, labels or the
  /// values of parameters. 64 hexadecimal digits.
  [[nodiscard]] const std::string& logic_hash() const noexcept;
  [[nodiscard]] std::vector<PackShape> packs() const;
  [[nodiscard]] std::vector<ProcedureShape> procedures() const;
  /// The same for people: names by their labels, the words between them in the language. Formulas
  /// stay as they are.
  [[nodiscard]] std::vector<ProcedureShape> procedures(Language shown) const;
  /// All articles in the order of the text.
  [[nodiscard]] std::vector<ClauseView> clauses() const;
  /// All parameters and readings in the order of the text.
  [[nodiscard]] std::vector<ParameterView> parameters() const;
  /// The same as they are on a day: `value` is what holds then, `from` the date from which it
  /// does, `later` what comes after.
  [[nodiscard]] std::vector<ParameterView> parameters_on(rt::Date day) const;
  [[nodiscard]] std::vector<CalendarShape> calendars() const;
  /// Those that must be set before a case can run.
  [[nodiscard]] std::vector<ParameterView> unset_parameters() const;
  /// The matters that somebody answers for, in the order of the text.
  [[nodiscard]] std::vector<ResponsibleShape> responsibles() const;
  /// How people call a name of the rules in this language, by the labels of its pack; the name
  /// itself where it has no label. "paid, packed" and "order.arrived" are shown name by name.
  [[nodiscard]] std::string label(std::string_view names, Language language) const;
  /// The compiled rules as text, for people and golden tests; the form may change.
  [[nodiscard]] std::string print() const;
  /// The texts it was made from.
  [[nodiscard]] const Sources& sources() const noexcept;

  struct Access;

 private:
  explicit Rulebook(std::shared_ptr<const rulebook::Book> book) noexcept : book_(std::move(book)) {}
  std::shared_ptr<const rulebook::Book> book_;  // never null
};

/// Checks the packs at a path: a pack's folder or file, or a folder of packs. All findings at once.
[[nodiscard]] AFTERCARE_API Checked<Rulebook> check(std::string_view path,
                                                    const CheckOptions& options = {});
/// Checks the packs at several paths together.
[[nodiscard]] AFTERCARE_API Checked<Rulebook> check(std::span<const std::string> paths,
                                                    const CheckOptions& options = {});
/// Checks packs that are not on disk.
[[nodiscard]] AFTERCARE_API Checked<Rulebook> check_texts(std::vector<PackText> texts,
                                                          const CheckOptions& options = {});

}  // namespace aftercare
