#include <string>

#include <gtest/gtest.h>

#include "base/json_reader.hpp"
#include "base/json_writer.hpp"

namespace aftercare::base {
namespace {

TEST(ReadJson, keeps_the_digits_of_numbers) {
  const JsonRead read =
      read_json(R"({"a": 50.00, "b": [12345678901234567890123, -7, 2.5e300], "c": null})");
  ASSERT_TRUE(read);
  EXPECT_EQ(read.value->find("a")->text, "50.00");
  EXPECT_EQ(read.value->find("b")->items[0].text, "12345678901234567890123");
  EXPECT_EQ(read.value->find("b")->items[1].text, "-7");
  EXPECT_EQ(read.value->find("b")->items.size(), 3u);
  EXPECT_EQ(read.value->find("b")->items[2].text, "2.5e300");
  EXPECT_EQ(read.value->find("c")->kind, JsonValue::Kind::null);
}

TEST(ReadJson, keeps_numbers_that_no_double_holds) {
  const JsonRead read = read_json(R"({"a": 1e309, "b": [-2.5E+6000, 3], "1e999": "\"1e888"})");
  ASSERT_TRUE(read);
  EXPECT_EQ(read.value->find("a")->text, "1e309");
  EXPECT_EQ(read.value->find("b")->items[0].text, "-2.5E+6000");
  EXPECT_EQ(read.value->find("b")->items[1].text, "3");
  EXPECT_EQ(read.value->find("1e999")->text, "\"1e888");
  const JsonRead broken = read_json(R"({"a": 1e309, "a": 2})");
  EXPECT_EQ(broken.failure.kind, JsonFailure::Kind::duplicate_key);
  EXPECT_FALSE(read_json("[1e309, 1e]"));
}

TEST(ReadJson, tells_where_each_value_stands) {
  const std::string text = "{ \"a\" : -1.50 ,\"b\":[ \"x\\\"]\" , true,12],\n \"c\":{ } }";
  const JsonRead read = read_json(text);
  ASSERT_TRUE(read);
  const auto written = [&](const JsonValue& v) { return text.substr(v.begin, v.end - v.begin); };
  EXPECT_EQ(written(*read.value), text);
  EXPECT_EQ(written(*read.value->find("a")), "-1.50");
  const JsonValue& list = *read.value->find("b");
  EXPECT_EQ(written(list), "[ \"x\\\"]\" , true,12]");
  EXPECT_EQ(written(list.items[0]), "\"x\\\"]\"");
  EXPECT_EQ(written(list.items[1]), "true");
  EXPECT_EQ(written(list.items[2]), "12");
  EXPECT_EQ(written(*read.value->find("c")), "{ }");
}

TEST(ReadJson, refuses_a_key_that_comes_twice) {
  const JsonRead read = read_json(R"({"a": 1, "b": 2, "a": 3})");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.failure.kind, JsonFailure::Kind::duplicate_key);
  EXPECT_EQ(read.failure.detail, "a");
  EXPECT_EQ(read.failure.byte, 19u);
}

TEST(ReadJson, refuses_a_key_that_comes_twice_among_many) {
  std::string text = "{";
  for (int i = 0; i < 200'000; ++i) text += "\"k" + std::to_string(i) + "\":1,";
  EXPECT_TRUE(read_json(text + "\"last\":1}"));
  EXPECT_EQ(read_json(text + "\"k5\":1}").failure.kind, JsonFailure::Kind::duplicate_key);
}

TEST(ReadJson, bounds_the_depth) {
  EXPECT_EQ(read_json(std::string(100'000, '[')).failure.kind, JsonFailure::Kind::too_deep);
  EXPECT_TRUE(read_json(std::string(64, '[') + std::string(64, ']')));
}

TEST(ReadJson, tells_where_the_syntax_breaks) {
  const JsonRead read = read_json("{\"a\": 1,}");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.failure.kind, JsonFailure::Kind::syntax);
  EXPECT_EQ(read.failure.byte, 8u);
  EXPECT_FALSE(read_json(""));
  EXPECT_FALSE(read_json("{} {}"));
  EXPECT_FALSE(read_json("\"\xff\""));
}

TEST(JsonWriter, puts_commas_and_escapes) {
  JsonWriter out;
  out.begin_object().key("a").begin_array().number("1.50").string("x\"\\\n\x01李").null();
  out.end_array().key("b").boolean(true).end_object().end_line();
  EXPECT_EQ(out.text(), "{\"a\":[1.50,\"x\\\"\\\\\\n\\u0001李\",null],\"b\":true}\n");
}

TEST(JsonWriter, what_it_writes_reads_back) {
  std::string all;
  for (char32_t c = 1; c < 0x300; ++c) {
    if (c < 0x80) all.push_back(static_cast<char>(c));
  }
  all += "\xff末";
  JsonWriter out;
  out.string(all);
  const JsonRead read = read_json(out.text());
  ASSERT_TRUE(read);
  EXPECT_EQ(read.value->text, all.substr(0, 127) + "\xEF\xBF\xBD末");
}

TEST(JsonWriter, knows_what_a_number_is) {
  for (const char* good : {"0", "-0", "12", "0.50", "1e5", "-1.5E-10"})
    EXPECT_TRUE(is_json_number(good)) << good;
  for (const char* bad : {"", "-", "01", "1.", ".5", "1e", "+1", "0x1", "1 "})
    EXPECT_FALSE(is_json_number(bad)) << bad;
}

}  // namespace
}  // namespace aftercare::base
