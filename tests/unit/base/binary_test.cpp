#include "base/binary.hpp"

#include <cstdint>
#include <limits>

#include <gtest/gtest.h>

namespace aftercare::base {
namespace {

TEST(Binary, reads_back_what_was_written) {
  ByteWriter out;
  const std::uint64_t numbers[] = {
      0, 1, 127, 128, 300, 1ull << 63, std::numeric_limits<std::uint64_t>::max()};
  const std::int64_t signed_numbers[] = {0, -1, 1, std::numeric_limits<std::int64_t>::min(),
                                         std::numeric_limits<std::int64_t>::max()};
  for (const auto n : numbers) out.varint(n);
  for (const auto n : signed_numbers) out.signed_varint(n);
  out.fixed32(0xDEADBEEF);
  out.fixed64(0x0123456789ABCDEF);
  out.text("派工");
  out.byte(9);
  ByteReader in(out.data());
  for (const auto n : numbers) EXPECT_EQ(in.varint(), n);
  for (const auto n : signed_numbers) EXPECT_EQ(in.signed_varint(), n);
  EXPECT_EQ(in.fixed32(), 0xDEADBEEFu);
  EXPECT_EQ(in.fixed64(), 0x0123456789ABCDEFu);
  EXPECT_EQ(in.text(), "派工");
  EXPECT_EQ(in.byte(), 9);
  EXPECT_TRUE(in.is_done());
}

TEST(Binary, a_number_takes_a_byte_for_each_seven_bits) {
  for (unsigned bits = 1; bits <= 64; ++bits) {
    const std::uint64_t longest = bits == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << bits) - 1;
    for (const std::uint64_t n : {longest, std::uint64_t{1} << (bits - 1)}) {
      ByteWriter out;
      out.varint(n);
      std::string appended;
      ByteWriter::append_varint(appended, n);
      EXPECT_EQ(out.data(), appended);
      EXPECT_EQ(out.size(), bits > 56 ? 9u : (bits + 6) / 7);
      for (const std::size_t behind : {0, 1, 20}) {  // read with and without bytes to look ahead
        const std::string bytes = appended + std::string(behind, '\xff');
        ByteReader in(bytes);
        EXPECT_EQ(in.varint(), n);
        EXPECT_EQ(in.remaining(), behind);
      }
    }
  }
}

TEST(Binary, every_cut_is_noticed) {
  ByteWriter out;
  out.varint(300);
  out.text("abc");
  out.fixed64(1);
  for (std::size_t length = 0; length < out.size(); ++length) {
    ByteReader in(std::string_view(out.data()).substr(0, length));
    in.varint();
    in.text();
    in.fixed64();
    EXPECT_FALSE(in.is_good()) << length;
  }
}

TEST(Binary, refuses_numbers_that_lie) {
  for (const std::string_view longer :
       {std::string_view("\x02\x00", 2),
        std::string_view("\x02\x00\0\0\0\0\0\0\0\0", 10),  // 0 in two
        std::string_view("\x00\x01\0\0\0\0\0\0\0", 9)}) {  // 1 in nine
    ByteReader in(longer);
    in.varint();
    EXPECT_FALSE(in.is_good());
  }
  ByteReader many("\xfe\xff\x03");  // some 65,000 things in no bytes
  EXPECT_EQ(many.count(), 0u);
  EXPECT_FALSE(many.is_good());
  EXPECT_EQ(many.varint(), 0u);
}

}  // namespace
}  // namespace aftercare::base
