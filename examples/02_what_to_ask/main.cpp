// Which facts of a call-out are still to be asked for? Only those that can change the fee.
#include <iostream>

#include "aftercare/unknown.hpp"

using namespace aftercare;

void show(const OpenExpression& fee, const Context& known) {
  const OpenAnswer answer = fee.ask(known).value();
  std::cout << "known:";
  for (const auto& [name, value] : known) std::cout << ' ' << name << " = " << value.to_text();
  std::cout << "\n  the fee: " << (answer.certain ? answer.certain->to_text() : std::string("open"))
            << "\n";
  for (const OpenInput& input : answer.unknown) {
    std::cout << "  " << input.name << ": ";
    if (input.influence == Influence::none) std::cout << "changes nothing\n";
    if (input.influence == Influence::not_proved) std::cout << "not proved\n";
    if (!input.shown) continue;
    const char* mark = "";
    for (const OpenCase& one : {input.shown->first, input.shown->second}) {
      std::cout << mark << one.result.to_text() << " where";
      for (const auto& [name, value] : one.inputs) {
        std::cout << ' ' << name << " = " << value.to_text();
      }
      mark = ", ";
    }
    std::cout << "\n";
  }
}

int main() {
  const auto fee = compile_open(
      "if opened <= bought + duration(\"P1Y\") and not(misuse) then 0 "
      "else if km > 100 then 80 else 50",
      {{"opened", Type::date()},
       {"bought", Type::date()},
       {"misuse", Type::boolean()},
       {"km", Type::number({.minimum = rt::Decimal(0), .maximum = rt::Decimal(2000), .scale = 0})}},
      {.acceptance = Acceptance::strict});
  if (!fee) return 1;
  const Value opened = Value::date(rt::date_of(2025, 3, 1));
  show(*fee, {{"opened", opened}});
  show(*fee, {{"opened", opened}, {"bought", Value::date(rt::date_of(2023, 5, 6))}});
  show(*fee, {{"opened", opened},
              {"bought", Value::date(rt::date_of(2024, 5, 6))},
              {"misuse", Value::boolean(false)}});

  // And why is it 80? What would have to be different for nothing to pay.
  const Context facts = {{"opened", opened},
                         {"bought", Value::date(rt::date_of(2023, 5, 6))},
                         {"misuse", Value::boolean(true)},
                         {"km", Value::integer(120)}};
  const std::vector<std::string> fixed = {"opened"};
  const WaysOut out = fee->why_not(facts, Value::integer(0), fixed).value();
  std::cout << "nothing to pay:\n";
  for (const auto& way : out.ways) {
    std::cout << " ";
    for (const FactChange& change : way) {
      std::cout << ' ' << change.name << " = " << change.to.to_text() << " instead of "
                << change.from.to_text();
    }
    std::cout << "\n";
  }
  if (!out.is_proved) std::cout << "  (there may be others)\n";
  return 0;
}
