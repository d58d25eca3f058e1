// What is said of inputs that are not known, over random expressions of every kind.
//
//   unknown_law [--texts N] [--seed S]
//
// Some inputs of a random expression are known, the others not. Where the answer calls a result
// certain, every other way in which the unknown ones may turn out must give it; an input that is
// said to change nothing must change nothing. Whether the answers are sharp as well is tried over
// small domains, where every case can be tried (unit_expression).
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "aftercare/unknown.hpp"

#include "support/grown_expressions.hpp"
#include "support/typed_inputs.hpp"

namespace {

using namespace aftercare;
using testing_support::Grower;
using testing_support::TypedInput;
using testing_support::ValueMaker;

/// Whether a value is one for which the answers speak: lengths are of whole seconds.
bool is_spoken_for(const Value& value) {
  return !value.is(Kind::days_duration) || value.as_days_duration().nanos == 0;
}

}  // namespace

int main(int count, char** words) {
  std::uint64_t texts = 1'500, seed = 1;
  for (int i = 1; i + 1 < count; i += 2) {
    const std::string_view word = words[i];
    if (word == "--texts") texts = std::strtoull(words[i + 1], nullptr, 10);
    if (word == "--seed") seed = std::strtoull(words[i + 1], nullptr, 10);
  }
  const std::vector<TypedInput> inputs =
      testing_support::TypeReader().inputs(testing_support::grown_schema);
  Signature names;
  for (const TypedInput& input : inputs) names.emplace_back(input.name, input.type);
  std::uint64_t asked = 0, certain = 0, proved = 0, nothing = 0, tried = 0, wrong = 0;
  for (std::uint64_t n = 0; n < texts && wrong == 0; ++n) {
    Grower grower(seed + n);
    ValueMaker maker(seed + n);
    const std::string text = grower.any();
    ExpressionOptions options;
    options.acceptance = Acceptance::strict;
    options.units = true;
    options.zone = Zone::fixed(8 * 3600);
    const auto open = compile_open(text, names, options);
    const auto plain = compile(text, names, options);
    if (!open || !plain) continue;
    std::vector<Value> slots;
    Context known;
    std::vector<std::size_t> unknown;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      slots.push_back(maker.make(inputs[i].type));
      if (grower.below(2) == 0) {
        unknown.push_back(i);
      } else {
        known.emplace_back(inputs[i].name, slots[i]);
      }
    }
    OpenLimits limits;
    limits.runs = 3000;
    limits.cases = 300;
    Surroundings around;
    around.limits.steps = 20'000;
    const auto answer = open->ask(known, limits, around);
    if (!answer) continue;
    ++asked;
    certain += answer->certain ? 1 : 0;
    proved += answer->is_proved ? 1 : 0;
    Evaluator evaluator = plain->bind(around);
    const auto told = [&](const std::string& what, const std::vector<Value>& at) {
      ++wrong;
      std::cout << "WRONG: " << what << "\n  " << text << "  (--seed " << seed + n << ")\n";
      for (std::size_t i = 0; i < inputs.size(); ++i) {
        std::cout << "    " << inputs[i].name << " = " << at[i].to_text() << "\n";
      }
    };
    for (int round = 0; round < 30 && wrong == 0; ++round) {
      bool is_fit = true;
      for (const std::size_t i : unknown) {
        slots[i] = maker.make(inputs[i].type);
        is_fit = is_fit && is_spoken_for(slots[i]);
      }
      const Result<Value> value = evaluator.evaluate(slots);
      if (!is_fit || !value) continue;
      ++tried;
      if (answer->certain && !answer->certain->equals(*value)) {
        told("certain " + answer->certain->to_text() + ", and here " + value->to_text(), slots);
      }
      for (std::size_t u = 0; u < unknown.size(); ++u) {
        if (answer->unknown[u].influence != Influence::none) continue;
        std::vector<Value> other = slots;
        other[unknown[u]] = maker.make(inputs[unknown[u]].type);
        if (!is_spoken_for(other[unknown[u]])) continue;
        ++nothing;
        const Result<Value> second = evaluator.evaluate(other);
        if (second && !second->equals(*value)) {
          told(inputs[unknown[u]].name + " changes nothing, and here " + value->to_text() +
                   " becomes " + second->to_text() + " with " + other[unknown[u]].to_text(),
               slots);
          break;
        }
      }
    }
  }
  std::cout << asked << " questions, " << proved << " proved, " << certain << " certain; " << tried
            << " cases tried, " << nothing << " changes that change nothing; " << wrong
            << " wrong\n";
  return wrong == 0 && asked != 0 ? 0 : 1;
}
