// Interface: aftercare/unknown.hpp.
#include "aftercare/unknown.hpp"

#include <algorithm>

#include "expression/domain.hpp"
#include "expression/explore.hpp"
#include "expression/expression_impl.hpp"
#include "expression/question.hpp"
#include "feel/compile.hpp"
#include "feel/scope.hpp"
#include "vm/conform.hpp"
#include "vm/machine.hpp"

namespace aftercare {

using expression::Domain;
using expression::Exploration;

struct OpenExpression::Impl {
  Type type;
  std::vector<std::string> names;  // of the signature, in its order
  std::vector<Type> types;
  std::shared_ptr<const bytecode::Program> program;  // of object registers alone
};

const Type& OpenExpression::type() const noexcept { return impl_->type; }

Checked<OpenExpression> compile_open(std::string_view text, const Signature& names,
                                     const ExpressionOptions& options) {
  expression::Prepared prepared = expression::prepare(text, names, options, false);
  std::optional<OpenExpression> made;
  if (const auto& compiled = prepared.outcome.compiled) {
    made = OpenExpression(std::make_shared<OpenExpression::Impl>(OpenExpression::Impl{
        compiled->type, std::move(prepared.names), std::move(prepared.types), compiled->program}));
  }
  return {std::move(made), std::move(prepared.outcome.findings), std::move(prepared.sources)};
}

namespace {

Error refused(std::string why) { return {ErrorCode::invalid_argument, std::move(why)}; }

vm::Machine machine_for(const Surroundings& surroundings) {
  vm::Setting setting;
  setting.now = surroundings.now;
  setting.zone = surroundings.zone;
  setting.limits = {surroundings.limits.steps, surroundings.limits.bytes,
                    surroundings.limits.depth};
  return vm::Machine(setting);
}

/// The program of an expression, of which some slots are unknown.
class OpenProgram final : public expression::Subject {
 public:
  /// All but `slots` and `unknown` must outlive it.
  OpenProgram(vm::Machine& machine, const bytecode::Program& program, std::vector<Value> slots,
              std::vector<std::uint32_t> unknown)
      : machine_(machine),
        program_(program),
        slots_(std::move(slots)),
        unknown_(std::move(unknown)) {}

  Result<Value> run(std::span<const Value> point, expression::Influence* watch) override {
    for (std::size_t u = 0; u < unknown_.size(); ++u) slots_[unknown_[u]] = point[u];
    if (watch == nullptr) return machine_.run(program_, slots_);
    for (std::size_t u = 0; u < unknown_.size(); ++u)
      watch->place(unknown_[u], static_cast<int>(u));
    return machine_.run(program_, slots_, *watch);
  }

 private:
  vm::Machine& machine_;
  const bytecode::Program& program_;
  std::vector<Value> slots_;
  std::vector<std::uint32_t> unknown_;
};

}  // namespace

/// Values by slot, and which of them are given.
struct OpenExpression::Given {
  std::vector<Value> slots;
  std::vector<bool> is_given;
};

Result<OpenExpression::Given> OpenExpression::given(const Context& known) const {
  Given out;
  out.slots.resize(impl_->names.size());
  out.is_given.resize(out.slots.size());
  for (const auto& [name, value] : known) {
    const std::string normal = feel::normalise_name(name);
    const auto at = std::find(impl_->names.begin(), impl_->names.end(), normal);
    if (at == impl_->names.end()) return refused(name + " is no name of the signature");
    const auto slot = static_cast<std::size_t>(at - impl_->names.begin());
    const Type& type = impl_->types[slot];
    const bool is_open = type.is() == Type::Is::any;
    const bool fits = value.is_null() ? is_open || type.is_optional() || type.is() == Type::Is::null
                                      : is_open || vm::is_instance(value, type.required());
    if (!fits) return refused(name + ": " + value.to_text(100) + " is no " + type.to_text());
    out.slots[slot] = value;
    out.is_given[slot] = true;
  }
  return out;
}

Result<OpenAnswer> OpenExpression::ask(const Context& known, const OpenLimits& limits,
                                       const Surroundings& surroundings) const {
  Result<Given> given = this->given(known);
  if (!given) return given.error();
  std::vector<std::uint32_t> unknown;
  std::vector<std::string> names;
  std::vector<Domain> domains;
  for (std::uint32_t slot = 0; slot < given->slots.size(); ++slot) {
    if (given->is_given[slot]) continue;
    unknown.push_back(slot);
    names.push_back(impl_->names[slot]);
    domains.push_back(Domain::of(impl_->types[slot]));
  }
  if (unknown.size() > 64) return refused("more than 64 unknown inputs");
  vm::Machine machine = machine_for(surroundings);
  OpenProgram subject(machine, *impl_->program, std::move(given->slots), std::move(unknown));
  Exploration exploration(subject, domains, limits.runs, limits.cases);
  return expression::answer(exploration, names, domains);
}

Result<WaysOut> OpenExpression::why_not(const Context& facts, const Value& wanted,
                                        std::span<const std::string> fixed,
                                        const OpenLimits& limits,
                                        const Surroundings& surroundings) const {
  const Result<Given> given = this->given(facts);
  if (!given) return given.error();
  std::vector<std::uint32_t> movable;
  for (const std::uint32_t slot : impl_->program->reads) {
    if (!given->is_given[slot]) return refused(impl_->names[slot] + " has no value");
    const auto is_it = [&](const std::string& name) {
      return feel::normalise_name(name) == impl_->names[slot];
    };
    if (std::none_of(fixed.begin(), fixed.end(), is_it)) movable.push_back(slot);
  }
  for (const std::string& name : fixed) {
    const auto at = std::find(impl_->names.begin(), impl_->names.end(), feel::normalise_name(name));
    if (at == impl_->names.end()) return refused(name + " is no name of the signature");
  }
  if (movable.size() > 64) return refused("more than 64 facts that may change");
  vm::Machine machine = machine_for(surroundings);
  Result<Value> now = machine.run(*impl_->program, given->slots);
  if (!now) return now.error();
  if (now->equals(wanted)) {
    WaysOut out;
    out.holds = out.is_proved = true;
    return out;
  }
  std::vector<expression::Fact> movable_facts;
  for (const std::uint32_t slot : movable)
    movable_facts.push_back(
        {impl_->names[slot], Domain::of(impl_->types[slot]), given->slots[slot]});
  const auto subject_of = [&](std::span<const std::size_t> chosen) {
    std::vector<std::uint32_t> unknown;
    for (const std::size_t i : chosen) unknown.push_back(movable[i]);
    return std::make_unique<OpenProgram>(machine, *impl_->program, given->slots,
                                         std::move(unknown));
  };
  return expression::ways_out(movable_facts, subject_of, wanted, limits);
}

}  // namespace aftercare
