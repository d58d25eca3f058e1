// The interface of this file is aftercare/expression.hpp: where front end and machine meet.
#include "aftercare/expression.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "bytecode/program.hpp"
#include "expression/expression_impl.hpp"
#include "feel/compile.hpp"
#include "feel/scope.hpp"
#include "vm/machine.hpp"
#include "vm/words.hpp"

namespace aftercare {
namespace {

vm::Setting setting_of(const Surroundings& surroundings) {
  vm::Setting setting;
  setting.now = surroundings.now;
  setting.zone = surroundings.zone;
  setting.limits = {surroundings.limits.steps, surroundings.limits.bytes,
                    surroundings.limits.depth};
  return setting;
}

}  // namespace

std::string message(const Fault& fault, Language language) {
  const auto which = builtins::fault_named(fault.name);
  return which ? builtins::fault_text(*which, fault.operation, language) : std::string();
}

std::string_view Expression::text() const noexcept { return impl_->text; }
const Type& Expression::type() const noexcept { return impl_->type; }
std::span<const std::string> Expression::reads() const noexcept { return impl_->reads; }
std::string Expression::disassemble() const { return bytecode::disassemble(*impl_->program); }

Result<Value> Expression::evaluate(std::span<const Value> slots,
                                   const Surroundings& surroundings) const {
  if (impl_->program->is_scalar) {
    Result<Value> out{Value()};
    if (vm::run_scalar(*impl_->program, slots, *out) == vm::End::value) return out;
  }
  vm::Machine machine(setting_of(surroundings));
  return machine.run(*impl_->program, slots);
}

Result<Value> Expression::evaluate(const Context& inputs, const Surroundings& surroundings) const {
  std::vector<Value> slots(impl_->names.size());
  for (const auto& [name, value] : inputs) {
    const std::string normal = feel::normalise_name(name);
    for (std::size_t i = 0; i < slots.size(); ++i) {
      if (impl_->names[i] == normal) slots[i] = value;
    }
  }
  return evaluate(slots, surroundings);
}

// ── evaluators
// ────────────────────────────────────────────────────────────────────────────────────

struct Evaluator::Impl {
  std::optional<vm::Linked> linked;  // a scalar program needs no machine
  std::size_t linked_from;           // as many inputs it needs
  std::shared_ptr<const Expression::Impl> expression;
  vm::Machine machine;
};

Evaluator::Evaluator(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
Evaluator::Evaluator(Evaluator&&) noexcept = default;
Evaluator& Evaluator::operator=(Evaluator&&) noexcept = default;
Evaluator::~Evaluator() = default;

Evaluator Expression::bind(Surroundings surroundings) const {
  const bytecode::Program& program = *impl_->program;
  auto impl = std::make_unique<Evaluator::Impl>(Evaluator::Impl{
      {}, static_cast<std::size_t>(-1), impl_, vm::Machine(setting_of(surroundings))});
  if (program.is_scalar) {
    impl->linked.emplace(program);
    impl->linked_from = program.inputs;
  }
  return Evaluator(std::move(impl));
}

namespace {

/// The value is written where the caller reads it.
[[gnu::always_inline]] inline Result<Value> result_of(const vm::Given& given) {
  Result<Value> out{Value()};
  given.put_into(*out);
  return out;
}

}  // namespace

Result<Value> Evaluator::evaluate(std::span<const Value> slots) {
  Impl& impl = *impl_;
  if (slots.size() >= impl.linked_from) {
    const vm::Given given = impl.linked->run(slots.data());
    if (given.is_value()) [[likely]]
      return result_of(given);
    slots = {given.inputs(), impl.linked_from};
  }
  return impl.machine.run(*impl.expression->program, slots);
}

std::vector<Fault> Evaluator::faults() const {
  std::vector<Fault> out;
  if (impl_->linked) return out;  // scalars have nothing to tell
  for (const vm::Told& told : impl_->machine.told()) {
    out.push_back({builtins::fault_name(told.fault),
                   {0, told.span.begin, told.span.end},
                   told.operands,
                   told.operation});
  }
  return out;
}

// ── compiling
// ─────────────────────────────────────────────────────────────────────────────────────

expression::Prepared expression::prepare(std::string_view text, const Signature& names,
                                         const ExpressionOptions& options, bool scalars) {
  Prepared out;
  out.sources.add("expression", std::string(text));
  feel::Scope scope(&feel::builtin_scope(options.language));
  for (const auto& [name, type] : names) {
    scope.add_slot(name, type, static_cast<std::uint32_t>(out.names.size()));
    if (type.is() == Type::Is::symbol) scope.add_words(type);
    out.names.push_back(feel::normalise_name(name));
    out.types.push_back(type);
  }
  feel::CompileOptions how;
  how.level = options.acceptance == Acceptance::strict ? feel::Level::strict : feel::Level::lenient;
  how.dialect.language = options.language;
  how.dialect.units = options.units;
  how.dialect.full_width = options.units;
  how.expected = options.expected;
  how.zone = options.zone;
  how.scalars = scalars;
  out.outcome = feel::compile(text, scope, how);
  return out;
}

Checked<Expression> compile(std::string_view text, const Signature& names,
                            const ExpressionOptions& options) {
  expression::Prepared prepared = expression::prepare(text, names, options, true);
  std::optional<Expression> made;
  if (const auto& compiled = prepared.outcome.compiled) {
    auto impl = std::make_shared<Expression::Impl>();
    impl->text = text;
    impl->type = compiled->type;
    impl->program = compiled->program;
    for (const std::uint32_t slot : compiled->reads) impl->reads.push_back(prepared.names[slot]);
    std::sort(impl->reads.begin(), impl->reads.end());
    impl->names = std::move(prepared.names);
    impl->types = std::move(prepared.types);
    made = Expression(std::move(impl));
  }
  return {std::move(made), std::move(prepared.outcome.findings), std::move(prepared.sources)};
}

}  // namespace aftercare
