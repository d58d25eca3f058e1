// value/currencies.hpp — which codes of money there are.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace aftercare::value {

/// Whether ISO 4217 has the code, in capitals.
[[nodiscard]] bool is_currency(std::string_view code) noexcept;
/// What a word that is no code was probably meant to be; none where nothing common is near.
[[nodiscard]] std::optional<std::string> currency_meant(std::string_view word);

}  // namespace aftercare::value
