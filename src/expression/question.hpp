// expression/question.hpp — from the leaves of a decision tree to answers: what each unknown input
// can do, and which inputs would have to be others for a result to come about.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "aftercare/unknown.hpp"
#include "aftercare/value.hpp"

#include "expression/domain.hpp"
#include "expression/explore.hpp"

namespace aftercare::expression {

/// What each unknown input can do, in the order of `names`. `results`, where it is not null: the
/// distinct results of the regions that have one each.
[[nodiscard]] OpenAnswer answer(Exploration& exploration, std::span<const std::string> names,
                                std::span<const Domain> domains,
                                std::vector<Value>* results = nullptr);

/// A fact that may be another one.
struct Fact {
  std::string name;
  Domain domain;
  Value now;
};
/// What is explored where only the facts of these numbers may be others.
using SubjectOf = std::function<std::unique_ptr<Subject>(std::span<const std::size_t> chosen)>;

/// All smallest sets of facts with which the result would be `wanted`, each with the nearest
/// values. Requires: it is not with the facts as they are; at most 64 of them.
[[nodiscard]] WaysOut ways_out(std::span<const Fact> facts, const SubjectOf& subject_of,
                               const Value& wanted, const OpenLimits& limits);

}  // namespace aftercare::expression
