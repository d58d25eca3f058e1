// --help in Chinese: the texts of help.def in the place of those that stand with the options.
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "base/text.hpp"
#include "cli/command.hpp"

namespace aftercare::cli {

namespace {

struct HelpText {
  std::string_view english, chinese;
};
constexpr HelpText help_texts[] = {
#define HELP(english, chinese) {english, chinese},
#include "cli/help.def"
#undef HELP
};

std::string in_chinese(const std::string& english) {
  for (const HelpText& text : help_texts)
    if (text.english == english) return std::string(text.chinese);
  return english;
}

/// Paragraphs are texts of their own; lines that begin with two spaces are examples.
std::string footer_in_chinese(const std::string& english) {
  std::string out, paragraph;
  const auto close = [&] {
    out += in_chinese(paragraph);
    paragraph.clear();
  };
  for (std::size_t at = 0; at <= english.size();) {
    const std::size_t end = std::min(english.find('\n', at), english.size());
    const std::string line = english.substr(at, end - at);
    const bool is_apart = line.empty() || line.substr(0, 2) == "  " || line == "Examples:";
    if (is_apart) {
      if (!paragraph.empty()) {
        close();
        out += '\n';
      }
      out += in_chinese(line);
      if (end < english.size()) out += '\n';
    } else {
      paragraph += (paragraph.empty() ? "" : "\n") + line;
    }
    at = end + 1;
  }
  close();
  return out;
}

}  // namespace

void translate_help(CLI::App& app) {
  app.description(in_chinese(app.get_description()));
  app.footer(footer_in_chinese(app.get_footer()));
  constexpr std::array<std::pair<const char*, const char*>, 7> words = {{{"Usage", "用法"},
                                                                        {"Positionals", "参数"},
                                                                        {"REQUIRED", "必填"},
                                                                        {"OPTIONS", "选项"},
                                                                        {"SUBCOMMAND", "子命令"},
                                                                        {"Excludes", "不可同时用"},
                                                                        {"Needs", "须同时用"}}};
  for (const auto& [english, chinese] : words) app.get_formatter()->label(english, chinese);
  for (CLI::Option* option : app.get_options()) {
    option->description(in_chinese(option->get_description()));
    if (option->get_group() == "Options") option->group("选项");
  }
  for (CLI::App* subcommand : app.get_subcommands({})) {
    if (subcommand->get_group() == "Subcommands") subcommand->group("子命令");
    translate_help(*subcommand);
  }
}

}  // namespace aftercare::cli
