// Implements aftercare/source.hpp.
#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aftercare/source.hpp"

#include "base/assert.hpp"
#include "base/unicode.hpp"

namespace aftercare {
namespace {

/// One text with the beginning of each of its lines; a line ends with \n, \r\n or \r.
struct Text {
  Text(std::string name_, std::string text_) : name(std::move(name_)), text(std::move(text_)) {
    if (text.size() > std::numeric_limits<std::uint32_t>::max())
      text.resize(std::numeric_limits<std::uint32_t>::max());
    line_begins.push_back(text.starts_with("\xEF\xBB\xBF") ? 3
                                                           : 0);  // a byte order mark is no column
    for (std::size_t at = text.find_first_of("\r\n"); at != std::string::npos;
         at = text.find_first_of("\r\n", at)) {
      at += text.compare(at, 2, "\r\n") == 0 ? 2 : 1;
      line_begins.push_back(static_cast<std::uint32_t>(at));
    }
  }

  /// Index into line_begins of the line in which byte `offset` lies.
  [[nodiscard]] std::size_t line_of(std::uint32_t offset) const noexcept {
    const auto after = std::upper_bound(line_begins.begin() + 1, line_begins.end(), offset);
    return static_cast<std::size_t>(after - line_begins.begin()) - 1;
  }

  std::string name;
  std::string text;
  std::vector<std::uint32_t> line_begins;
};

}  // namespace

struct Sources::Impl {
  std::vector<std::shared_ptr<const Text>> texts;

  [[nodiscard]] const Text& at(std::uint32_t file) const noexcept {
    AFTERCARE_ASSERT(file < texts.size(), "a span points into a text that was never added");
    return *texts[file];
  }
};

Sources::Sources() : impl_(std::make_shared<Impl>()) {}

std::uint32_t Sources::size() const noexcept {
  return static_cast<std::uint32_t>(impl_->texts.size());
}

std::string_view Sources::name(std::uint32_t file) const noexcept { return impl_->at(file).name; }

std::string_view Sources::text(std::uint32_t file) const noexcept { return impl_->at(file).text; }

std::string_view Sources::text(SourceSpan span) const noexcept {
  const std::string_view whole = text(span.file);
  const std::size_t begin = std::min<std::size_t>(span.begin, whole.size());
  const std::size_t end = std::clamp<std::size_t>(span.end, begin, whole.size());
  return whole.substr(begin, end - begin);
}

Position Sources::position(SourceSpan span) const noexcept {
  const Text& in = impl_->at(span.file);
  const auto offset = static_cast<std::uint32_t>(std::min<std::size_t>(span.begin, in.text.size()));
  const std::size_t line = in.line_of(offset);
  const std::size_t begin = in.line_begins[line];
  const std::string_view before =
      std::string_view(in.text).substr(begin, std::max<std::size_t>(offset, begin) - begin);
  return {static_cast<std::uint32_t>(line + 1),
          static_cast<std::uint32_t>(base::count_code_points(before) + 1),
          static_cast<std::uint32_t>(base::display_width(before) + 1)};
}

std::string_view Sources::line_at(std::uint32_t file, std::uint32_t offset) const noexcept {
  const Text& in = impl_->at(file);
  const std::size_t line =
      in.line_of(static_cast<std::uint32_t>(std::min<std::size_t>(offset, in.text.size())));
  const std::size_t begin = in.line_begins[line];
  std::size_t end = line + 1 < in.line_begins.size() ? in.line_begins[line + 1] : in.text.size();
  while (end > begin && (in.text[end - 1] == '\n' || in.text[end - 1] == '\r')) --end;
  return std::string_view(in.text).substr(begin, end - begin);
}

std::uint32_t Sources::add(std::string name, std::string text) {
  // Copies share what they have, not what is added later.
  if (impl_.use_count() > 1) impl_ = std::make_shared<Impl>(*impl_);
  impl_->texts.push_back(std::make_shared<const Text>(std::move(name), std::move(text)));
  return size() - 1;
}

}  // namespace aftercare
