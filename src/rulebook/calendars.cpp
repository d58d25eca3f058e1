// Working calendars of packs and overlays: which one a name means, and in which order they are
// read.
#include <algorithm>

#include "aftercare/calendar.hpp"

#include "base/text.hpp"
#include "rulebook/calendar_files.hpp"
#include "rulebook/linker.hpp"

namespace aftercare::rulebook {

/// A name means: a calendar of the overlay (in an overlay), of the pack, in a file. A calendar that
/// extends its own name means the next of these.
const CalendarRead* Linker::find_calendar(const CalendarScope& scope, const std::string& name,
                                          const std::string& within, SourceSpan asked) {
  PackDecl& pack = scope.pack;
  std::vector<std::string> known;
  if (scope.overlay != nullptr) {
    for (const Entry& entry : scope.overlay->entries) {
      if (entry.key.text == name && name != within && entry.value.is_map()) {
        return define_calendar(scope, name, entry.value, scope.language, asked);
      }
      known.push_back(entry.key.text);
    }
  }
  const CalendarScope of_pack{pack, nullptr, scope.language};
  for (const Item& item : pack.outline->items) {
    if (item.kind->word != Word::calendar) continue;
    const bool is_itself = scope.overlay == nullptr && item.name == within;
    if (item.name == name && !is_itself && item.body().is_map()) {
      return define_calendar(of_pack, name, item.body(), item.language, asked);
    }
    known.push_back(item.name);
  }
  bool is_told = false;
  if (const CalendarRead* found = calendar_files_.find(name, asked, findings_, is_told)) {
    return found;
  }
  if (is_told) return nullptr;
  if (name == within) {
    tell_circle({name}, name, asked, findings_);
    return nullptr;
  }
  for (std::string& one : calendar_files_.names()) known.push_back(std::move(one));
  known.erase(std::remove(known.begin(), known.end(), within), known.end());
  tell_unknown_calendar(name, asked, known, {}, findings_);
  return nullptr;
}

const CalendarRead* Linker::define_calendar(const CalendarScope& scope, const std::string& name,
                                            const Node& node, Language language, SourceSpan asked) {
  const CalendarKey key{scope.overlay, scope.pack.index, name};
  if (const auto found = calendars_read_.find(key); found != calendars_read_.end()) {
    return found->second ? &*found->second : nullptr;
  }
  const auto open = std::find(calendars_open_.begin(), calendars_open_.end(), key);
  if (open != calendars_open_.end()) {
    std::vector<std::string> circle;
    for (auto one = open; one != calendars_open_.end(); ++one) circle.push_back(one->name);
    tell_circle(circle, name, asked, findings_);
    return nullptr;
  }
  calendars_open_.push_back(key);
  const CalendarLookup lookup = [&](const std::string& wanted, SourceSpan span) {
    return find_calendar(scope, wanted, name, span);
  };
  const CalendarContext context{
      findings_, language, name, model_->packs[scope.pack.index].zone.name(), lookup, false};
  auto read = read_calendar(node, context);
  calendars_open_.pop_back();
  auto& kept = calendars_read_[key] = std::move(read);
  if (!kept) return nullptr;
  scope.pack.calendars[name] = static_cast<Index>(model_->calendars.size());
  model_->calendars.push_back(*kept->calendar);
  model_->calendar_names.push_back(name);
  return &*kept;
}

void Linker::declare_calendars(PackDecl& pack) {
  for (const Item& item : pack.outline->items) {
    if (item.kind->word != Word::calendar) continue;
    implement(pack, item, all_cites(pack, item));
    if (!item.body().is_map()) continue;
    define_calendar({pack, nullptr, item.language}, item.name, item.body(), item.language,
                    item.key().span);
  }
}

void Linker::overlay_calendars(const OverlayOutline& overlay) {
  const Node* calendars = get(*overlay.root, Word::calendars, overlay.language);
  if (calendars == nullptr || !calendars->is_map()) return;
  for (const Entry& entry : calendars->entries) {
    if (!entry.value.is_map()) continue;
    for (PackDecl& pack : packs_) {
      if (!overlay.pack.empty() && pack.outline->name != overlay.pack) continue;
      // One calendar, whatever the number of packs: the first to read it tells what is wrong.
      const CalendarRead* read =
          define_calendar({pack, calendars, overlay.language}, entry.key.text, entry.value,
                          overlay.language, entry.key.span);
      if (read == nullptr) break;
      pack.names->add_constant(entry.key.text, Type::of(Type::Is::calendar),
                               Value::integer(pack.calendars[entry.key.text]));
    }
  }
}

}  // namespace aftercare::rulebook
