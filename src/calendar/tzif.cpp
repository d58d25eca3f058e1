// The interface of this file is read_tzif().
#include "calendar/tzif.hpp"

#include <cstddef>

#include "aftercare/rt/date.hpp"

namespace aftercare::calendar {

namespace {

// No zone has ever been further from UTC than 16 h; more would break the search for local times.
constexpr std::int32_t max_offset = 26 * 3600 - 1;
// Far beyond any contract. After it the rule is evaluated year by year.
constexpr std::int64_t expanded_until_year = 2500;

class Bytes {
 public:
  explicit Bytes(std::string_view bytes) : rest_(bytes) {}

  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] std::string_view rest() const { return rest_; }

  std::string_view take(std::size_t n) {
    if (n > rest_.size()) {
      failed_ = true;
      return {};
    }
    const auto result = rest_.substr(0, n);
    rest_.remove_prefix(n);
    return result;
  }
  std::uint8_t byte() {
    const auto b = take(1);
    return b.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(b[0]);
  }
  std::int64_t big_endian(std::size_t n) {
    const auto b = take(n);
    if (b.empty()) return 0;
    std::uint64_t value = static_cast<std::uint8_t>(b[0]) & 0x80U ? ~std::uint64_t{0} : 0;
    for (const char c : b) value = value << 8U | static_cast<std::uint8_t>(c);
    return static_cast<std::int64_t>(value);
  }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

struct Header {
  std::uint8_t version = 0;
  std::size_t is_ut = 0, is_standard = 0, leap = 0, time = 0, type = 0, chars = 0;

  [[nodiscard]] std::size_t body_size(std::size_t time_size) const {
    return time * (time_size + 1) + type * 6 + chars + leap * (time_size + 4) + is_standard + is_ut;
  }
};

std::optional<Header> read_header(Bytes& in) {
  if (in.take(4) != "TZif") return std::nullopt;
  Header h;
  h.version = in.byte();
  in.take(15);
  for (std::size_t* count : {&h.is_ut, &h.is_standard, &h.leap, &h.time, &h.type, &h.chars}) {
    const auto n = in.big_endian(4);
    if (n < 0 || n > 1'000'000) return std::nullopt;
    *count = static_cast<std::size_t>(n);
  }
  if (in.failed() || h.type == 0 || h.leap != 0) return std::nullopt;
  return h;
}

std::optional<ZoneHistory> read_body(Bytes& in, const Header& h, std::size_t time_size) {
  ZoneHistory zone;
  std::vector<std::int64_t> times;
  for (std::size_t i = 0; i < h.time && !in.failed(); ++i) {
    times.push_back(in.big_endian(time_size));
    if (i > 0 && times[i] <= times[i - 1]) return std::nullopt;
  }
  const auto types = in.take(h.time);
  std::vector<std::int32_t> offsets;
  for (std::size_t i = 0; i < h.type && !in.failed(); ++i) {
    const auto offset = in.big_endian(4);
    in.take(2);
    if (offset < -max_offset || offset > max_offset) return std::nullopt;
    offsets.push_back(static_cast<std::int32_t>(offset));
  }
  in.take(h.chars + h.leap * (time_size + 4) + h.is_standard + h.is_ut);
  if (in.failed()) return std::nullopt;

  zone.initial = offsets[0];
  for (std::size_t i = 0; i < times.size(); ++i) {
    const auto type = static_cast<std::uint8_t>(types[i]);
    if (type >= offsets.size()) return std::nullopt;
    const auto before = zone.offsets.empty() ? zone.initial : zone.offsets.back();
    if (offsets[type] == before) continue;
    zone.transitions.push_back(times[i]);
    zone.offsets.push_back(offsets[type]);
  }
  return zone;
}

// Lists the transitions that the rule gives after the last listed one.
void expand(ZoneHistory& zone, std::int64_t last_listed) {
  const auto& rule = *zone.rule;
  const auto from_year =
      rt::fields(rt::local_from_seconds(last_listed + rule.standard).date).year - 1;
  for (auto year = from_year < 1970 ? 1970 : from_year; year < expanded_until_year; ++year) {
    auto [starts, ends] = rule.transitions(year);
    const auto append = [&](std::int64_t at, std::int32_t offset) {
      const auto before = zone.offsets.empty() ? zone.initial : zone.offsets.back();
      if (at <= last_listed || offset == before) return;
      if (!zone.transitions.empty() && at <= zone.transitions.back()) return;
      zone.transitions.push_back(at);
      zone.offsets.push_back(offset);
    };
    if (starts < ends) {
      append(starts, rule.daylight);
      append(ends, rule.standard);
    } else {
      append(ends, rule.standard);
      append(starts, rule.daylight);
    }
  }
}

}  // namespace

std::optional<ZoneHistory> read_tzif(std::string_view bytes) {
  Bytes in(bytes);
  auto header = read_header(in);
  if (!header) return std::nullopt;
  if (header->version < '2') return read_body(in, *header, 4);

  in.take(header->body_size(4));
  header = read_header(in);
  if (!header) return std::nullopt;
  auto zone = read_body(in, *header, 8);
  if (!zone) return std::nullopt;
  if (in.byte() != '\n') return std::nullopt;
  const auto end = in.rest().find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const auto footer = in.rest().substr(0, end);
  if (footer.empty()) return zone;
  zone->rule = parse_posix_tz(footer);
  if (!zone->rule) return std::nullopt;
  const auto last = zone->transitions.empty() ? std::int64_t{0} : zone->transitions.back();
  if (zone->rule->has_daylight) expand(*zone, last);
  return zone;
}

}  // namespace aftercare::calendar
