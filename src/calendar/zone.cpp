// The interface of this file is Zone: offsets at instants, instants of wall clock times.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <limits>
#include <map>
#include <mutex>

#include "aftercare/time.hpp"

#include "calendar/tzif.hpp"

namespace aftercare {

namespace {

constexpr std::array database_folders = {"/usr/share/zoneinfo", "/usr/lib/zoneinfo",
                                         "/usr/share/lib/zoneinfo"};
constexpr std::int64_t forever = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t ever_before = std::numeric_limits<std::int64_t>::min();
// The furthest that a wall clock may be from UTC, see max_offset in tzif.cpp.
constexpr std::int64_t reach = 26 * 3600;

// Letters, digits and "_+-/", as IANA names have; so a name cannot leave the database's folder.
// What the folder holds besides the zones names none: the machine's own clock, copies in other
// scales of time, rules for texts.
bool is_zone_name(std::string_view name) {
  if (name.empty() || name.size() > 64 || name.front() == '/' || name.back() == '/') return false;
  if (name == "localtime" || name == "posixrules" || name == "Factory" ||
      name.starts_with("posix/") || name.starts_with("right/")) {
    return false;
  }
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '+' || c == '-' || c == '/';
  });
}

std::optional<std::string> read_database_file(std::string_view name) {
  for (const auto* folder : database_folders) {
    std::ifstream in(std::string(folder) + "/" + std::string(name), std::ios::binary);
    if (!in) continue;
    // The largest zone file has some 4 kB.
    std::string bytes(std::size_t{1} << 18U, '\0');
    in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (in.bad() || in.gcount() <= 0) continue;
    bytes.resize(static_cast<std::size_t>(in.gcount()));
    return bytes;
  }
  return std::nullopt;
}

// A stretch of time without change of offset.
struct Segment {
  std::int64_t begin = ever_before;
  std::int64_t end = forever;  // exclusive
  std::int32_t offset = 0;
};

}  // namespace

struct Zone::Impl {
  std::string name;
  bool is_fixed = false;
  calendar::ZoneHistory history;

  [[nodiscard]] Segment segment_at(std::int64_t utc) const noexcept {
    const auto& times = history.transitions;
    if (!times.empty() && utc >= times.back()) return last_segment(utc);
    const auto next = std::upper_bound(times.begin(), times.end(), utc);
    Segment s;
    if (next != times.end()) s.end = *next;
    if (next == times.begin()) {
      s.offset = history.initial;
      return s;
    }
    const auto i = static_cast<std::size_t>(next - times.begin()) - 1;
    s.begin = times[i];
    s.offset = history.offsets[i];
    return s;
  }

  // After the last listed transition: by the rule, where there is one that changes.
  [[nodiscard]] Segment last_segment(std::int64_t utc) const noexcept {
    Segment s{history.transitions.back(), forever, history.offsets.back()};
    if (!history.rule || !history.rule->has_daylight) return s;
    const auto& rule = *history.rule;
    const auto year = rt::fields(rt::local_from_seconds(utc + rule.standard).date).year;
    for (auto y = year - 1; y <= year + 1; ++y) {
      const auto [starts, ends] = rule.transitions(y);
      for (const auto& [at, offset] :
           {std::pair{starts, rule.daylight}, std::pair{ends, rule.standard}}) {
        if (at <= utc && at > s.begin) {
          s.begin = at;
          s.offset = offset;
        }
        if (at > utc && at < s.end) s.end = at;
      }
    }
    return s;
  }
};

Zone::Zone() : Zone(fixed(0)) {}

Zone Zone::fixed(std::int32_t seconds) {
  static const std::shared_ptr<const Impl> utc = [] {
    auto impl = std::make_shared<Impl>();
    impl->name = "Z";
    impl->is_fixed = true;
    return impl;
  }();
  if (seconds == 0) return Zone(utc);
  auto impl = std::make_shared<Impl>();
  impl->name = offset_text(seconds);
  impl->is_fixed = true;
  impl->history.initial = seconds;
  return Zone(std::move(impl));
}

Result<Zone> Zone::from_tzif(std::string name, std::string_view bytes) {
  auto history = calendar::read_tzif(bytes);
  if (!history) return Error{ErrorCode::corrupt, "zone file '" + name + "' does not check"};
  auto impl = std::make_shared<Impl>();
  impl->name = std::move(name);
  impl->history = std::move(*history);
  return Zone(std::move(impl));
}

Result<Zone> Zone::load(std::string_view name) {
  if (const auto offset = parse_offset(name)) return fixed(*offset);
  if (!is_zone_name(name)) {
    return Error{ErrorCode::not_found, "no time zone '" + std::string(name.substr(0, 64)) + "'"};
  }
  // Zones are immutable and their number is bounded by the database: read each once.
  static std::mutex mutex;
  static std::map<std::string, Zone, std::less<>> zones;
  const std::lock_guard lock(mutex);
  if (const auto found = zones.find(name); found != zones.end()) return found->second;
  const auto bytes = read_database_file(name);
  if (!bytes || !bytes->starts_with("TZif")) {
    if (name == "UTC" || name == "Etc/UTC") {
      auto impl = std::make_shared<Impl>();
      impl->name = std::string(name);
      return Zone(std::move(impl));
    }
    return Error{ErrorCode::not_found, "no time zone '" + std::string(name) + "'"};
  }
  auto zone = from_tzif(std::string(name), *bytes);
  if (zone) zones.emplace(std::string(name), *zone);
  return zone;
}

const std::string& Zone::name() const noexcept { return impl_->name; }
bool Zone::is_fixed() const noexcept { return impl_->is_fixed; }

std::int32_t Zone::offset_at(std::int64_t utc_seconds) const noexcept {
  if (impl_->history.transitions.empty()) return impl_->history.initial;
  return impl_->segment_at(utc_seconds).offset;
}

LocalDateTime Zone::local(Instant at) const noexcept {
  const auto utc = rt::seconds_of(at);
  const auto micros = at.micros - utc * rt::micros_per_second;
  return rt::local_from_seconds(utc + offset_at(utc), static_cast<std::int32_t>(micros * 1000));
}

LocalMeaning Zone::meaning(std::int64_t local_seconds) const noexcept {
  if (impl_->history.transitions.empty()) {
    const auto utc = local_seconds - impl_->history.initial;
    return {LocalKind::unique, utc, utc};
  }
  LocalMeaning result;
  bool found = false;
  auto segment = impl_->segment_at(local_seconds - reach);
  for (;;) {
    const auto utc = local_seconds - segment.offset;
    if (utc >= segment.begin && utc < segment.end) {
      if (found) {
        result.kind = LocalKind::overlap;
        result.second = utc;
        return result;
      }
      found = true;
      result = {LocalKind::unique, utc, utc};
    }
    if (segment.end == forever || segment.end > local_seconds + reach) return result;
    const auto next = impl_->segment_at(segment.end);
    if (!found && utc >= segment.end && local_seconds - next.offset < next.begin) {
      return {LocalKind::gap, segment.end, segment.end};
    }
    segment = next;
  }
}

Instant Zone::instant(const LocalDateTime& local) const noexcept {
  const auto meant = meaning(rt::local_seconds(local));
  const auto nanos = local.time.nanos % rt::nanos_per_second;
  const auto micros = meant.kind == LocalKind::gap ? 0 : nanos / 1000;
  return {meant.first * rt::micros_per_second + micros};
}

std::optional<std::int64_t> Zone::next_transition(std::int64_t utc_seconds) const noexcept {
  const auto& times = impl_->history.transitions;
  const auto next = std::upper_bound(times.begin(), times.end(), utc_seconds);
  if (next == times.end()) return std::nullopt;
  return *next;
}

bool operator==(const Zone& a, const Zone& b) noexcept {
  return a.impl_ == b.impl_ ||
         (a.impl_->name == b.impl_->name && a.impl_->history == b.impl_->history);
}

const std::vector<std::string>& zone_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> found;
    for (const auto* folder : database_folders) {
      // Lines of the compact source: "Z <name> …", "L <target> <name>".
      std::ifstream in(std::string(folder) + "/tzdata.zi");
      for (std::string line; std::getline(in, line);) {
        const bool is_zone = line.starts_with("Z ");
        if (!is_zone && !line.starts_with("L ")) continue;
        const auto begin = is_zone ? std::size_t{2} : line.find(' ', 2) + 1;
        auto name = line.substr(begin, line.find(' ', begin) - begin);
        if (is_zone_name(name)) found.push_back(std::move(name));
      }
      if (!found.empty()) break;
    }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
  }();
  return names;
}

std::string zone_data_version() {
  for (const auto* folder : database_folders) {
    std::ifstream in(std::string(folder) + "/tzdata.zi");
    std::string hash;
    std::string word;
    std::string version;
    if (in >> hash >> word >> version && hash == "#" && word == "version") return version;
  }
  return {};
}

}  // namespace aftercare
