// Interface: Exploration.
#include "expression/explore.hpp"

#include <algorithm>

namespace aftercare::expression {

namespace {

/// A use that is not followed is tried value by value up to this many.
constexpr std::int64_t most_points = 1024;

bool contains(std::span<const Value> values, const Value& value) {
  return std::any_of(values.begin(), values.end(), [&](const Value& v) { return v.equals(value); });
}

}  // namespace

Value other_text(std::span<const Value> others, std::size_t nth) {
  for (std::size_t n = 0;; ++n) {
    const Value text = Value::string(n == 0 ? "other" : "other " + std::to_string(n));
    if (!contains(others, text) && nth-- == 0) return text;
  }
}

Exploration::Exploration(Subject& subject, std::span<const Domain> domains, std::size_t most_runs,
                         std::size_t most_leaves)
    : subject_(subject),
      domains_(domains),
      influence_(domains.size()),
      runs_left_(most_runs),
      most_leaves_(most_leaves) {
  for (const Domain& domain : domains) point_.push_back(domain.any());
}

std::string Exploration::text_of(std::int64_t number) { return std::to_string(number) + ","; }

Exploration::NodeId Exploration::keep(Node node, std::string key) {
  const auto [at, is_new] = known_.emplace(std::move(key), static_cast<NodeId>(nodes_.size()));
  if (is_new) nodes_.push_back(std::move(node));
  return at->second;
}

Exploration::NodeId Exploration::undecided() {
  is_complete_ = false;
  return keep({}, "undecided");
}

std::optional<Value> Exploration::at(std::span<const Value> point) {
  Result<Value> value = subject_.run(point, nullptr);
  if (!value) return std::nullopt;
  return *std::move(value);
}

Exploration::NodeId Exploration::grow() {
  if (runs_left_ == 0) return undecided();
  --runs_left_;
  influence_.begin();
  Result<Value> value = subject_.run(point_, &influence_);
  if (influence_.missing() >= 0) return split(static_cast<std::size_t>(influence_.missing()));
  if (!value) return undecided();
  Node leaf;
  leaf.varies = influence_.result();
  leaf.varies.direct = -1;
  leaf.opaque = influence_.opaque();
  std::string key = "=" + influence_.way() + ' ';
  for (const Inputs part : {leaf.varies.rises, leaf.varies.falls, leaf.varies.text, leaf.opaque}) {
    key += std::to_string(part) + ' ';
  }
  if (!leaf.varies.is_set()) {
    const auto at = std::find_if(values_.begin(), values_.end(),
                                 [&](const Value& v) { return v.equals(*value); });
    key += std::to_string(at - values_.begin());
    if (at == values_.end()) values_.push_back(*value);
  }
  leaf.value = *std::move(value);
  return keep(std::move(leaf), std::move(key));
}

Exploration::NodeId Exploration::with(std::size_t input, Value value, Influence::Given how) {
  const Influence::Given before = influence_.given(input);
  influence_.give(input, how);
  point_[input] = std::move(value);
  const NodeId node = grow();
  influence_.give(input, before);
  return node;
}

/// Where a line is cut: at a constant that the input is compared with, else at its plainest point,
/// else in the middle.
std::int64_t Exploration::middle(std::size_t input, std::int64_t low, std::int64_t high) const {
  for (const Value& constant : influence_.compared(input)) {
    const auto below = domains_[input].index_below(constant);
    if (!below) continue;
    for (std::int64_t at = *below - 1; at <= *below + 1; ++at) {
      if (low < at && at < high) return at;
    }
  }
  const std::int64_t plain = domains_[input].plain;
  if (low < plain && plain < high) return plain;
  return low + static_cast<std::int64_t>(
                   (static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low)) / 2);
}

void Exploration::segment(std::size_t input, std::int64_t low, NodeId at_low, std::int64_t high,
                          NodeId at_high, std::vector<Branch>& out) {
  const auto is_opaque = [&](NodeId node) { return (nodes_[node].opaque >> input & 1) != 0; };
  const auto add = [&](std::int64_t from, std::int64_t to, NodeId child) {
    // Pieces share their ends; neighbours with one child are one part.
    if (!out.empty() && out.back().part.is == Part::Is::line) {
      Branch& last = out.back();
      from = std::max(from, last.part.high + 1);
      if (from > to) return;
      if (last.child == child && last.part.high + 1 == from && !is_opaque(child)) {
        last.part.high = to;
        return;
      }
    }
    Branch branch;
    branch.part.is = Part::Is::line;
    branch.part.low = from;
    branch.part.high = to;
    branch.child = child;
    out.push_back(std::move(branch));
  };
  if (at_low == at_high && !is_opaque(at_low)) {
    add(low, high, at_low);
    return;
  }
  const std::uint64_t between = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
  if (between <= 1 || runs_left_ == 0) {
    add(low, low, at_low);
    if (between > 1) {
      const NodeId open = undecided();
      add(low + 1, high - 1, open);
    }
    if (between >= 1) add(high, high, at_high);
    return;
  }
  if (at_low == at_high) {  // not followed: each value by itself, or not at all
    add(low, low, at_low);
    if (between <= static_cast<std::uint64_t>(most_points)) {
      for (std::int64_t at = low + 1; at < high; ++at) {
        const NodeId child = with(input, domains_[input].point(at), Influence::Given::line);
        add(at, at, child);
      }
    } else {
      const NodeId open = undecided();
      add(low + 1, high - 1, open);
    }
    add(high, high, at_high);
    return;
  }
  const std::int64_t at = middle(input, low, high);
  const NodeId at_middle = with(input, domains_[input].point(at), Influence::Given::line);
  segment(input, low, at_low, at, at_middle, out);
  segment(input, at, at_middle, high, at_high, out);
}

Exploration::NodeId Exploration::split(std::size_t input) {
  const Domain& domain = domains_[input];
  Node node;
  node.input = static_cast<int>(input);
  const auto add = [&](Part::Is is, const Value& value, NodeId child) {
    Branch branch;
    branch.part.is = is;
    branch.part.value = value;
    branch.child = child;
    node.branches.push_back(std::move(branch));
  };
  for (const Value& value : domain.listed) {
    add(Part::Is::listed, value, with(input, value, Influence::Given::exactly));
  }
  switch (domain.rest) {
    case Domain::Rest::nothing:
      break;
    case Domain::Rest::line: {
      const NodeId low = with(input, domain.point(domain.low), Influence::Given::line);
      const NodeId high = domain.low == domain.high
                              ? low
                              : with(input, domain.point(domain.high), Influence::Given::line);
      segment(input, domain.low, low, domain.high, high, node.branches);
      break;
    }
    case Domain::Rest::text: {
      // One that is no constant which it is compared with stands for all of those; it finds them.
      const Value other = other_text(influence_.compared(input));
      NodeId rest = with(input, other, Influence::Given::text);
      if ((nodes_[rest].opaque >> input & 1) != 0 || contains(influence_.compared(input), other)) {
        rest = undecided();
      }
      Branch branch;
      branch.part.is = Part::Is::text;
      branch.child = rest;
      const std::vector<Value> constants = influence_.compared(input);
      for (const Value& constant : constants) {
        if (!constant.is(Kind::string)) continue;
        const NodeId child = with(input, constant, Influence::Given::exactly);
        branch.part.excluded.push_back(constant);
        add(Part::Is::listed, constant, child);
      }
      node.branches.push_back(std::move(branch));
      break;
    }
    case Domain::Rest::unknown: {
      const NodeId open = undecided();
      add(Part::Is::all, {}, open);
      break;
    }
  }
  std::string key = "?" + std::to_string(input) + ':';
  for (const Branch& branch : node.branches) {
    node.opaque |= nodes_[branch.child].opaque;
    key += text_of(static_cast<std::int64_t>(branch.part.is)) +
           (branch.part.is == Part::Is::listed ? branch.part.value.to_text() : std::string()) +
           text_of(branch.part.low) + text_of(branch.part.high) + text_of(branch.child);
  }
  node.opaque &= ~(Inputs{1} << input);
  return keep(std::move(node), std::move(key));
}

void Exploration::gather(NodeId id, std::vector<Part>& parts, std::vector<Leaf>& out) {
  const Node& node = nodes_[id];
  if (node.input < 0) {
    if (!node.value) return;
    if (out.size() >= most_leaves_) {
      is_complete_ = false;
      return;
    }
    out.push_back({parts, *node.value, node.varies});
    return;
  }
  const auto input = static_cast<std::size_t>(node.input);
  for (const Branch& branch : node.branches) {
    parts[input] = branch.part;
    gather(branch.child, parts, out);
  }
  parts[input] = {};
}

std::vector<Leaf> Exploration::leaves() {
  for (std::size_t u = 0; u < domains_.size(); ++u) influence_.give(u, Influence::Given::no);
  const NodeId root = grow();
  std::vector<Part> parts(domains_.size());
  std::vector<Leaf> out;
  gather(root, parts, out);
  return out;
}

}  // namespace aftercare::expression
