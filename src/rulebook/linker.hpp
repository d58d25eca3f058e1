// The linker's workbench: what is declared, where it lies in the frame, and under which facts a
// formula is read. Used by the passes of this folder only; link.hpp is the door.
//
// Order of work: packs (header, types, parameters, calendars, tables), then for each procedure its
// frame, then its scopes, then everything that is compiled over them.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "aftercare/calendar.hpp"
#include "aftercare/source.hpp"
#include "aftercare/type.hpp"

#include "analyze/case_search.hpp"
#include "analyze/chart_reach.hpp"
#include "analyze/guard_rows.hpp"
#include "analyze/table_analysis.hpp"
#include "base/diagnostics.hpp"
#include "feel/compile.hpp"
#include "feel/parse.hpp"
#include "feel/scope.hpp"
#include "rulebook/access.hpp"
#include "rulebook/calendar_files.hpp"
#include "rulebook/chains.hpp"
#include "rulebook/load.hpp"
#include "rulebook/model_files.hpp"
#include "rulebook/schema.hpp"
#include "step/model.hpp"
#include "table/table.hpp"

namespace aftercare::rulebook {

using step::Cites;
using step::Formula;
using step::MaybeFormula;
using step::no_slot;
using step::SlotIndex;
using step::Who;

// ── expressions as written ────────────────────────────────────────────────────────────────────

/// So many articles a rule, or a row of a table, may cite without a reason.
inline constexpr std::size_t most_without_reason = 3;

/// A FEEL text with the places of its pieces: a scalar, a part of one, or a choice put together
/// from the scalars of its rows.
class Written {
 public:
  Written() = default;
  Written(const Node& scalar, Language language);
  Written(const Node& scalar, std::size_t begin, std::size_t end, Language language);
  /// The whole of a value: a scalar, or a choice as one `if … then … else …`.
  [[nodiscard]] static Written value(const Node& node, Language language);
  /// A scalar between two texts that its author did not write.
  /// What holds where the first does and the second (null: none) does not.
  [[nodiscard]] static Written but_not(const Node& condition, const Node* exception,
                                       Language language);
  [[nodiscard]] static Written around(std::string_view before, const Node& scalar,
                                      std::string_view after, Language language);

  [[nodiscard]] bool is_empty() const noexcept { return text.empty(); }
  /// Puts something behind it that is not written there.
  void add(std::string_view glue) { text += glue; }
  [[nodiscard]] SourceSpan place(std::uint32_t begin, std::uint32_t end) const noexcept;
  [[nodiscard]] SourceSpan span() const noexcept {
    return place(0, static_cast<std::uint32_t>(text.size()));
  }

  std::string text;
  Language language = Language::english;
  bool is_choice = false;

 private:
  struct Piece {
    std::size_t begin = 0;
    std::size_t end = 0;
    const Node* node = nullptr;
    std::size_t node_begin = 0;
  };
  void append(const Node& node, std::size_t begin, std::size_t end);
  void append(std::string_view glue) { text += glue; }

  std::vector<Piece> pieces_;
};

// ── facts ─────────────────────────────────────────────────────────────────────────────────────

/// Slots that are known not to be null. Sorted.
using Facts = std::set<SlotIndex>;
[[nodiscard]] Facts both(const Facts& a, const Facts& b);
[[nodiscard]] Facts either(const Facts& a, const Facts& b);

// ── declarations ──────────────────────────────────────────────────────────────────────────────

/// Something with members: an event, a form, a clock, the first or last entry of a read.
struct LetDecl {
  std::string name;
  Written written;
  feel::Parsed parsed;
  Cites cites;
  SourceSpan span;
  bool is_parsed = false;
};

struct RecordDecl {
  struct Member {
    std::string name;
    Type type;
    SlotIndex slot = no_slot;
    Index of_register = none;          ///< it names a member of this register
    std::vector<Member> members = {};  ///< paths on from it
    feel::Declared::Absence absence = feel::Declared::Absence::declared;
  };
  std::string name;
  std::string what;              ///< "fact collected"
  SlotIndex presence = no_slot;  ///< no_slot: always there
  std::vector<Member> members;
  std::vector<Member> signed_by;  ///< members of `.signed`
  std::vector<Member> refused_by;  ///< members of `.refused`
  bool has_signed = false;
  std::vector<Member> inner;  ///< of a form: names that stand alone within it
  std::deque<LetDecl> lets;   ///< members that follow from these
  const feel::Scope* own_names = nullptr;  ///< of a form: its inner names, then those of the case
  SourceSpan span;
};

struct SlotDecl {
  std::string name;
  Type type;
  SlotIndex slot = no_slot;
  bool may_be_unset = false;  ///< null until something gives it, whatever its type
  std::string what;
  SourceSpan span;
  Index of_register = none;  ///< it names a member of this register
  std::vector<RecordDecl::Member> members = {};
};

/// Names as one formula sees them. The parts must not move: scopes point at each other.
struct NameSet {
  std::deque<feel::Scope> members;
  std::unique_ptr<feel::Scope> names;
};

/// A frame: its slots, and the names over them.
struct Frame {
  SlotIndex case_slots = 0;
  SlotIndex frame_slots = 0;
  std::vector<std::string> slot_names;  ///< of the case part
  std::vector<SlotDecl> slots;
  std::vector<RecordDecl> records;
  std::deque<LetDecl> lets;
  std::unique_ptr<NameSet> names;
};

struct PackDecl;

/// A form while it is linked.
struct FormDecl {
  const Item* item = nullptr;
  std::size_t record = 0;             ///< Frame::records
  std::vector<std::string> members;   ///< by field: what expressions call it
  std::vector<Written> defaults;      ///< by field
  std::vector<Written> asked;         ///< by field
  std::vector<Written> computed;      ///< by Form::computed
  std::vector<SourceSpan> computed_spans;
  std::vector<std::pair<Word, const Node*>> own_needs;  ///< of `copies` and `shown`
  Facts needed;                                         ///< what its needs ask to be there
  bool is_brought = false;  ///< some event brings it
  bool may_lack = false;    ///< a fact does, with or without all that belongs on it
  bool is_voided = false;   ///< some event voids it
  bool is_changed = false;
};

/// A procedure while it is linked.
struct ProcDecl {
  Index index = none;
  const Item* item = nullptr;
  PackDecl* pack = nullptr;
  Frame frame;
  Facts base_facts;                                  ///< hold from the opening on
  std::vector<Written> field_defaults;               ///< by field
  std::vector<std::vector<Written>> input_defaults;  ///< by event, by input
  std::vector<const Node*> event_nodes;              ///< by event; may be null
  std::vector<FormDecl> forms;                       ///< by form
  std::vector<Facts> needed;                         ///< by event: what its needs ask to be there
  Facts fleeting;  ///< slots of forms that another event may empty again
  SlotIndex nth_slot = no_slot;
  SlotIndex each_slot = no_slot;  ///< of one who opens a case for each element of a list
  struct TransitionDecl {
    chart::StateId source = 0;
    step::HappeningIds events;  ///< empty: eventless
    Written guard;              ///< empty: none
    std::vector<chart::StateId> targets;
    Cites cites;
    SourceSpan span;
  };
  std::vector<TransitionDecl> transitions;
  struct TimerDecl {
    Written after, until;
  };
  std::vector<TimerDecl> timers;                                 ///< by timer
  std::vector<std::pair<const Node*, Language>> decision_nodes;  ///< by decision
  std::vector<chart::StateKind> state_kinds;                     ///< by chart state
  std::vector<chart::StateId> state_parents;                     ///< by chart state
  std::vector<Facts> event_facts;  ///< by event: what its happening makes known
  std::vector<Facts> state_facts;  ///< by chart state: known whenever it is active
  struct Ways;
  std::shared_ptr<const Ways> ways;      ///< into each state, and what they do not bring
  std::vector<const Node*> state_nodes;  ///< by chart state
  std::vector<SourceSpan> state_spans;   ///< by chart state
  std::map<std::string, Index> event_index, form_index, clock_index, let_index, read_index,
      state_index, entitlement_index;
  std::vector<const Item*> clock_items, entitlement_items;
  std::vector<std::vector<const Node*>> term_nodes;  ///< by entitlement, by term
  struct ReadDecl {
    std::string name;
    const Node* node = nullptr;
    const Item* item = nullptr;  ///< null: stands in `reads`
    const Node* key = nullptr;
    Language language = Language::english;
  };
  std::vector<ReadDecl> read_decls;
  std::set<SlotIndex> moment_reads;               ///< result slots of reads of other cases
  std::map<SlotIndex, std::string> lookup_paths;  ///< by moment slot
  std::map<SlotIndex, std::string> read_names;
  std::map<Index, SlotIndex> chain_slots;  ///< by chart state: where a chain keeps who has answered
};

/// What a closed set of words is called and holds.
struct PackDecl {
  Index index = none;
  const PackOutline* outline = nullptr;
  std::map<std::string, Type> types;
  std::map<std::string, Index> roles, sanctions, parameters, calendars, ledgers, tables, registers, responsibles;
  std::map<std::string, Index> procedures;
  std::optional<Type> approvers;               ///< the chains that its tables give
  std::map<std::string, Index> rules_by_name;  ///< "order.finished_late", "gambling"
  std::unique_ptr<feel::Scope> names;          ///< constants, functions, types, words
  bool has_time_words = false;
  bool names_currency = false;                 ///< that of the word `money`
  std::size_t first_set = 0;                   ///< its closed sets begin here in Model::word_sets
  std::size_t end_set = 0;                     ///< and end here
  std::vector<std::size_t> shared_sets;        ///< and these are those of an earlier version
  std::vector<std::string_view> texts;         ///< every scalar, to see which names are asked for
};

/// What a heading implements; for `see`, uncited rules and articles without one.
struct Implementation {
  const Item* item = nullptr;
  Index pack = none;
  std::string heading;
  Cites cites;
};

// ── the linker ────────────────────────────────────────────────────────────────────────────────

class Linker {
 public:
  Linker(Outline& outline, const Sources& sources, CalendarFiles& calendars, ModelFiles& models,
         base::Findings& findings);
  ~Linker();
  Linker(const Linker&) = delete;
  Linker& operator=(const Linker&) = delete;

  std::shared_ptr<step::Model> run();
  [[nodiscard]] std::vector<Implementation>& implementations() noexcept { return implementations_; }
  [[nodiscard]] std::map<std::string, RegisterSource>& register_sources() noexcept {
    return register_sources_;
  }

 private:
  // link.cpp
  void check_duplicates(PackDecl& pack);
  void pack_header(PackDecl& pack);
  void conventions(PackDecl& pack, step::Pack& target);
  std::optional<Roll> roll_of(const Node& node, Language language);
  void declare_adoption(PackDecl& pack);
  void declare_effective(PackDecl& pack);
  void link_rank();

  // versions.cpp
  void settle_versions();
  void settle_periods();
  void check_circles();
  void settle_families();
  void check_first_values();
  /// The version of this pack that comes before; null: it is the first.
  [[nodiscard]] PackDecl* version_before(const PackDecl& pack);
  void declare_pinned(ProcDecl& proc);
  void check_pinned(const ProcDecl& proc);
  void report(DiagnosticCode code, SourceSpan span, DiagnosticWords words = {},
              std::vector<DiagnosticNote> notes = {});
  void unknown(std::string_view what, std::string_view name, SourceSpan span,
               const std::vector<std::string>& known);
  void wrong_word(const Node& node, std::string_view what, std::initializer_list<Word> words,
                  Language language);
  [[nodiscard]] std::optional<Word> one_of(const Node& node, std::string_view what,
                                           std::initializer_list<Word> words, Language language);

  // types.cpp
  void declare_types(PackDecl& pack);
  void declare_registers(PackDecl& pack);
  void declare_register_fields(PackDecl& pack);
  void declare_parameters(PackDecl& pack);
  std::optional<Type> parse_type(PackDecl& pack, const Node& node, std::size_t begin,
                                 std::size_t end, Language language, const std::string& set_name);
  /// A number, a whole number or an amount, with the bounds behind it: `number 0..100`.
  Type bounded_type(const PackDecl& pack, Word word, std::string_view text, SourceSpan bounds,
                    SourceSpan span, Language language);
  /// `type = default`: the type, and the bytes of the default (empty: none).
  struct TypedField {
    std::optional<Type> type;
    Index of_register = none;  ///< whose members it names
    std::size_t default_begin = 0;
    std::size_t default_end = 0;
  };
  TypedField parse_field(PackDecl& pack, const Node& node, Language language,
                         const std::string& set_name);
  Type new_set(std::string name, std::vector<std::string> words);
  [[nodiscard]] Type clock_state_type(Language language) const;
  [[nodiscard]] Type answer_type(Language language) const;
  Type length_within(const Type& any_length, const Node* from, const Node* to);
  void fill_pack_names(PackDecl& pack);
  void add_parameters(feel::Scope& scope, const PackDecl& pack, SlotIndex frame_slots) const;

  // calendars.cpp
  /// Where a calendar stands: in a pack, or in the map of an overlay that is laid over it.
  struct CalendarScope {
    PackDecl& pack;
    const Node* overlay = nullptr;
    Language language = Language::english;
  };
  struct CalendarKey {
    const Node* overlay = nullptr;
    Index pack = none;
    std::string name;
    auto operator<=>(const CalendarKey&) const = default;
  };
  /// The number of the calendar that a name means, which may stand in a file; none: told.
  Index calendar_number(const CalendarScope& scope, const std::string& name, SourceSpan asked);
  void declare_calendars(PackDecl& pack);
  void declare_named_calendars(PackDecl& pack);
  void know_calendars();
  /// Whether a name in this value means no calendar, and that has been told.
  [[nodiscard]] bool names_no_calendar(const Node& value, Language language) const;
  void overlay_calendars(const OverlayOutline& overlay);
  /// Reads a calendar and adds it to the model, once. Null where it is wrong.
  const CalendarRead* define_calendar(const CalendarScope& scope, const std::string& name,
                                      const Node& node, Language language, SourceSpan asked);
  /// The calendar that a clock or a term names, or what gives one.
  void name_calendar(const PackDecl& pack, const Node& value, Language language,
                     const feel::Scope& names, const Facts& facts, Index& calendar,
                     MaybeFormula& choice);
  /// What a calendar called `within` means by a name.
  const CalendarRead* find_calendar(const CalendarScope& scope, const std::string& name,
                                    const std::string& within, SourceSpan asked);

  // tables.cpp
  struct TableDecl {
    struct Column {
      std::string name;
      Type type;
      SourceSpan span;
      bool is_chain = false;  ///< its cells are chains of approvers
    };
    const Item* item = nullptr;
    PackDecl* pack = nullptr;
    std::vector<Column> inputs, outputs;
    std::vector<table::TableSource::Row> rows;
    bool is_collect = false;
    bool is_matter = false;        ///< of `responsible`: each result is a chain
    bool is_whole = false;         ///< all rows could be read
    const Node* import = nullptr;  ///< the file that has its logic; null: rows of its own
  };
  void declare_tables(PackDecl& pack);
  void declare_approvers(PackDecl& pack);
  void read_rows(PackDecl& pack, TableDecl& decl, const Node& rows, Language language,
                 step::Table& target, Cites& all);
  void narrow_lengths(const PackDecl& pack, TableDecl& decl, Language language);
  void add_tables(feel::Scope& scope, const PackDecl& pack) const;
  void compile_tables(PackDecl& pack);
  void import_table(const TableDecl& decl, step::Table& target);

  // formulas.cpp
  struct Wanted {
    enum class Is : std::uint8_t {
      anything,
      boolean,
      number,
      money,
      length,
      date,
      instant,
      date_or_instant,
      person,
      exactly
    } is = Is::anything;
    Type type;  ///< exactly
    bool may_be_null = false;
    bool is_asked = false;  ///< Formula::open is wanted too
  };
  /// Compiles over names of which the slots in `facts` are known to be there. `true_facts` (of
  /// conditions): what is known besides wherever it is true.
  MaybeFormula compile(const PackDecl& pack, const Written& written, const feel::Scope& plain_names,
                       const Facts& facts, const Wanted& wanted, Facts* true_facts = nullptr);
  MaybeFormula compile(const PackDecl& pack, const Node* node, Language language,
                       const feel::Scope& names, const Facts& facts, const Wanted& wanted,
                       Facts* true_facts = nullptr);
  /// What a formula that reads nothing gives; none for others.
  [[nodiscard]] static std::optional<Value> constant_of(const MaybeFormula& formula);
  /// Findings for a length written out that nobody can wait for, and for an amount below zero. A
  /// limit that `takes_time` is not zero; where it ends before its start, lint_clocks.cpp tells.
  void check_constant_length(const Node* node, const MaybeFormula& formula, bool takes_time);
  void check_constant_length(std::string_view text, SourceSpan span, const MaybeFormula& formula,
                             bool takes_time);
  void check_constant_amount(const Node* node, const MaybeFormula& formula);
  [[nodiscard]] bool check_units(const PackDecl& pack, const Written& written,
                                 const feel::Scope& names);
  [[nodiscard]] feel::Dialect dialect(Language language) const;
  static Wanted boolean();
  /// A condition of an event: of its needs, its transitions, its right, or a let that is waited for.
  [[nodiscard]] static Wanted verdict();

  // frames.cpp
  void layout(ProcDecl& proc);
  std::unique_ptr<NameSet> make_names(const PackDecl& pack, Frame& frame);
  SlotIndex add_case_slot(Frame& frame, std::string name);
  SlotIndex add_moment_slot(Frame& frame);
  void layout_right(ProcDecl& proc, Index number);
  void layout_lookups(ProcDecl& proc);
  void add_lookups(ProcDecl& proc, const std::string& path, Index in, SlotIndex of,
                   std::vector<RecordDecl::Member>& members);
  void check_name_clashes(ProcDecl& proc);
  void check_meant(const std::string& name, SourceSpan span, Language language);
  void check_no_type(const std::string& name, SourceSpan span, Language language);
  [[nodiscard]] static bool is_asked(const PackDecl& pack, const std::string& text);
  /// Whether a text of the pack names it beside the one that declares it.
  [[nodiscard]] static bool is_used(const PackDecl& pack, const std::string& name);
  static void collect_texts(PackDecl& pack, const Node& node);

  // procedures.cpp
  void declare_procedures(PackDecl& pack);
  void declare_events(ProcDecl& proc);
  void declare_lets(ProcDecl& proc);
  void compile_lets(ProcDecl& proc);
  void compile_procedure(ProcDecl& proc);
  void compile_inputs(ProcDecl& proc);
  void compile_needs(ProcDecl& proc);
  /// Needs of answers to decisions: of `decide`, and of articles that name the state.
  [[nodiscard]] bool has_decision_needs(const ProcDecl& proc) const;
  void compile_decision_needs(ProcDecl& proc);
  [[nodiscard]] Index decision_in(const ProcDecl& proc, const std::string& state) const;
  void opening_facts(ProcDecl& proc);
  std::vector<step::Condition> conditions(ProcDecl& proc, const Node& map, Language language,
                                          const feel::Scope& names, const Facts& facts,
                                          const Cites& cites, Facts* true_facts = nullptr);

  // forms.cpp
  void read_form(ProcDecl& proc, step::Event& event, const Node& node, Language language);
  Index use_form(ProcDecl& proc, std::string_view name, SourceSpan span);
  void form_fields(ProcDecl& proc, step::Form& form, FormDecl& decl);
  void form_signatures(ProcDecl& proc, step::Form& form, FormDecl& decl);
  void finish_forms(ProcDecl& proc);
  void layout_form(ProcDecl& proc, Index number);
  void layout_complete(ProcDecl& proc, Index number);
  void note_fleeting(ProcDecl& proc) const;
  void form_facts(const ProcDecl& proc, const step::Event& event, Facts& facts) const;
  void compile_forms(ProcDecl& proc);
  std::optional<step::Condition> own_need(ProcDecl& proc, const FormDecl& decl, Word word,
                                          const Node& node, const feel::Scope& inner,
                                          const Facts& facts);
  void declare_expects(PackDecl& pack);
  void lint_forms(const ProcDecl& proc);
  void lint_copies(const ProcDecl& proc);

  // states.cpp
  void declare_states(ProcDecl& proc);
  void declare_state_map(ProcDecl& proc, const Node& map, chart::StateId parent, Language language);
  void declare_transitions(ProcDecl& proc);
  void declare_branches(ProcDecl& proc, chart::StateId source, const step::HappeningIds& events,
                        const Node& value, Language language, const Cites& cites);
  void declare_decision(ProcDecl& proc, chart::StateId state, const Node& node, Language language);
  std::optional<std::vector<chart::StateId>> target_of(ProcDecl& proc, const Node& name,
                                                       Language language);
  void compute_state_facts(ProcDecl& proc);
  /// How a case comes to a state without having been given a slot; empty where nothing is known.
  [[nodiscard]] std::vector<DiagnosticNote> way_without(const ProcDecl& proc, chart::StateId state,
                                                        SlotIndex slot) const;
  /// The same of what is asked when one of these happens.
  [[nodiscard]] std::vector<DiagnosticNote> way_without(const ProcDecl& proc,
                                                        const step::HappeningIds& when,
                                                        SlotIndex slot) const;
  [[nodiscard]] const std::string& path_without(const ProcDecl& proc, chart::StateId state,
                                                SlotIndex slot) const;
  /// By procedure, state and slot: what was asked before is not searched for again.
  mutable std::map<std::tuple<Index, chart::StateId, SlotIndex>, std::string> paths_without_;
  void compile_chart(ProcDecl& proc);
  void compile_timers(ProcDecl& proc);

  // steps.cpp
  struct StepTree;
  void declare_steps(ProcDecl& proc, const Node& list);
  std::vector<StepTree> read_steps(ProcDecl& proc, const Node& list, std::set<Index>& seen);
  chart::StateId add_state(ProcDecl& proc, std::string name, chart::StateKind kind,
                           chart::StateId parent, SourceSpan span, Cites cites);
  void place_steps(ProcDecl& proc, std::vector<StepTree>& steps, bool is_opening,
                   const std::set<std::string>& gone_back_to,
                   std::map<std::string, chart::StateId>& states);
  chart::StateId join_steps(ProcDecl& proc, const std::vector<StepTree>& steps,
                            chart::StateId after, bool is_opening,
                            const std::map<std::string, chart::StateId>& states);

  // children.cpp
  void compile_child(PackDecl& pack, ProcDecl& proc, const Item& item, step::Rule& rule,
                     const Facts& facts);

  // duties.cpp
  void compile_duty(ProcDecl& proc);

  // happenings.cpp
  void declare_happenings(ProcDecl& proc);
  step::HappeningId happening(ProcDecl& proc, step::Happening what);
  step::HappeningIds happenings(ProcDecl& proc, const Node& node, Language language);
  step::HappeningIds happenings(ProcDecl& proc, const Node& node, std::size_t begin,
                                std::size_t end, Language language);
  Facts facts_at(ProcDecl& proc, const step::HappeningIds& ids);
  [[nodiscard]] Facts facts_before(const ProcDecl& proc, step::HappeningId id) const;
  std::string happening_text(const ProcDecl& proc, step::HappeningId id) const;

  // who.cpp
  /// Roles and persons, or a formula over `frame`.
  Who who(PackDecl& pack, const Frame* frame, const Node& node, Language language,
          const Facts& facts = {}, const std::optional<Type>& chains = std::nullopt);

  // responsibles.cpp
  /// `the responsible of accident`, `the responsible of safety_of(class)`: what is named.
  struct Matter {
    Index number = none;  ///< Model::responsibles; none: no such matter, and that has been told
    Written asked;        ///< by facts: the call that gives the chain; else empty
    std::string as_written;  ///< that call, for people
  };
  /// None: the text names no matter.
  std::optional<Matter> matter_in(PackDecl& pack, const Node& scalar, std::size_t begin,
                                  std::size_t end, Language language);
  void declare_responsibles(PackDecl& pack);
  /// Who answers for it, any of them; none where it is worked out case by case.
  [[nodiscard]] std::vector<Index> roles_of(const step::Responsible& matter) const;
  [[nodiscard]] static bool has_rows(const Item& item);

  // chains.cpp
  std::optional<step::Chain> read_chain(const PackDecl& pack, const Frame* frame,
                                        const Node& scalar, std::size_t begin, std::size_t end,
                                        Language language);
  [[nodiscard]] step::Chain chain_of(const Who& who, const ProcDecl& proc, SourceSpan span) const;
  void compile_decider(ProcDecl& proc, step::Decision& decision, const Node& node, const Node& by,
                       Language language);
  [[nodiscard]] step::Office::Path superior_of(Index role) const;
  [[nodiscard]] step::Office::Path superior_in(Index of_register) const;
  [[nodiscard]] std::vector<Index> chains_of(const step::Decision& decision) const;
  [[nodiscard]] std::set<Index> roles_of(const step::Decision& decision) const;
  void layout_chains(ProcDecl& proc);

  // roles.cpp
  void compile_offices(PackDecl& pack);
  void compile_unit(ProcDecl& proc);
  void lint_offices();
  void lint_unit(Index role, Index procedure);
  Index register_number(const PackDecl& pack, std::string_view name, SourceSpan span);
  Index register_field(Index in, std::string_view name, SourceSpan span);
  step::Office::Path office_path(const PackDecl& pack, const Node& body, Word key,
                                 Language language, Index in);
  std::optional<step::Office::Stretches> office_stretches(const PackDecl& pack, const Node& body,
                                                          Word key, Language language, Index in);

  // rules.cpp
  void declare_rules(PackDecl& pack);
  /// What a rule of the model was made from; `row`: of a ledger's entries, or an expectation.
  struct RuleItem {
    const Item* item = nullptr;
    const Node* row = nullptr;
    PackDecl* pack = nullptr;
    ProcDecl* proc = nullptr;
  };
  void check_owners(PackDecl& pack);
  /// A right that tells who has it when it arises; the let that watches over it is called so.
  [[nodiscard]] static bool tells_when_it_arises(const Item& item);
  [[nodiscard]] static std::string arises_name(const Item& item) { return item.name + ".arises"; }
  void declare_right_notice(PackDecl& pack, ProcDecl* proc, const Item& item, const Cites& cites);
  void compile_right_notice(PackDecl& pack, const RuleItem& one, Index number);
  void compile_rule(PackDecl& pack, ProcDecl* proc, const Item& item, Index number);
  void compile_rules(PackDecl& pack);
  void by_hand_frame(PackDecl& pack, step::Rule& rule, const Item& item, Frame& frame);
  void compile_replaces(PackDecl& pack);
  void depends(ProcDecl& proc, step::Rule& rule);
  /// Findings for what a rule reads that stands as long as its condition holds.
  void check_standing(const ProcDecl& proc, const step::Rule& rule);
  void check_stands(const ProcDecl& proc, const MaybeFormula& formula);
  void compile_expect(PackDecl& pack, const RuleItem& one, Index number);

  // worklists.cpp
  void declare_worklists(PackDecl& pack);
  void compile_worklist(PackDecl& pack, const RuleItem& one, Index number);
  void lint_worklists();

  // ledgers.cpp
  void declare_ledgers(PackDecl& pack);
  void declare_entries(PackDecl& pack, const Item& item);
  void compile_entry(PackDecl& pack, const RuleItem& one, Index number);
  void lint_serial();
  [[nodiscard]] Language language_of(Index pack) const { return packs_[pack].outline->language; }

  // clocks.cpp
  void declare_clocks(ProcDecl& proc);
  [[nodiscard]] bool is_written_in(const ProcDecl& proc, const Node* node, Language language,
                                   bool (*is_it)(rt::Unit)) const;
  void clock_policies(const Node& map, Language language,
                      step::Conventions::GoalChange& goal_change,
                      step::Conventions::Reopen& reopen);
  void declare_reminders(const Item& item, step::Clock& clock);
  void compile_reminder(ProcDecl& proc, const Item& item, const Node& row, const Facts& facts,
                        step::Clock::Reminder& reminder);
  void compile_clocks(ProcDecl& proc);

  // reads.cpp
  struct AnswerDecl {
    std::string name, path;  ///< "approve", "checking.approve"
    Index decision = none, outcome = none;
  };
  [[nodiscard]] std::vector<AnswerDecl> answers_of(const ProcDecl& proc) const;
  void declare_reads(ProcDecl& proc);
  void layout_reads(ProcDecl& proc);
  void compile_reads(ProcDecl& proc);
  /// The names that a filter sees: the fields of the entry before those of the case.
  [[nodiscard]] feel::Scope entry_names(const step::Read& read, const step::Procedure& own,
                                        Language language, const feel::Scope& names) const;

  // entitlements.cpp
  void declare_entitlements(ProcDecl& proc);
  void layout_entitlements(ProcDecl& proc);
  void compile_entitlements(ProcDecl& proc);
  void note_moment_answers(ProcDecl& proc);

  // overlays.cpp
  void apply_overlays();
  [[nodiscard]] bool is_for(const OverlayOutline& overlay, const PackDecl& pack) const;
  bool is_for_some(const OverlayOutline& overlay);
  MaybeFormula parameter_value(PackDecl& pack, const step::Parameter& parameter, const Node& node,
                               Language language);
  void set_parameter(const OverlayOutline& overlay, const Entry& entry, Word key);
  void set_register(const OverlayOutline& overlay, const Entry& entry);
  void set_dated(const OverlayOutline& overlay, PackDecl& pack, step::Parameter& parameter,
                 const Entry& entry);
  [[nodiscard]] MaybeFormula overlay_value(const OverlayOutline& overlay, PackDecl& pack,
                                           const step::Parameter& parameter, const Node& node);
  bool set_under_article(const OverlayOutline& overlay, PackDecl& pack, const Entry& entry,
                         std::string_view key);
  void note_time_words(const PackDecl& pack, const feel::Scope& plain, const feel::Scope& names,
                       const Written& written, const Formula& formula);
  void check_time_words();
  /// The article under which something is written; none: under none.
  [[nodiscard]] Index clause_at(const PackDecl& pack, SourceSpan span) const;
  void check_bounds(const step::Parameter& parameter, const MaybeFormula& given, const Node& node,
                    const Zone& zone);
  bool check_not_negative(const step::Parameter& parameter, const Value& value, const Node& node);
  void set_bounds(PackDecl& pack, step::Parameter& parameter, const Item& item);
  /// Values of parameters, once all are set: whether their units fit where a procedure uses them.
  void check_units_of_values(ProcDecl& proc);

  // cite.cpp
  Cites cites_of(PackDecl& pack, const Node& body, Language language, Index clause);
  Cites cites_in_choices(PackDecl& pack, const Node& value, Language language);
  Cites all_cites(PackDecl& pack, const Item& item);
  std::optional<Index> find_clause(const PackDecl& pack, std::string_view id) const;
  void implement(PackDecl& pack, const Item& item, const Cites& cites);
  void check_cites(PackDecl& pack);
  void check_reasons(const PackDecl& pack, const Item& item);

  // lint.cpp
  void lint();

  // lint_charts.cpp
  void lint_chart(const ProcDecl& proc);
  void lint_regions(const ProcDecl& proc, const chart::Chart& chart);
  void lint_conflicts(const ProcDecl& proc, const chart::Chart& chart);
  void lint_done(const ProcDecl& proc, const chart::Chart& chart, const analyze::ChartReach& reach);
  [[nodiscard]] static chart::StateId never_done(const chart::Chart& chart,
                                                 const analyze::ChartReach& reach,
                                                 chart::StateId s);
  void lint_loops(const ProcDecl& proc, const chart::Chart& chart,
                  const analyze::ChartReach& reach);
  void lint_facts(const ProcDecl& proc);
  /// The chart with one more state behind the others, in which a case is before it is opened.
  [[nodiscard]] std::optional<chart::Chart> opened_chart(const ProcDecl& proc) const;

  // lint_guards.cpp
  struct Siblings;
  void lint_guards(ProcDecl& proc);
  /// A case in which some guards hold and others do not; none: none was found.
  [[nodiscard]] std::optional<std::string> case_of(const ProcDecl& proc,
                                                   const std::vector<std::size_t>& holding,
                                                   const std::vector<std::size_t>& failing) const;
  void lint_choice(const PackDecl& pack, const Written& written, const feel::Scope& names,
                   const Facts& facts);
  void lint_siblings(ProcDecl& proc, chart::StateId state, step::HappeningId event,
                     const std::vector<std::size_t>& transitions,
                     const std::vector<const Formula*>& guards);
  [[nodiscard]] analyze::CaseSearch search_of(const ProcDecl& proc, const Siblings& siblings,
                                              const Facts& facts,
                                              const analyze::TableShape& shape) const;

  // lint_clocks.cpp
  struct LeafSteps;
  void lint_clocks(ProcDecl& proc);
  void lint_starts(ProcDecl& proc);
  void lint_moves(ProcDecl& proc, const std::function<bool(step::HappeningId)>& may_come);
  void lint_open_clocks(ProcDecl& proc);
  void lint_openings(const ProcDecl& proc, Index clock);
  /// Whether a let is true in no case at all; whether it is true in every one, of these facts.
  [[nodiscard]] analyze::ConditionFacts facts_of_let(const ProcDecl& proc, Index let,
                                                     const Facts& facts) const;
  [[nodiscard]] bool is_never_true(const ProcDecl& proc, Index let) const;
  [[nodiscard]] bool is_always_true(const ProcDecl& proc, Index let, const Facts& facts) const;
  [[nodiscard]] LeafSteps leaf_steps(const ProcDecl& proc) const;

  ProcDecl* find_procedure(PackDecl& pack, std::string_view name);

  /// Why a slot may be null, while what is asked in one place is compiled.
  using WhyAbsent = std::function<std::vector<DiagnosticNote>(SlotIndex)>;
  class Asking {
   public:
    Asking(Linker& linker, WhyAbsent why) : linker_(linker) {
      linker_.why_absent_ = std::move(why);
    }
    ~Asking() { linker_.why_absent_ = nullptr; }
    Asking(const Asking&) = delete;
    Asking& operator=(const Asking&) = delete;

   private:
    Linker& linker_;
  };
  WhyAbsent why_absent_;
  Outline& outline_;
  const Sources& sources_;
  std::map<std::string, RegisterSource> register_sources_;  // the last overlay that names one counts
  base::Findings& findings_;
  std::shared_ptr<step::Model> model_;
  std::deque<PackDecl> packs_;
  std::uint16_t rank_ = 0, last_rank_ = 0;  ///< which versions are being linked
  std::size_t first_pack_ = 0;              ///< of that rank
  PackDecl* linking_ = nullptr;             ///< whose closed sets are declared
  /// First dated values that begin on a day: what happened before it would find none.
  struct FirstValue {
    Index parameter = none;
    SourceSpan span;
  };
  std::vector<FirstValue> first_values_;
  std::deque<ProcDecl> procs_;
  /// A name within the `unit` of a procedure, and the register whose members it names.
  struct UnitName {
    std::string text;
    Index of_register = none;
    SourceSpan span;
  };
  void name_units(const ProcDecl& proc, const Written& written, std::vector<UnitName>& to,
                  int depth = 0) const;
  std::map<Index, std::vector<UnitName>> unit_names_;  ///< by procedure
  std::vector<std::tuple<Index, const Node*, Language>> serial_keys_;  ///< ledgers that say so
  std::vector<TableDecl> tables_;     ///< by Model::tables
  std::vector<RuleItem> rule_items_;  ///< by Model::rules
  /// `promptly in C18`: by clause, what the overlay sets for a word of time there.
  struct TimeWord {
    std::string word;
    Index clause = none;
    Index parameter = none;
    SourceSpan span;
    bool is_said = false;
  };
  std::vector<TimeWord> time_words_;
  std::vector<Implementation> implementations_;
  std::vector<std::string> bounds_;  ///< by parameter, for people
  CalendarFiles& calendar_files_;
  ModelFiles& model_files_;
  std::map<CalendarKey, std::optional<CalendarRead>> calendars_read_;
  std::vector<CalendarKey> calendars_open_;
  std::map<const CalendarRead*, Index> calendar_numbers_;
  std::set<const Node*> calendars_told_;  ///< values that name none, and that has been told
};

/// Makes the chart raise what waits for a state to be done.
void set_done_events(const step::Procedure& procedure, chart::ChartBuilder& builder);

/// Whether a file is one of a pack's.
[[nodiscard]] bool is_file_of(const PackOutline& pack, const File& file);

/// `or` between parts, in the file's language; parts are trimmed, with their bytes in `text`.
struct Part {
  std::string_view text;
  std::size_t begin = 0;
};
[[nodiscard]] std::vector<Part> split_or(std::string_view text, Language language);
[[nodiscard]] std::vector<Part> split_words(std::string_view text, std::size_t begin);

}  // namespace aftercare::rulebook
