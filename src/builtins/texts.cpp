// Bodies: texts. Places and lengths count code points.
#include <string>

#include <unicode/ustring.h>

#include "base/unicode.hpp"
#include "builtins/regex.hpp"
#include "builtins/support.hpp"

namespace aftercare::builtins::bodies {
namespace {

bool is_ascii(const Value& text) noexcept { return text.as_string().size() == text.size(); }

// The byte at which code point `n` begins; the size for n = length.
std::size_t byte_of(const Value& text, std::size_t n) noexcept {
  if (is_ascii(text)) return n;
  const std::string_view bytes = text.as_string();
  std::size_t at = 0;
  for (; n > 0; --n) {
    ++at;
    while (at < bytes.size() && (static_cast<unsigned char>(bytes[at]) & 0xC0U) == 0x80U) ++at;
  }
  return at;
}

// The first place of a text in another, in linear time (Knuth, Morris, Pratt) where the plain way
// could take their product. None, with an exhausted budget, where even that is too much.
std::size_t find_text(CallContext& context, std::string_view text, std::string_view match) {
  constexpr std::size_t short_match = 32;
  if (!context.spend((text.size() + match.size()) / 8 + 1)) return std::string_view::npos;
  if (match.size() <= short_match) return text.find(match);
  if (match.size() > text.size() || !context.spend(0, match.size() * sizeof(std::size_t))) {
    return std::string_view::npos;
  }
  // border[i]: how much of the match is both a proper beginning and an end of its first i bytes
  std::vector<std::size_t> border(match.size() + 1, 0);
  for (std::size_t i = 1, k = 0; i < match.size(); ++i) {
    while (k > 0 && match[i] != match[k]) k = border[k];
    if (match[i] == match[k]) ++k;
    border[i + 1] = k;
  }
  for (std::size_t i = 0, k = 0; i < text.size(); ++i) {
    while (k > 0 && text[i] != match[k]) k = border[k];
    if (text[i] == match[k]) ++k;
    if (k == match.size()) return i + 1 - k;
  }
  return std::string_view::npos;
}

using CaseMapping = std::int32_t (*)(UChar*, std::int32_t, const UChar*, std::int32_t, const char*,
                                     UErrorCode*);

// Full case mapping of Unicode, of no particular language.
Value map_case(CallContext& context, std::string_view name, const Value& v, CaseMapping mapping) {
  const std::string_view text = v.as_string();
  if (!context.spend(text.size() / 4 + 1, text.size() * 6)) return {};
  if (text.size() > 500'000'000) return context.fail(Fault::out_of_range, name);
  UErrorCode error = U_ZERO_ERROR;
  std::u16string wide(text.size() + 1, u'\0');
  std::int32_t length = 0;
  u_strFromUTF8WithSub(wide.data(), static_cast<std::int32_t>(wide.size()), &length, text.data(),
                       static_cast<std::int32_t>(text.size()), 0xFFFD, nullptr, &error);
  if (U_FAILURE(error) != 0) return context.fail(Fault::invalid_argument, name);
  std::u16string mapped(static_cast<std::size_t>(length) * 3 + 1, u'\0');
  const std::int32_t mapped_length = mapping(
      mapped.data(), static_cast<std::int32_t>(mapped.size()), wide.data(), length, "", &error);
  if (U_FAILURE(error) != 0) return context.fail(Fault::invalid_argument, name);
  std::string out(static_cast<std::size_t>(mapped_length) * 3 + 1, '\0');
  std::int32_t out_length = 0;
  u_strToUTF8(out.data(), static_cast<std::int32_t>(out.size()), &out_length, mapped.data(),
              mapped_length, &error);
  if (U_FAILURE(error) != 0) return context.fail(Fault::invalid_argument, name);
  out.resize(static_cast<std::size_t>(out_length));
  return value::string(std::move(out));
}

std::optional<Regex> compiled(CallContext& context, std::string_view name, Arguments a,
                              std::size_t flags) {
  const bool has_flags = a.size() > flags && !a[flags].is_null();
  auto regex = Regex::compile(context, a[1].as_string(),
                              has_flags ? a[flags].as_string() : std::string_view());
  if (!regex && !context.is_exhausted()) context.fail(Fault::bad_pattern, name, a);
  return regex;
}

std::optional<std::u32string> code_points(CallContext& context, const Value& text) {
  if (!context.spend(text.size() / 8 + 1, text.size() * sizeof(char32_t))) return std::nullopt;
  return base::to_code_points(text.as_string());
}

void put(std::string& out, const std::u32string& text, std::size_t begin, std::size_t end) {
  for (std::size_t i = begin; i < end; ++i) base::append_utf8(out, text[i]);
}

// A replacement: plain text, and groups to put in.
struct Part {
  std::u32string text;
  std::size_t group = Regex::Span::none;
};

// `$3` and `\$`, `\\`. As many digits as make the number of a group. None where it is not valid.
std::optional<std::vector<Part>> parse_replacement(std::u32string_view text, std::size_t groups) {
  std::vector<Part> out;
  Part plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      if (++i == text.size() || (text[i] != '\\' && text[i] != '$')) return std::nullopt;
      plain.text += text[i];
    } else if (text[i] == '$') {
      std::size_t n = 0;
      std::size_t digits = 0;
      while (i + 1 < text.size() && text[i + 1] >= '0' && text[i + 1] <= '9') {
        const std::size_t next = n * 10 + static_cast<std::size_t>(text[i + 1] - '0');
        if (digits > 0 && next > groups) break;
        n = next;
        ++digits;
        ++i;
      }
      if (digits == 0) return std::nullopt;
      out.push_back(std::exchange(plain, {}));
      out.push_back({{}, n});
    } else {
      plain.text += text[i];
    }
  }
  out.push_back(std::move(plain));
  return out;
}

}  // namespace

Value substring(CallContext& context, Arguments a) {
  const auto wrong = [&] { return context.fail(Fault::out_of_range, "substring", a); };
  const auto start = truncated(a[1]);
  const auto size = static_cast<std::int64_t>(a[0].size());
  if (!start || *start == 0 || *start > size || *start < -size) return wrong();
  const std::int64_t begin = *start > 0 ? *start - 1 : size + *start;
  std::int64_t length = size - begin;
  if (a.size() > 2) {
    const auto n = truncated(a[2]);
    if (!n || *n < 1) return wrong();
    length = std::min(length, *n);
  }
  const std::size_t first = byte_of(a[0], static_cast<std::size_t>(begin));
  const std::size_t last = byte_of(a[0], static_cast<std::size_t>(begin + length));
  if (!afford_text(context, last)) return {};
  return Value::string(a[0].as_string().substr(first, last - first));
}

Value string_length(CallContext& /*context*/, Arguments a) {
  return Value::integer(static_cast<std::int64_t>(a[0].size()));
}

Value upper_case(CallContext& context, Arguments a) {
  return map_case(context, "upper case", a[0], u_strToUpper);
}
Value lower_case(CallContext& context, Arguments a) {
  return map_case(context, "lower case", a[0], u_strToLower);
}

Value substring_before(CallContext& context, Arguments a) {
  const std::string_view text = a[0].as_string();
  if (!afford_text(context, text.size())) return {};
  const auto at = find_text(context, text, a[1].as_string());
  return Value::string(at == std::string_view::npos ? "" : text.substr(0, at));
}

Value substring_after(CallContext& context, Arguments a) {
  const std::string_view text = a[0].as_string();
  const std::string_view match = a[1].as_string();
  if (!afford_text(context, text.size())) return {};
  const auto at = find_text(context, text, match);
  return Value::string(at == std::string_view::npos ? "" : text.substr(at + match.size()));
}

Value contains_text(CallContext& context, Arguments a) {
  const auto at = find_text(context, a[0].as_string(), a[1].as_string());
  return Value::boolean(at != std::string_view::npos);
}
Value starts_with(CallContext& /*context*/, Arguments a) {
  return Value::boolean(a[0].as_string().starts_with(a[1].as_string()));
}
Value ends_with(CallContext& /*context*/, Arguments a) {
  return Value::boolean(a[0].as_string().ends_with(a[1].as_string()));
}

Value matches(CallContext& context, Arguments a) {
  const auto regex = compiled(context, "matches", a, 2);
  const auto text = regex ? code_points(context, a[0]) : std::nullopt;
  if (!text) return {};
  const bool found = regex->search(context, *text, 0).has_value();
  return context.is_exhausted() ? Value() : Value::boolean(found);
}

Value replace(CallContext& context, Arguments a) {
  const auto regex = compiled(context, "replace", a, 3);
  const auto text = regex ? code_points(context, a[0]) : std::nullopt;
  if (!text) return {};
  const auto replacement = base::to_code_points(a[2].as_string());
  std::vector<Part> parts;
  if (regex->is_literal()) {
    parts.push_back({replacement});
  } else {
    auto parsed = parse_replacement(replacement, regex->group_count());
    if (!parsed) return context.fail(Fault::invalid_argument, "replace", a);
    parts = *std::move(parsed);
  }
  if (regex->search(context, {}, 0)) {  // XPath: a pattern that matches nothing at all is an error
    return context.fail(Fault::bad_pattern, "replace", a);
  }
  std::string out;
  std::size_t at = 0;
  while (const auto match = regex->search(context, *text, at)) {
    const std::size_t before = out.size();
    put(out, *text, at, (*match)[0].begin);
    for (const Part& part : parts) {
      put(out, part.text, 0, part.text.size());
      if (part.group < match->size() && (*match)[part.group].begin != Regex::Span::none) {
        put(out, *text, (*match)[part.group].begin, (*match)[part.group].end);
      }
    }
    if (!afford_text(context, out.size() - before)) return {};
    at = (*match)[0].end;
    if ((*match)[0].begin == at) {  // an empty match that needs its surroundings, such as $
      if (at == text->size()) break;
      put(out, *text, at, at + 1);
      ++at;
    }
  }
  if (context.is_exhausted()) return {};
  put(out, *text, at, text->size());
  return value::string(std::move(out));
}

Value split(CallContext& context, Arguments a) {
  const auto regex = compiled(context, "split", a, 2);
  const auto text = regex ? code_points(context, a[0]) : std::nullopt;
  if (!text) return {};
  if (regex->search(context, {}, 0)) return context.fail(Fault::bad_pattern, "split", a);
  std::vector<Value> out;
  const auto part = [&](std::size_t begin, std::size_t end) {
    std::string piece;
    put(piece, *text, begin, end);
    out.push_back(value::string(std::move(piece)));
    return context.spend(1, 64);
  };
  std::size_t begin = 0;
  std::size_t at = 0;
  while (const auto match = regex->search(context, *text, at)) {
    const auto whole_match = (*match)[0];
    if (whole_match.begin == whole_match.end) {
      at = whole_match.end + 1;
      if (at > text->size()) break;
      continue;
    }
    if (!part(begin, whole_match.begin)) return {};
    begin = at = whole_match.end;
  }
  if (context.is_exhausted() || !part(begin, text->size())) return {};
  return Value::list(std::move(out));
}

Value string_join(CallContext& context, Arguments a) {
  const std::string_view delimiter =
      a.size() > 1 && !a[1].is_null() ? a[1].as_string() : std::string_view();
  std::string out;
  bool first = true;
  for (const Value& v : a[0].items()) {
    if (v.is_null()) continue;
    if (!v.is(Kind::string)) return context.fail(Fault::type_mismatch, "string join", {v});
    if (!afford_text(context, delimiter.size() + v.as_string().size())) return {};
    if (!first) out += delimiter;
    first = false;
    out += v.as_string();
  }
  return value::string(std::move(out));
}

}  // namespace aftercare::builtins::bodies
