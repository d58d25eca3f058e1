// Faults and the plain context.
#include "builtins/call_context.hpp"

#include <array>
#include <cstddef>

namespace aftercare::builtins {
namespace {

struct FaultRow {
  std::string_view name;
  std::string_view english;
  std::string_view chinese;
};

constexpr std::array faults = {
#define FAULT(name, english, chinese) FaultRow{#name, english, chinese},
#include "builtins/faults.def"
#undef FAULT
};

}  // namespace

std::string_view fault_name(Fault fault) noexcept {
  return faults[static_cast<std::size_t>(fault)].name;
}

std::string fault_text(Fault fault, std::string_view operation, Language language) {
  const FaultRow& row = faults[static_cast<std::size_t>(fault)];
  std::string text(language == Language::chinese ? row.chinese : row.english);
  constexpr std::string_view place = "{operation}";
  if (const auto at = text.find(place); at != std::string::npos) {
    text.replace(at, place.size(), operation);
  }
  return text;
}

std::string CallContext::symbol_text(const Value& symbol) const { return symbol.to_text(); }

Value CallContext::fail(Fault fault, std::string_view operation, std::span<const Value> operands) {
  report(fault, operation, operands);
  return {};
}

Value CallContext::fail(Fault fault, std::string_view operation,
                        std::initializer_list<Value> operands) {
  report(fault, operation, std::span(operands.begin(), operands.size()));
  return {};
}

void PlainCallContext::report(Fault fault, std::string_view operation,
                              std::span<const Value> /*operands*/) {
  if (fault_count++ > 0) return;
  first_fault = fault;
  first_operation = operation;
}

Value PlainCallContext::invoke(const Value& function, std::span<const Value> /*arguments*/) {
  return fail(Fault::invalid_argument, "call", {function});
}

}  // namespace aftercare::builtins
