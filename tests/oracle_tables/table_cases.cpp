// table_cases COUNT SEED: random tables and what the analysis says of them, one JSON line each, for
// table_oracle.py to judge with z3.
#include <cstdlib>
#include <iostream>
#include <random>
#include <string>

#include "analyze/table_analysis.hpp"
#include "base/json_writer.hpp"
#include "table/cells.hpp"

namespace {

using namespace aftercare;
using analyze::DeadRow;
using analyze::RowChoice;
using analyze::ShapeColumn;
using analyze::TableFacts;
using analyze::TableShape;
using table::Cell;
using table::Interval;
using table::ValueSet;

constexpr std::int64_t scale = 2;  // numbers have two digits after the point: their key counts 0.01

/// A domain: its type, and of times whether they bear a zone.
struct Domain {
  Type type;
  bool is_zoned = false;
};

Domain draw_domain(std::mt19937_64& random) {
  switch (random() % 12) {
    case 0:
      return {Type::number({rt::Decimal(0), rt::Decimal(20), static_cast<int>(scale)})};
    case 1:
      return {Type::symbol("S", {"a", "b", "c"}, 1)};
    case 2:
      return {Type::boolean()};
    case 3:
      return {Type::of(Type::Is::days_duration)};
    case 4:
      return {Type::of(Type::Is::months_duration)};
    case 5:
      return {Type::of(Type::Is::time)};
    case 6:
      return {Type::of(Type::Is::time), true};
    case 7:
      return {Type::of(Type::Is::date_time)};
    case 8:
      return {Type::of(Type::Is::date_time), true};
    case 9:
      return {Type::instant()};
    case 10:
      return {Type::money(currency_code("CNY"), 2)};
    default:
      return {Type::date()};
  }
}

Kind kind_of(const Type& type) { return table::scalar_kind(type); }

/// Values near each other, so that bounds meet and lie side by side; of times some at the ends of
/// the day.
Value draw(std::mt19937_64& random, const Domain& domain) {
  const auto k = static_cast<std::int64_t>(random() % 12);
  ZoneRef zone;
  if (domain.is_zoned) {
    zone.kind = ZoneRef::Kind::offset;
    zone.offset_seconds = (static_cast<std::int32_t>(random() % 3) - 1) * 18 * 3600;
  }
  const std::int64_t part = static_cast<std::int64_t>(random() % 10) * 100'000'000;
  switch (domain.type.is()) {
    case Type::Is::number:
      return Value::number(*rt::Decimal::make(static_cast<std::int64_t>(random() % 25) * 100, -2));
    case Type::Is::symbol:
      return Value::symbol(1, static_cast<std::uint32_t>(random() % 3));
    case Type::Is::boolean:
      return Value::boolean(random() % 2 == 0);
    case Type::Is::days_duration:
      return Value::days_duration({3600 * (k / 4), static_cast<std::int32_t>(k % 4)});
    case Type::Is::months_duration:
      return Value::months_duration({k - 6});
    case Type::Is::time: {
      const std::int64_t second = k < 6 ? k : rt::seconds_per_day - 12 + k;
      return Value::time({{second * rt::nanos_per_second + part}, std::move(zone)});
    }
    case Type::Is::date_time:
      return Value::date_time({{k / 4}, {(k % 4) * rt::nanos_per_second + part}, std::move(zone)});
    case Type::Is::instant:
      return Value::instant({k});
    case Type::Is::money:
      return Value::money(k, currency_code("CNY"), 2);
    default:
      return Value::date({k});
  }
}

/// A value as the integer that z3 reasons about; of times the whole seconds that FEEL looks at,
/// reckoned here anew.
std::int64_t key_of(const Value& value) {
  const auto seconds = [](std::int64_t days, const rt::TimeOfDay& time, const ZoneRef& zone) {
    return days * 86'400 + time.nanos / 1'000'000'000 - zone.offset_seconds;
  };
  switch (value.kind()) {
    case Kind::number:
      return *rt::round(*multiply(value.as_number(), rt::Decimal(100)), 0)->to_int64();
    case Kind::days_duration:
      return value.as_days_duration().seconds * 1'000'000'000 + value.as_days_duration().nanos;
    case Kind::time:
      return seconds(0, value.as_time().time, value.as_time().zone);
    case Kind::date_time: {
      const DateTimeValue& at = value.as_date_time();
      return seconds(at.date.days, at.time, at.zone);
    }
    default:
      return value.raw_word();
  }
}

ValueSet draw_set(std::mt19937_64& random, const Domain& domain) {
  const Kind kind = kind_of(domain.type);
  ValueSet set(kind);
  for (unsigned k = 0; k < 1 + random() % 2; ++k) {
    if (kind != Kind::symbol && kind != Kind::boolean) {
      Value low = random() % 4 == 0 ? Value() : draw(random, domain);
      Value high = random() % 4 == 0 ? Value() : draw(random, domain);
      if (low.is_null() && high.is_null()) low = draw(random, domain);
      set.add(ValueSet::of({low, high, random() % 2 == 0, random() % 2 == 0}));
    } else {
      set.add(ValueSet::only(draw(random, domain)));
    }
  }
  // What is empty does not say of which times.
  return random() % 4 == 0 && !set.intervals().empty() ? set.complement() : set;
}

void write(base::JsonWriter& out, const ValueSet& set) {
  out.begin_array();
  if (set.accepts_null()) out.string("null");
  for (const Interval& i : set.intervals()) {
    out.begin_array();
    const auto end = [&](const Value& value, bool included) {
      if (value.is_null()) {
        out.null().boolean(false);
      } else {
        out.number(key_of(value)).boolean(included);
      }
    };
    end(i.low, i.includes_low);
    end(i.high, i.includes_high);
    out.end_array();
  }
  out.end_array();
}

void write(base::JsonWriter& out, const analyze::Point& point) {
  out.begin_array();
  for (const Value& value : point) {
    if (value.is_null()) {
      out.null();
    } else {
      out.number(key_of(value));
    }
  }
  out.end_array();
}

}  // namespace

int main(int argc, char** argv) {
  const int count = argc > 1 ? std::atoi(argv[1]) : 200;
  std::mt19937_64 random(argc > 2 ? static_cast<std::uint64_t>(std::atoll(argv[2])) : 1);
  for (int i = 0; i < count; ++i) {
    TableShape shape;
    shape.rows = 1 + random() % 8;
    shape.choice = random() % 3 == 0 ? RowChoice::first : RowChoice::one;
    for (std::size_t c = 0, columns = 1 + random() % 4; c < columns; ++c) {
      ShapeColumn column;
      const Domain domain = draw_domain(random);
      column.type = domain.type;
      column.is_zoned = domain.is_zoned;
      column.may_be_null = random() % 4 == 0;
      for (std::size_t r = 0; r < shape.rows; ++r) {
        if (random() % 3 == 0) {
          column.cells.cells.push_back({});
          continue;
        }
        ValueSet set = draw_set(random, domain);
        if (column.may_be_null && random() % 2 == 0) set.set_accepts_null(true);
        column.cells.cells.push_back(
            {Cell::Is::set, static_cast<std::uint32_t>(column.cells.sets.size())});
        column.cells.sets.push_back(std::move(set));
      }
      shape.columns.push_back(std::move(column));
    }
    analyze::AnalysisOptions options;
    options.most_findings = 100;
    const TableFacts facts = analyze::analyze(shape, options);

    base::JsonWriter out;
    out.begin_object().key("first").boolean(shape.choice == RowChoice::first);
    out.key("rows").number(static_cast<std::int64_t>(shape.rows));
    out.key("columns").begin_array();
    for (const ShapeColumn& column : shape.columns) {
      const std::string zoned = *column.is_zoned ? "zoned " : "";
      out.begin_object().key("kind").string(zoned + std::string(kind_name(kind_of(column.type))));
      out.key("null").boolean(column.may_be_null).key("cells").begin_array();
      for (const Cell& cell : column.cells.cells) {
        if (cell.is == Cell::Is::any) {
          out.string("-");
        } else {
          write(out, column.cells.sets[cell.index]);
        }
      }
      out.end_array().end_object();
    }
    out.end_array();
    out.key("complete").boolean(facts.is_complete).key("disjoint").boolean(facts.is_disjoint);
    out.key("gaps").begin_array();
    for (const auto& gap : facts.gaps) write(out, gap.point);
    out.end_array().key("overlaps").begin_array();
    for (const auto& overlap : facts.overlaps) {
      out.begin_object().key("rows").begin_array();
      out.number(static_cast<std::int64_t>(overlap.first));
      out.number(static_cast<std::int64_t>(overlap.second)).end_array().key("point");
      write(out, overlap.point);
      out.end_object();
    }
    out.end_array().key("never").begin_array();
    for (const DeadRow& dead : facts.dead) {
      if (dead.why == DeadRow::Why::empty || dead.why == DeadRow::Why::covered) {
        out.number(static_cast<std::int64_t>(dead.row));
      }
    }
    out.end_array().end_object();
    std::cout << out.text() << "\n";
  }
  return 0;
}
