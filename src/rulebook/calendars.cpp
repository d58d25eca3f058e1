// Working calendars of packs and overlays: which one a name means, and in which order they are
// read.
#include <algorithm>
#include <limits>

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

Index Linker::calendar_number(const CalendarScope& scope, const std::string& name,
                              SourceSpan asked) {
  PackDecl& pack = scope.pack;
  if (const auto known = pack.calendars.find(name); known != pack.calendars.end()) {
    return known->second;
  }
  const CalendarRead* read = find_calendar(scope, name, {}, asked);
  if (read == nullptr) return none;
  // One of the pack or the overlay has its number by now; one of a file gets it here.
  if (const auto known = pack.calendars.find(name); known != pack.calendars.end()) {
    return known->second;
  }
  if (!read->calendar) {
    report(diag::AC0250, asked, {{"name", name}});
    return none;
  }
  const auto [at, is_new] =
      calendar_numbers_.emplace(read, static_cast<Index>(model_->calendars.size()));
  if (is_new) {
    model_->calendars.push_back(*read->calendar);
    model_->calendar_names.push_back(name);
  }
  pack.calendars[name] = at->second;
  return at->second;
}

/// Calendars of files that clocks and parameters name: their names mean something everywhere then.
void Linker::declare_named_calendars(PackDecl& pack) {
  const auto look = [&](const Item& item, const Node* node) {
    if (node == nullptr || !node->is_scalar()) return;
    const std::string name(base::trim(node->text));
    if (!is_name(name) || pack.parameters.count(name) != 0) return;
    const bool is_let =
        std::any_of(pack.outline->items.begin(), pack.outline->items.end(), [&](const Item& other) {
          return other.kind->word == Word::let && other.owner == item.owner && other.name == name;
        });
    if (is_let) return;
    if (calendar_number({pack, nullptr, item.language}, name, node->span) == none) {
      calendars_told_.insert(node);
    }
  };
  for (const Item& item : pack.outline->items) {
    if (!item.body().is_map()) continue;
    if (item.kind->word == Word::clock) {
      const Node* named = get(item.body(), Word::calendar, item.language);
      look(item, named);
      if (named == nullptr || !named->is_list()) continue;
      for (const Node& row : named->items) {
        if (!row.is_map()) continue;
        look(item, get(row, Word::is, item.language));
        look(item, get(row, Word::else_, item.language));
      }
    } else if (item.kind->word == Word::parameter) {
      const auto declared = pack.parameters.find(item.name);
      if (declared != pack.parameters.end() && model_->parameters[declared->second].is_calendar) {
        look(item, get(item.body(), Word::default_, item.language));
      }
    }
  }
}

bool Linker::names_no_calendar(const Node& value, Language language) const {
  if (value.is_scalar()) return calendars_told_.count(&value) != 0;
  return std::any_of(value.items.begin(), value.items.end(), [&](const Node& row) {
    return row.is_map() && (calendars_told_.count(get(row, Word::is, language)) != 0 ||
                            calendars_told_.count(get(row, Word::else_, language)) != 0);
  });
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
    // Something has to ask for it: a pack, a value that this overlay sets, another calendar.
    bool is_named = false, is_read = false;
    const auto look = [&](const auto& self, const Node& node) -> void {
      if (node.is_scalar() && base::trim(node.text) == entry.key.text) is_named = true;
      for (const Node& item : node.items) self(self, item);
      for (const Entry& one : node.entries)
        if (&one != &entry) self(self, one.value);
    };
    for (const OverlayOutline& other : outline_.overlays) look(look, *other.root);
    for (PackDecl& pack : packs_) {
      if (pack.index < first_pack_ || !is_for(overlay, pack)) continue;
      // One calendar, whatever the number of packs: the first to read it tells what is wrong.
      const CalendarRead* read =
          define_calendar({pack, calendars, overlay.language}, entry.key.text, entry.value,
                          overlay.language, entry.key.span);
      if (read == nullptr) break;
      is_read = true;
      is_named = is_named || is_asked(pack, entry.key.text);
      pack.names->add_constant(entry.key.text, Type::of(Type::Is::calendar),
                               Value::integer(pack.calendars[entry.key.text]));
    }
    if (is_read && !is_named)
      unknown(base::both("calendar that anything asks for", "被用到的日历"), entry.key.text,
              entry.key.span, {});
  }
}

void Linker::name_calendar(const PackDecl& pack, const Node& value, Language language,
                           const feel::Scope& names, const Facts& facts, Index& calendar,
                           MaybeFormula& choice) {
  const auto found = value.is_scalar() ? pack.calendars.find(std::string(base::trim(value.text)))
                                       : pack.calendars.end();
  if (found != pack.calendars.end()) {
    calendar = found->second;
  } else if (!names_no_calendar(value, language)) {
    choice = compile(pack, &value, language, names, facts,
                     {Wanted::Is::exactly, Type::of(Type::Is::calendar), false});
  }
}

/// What was known of the calendars when, where a clock goes by what was known at its start.
void Linker::know_calendars() {
  const bool is_asked = std::any_of(
      model_->procedures.begin(), model_->procedures.end(), [](const step::Procedure& p) {
        return std::any_of(p.clocks.begin(), p.clocks.end(),
                           [](const step::Clock& clock) { return clock.as_of_start; });
      });
  if (!is_asked) return;
  constexpr Instant long_ago{std::numeric_limits<std::int64_t>::min()};
  for (const Calendar& calendar : model_->calendars) {
    auto& known = model_->known_calendars.emplace_back();
    known.push_back({long_ago, calendar.as_of(long_ago)});
    for (const Instant since : calendar.learned()) known.push_back({since, calendar.as_of(since)});
  }
}

}  // namespace aftercare::rulebook
