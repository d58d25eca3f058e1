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
  ByteReader longer(std::string_view("\x80\x00", 2));  // 0 in two bytes
  longer.varint();
  EXPECT_FALSE(longer.is_good());
  ByteReader eleven("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01");
  eleven.varint();
  EXPECT_FALSE(eleven.is_good());
  ByteReader many("\xff\xff\x03");  // 65,535 things in no bytes
  EXPECT_EQ(many.count(), 0u);
  EXPECT_FALSE(many.is_good());
  EXPECT_EQ(many.varint(), 0u);
}

}  // namespace
}  // namespace aftercare::base
