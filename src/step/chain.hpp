// step/chain.hpp — a chain of approvers read as a whole: what is left of it, and as a text.
#pragma once

#include <array>
#include <functional>
#include <string>
#include <vector>

#include "step/model.hpp"

namespace aftercare::step {

/// What has become of each post of a chain.
enum class PostState : std::uint8_t {
  open,      ///< not answered yet
  answered,  ///< agreed to
  passed     ///< not asked: who holds it is asked elsewhere, or it is his own case
};
/// By post, in order of the text.
using PostStates = std::vector<PostState>;

/// What is left of a chain. Requires: both live as long as this.
class ChainView {
 public:
  ChainView(const Chain& chain, const PostStates& posts) : chain_(chain), posts_(posts) {}

  /// Nobody is asked in this part.
  [[nodiscard]] bool is_passed(Index part) const;
  /// As many as it needs have agreed; those who are not asked are not waited for.
  [[nodiscard]] bool is_done(Index part) const;
  [[nodiscard]] bool is_over() const { return is_done(whole()) || is_passed(whole()); }
  [[nodiscard]] bool is_passed() const { return is_passed(whole()); }
  /// The posts whose turn it is, in order of the text.
  [[nodiscard]] std::vector<Index> turn() const;
  /// Whether it can still be done where these posts cannot be filled.
  [[nodiscard]] bool can_be_done(const std::vector<bool>& is_vacant) const;
  /// What is left, with the joints of the pack: "b or c, then d".
  [[nodiscard]] std::string left() const;

 private:
  [[nodiscard]] Index whole() const { return static_cast<Index>(chain_.parts.size() - 1); }
  [[nodiscard]] std::size_t post_of(Index part) const;
  [[nodiscard]] std::size_t need(Index part) const;
  void add_turn(Index part, std::vector<Index>& to) const;
  [[nodiscard]] bool can_be_done(Index part, const std::vector<bool>& is_vacant) const;

  const Chain& chain_;
  const PostStates& posts_;
};

/// The innermost part that holds both posts (numbers of Chain::posts).
[[nodiscard]] const Chain::Part& common_part(const Chain& chain, Index a, Index b);
/// Whether all parts are asked on the way from what holds both down to the second post.
[[nodiscard]] bool is_asked_for_sure(const Chain& chain, Index a, Index b);

/// How a text of a chain is put together.
struct ChainWords {
  std::array<std::string, 4> joints;  ///< or, and, then, of
  std::function<std::string(const Chain::Part&)> post;
  std::function<bool(Index)> is_left;          ///< without: all parts
  std::function<std::size_t(Index)> how_many;  ///< of a counted part; without: as written
};
[[nodiscard]] std::string chain_text(const Chain& chain, const ChainWords& words);
/// As it is written, with the joints of its pack.
[[nodiscard]] std::string chain_text(const Chain& chain);

}  // namespace aftercare::step
