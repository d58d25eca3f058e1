// aftercare/event.hpp — what happens to a case.
//
//   Event arrived{.name = "arrived", .case_id = repair, .at = now,
//                 .actor = {.role = "technician", .person = "li"},
//                 .data = {{"workwear", Value::boolean(true)}}};
//
// Needs: value.hpp, time.hpp, diagnostic.hpp (the languages). Knows nothing of stores.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aftercare/diagnostic.hpp"
#include "aftercare/export.hpp"
#include "aftercare/time.hpp"
#include "aftercare/value.hpp"

namespace aftercare {

/// Who reports or asks. An empty role means that the host vouches for nobody: only events that name
/// no `by:` accept it.
struct Actor {
  std::string role{};          ///< a role of the packs: "technician"
  std::string person{};        ///< an id of the host: "li"; may be empty
  std::string on_behalf_of{};  ///< the holder of the post for whom he acts; empty: for himself
  bool operator==(const Actor&) const = default;
};

/// A fact, a request, an entry made by hand, the use of a right, an answer to a decision, or one of
/// the built-in ones: `correct` (data: the fields to put right), `retract` (data: `fact`, the event
/// that is taken back), `void` (data: what was entered).
struct Event {
  std::string name{};     ///< "arrived", or with its procedure: "order.arrived"
  std::string case_id{};  ///< the case it goes to; empty: found by `key`, or it opens a case
  std::string key{};      ///< the case's natural name, where there is no id
  Instant at{};           ///< when it happened
  std::optional<Instant> recorded{};  ///< when it became known; without: at the same instant
  Actor actor{};
  Context data{};            ///< by name; symbols as strings, amounts as money or "300 CNY"
  std::string message_id{};  ///< a message repeated with the same id gets the stored answer
  std::string reason{};      ///< for `correct`, `retract`, `void`, rights and decisions
};

/// Why an event was refused, or what is wrong with a fact that was recorded all the same.
struct Reason {
  std::string code;    ///< permanent: "need", "by", "data", "no_transition", "unknown_case", …
  std::string label;   ///< the need's sentence, or one of the engine's
  std::string clause;  ///< "S2-09-C05"; empty where no clause says it
  std::string help;    ///< what would help; may be empty
};

/// What the step asks the world to do: data, not a call.
struct Effect {
  enum class Is : std::uint8_t {
    notify,
    open_case,
    remind,
    payment,
    take_back,  ///< the effect of this id is to be undone: what it told of was not, as is known now
  };
  Is is = Is::notify;
  std::string id;  ///< stable: the same step gives the same id
  std::string name;
  std::vector<std::string> to;  ///< roles or persons
  Context data;
  std::string clause;
};

/// "notify", "open_case", …; a word that lives forever.
[[nodiscard]] AFTERCARE_API std::string_view to_text(
    Effect::Is is, Language language = Language::english) noexcept;

/// What became of an event.
struct Outcome {
  enum class Is : std::uint8_t {
    applied,     ///< it moved the case, or was recorded as asked
    unexpected,  ///< a fact that no state expects: recorded, moves nothing
    refused,     ///< nothing changed; `reasons` says why
    repeated,    ///< a message with this id was answered before; this is that answer
    fault,       ///< a formula failed; nothing changed
    incident,    ///< a loop or a budget: the step is undone and the case waits for a person
  };
  Is is = Is::refused;
  std::string case_id;     ///< also of a case that was opened; empty where there is none
  std::uint64_t step = 0;  ///< number of the step in its case, from 1; 0: none
  std::string state;       ///< active atomic states after the step, joined by ", "
  std::vector<Reason> reasons;
  std::vector<Effect> effects;
  [[nodiscard]] bool is_applied() const noexcept {
    return is == Is::applied || is == Is::unexpected;
  }
};

/// "applied", "unexpected", …; a word that lives forever.
[[nodiscard]] AFTERCARE_API std::string_view to_text(
    Outcome::Is is, Language language = Language::english) noexcept;

}  // namespace aftercare
