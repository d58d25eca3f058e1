#include "base/json_writer.hpp"

#include <utility>

#include "base/assert.hpp"
#include "base/unicode.hpp"

namespace aftercare::base {

void append_json_string(std::string& out, std::string_view text) {
  static constexpr char hex[] = "0123456789abcdef";
  out.push_back('"');
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
      ++at;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      ++at;
      switch (c) {
        case '\n':
          out += "\\n";
          break;
        case '\r':
          out += "\\r";
          break;
        case '\t':
          out += "\\t";
          break;
        default:
          out += "\\u00";
          out.push_back(hex[c >> 4]);
          out.push_back(hex[c & 15]);
      }
    } else if (static_cast<unsigned char>(c) < 0x80) {
      out.push_back(c);
      ++at;
    } else {
      const Decoded step = decode(text, at);
      append_utf8(out, step.code_point);
      at += step.bytes;
    }
  }
  out.push_back('"');
}

bool is_json_number(std::string_view text) noexcept {
  std::size_t at = 0;
  const auto digits = [&] {
    const std::size_t begin = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
    return at - begin;
  };
  if (at < text.size() && text[at] == '-') ++at;
  const std::size_t whole_at = at;
  const std::size_t whole = digits();
  if (whole == 0 || (whole > 1 && text[whole_at] == '0')) return false;
  if (at < text.size() && text[at] == '.') {
    ++at;
    if (digits() == 0) return false;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (digits() == 0) return false;
  }
  return at == text.size();
}

void JsonWriter::separate() {
  if (needs_comma_) out_.push_back(',');
  needs_comma_ = true;
}

JsonWriter& JsonWriter::begin_object() {
  separate();
  out_.push_back('{');
  open_.push_back('}');
  needs_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::end_object() {
  AFTERCARE_ASSERT(!open_.empty() && open_.back() == '}', "end_object closes an object");
  open_.pop_back();
  out_.push_back('}');
  needs_comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::begin_array() {
  separate();
  out_.push_back('[');
  open_.push_back(']');
  needs_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::end_array() {
  AFTERCARE_ASSERT(!open_.empty() && open_.back() == ']', "end_array closes an array");
  open_.pop_back();
  out_.push_back(']');
  needs_comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  AFTERCARE_ASSERT(!open_.empty() && open_.back() == '}', "a key stands in an object");
  separate();
  append_json_string(out_, name);
  out_.push_back(':');
  needs_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::string(std::string_view text) {
  separate();
  append_json_string(out_, text);
  return *this;
}

JsonWriter& JsonWriter::number(std::string_view digits) {
  AFTERCARE_ASSERT(is_json_number(digits), "a number is written with digits that JSON knows");
  return raw(digits);
}

JsonWriter& JsonWriter::number(std::int64_t value) { return raw(std::to_string(value)); }

JsonWriter& JsonWriter::boolean(bool value) { return raw(value ? "true" : "false"); }

JsonWriter& JsonWriter::null() { return raw("null"); }

JsonWriter& JsonWriter::raw(std::string_view json) {
  separate();
  out_ += json;
  return *this;
}

JsonWriter& JsonWriter::end_line() {
  AFTERCARE_ASSERT(open_.empty(), "a line ends where everything is closed");
  out_.push_back('\n');
  needs_comma_ = false;
  return *this;
}

std::string JsonWriter::take() {
  needs_comma_ = false;
  open_.clear();
  return std::exchange(out_, {});
}

}  // namespace aftercare::base
