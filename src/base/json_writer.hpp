// Writes JSON: escapes text, keeps numbers as the digits they are given as.
//
//   JsonWriter out;
//   out.begin_object().key("amount").number("50.00").key("who").string("李").end_object();
//   out.text();  // {"amount":50.00,"who":"李"}
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace aftercare::base {

/// Appends `text` with quotes and escapes. What is not UTF-8 becomes U+FFFD.
void append_json_string(std::string& out, std::string_view text);

/// Whether `text` is a number of JSON's grammar.
[[nodiscard]] bool is_json_number(std::string_view text) noexcept;

/// One JSON text (or several, a line each) on one line, without spaces. Commas are put by itself.
class JsonWriter {
 public:
  JsonWriter& begin_object();
  JsonWriter& end_object();
  JsonWriter& begin_array();
  JsonWriter& end_array();
  /// Requires: inside an object, a value follows.
  JsonWriter& key(std::string_view name);
  JsonWriter& string(std::string_view text);
  /// A number as written. Requires: is_json_number(digits).
  JsonWriter& number(std::string_view digits);
  JsonWriter& number(std::int64_t value);
  JsonWriter& boolean(bool value);
  JsonWriter& null();
  /// A finished JSON text, unchecked.
  JsonWriter& raw(std::string_view json);
  /// Ends a line; requires that everything is closed.
  JsonWriter& end_line();

  [[nodiscard]] const std::string& text() const noexcept { return out_; }
  /// The text so far, leaving the writer empty.
  [[nodiscard]] std::string take();

 private:
  void separate();

  std::string out_;
  std::vector<char> open_;  // closing brackets that are due
  bool needs_comma_ = false;
};

}  // namespace aftercare::base
