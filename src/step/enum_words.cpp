// The words of the enumerations in event.hpp and case.hpp.
#include <array>
#include <cstddef>
#include <string_view>

#include "aftercare/case.hpp"
#include "aftercare/event.hpp"

namespace aftercare {

namespace {

struct Word {
  std::string_view english, chinese;
};

template <std::size_t n, class Enum>
std::string_view word(const std::array<Word, n>& words, Enum is, Language language) noexcept {
  const Word& word = words[static_cast<std::size_t>(is)];
  return language == Language::chinese ? word.chinese : word.english;
}

}  // namespace

std::string_view to_text(Outcome::Is is, Language language) noexcept {
  static constexpr std::array<Word, 6> words = {{{"applied", "已处理"},
                                                 {"unexpected", "意外"},
                                                 {"refused", "拒绝"},
                                                 {"repeated", "重复"},
                                                 {"fault", "故障"},
                                                 {"incident", "异常"}}};
  return word(words, is, language);
}

std::string_view to_text(Effect::Is is, Language language) noexcept {
  static constexpr std::array<Word, 5> words = {{{"notify", "通知"},
                                                 {"open_case", "开案"},
                                                 {"remind", "提醒"},
                                                 {"payment", "款项"},
                                                 {"take_back", "收回"}}};
  return word(words, is, language);
}

std::string_view to_text(ClockView::State state, Language language) noexcept {
  static constexpr std::array<Word, 6> words = {{{"idle", "未开始"},
                                                 {"running", "进行中"},
                                                 {"paused", "暂停"},
                                                 {"met", "按时"},
                                                 {"breached", "超时"},
                                                 {"cancelled", "取消"}}};
  return word(words, state, language);
}

std::string_view to_text(Possibility::Kind kind, Language language) noexcept {
  static constexpr std::array<Word, 5> words = {{{"fact", "事实"},
                                                 {"request", "请求"},
                                                 {"decision", "决定"},
                                                 {"right", "权利"},
                                                 {"form", "单据"}}};
  return word(words, kind, language);
}

}  // namespace aftercare
