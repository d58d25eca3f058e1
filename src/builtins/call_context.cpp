// Faults and the plain context.
#include "builtins/call_context.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>

#include "base/diagnostics.hpp"

namespace aftercare::builtins {
namespace {

constexpr std::size_t fault_count =
#define FAULT(name) +1
#include "builtins/faults.def"
#undef FAULT
    ;

constexpr std::array<std::string_view, fault_count> names = {
#define FAULT(name) #name,
#include "builtins/faults.def"
#undef FAULT
};

constexpr std::array<NoteKey, fault_count> sentences = {
#define FAULT(name) notes::fault_##name,
#include "builtins/faults.def"
#undef FAULT
};

}  // namespace

std::string_view fault_name(Fault fault) noexcept { return names[static_cast<std::size_t>(fault)]; }

std::optional<Fault> fault_named(std::string_view name) noexcept {
  const auto at = std::find(std::begin(names), std::end(names), name);
  if (at == std::end(names)) return std::nullopt;
  return static_cast<Fault>(at - std::begin(names));
}

DiagnosticNote fault_note(Fault fault, std::string_view operation) {
  return base::note(sentences[static_cast<std::size_t>(fault)],
                    {{"operation", std::string(operation)}});
}

std::string fault_text(Fault fault, std::string_view operation, Language language) {
  return message(fault_note(fault, operation), language);
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
