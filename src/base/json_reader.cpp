#include "base/json_reader.hpp"

#include <algorithm>
#include <iterator>
#include <memory>
#include <tuple>
#include <unordered_set>

#include <nlohmann/json.hpp>

namespace aftercare::base {
namespace {

/// Steps through the text and tells how far the parser has come.
class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* at, const char** reached) : at_(at), reached_(reached) {}
  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    ++at_;
    *reached_ = at_;
    return *this;
  }
  CountingIterator operator++(int) {
    CountingIterator before = *this;
    ++*this;
    return before;
  }
  bool operator==(const CountingIterator& other) const { return at_ == other.at_; }

 private:
  const char* at_;
  const char** reached_;
};

/// Up to so many keys of an object are compared one by one; beyond, they are kept in a set.
constexpr std::size_t few_keys = 16;

/// Takes nlohmann's events. `false` from an event stops the parser.
class Builder : public nlohmann::json_sax<nlohmann::json> {
 public:
  /// `text` is what the parser reads; `written`, as long, what stands there.
  Builder(std::size_t depth_limit, std::string_view text, std::string_view written,
          const char** reached)
      : depth_limit_(depth_limit), text_(text), written_(written), reached_(reached) {}

  bool null() override { return put({}); }
  bool boolean(bool value) override {
    JsonValue out;
    out.kind = JsonValue::Kind::boolean;
    out.boolean = value;
    return put(std::move(out));
  }
  bool number_integer(number_integer_t value) override { return number(std::to_string(value)); }
  bool number_unsigned(number_unsigned_t value) override { return number(std::to_string(value)); }
  bool number_float(number_float_t /*value*/, const string_t& digits) override {
    return number(digits);
  }
  bool string(string_t& value) override {
    JsonValue out;
    out.kind = JsonValue::Kind::string;
    out.text = std::move(value);
    return put(std::move(out));
  }
  bool binary(binary_t& /*value*/) override { return false; }
  bool start_object(std::size_t /*size*/) override { return open(JsonValue::Kind::object); }
  bool end_object() override { return close(); }
  bool start_array(std::size_t /*size*/) override { return open(JsonValue::Kind::array); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    JsonValue& object = *open_.back();
    std::unordered_set<std::string>& keys = keys_.back();
    if (keys.empty() && object.members.size() == few_keys)
      for (const auto& member : object.members) keys.insert(member.first);
    const bool is_new =
        object.members.size() < few_keys ? object.find(name) == nullptr : keys.insert(name).second;
    if (!is_new) return refuse(JsonFailure::Kind::duplicate_key, name);
    object.members.emplace_back(std::move(name), JsonValue{});
    last_end_ = reached();
    return true;
  }
  bool parse_error(std::size_t position, const std::string& last_token,
                   const nlohmann::json::exception& error) override {
    constexpr int number_overflow = 406;  // of nlohmann::json::out_of_range
    is_beyond_double = error.id == number_overflow;
    refuse(JsonFailure::Kind::syntax, last_token);
    failure.byte = position > 0 ? position - 1 : 0;
    return false;
  }

  JsonValue root;
  JsonFailure failure;
  bool is_beyond_double = false;  ///< what failed is a number that a double cannot hold

 private:
  bool number(std::string digits) {
    JsonValue out;
    out.kind = JsonValue::Kind::number;
    out.text = std::move(digits);
    return put(std::move(out));
  }

  /// Where the next value belongs. Only the innermost open value grows, so the pointers hold.
  JsonValue& place() {
    if (open_.empty()) return root;
    JsonValue& outer = *open_.back();
    if (outer.kind == JsonValue::Kind::object) return outer.members.back().second;
    return outer.items.emplace_back();
  }
  /// How many bytes the parser has taken.
  std::size_t reached() const { return static_cast<std::size_t>(*reached_ - text_.data()); }
  /// Where the value begins whose event has just come.
  std::size_t begin() const {
    const std::size_t at = text_.find_first_not_of(" \t\r\n,:", last_end_);
    return at == std::string_view::npos ? text_.size() : at;
  }
  bool put(JsonValue value) {
    value.begin = begin();
    // The end of a number is seen by the character behind it.
    value.end = value.kind == JsonValue::Kind::number
                    ? std::min(text_.find_first_not_of("0123456789+-.eE", value.begin),
                               text_.size())
                    : reached();
    if (value.kind == JsonValue::Kind::number && written_.data() != text_.data())
      value.text = written_.substr(value.begin, value.end - value.begin);
    last_end_ = value.end;
    place() = std::move(value);
    return true;
  }
  bool open(JsonValue::Kind kind) {
    if (open_.size() >= depth_limit_) return refuse(JsonFailure::Kind::too_deep, {});
    JsonValue& here = place();
    here.kind = kind;
    here.begin = begin();
    last_end_ = reached();
    open_.push_back(&here);
    keys_.emplace_back();
    return true;
  }
  bool close() {
    last_end_ = open_.back()->end = reached();
    open_.pop_back();
    keys_.pop_back();
    return true;
  }
  bool refuse(JsonFailure::Kind kind, std::string detail) {
    failure = {kind, reached() > 0 ? reached() - 1 : 0, std::move(detail)};
    return false;
  }

  std::size_t depth_limit_;
  std::string_view text_, written_;
  const char** reached_;
  std::size_t last_end_ = 0;  // of the last value, key or opening bracket
  std::vector<JsonValue*> open_;
  std::vector<std::unordered_set<std::string>> keys_;  // of open_, from few_keys on
};

}  // namespace

JsonValue::JsonValue() noexcept = default;
JsonValue::JsonValue(const JsonValue&) = default;
JsonValue::JsonValue(JsonValue&&) noexcept = default;
JsonValue& JsonValue::operator=(const JsonValue&) = default;
JsonValue& JsonValue::operator=(JsonValue&&) noexcept = default;
JsonValue::~JsonValue() = default;

const JsonValue* JsonValue::find(std::string_view key) const noexcept {
  const auto member = std::find_if(members.begin(), members.end(),
                                   [key](const auto& pair) { return pair.first == key; });
  return member != members.end() ? &member->second : nullptr;
}

namespace {

/// The text with zeros for the digits of every exponent: the parser makes a double of each number,
/// and refuses what is too large for one.
std::string without_exponents(std::string_view text) {
  std::string out(text);
  bool is_quoted = false;
  const auto is_digit = [&](std::size_t at) {
    return at < out.size() && out[at] >= '0' && out[at] <= '9';
  };
  for (std::size_t at = 0; at < out.size(); ++at) {
    if (is_quoted && out[at] == '\\') {
      ++at;
    } else if (out[at] == '"') {
      is_quoted = !is_quoted;
    } else if (!is_quoted && at > 0 && is_digit(at - 1) && (out[at] == 'e' || out[at] == 'E')) {
      std::size_t digit = at + 1;
      if (digit < out.size() && (out[digit] == '+' || out[digit] == '-')) ++digit;
      for (; is_digit(digit); ++digit) out[digit] = '0';
    }
  }
  return out;
}

}  // namespace

JsonRead read_json(std::string_view text, std::size_t depth_limit) {
  const auto read = [&](std::string_view as) {
    const char* reached = as.data();
    auto builder = std::make_unique<Builder>(depth_limit, as, text, &reached);
    const bool is_read =
        nlohmann::json::sax_parse(CountingIterator(as.data(), &reached),
                                  CountingIterator(as.data() + as.size(), &reached), builder.get());
    return std::pair(is_read, std::move(builder));
  };
  auto [is_read, made] = read(text);
  std::string other;
  if (!is_read && made->is_beyond_double) {
    other = without_exponents(text);
    std::tie(is_read, made) = read(other);
  }
  Builder& builder = *made;
  JsonRead out;
  if (is_read)
    out.value = std::move(builder.root);
  else
    out.failure = std::move(builder.failure);
  return out;
}

}  // namespace aftercare::base
