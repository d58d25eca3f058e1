// Interface: CaseSearch.
#include "analyze/case_search.hpp"

#include <algorithm>

#include "analyze/table_findings.hpp"
#include "builtins/operations.hpp"
#include "vm/conform.hpp"
#include "vm/machine.hpp"

namespace aftercare::analyze {

namespace {

constexpr std::size_t most_values = 40;  // of one variable

/// A value and its neighbours in its kind.
void add_around(std::vector<Value>& out, const Value& value) {
  out.push_back(value);
  const auto number = [&](std::string_view step) {
    const auto by = Value::number(step);
    if (!by) return;
    if (const auto sum = rt::add(value.as_number(), by->as_number())) {
      out.push_back(Value::number(*sum));
    }
  };
  for (const int by : {1, -1}) {
    switch (value.kind()) {
      case Kind::number:
        number(by > 0 ? "1" : "-1");
        number(by > 0 ? "0.000001" : "-0.000001");
        break;
      case Kind::money:
        out.push_back(
            Value::money(value.money_minor() + by, value.money_currency(), value.money_scale()));
        break;
      case Kind::date:
        out.push_back(Value::date({value.as_date().days + by}));
        break;
      case Kind::instant:
        out.push_back(Value::instant({value.as_instant().micros + by * 1'000'000}));
        break;
      case Kind::days_duration:
      case Kind::months_duration:
      case Kind::working_duration:
        if (auto length = value.as_length()) {
          length->count += by;
          if (length->count >= 0) out.push_back(Value::length(*length));
        }
        break;
      default:
        break;
    }
  }
}

/// Plain values of a type, where no constant says which ones matter.
void add_plain(std::vector<Value>& out, const Type& type) {
  const rt::Date day{rt::days_from_civil(2024, 3, 1)};
  switch (type.is()) {
    case Type::Is::boolean:
      out.push_back(Value::boolean(true));
      out.push_back(Value::boolean(false));
      break;
    case Type::Is::symbol:
      for (std::uint32_t w = 0; w < type.words().size(); ++w) {
        out.push_back(Value::symbol(type.symbol_set(), w));
      }
      break;
    case Type::Is::number:
      for (const int n : {1, 0, 2, 3, 10, 100, -1}) out.push_back(Value::integer(n));
      if (type.facets().minimum) out.push_back(Value::number(*type.facets().minimum));
      if (type.facets().maximum) out.push_back(Value::number(*type.facets().maximum));
      break;
    case Type::Is::money:
      for (const std::int64_t minor : {100, 0, 1, 10'000, 1'000'000, -100}) {
        out.push_back(Value::money(minor, type.currency(), type.scale()));
      }
      for (const auto& bound : {type.facets().minimum, type.facets().maximum}) {
        const auto small = bound ? bound->normalized().small() : std::nullopt;
        const auto minor =
            small ? rt::rescale_checked(small->coefficient, -small->exponent, type.scale())
                  : std::nullopt;
        if (minor) out.push_back(Value::money(*minor, type.currency(), type.scale()));
      }
      break;
    case Type::Is::date:
      for (const int by : {0, 1, 31, 366, -1}) out.push_back(Value::date({day.days + by}));
      break;
    case Type::Is::instant:
      for (const std::int64_t hours : {9, 10, 33, 9 + 24 * 31, 9 + 24 * 366}) {
        out.push_back(Value::instant({(day.days * 24 + hours) * 3'600'000'000}));
      }
      break;
    case Type::Is::days_duration:
    case Type::Is::length:
      for (const rt::Length length :
           {rt::Length{1, Unit::hour}, rt::Length{1, Unit::day}, rt::Length{30, Unit::minute},
            rt::Length{30, Unit::day}, rt::Length{0, Unit::second}, rt::Length{366, Unit::day}}) {
        out.push_back(Value::length(length));
      }
      break;
    case Type::Is::months_duration:
      for (const int months : {1, 12, 0, 24}) out.push_back(Value::length({months, Unit::month}));
      break;
    case Type::Is::working_duration:
      out.push_back(Value::length({1, Unit::working_hour}));
      break;
    case Type::Is::string:
      for (const char* text : {"a", "b", ""}) out.push_back(Value::string(text));
      break;
    case Type::Is::list:
      out.push_back(Value::list({}));
      break;
    default:
      break;
  }
}

bool lies_within(const Value& value, const CaseVariable& variable) {
  if (value.is_null()) return variable.may_be_null;
  if (!vm::is_instance(value, variable.type.required())) return false;
  if (value.is(Kind::number) || value.is(Kind::money)) {
    const NumberFacets& facets = variable.type.facets();
    const rt::Decimal number =
        value.is(Kind::money) ? builtins::amount_of(value) : value.as_number();
    if (facets.minimum && number < *facets.minimum) return false;
    if (facets.maximum && number > *facets.maximum) return false;
  }
  if (value.is(Kind::number)) {
    const NumberFacets& facets = variable.type.facets();
    const auto small = value.as_number().normalized().small();
    if (!small || -small->exponent > facets.scale) return false;
  }
  const auto beyond = [&](const std::optional<Value>& bound, int side) {
    const auto order = bound ? builtins::order(value, *bound) : std::nullopt;
    return order && *order * side > 0;
  };
  return !beyond(variable.minimum, -1) && !beyond(variable.maximum, 1);
}

}  // namespace

CaseSearch::CaseSearch(std::vector<std::shared_ptr<const bytecode::Program>> conditions,
                       std::vector<CaseVariable> variables, std::vector<Value> constants,
                       std::optional<Zone> zone)
    : conditions_(std::move(conditions)), zone_(std::move(zone)) {
  for (const auto& program : conditions_) {
    constants.insert(constants.end(), program->constants.begin(), program->constants.end());
  }
  std::vector<Value> around;
  for (const Value& value : constants) add_around(around, value);
  // Only what is read, in the order of the slots.
  std::sort(variables.begin(), variables.end(),
            [](const auto& a, const auto& b) { return a.slot < b.slot; });
  for (CaseVariable& variable : variables) {
    const bool is_read =
        std::any_of(conditions_.begin(), conditions_.end(), [&](const auto& program) {
          return std::find(program->reads.begin(), program->reads.end(), variable.slot) !=
                 program->reads.end();
        });
    if (!is_read) continue;
    pools_.push_back(values_of(variable, around));
    variables_.push_back(std::move(variable));
  }
}

std::vector<Value> CaseSearch::values_of(const CaseVariable& variable,
                                         const std::vector<Value>& constants) const {
  std::vector<Value> all = constants;
  if (variable.minimum) all.push_back(*variable.minimum);
  if (variable.maximum) all.push_back(*variable.maximum);
  add_plain(all, variable.type);
  all.emplace_back();
  std::vector<Value> out;
  for (const Value& value : all) {
    if (out.size() >= most_values || !lies_within(value, variable)) continue;
    const bool is_known = std::any_of(out.begin(), out.end(),
                                      [&](const Value& other) { return other.equals(value); });
    if (!is_known) out.push_back(value);
  }
  return out;
}

std::optional<CaseSearch::Case> CaseSearch::find(const Wanted& wanted, std::size_t budget) const {
  std::size_t combinations = 1;
  for (const auto& pool : pools_) {
    if (pool.empty()) return std::nullopt;  // a type of which no value is known
    combinations = combinations > budget ? combinations : combinations * pool.size();
  }
  // Everything that is read must be a variable; else what is left out would be null.
  std::uint32_t slots = 0;
  for (const auto& program : conditions_) {
    for (const std::uint32_t slot : program->reads) {
      slots = std::max(slots, slot + 1);
      const bool is_known = std::any_of(variables_.begin(), variables_.end(),
                                        [&](const auto& v) { return v.slot == slot; });
      if (!is_known) return std::nullopt;
    }
  }
  vm::Setting setting;
  setting.zone = zone_;
  vm::Machine machine(std::move(setting));
  std::vector<Value> frame(slots);
  std::vector<bool> holds(conditions_.size());
  std::vector<std::size_t> chosen(pools_.size(), 0);
  const bool is_exhaustive = combinations <= budget;
  std::uint64_t random = 0x9E3779B97F4A7C15U;  // the same answers on every machine
  for (std::size_t n = 0; n < (is_exhaustive ? combinations : budget); ++n) {
    if (is_exhaustive) {
      std::size_t rest = n;
      for (std::size_t v = 0; v < pools_.size(); ++v) {
        chosen[v] = rest % pools_[v].size();
        rest /= pools_[v].size();
      }
    } else {
      for (std::size_t v = 0; v < pools_.size(); ++v) {
        random = random * 6364136223846793005U + 1442695040888963407U;
        chosen[v] = static_cast<std::size_t>((random >> 33) % pools_[v].size());
      }
    }
    for (std::size_t v = 0; v < pools_.size(); ++v) {
      frame[variables_[v].slot] = pools_[v][chosen[v]];
    }
    // A member is null where its record is, and where its type says so.
    const bool is_case = std::all_of(variables_.begin(), variables_.end(), [&](const auto& v) {
      if (v.presence == CaseVariable::nothing || v.presence >= slots) return true;
      const bool is_read = std::any_of(variables_.begin(), variables_.end(),
                                       [&](const auto& o) { return o.slot == v.presence; });
      if (!is_read) return true;
      const bool is_there = !frame[v.presence].is_null();
      return is_there ? !frame[v.slot].is_null() || v.type.is_optional() : frame[v.slot].is_null();
    });
    if (!is_case) continue;
    bool is_known = true;
    for (std::size_t c = 0; is_known && c < conditions_.size(); ++c) {
      const auto value = machine.run(*conditions_[c], frame);
      is_known = value && value->is(Kind::boolean);
      if (is_known) holds[c] = value->as_boolean();
    }
    if (!is_known || !wanted(holds)) continue;
    Case found;
    for (const CaseVariable& variable : variables_) found.push_back(frame[variable.slot]);
    return found;
  }
  return std::nullopt;
}

std::string CaseSearch::text(const Case& found) const {
  TableShape shape;
  for (const CaseVariable& variable : variables_) {
    ShapeColumn column;
    column.name = variable.name;
    column.type = variable.type;
    shape.columns.push_back(std::move(column));
  }
  return case_text(shape, found);
}

}  // namespace aftercare::analyze
