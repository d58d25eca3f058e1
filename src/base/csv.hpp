// base/csv.hpp — rows of comma-separated values (RFC 4180): quotes, doubled quotes, line breaks
// inside quotes, CRLF or LF. Fields are views into the text, or into a scratch where quotes had to
// go.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace aftercare::base {

class CsvReader {
 public:
  explicit CsvReader(std::string_view text) noexcept : text_(text) {
    if (text_.substr(0, 3) == "\xEF\xBB\xBF") at_ = 3;
  }

  /// The next row that is not an empty line. False at the end. Views hold until the next call.
  bool next(std::vector<std::string_view>& fields) {
    fields.clear();
    unquoted_.clear();
    is_broken_ = false;
    while (at_ < text_.size() && (text_[at_] == '\n' || text_[at_] == '\r')) end_of_line();
    if (at_ >= text_.size()) return false;
    row_line_ = line_;
    row_at_ = at_;
    const char* const begin = text_.data();
    const char* const end = begin + text_.size();
    const char* at = begin + at_;
    for (;; ++at) {
      if (at != end && *at == '"') {
        at_ = static_cast<std::size_t>(at - begin);
        fields.push_back(quoted());
        at = begin + at_;
      } else {
        const char* const first = at;
        at = end_of_field(at, end);
        fields.emplace_back(first, static_cast<std::size_t>(at - first));
      }
      if (at == end || *at != ',') break;
    }
    at_ = static_cast<std::size_t>(at - begin);
    if (at != end) end_of_line();
    if (is_broken_) keep_one_line();
    return true;
  }
  /// Whether the row has a quoted line end.
  [[nodiscard]] bool has_several_lines() const noexcept { return line_ - row_line_ > 1; }
  /// Takes no more than its first line for the row: the next row is the line behind it. For a row
  /// that a stray quotation mark has made of many. The views stay.
  void keep_one_line() noexcept {
    at_ = std::min(text_.find_first_of("\r\n", row_at_), text_.size());
    line_ = row_line_;
    if (at_ < text_.size()) end_of_line();
  }
  /// Line of the row that next() gave, from 1.
  [[nodiscard]] std::uint32_t line() const noexcept { return row_line_; }
  /// Whether the row has a quote that never closes or text behind a closing one.
  [[nodiscard]] bool is_broken() const noexcept { return is_broken_; }
  [[nodiscard]] std::size_t position() const noexcept { return at_; }

 private:
  void end_of_line() noexcept {
    if (text_[at_] == '\r') ++at_;
    if (at_ < text_.size() && text_[at_] == '\n') ++at_;
    ++line_;
  }

  static const char* end_of_field(const char* at, const char* end) noexcept {
    // Nearly every character stands behind the comma.
    const auto goes_on = [](char c) {
      return static_cast<unsigned char>(c) > ',' || (c != ',' && c != '\n' && c != '\r');
    };
    while (at != end && goes_on(*at)) ++at;
    return at;
  }

  std::string_view quoted() {
    const std::size_t begin = ++at_;
    std::string* out = nullptr;
    std::size_t copied = begin;
    for (;;) {
      if (at_ >= text_.size()) {
        is_broken_ = true;
        return text_.substr(begin);
      }
      const char c = text_[at_];
      if (c == '\n') ++line_;
      if (c != '"') {
        ++at_;
        continue;
      }
      if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
        if (out == nullptr) out = &unquoted_.emplace_back();
        out->append(text_.substr(copied, at_ + 1 - copied));
        at_ += 2;
        copied = at_;
        continue;
      }
      break;
    }
    const std::size_t end = at_++;
    if (at_ < text_.size() && text_[at_] != ',' && text_[at_] != '\n' && text_[at_] != '\r') {
      is_broken_ = true;
      const char* const begin = text_.data();
      at_ = static_cast<std::size_t>(end_of_field(begin + at_, begin + text_.size()) - begin);
    }
    if (out == nullptr) return text_.substr(begin, end - begin);
    out->append(text_.substr(copied, end - copied));
    return *out;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::uint32_t line_ = 1;
  std::uint32_t row_line_ = 1;
  std::size_t row_at_ = 0;
  std::deque<std::string> unquoted_;
  bool is_broken_ = false;
};

}  // namespace aftercare::base
