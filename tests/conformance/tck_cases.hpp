// The test cases of the DMN Technology Compatibility Kit (testCases.xsd) and how results compare.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "aftercare/diagnostic.hpp"
#include "aftercare/source.hpp"
#include "aftercare/type.hpp"
#include "aftercare/value.hpp"

namespace aftercare::conformance {

/// A value as a test file writes it.
struct TckValue {
  enum class Kind { null, typed, untyped, list, context, unreadable };
  Kind kind = Kind::null;
  Value value;       ///< of `typed`
  std::string text;  ///< of `untyped` and `unreadable`
  std::vector<TckValue> items;
  std::vector<std::pair<std::string, TckValue>> components;
};

struct TckInput {
  std::string name;
  std::string model;  ///< namespace, where one is given
  TckValue value;
};

struct TckResult {
  std::string node;
  std::string type;  ///< decision, bkm, decisionService, or nothing
  bool is_error = false;
  TckValue expected;
};

struct TckCase {
  std::string id;
  std::string type;       ///< decision, bkm, decisionService
  std::string invocable;  ///< name of the service
  std::vector<TckInput> inputs;
  std::vector<TckResult> results;
};

struct TckFile {
  bool is_test_file = false;
  std::string model;  ///< file name of the model
  std::vector<TckCase> cases;
};

/// Reads text number `file`; findings where it is not XML.
[[nodiscard]] TckFile read_test_file(const Sources& sources, std::uint32_t file,
                                     Diagnostics& findings);

/// The value that an input stands for, untyped texts read as `type` says.
[[nodiscard]] Value to_value(const TckValue& written, const Type& type);

struct Comparison {
  bool is_equal = true;
  bool is_exact = true;  ///< every number digit for digit (after removing trailing zeros)
};
[[nodiscard]] Comparison compare(const TckValue& expected, const Value& actual);

/// {"number": "1.50"}, {"date": …}, lists, {"context": {…}}.
[[nodiscard]] std::string result_json(const Value& value);
/// For people.
[[nodiscard]] std::string to_text(const TckValue& written);

}  // namespace aftercare::conformance
