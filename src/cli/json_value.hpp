// cli/json_value.hpp — FEEL values from JSON and back; digits are kept as written.
#pragma once

#include <cstdint>
#include <string>

#include "aftercare/diagnostic.hpp"
#include "aftercare/type.hpp"
#include "aftercare/value.hpp"

#include "base/json_reader.hpp"
#include "base/json_writer.hpp"

namespace aftercare::cli {

[[nodiscard]] Value from_json(const base::JsonValue& json);

/// The value of `name` as its type has it: texts become dates, times and durations where the type
/// says so. What is of another type, and a number of more digits than are kept, is a finding at its
/// place in text number `file`, and null.
[[nodiscard]] Value from_json(const base::JsonValue& json, const Type& type,
                              const std::string& name, std::uint32_t file, Diagnostics& findings);

/// What keeps a text from being JSON, at its place; `of` are the bytes that were read.
[[nodiscard]] Diagnostic finding_of(const base::JsonFailure& failure, SourceSpan of);

/// The type without "optional": in DMN everything may be null.
[[nodiscard]] Type bare(const Type& type);

/// Dates, lengths and money as texts.
void to_json(const Value& value, base::JsonWriter& out);

}  // namespace aftercare::cli
