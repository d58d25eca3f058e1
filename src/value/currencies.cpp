#include "value/currencies.hpp"

#include <algorithm>
#include <vector>

#include "base/text.hpp"

namespace aftercare::value {

namespace {

constexpr std::string_view codes[] = {
#define CODE(code) #code,
#include "value/currencies.def"
#undef CODE
};
static_assert(std::is_sorted(std::begin(codes), std::end(codes)));

}  // namespace

bool is_currency(std::string_view code) noexcept {
  return std::binary_search(std::begin(codes), std::end(codes), code);
}

std::optional<std::string> currency_meant(std::string_view word) {
  constexpr std::string_view renminbi[] = {"RMB", "CNH", "rmb", "yuan", "Yuan", "YUAN", "cny"};
  if (std::find(std::begin(renminbi), std::end(renminbi), word) != std::end(renminbi)) return "CNY";
  // Of 150 codes one is near to any three letters: only what is common is worth a hint.
  static const std::vector<std::string> common = {"CNY", "EUR", "GBP", "HKD", "JPY", "USD"};
  return base::closest(word, common);
}

}  // namespace aftercare::value
