// Configuration: everything but the queries of the hot path.
#include "chart/configuration.hpp"

#include <cstdint>

namespace aftercare::chart {

namespace {

void append_number(std::string& out, std::uint32_t n) {
  for (; n >= 0x80U; n >>= 7U) out.push_back(static_cast<char>(n | 0x80U));
  out.push_back(static_cast<char>(n));
}

// Reads numbers one after the other; `failed` once the bytes do not hold one.
struct Reader {
  std::string_view bytes;
  bool failed = false;

  std::uint32_t number() {
    std::uint32_t n = 0;
    for (unsigned shift = 0; shift < 35; shift += 7) {
      if (bytes.empty()) break;
      const auto byte = static_cast<unsigned char>(bytes.front());
      bytes.remove_prefix(1);
      if (shift == 28 && byte > 0x0fU) break;
      n |= static_cast<std::uint32_t>(byte & 0x7fU) << shift;
      if (byte < 0x80U) return n;
    }
    failed = true;
    return 0;
  }
};

Error damaged() { return {ErrorCode::corrupt, "not a configuration of this chart"}; }

}  // namespace

Configuration::Configuration(const Chart& chart) {
  if (!chart.is_small()) {
    more_ = std::make_unique<More>();
    more_->is_large = true;
  }
}

void Configuration::assign_more(const Configuration& other) {
  if (this == &other) return;
  if (!other.more_) {
    more_.reset();
  } else if (more_) {
    *more_ = *other.more_;
  } else {
    more_ = std::make_unique<More>(*other.more_);
  }
}

bool Configuration::contains_any(StateId first, StateId last) const noexcept {
  if (first > last) return false;
  if (!is_large()) return small_.intersects(SmallSet::interval(first, last));
  const auto place = std::lower_bound(more_->active.begin(), more_->active.end(), first);
  return place != more_->active.end() && *place <= last;
}

std::vector<StateId> Configuration::states() const {
  std::vector<StateId> all;
  each([&](StateId s) { all.push_back(s); });
  return all;
}

std::vector<StateId> Configuration::leaves(const Chart& chart) const {
  std::vector<StateId> all;
  each([&](StateId s) {
    if (chart.is_leaf(s)) all.push_back(s);
  });
  return all;
}

std::span<const StateId> Configuration::history(StateId h) const noexcept {
  if (!more_) return {};
  const auto place = std::lower_bound(more_->recorded.begin(), more_->recorded.end(), h,
                                      [](const Record& r, StateId id) { return r.history < id; });
  if (place == more_->recorded.end() || place->history != h) return {};
  return place->states;
}

bool Configuration::is_finished_large(const Chart& chart) const noexcept {
  return std::any_of(more_->active.begin(), more_->active.end(), [&](StateId s) {
    return chart.is_final(s) && chart.parent(s) == root;
  });
}

bool Configuration::is_legal(const Chart& chart) const noexcept {
  if (is_empty()) return true;
  const auto active_children = [&](StateId s) {
    std::uint32_t n = 0;
    for (const StateId child : chart.children(s)) n += contains(child) ? 1U : 0U;
    return n;
  };
  bool legal = active_children(root) == 1;
  each([&](StateId s) {
    if (s == root || s >= chart.size() || is_history(chart.kind(s))) {
      legal = false;
      return;
    }
    const StateId parent = chart.parent(s);
    if (parent != root && !contains(parent)) legal = false;
    if (chart.kind(s) == StateKind::compound && active_children(s) != 1) legal = false;
    if (chart.kind(s) == StateKind::parallel && active_children(s) != chart.children(s).size()) {
      legal = false;
    }
  });
  return legal;
}

bool Configuration::operator==(const Configuration& other) const noexcept {
  if (!(small_ == other.small_) || is_large() != other.is_large()) return false;
  if (is_large() && more_->active != other.more_->active) return false;
  static const std::vector<Record> no_records;
  return (more_ ? more_->recorded : no_records) ==
         (other.more_ ? other.more_->recorded : no_records);
}

std::string Configuration::encode(const Chart& chart) const {
  std::string out;
  const std::vector<StateId> active = leaves(chart);
  append_number(out, static_cast<std::uint32_t>(active.size()));
  for (const StateId s : active) append_number(out, s);
  if (!more_) return out;
  for (const Record& r : more_->recorded) {
    append_number(out, r.history);
    append_number(out, static_cast<std::uint32_t>(r.states.size()));
    for (const StateId s : r.states) append_number(out, s);
  }
  return out;
}

Result<Configuration> Configuration::decode(const Chart& chart, std::string_view bytes) {
  Reader in{.bytes = bytes};
  // A list is never longer than the bytes that are left: no size is believed before.
  const auto list = [&] {
    std::vector<StateId> ids;
    const std::uint32_t count = in.number();
    if (count > in.bytes.size()) in.failed = true;
    for (std::uint32_t i = 0; i < count && !in.failed; ++i) {
      ids.push_back(in.number());
      if (ids.back() >= chart.size() || (i > 0 && ids[i - 1] >= ids[i])) in.failed = true;
    }
    return ids;
  };
  const std::vector<StateId> active = list();
  if (in.failed) return damaged();
  Result<Configuration> result = of_leaves(chart, active);
  if (!result) return result;
  StateId previous = root;
  while (!in.bytes.empty()) {
    const StateId h = in.number();
    const std::vector<StateId> states = list();
    if (in.failed || states.empty() || h <= previous || h >= chart.size() ||
        !is_history(chart.kind(h))) {
      return damaged();
    }
    const bool shallow = chart.kind(h) == StateKind::shallow_history;
    Configuration recorded(chart);  // what a record names must be a legal part of its parent
    for (const StateId s : states) {
      if (!chart.is_descendant(s, chart.parent(h))) return damaged();
      if (shallow ? chart.parent(s) != chart.parent(h) || is_history(chart.kind(s))
                  : !chart.is_leaf(s)) {
        return damaged();
      }
    }
    const StateId parent = chart.parent(h);
    if (shallow) {
      if (chart.kind(parent) == StateKind::parallel ? states.size() != chart.children(parent).size()
                                                    : states.size() != 1) {
        return damaged();
      }
    } else {
      for (const StateId s : states) {
        for (StateId a = s; a != parent; a = chart.parent(a)) recorded.insert(a);
      }
      for (StateId a = parent; a != root; a = chart.parent(a)) {
        recorded.insert(a);
        // Regions beside the way up are not part of the record; the check below looks inside only.
      }
      bool legal = true;
      recorded.each([&](StateId s) {
        if (s != parent && !chart.is_descendant(s, parent)) return;
        std::size_t count = 0;
        for (const StateId child : chart.children(s)) count += recorded.contains(child) ? 1U : 0U;
        if (chart.kind(s) == StateKind::compound && count != 1) legal = false;
        if (chart.kind(s) == StateKind::parallel && count != chart.children(s).size())
          legal = false;
      });
      if (!legal) return damaged();
    }
    result->record(h, states);
    previous = h;
  }
  return result;
}

Result<Configuration> Configuration::of_leaves(const Chart& chart,
                                               std::span<const StateId> leaves) {
  Configuration c(chart);
  for (const StateId leaf : leaves) {
    if (leaf == root || leaf >= chart.size() || !chart.is_leaf(leaf)) return damaged();
    for (StateId s = leaf; s != root && !c.contains(s); s = chart.parent(s)) c.insert(s);
  }
  if (!c.is_legal(chart)) return damaged();
  return c;
}

void Configuration::insert_large(StateId s) {
  std::vector<StateId>& active = more_->active;
  if (active.empty() || active.back() < s) {
    active.push_back(s);
    return;
  }
  const auto place = std::lower_bound(active.begin(), active.end(), s);
  if (*place != s) active.insert(place, s);
}

void Configuration::erase_large(StateId s) noexcept {
  std::vector<StateId>& active = more_->active;
  const auto place = std::lower_bound(active.begin(), active.end(), s);
  if (place != active.end() && *place == s) active.erase(place);
}

void Configuration::record(StateId history, std::span<const StateId> states) {
  if (!more_) more_ = std::make_unique<More>();
  std::vector<Record>& all = more_->recorded;
  auto place = std::lower_bound(all.begin(), all.end(), history,
                                [](const Record& r, StateId id) { return r.history < id; });
  if (place == all.end() || place->history != history) {
    place = all.insert(place, {.history = history, .states = {}});
  }
  place->states.assign(states.begin(), states.end());
}

void Configuration::clear_history() noexcept {
  if (more_) more_->recorded.clear();
}

}  // namespace aftercare::chart
