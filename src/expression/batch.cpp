// The interface of this file is aftercare/batch.hpp: the columns of a caller, checked, to the
// machine.
#include "aftercare/batch.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "expression/expression_impl.hpp"
#include "vm/columns.hpp"

namespace aftercare {
namespace {

Error wrong(const std::string& name, std::size_t row, const std::string& what) {
  return {ErrorCode::invalid_argument, name + ", row " + std::to_string(row) + ": " + what};
}

/// A bound of a number in units of 10^-scale; the widest where it is beyond 64 bits.
std::int64_t bound(const rt::Decimal& limit, int scale, rt::Rounding rounding,
                   std::int64_t widest) {
  const auto one = rt::Decimal::make(1, scale);
  const auto scaled = one ? rt::multiply(limit, *one) : std::nullopt;
  const auto whole = scaled ? rt::round(*scaled, 0, rounding) : std::nullopt;
  return whole ? whole->to_int64().value_or(widest) : widest;
}

/// Says what is wrong with a column, or what its words may be. Words of rows that are null do not
/// matter, but an index among them must not lead anywhere either: the machine looks before it
/// reads.
std::optional<Error> misfit(const std::string& name, const Type& type, const Column& column,
                            vm::ColumnInput& input) {
  if (!column.present.empty() && column.present.size() != column.words.size())
    return Error{ErrorCode::invalid_argument, name + ": as many rows in `present` as in `words`"};
  if (!column.present.empty() && !type.is_optional()) {
    const auto null = std::find(column.present.begin(), column.present.end(), 0);
    if (null != column.present.end())
      return wrong(name, static_cast<std::size_t>(null - column.present.begin()),
                   "null, and its type is not optional");
  }
  auto& [words, scale, present, texts, low, high] = input;
  words = column.words.data();
  scale = column.scale;
  present = column.present.empty() ? nullptr : column.present.data();
  texts = column.texts;
  switch (type.is()) {
    case Type::Is::boolean:
      low = 0;
      high = 1;
      break;
    case Type::Is::symbol:
      low = 0;
      high = static_cast<std::int64_t>(type.words().size()) - 1;
      break;
    case Type::Is::string:
      low = 0;
      high = static_cast<std::int64_t>(column.texts.size()) - 1;
      break;
    case Type::Is::date:
      low = rt::min_date.days;
      high = rt::max_date.days;
      break;
    case Type::Is::number: {
      if (column.scale < 0 || column.scale > 17)
        return Error{ErrorCode::invalid_argument, name + ": a scale from 0 to 17"};
      const NumberFacets& facets = type.facets();
      if (facets.minimum) low = bound(*facets.minimum, column.scale, rt::Rounding::ceiling, low);
      if (facets.maximum) high = bound(*facets.maximum, column.scale, rt::Rounding::floor, high);
      break;
    }
    default:
      break;
  }
  return std::nullopt;
}

}  // namespace

struct Batch::Impl {
  std::shared_ptr<const Expression::Impl> expression;
  vm::Columns columns;
  std::vector<vm::ColumnInput> inputs;
};

Batch::Batch(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
Batch::Batch(Batch&&) noexcept = default;
Batch& Batch::operator=(Batch&&) noexcept = default;
Batch::~Batch() = default;

Result<Batch> Batch::of(const Expression& expression) {
  const bytecode::Program& program = *expression.impl_->program;
  const Error no{ErrorCode::invalid_argument,
                 "only row by row: the expression is not strict, or works with more than words"};
  if (!program.is_scalar || !program.is_strict || program.wide) return no;
  for (const std::uint32_t input : program.reads) {
    const Type::Is is = expression.impl_->types[input].is();
    if (is == Type::Is::length || is == Type::Is::working_duration ||
        is == Type::Is::months_duration || is == Type::Is::any)
      return no;
  }
  vm::Columns columns(program);
  if (!columns.fits()) return no;
  return Batch(std::make_unique<Impl>(Impl{expression.impl_, std::move(columns), {}}));
}

int Batch::scale() const noexcept { return impl_->columns.scale(); }
std::span<const std::string> Batch::texts() const noexcept { return impl_->columns.texts(); }

Result<void> Batch::evaluate(std::span<const Column> columns, std::span<std::int64_t> results,
                             std::span<std::uint8_t> present) {
  const Expression::Impl& of = *impl_->expression;
  if (columns.size() != of.names.size())
    return Error{ErrorCode::invalid_argument,
                 "a column for each of the " + std::to_string(of.names.size()) + " names"};
  if (!present.empty() && present.size() != results.size())
    return Error{ErrorCode::invalid_argument, "as many rows in `present` as in `results`"};
  if (present.empty() && of.type.is_optional())
    return Error{ErrorCode::invalid_argument, "the result may be null: `present` is needed"};
  impl_->inputs.assign(columns.size(), {});
  for (const std::uint32_t n : of.program->reads) {
    const Column& column = columns[n];
    if (column.words.size() != results.size())
      return Error{ErrorCode::invalid_argument, of.names[n] + ": " +
                                                    std::to_string(column.words.size()) +
                                                    " rows, not " + std::to_string(results.size())};
    if (auto error = misfit(of.names[n], of.types[n], column, impl_->inputs[n]))
      return *std::move(error);
  }
  const auto [end, row, input, is_outside] = impl_->columns.run(impl_->inputs, results, present);
  if (end == vm::End::value) return {};
  if (is_outside)
    return wrong(of.names[input], row, "a word that is no " + of.types[input].to_text());
  const std::string at = "row " + std::to_string(row) + ": ";
  if (end == vm::End::out_of_range)
    return Error{ErrorCode::limit, at + "a date or instant lies beyond the calendar"};
  return Error{ErrorCode::invalid_argument,
               at + "an input does not fit the type that the expression was compiled for"};
}

}  // namespace aftercare
