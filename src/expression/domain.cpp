// Interface: Domain.
#include "expression/domain.hpp"

#include <algorithm>

#include "aftercare/rt/date.hpp"

#include "value/limits.hpp"

namespace aftercare::expression {

namespace {

constexpr rt::Date first_day = rt::date_of(1, 1, 1);
constexpr rt::Date last_day = rt::date_of(9999, 12, 31);
constexpr std::int64_t day_micros = 86'400'000'000;
constexpr std::int64_t most_seconds = (last_day.days - first_day.days + 1) * 86'400;
constexpr std::int64_t most_months = 9999 * 12;

/// A number in units of 10^-scale, rounded down; none where it takes more than 64 bits.
std::optional<std::int64_t> units(const rt::Decimal& number, int scale) {
  const auto one = rt::Decimal::make(1, scale);
  const auto scaled = one ? rt::multiply(number, *one) : std::nullopt;
  const auto whole = scaled ? rt::round(*scaled, 0, rt::Rounding::floor) : std::nullopt;
  return whole ? whole->to_int64() : std::nullopt;
}

}  // namespace

Domain Domain::of(const Type& type) {
  Domain out;
  if (type.is_optional()) out.listed.emplace_back();
  const auto line = [&](Kind kind, std::int64_t low, std::int64_t high) {
    out.kind_ = kind;
    out.rest = low <= high ? Rest::line : Rest::nothing;
    out.low = low;
    out.high = high;
  };
  switch (type.is()) {
    case Type::Is::null:
      if (out.listed.empty()) out.listed.emplace_back();
      out.rest = Rest::nothing;
      break;
    case Type::Is::boolean:
      out.listed.push_back(Value::boolean(false));
      out.listed.push_back(Value::boolean(true));
      out.rest = Rest::nothing;
      break;
    case Type::Is::symbol:
      for (std::uint32_t word = 0; word < type.words().size(); ++word) {
        out.listed.push_back(Value::symbol(type.symbol_set(), word));
      }
      out.rest = Rest::nothing;
      break;
    case Type::Is::number: {
      const NumberFacets& facets = type.facets();
      out.scale_ = facets.scale;
      const auto beyond =
          units(rt::Decimal(value::number_bound), out.scale_);  // the first that is too large
      if (!beyond) break;
      // Both rounded inwards.
      const auto most = facets.maximum ? units(*facets.maximum, out.scale_) : *beyond - 1;
      const auto least = facets.minimum ? units(-*facets.minimum, out.scale_) : *beyond - 1;
      if (most && least) line(Kind::number, -*least, *most);
      break;
    }
    case Type::Is::money: {
      out.scale_ = type.scale();
      out.currency_ = type.currency();
      const NumberFacets& facets = type.facets();
      const auto beyond = units(rt::Decimal(value::number_bound), out.scale_);
      if (!beyond) break;
      const auto most = facets.maximum ? units(*facets.maximum, out.scale_) : *beyond - 1;
      const auto least = facets.minimum ? units(-*facets.minimum, out.scale_) : *beyond - 1;
      if (most && least) line(Kind::money, -*least, *most);
      break;
    }
    case Type::Is::date:
      line(Kind::date, first_day.days, last_day.days);
      break;
    case Type::Is::instant:
      line(Kind::instant, first_day.days * day_micros, (last_day.days + 1) * day_micros - 1);
      break;
    case Type::Is::days_duration:
      line(Kind::days_duration, -most_seconds, most_seconds);
      break;
    case Type::Is::months_duration:
      line(Kind::months_duration, -most_months, most_months);
      break;
    case Type::Is::string:
      out.rest = Rest::text;
      break;
    default:
      break;
  }
  return out;
}

Value Domain::point(std::int64_t index) const {
  switch (kind_) {
    case Kind::number: {
      int scale = scale_;
      for (; scale > 0 && index % 10 == 0; --scale) index /= 10;
      const auto number = rt::Decimal::make(index, -scale);
      return number ? Value::number(*number) : Value();
    }
    case Kind::money:
      return Value::money(index, currency_, scale_);
    case Kind::date:
      return Value::date({index});
    case Kind::instant:
      return Value::instant({index});
    case Kind::days_duration:
      return Value::days_duration({index, 0});
    case Kind::months_duration:
      return Value::months_duration({index});
    default:
      return {};
  }
}

Value Domain::any() const {
  if (!listed.empty()) return listed.front();
  if (rest == Rest::line) return point(std::clamp(plain, low, high));
  return rest == Rest::text ? Value::string("other") : Value::list({});
}

std::optional<std::int64_t> Domain::index_below(const Value& value) const {
  if (value.kind() != kind_) return std::nullopt;
  switch (kind_) {
    case Kind::number:
      return units(value.as_number(), scale_);
    case Kind::money:
      return value.money_minor();
    case Kind::date:
      return value.as_date().days;
    case Kind::instant:
      return value.as_instant().micros;
    case Kind::days_duration:
      return value.as_days_duration().seconds;
    case Kind::months_duration:
      return value.as_months_duration().count;
    default:
      return std::nullopt;
  }
}

}  // namespace aftercare::expression
