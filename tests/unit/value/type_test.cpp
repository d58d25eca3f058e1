// Types: equality and how they are written.
#include "aftercare/type.hpp"

#include <gtest/gtest.h>

namespace aftercare {
namespace {

TEST(Type, IsWrittenAsAPackWritesIt) {
  const auto grade = Type::symbol("Leave", {"personal", "sick"}, 3);
  EXPECT_EQ(Type::list(grade.optional()).to_text(), "list of optional Leave");
  EXPECT_EQ(Type::list(Type::of(Type::Is::money)).optional().to_text(), "optional list of money");
  EXPECT_EQ(Type::symbol("", {"a", "b"}, 1).to_text(), "a | b");
  EXPECT_EQ(Type::context({{"x", Type::number()}, {"y", Type::date().optional()}}).to_text(),
            "context {x: number, y: optional date}");
  EXPECT_EQ(Type::function({{"a", Type::string()}}, Type::boolean()).to_text(),
            "function(a: string) -> boolean");
  EXPECT_EQ(Type::range(Type::date()).to_text(), "range of date");
  EXPECT_EQ(Type::any().to_text(), "any");
}

TEST(Type, ComparesByMeaning) {
  EXPECT_TRUE(Type::number() == Type::number());
  EXPECT_FALSE(Type::number() == Type::number().optional());
  EXPECT_TRUE(Type::number().optional().required() == Type::number());
  EXPECT_FALSE(Type::number({.minimum = rt::Decimal(0), .maximum = {}}) == Type::number());
  EXPECT_TRUE(Type::symbol("A", {"x"}, 1) == Type::symbol("B", {"x"}, 1));
  EXPECT_FALSE(Type::symbol("A", {"x"}, 1) == Type::symbol("A", {"x"}, 2));
  EXPECT_FALSE(Type::money(currency_code("CNY"), 2) == Type::money(currency_code("USD"), 2));
  EXPECT_TRUE(Type::list(Type::number()) == Type::list(Type::number()));
  EXPECT_FALSE(Type::list(Type::number()) == Type::list(Type::string()));
  EXPECT_TRUE(Type() == Type::any());
}

TEST(Type, AnswersAboutItsParts) {
  const auto t = Type::context({{"fee", Type::money(currency_code("CNY"), 2)}}, "Order");
  ASSERT_NE(t.member("fee"), nullptr);
  EXPECT_EQ(t.member("fee")->scale(), 2);
  EXPECT_EQ(t.member("fees"), nullptr);
  EXPECT_EQ(t.name(), "Order");
  EXPECT_TRUE(Type::any().members().empty());
  EXPECT_EQ(Type::any().element().is(), Type::Is::any);
}

}  // namespace
}  // namespace aftercare
