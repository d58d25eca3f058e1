#include "engine/words.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "aftercare/value.hpp"

#include "base/diagnostics.hpp"
#include "base/pattern.hpp"

namespace aftercare::engine {

namespace {

struct Word {
  std::string_view name, english, chinese;
};

constexpr std::array<Word, 8> kinds = {{{"offence", "offence", "违规"},
                                        {"fine", "fine", "罚款"},
                                        {"reward", "reward", "奖励"},
                                        {"pay", "pay", "应付"},
                                        {"payment", "payment", "款项"},
                                        {"entry", "entry", "台账"},
                                        {"finding", "finding", "缺项"},
                                        {"right", "right", "权利"}}};

/// Codes of refusals (docs/replay.md).
constexpr std::array<Word, 18> codes = {
    {{"need", "not met", "未满足"},
     {"by", "reported by the wrong one", "不该由此人报"},
     {"data", "data", "数据"},
     {"role", "role", "角色"},
     {"register", "not on the register", "名册中没有"},
     {"post", "does not hold the post", "不任此职"},
     {"absent", "absent", "缺勤"},
     {"present", "the holder is present", "任职者在岗"},
     {"turn", "not his turn", "未轮到"},
     {"vacant", "nobody to ask", "无人可问"},
     {"reason", "no reason given", "没有写明理由"},
     {"own_case", "his own case", "本人之案"},
     {"retract", "cannot be taken back", "不能撤回"},
     {"right", "no such right", "无此权利"},
     {"no_transition", "not asked for in this state", "此状态不接受"},
     {"unknown_case", "the ticket was never opened", "未开案"},
     {"fault", "a formula failed", "公式出错"},
     {"incident", "the ticket waits for a person", "案件待人处理"}}};

struct Sentence {
  std::string english, chinese;
};

/// The note that is the sentence of a fault, with `{}` where its operation stands.
Sentence fault_sentence(std::string_view note) {
  const base::NoteRow* row = base::find_note(note);
  const auto open = [](std::string text) {
    constexpr std::string_view place = "{operation}";
    const std::size_t at = text.find(place);
    return at == std::string::npos ? text : text.replace(at, place.size(), "{}");
  };
  return {open(std::string(row->english)), open(std::string(row->chinese))};
}

/// In the order in which a text is compared with them.
const std::vector<Sentence>& sentences() {
  static const std::vector<Sentence> all = {
#define FAULT(id) fault_sentence("fault_" #id),
#include "builtins/faults.def"
#undef FAULT
#define SENTENCE(english, chinese) {english, chinese},
#include "engine/refusals.def"
#undef SENTENCE
  };
  return all;
}

std::string_view in(const Word& word, Language language) {
  return language == Language::chinese ? word.chinese : word.english;
}

}  // namespace

std::string count_text(std::size_t count) {
  std::string digits = std::to_string(count);
  for (std::size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, ",");
  return digits;
}

std::string minute_text(Instant at, const Zone& zone) {
  std::string text = iso_text(zone.local(at));
  const std::size_t middle = text.find('T');  // a year may have more than four digits
  if (middle == std::string::npos) return text;
  text.resize(std::min(text.size(), middle + 6));
  text[middle] = ' ';
  return text;
}

std::string late_text(std::int64_t micros, Language language) {
  struct Unit {
    std::int64_t size;
    std::string_view english, chinese;
  };
  static constexpr std::array<Unit, 4> units = {{{86'400'000'000, "d", "天"},
                                                 {3'600'000'000, "h", "小时"},
                                                 {60'000'000, "min", "分"},
                                                 {1'000'000, "s", "秒"}}};
  for (std::size_t i = 0; i < units.size(); ++i) {
    if (micros < units[i].size) continue;
    const auto one = [&](std::size_t unit, std::int64_t count) {
      return language == Language::chinese
                 ? std::to_string(count) + std::string(units[unit].chinese)
                 : std::to_string(count) + " " + std::string(units[unit].english);
    };
    std::string out = one(i, micros / units[i].size);
    if (i + 1 < units.size()) {
      const std::int64_t rest = micros % units[i].size / units[i + 1].size;
      if (rest > 0) out += (language == Language::chinese ? "" : " ") + one(i + 1, rest);
    }
    return out;
  }
  return language == Language::chinese ? "不到1秒" : "below 1 s";
}

std::string late_class_text(std::size_t which, Language language) {
  static constexpr std::array<Word, late_class_count> classes = {{{"", "to 1 h", "1小时内"},
                                                                  {"", "to 4 h", "4小时内"},
                                                                  {"", "to 1 d", "1天内"},
                                                                  {"", "to 3 d", "3天内"},
                                                                  {"", "to 1 w", "1周内"},
                                                                  {"", "to 4 w", "4周内"},
                                                                  {"", "more", "更久"}}};
  return std::string(in(classes[which], language));
}

std::string money_text(std::int64_t minor, std::uint32_t currency, int scale) {
  const bool is_negative = minor < 0;
  std::uint64_t left =
      is_negative ? 0 - static_cast<std::uint64_t>(minor) : static_cast<std::uint64_t>(minor);
  std::uint64_t unit = 1;
  for (int i = 0; i < scale; ++i) unit *= 10;
  std::string out = count_text(left / unit);
  if (left % unit != 0) {
    std::string rest = std::to_string(left % unit);
    rest.insert(0, static_cast<std::size_t>(scale) - rest.size(), '0');
    out += "." + rest;
  }
  if (is_negative) out.insert(0, "-");
  return currency == 0 ? out : out + " " + currency_name(currency);
}

std::string kind_text(std::string_view kind, Language language) {
  for (const Word& word : kinds)
    if (word.name == kind) return std::string(in(word, language));
  return std::string(kind);
}

namespace {

/// Persons behind "who may": "zhao or wang for li". Elsewhere such words may be of a label.
bool ends_with_people(std::string_view english) {
  return english.ends_with("who may: {}") || english.ends_with("who is asked now: {}");
}
std::string people_text(std::string text, Language to) {
  for (const auto& [english, chinese] :
       {std::pair<std::string_view, std::string_view>{" for ", " 代 "},
        {" or ", " 或 "},
        {", ", "、"}}) {
    const std::string_view from = to == Language::chinese ? english : chinese;
    const std::string_view told = to == Language::chinese ? chinese : english;
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += told.size())
      text.replace(at, from.size(), told);
  }
  return text;
}

}  // namespace

std::string sentence_text(std::string_view english, Language language, const NameText& shown) {
  if (language == Language::english) return std::string(english);
  for (const Sentence& sentence : sentences()) {
    const auto words = base::words_in(english, sentence.english);
    if (!words) continue;
    std::vector<std::string> in_chinese;
    for (const std::string_view word : *words)
      in_chinese.push_back(sentence_text(word, language, shown));
    if (ends_with_people(sentence.english))
      in_chinese.back() = people_text(std::move(in_chinese.back()), Language::chinese);
    return base::with_words(sentence.chinese, in_chinese);
  }
  return shown ? shown(english) : std::string(english);
}

std::string sentence_in_english(std::string_view text, Language language) {
  if (language == Language::english) return std::string(text);
  for (const Sentence& sentence : sentences()) {
    const auto words = base::words_in(text, sentence.chinese);
    if (!words) continue;
    std::vector<std::string> in_english;
    for (const std::string_view word : *words)
      in_english.push_back(sentence_in_english(word, language));
    if (ends_with_people(sentence.english))
      in_english.back() = people_text(std::move(in_english.back()), Language::english);
    std::string english = base::with_words(sentence.english, in_english);
    // Two sentences may look alike with their places open.
    if (sentence_text(english, language) == text) return english;
  }
  return std::string(text);
}

std::string both(std::string_view english) {
  return base::both(std::string(english), sentence_text(english, Language::chinese));
}

std::string reason_text(const Reason& reason, Language language, const NameText& shown,
                        const NameText& formula) {
  const bool is_of_formula = formula && (reason.code == "guard" || reason.code == "right");
  std::string out = sentence_text(reason.label, language, is_of_formula ? formula : shown);
  if (!reason.help.empty()) {
    const bool helps = is_of_formula || (formula && reason.code == "need");
    out.append(language == Language::chinese ? ":" : ": ")
        .append(sentence_text(reason.help, language, helps ? formula : shown));
  }
  return out;
}

std::string row_reason_text(const Reason& reason, Language language) {
  const auto code = std::find_if(codes.begin(), codes.end(),
                                 [&](const Word& word) { return word.name == reason.code; });
  std::string out;
  if (code != codes.end()) out = in(*code, language);
  if (!out.empty() && !reason.label.empty()) out += language == Language::chinese ? ":" : ": ";
  out += sentence_text(reason.label, language);
  if (!reason.help.empty())
    out.append(language == Language::chinese ? "," : ", ")
        .append(sentence_text(reason.help, language));
  return out;
}

std::string span_text(const std::optional<Instant>& first, const std::optional<Instant>& last,
                      const Zone& zone, Language language) {
  if (!first || !last) return language == Language::chinese ? "没有一行得到处理" : "no row came in";
  return minute_text(*first, zone) + (language == Language::chinese ? "至" : " to ") +
         minute_text(*last, zone) + " (" + zone.name() + ")";
}

}  // namespace aftercare::engine
