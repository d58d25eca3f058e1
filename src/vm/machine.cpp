// The interface of this file is machine.hpp. One loop runs every instruction; execute() is entered
// again for each call of a function, at most Limits::depth times.
#include "vm/machine.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <exception>
#include <utility>

#include "aftercare/rt/date.hpp"

#include "base/assert.hpp"
#include "builtins/builtins.hpp"
#include "builtins/host_callable.hpp"
#include "builtins/operations.hpp"
#include "vm/closure.hpp"
#include "vm/conform.hpp"
#include "vm/iterator.hpp"
#include "vm/words.hpp"

namespace aftercare::vm {
namespace {

/// Why there is no iteration over these ends, or over this range: numbers are not whole, or else
/// they are of kinds that have no next value.
builtins::Fault iteration_fault(const Value& low, const Value& high) {
  const bool are_numbers = low.is(Kind::number) && high.is(Kind::number);
  return are_numbers ? builtins::Fault::out_of_range : builtins::Fault::type_mismatch;
}
builtins::Fault iteration_fault(const Value& range) {
  if (!range.is(Kind::range)) return builtins::Fault::type_mismatch;
  return iteration_fault(range.range_low(), range.range_high());
}

using builtins::BinaryOperator;
using builtins::Fault;
using bytecode::Instruction;
using bytecode::Op;
using bytecode::Program;
using bytecode::Routine;

const Value absent;

}  // namespace

struct Machine::Impl final : builtins::CallContext {
  explicit Impl(Setting s) : setting(std::move(s)) { zone = setting.zone; }

  // ── what operators and built-ins ask of it ──────────────────────────────────────────────────

  void report(Fault fault, std::string_view operation, std::span<const Value> operands) override {
    if (quiet != 0) return;
    ++told_count;
    if (is_strict && (program == nullptr || !program->spans[pc].may_be_null)) {
      // Faults that are reckoned with may have been told before; the first other one is the error.
      if (stopped != End::unproved)
        error = {ErrorCode::limit, builtins::fault_text(fault, operation, Language::english)};
      stopped = End::unproved;
    }
    if (told.size() >= setting.most_told) return;
    Told entry;
    entry.fault = fault;
    entry.operation = operation;
    if (program != nullptr) entry.span = program->spans[pc];
    // A few operands say enough.
    entry.operands.assign(
        operands.begin(),
        operands.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(operands.size(), 4)));
    told.push_back(std::move(entry));
  }

  Value invoke(const Value& function, std::span<const Value> arguments) override {
    return call(function, arguments);
  }

  [[nodiscard]] std::string symbol_text(const Value& symbol) const override {
    if (setting.symbol_text != nullptr) return setting.symbol_text(setting.symbol_data, symbol);
    return CallContext::symbol_text(symbol);
  }

  // ── calls ───────────────────────────────────────────────────────────────────────────────────

  Value call(const Value& function, std::span<const Value> arguments) {
    if (!function.is(Kind::function)) return fail(Fault::type_mismatch, "()", {function});
    if (!spend(1)) return {};
    if (const auto builtin = builtins::as_builtin(function)) {
      return builtins::call(*this, *builtin, arguments);
    }
    const value::Callable& callable = value::callable(function);
    if (callable.arity() != arguments.size()) {
      return fail(Fault::wrong_arguments, callable.to_text(), arguments);
    }
    if (const auto* host = dynamic_cast<const builtins::HostCallable*>(&callable)) {
      return guarded([&] { return Result<Value>(host->call(*this, arguments)); });
    }
    const auto* closure = dynamic_cast<const Closure*>(&callable);
    if (closure == nullptr) return fail(Fault::type_mismatch, "()", {function});
    return call(*closure, function, arguments);
  }

  Value call(const Closure& closure, const Value& self, std::span<const Value> arguments) {
    if (depth >= setting.limits.depth) {
      budget = {0, 0};
      static_cast<void>(spend(1));
      return {};
    }
    const Routine& routine = closure.routine();
    Memory& memory = enter(routine);
    std::size_t at = 0;
    for (const Value& captured : closure.captured()) memory.objects[at++] = captured;
    for (const Value& argument : arguments) memory.objects[at++] = argument;
    const Program* outer_program = std::exchange(program, nullptr);
    const std::uint32_t outer_pc = pc;
    Value result;
    const End end =
        execute<false>(this, closure.program(), routine, memory.scalars.data(),
                       memory.objects.data(), memory.iterators.data(), {}, self, result);
    leave(memory, routine);
    program = outer_program;
    pc = outer_pc;
    if (end != End::value) {
      stopped = end;
      return {};
    }
    return result;
  }

  Value call_named(const Value& function, std::span<const Value> arguments,
                   const std::string* names) {
    if (!function.is(Kind::function)) return fail(Fault::type_mismatch, "()", {function});
    if (const auto builtin = builtins::as_builtin(function)) {
      const std::vector<std::string_view> views(names, names + arguments.size());
      const auto found = builtins::place_named(*builtin, views);
      if (!found) return fail(Fault::wrong_arguments, "()", arguments);
      return builtins::call_signature(*this, found->signature, placed(found->places, arguments));
    }
    const value::Callable& callable = value::callable(function);
    std::vector<std::size_t> places(callable.arity());
    bool fits = arguments.size() == places.size();
    for (std::size_t i = 0; fits && i < places.size(); ++i) {
      const auto* named = std::find(names, names + arguments.size(), callable.parameter(i));
      places[i] = static_cast<std::size_t>(named - names);
      fits = named != names + arguments.size();
    }
    if (!fits) return fail(Fault::wrong_arguments, callable.to_text(), arguments);
    return call(function, placed(places, arguments));
  }

  static std::vector<Value> placed(const std::vector<std::size_t>& places,
                                   std::span<const Value> arguments) {
    std::vector<Value> out;
    out.reserve(places.size());
    for (const std::size_t place : places) {
      out.push_back(place == builtins::left_out ? Value() : arguments[place]);
    }
    return out;
  }

  /// What a host's function gives; a failure ends the run.
  template <class Body>
  Value guarded(const Body& body) {
    try {
      Result<Value> result = body();
      if (result) return std::move(*result);
      error = result.error();
    } catch (const std::exception& thrown) {
      error = Error{ErrorCode::host, thrown.what()};
    } catch (...) {
      error = Error{ErrorCode::host, "a function of the host threw"};
    }
    stopped = End::host_failed;
    return {};
  }

  Value call_host(std::uint32_t function, std::span<const Value> arguments) {
    if (setting.host == nullptr) {
      stopped = End::host_failed;
      error = Error{ErrorCode::host, "no functions of a host were given"};
      return {};
    }
    return guarded([&] { return setting.host->call(function, *this, arguments); });
  }

  // ── memory: one block for each depth of calls, kept between runs ────────────────────────────

  struct Memory {
    std::vector<Value> objects;
    std::vector<Slot> scalars;
    std::vector<Iterator> iterators;
  };

  Memory& enter(const Routine& routine) {
    // The first block stands apart: most programs call nothing.
    if (depth > memories.size()) memories.emplace_back();
    Memory& memory = depth == 0 ? first : memories[depth - 1];
    ++depth;
    if (memory.objects.size() < routine.objects) memory.objects.resize(routine.objects);
    if (memory.scalars.size() < routine.scalars) memory.scalars.resize(routine.scalars);
    if (memory.iterators.size() < routine.iterators) memory.iterators.resize(routine.iterators);
    return memory;
  }
  void leave(Memory& memory, const Routine& routine) {
    Value* const objects = memory.objects.data();
    for (std::size_t i = 0; i < routine.objects; ++i) objects[i] = Value();
    for (std::size_t i = 0; i < routine.iterators; ++i) memory.iterators[i].clear();
    --depth;
  }

  // ── runs ────────────────────────────────────────────────────────────────────────────────────

  Result<Value> run(const Program& program, std::span<const Value> inputs, Watch* by);

  void prepare() {
    reset_budget({setting.limits.steps, setting.limits.bytes});
    now = setting.now;
    told.clear();
    told_count = 0;
    stopped = End::value;
    program = nullptr;
    depth = 0;
    quiet = 0;
    is_strict = false;
  }

  Result<Value> finish(End end, Value&& result) {
    program = nullptr;
    if (end == End::value && stopped != End::value) end = stopped;
    if (end == End::value && is_exhausted()) end = End::exhausted;
    switch (end) {
      case End::value:
        return std::move(result);
      case End::host_failed:
      case End::unproved:
        return error;
      default:
        return failure(end);
    }
  }

  static Error failure(End end) {
    switch (end) {
      case End::exhausted:
        return {ErrorCode::limit, "the evaluation needs more steps, depth or memory than it may"};
      case End::out_of_range:
        return {ErrorCode::limit, "a date or instant lies beyond the calendar"};
      default:
        return {ErrorCode::invalid_argument,
                "an input does not fit the type that the expression was compiled for"};
    }
  }

  template <bool is_watched>
  static End execute(Impl* machine, const Program& program, const Routine& routine, Slot* s,
                     Value* o, Iterator* t, std::span<const Value> inputs, const Value& self,
                     Value& result);

  Setting setting;
  Memory first;
  std::deque<Memory> memories;  // of nested calls
  std::vector<Told> told;
  std::size_t told_count = 0;
  int quiet = 0;  // above 0: what is told is only asked on trial
  Error error;
  End stopped = End::value;          // why a call inside a built-in ended the run
  const Program* program = nullptr;  // whose instruction runs, for spans
  std::uint32_t pc = 0;
  std::uint32_t depth = 0;
  bool is_strict = false;
  Watch* watch = nullptr;
};

template <bool is_watched>
End Machine::Impl::execute(Impl* machine, const Program& program, const Routine& routine, Slot* s,
                           Value* o, Iterator* t, std::span<const Value> inputs, const Value& self,
                           Value& result) {
  const Instruction* const code = program.code.data();
  const Instruction* i = code + routine.begin;

// Instructions that may tell a fault say first where they are.
#define HERE()                 \
  machine->program = &program; \
  machine->pc = static_cast<std::uint32_t>(i - code)
#define BINARY(name)                                                             \
  case Op::name:                                                                 \
    HERE();                                                                      \
    o[i->a] = builtins::apply(*machine, BinaryOperator::name, o[i->b], o[i->c]); \
    break
#define STOP_IF_STOPPED()                             \
  if (machine->is_exhausted()) return End::exhausted; \
  if (machine->stopped != End::value) return machine->stopped

  for (;; ++i) {
    if constexpr (is_watched) {
      if (!machine->watch->before(*i, o)) return End::exhausted;
    }
    switch (i->op) {
      // ── moving ──────────────────────────────────────────────────────────────────────────────
      case Op::constant:
        o[i->a] = program.constants[static_cast<std::size_t>(i->imm)];
        break;
      case Op::load:
        o[i->a] = inputs[static_cast<std::size_t>(i->imm)];
        break;
      case Op::move:
        o[i->a] = o[i->b];
        break;
      case Op::self:
        o[i->a] = self;
        break;

        // ── operators ───────────────────────────────────────────────────────────────────────────
        BINARY(add);
        BINARY(subtract);
        BINARY(multiply);
        BINARY(divide);
        BINARY(power);
        BINARY(equal);
        BINARY(not_equal);
        BINARY(less);
        BINARY(less_equal);
        BINARY(greater);
        BINARY(greater_equal);
      case Op::negate:
        HERE();
        o[i->a] = builtins::negate(*machine, o[i->b]);
        break;
      case Op::logic_and:
        HERE();
        o[i->a] = builtins::logic_and(*machine, o[i->b], o[i->c]);
        break;
      case Op::logic_or:
        HERE();
        o[i->a] = builtins::logic_or(*machine, o[i->b], o[i->c]);
        break;
      case Op::logic_not:
        HERE();
        o[i->a] = builtins::logic_not(*machine, o[i->b]);
        break;
      case Op::between:
        HERE();
        o[i->a] = builtins::between(*machine, o[i->b], o[i->b + 1], o[i->b + 2]);
        break;
      case Op::in:
        HERE();
        o[i->a] = builtins::in(*machine, o[i->b], o[i->c]);
        break;
      case Op::test:
        HERE();
        // A cell may be a condition as well as a value; one that reads `?` is one where it can.
        if (i->imm != 0 ? o[i->c].is(Kind::boolean) || o[i->c].is_null()
                        : o[i->c].is(Kind::boolean) && !o[i->b].is(Kind::boolean)) {
          o[i->a] = o[i->c];
        } else {
          o[i->a] = builtins::in(*machine, o[i->b], o[i->c]);
        }
        break;
      case Op::instance_of:
        o[i->a] =
            Value::boolean(is_instance(o[i->b], program.types[static_cast<std::size_t>(i->imm)]));
        break;
      case Op::coerce: {
        const Type& type = program.types[static_cast<std::size_t>(i->imm)];
        if (auto value = coerced(o[i->a], type)) {
          o[i->a] = std::move(*value);
        } else {
          HERE();
          result = machine->fail(Fault::type_mismatch, type.to_text(), {o[i->a]});
          return End::value;
        }
        break;
      }

      // ── making and taking apart ─────────────────────────────────────────────────────────────
      case Op::make_range:
        HERE();
        // 4: for a test of membership, so that its ends may stand the wrong way round.
        if ((i->imm & 4) != 0 && builtins::order(o[i->b], o[i->c]) == 1) {
          o[i->a] = Value::range(o[i->b], (i->imm & 1) != 0, o[i->c], (i->imm & 2) != 0);
          break;
        }
        o[i->a] =
            builtins::make_range(*machine, o[i->b], (i->imm & 1) != 0, o[i->c], (i->imm & 2) != 0);
        break;
      case Op::make_half:
        HERE();
        o[i->a] = builtins::make_comparison(*machine, static_cast<RangeForm>(i->imm), o[i->b]);
        break;
      case Op::make_list: {
        HERE();
        if (!machine->spend(i->c, std::uint64_t{i->c} * sizeof(Value))) return End::exhausted;
        std::vector<Value> items(o + i->b, o + i->b + i->c);
        if (std::any_of(items.begin(), items.end(),
                        [](const Value& v) { return v.depth() >= builtins::max_depth; })) {
          o[i->a] = machine->fail(Fault::too_deep, "[]");
        } else {
          o[i->a] = Value::list(std::move(items));
        }
        break;
      }
      case Op::make_context: {
        HERE();
        if (!machine->spend(i->c, std::uint64_t{i->c} * sizeof(ContextEntry))) {
          return End::exhausted;
        }
        std::vector<ContextEntry> entries;
        entries.reserve(i->c);
        bool too_deep = false;
        for (std::size_t n = 0; n < i->c; ++n) {
          const Value& value = o[i->b + n];
          too_deep = too_deep || value.depth() >= builtins::max_depth;
          entries.emplace_back(program.names[static_cast<std::size_t>(i->imm) + n], value);
        }
        o[i->a] =
            too_deep ? machine->fail(Fault::too_deep, "{}") : Value::context(std::move(entries));
        break;
      }
      case Op::make_closure:
        if (!machine->spend(1, 128 + std::uint64_t{i->c} * sizeof(Value))) return End::exhausted;
        o[i->a] = value::function(
            std::make_shared<Closure>(program, static_cast<std::uint32_t>(i->imm),
                                      std::vector<Value>(o + i->b, o + i->b + i->c)));
        break;
      case Op::property:
        HERE();
        o[i->a] =
            builtins::property(*machine, o[i->b], program.names[static_cast<std::size_t>(i->imm)]);
        break;
      case Op::descendants:
        HERE();
        o[i->a] = builtins::descendants(*machine, o[i->b],
                                        program.names[static_cast<std::size_t>(i->imm)]);
        break;
      case Op::member:
        if (o[i->b].is(Kind::context)) {
          if (const Value* found = o[i->b].find(program.names[i->c])) {
            o[i->a] = Value(*found);
            i = code + i->imm - 1;
          }
        }
        break;
      case Op::at:
        HERE();
        o[i->a] = builtins::at(*machine, o[i->b], o[i->c]);
        break;
      case Op::select:
        HERE();
        if (o[i->c].is(Kind::number)) {
          o[i->a] = builtins::at(*machine, o[i->b], o[i->c]);
        } else if (o[i->c].is(Kind::boolean) || o[i->c].is_null()) {
          const bool takes_all = o[i->c].is(Kind::boolean) && o[i->c].as_boolean();
          if (!takes_all || o[i->b].is_null())
            o[i->a] = Value::list({});
          else if (o[i->b].is(Kind::list))
            o[i->a] = o[i->b];
          else
            o[i->a] = Value::list({o[i->b]});
        } else {
          o[i->a] = machine->fail(Fault::type_mismatch, "[]", {o[i->b], o[i->c]});
        }
        break;
      case Op::as_list:
        if (o[i->b].is_null())
          o[i->a] = Value::list({});
        else if (o[i->b].is(Kind::list))
          o[i->a] = o[i->b];
        else
          o[i->a] = Value::list({o[i->b]});
        break;

      // ── calling ─────────────────────────────────────────────────────────────────────────────
      case Op::call:
        HERE();
        o[i->a] = machine->call(o[i->b], {o + i->b + 1, i->c});
        STOP_IF_STOPPED();
        break;
      case Op::call_named:
        HERE();
        o[i->a] = machine->call_named(o[i->b], {o + i->b + 1, i->c},
                                      &program.names[static_cast<std::size_t>(i->imm)]);
        STOP_IF_STOPPED();
        break;
      case Op::call_builtin:
        HERE();
        o[i->a] =
            builtins::call(*machine, static_cast<builtins::FunctionId>(i->imm), {o + i->b, i->c});
        STOP_IF_STOPPED();
        break;
      case Op::call_signature:
        HERE();
        o[i->a] = builtins::call_signature(*machine, static_cast<builtins::SignatureId>(i->imm),
                                           {o + i->b, i->c});
        STOP_IF_STOPPED();
        break;
      case Op::call_exactly:
        HERE();
        o[i->a] = builtins::call_exactly(*machine, static_cast<builtins::SignatureId>(i->imm),
                                         {o + i->b, i->c});
        STOP_IF_STOPPED();
        break;
      case Op::call_host:
        HERE();
        o[i->a] = machine->call_host(static_cast<std::uint32_t>(i->imm), {o + i->b, i->c});
        STOP_IF_STOPPED();
        break;
      case Op::fault:
        HERE();
        o[i->a] = machine->fail(static_cast<Fault>(i->imm), program.names[i->b]);
        break;

      // ── loops ───────────────────────────────────────────────────────────────────────────────
      case Op::iterate:
        if (!t[i->a].begin(o[i->b])) {
          HERE();
          o[i->c] = machine->fail(iteration_fault(o[i->b]), "in", {o[i->b]});
          i = code + i->imm - 1;
        }
        break;
      case Op::iterate_range:
        if (!t[i->a].begin(o[i->b], o[i->b + 1])) {
          HERE();
          o[i->c] = machine->fail(iteration_fault(o[i->b], o[i->b + 1]), "..",
                                  {o[i->b], o[i->b + 1]});
          i = code + i->imm - 1;
        }
        break;
      case Op::next: {
        if (!machine->spend(4)) return End::exhausted;
        if (auto value = t[i->b].next()) {
          o[i->a] = std::move(*value);
        } else {
          i = code + i->imm - 1;
        }
        break;
      }
      case Op::collect:
        t[i->a].results.clear();
        break;
      case Op::append:
        if (!machine->spend(1, sizeof(Value))) return End::exhausted;
        if (o[i->b].depth() >= builtins::max_depth) {
          HERE();
          t[i->a].results.push_back(machine->fail(Fault::too_deep, "for"));
        } else {
          t[i->a].results.push_back(o[i->b]);
        }
        break;
      case Op::results: {
        const std::vector<Value>& results = t[i->b].results;
        if (!machine->spend(results.size() / 8, results.size() * sizeof(Value))) {
          return End::exhausted;
        }
        o[i->a] = Value::list(results);
        break;
      }
      case Op::filter: {
        const Value& verdict = o[i->a];
        if (verdict.is(Kind::boolean)) {
          if (verdict.as_boolean()) {
            if (!machine->spend(1, sizeof(Value))) return End::exhausted;
            t[i->b].results.push_back(o[i->c]);
          }
        } else if (verdict.is(Kind::number)) {
          // The index is the same for every item: the first one tells.
          i = code + i->imm - 1;
        } else if (!verdict.is_null()) {
          HERE();
          static_cast<void>(machine->fail(Fault::type_mismatch, "[]", {verdict}));
        }
        break;
      }
      case Op::quiet:
        if (o[i->a].is(Kind::boolean) && o[i->a].as_boolean())
          machine->quiet += i->imm != 0 ? 1 : -1;
        break;
      case Op::quantify:
        HERE();
        o[i->a] = i->imm == 0 ? builtins::logic_or(*machine, o[i->a], o[i->b])
                              : builtins::logic_and(*machine, o[i->a], o[i->b]);
        break;

      // ── jumps ───────────────────────────────────────────────────────────────────────────────
      case Op::jump:
        i = code + i->imm - 1;
        break;
      case Op::jump_if_false:
        if (o[i->a].is(Kind::boolean) && !o[i->a].as_boolean()) i = code + i->imm - 1;
        break;
      case Op::jump_if_true:
        if (o[i->a].is(Kind::boolean) && o[i->a].as_boolean()) i = code + i->imm - 1;
        break;
      case Op::jump_unless:
        if (!o[i->a].is(Kind::boolean)) {
          if (!o[i->a].is_null()) {
            HERE();
            static_cast<void>(machine->fail(Fault::type_mismatch, "if", {o[i->a]}));
          }
          i = code + i->imm - 1;
        } else if (!o[i->a].as_boolean()) {
          i = code + i->imm - 1;
        }
        break;
      case Op::jump_if_null:
        if (o[i->a].is_null()) i = code + i->imm - 1;
        break;

      case Op::give:
        result = std::move(o[i->a]);
        return End::value;

      default: {
        // Everything else works on scalars.
        const Left left = run_words(i, program, s, o, inputs.data(), result);
        if (left.next == nullptr) return left.end;
        i = left.next - 1;
        break;
      }
    }
  }
#undef HERE
#undef BINARY
#undef STOP_IF_STOPPED
}

// ── the public part
// ───────────────────────────────────────────────────────────────────────────────

Machine::Machine(Setting setting) : impl_(std::make_unique<Impl>(std::move(setting))) {}
Machine::~Machine() = default;
Machine::Machine(Machine&&) noexcept = default;
Machine& Machine::operator=(Machine&&) noexcept = default;

Result<Value> Machine::run(const Program& program, std::span<const Value> inputs) {
  if (!program.is_scalar) return impl_->run(program, inputs, nullptr);
  Result<Value> out{Value()};
  const End end = run_scalar(program, inputs, *out);
  if (end == End::bad_input && program.wide) return impl_->run(*program.wide, inputs, nullptr);
  // It has nothing to tell, to call or to spend.
  impl_->budget.steps = impl_->setting.limits.steps;
  impl_->told.clear();
  impl_->told_count = 0;
  if (end != End::value) out = Impl::failure(end);
  return out;
}

Result<Value> Machine::run(const Program& program, std::span<const Value> inputs, Watch& watch) {
  if (program.is_scalar) {
    AFTERCARE_ASSERT(program.reads.empty(), "a watch sees object registers");
    return run(program, inputs);  // a constant
  }
  return impl_->run(program, inputs, &watch);
}

Result<Value> Machine::Impl::run(const Program& program, std::span<const Value> inputs, Watch* by) {
  std::vector<Value> padded;
  if (inputs.size() < program.inputs) {
    padded.assign(inputs.begin(), inputs.end());
    padded.resize(program.inputs);
    inputs = padded;
  }
  const Routine& routine = program.routines[0];
  prepare();
  // A pack keeps its zone beside others.
  if (const auto& its = program.zone ? program.zone : setting.zone; zone != its) zone = its;
  is_strict = program.is_strict;
  Memory& memory = enter(routine);
  Value result;
  watch = by;
  const auto how = by == nullptr ? &execute<false> : &execute<true>;
  const End end = how(this, program, routine, memory.scalars.data(), memory.objects.data(),
                      memory.iterators.data(), inputs, absent, result);
  leave(memory, routine);
  return finish(end, std::move(result));
}

std::span<const Told> Machine::told() const noexcept { return impl_->told; }
std::size_t Machine::told_count() const noexcept { return impl_->told_count; }
std::uint64_t Machine::steps() const noexcept {
  return impl_->setting.limits.steps - impl_->budget.steps;
}
void Machine::set_now(std::optional<Instant> now) noexcept { impl_->setting.now = now; }

Result<Value> Machine::call(const Value& function, std::span<const Value> arguments) {
  impl_->prepare();
  Value result = impl_->call(function, arguments);
  return impl_->finish(End::value, std::move(result));
}

}  // namespace aftercare::vm
