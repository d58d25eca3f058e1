#include "base/names.hpp"

#include "base/text.hpp"

namespace aftercare::base {

std::vector<DiagnosticNote> names_instead(std::string_view name,
                                          const std::vector<std::string>& known) {
  constexpr std::size_t few = 24;
  if (const auto near = closest(name, known)) return {note(notes::did_you_mean, {{"name", *near}})};
  if (known.empty() || known.size() > few) return {};
  std::string all;
  for (const std::string& one : known) all += (all.empty() ? "" : ", ") + one;
  return {note(notes::names_here, {{"names", all}})};
}

}  // namespace aftercare::base
