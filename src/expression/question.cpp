// Interface: question.hpp.
#include "expression/question.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <optional>
#include <tuple>
#include <utility>

#include "builtins/operations.hpp"

namespace aftercare::expression {

namespace {

/// How far two points of a line are from each other, without overflow.
std::uint64_t apart(std::int64_t a, std::int64_t b) noexcept {
  const auto x = static_cast<std::uint64_t>(a), y = static_cast<std::uint64_t>(b);
  return a < b ? y - x : x - y;
}

class Question {
 public:
  Question(Exploration& exploration, std::span<const std::string> names,
           std::span<const Domain> domains)
      : exploration_(exploration), names_(names), domains_(domains) {}

  /// The regions, with one result each as far as that is known.
  std::vector<Leaf> leaves() {
    std::vector<Leaf> out = exploration_.leaves();
    for (Leaf& leaf : out) settle(leaf);
    join(out);
    return out;
  }

  /// The regions of a leaf whose result varies in which it is `wanted`; `is_sure`: in no others.
  std::vector<Leaf> where(const Leaf& leaf, const Value& wanted, bool& is_sure) {
    std::vector<Leaf> out;
    const Inputs varies = leaf.varies.inputs();
    if ((leaf.varies.rises & leaf.varies.falls) == 0 && leaf.varies.text == 0) {
      const auto [low, high] = ends(leaf);
      const auto least = exploration_.at(low), most = exploration_.at(high);
      if (least && most) {
        const auto above = builtins::order(*least, wanted), below = builtins::order(*most, wanted);
        if (!above || !below || *above > 0 || *below < 0) return out;
      }
      if (std::has_single_bit(varies)) {
        const auto u = static_cast<std::size_t>(std::countr_zero(varies));
        if (narrow(leaf, u, wanted, low, out)) return out;
      }
    }
    std::vector<Choice> choices;
    for (std::size_t u = 0; u < names_.size(); ++u) {
      choices.push_back(choice(u, leaf.parts[u], (varies >> u & 1) != 0));
      is_sure = is_sure && choices.back().is_all;
    }
    constexpr std::size_t most_tried = 4096;
    std::vector<std::size_t> at(choices.size());
    std::vector<Value> point(choices.size());
    for (std::size_t tried = 0; tried < most_tried; ++tried) {
      for (std::size_t u = 0; u < point.size(); ++u) point[u] = choices[u].values[at[u]];
      const std::optional<Value> value = exploration_.at(point);
      if (!value) is_sure = false;
      if (value && value->equals(wanted)) {
        Leaf one{leaf.parts, *value, {}};
        for (std::size_t u = 0; u < point.size(); ++u) {
          if ((varies >> u & 1) == 0) continue;
          one.parts[u] = {};
          one.parts[u].is = Part::Is::listed;
          one.parts[u].value = point[u];
        }
        out.push_back(std::move(one));
      }
      std::size_t u = 0;
      for (; u < at.size() && ++at[u] == choices[u].values.size(); ++u) at[u] = 0;
      if (u == at.size()) return out;
    }
    is_sure = false;
    return out;
  }

  /// The case of a region that is nearest to what the inputs are now, and how far it is in each.
  struct Near {
    std::vector<Value> point;
    std::vector<std::uint64_t> distance;
    std::uint64_t oddness = 0;  ///< how far what was null is from plain, in all
  };
  [[nodiscard]] Near nearest(const Leaf& leaf, std::span<const Value> now) const {
    Near out;
    for (std::size_t u = 0; u < now.size(); ++u) {
      auto [value, distance] = nearest(u, leaf.parts[u], now[u]);
      const auto at = now[u].is_null() ? domains_[u].index_below(value) : std::nullopt;
      constexpr std::uint64_t most = std::uint64_t{1} << 57;
      if (at) out.oddness += std::min(apart(domains_[u].plain, *at), most);
      out.point.push_back(std::move(value));
      out.distance.push_back(distance);
    }
    return out;
  }

  /// A case in which what is null has a plain value, or one about it, and all else is as it is.
  [[nodiscard]] std::optional<Near> plain_case(std::span<const Value> now, const Value& wanted) {
    std::vector<std::vector<Value>> values(now.size());
    for (std::size_t u = 0; u < now.size(); ++u) {
      if (!now[u].is_null()) {
        values[u].push_back(now[u]);
      } else {
        about(u, domains_[u].plain, values[u]);
      }
      if (values[u].empty()) values[u].push_back(value_of(u, {}, true));
    }
    return first_of(values, now, wanted);
  }

  /// Whether some day of it is more than ten years from the day that is asked about, though it was
  /// not so before: a leaf in which only the relation of two days counts has no day of its own.
  [[nodiscard]] bool is_far(const Near& near, std::span<const Value> now) const {
    for (std::size_t u = 0; u < now.size(); ++u) {
      if (!is_day(u) || near.point[u].equals(now[u])) continue;
      const auto at = domains_[u].index_below(near.point[u]);
      if (at && apart(domains_[u].plain, *at) > 3660 * unit_of(u)) return true;
    }
    return false;
  }

  /// A case in which each day is one that another fact has, or one about the day that is asked
  /// about, and all else is as it is.
  [[nodiscard]] std::optional<Near> case_about(std::span<const Value> now, const Value& wanted) {
    std::vector<std::vector<Value>> values(now.size());
    for (std::size_t u = 0; u < now.size(); ++u) {
      if (!now[u].is_null()) values[u].push_back(now[u]);
      if (is_day(u)) {
        for (std::size_t v = 0; v < now.size(); ++v)
          if (v != u && !now[v].is_null() && now[v].kind() == domains_[u].point(0).kind())
            values[u].push_back(now[v]);
        about(u, domains_[u].plain, values[u]);
      }
      if (values[u].empty()) values[u].push_back(value_of(u, {}, true));
    }
    return first_of(values, now, wanted);
  }

 private:
  /// A line of days or of instants: the others have their plain point at zero.
  [[nodiscard]] bool is_day(std::size_t u) const {
    return domains_[u].rest == Domain::Rest::line && domains_[u].plain != 0;
  }
  [[nodiscard]] std::uint64_t unit_of(std::size_t u) const {
    return domains_[u].point(0).is(Kind::instant) ? std::uint64_t{86'400'000'000} : 1;
  }
  /// The values beside a point of a line, the nearest first.
  void about(std::size_t u, std::int64_t of, std::vector<Value>& out) const {
    constexpr std::array<std::int64_t, 7> beside{0, 1, -1, -7, 7, -31, -366};
    const Domain& domain = domains_[u];
    if (domain.rest != Domain::Rest::line) return;
    const auto unit = is_day(u) ? static_cast<std::int64_t>(unit_of(u)) : 1;
    for (const std::int64_t off : beside) {
      const std::int64_t at = of + off * unit;
      if (domain.low <= at && at <= domain.high) out.push_back(domain.point(at));
    }
  }
  [[nodiscard]] std::optional<Near> first_of(const std::vector<std::vector<Value>>& values,
                                             std::span<const Value> now, const Value& wanted) {
    constexpr std::size_t most_tried = 343;
    std::vector<std::size_t> at(values.size());
    Near out{std::vector<Value>(values.size()), {}, 0};
    for (std::size_t tried = 0; tried < most_tried; ++tried) {
      for (std::size_t u = 0; u < at.size(); ++u) out.point[u] = values[u][at[u]];
      const std::optional<Value> value = exploration_.at(out.point);
      if (value && value->equals(wanted)) {
        for (std::size_t u = 0; u < at.size(); ++u) {
          out.distance.push_back(now[u].is_null() && !out.point[u].is_null() ? 1 : 0);
          out.oddness += at[u];
        }
        return out;
      }
      std::size_t u = 0;
      for (; u < at.size() && ++at[u] == values[u].size(); ++u) at[u] = 0;
      if (u == at.size()) break;
    }
    return std::nullopt;
  }

 public:
  OpenAnswer answer(std::vector<Value>* results) {
    const std::vector<Leaf> leaves = this->leaves();
    for (const Leaf& leaf : leaves) {
      if (results == nullptr || leaf.varies.is_set()) continue;
      const auto is_it = [&](const Value& value) { return value.equals(leaf.value); };
      if (std::none_of(results->begin(), results->end(), is_it)) results->push_back(leaf.value);
    }
    const std::size_t count = names_.size();
    OpenAnswer out;
    bool may_vary = !exploration_.is_complete() || leaves.empty();
    std::vector<bool> is_open(count, may_vary);
    for (const std::string& name : names_) {
      out.unknown.push_back({name, aftercare::Influence::none, std::nullopt});
    }
    for (std::size_t a = 0; a < leaves.size(); ++a) {
      if (leaves[a].varies.is_set()) {
        may_vary = true;
        within(leaves[a], out, is_open);
      }
      may_vary = may_vary || !leaves[a].value.equals(leaves[0].value);
      for (std::size_t b = a + 1; b < leaves.size(); ++b)
        across(leaves[a], leaves[b], out, is_open);
    }
    out.is_proved = exploration_.is_complete();
    for (std::size_t u = 0; u < count; ++u) {
      OpenInput& input = out.unknown[u];
      if (input.shown) {
        input.influence = aftercare::Influence::changes;
      } else if (is_open[u]) {
        input.influence = aftercare::Influence::not_proved;
        out.is_proved = false;
      }
    }
    if (!may_vary) out.certain = leaves[0].value;
    return out;
  }

 private:
  /// A value of a part; `high`: its other end.
  [[nodiscard]] Value value_of(std::size_t input, const Part& part, bool high) const {
    const Domain& domain = domains_[input];
    switch (part.is) {
      case Part::Is::listed:
        return part.value;
      case Part::Is::line: {
        if (part.low == domain.low && part.high != domain.high && !high) {
          // The end of a type says nothing to people; a value near the cut does.
          return domain.point(part.high);
        }
        return domain.point(high ? part.high : part.low);
      }
      case Part::Is::text:
        return other_text(part.excluded, high ? 1 : 0);
      case Part::Is::all:
        break;
    }
    if (domain.rest == Domain::Rest::line) return domain.point(high ? domain.high : domain.low);
    if (domain.rest == Domain::Rest::text) return other_text({}, high ? 1 : 0);
    if (domain.listed.empty()) return {};
    return high ? domain.listed.back() : domain.listed.front();
  }

  /// The stretch of one line on which a result that rises or falls along it is `wanted`. False
  /// where that cannot be told.
  bool narrow(const Leaf& leaf, std::size_t input, const Value& wanted,
              std::span<const Value> others, std::vector<Leaf>& out) {
    const Part& part = leaf.parts[input];
    if (part.is != Part::Is::line) return false;
    const bool rises = (leaf.varies.rises >> input & 1) != 0;
    std::vector<Value> point(others.begin(), others.end());
    bool is_known = true;
    // The first place that is not before `wanted` (past: that is behind it).
    const auto first = [&](bool past) {
      std::int64_t low = part.low, high = part.high;  // the place lies in [low..high + 1]
      bool is_beyond = false;
      while (is_known && !is_beyond) {
        const std::int64_t at = low + static_cast<std::int64_t>(apart(low, high) / 2);
        point[input] = domains_[input].point(at);
        const std::optional<Value> value = exploration_.at(point);
        const auto order = value ? builtins::order(*value, wanted) : std::nullopt;
        if (!order) {
          is_known = false;
          break;
        }
        const int side = rises ? *order : -*order;
        if (past ? side > 0 : side >= 0) {
          if (at == low) return low;
          high = at;
        } else if (at == high) {
          is_beyond = true;
        } else {
          low = at + 1;
        }
      }
      return part.high + 1;
    };
    const std::int64_t from = first(false), to = first(true);
    if (!is_known) return false;
    if (from < to) {
      Leaf one = leaf;
      one.parts[input].low = from;
      one.parts[input].high = to - 1;
      one.value = wanted;
      one.varies = {};
      out.push_back(std::move(one));
    }
    return true;
  }

  [[nodiscard]] std::pair<Value, std::uint64_t> nearest(std::size_t input, const Part& part,
                                                        const Value& now) const {
    const Domain& domain = domains_[input];
    const auto place = [&](const Value& value) -> std::optional<std::size_t> {
      for (std::size_t i = 0; i < domain.listed.size(); ++i) {
        if (domain.listed[i].equals(value)) return i;
      }
      return std::nullopt;
    };
    switch (part.is) {
      case Part::Is::all: {
        // A fact that is missing and may not be null: any value does.
        if (!now.is_null() || place(now)) return {now, 0};
        return {domain.any(), 1};
      }
      case Part::Is::listed: {
        if (part.value.equals(now)) return {now, 0};
        if (const auto from = domain.index_below(now), to = domain.index_below(part.value);
            from && to) {
          return {part.value, apart(*from, *to)};
        }
        const auto from = place(now), to = place(part.value);
        if (!from || !to || now.is_null() || part.value.is_null()) return {part.value, 1};
        return {part.value, *from < *to ? *to - *from : *from - *to};
      }
      case Part::Is::line: {
        const auto at = domain.index_below(now);
        // From null there is no nearest one; it is the plainest.
        const std::int64_t to = std::clamp(at.value_or(domain.plain), part.low, part.high);
        if (!at) return {domain.point(to), 1};
        if (to == *at && domain.point(to).equals(now)) return {now, 0};
        return {domain.point(to), std::max<std::uint64_t>(apart(*at, to), 1)};
      }
      case Part::Is::text:
        break;
    }
    const bool is_other =
        now.is(Kind::string) && std::none_of(part.excluded.begin(), part.excluded.end(),
                                             [&](const Value& v) { return v.equals(now); });
    if (is_other) return {now, 0};
    return {other_text(part.excluded), 1};
  }

  /// What two parts of one input have in common.
  static std::optional<Part> common(const Part& a, const Part& b) {
    if (a.is == Part::Is::all) return b;
    if (b.is == Part::Is::all) return a;
    const auto has = [](const std::vector<Value>& values, const Value& value) {
      return std::any_of(values.begin(), values.end(),
                         [&](const Value& v) { return v.equals(value); });
    };
    if (a.is == Part::Is::text && b.is == Part::Is::text) {
      Part both = a;
      both.excluded.insert(both.excluded.end(), b.excluded.begin(), b.excluded.end());
      return both;
    }
    if (a.is == Part::Is::text || b.is == Part::Is::text) {
      const Part& text = a.is == Part::Is::text ? a : b;
      const Part& one = a.is == Part::Is::text ? b : a;
      if (one.is != Part::Is::listed || !one.value.is(Kind::string)) return std::nullopt;
      if (has(text.excluded, one.value)) return std::nullopt;
      return one;
    }
    if (a.is != b.is) return std::nullopt;
    if (a.is == Part::Is::listed) {
      if (!a.value.equals(b.value)) return std::nullopt;
      return a;
    }
    Part both = a;
    both.low = std::max(a.low, b.low);
    both.high = std::min(a.high, b.high);
    if (both.low > both.high) return std::nullopt;
    return both;
  }

  /// Values of one input that are tried.
  struct Choice {
    std::vector<Value> values;
    bool is_all = true;   ///< no other value could give anything else
    bool matters = true;  ///< for the results that are compared
  };

  [[nodiscard]] Choice choice(std::size_t input, const Part& part, bool varies) const {
    constexpr std::uint64_t few = 64;
    Choice out;
    if (!varies) {
      out.values.push_back(value_of(input, part, false));
      return out;
    }
    if (part.is == Part::Is::line && apart(part.low, part.high) < few) {
      for (std::int64_t at = part.low; at <= part.high; ++at) {
        out.values.push_back(domains_[input].point(at));
      }
      return out;
    }
    out.values = {corner(input, part, false), corner(input, part, true)};
    out.is_all = part.is == Part::Is::listed;
    return out;
  }

  enum class Search : std::uint8_t {
    shown,
    none,  ///< proved: nothing differs
    open,
  };
  /// Two points that differ in one input alone, with values of `choices` and `others`, and in the
  /// result; notes the first that it finds.
  Search search(std::size_t input, std::vector<Choice> choices, const Choice& others,
                OpenAnswer& out) {
    constexpr std::size_t most = 4096;
    bool is_all = others.is_all;
    for (const Choice& one : choices) is_all = is_all && one.is_all;
    std::vector<std::size_t> at(choices.size());
    std::vector<Value> point(choices.size());
    for (std::size_t tried = 0; tried < most; ++tried) {
      for (std::size_t u = 0; u < point.size(); ++u) point[u] = choices[u].values[at[u]];
      const std::optional<Value> first = exploration_.at(point);
      for (const Value& other : others.values) {
        std::vector<Value> second = point;
        second[input] = other;
        const std::optional<Value> result = exploration_.at(second);
        if (!first || !result) {
          is_all = false;
        } else if (!first->equals(*result)) {
          note(input, choices, point, *first, second, *result, out);
          return Search::shown;
        }
      }
      std::size_t u = 0;
      for (; u < at.size() && ++at[u] == choices[u].values.size(); ++u) at[u] = 0;
      if (u == at.size()) return is_all ? Search::none : Search::open;
    }
    return Search::open;
  }

  void note(std::size_t input, std::span<const Choice> choices, std::span<const Value> first,
            const Value& result, std::span<const Value> second, const Value& other,
            OpenAnswer& out) const {
    OpenCase one, two;
    for (std::size_t u = 0; u < first.size(); ++u) {
      if (!choices[u].matters && u != input) continue;
      one.inputs.emplace_back(names_[u], first[u]);
      two.inputs.emplace_back(names_[u], second[u]);
    }
    one.result = result;
    two.result = other;
    out.unknown[input].shown.emplace(std::move(one), std::move(two));
  }

  /// The two points of a leaf between which its result rises all the way.
  [[nodiscard]] std::pair<std::vector<Value>, std::vector<Value>> ends(const Leaf& leaf) const {
    std::vector<Value> low, high;
    for (std::size_t u = 0; u < names_.size(); ++u) {
      const bool turns = (leaf.varies.falls >> u & 1) != 0;
      low.push_back(corner(u, leaf.parts[u], turns));
      high.push_back(corner(u, leaf.parts[u], !turns));
    }
    return {std::move(low), std::move(high)};
  }

  /// Where both ends of a region give the same, so does all between.
  void settle(Leaf& leaf) {
    if (!leaf.varies.is_set()) return;
    for (std::size_t u = 0; u < names_.size(); ++u) {
      const Part& part = leaf.parts[u];
      if (part.is != Part::Is::line || part.low != part.high) continue;
      leaf.varies.rises &= ~(Inputs{1} << u);  // it is one value
      leaf.varies.falls &= ~(Inputs{1} << u);
    }
    if ((leaf.varies.rises & leaf.varies.falls) != 0 || leaf.varies.text != 0) return;
    const auto [low, high] = ends(leaf);
    const std::optional<Value> least = exploration_.at(low), most = exploration_.at(high);
    if (!least || !most || !least->equals(*most)) return;
    leaf.value = *least;
    leaf.varies = {};
  }

  /// Makes one leaf of neighbours on a line with the same result, so that cases are told on both
  /// sides of a limit and not beside it.
  static void join(std::vector<Leaf>& leaves) {
    std::size_t kept = 0;
    for (std::size_t i = 1; i < leaves.size(); ++i) {
      Leaf& last = leaves[kept];
      const std::optional<std::size_t> at = line_between(last, leaves[i]);
      if (at) {
        last.parts[*at].high = leaves[i].parts[*at].high;
      } else if (++kept != i) {
        leaves[kept] = std::move(leaves[i]);
      }
    }
    if (!leaves.empty()) leaves.resize(kept + 1);
  }
  /// The one input in whose line the second follows the first, all else being the same.
  static std::optional<std::size_t> line_between(const Leaf& a, const Leaf& b) {
    if (a.varies.is_set() || b.varies.is_set() || !a.value.equals(b.value)) return std::nullopt;
    std::optional<std::size_t> at;
    for (std::size_t u = 0; u < a.parts.size(); ++u) {
      const Part& p = a.parts[u];
      const Part& q = b.parts[u];
      if (p.is != q.is || p.is == Part::Is::text) return std::nullopt;
      if (p.is == Part::Is::listed && !p.value.equals(q.value)) return std::nullopt;
      if (p.is != Part::Is::line || (p.low == q.low && p.high == q.high)) continue;
      if (at || p.high + 1 != q.low) return std::nullopt;
      at = u;
    }
    return at;
  }

  /// Inputs with which the result of one leaf rises and falls.
  void within(const Leaf& leaf, OpenAnswer& out, std::vector<bool>& is_open) {
    const Inputs varies = leaf.varies.inputs();
    for (std::size_t u = 0; u < names_.size(); ++u) {
      if ((varies >> u & 1) == 0 || out.unknown[u].shown) continue;
      std::vector<Choice> choices;
      for (std::size_t i = 0; i < names_.size(); ++i) {
        choices.push_back(choice(i, leaf.parts[i], (varies >> i & 1) != 0));
        choices.back().matters = leaf.parts[i].is != Part::Is::all;
      }
      if (search(u, std::move(choices), choice(u, leaf.parts[u], true), out) == Search::open) {
        is_open[u] = true;
      }
    }
  }
  [[nodiscard]] Value corner(std::size_t input, const Part& part, bool high) const {
    if (part.is == Part::Is::line) return domains_[input].point(high ? part.high : part.low);
    return value_of(input, part, high);
  }

  /// Inputs in which alone a point of one leaf may differ from a point of the other.
  void across(const Leaf& a, const Leaf& b, OpenAnswer& out, std::vector<bool>& is_open) {
    const bool is_constant = !a.varies.is_set() && !b.varies.is_set();
    if (is_constant && a.value.equals(b.value)) return;
    // They must have all others in common: at most one input keeps them apart.
    const Inputs varies = a.varies.inputs() | b.varies.inputs();
    std::vector<Choice> choices(names_.size());
    std::optional<std::size_t> between;
    for (std::size_t u = 0; u < names_.size(); ++u) {
      const std::optional<Part> both = common(a.parts[u], b.parts[u]);
      if (both) {
        choices[u] = choice(u, *both, (varies >> u & 1) != 0);
      } else if (between) {
        return;
      } else {
        between = u;
      }
      choices[u].matters = a.parts[u].is != Part::Is::all || b.parts[u].is != Part::Is::all;
    }
    if (!between || out.unknown[*between].shown) return;
    const bool both_ends = (varies >> *between & 1) != 0;
    Choice one = choice(*between, a.parts[*between], both_ends);
    Choice other = choice(*between, b.parts[*between], both_ends);
    auto [near_one, near_other] = neighbours(*between, a.parts[*between], b.parts[*between]);
    one.values.insert(one.values.begin(), std::move(near_one));
    other.values.insert(other.values.begin(), std::move(near_other));
    choices[*between] = std::move(one);
    if (search(*between, std::move(choices), other, out) == Search::open) is_open[*between] = true;
  }

  /// Values of two parts that lie close to each other.
  [[nodiscard]] std::pair<Value, Value> neighbours(std::size_t input, const Part& a,
                                                   const Part& b) const {
    if (a.is == Part::Is::line && b.is == Part::Is::line) {
      const Domain& domain = domains_[input];
      if (a.high < b.low) return {domain.point(a.high), domain.point(b.low)};
      return {domain.point(a.low), domain.point(b.high)};
    }
    return {value_of(input, a, false), value_of(input, b, false)};
  }

  Exploration& exploration_;
  std::span<const std::string> names_;
  std::span<const Domain> domains_;
};

}  // namespace

OpenAnswer answer(Exploration& exploration, std::span<const std::string> names,
                  std::span<const Domain> domains, std::vector<Value>* results) {
  return Question(exploration, names, domains).answer(results);
}

WaysOut ways_out(std::span<const Fact> facts, const SubjectOf& subject_of, const Value& wanted,
                 const OpenLimits& limits) {
  WaysOut out;
  out.is_proved = true;
  std::size_t runs = limits.runs, sets = limits.sets;
  std::vector<Inputs> found;
  // All sets of one fact, then of two …; a set that holds one which does it is not the smallest.
  const auto try_set = [&](std::span<const std::size_t> chosen, Inputs bits) {
    if (std::any_of(found.begin(), found.end(), [&](Inputs f) { return (bits & f) == f; })) return;
    if (runs == 0 || sets == 0) {
      out.is_proved = false;
      return;
    }
    --sets;
    const auto is_followed = [&](std::size_t i) {
      const std::vector<Value>& listed = facts[i].domain.listed;
      return facts[i].domain.rest != Domain::Rest::unknown || !facts[i].now.is_null() ||
             std::any_of(listed.begin(), listed.end(), [](const Value& v) { return v.is_null(); });
    };
    // Of a fact that is missing, and has no values that are known, none can be told.
    if (!std::all_of(chosen.begin(), chosen.end(), is_followed)) {
      out.is_proved = false;
      return;
    }
    std::vector<std::string> names;
    std::vector<Domain> domains;
    std::vector<Value> values;
    for (const std::size_t i : chosen) {
      names.push_back(facts[i].name);
      domains.push_back(facts[i].domain);
      values.push_back(facts[i].now);
    }
    const std::unique_ptr<Subject> subject = subject_of(chosen);
    Exploration exploration(*subject, domains, runs, limits.cases);
    Question question(exploration, names, domains);
    std::optional<Question::Near> best;
    bool is_sure = true;
    const auto consider = [&](Question::Near near) {
      if (!best || std::tie(near.distance, near.oddness) < std::tie(best->distance, best->oddness))
        best = std::move(near);
    };
    for (const Leaf& leaf : question.leaves()) {
      if (leaf.varies.is_set()) {
        for (const Leaf& one : question.where(leaf, wanted, is_sure))
          consider(question.nearest(one, values));
      } else if (leaf.value.equals(wanted)) {
        consider(question.nearest(leaf, values));
      }
    }
    if (auto plain = question.plain_case(values, wanted)) consider(*std::move(plain));
    if (best && question.is_far(*best, values)) {
      if (auto nearer = question.case_about(values, wanted)) best = std::move(nearer);
    }
    is_sure = is_sure && exploration.is_complete();
    runs = std::min(runs, exploration.runs_left());
    if (!best) {
      out.is_proved = out.is_proved && is_sure;
      return;
    }
    // Only where a part of the set could not be decided does one of its facts stay as it is.
    std::vector<FactChange> way;
    Inputs changed = 0;
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (best->point[i].equals(values[i])) continue;
      way.push_back({names[i], values[i], best->point[i]});
      changed |= Inputs{1} << chosen[i];
    }
    found.push_back(changed);
    out.ways.push_back(std::move(way));
  };
  std::vector<std::size_t> chosen;
  const auto choose = [&](const auto& self, std::size_t from, std::size_t count, Inputs bits) {
    if (count == 0) {
      try_set(chosen, bits);
      return;
    }
    for (std::size_t i = from; i + count <= facts.size() && sets > 0; ++i) {
      chosen.push_back(i);
      self(self, i + 1, count - 1, bits | Inputs{1} << i);
      chosen.pop_back();
    }
  };
  for (std::size_t count = 1; count <= facts.size(); ++count) {
    choose(choose, 0, count, 0);
    if (sets == 0 || runs == 0) {
      out.is_proved = false;
      break;
    }
  }
  return out;
}

}  // namespace aftercare::expression
