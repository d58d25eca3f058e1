// The interface of this file is changes_of(): what can be moved by one unit in an expression, found
// by its words alone, so that any text that holds expressions will do.
#include <algorithm>
#include <optional>
#include <utility>

#include "aftercare/time.hpp"

#include "base/text.hpp"
#include "testing/mutants.hpp"

namespace aftercare::testing {

namespace {

bool is_name_byte(char c) {
  return base::is_ascii_letter(c) || base::is_ascii_digit(c) || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

/// One more or one less in the last place; "0" − 1 is "-1".
std::optional<std::string> moved(std::string_view digits, std::size_t decimals, int by) {
  std::string whole;
  std::size_t point = digits.find('.');
  std::size_t have = point == std::string_view::npos ? 0 : digits.size() - point - 1;
  for (const char c : digits)
    if (c != '.') whole += c;
  for (; have < decimals; ++have) whole += '0';
  if (whole.size() > 17) return std::nullopt;
  std::int64_t number = 0;
  for (const char c : whole) number = number * 10 + (c - '0');
  number += by;
  std::string out = std::to_string(number < 0 ? -number : number);
  if (have > 0) {
    while (out.size() <= have) out.insert(out.begin(), '0');
    out.insert(out.size() - have, 1, '.');
  }
  return (number < 0 ? "-" : "") + out;
}

class Scanner {
 public:
  Scanner(std::string_view text, int money_scale) : text_(text), money_scale_(money_scale) {}

  std::vector<TextChange> scan() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"') {
        quoted();
      } else if (c == '#' && (at_ == 0 || text_[at_ - 1] == ' ')) {
        const std::size_t end = text_.find('\n', at_);
        at_ = end == std::string_view::npos ? text_.size() : end;
      } else if (base::is_ascii_digit(c) && (at_ == 0 || !is_name_byte(text_[at_ - 1]))) {
        number();
      } else if (c == '<' || c == '>') {
        comparison();
      } else if (is_name_byte(c)) {
        word();
      } else {
        ++at_;
      }
    }
    return std::move(changes_);
  }

 private:
  void change(std::size_t begin, std::size_t end, std::string by, bool is_limit = true) {
    changes_.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end),
                        std::move(by), is_limit});
  }

  /// A date in quotes moves by a day; other texts stay.
  void quoted() {
    const std::size_t begin = at_ + 1;
    std::size_t end = begin;
    while (end < text_.size() && text_[end] != '"') end += text_[end] == '\\' ? 2 : 1;
    end = std::min(end, text_.size());
    if (const auto date = parse_date(text_.substr(begin, end - begin))) {
      for (const int by : {1, -1}) change(begin, end, iso_text(Date{date->days + by}));
    }
    at_ = end + 1;
  }

  /// `and` for `or` and back; the `and` of `between` is none.
  void word() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_name_byte(text_[at_])) ++at_;
    const std::string_view word = text_.substr(begin, at_ - begin);
    if (word == "between") {
      is_between_ = true;
    } else if (word == "and" && is_between_) {
      is_between_ = false;
    } else {
      constexpr std::pair<std::string_view, std::string_view> pairs[] = {
          {"and", "or"}, {"or", "and"}, {"且", "或"}, {"或", "且"}};
      for (const auto& [from, to] : pairs) {
        if (word == from) change(begin, at_, std::string(to), false);
      }
    }
  }

  void comparison() {
    const bool is_inclusive = at_ + 1 < text_.size() && text_[at_ + 1] == '=';
    const std::string sign(1, text_[at_]);
    const std::size_t end = at_ + (is_inclusive ? 2 : 1);
    change(at_, end, is_inclusive ? sign : sign + "=", false);
    at_ = end;
  }

  void number() {
    const std::size_t begin = at_;
    std::size_t end = at_;
    while (end < text_.size() && base::is_ascii_digit(text_[end])) ++end;
    // A point belongs to the number where a digit follows it; ".." is a range.
    if (end + 1 < text_.size() && text_[end] == '.' && base::is_ascii_digit(text_[end + 1])) {
      ++end;
      while (end < text_.size() && base::is_ascii_digit(text_[end])) ++end;
    }
    const std::string_view digits = text_.substr(begin, end - begin);
    std::size_t unit_end = end;
    while (unit_end < text_.size() && is_name_byte(text_[unit_end])) ++unit_end;
    const std::string_view unit = text_.substr(end, unit_end - end);
    at_ = unit_end;
    if (!unit.empty()) {
      length(begin, unit_end);
      return;
    }
    // `50 CNY`: a currency is three capitals behind a space.
    std::size_t code = end;
    while (code < text_.size() && text_[code] == ' ') ++code;
    const bool is_money = code > end && code + 3 <= text_.size() &&
                          std::all_of(text_.begin() + static_cast<std::ptrdiff_t>(code),
                                      text_.begin() + static_cast<std::ptrdiff_t>(code + 3),
                                      [](char c) { return c >= 'A' && c <= 'Z'; }) &&
                          (code + 3 == text_.size() || !is_name_byte(text_[code + 3]));
    const std::size_t decimals = is_money ? static_cast<std::size_t>(money_scale_) : 0;
    for (const int by : {1, -1})
      if (auto other = moved(digits, decimals, by)) change(begin, end, std::move(*other));
  }

  void length(std::size_t begin, std::size_t end) {
    const auto written = rt::parse_length(text_.substr(begin, end - begin));
    if (!written) return;
    const bool is_ascii = std::all_of(text_.begin() + static_cast<std::ptrdiff_t>(begin),
                                      text_.begin() + static_cast<std::ptrdiff_t>(end),
                                      [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    for (const int by : {1, -1}) {
      const Length other = moved_length(*written, by);
      if (other.count >= 0)
        change(begin, end, length_text(other, is_ascii ? Language::english : Language::chinese));
    }
  }

  std::string_view text_;
  int money_scale_;
  std::size_t at_ = 0;
  bool is_between_ = false;
  std::vector<TextChange> changes_;
};

}  // namespace

Length moved_length(Length length, int by) {
  switch (length.unit) {
    case Unit::minute:
      return {length.count * 60 + by, Unit::second};
    case Unit::hour:
      return {length.count * 3600 + by, Unit::second};
    case Unit::working_hour:
      return {length.count * 60 + by, Unit::working_minute};
    case Unit::week:
      return {length.count * 7 + by, Unit::day};
    case Unit::year:
      return {length.count * 12 + by, Unit::month};
    default:
      return {length.count + by, length.unit};
  }
}

std::vector<TextChange> changes_of(std::string_view expression, int money_scale) {
  return Scanner(expression, money_scale).scan();
}

}  // namespace aftercare::testing
