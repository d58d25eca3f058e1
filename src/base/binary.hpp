// Bytes in and out, for the journal and the trace: variable-length and fixed little-endian numbers,
// texts with their length. The reader checks every bound and fails for good at the first wrong
// byte.
//
//   ByteWriter out;                       ByteReader in(bytes);
//   out.varint(7);                        auto n = in.varint();
//   out.text("arrived");                  auto name = in.text();
//                                         if (!in.is_good()) return corrupt();
#pragma once

#include <algorithm>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

namespace aftercare::base {

/// From and to the order of bytes in which numbers are kept: low ones first.
[[nodiscard]] inline std::uint64_t low_first(std::uint64_t value) noexcept {
  if constexpr (std::endian::native == std::endian::big) value = __builtin_bswap64(value);
  return value;
}

/// Bytes of `value` as a varint, 1 to 9: a byte for each seven bits.
[[nodiscard]] inline unsigned varint_length(std::uint64_t value) noexcept {
  return std::min((static_cast<unsigned>(std::bit_width(value | 1)) * 9 + 64) / 64, 9U);
}

class ByteWriter {
 public:
  ByteWriter() { at(0); }
  ByteWriter(const ByteWriter&) = delete;  // its places are inside of its text
  ByteWriter& operator=(const ByteWriter&) = delete;

  void byte(std::uint8_t value) { *room<1>()++ = static_cast<char>(value); }
  /// Small numbers take one byte, seven bits a byte: as many zero bits as bytes follow the first, a
  /// one, then the number, low bytes first. From 2^56 on, a zero byte and the number's eight. The
  /// length stands in the first byte, so that neither side loops over the others.
  void varint(std::uint64_t value) { varints(value); }
  /// Several in one go: the end of what was written is looked up and moved once. A std::uint8_t is
  /// a byte().
  template <class... Integers>
  void varints(Integers... values) {
    char* at = room<9 * sizeof...(values)>();
    ((at = put(at, values)), ...);
    at_ = at;
  }
  /// The low `count` bytes of `parts`, at most eight, low ones first: several small things in one
  /// store.
  void packed(std::uint64_t parts, unsigned count) {
    char* const at = room<8>();
    store(at, parts);
    at_ = at + count;
  }
  /// The varint of a number below 128 is one byte.
  [[nodiscard]] static constexpr std::uint8_t short_varint(std::uint32_t value) noexcept {
    return static_cast<std::uint8_t>(value << 1 | 1);
  }
  /// Small negative numbers are short too.
  [[nodiscard]] static std::uint64_t zigzag(std::int64_t value) noexcept {
    return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
  }
  void signed_varint(std::int64_t value) { varint(zigzag(value)); }
  /// The varint behind what `out` holds.
  static void append_varint(std::string& out, std::uint64_t value) {
    char bytes[9];
    out.append(bytes, static_cast<std::size_t>(put(bytes, value) - bytes));
  }
  void fixed32(std::uint32_t value) { packed(value, 4); }
  void fixed64(std::uint64_t value) { packed(value, 8); }
  /// Bytes as they are; the reader must know how many.
  void bytes(std::string_view value) {
    if (value.empty()) return;
    if (value.size() > left()) [[unlikely]]
      grow(value.size());
    std::memcpy(at_, value.data(), value.size());
    at_ += value.size();
  }
  /// Bytes behind their length.
  void text(std::string_view value) {
    varint(value.size());
    bytes(value);
  }

  /// Holds until the next write.
  [[nodiscard]] std::string_view data() const noexcept { return {out_.data(), size()}; }
  [[nodiscard]] std::size_t size() const noexcept {
    return static_cast<std::size_t>(at_ - out_.data());
  }
  [[nodiscard]] std::string take() {
    out_.resize(size());
    std::string out = std::exchange(out_, {});
    at(0);
    return out;
  }
  void clear() noexcept { at_ = out_.data(); }

 private:
  /// Before `full_` there is room for as many, so that most writes need no sum to know it.
  static constexpr std::size_t spare = 64;

  /// Where the next `count` bytes go.
  template <std::size_t count>
  char*& room() {
    static_assert(count <= spare);
    if (at_ >= full_) [[unlikely]]
      grow(count);
    return at_;
  }
  [[nodiscard]] std::size_t left() const noexcept { return out_.size() - size(); }
  template <std::unsigned_integral Integer>
  static char* put(char* at, Integer value) noexcept {
    if constexpr (sizeof value == 1) {
      *at = static_cast<char>(value);
      return at + 1;
    } else {
      if (value < 0x80) [[likely]] {
        *at = static_cast<char>(short_varint(static_cast<std::uint32_t>(value)));
        return at + 1;
      }
      const unsigned length = varint_length(value);
      if (length > 8) [[unlikely]] {
        *at++ = 0;
        return store(at, value);
      }
      store(at, (static_cast<std::uint64_t>(value) << 1 | 1) << (length - 1));
      return at + length;
    }
  }
  /// Eight bytes, low ones first. Where fewer count, what comes next writes over the others.
  static char* store(char* at, std::uint64_t value) noexcept {
    value = low_first(value);
    std::memcpy(at, &value, sizeof value);
    return at + sizeof value;
  }
  // Never part of a writer's body: it is rare, and would keep the rest from being so.
  [[gnu::noinline]] void grow(std::size_t count) {
    const std::size_t written = size();
    out_.resize(std::max(2 * out_.size(), written + count + 2 * spare));
    at(written);
  }
  void at(std::size_t written) noexcept {
    at_ = out_.data() + written;
    full_ = out_.size() < spare ? at_ : out_.data() + (out_.size() - spare);
  }

  std::string out_;  // as long as there is room; what was written goes up to at_
  char* at_;
  char* full_;
};

/// Reads what ByteWriter wrote. After a failure every read gives 0 or an empty text.
class ByteReader {
 public:
  explicit ByteReader(std::string_view data) noexcept : data_(data) {}

  [[nodiscard]] bool is_good() const noexcept { return is_good_; }
  [[nodiscard]] bool is_at_end() const noexcept { return at_ == data_.size(); }
  /// Everything was read and nothing failed.
  [[nodiscard]] bool is_done() const noexcept { return is_good_ && is_at_end(); }
  [[nodiscard]] std::size_t position() const noexcept { return at_; }
  [[nodiscard]] std::size_t remaining() const noexcept { return data_.size() - at_; }
  /// For what the caller finds wrong in a value.
  void fail() noexcept {
    is_good_ = false;
    at_ = data_.size();
  }

  std::uint8_t byte() noexcept {
    if (at_ == data_.size()) {
      fail();
      return 0;
    }
    return static_cast<std::uint8_t>(data_[at_++]);
  }
  /// Fails on a form longer than needed, so that a value has one form.
  std::uint64_t varint() noexcept {
    if (at_ == data_.size()) {
      fail();
      return 0;
    }
    const auto first = static_cast<unsigned char>(data_[at_]);
    const unsigned length = first == 0 ? 9 : static_cast<unsigned>(std::countr_zero(first)) + 1;
    if (length > remaining()) {
      fail();
      return 0;
    }
    std::uint64_t value = 0;
    if (length == 9) {
      ++at_;
      value = fixed64();
    } else {
      if (remaining() >= sizeof value) {
        std::memcpy(&value, data_.data() + at_, sizeof value);
        value = low_first(value);
        value = value << (64 - 8 * length) >> (64 - 8 * length);
      } else {
        for (unsigned i = length; i-- > 0;)
          value = value << 8 | static_cast<unsigned char>(data_[at_ + i]);
      }
      value >>= length;
      at_ += length;
    }
    if (varint_length(value) != length) {
      fail();
      return 0;
    }
    return value;
  }
  /// The number that ByteWriter::zigzag() made this of.
  [[nodiscard]] static std::int64_t unzigzag(std::uint64_t value) noexcept {
    return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
  }
  std::int64_t signed_varint() noexcept { return unzigzag(varint()); }
  std::uint32_t fixed32() noexcept { return static_cast<std::uint32_t>(fixed(4)); }
  std::uint64_t fixed64() noexcept { return fixed(8); }
  /// A view into the data that was given.
  std::string_view bytes(std::uint64_t count) noexcept {
    if (count > remaining()) {
      fail();
      return {};
    }
    const std::string_view out = data_.substr(at_, static_cast<std::size_t>(count));
    at_ += out.size();
    return out;
  }
  std::string_view text() noexcept { return bytes(varint()); }
  /// A number of things to follow, each at least `least_bytes` long; fails where they cannot fit,
  /// so that nobody reserves memory for a lie.
  std::uint64_t count(std::size_t least_bytes = 1) noexcept {
    const std::uint64_t value = varint();
    if (least_bytes != 0 && value > remaining() / least_bytes) {
      fail();
      return 0;
    }
    return value;
  }

 private:
  std::uint64_t fixed(int count) noexcept {
    const std::string_view raw = bytes(static_cast<std::uint64_t>(count));
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < raw.size(); ++i)
      value |= static_cast<std::uint64_t>(static_cast<unsigned char>(raw[i])) << (8 * i);
    return value;
  }

  std::string_view data_;
  std::size_t at_ = 0;
  bool is_good_ = true;
};

}  // namespace aftercare::base
