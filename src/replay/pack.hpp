// replay/pack.hpp — cases and entries of a finished replay in few bytes. Not a format: the bytes
// live as long as the Replay and never leave it (the stored form is journal/journal_format.hpp).
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string_view>
#include <vector>

#include "base/binary.hpp"
#include "ledger/entry.hpp"
#include "step/case_state.hpp"
#include "step/model.hpp"

namespace aftercare::logs {

/// Memory that grows by blocks and does not move.
class Arena {
 public:
  /// Keeps a copy of the bytes.
  std::string_view keep(std::string_view bytes);
  /// Takes over what another arena holds.
  void take(Arena&& other);
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

 private:
  static constexpr std::size_t block_size = std::size_t{1} << 18U;
  std::vector<std::unique_ptr<char[]>> blocks_;
  char* free_ = nullptr;
  std::size_t left_ = 0;
  std::size_t size_ = 0;
};

void pack(base::ByteWriter& out, const step::CaseState& state, const step::Model& model);
/// The same case again. Requires: bytes of pack() with the same model.
[[nodiscard]] step::CaseState unpack_case(base::ByteReader& in, const step::Model& model);
/// What stands first: enough to tell its steps. The texts are views into the bytes.
struct PackedSteps {
  step::Index procedure = step::none;
  std::string_view id, record;
};
[[nodiscard]] PackedSteps unpack_steps(base::ByteReader& in);

/// `case_number` is 0 for an entry made by hand, else the place of its case in the component + 1.
void pack(base::ByteWriter& out, const ledger::Entry& entry, std::uint32_t case_number);
/// The same entry, but for its id and its case, whose number is given back.
[[nodiscard]] ledger::Entry unpack_entry(base::ByteReader& in, std::uint32_t& case_number);

}  // namespace aftercare::logs
