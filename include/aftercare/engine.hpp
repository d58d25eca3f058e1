// aftercare/engine.hpp — open cases, send events, ask what is due and why.
//
//   auto rules  = check("rules/appliance/installer_liabilities", {.overlays =
//   {"acme.overlay.yaml"}}); auto engine = Engine::open(std::move(rules).value(),
//   memory_store()).value(); auto opened = engine.send({.name = "dispatched", .at = nine, .actor =
//   {"dispatcher"}, .data = …}); engine.due(at("2024-03-04T10:00+08:00"));        // time passes:
//   the appointment is missed for (auto& e : engine.entries({.case_id = opened->case_id}).value())
//   …   // 50 CNY, S2-09-C05
//
// The host hands in the time; nothing here reads a clock. An Engine is used by one thread at a
// time. Needs: rulebook.hpp, store.hpp, directory.hpp, case.hpp, event.hpp, question.hpp,
// trace.hpp.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aftercare/case.hpp"
#include "aftercare/directory.hpp"
#include "aftercare/event.hpp"
#include "aftercare/export.hpp"
#include "aftercare/question.hpp"
#include "aftercare/result.hpp"
#include "aftercare/rulebook.hpp"
#include "aftercare/store.hpp"
#include "aftercare/trace.hpp"

namespace aftercare {

/// Which entries to list; empty members do not narrow.
struct EntryFilter {
  std::string case_id{};
  std::string ledger{};
  std::string name{};
  std::optional<Value> subject{};
  bool with_withdrawn = false;
};

/// Who answers for a matter.
struct Responsibility {
  std::string pack, matter;
  std::string who;  ///< posts: "contractor", "safety_department and area_office"
  /// Who holds them, and who may act for the holders, where a register says so.
  std::vector<Possibility::Candidate> persons;
  /// What else the rules say of it: ("supervised_by", "letting_department").
  std::vector<std::pair<std::string, std::string>> also;
  std::vector<std::string> clauses;  ///< the articles that say so
};

/// Cases that wait, in the order in which they are to be taken.
struct WaitingList {
  std::string pack, worklist;
  std::string whose;             ///< of each person or unit its own; empty: one for all
  std::vector<std::string> who;  ///< for whom it is: roles, or fields with persons
  struct Waiting {
    std::string case_id, key;
    Instant opened{}, since{};
    Context by;  ///< what it is ordered by, as the rules write it
  };
  std::vector<Waiting> cases;  ///< the first is to be taken first
  std::vector<std::string> clauses;
};

class AFTERCARE_API Engine {
 public:
  /// Errors: invalid_argument where a parameter that the packs need is unset (the message quotes
  /// the clause), or where they read registers and no directory is handed in; io, corrupt from the
  /// store.
  [[nodiscard]] static Result<Engine> open(Rulebook rules, std::shared_ptr<CaseStore> store,
                                           std::shared_ptr<const Directory> directory = nullptr);

  Engine(Engine&&) noexcept;
  Engine& operator=(Engine&&) noexcept;
  ~Engine();

  /// One command, one transaction. What is due before `event.at` for its case is done first. A
  /// refusal is an Outcome, not an Error. Errors: not_found, conflict, io, corrupt, limit.
  Result<Outcome> send(const Event& event);

  /// Lets time pass up to and including `now`: clocks breach, timers fire, in order of their
  /// instants. Gives what each did. Errors: as send.
  Result<std::vector<Outcome>> due(Instant now);
  /// Works out the limits of all clocks under way again, once a calendar of these rules says
  /// something else than when they were set: pauses and goals stay. What was due by the old limits
  /// is done first. Each case that changes keeps `reason` with its old and new limits. Gives what
  /// all that did. Errors: as send.
  Result<std::vector<Outcome>> reproject(Instant now, std::string_view reason);

  /// The case with that id, or the newest whose key it is. Clocks are told as of `now`, or of the
  /// last thing that the case knows. Errors: not_found, io, corrupt.
  [[nodiscard]] Result<CaseView> find(std::string_view id_or_key,
                                      std::optional<Instant> now = {}) const;
  /// What may happen next to a case, for one actor or (without role) for each.
  [[nodiscard]] Result<std::vector<Possibility>> next(std::string_view id_or_key,
                                                      const Actor& actor, Instant now) const;
  /// Why an event that was not sent yet would not come in, or what a fact would lack, and every
  /// smallest set of facts that would have to be others. Facts named in `fixed` stay. Its case is
  /// taken as it will be at `event.at` if nothing else happens. Events of procedures, decisions and
  /// rights; errors: invalid_argument for another event, or a name in `fixed` that is no fact.
  [[nodiscard]] Result<WhyNot> why_not(const Event& event, std::span<const std::string> fixed = {},
                                       const OpenLimits& limits = {}) const;
  /// Which facts that are missing can still change what comes of an event: data that it does not
  /// bring yet, and empty fields of the case. It is taken to be signed by all who have to.
  [[nodiscard]] Result<AskNext> ask_next(const Event& so_far, const OpenLimits& limits = {}) const;
  /// Why each step of a case went as it did.
  [[nodiscard]] Result<std::vector<StepTrace>> history(std::string_view id_or_key,
                                                       Language language = Language::english) const;
  /// Who answers for a matter of the rules ("accident", or "repair_shop.accident" where two packs
  /// have it), by the facts on which that depends, as the registers and parameters stand at `now`.
  /// Errors: invalid_argument where there is no such matter, or a fact is missing or unfit.
  [[nodiscard]] Result<Responsibility> responsible(std::string_view matter, const Context& data,
                                                   Instant now) const;
  /// Who waits in a list of the rules, of one person or unit or (empty) of each; all lists where no
  /// name is given. Those in which nobody waits have no cases. Errors: invalid_argument where there
  /// is no such list.
  [[nodiscard]] Result<std::vector<WaitingList>> worklist(std::string_view name = {},
                                                          std::string_view whose = {}) const;
  /// Entries of all ledgers, in order of recording.
  [[nodiscard]] Result<std::vector<EntryView>> entries(const EntryFilter& filter = {}) const;
  /// Ids of all cases, in order of opening.
  [[nodiscard]] Result<std::vector<std::string>> cases() const;
  [[nodiscard]] const Rulebook& rules() const noexcept;

  struct Impl;

 private:
  explicit Engine(std::unique_ptr<Impl> impl) noexcept;
  std::unique_ptr<Impl> impl_;  // never null, but after a move
};

}  // namespace aftercare
