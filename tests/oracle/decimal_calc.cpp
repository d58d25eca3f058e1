// Answers one question a line: an operation and its operands, separated by blanks. The answer is
// the coefficient and the exponent as they stand, 150E-2, or "none", or a word of the operation.
// The other side of the tests against Python's decimal module and the decTest files.
#include <iostream>
#include <optional>
#include <sstream>
#include <string>

#include "aftercare/rt/decimal_math.hpp"

namespace aftercare::rt {
namespace {

std::string write(const std::optional<Decimal>& d) {
  if (!d) return "none";
  const auto coefficient = Decimal::make(false, d->coefficient(), 0);
  return (d->is_negative() ? "-" : "") + to_string(*coefficient) + "E" +
         std::to_string(d->exponent());
}

std::string answer(const std::string& line) {
  std::istringstream words(line);
  std::string operation, x, y, mode;
  words >> operation >> x >> y >> mode;
  const auto a = Decimal::parse(x);
  if (!a) return "unreadable";
  if (operation == "parse") return write(a);
  if (operation == "print") return to_string(*a);
  if (operation == "abs") return write(abs(*a));
  if (operation == "negate") return write(-*a);
  if (operation == "normalize") return write(a->normalized());
  if (operation == "sqrt") return write(sqrt(*a));
  if (operation == "exp") return write(exp(*a));
  if (operation == "log") return write(log(*a));
  if (operation == "round" || operation == "quantize") {
    const auto rounding = static_cast<Rounding>(std::stoi(mode));
    return operation == "round" ? write(round(*a, std::stoi(y), rounding))
                                : write(quantize(*a, std::stoi(y), rounding));
  }
  const auto b = Decimal::parse(y);
  if (!b) return "unreadable";
  if (operation == "add") return write(add(*a, *b));
  if (operation == "subtract") return write(subtract(*a, *b));
  if (operation == "multiply") return write(multiply(*a, *b));
  if (operation == "divide") return write(divide(*a, *b));
  if (operation == "modulo") return write(modulo(*a, *b));
  if (operation == "power") return write(power(*a, *b));
  if (operation == "compare") return *a < *b ? "-1E0" : *a == *b ? "0E0" : "1E0";
  return "unknown";
}

}  // namespace
}  // namespace aftercare::rt

int main() {
  std::ios::sync_with_stdio(false);
  for (std::string line; std::getline(std::cin, line);)
    std::cout << aftercare::rt::answer(line) << '\n';
}
