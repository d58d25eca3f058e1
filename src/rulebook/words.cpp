// The interface of this file is words_documentation().
#include "rulebook/words.hpp"

#include <set>
#include <string_view>

#include "rulebook/schema.hpp"

namespace aftercare::rulebook {
namespace {

struct PlaceRow {
  Place place;
  std::string_view title;
};
constexpr PlaceRow places[] = {
    {Place::pack_file, "A pack's files"},
    {Place::overlay_file, "An overlay"},
    {Place::effective, "effective"},
    {Place::conventions, "conventions"},
    {Place::article, "An article"},
    {Place::parameter, "parameter"},
    {Place::procedure, "procedure"},
    {Place::event, "A fact or request"},
    {Place::step, "A step of several"},
    {Place::corrections, "corrections"},
    {Place::state, "A state"},
    {Place::branch, "A branch"},
    {Place::decide, "decide"},
    {Place::form, "form"},
    {Place::form_field, "A field of a form"},
    {Place::shown, "shown"},
    {Place::ledger, "ledger"},
    {Place::ledger_entry, "An entry of a ledger"},
    {Place::table, "table"},
    {Place::calendar, "calendar"},
    {Place::calendar_file, "A calendar's file"},
    {Place::calendar_year, "A year of a calendar"},
    {Place::calendar_notice, "amended"},
    {Place::clock, "clock"},
    {Place::window, "window"},
    {Place::reminder, "remind"},
    {Place::read, "A read"},
    {Place::offence, "offence"},
    {Place::reward, "reward"},
    {Place::numbered, "numbered"},
    {Place::payment, "payment"},
    {Place::right, "right"},
    {Place::notify, "notify"},
    {Place::entitlement, "entitlement"},
    {Place::child, "child"},
    {Place::duty, "duty"},
    {Place::term, "A term of an entitlement"},
    {Place::suspension, "What suspends a term"},
    {Place::replacements, "What restarts a term"},
    {Place::acting, "Who is absent, and who acts, by a ledger"},
    {Place::choice, "A row of a choice"},
    {Place::responsible, "responsible"},
    {Place::adoption, "adoption"},
    {Place::dated, "A value of an overlay with its date"},
};

std::string row(std::string_view a, std::string_view b, std::string_view c, std::string_view d) {
  std::string out = "| ";
  for (const std::string_view cell : {a, b, c, d}) {
    out += cell;
    out += " | ";
  }
  out.back() = '\n';
  return out;
}

std::string code(std::string_view word) { return "`" + std::string(word) + "`"; }

std::string_view status_text(Status status) {
  switch (status) {
    case Status::must: return "required";
    case Status::may: return "";
    case Status::later: return "not supported yet";
  }
  return {};
}

}  // namespace

std::string words_documentation() {
  std::string out =
      "# Every word of the pack format\n\n"
      "Made from `src/rulebook/words.def`, which also drives the reader and its findings. A word "
      "has one spelling in each vocabulary, wherever it stands.\n\n"
      "## Kinds of headings\n\n"
      "A heading is `<kind> <name>`, or `<kind> <owner>.<name>`.\n\n"
      "| English | Chinese | owner | |\n| --- | --- | --- | --- |\n";
  std::set<Word> shown;
  for (const KindRow& kind : all_kinds()) {
    static constexpr std::string_view owners[] = {"", "a procedure", "a procedure, or nobody",
                                                  "an event", "a form"};
    out += row(code(spelling(kind.word, Language::english)),
               code(spelling(kind.word, Language::chinese)),
               owners[static_cast<std::size_t>(kind.owner)], status_text(kind.status));
    shown.insert(kind.word);
  }
  out += "\n## Keys\n";
  for (const PlaceRow& place : places) {
    out += "\n### " + std::string(place.title) + "\n\n| English | Chinese | value | |\n" +
           "| --- | --- | --- | --- |\n";
    for (const KeyRow& key : keys_of(place.place)) {
      const bool later = key.status == Status::later;
      out += row(code(spelling(key.word, Language::english)),
                 code(spelling(key.word, Language::chinese)),
                 later ? std::string_view() : shape_text(key.shape, Language::english),
                 status_text(key.status));
      shown.insert(key.word);
    }
  }
  out += "\n## Closed words\n\n| English | Chinese |\n| --- | --- |\n";
  for (const Word word : all_words()) {
    if (shown.count(word) != 0) continue;
    out += "| " + code(spelling(word, Language::english)) + " | " +
           code(spelling(word, Language::chinese)) + " |\n";
  }
  return out;
}

}  // namespace aftercare::rulebook
