// step/record.hpp — what one step leaves behind in binary: the event, and why it went as it did.
//
// A case's record is the sequence of its steps. It is the trace, the journal and the source from
// which everything derived can be folded again; explanations are rendered from it on demand. Layout
// of a step, all numbers as varints (base/binary.hpp), instants as microseconds since the previous:
//
//   bytes that follow · kind · flags · index [· outcome] · at [· recorded − at] [· role] [· person]
//   [· authority · on whose behalf] · number of data · (input, value)… · (opcode · operands)…
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aftercare/value.hpp"

#include "base/binary.hpp"
#include "step/model.hpp"
#include "step/step.hpp"

namespace aftercare::step::record {

/// What began the step.
enum class Kind : std::uint8_t {
  event,
  time,
  right,
  decision,
  correct,
  void_entry,
  calendar,
  retract,  ///< data: 0 the number of the step from which on nothing counts any more
};

/// What happened in it, in order, with the operands of each.
enum class Op : std::uint8_t {
  guard = 1,       ///< guard · verdict
  transition,      ///< transition of the chart
  entered,         ///< state
  exited,          ///< state
  clock,           ///< clock · ClockOp
  unmet,           ///< need of the event, or of the right or form
  rule_entered,    ///< rule · entry
  rule_withdrawn,  ///< rule · entry
  let_true,        ///< let
  read,            ///< read · value
  condition,       ///< rule · verdict of its `if` and `unless`
  reassessed,      ///< clock: a late record put its breach right
  incident,        ///< text
  entitlement,  ///< entitlement · answer · reason · slot of what is missing + 1 · since · until
  reminded,     ///< clock · reminder · how often before in this cycle
  reprojected,    ///< clock · limit before · limit now · why: its calendar is another
  looked_up,      ///< lookup · value
  undone,         ///< happening of a clock or let · from · to: in that time it was none
  became,         ///< happening of a clock or let · when: it was one, as is known now
  rule_restored,  ///< rule · entry: what had withdrawn it is taken back
  told,           ///< rule: a notice, or a case to be opened
  because,        ///< text: the reason that was given
  consulted,      ///< register · field + 1 · has the member · member · value
  chain,          ///< decision · chain: it begins, from its start
  limit,  ///< clock · word of its goal, zigzag; 0 unless it goes by the calendar of its start ·
          ///< limit − at, zigzag · (fires − limit, zigzag) · 4 + flags: what the ClockOp that
          ///< follows promises (as_limit())
  in_its_place,   ///< recorded late: clocks take the step at its instant, before what was known
  lacking,        ///< form · slot: it came without this datum or signature
  unmet_of_form,  ///< form · need
  form,           ///< form · FormOp · place of the signature, or number of the version
  out_of_turn,    ///< worklist · how many stood before it · the id of the first of them
  too_late_for,   ///< clock: recorded too late to put its breach right
  as_of,  ///< rule · day, zigzag: the verdict that follows goes by the parameters of then
  on_ledger,  ///< ledger · field + 1 · whether an entry about the subject holds now · subject · value
};

enum class FormOp : std::uint8_t { is_signed, is_refused, next_version, is_void };

enum class ClockOp : std::uint8_t {
  start,
  stop_in_time,
  stop_late,
  breach,
  pause,
  resume,
  cancel,
  stop_too_early,
  stop_after_breach,  ///< the promise had been broken before; now it is done
  pause_over,         ///< the pauses of the cycle have lasted as long as they may: it runs on
  no_pause,           ///< they had lasted so long before: it is not paused
  reopened,           ///< a start came again, and it goes on
  goal_changed,       ///< what it promises is another
};

struct Item {
  Op op = Op::guard;
  std::uint64_t first = 0;
  std::uint64_t second = 0;
  std::uint64_t third = 0, fourth = 0;
  Value value, until;
  std::string_view text;
};

/// What an Op::limit says, of a step at `at`.
struct LimitItem {
  Instant limit{}, fires{};
  bool is_exclusive = false, is_provisional = false;
  std::int64_t goal = 0;
};
[[nodiscard]] inline LimitItem as_limit(const Item& item, Instant at) {
  // Stored bytes may say anything: sums wrap.
  const auto sum = [](std::int64_t a, std::uint64_t zigzag) {
    return static_cast<std::int64_t>(
        static_cast<std::uint64_t>(a) +
        static_cast<std::uint64_t>(base::ByteReader::unzigzag(zigzag)));
  };
  LimitItem out;
  out.limit = {sum(at.micros, item.third)};
  out.fires = {sum(out.limit.micros, item.fourth >> 2U)};
  out.is_exclusive = (item.fourth & 1U) != 0;
  out.is_provisional = (item.fourth & 2U) != 0;
  out.goal = base::ByteReader::unzigzag(item.second);
  return out;
}
/// The Op::limit of a clock that as_limit() reads.
inline void write_limit(base::ByteWriter& items, Index clock, const LimitItem& limit, Instant at) {
  const auto zigzag = base::ByteWriter::zigzag;
  const std::uint64_t flags = (limit.is_exclusive ? 1U : 0U) | (limit.is_provisional ? 2U : 0U);
  items.varints(static_cast<std::uint8_t>(Op::limit), clock, zigzag(limit.goal),
                zigzag(limit.limit.micros - at.micros),
                zigzag(limit.fires.micros - limit.limit.micros) << 2U | flags);
}

/// Beyond every number of a step.
inline constexpr std::uint64_t every_step = 0xFFFF'FFFF;

/// A step read back.
struct Step {
  Kind kind = Kind::event;
  bool is_unexpected = false;
  Index index = none;  ///< event, happening (time), rule (right), decision
  Index outcome = none;
  Instant at{}, recorded{};
  Actor actor;
  std::vector<std::pair<std::uint32_t, Value>> data;  ///< (input, or slot of a correction; value)
  std::string_view items;                             ///< for each_item()
};

// Data of an answer in a chain: which post of it, and, unless it ends there, that it goes on.
inline constexpr std::uint32_t answered_post = 0, chain_goes_on = 1;

/// Of an answer to a decision: whether others are still asked.
[[nodiscard]] inline bool goes_on(const Step& step) {
  return step.kind == Kind::decision && !step.data.empty() &&
         step.data.back().first == chain_goes_on;
}

/// Of a retraction: the number, from 1, of the first step that counts no more.
[[nodiscard]] inline std::uint64_t first_gone(const Step& step) {
  if (step.data.empty() || !step.data.front().second.is(aftercare::Kind::number)) return every_step;
  const auto number = step.data.front().second.as_number().to_int64();
  return number && *number > 0 ? static_cast<std::uint64_t>(*number) : every_step;
}

void write(base::ByteWriter& out, const Value& value);
[[nodiscard]] Value read(base::ByteReader& in);

/// What follows the kind of a number: that it is written as text, that coefficient and exponent
/// follow as varints, or the exponent itself, with a coefficient of four bytes behind it.
namespace number_form {
inline constexpr std::uint8_t text = 0, wide = 1, zero = 128;
/// A number without an object: its parts as they lie in a Value.
struct Parts {
  std::int64_t coefficient;
  std::int32_t exponent;
  std::uint32_t rest;  // kind, flags
};
[[nodiscard]] inline Parts parts_of(const Value& value) noexcept {
  static_assert(std::endian::native == std::endian::little, "the order of the parts of a Value");
  static_assert(sizeof(Parts) == sizeof(Value));
  Parts out{};
  std::memcpy(&out, &value, sizeof out);
  return out;
}
/// Of four bytes and an exponent from -64 to 63, inside of the 16 bytes.
[[nodiscard]] inline bool is_short(const Parts& parts) noexcept {
  const std::uint32_t exponent = (static_cast<std::uint32_t>(parts.exponent) + 64) >> 7U;
  const std::uint32_t other = parts.rest ^ static_cast<std::uint32_t>(aftercare::Kind::number);
  return (exponent | other) == 0 &&
         parts.coefficient == static_cast<std::int32_t>(parts.coefficient);
}
[[nodiscard]] inline std::uint8_t of(const Value& number) noexcept {
  if (number.is_heap()) return text;
  return is_short(parts_of(number)) ? static_cast<std::uint8_t>(number.raw_aux() + zero) : wide;
}
}  // namespace number_form

/// How an item begins: its opcode and an index, as they stand in the bytes. Who writes one item
/// again and again makes it once.
struct Mark {
  std::uint32_t bytes = 0;  // low ones first
  std::uint8_t size = 2;    // 2 for an index below 128
};
[[nodiscard]] constexpr Mark mark(Op op, Index which) noexcept {
  const unsigned size = which < 0x80 ? 1 : which < 0x4000 ? 2 : 3;  // of the varint
  const std::uint32_t varint = (std::uint32_t{which} << 1U | 1U) << (size - 1);
  return {varint << 8U | static_cast<std::uint32_t>(op), static_cast<std::uint8_t>(size + 1)};
}
static_assert(mark(Op::guard, 5).bytes >> 8U == base::ByteWriter::short_varint(5));

// What is rare stands apart, so that what is usual is a few instructions wherever it is written.
void write_long_item(base::ByteWriter& items, Mark mark, const Value& value);

/// An item that ends with a value: Op::read, Op::looked_up. That of a short number is as long as
/// any other, so that one store does.
inline void write_item(base::ByteWriter& items, Mark mark, const Value& value) {
  const number_form::Parts parts = number_form::parts_of(value);
  if (number_form::is_short(parts) && mark.size == 2) [[likely]] {
    constexpr auto kind = static_cast<std::uint32_t>(aftercare::Kind::number);
    const auto form = static_cast<std::uint32_t>(parts.exponent + number_form::zero);
    items.packed(mark.bytes | kind << 16U | form << 24U |
                     static_cast<std::uint64_t>(parts.coefficient) << 32U,
                 8);
  } else {
    write_long_item(items, mark, value);
  }
}
/// Op::guard, Op::condition.
inline void write_verdict(base::ByteWriter& items, Mark mark, bool verdict) {
  items.packed(mark.bytes | std::uint64_t{verdict} << 8U * mark.size, mark.size + 1U);
}

/// Puts a finished step behind a record. `last` is the `at` of the record's last step (0 for none).
void append(std::string& record, Instant last, Kind kind, bool is_unexpected, Index index,
            Index outcome, Instant at, Instant recorded, const Actor& actor,
            const base::ByteWriter& data, std::uint64_t data_count, const base::ByteWriter& items,
            base::ByteWriter& scratch);

/// Steps of a record, one after the other.
class Reader {
 public:
  explicit Reader(std::string_view bytes) noexcept : in_(bytes) {}
  /// False at the end, or where the bytes do not check (then is_good() is false).
  bool next(Step& step);
  /// The same without the person and the data, which are passed over.
  bool next_outline(Step& step);
  [[nodiscard]] bool is_good() const noexcept { return in_.is_good(); }

 private:
  bool next(Step& step, bool is_whole);

  base::ByteReader in_;
  std::int64_t last_ = 0;
};

/// Calls `visit(const Item&)` for each item of a step. False where the bytes do not check.
template <class Visit>
bool each_item(std::string_view items, Visit&& visit);

/// Reads one item. Requires: not at the end.
[[nodiscard]] Item next_item(base::ByteReader& in);
/// Writes it as it was read.
void write(base::ByteWriter& out, const Item& item);

template <class Visit>
bool each_item(std::string_view items, Visit&& visit) {
  base::ByteReader in(items);
  while (in.is_good() && !in.is_at_end()) {
    const Item item = next_item(in);
    if (in.is_good()) visit(item);
  }
  return in.is_good();
}

}  // namespace aftercare::step::record
