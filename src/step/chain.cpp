#include "step/chain.hpp"

#include <algorithm>

namespace aftercare::step {

using Is = Chain::Part::Is;

std::size_t ChainView::post_of(Index part) const {
  return static_cast<std::size_t>(std::find(chain_.posts.begin(), chain_.posts.end(), part) -
                                  chain_.posts.begin());
}

bool ChainView::is_passed(Index which) const {
  const Chain::Part& part = chain_.parts[which];
  if (part.is == Is::post) return posts_[post_of(which)] == PostState::passed;
  return std::all_of(part.parts.begin(), part.parts.end(),
                     [&](Index inner) { return is_passed(inner); });
}

/// Of those who are asked at all, so many.
std::size_t ChainView::need(Index which) const {
  const Chain::Part& part = chain_.parts[which];
  const auto asked = static_cast<std::size_t>(std::count_if(
      part.parts.begin(), part.parts.end(), [&](Index inner) { return !is_passed(inner); }));
  return std::min<std::size_t>(part.need, asked);
}

bool ChainView::is_done(Index which) const {
  const Chain::Part& part = chain_.parts[which];
  if (part.is == Is::post) return posts_[post_of(which)] == PostState::answered;
  const auto is_done_or_passed = [&](Index inner) { return is_done(inner) || is_passed(inner); };
  if (part.is == Is::sequence)
    return std::all_of(part.parts.begin(), part.parts.end(), is_done_or_passed);
  const auto done = static_cast<std::size_t>(
      std::count_if(part.parts.begin(), part.parts.end(),
                    [&](Index inner) { return !is_passed(inner) && is_done(inner); }));
  return done >= need(which);
}

void ChainView::add_turn(Index which, std::vector<Index>& to) const {
  const Chain::Part& part = chain_.parts[which];
  if (is_done(which) || is_passed(which)) return;
  if (part.is == Is::post) {
    to.push_back(static_cast<Index>(post_of(which)));
    return;
  }
  for (const Index inner : part.parts) {
    if (is_done(inner) || is_passed(inner)) continue;
    add_turn(inner, to);
    if (part.is == Is::sequence) return;
  }
}

std::vector<Index> ChainView::turn() const {
  std::vector<Index> out;
  add_turn(whole(), out);
  return out;
}

bool ChainView::can_be_done(Index which, const std::vector<bool>& is_vacant) const {
  const Chain::Part& part = chain_.parts[which];
  if (is_done(which) || is_passed(which)) return true;
  if (part.is == Is::post) return !is_vacant[post_of(which)];
  const auto can = static_cast<std::size_t>(std::count_if(
      part.parts.begin(), part.parts.end(),
      [&](Index inner) { return !is_passed(inner) && can_be_done(inner, is_vacant); }));
  if (part.is == Is::some) return can >= need(which);
  return std::all_of(part.parts.begin(), part.parts.end(), [&](Index inner) {
    return is_passed(inner) || can_be_done(inner, is_vacant);
  });
}

bool ChainView::can_be_done(const std::vector<bool>& is_vacant) const {
  return can_be_done(whole(), is_vacant);
}

std::string ChainView::left() const {
  ChainWords words;
  words.joints = chain_.joints;
  words.post = [](const Chain::Part& part) { return part.name; };
  words.is_left = [this](Index part) { return !is_done(part) && !is_passed(part); };
  words.how_many = [this](Index which) {
    const Chain::Part& part = chain_.parts[which];
    const auto done = static_cast<std::size_t>(
        std::count_if(part.parts.begin(), part.parts.end(),
                      [&](Index inner) { return !is_passed(inner) && is_done(inner); }));
    return need(which) - std::min(done, need(which));
  };
  return chain_text(chain_, words);
}

const Chain::Part& common_part(const Chain& chain, Index a, Index b) {
  std::vector<Index> above;
  for (Index p = chain.parts[chain.posts[a]].within; p != none; p = chain.parts[p].within)
    above.push_back(p);
  Index p = chain.parts[chain.posts[b]].within;
  while (std::find(above.begin(), above.end(), p) == above.end()) p = chain.parts[p].within;
  return chain.parts[p];
}

bool is_asked_for_sure(const Chain& chain, Index a, Index b) {
  const Chain::Part& common = common_part(chain, a, b);
  for (Index p = chain.parts[chain.posts[b]].within; p != none; p = chain.parts[p].within) {
    if (!chain.parts[p].asks_all()) return false;
    if (&chain.parts[p] == &common) return true;
  }
  return true;
}

namespace {

enum : std::size_t { joint_or, joint_and, joint_then, joint_of };

std::string text_of(const Chain& chain, Index which, const ChainWords& words) {
  const Chain::Part& part = chain.parts[which];
  if (part.is == Is::post) return words.post(part);
  std::vector<Index> shown;
  for (const Index inner : part.parts)
    if (!words.is_left || words.is_left(inner)) shown.push_back(inner);
  const bool is_counted = part.is == Is::some && part.is_counted;
  if (shown.size() == 1 && !is_counted) return text_of(chain, shown.front(), words);
  const bool is_and = part.is == Is::some && !is_counted && part.need > 1;
  const bool is_or = part.is == Is::some && !is_counted && !is_and;
  std::string out;
  if (is_counted) {
    const std::size_t many = words.how_many ? words.how_many(which) : part.need;
    out = std::to_string(many) + " " + words.joints[joint_of] + " ";
  }
  bool was_compound = false;
  for (std::size_t i = 0; i < shown.size(); ++i) {
    const Chain::Part& inner = chain.parts[shown[i]];
    const bool is_compound = inner.is != Is::post;
    const bool inner_or = inner.is == Is::some && !inner.is_counted && inner.need == 1;
    const bool needs_brackets =
        inner.is == Is::sequence || (is_and && inner_or) || (is_counted && is_compound);
    std::string text = text_of(chain, shown[i], words);
    if (needs_brackets) text = "(" + text + ")";
    if (i > 0) {
      if (part.is == Is::sequence) {
        out += (was_compound ? ", " : " ") + words.joints[joint_then] + " ";
      } else if (is_counted) {
        out += ", ";
      } else {
        out += " " + words.joints[is_or ? joint_or : joint_and] + " ";
      }
    }
    out += text;
    was_compound = is_compound;
  }
  return out;
}

}  // namespace

std::string chain_text(const Chain& chain, const ChainWords& words) {
  if (chain.parts.empty()) return {};
  return text_of(chain, static_cast<Index>(chain.parts.size() - 1), words);
}

std::string chain_text(const Chain& chain) {
  ChainWords words;
  words.joints = chain.joints;
  words.post = [](const Chain::Part& part) { return part.name; };
  return chain_text(chain, words);
}

}  // namespace aftercare::step
