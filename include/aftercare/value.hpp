// aftercare/value.hpp — FEEL values: null, booleans, exact numbers, texts, dates, lists, contexts.
//
//   Value v = Value::list({Value::number("1.50").value(), Value::string("a")});
//   v.to_text();                           // [1.50, "a"]
//   v.kind() == Kind::list && v.size() == 2;
//
// A value is 16 bytes, immutable and cheap to copy; large ones are shared by reference count.
// Needs: rt/{date,decimal,length}.hpp, result.hpp. Knows nothing of expressions or zones.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aftercare/export.hpp"
#include "aftercare/result.hpp"
#include "aftercare/rt/date.hpp"
#include "aftercare/rt/decimal.hpp"
#include "aftercare/rt/length.hpp"

namespace aftercare {

/// What a value is. The first block is kept inside the 16 bytes, the second on the heap.
enum class Kind : std::uint8_t {
  null,
  boolean,
  number,  ///< coefficient in 64 bits and exponent inside; wider ones on the heap
  date,
  instant,        ///< UTC microseconds: the `instant` of packs, whose zone is the pack's
  days_duration,  ///< seconds and nanoseconds
  months_duration,
  working_duration,  ///< 6wh, 2wd: a length that only a calendar can measure
  symbol,            ///< a word of a closed set: (set, index)
  money,             ///< minor units of a currency
  time,              ///< time of day, with offset or zone or neither
  string,
  date_time,  ///< FEEL date and time: local fields with offset, zone or neither
  range,
  list,
  context,
  function,
};

/// Name of a kind as FEEL writes it: "days and time duration".
[[nodiscard]] AFTERCARE_API std::string_view kind_name(Kind kind) noexcept;

/// Unit in which a length of time was written; it decides how the length is added: `2d` keeps the
/// time of day, `48h` is physical time. Equality of durations ignores it.
using rt::Unit;

/// How a range was written. A comparison such as `(< 10)` is a range value of its own: it is not
/// equal to `(null..10)`, and unlike that one it is unbounded below.
enum class RangeForm : std::uint8_t {
  interval,  ///< [low..high], with ends in or out
  less,
  less_equal,
  greater,
  greater_equal,
  equal,
  not_equal,
};

class Value;

/// Offset or zone of a FEEL time or date and time.
struct ZoneRef {
  enum class Kind : std::uint8_t { none, offset, named } kind = Kind::none;
  std::int32_t offset_seconds = 0;  ///< for `offset`
  std::string name;                 ///< for `named`: an IANA name
  /// For `named`, of a time that the zone's clocks show twice: the second of the two is meant.
  bool is_second = false;
  bool operator==(const ZoneRef&) const = default;
};
struct TimeValue {
  rt::TimeOfDay time;
  ZoneRef zone;
};
struct DateTimeValue {
  rt::Date date;
  rt::TimeOfDay time;
  ZoneRef zone;
};

/// An entry of a context. Order is kept; a key occurs once.
using ContextEntry = std::pair<std::string, Value>;

class AFTERCARE_API Value {
 public:
  /// Null.
  Value() noexcept = default;
  Value(const Value& other) noexcept
      : word_(other.word_),
        aux_(other.aux_),
        kind_(other.kind_),
        flags_(other.flags_),
        spare_(other.spare_) {
    if (is_heap()) retain();
  }
  Value(Value&& other) noexcept
      : word_(other.word_),
        aux_(other.aux_),
        kind_(other.kind_),
        flags_(other.flags_),
        spare_(other.spare_) {
    other.kind_ = Kind::null;
    other.flags_ = 0;
  }
  Value& operator=(const Value& other) noexcept {
    Value copy(other);
    swap(copy);
    return *this;
  }
  Value& operator=(Value&& other) noexcept {
    swap(other);
    return *this;
  }
  ~Value() {
    if (is_heap()) release();
  }
  void swap(Value& other) noexcept {
    std::swap(word_, other.word_);
    std::swap(aux_, other.aux_);
    std::swap(kind_, other.kind_);
    std::swap(flags_, other.flags_);
    std::swap(spare_, other.spare_);
  }

  // ── what it is ──────────────────────────────────────────────────────────────────────────────
  [[nodiscard]] Kind kind() const noexcept { return kind_; }
  [[nodiscard]] bool is_null() const noexcept { return kind_ == Kind::null; }
  [[nodiscard]] bool is(Kind kind) const noexcept { return kind_ == kind; }

  // Accessors. Requires: the kind that the name says.
  [[nodiscard]] bool as_boolean() const noexcept { return word_ != 0; }
  [[nodiscard]] rt::Decimal as_number() const noexcept;
  [[nodiscard]] rt::Date as_date() const noexcept { return {word_}; }
  [[nodiscard]] rt::Instant as_instant() const noexcept { return {word_}; }
  [[nodiscard]] rt::Duration as_days_duration() const noexcept { return {word_, aux_}; }
  [[nodiscard]] rt::Months as_months_duration() const noexcept { return {word_}; }
  /// The unit of a length of time as it was written (days, months and working durations). None
  /// where it was made by duration() or by subtraction.
  [[nodiscard]] std::optional<Unit> unit() const noexcept {
    if (spare_ == 0) return std::nullopt;
    return static_cast<Unit>(spare_ - 1);
  }
  /// The count of a working duration, in its unit.
  [[nodiscard]] std::int64_t as_working_count() const noexcept { return word_; }
  [[nodiscard]] std::uint32_t symbol_set() const noexcept {
    return static_cast<std::uint32_t>(aux_);
  }
  [[nodiscard]] std::uint32_t symbol_index() const noexcept {
    return static_cast<std::uint32_t>(word_);
  }
  [[nodiscard]] std::int64_t money_minor() const noexcept { return word_; }  ///< in minor units
  [[nodiscard]] std::uint32_t money_currency() const noexcept {
    return static_cast<std::uint32_t>(aux_);
  }
  [[nodiscard]] int money_scale() const noexcept { return spare_; }  ///< digits after the point
  [[nodiscard]] std::string_view as_string() const noexcept;
  [[nodiscard]] const TimeValue& as_time() const noexcept;
  [[nodiscard]] const DateTimeValue& as_date_time() const noexcept;
  /// Elements of a list.
  [[nodiscard]] std::span<const Value> items() const noexcept;
  /// Entries of a context in their order.
  [[nodiscard]] std::span<const ContextEntry> entries() const noexcept;
  /// The entry of that name in a context, or a null pointer.
  [[nodiscard]] const Value* find(std::string_view key) const noexcept;
  /// Number of elements of a list, entries of a context, code points of a string.
  [[nodiscard]] std::size_t size() const noexcept;
  [[nodiscard]] const Value& range_low() const noexcept;   ///< null where there is none
  [[nodiscard]] const Value& range_high() const noexcept;  ///< null where there is none
  [[nodiscard]] bool range_includes_low() const noexcept;
  [[nodiscard]] bool range_includes_high() const noexcept;
  [[nodiscard]] RangeForm range_form() const noexcept;
  /// How deep lists and contexts nest: 0 for anything else, 1 for [1]. Costs nothing.
  [[nodiscard]] std::uint32_t depth() const noexcept;
  /// How many values it holds, itself included, counting what is shared as often as it is reached:
  /// what walking over it costs. `[v, v]` forty deep is small in memory and weighs 2^41. Saturates.
  [[nodiscard]] std::uint64_t weight() const noexcept;

  // ── making one ──────────────────────────────────────────────────────────────────────────────
  [[nodiscard]] static Value null() noexcept { return {}; }
  [[nodiscard]] static Value boolean(bool value) noexcept { return {value, 0, Kind::boolean}; }
  [[nodiscard]] static Value integer(std::int64_t value) noexcept {
    return {value, 0, Kind::number};
  }
  [[nodiscard]] static Value number(const rt::Decimal& value);
  /// From text such as "-12.50". Errors: invalid_argument.
  [[nodiscard]] static Result<Value> number(std::string_view text);
  [[nodiscard]] static Value string(std::string_view text);
  [[nodiscard]] static Value date(rt::Date date) noexcept { return {date.days, 0, Kind::date}; }
  [[nodiscard]] static Value instant(rt::Instant at) noexcept {
    return {at.micros, 0, Kind::instant};
  }
  [[nodiscard]] static Value days_duration(rt::Duration length,
                                           std::optional<Unit> unit = {}) noexcept {
    return {length.seconds, length.nanos, Kind::days_duration, unit_bits(unit)};
  }
  [[nodiscard]] static Value months_duration(rt::Months length,
                                             std::optional<Unit> unit = {}) noexcept {
    return {length.count, 0, Kind::months_duration, unit_bits(unit)};
  }
  [[nodiscard]] static Value working_duration(std::int64_t count, Unit unit) noexcept {
    return {count, 0, Kind::working_duration, unit_bits(unit)};
  }
  /// A length as written: a days, months or working duration that remembers its unit.
  [[nodiscard]] static Value length(rt::Length length) noexcept;
  /// The length that a duration was written as; seconds (months) where it bears no unit, and where
  /// it is time of the clock with a part of its unit. None for other kinds, for parts of a second,
  /// of a day and of longer units.
  [[nodiscard]] std::optional<rt::Length> as_length() const noexcept;
  /// A word of a closed set. Sets are numbered by whoever declares them (see Type::symbol).
  [[nodiscard]] static Value symbol(std::uint32_t set, std::uint32_t index) noexcept {
    return {index, static_cast<std::int32_t>(set), Kind::symbol};
  }
  /// `currency` is a packed ISO 4217 code, see currency_code(); `scale` its number of decimals.
  [[nodiscard]] static Value money(std::int64_t minor, std::uint32_t currency, int scale) noexcept {
    return {minor, static_cast<std::int32_t>(currency), Kind::money,
            static_cast<std::uint16_t>(scale)};
  }
  [[nodiscard]] static Value time(TimeValue value);
  [[nodiscard]] static Value date_time(DateTimeValue value);
  [[nodiscard]] static Value list(std::vector<Value> items);
  /// A later entry of the same key replaces an earlier one.
  [[nodiscard]] static Value context(std::vector<ContextEntry> entries);
  [[nodiscard]] static Value range(Value low, bool includes_low, Value high, bool includes_high);
  /// A range written as a comparison, such as `(< 10)`. Requires: another form than `interval`.
  [[nodiscard]] static Value comparison(RangeForm form, Value operand);

  // ── comparing and printing ──────────────────────────────────────────────────────────────────
  /// Same kind and same content, null equal to null, numbers by value (1.0 and 1.00 are equal).
  /// This is identity for programs; FEEL's three-valued `=` is in the expression language.
  [[nodiscard]] bool equals(const Value& other) const noexcept;
  [[nodiscard]] std::uint64_t hash() const noexcept;
  /// As FEEL's string() prints it inside a list: strings in quotes. Symbols print as #set.index and
  /// instants in UTC; whoever knows the names and the zone prints better. A text that would be
  /// longer than `most_bytes` is cut there and ends with "…".
  [[nodiscard]] std::string to_text(std::size_t most_bytes = static_cast<std::size_t>(-1)) const;

  // ── the 16 bytes, for the machine ───────────────────────────────────────────────────────────
  /// A heap object behind strings, lists and the like; defined in src/value/object.hpp.
  struct Object;
  [[nodiscard]] bool is_heap() const noexcept { return (flags_ & 1U) != 0; }
  [[nodiscard]] const Object* object() const noexcept {
    return reinterpret_cast<const Object*>(word_);
  }
  /// Takes over one reference to `object`.
  [[nodiscard]] static Value adopt(Kind kind, const Object* object) noexcept {
    Value v{reinterpret_cast<std::int64_t>(object), 0, kind};
    v.flags_ = 1;
    return v;
  }
  [[nodiscard]] std::int64_t raw_word() const noexcept { return word_; }
  [[nodiscard]] std::int32_t raw_aux() const noexcept { return aux_; }
  [[nodiscard]] std::uint16_t raw_spare() const noexcept { return spare_; }
  /// An inline value from its parts. Requires: a kind and parts that fit inside the 16 bytes.
  [[nodiscard]] static Value from_raw(Kind kind, std::int64_t word, std::int32_t aux,
                                      std::uint16_t spare) noexcept {
    return {word, aux, kind, spare};
  }

 private:
  Value(std::int64_t word, std::int32_t aux, Kind kind, std::uint16_t spare = 0) noexcept
      : word_(word), aux_(aux), kind_(kind), spare_(spare) {}
  static std::uint16_t unit_bits(std::optional<Unit> unit) noexcept {
    return unit ? static_cast<std::uint16_t>(static_cast<std::uint16_t>(*unit) + 1)
                : std::uint16_t{0};
  }
  void retain() const noexcept;
  void release() noexcept;

  std::int64_t word_ = 0;  // number: coefficient; otherwise what the accessor says; heap: pointer
  std::int32_t aux_ =
      0;  // number: exponent (value = coefficient * 10^exponent); days_duration: nanos
  Kind kind_ = Kind::null;
  std::uint8_t flags_ = 0;   // bit 0: word_ is an Object*
  std::uint16_t spare_ = 0;  // unit + 1 or 0, scale of money
};
static_assert(sizeof(Value) == 16);

/// One scalar in 16 bytes without destructor: what the typed machine works on. The same bytes as a
/// Value that is not on the heap.
struct Slot {
  std::int64_t word = 0;
  std::int32_t aux = 0;
  Kind kind = Kind::null;
  std::uint8_t flags = 0;
  std::uint16_t spare = 0;
};
static_assert(sizeof(Slot) == 16);

/// Packs an ISO 4217 code ("CNY") into a number and back.
[[nodiscard]] constexpr std::uint32_t currency_code(std::string_view iso) noexcept {
  std::uint32_t packed = 0;
  for (const char c : iso) packed = packed << 8U | static_cast<unsigned char>(c);
  return packed;
}
[[nodiscard]] AFTERCARE_API std::string currency_name(std::uint32_t packed);

/// A context under construction by hosts: names and values, in any order.
using Context = std::vector<ContextEntry>;

}  // namespace aftercare
