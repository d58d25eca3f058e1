// Interface: Formula, Evaluation.
#include "table/evaluation.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "base/diagnostics.hpp"

namespace aftercare::table {

namespace {

/// Bytes of the text as a span of the file, where the two are written alike.
SourceSpan place_in(const SourceSpan& whole, std::uint32_t begin, std::uint32_t end) {
  const std::uint32_t first = std::min(whole.begin + begin, whole.end);
  return {whole.file, first, std::min(whole.begin + std::max(begin, end), whole.end)};
}

}  // namespace

Diagnostic fault_finding(builtins::Fault fault, std::string_view operation,
                         std::span<const Value> operands, SourceSpan span) {
  constexpr std::size_t longest = 200;
  std::string shown;
  for (const Value& operand : operands) {
    if (!shown.empty()) shown += ", ";
    // Values share parts: the whole text of one may be without end.
    shown += operand.to_text(longest + 4);
    if (shown.size() > longest) break;
  }
  if (shown.empty()) shown = "()";
  if (shown.size() > longest) {
    std::size_t end = longest;
    while (end > 0 && (static_cast<unsigned char>(shown[end]) & 0xC0U) == 0x80U) --end;
    shown = shown.substr(0, end) + "...";
  }
  return base::make(diag::AC0591, span,
                    {{"operation", std::string(operation)},
                     {"fault", std::string(builtins::fault_name(fault))},
                     {"operands", shown}},
                    {builtins::fault_note(fault, operation)});
}

Formula Formula::compile(const Text& text, const feel::Scope& scope, feel::CompileOptions options,
                         Diagnostics& findings) {
  Formula formula;
  formula.span_ = text.span;
  if (!options.place) {
    options.place = [whole = text.span](std::uint32_t begin, std::uint32_t end) {
      return place_in(whole, begin, end);
    };
  }
  feel::Outcome made = feel::compile(text.text, scope, options);
  findings.insert(findings.end(), std::make_move_iterator(made.findings.begin()),
                  std::make_move_iterator(made.findings.end()));
  formula.compiled_ = std::move(made.compiled);
  return formula;
}

std::optional<Value> Formula::constant() const {
  if (!compiled_ || !compiled_->reads.empty()) return std::nullopt;
  vm::Machine machine;
  Result<Value> value = machine.run(*compiled_->program, {});
  if (!value || machine.told_count() != 0) return std::nullopt;
  return *std::move(value);
}

Evaluation::Evaluation(EvaluationSetting setting) : setting_(std::move(setting)) {}
Evaluation::~Evaluation() = default;

vm::Machine& Evaluation::machine() {
  if (running_ == machines_.size()) {
    machines_.push_back(std::make_unique<vm::Machine>(vm::Setting{.now = setting_.now,
                                                                  .zone = setting_.zone,
                                                                  .limits = setting_.limits,
                                                                  .host = setting_.host}));
  }
  return *machines_[running_];
}

Value Evaluation::run(const Formula& formula, std::span<const Value> slots) {
  if (error_) return {};
  if (!formula.compiled_) {
    tell(base::make(diag::AC0592, formula.span_));
    return {};
  }
  vm::Machine& here = machine();
  ++running_;
  Result<Value> value = here.run(*formula.compiled_->program, slots);
  --running_;
  steps_ += here.steps();
  for (const vm::Told& told : here.told()) {
    tell(fault_finding(told.fault, told.operation, told.operands,
                       place_in(formula.span_, told.span.begin, told.span.end)));
  }
  if (!value) {
    stop(value.error());
    return {};
  }
  return *std::move(value);
}

Value Evaluation::call(const Value& function, std::span<const Value> arguments) {
  if (error_) return {};
  vm::Machine& here = machine();
  ++running_;
  Result<Value> value = here.call(function, arguments);
  --running_;
  steps_ += here.steps();
  for (const vm::Told& told : here.told()) {
    tell(fault_finding(told.fault, told.operation, told.operands, {}));
  }
  if (!value) {
    stop(value.error());
    return {};
  }
  return *std::move(value);
}

void Evaluation::tell(Diagnostic finding) {
  if (told_.size() < setting_.most_told) told_.push_back(std::move(finding));
}

void Evaluation::trace(const std::string& table, std::span<const std::uint32_t> rows) {
  for (const std::uint32_t row : rows) asked_rows_.push_back(row);
  asked_.push_back({&table, static_cast<std::uint32_t>(asked_rows_.size())});
}

std::vector<TableTrace> Evaluation::tables() const {
  std::vector<TableTrace> out;
  std::size_t begin = 0;
  for (const Asked& asked : asked_) {
    TableTrace trace{*asked.table, {}};
    for (; begin < asked.end; ++begin) trace.rows.push_back(asked_rows_[begin] + 1);
    out.push_back(std::move(trace));
  }
  return out;
}

void Evaluation::forget_tables() noexcept {
  asked_.clear();
  asked_rows_.clear();
}

void Evaluation::stop(Error error) {
  if (!error_) error_ = std::move(error);
}

bool Evaluation::enter() {
  if (error_) return false;
  if (depth_ >= setting_.depth || calls_ >= setting_.calls) {
    stop({ErrorCode::limit, depth_ >= setting_.depth ? "functions call each other too deeply"
                                                     : "too many calls of functions"});
    return false;
  }
  ++depth_;
  ++calls_;
  return true;
}

bool Evaluation::spend(std::uint64_t steps) {
  spent_ += steps;
  if (spent_ <= setting_.limits.steps) return true;
  stop({ErrorCode::limit, "too many results of a loop are kept for `partial`"});
  return false;
}

}  // namespace aftercare::table
