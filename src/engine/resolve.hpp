// engine/resolve.hpp — from an event as a host writes it to the indices that the step works on.
//
// Everything that is looked up by text is looked up here, once for each event.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "aftercare/event.hpp"
#include "aftercare/result.hpp"

#include "step/model.hpp"
#include "step/step.hpp"

namespace aftercare::engine {

/// Whether a name of a case or a person holds a control character: nobody could read it.
[[nodiscard]] bool has_control(std::string_view name) noexcept;

/// What the name of an event may mean.
struct Target {
  step::Incoming::Is is = step::Incoming::Is::event;
  step::Index procedure = step::none;  ///< none: belongs to no case
  step::Index index = step::none;
  step::Index outcome = step::none;
  /// Of a retraction: what is taken back; its meanings are those of the name.
  step::Incoming::Is of = step::Incoming::Is::event;
};

/// What came of reading an event's data: ready, or the reasons why not.
struct Resolved {
  step::Incoming incoming;
  std::vector<Reason> reasons;       ///< not empty: the event is refused
  std::vector<std::string> nearest;  ///< of each reason: the name that was meant; may be empty
  std::string clause;                ///< of what the event names; empty until that is known

  void refuse(std::string code, std::string label, std::string help, std::string near = {});

  /// The reasons, each with the name that was meant.
  [[nodiscard]] std::vector<Reason> told() const;
};

/// The names of one model. Immutable; shared by threads.
class Names {
 public:
  explicit Names(const step::Model& model);

  /// All meanings of "arrived", "order.arrived", "gambling", "approve", …; empty: none.
  [[nodiscard]] const std::vector<Target>& find(std::string_view name) const noexcept;
  /// Names like a misspelt one, best first.
  [[nodiscard]] std::string suggestion(std::string_view misspelt) const;
  [[nodiscard]] step::Index role(std::string_view name) const noexcept;
  /// The role that was meant; empty: none is near.
  [[nodiscard]] std::string nearest_role(std::string_view misspelt) const;
  [[nodiscard]] step::Index procedure(std::string_view name) const noexcept;

  /// Whether two meanings of a name are one in two versions of a pack.
  [[nodiscard]] bool is_one(const Target& a, const Target& b) const noexcept;
  /// Of the versions of a meaning: that in force on the day of the event, or by which the case that
  /// it opens is pinned; the nearest where none is.
  [[nodiscard]] const Target* in_force(const Event& event, const Target& any) const;

  /// Fits the data of an event to a target. Unknown data, wrong types and unknown roles are
  /// reasons.
  [[nodiscard]] Resolved resolve(const Event& event, const Target& target) const;
  /// The built-in `correct` for a case of `procedure`: data name case fields, or `fact.field`.
  [[nodiscard]] Resolved resolve_correction(const Event& event, step::Index procedure) const;
  /// The built-in `retract` for a case of `procedure`: `fact` names what is taken back.
  [[nodiscard]] Resolved resolve_retraction(const Event& event, step::Index procedure) const;
  /// What a name may mean among what people do to a case of `procedure`; `correct` is one of them.
  [[nodiscard]] std::vector<step::Incoming::Deed> deeds(std::string_view name,
                                                        step::Index procedure) const;
  /// The text of the key that an opening event's data hold; empty where they hold none.
  [[nodiscard]] std::string key_of(const step::Incoming& incoming, step::Index procedure) const;

 private:
  /// What every event has: its instants, who acts, and why.
  [[nodiscard]] Resolved begin(const Event& event) const;

  const step::Model& model_;
  std::unordered_map<std::string, std::vector<Target>> targets_;
  std::unordered_map<std::string, step::Index> roles_;
  std::unordered_map<std::string, step::Index> procedures_;
};

}  // namespace aftercare::engine
