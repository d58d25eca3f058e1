// step/convert.hpp — values of a type from what hosts, logs and stories write, and back to text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "aftercare/result.hpp"
#include "aftercare/time.hpp"
#include "aftercare/type.hpp"
#include "aftercare/value.hpp"

#include "step/model.hpp"

namespace aftercare::step {

/// The value of `type` that a text stands for: "300 CNY", "2024-03-04T09:00", "repair", "true",
/// "24h", "[a, b]", "null". Instants without offset are in `zone`. Nothing is guessed: a word that
/// is not in the set, a number with too many digits or a time that the zone shows twice is an
/// error. Errors: invalid_argument with what was expected.
[[nodiscard]] Result<Value> from_text(std::string_view text, const Type& type, const Zone& zone);

/// An amount as it is written: "300 CNY", or with the Chinese word of a currency "300元".
struct WrittenAmount {
  std::string_view digits, currency;
};
/// Neither part is looked at; none: the text has no currency.
[[nodiscard]] std::optional<WrittenAmount> amount_in(std::string_view text);

/// A host's value made to fit `type`: strings as from_text(), whole numbers for numbers, money of
/// the same currency, lists element by element. Errors: invalid_argument.
[[nodiscard]] Result<Value> convert(const Value& value, const Type& type, const Zone& zone);

/// As people read it: words by name, money with its currency, instants in `zone`.
[[nodiscard]] std::string to_text(const Value& value, const Model& model, const Zone& zone);

/// A host's view of it: words and persons as strings, everything else as it is.
[[nodiscard]] Value to_host(const Value& value, const Model& model);

/// What hosts, logs and stories call a datum of a form: "job_sheet.minutes", and with "signed" a
/// signature.
[[nodiscard]] std::string datum_name(const Form& form, SlotIndex slot);

}  // namespace aftercare::step
