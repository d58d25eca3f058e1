// cli/json_value.hpp — FEEL values from JSON and back; digits are kept as written.
#pragma once

#include "aftercare/value.hpp"

#include "base/json_reader.hpp"
#include "base/json_writer.hpp"

namespace aftercare::cli {

[[nodiscard]] Value from_json(const base::JsonValue& json);
/// Dates, lengths and money as texts.
void to_json(const Value& value, base::JsonWriter& out);

}  // namespace aftercare::cli
