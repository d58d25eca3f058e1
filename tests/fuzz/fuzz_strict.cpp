// The checker and the machine: strict and lenient, within a budget; an accepted expression is never
// null over inputs that fit.
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string_view>
#include <vector>

#include "aftercare/diagnostic.hpp"

#include "feel/compile.hpp"
#include "support/typed_inputs.hpp"
#include "vm/machine.hpp"

using namespace aftercare;
using testing_support::TypedInput;

namespace {

const std::vector<TypedInput>& inputs() {
  static const std::vector<TypedInput> all = testing_support::TypeReader().inputs(R"(
n: number 0..100 scale 0
p: number
q: optional number
fee: money CNY
bought: date
ended: optional date
at: instant
cause: words Cause (quality, transport, misuse)
b: boolean
v: optional boolean
e: days
t: months
s: string
o: optional string
xs: list of number 0..10 scale 0
fs: list of { on: date, cost: number 0..1000 scale 2, part: optional string }
)");
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1 || size > 512) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  static const feel::Scope scope = [] {
    feel::Scope made(&feel::builtin_scope());
    testing_support::add_inputs(made, inputs());
    return made;
  }();
  testing_support::ValueMaker maker(data[0]);
  std::vector<Value> slots;
  for (const TypedInput& input : inputs()) slots.push_back(maker.make(input.type));
  vm::Setting setting;
  setting.zone = Zone::fixed(8 * 3600);
  setting.limits.steps = 20'000;
  setting.limits.bytes = 1U << 20U;
  vm::Machine machine(setting);
  for (const feel::Level level : {feel::Level::strict, feel::Level::lenient}) {
    feel::CompileOptions options;
    options.level = level;
    options.dialect.units = true;
    options.zone = setting.zone;
    const feel::Outcome made = feel::compile(text, scope, options);
    if (!made.compiled) {
      if (!has_errors(made.findings)) {
        std::cerr << "refused without a reason: " << text << "\n";
        std::abort();
      }
      continue;
    }
    const Result<Value> value = machine.run(*made.compiled->program, slots);
    if (level == feel::Level::lenient || made.compiled->type.is_optional()) continue;
    if (value && value->is_null()) {
      std::cerr << "null: " << text << "\n";
      std::abort();
    }
    const bool is_bound = machine.told().empty() ||
                          machine.told()[0].fault == builtins::Fault::overflow ||
                          machine.told()[0].fault == builtins::Fault::budget ||
                          machine.told()[0].fault == builtins::Fault::too_deep;
    if (!value && (value.error().code != ErrorCode::limit || !is_bound)) {
      std::cerr << value.error().message << ": " << text << "\n";
      std::abort();
    }
  }
  return 0;
}
