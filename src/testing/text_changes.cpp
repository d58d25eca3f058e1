// The interface of this file is changes_of(): what can be moved by one unit in an expression, found
// by its words alone, so that any text that holds expressions will do.
#include <algorithm>
#include <optional>
#include <utility>

#include "aftercare/time.hpp"

#include "base/text.hpp"
#include "base/unicode.hpp"
#include "feel/characters.hpp"
#include "feel/scope.hpp"
#include "testing/mutants.hpp"
#include "value/currencies.hpp"

namespace aftercare::testing {

namespace {

using feel::Character;
using feel::character_at;

/// A word of FEEL in both vocabularies.
struct Keyword {
  std::string_view english, chinese;
  [[nodiscard]] bool is(std::string_view word) const {
    return word == english || (!chinese.empty() && word == chinese);
  }
};
namespace keyword {
#define KEYWORD(id, english, chinese) constexpr Keyword id{english, chinese};
#include "feel/token.def"
#undef KEYWORD
}  // namespace keyword

bool is_currency_word(std::string_view word) {
  constexpr std::string_view chinese[] = {
#define CURRENCY(iso, chinese) chinese,
#include "feel/token.def"
#undef CURRENCY
  };
  return value::is_currency(word) ||
         std::find(std::begin(chinese), std::end(chinese), word) != std::end(chinese);
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
      const Character c = character_at(text_, at_);
      if (c.c == '"') {
        quoted();
      } else if (c.c == '#' && !c.is_wide && (at_ == 0 || text_[at_ - 1] == ' ')) {
        const std::size_t end = text_.find('\n', at_);
        at_ = end == std::string_view::npos ? text_.size() : end;
      } else if (base::is_ascii_digit(c.c)) {
        number();
      } else if (const std::size_t length = word_at(at_); length > 0) {
        word(length);
      } else {
        sign(c);
      }
    }
    std::stable_sort(changes_.begin(), changes_.end(),
                     [](const TextChange& a, const TextChange& b) { return a.begin < b.begin; });
    return std::move(changes_);
  }

 private:
  /// What stands between two brackets.
  struct Bracket {
    std::size_t at = 0, bytes = 0;  ///< of the opening one
    bool is_set = false;            ///< a list, or what follows `in`
    bool is_range = false;
    std::vector<std::size_t> commas = {};
  };

  void change(std::size_t begin, std::size_t end, std::string by, bool is_limit = true,
              bool is_sign = false) {
    changes_.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end),
                        std::move(by), is_limit, is_sign});
  }

  [[nodiscard]] std::size_t word_at(std::size_t at) const { return feel::word_length(text_, at); }
  [[nodiscard]] std::size_t after_blanks(std::size_t at) const {
    return at + feel::white_space(text_, at);
  }

  /// Dates, times and lengths in quotes move by a day, a second, a month; other texts stay.
  void quoted() {
    // In a scalar in double quotes the quotes of an expression are escaped.
    const bool is_escaped = at_ > 0 && text_[at_ - 1] == '\\';
    const std::size_t begin = at_ + character_at(text_, at_).bytes;
    std::size_t end = begin, last = begin;
    for (; end < text_.size(); end += std::max<std::size_t>(character_at(text_, end).bytes, 1)) {
      const Character c = character_at(text_, end);
      if (c.c == '"') break;
      if (c.c == '\\' && is_escaped) {
        last = end;
        if (end + 1 < text_.size() && text_[end + 1] == '"') ++end;
        break;
      }
      if (c.c == '\\') ++end;
    }
    end = std::min(end, text_.size());
    if (!is_escaped) last = end;
    const std::string_view inner = text_.substr(begin, last - begin);
    for (const int by : {1, -1}) {
      if (auto other = moved_text(inner, by)) change(begin, last, std::move(*other));
    }
    at_ = end + std::max<std::size_t>(character_at(text_, end).bytes, 1);
  }

  static std::optional<std::string> moved_text(std::string_view text, int by) {
    constexpr std::int64_t second = 1'000'000, nanos = 1'000 * second, day = 86'400 * nanos;
    if (const auto date = parse_date(text)) return iso_text(Date{date->days + by});
    if (const auto time = parse_time_of_day(text)) {
      return iso_text(TimeOfDay{(time->nanos + by * nanos + day) % day});
    }
    if (const auto duration = parse_duration(text))
      return iso_text(Duration{duration->seconds + by, duration->nanos});
    if (const auto months = parse_months(text)) return iso_text(Months{months->count + by});
    if (const auto local = parse_local(text)) {
      const Zone utc = Zone::fixed(0);
      return iso_text(utc.local(Instant{utc.instant(*local).micros + by * second}));
    }
    if (const auto at = parse_instant(text)) return iso_text(Instant{at->micros + by * second});
    return std::nullopt;
  }

  /// `and` for `or` and back, but not of `between`; a `not` taken away.
  void word(std::size_t length) {
    const std::size_t begin = at_;
    at_ += length;
    const std::string_view word = text_.substr(begin, length);
    follows_in_ = false;
    if (keyword::between.is(word)) {
      is_between_ = true;
    } else if (keyword::in.is(word)) {
      follows_in_ = true;
    } else if (keyword::and_.is(word) && is_between_) {
      is_between_ = false;
    } else if (keyword::and_.is(word)) {
      change(begin, at_, std::string(in_language(word, keyword::and_, keyword::or_)), false);
    } else if (keyword::or_.is(word)) {
      change(begin, at_, std::string(in_language(word, keyword::or_, keyword::and_)), false);
    } else if (keyword::not_.is(word) && character_at(text_, after_blanks(at_)).c == '(') {
      change(begin, at_, {}, false);
    }
  }
  static std::string_view in_language(std::string_view word, const Keyword& from,
                                      const Keyword& to) {
    return word == from.english ? to.english : to.chinese;
  }

  void sign(Character c) {
    const std::size_t begin = at_;
    at_ += std::max<std::size_t>(c.bytes, 1);
    const Character next = character_at(text_, at_);
    const bool is_with_equals = next.c == '=' && (c.c == '<' || c.c == '>' || c.c == '!');
    if (is_with_equals) at_ += next.bytes;
    const bool was_in = std::exchange(follows_in_, false);
    if (c.c == '<' || c.c == '>') {
      change(begin, at_, std::string(1, c.c) + (is_with_equals ? "" : "="), false, true);
    } else if (c.is_wide && (c.c == 'l' || c.c == 'g')) {
      change(begin, at_, c.c == 'l' ? "<" : ">", false, true);
    } else if (c.c == '=') {
      change(begin, at_, "!=", false, true);
    } else if ((c.c == '!' && is_with_equals) || (c.is_wide && c.c == 'n')) {
      change(begin, at_, "=", false, true);
    } else if (c.c == '[' || c.c == '(') {
      open_.push_back({begin, c.bytes, c.c == '[' || was_in});
    } else if (c.c == '.' && next.c == '.' && !open_.empty()) {
      open_.back().is_range = true;
      at_ += next.bytes;
    } else if (c.c == ',' && !open_.empty()) {
      open_.back().commas.push_back(begin);
    } else if ((c.c == ']' || c.c == ')') && !open_.empty()) {
      close(open_.back(), begin, c);
      open_.pop_back();
    } else if (feel::white_space(text_, begin) > 0) {
      follows_in_ = was_in;
    }
  }

  /// The ends of a range closed for open and back; one member of a list left out.
  void close(const Bracket& open, std::size_t end, Character closing) {
    const char opening = character_at(text_, open.at).c;
    if (open.is_range) {
      change(open.at, open.at + open.bytes, opening == '[' ? "(" : "[", false);
      change(end, end + closing.bytes, closing.c == ']' ? ")" : "]", false);
    } else if (open.is_set && !open.commas.empty()) {
      const auto comma_end = [&](std::size_t at) { return at + character_at(text_, at).bytes; };
      change(open.at + open.bytes, comma_end(open.commas.front()), {}, false);
      for (std::size_t i = 0; i < open.commas.size(); ++i)
        change(open.commas[i], i + 1 < open.commas.size() ? open.commas[i + 1] : end, {}, false);
    }
  }

  /// A number with its unit: `30min`, `50 CNY`, `10`; digits and point may be full-width.
  void number() {
    const std::size_t begin = at_;
    std::string digits;
    const auto take = [&] {
      for (Character c = character_at(text_, at_); base::is_ascii_digit(c.c);
           c = character_at(text_, at_)) {
        digits += c.c;
        at_ += c.bytes;
      }
    };
    take();
    // A point belongs to the number where a digit follows it; ".." is a range.
    const Character point = character_at(text_, at_);
    if (point.c == '.' && base::is_ascii_digit(character_at(text_, at_ + point.bytes).c)) {
      digits += '.';
      at_ += point.bytes;
      take();
    }
    const std::size_t end = at_;
    follows_in_ = false;
    const std::size_t unit_at = after_blanks(end);
    const std::size_t unit_length = word_at(unit_at);
    const std::string_view unit = text_.substr(unit_at, unit_length);
    if (const auto written = rt::parse_length(digits + std::string(unit));
        written && unit_length > 0) {
      at_ = unit_at + unit_length;
      const bool is_ascii = static_cast<unsigned char>(unit.front()) < 0x80;
      for (const int by : {1, -1}) {
        const Length other = moved_length(*written, by);
        if (other.count >= 0)
          change(begin, at_, length_text(other, is_ascii ? Language::english : Language::chinese));
      }
      return;
    }
    const std::size_t decimals =
        is_currency_word(unit) ? static_cast<std::size_t>(money_scale_) : 0;
    for (const int by : {1, -1})
      if (auto other = moved(digits, decimals, by)) change(begin, end, std::move(*other));
  }

  std::string_view text_;
  int money_scale_;
  std::size_t at_ = 0;
  bool is_between_ = false, follows_in_ = false;
  std::vector<Bracket> open_;
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
