#include <algorithm>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aftercare/version.hpp"

#include "base/diagnostics.hpp"
#include "base/pattern.hpp"
#include "cli/command.hpp"

namespace {

constexpr const char* about =
    "Check, test, run and explain after-sales regulations written as packs of rules.";
constexpr const char* examples =
    "Examples:\n"
    "  aftercare check rules\n"
    "  aftercare test rules/appliance/installer_liabilities\n"
    "  aftercare run rules/appliance/installer_liabilities --overlay acme.overlay.yaml "
    "--events case.yaml\n"
    "  aftercare <subcommand> --help\n"
    "\n"
    "With --format json, standard output holds the answer alone: one JSON document, or one object "
    "a\nline where the answer is a list. What is found wrong goes to standard error, one object a "
    "line;\n"
    "`check` and `calendar check`, whose answer it is, print it as `findings`.\n"
    "\n"
    "Exit codes: 0 fine, 1 findings, 2 the command line is wrong, 3 the world failed.";

/// What an option says, where the rest of the command line is not understood.
std::string value_of(std::string_view option, int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == option && i + 1 < argc) return argv[i + 1];
    if (word.substr(0, option.size()) == option && word.substr(option.size(), 1) == "=")
      return std::string(word.substr(option.size() + 1));
  }
  return {};
}

/// How the parser of command lines says what is wrong, and how the tool says it: {} are words,
/// @0 the first of them.
struct UsageSentence {
  std::string_view parsers, english, chinese;
};
constexpr UsageSentence usage_sentences[] = {
    {"A subcommand is required", "which subcommand? See --help", "缺少子命令;用 --help 查看"},
    {"{} is required", "@0 is missing; see --help", "缺少@0;用 --help 查看用法"},
    {"{}: {} not in {{}}", "'@1' is none of the values of @0: @2", "“@1”不是@0可用的值:@2"},
    {"{}: Value {} not in range {} to {}", "@0 is a number from @2 to @3, not '@1'",
     "@0应为@2到@3的数,而不是“@1”"},
    {"Could not convert: {} = {}", "'@1' is no value of @0", "“@1”不能作为@0的值"},
    {"{}: {} required {} missing", "@0 has no value", "@0后面没有值"},
};

/// Tells what of a command line was not understood.
int tell_usage(const aftercare::cli::Shell& shell, const CLI::App& app,
               const CLI::ParseError& error, int argc, char** argv) {
  using aftercare::base::both;
  // What was meant is looked for where the parser got to.
  const CLI::App* at = &app;
  for (bool goes_on = true; goes_on;) {
    goes_on = false;
    for (const CLI::App* one : at->get_subcommands({})) {
      if (!one->parsed()) continue;
      at = one;
      goes_on = true;
      break;
    }
  }
  std::vector<std::string> subcommands, options;
  for (const CLI::App* one : at->get_subcommands({})) subcommands.push_back(one->get_name());
  for (const CLI::Option* one : at->get_options())
    for (const std::string& name : one->get_lnames()) options.push_back("--" + name);
  const std::string where = at == &app ? "aftercare" : "aftercare " + at->get_name();
  if (error.get_name() == "RequiredError" && !subcommands.empty()) {
    // The word behind the one that has them; of the tool itself that is its name.
    for (int i = 0; i + 1 < argc; ++i) {
      const bool is_it = at == &app ? i == 0 : at->get_name() == argv[i];
      if (is_it && argv[i + 1][0] != '-')
        return shell.unknown(where, both("subcommand", "子命令"), argv[i + 1], subcommands);
    }
  }
  const std::string_view text = error.what();
  for (const std::string_view extras : {"The following argument was not expected: {}",
                                        "The following arguments were not expected: {}"}) {
    const auto words = aftercare::base::words_in(text, extras);
    if (!words) continue;
    const std::string first(words->front().substr(0, words->front().find(' ')));
    if (first.substr(0, 1) == "-")
      return shell.unknown(where, both("option", "选项"), first.substr(0, first.find('=')),
                           options);
    return shell.wrong_use(shell.say("'" + first + "' has no place here; see --help",
                                     "这里不需要“" + first + "”;用 --help 查看用法"));
  }
  for (const UsageSentence& sentence : usage_sentences) {
    const auto words = aftercare::base::words_in(text, sentence.parsers);
    if (!words) continue;
    std::string out(shell.say(sentence.english, sentence.chinese));
    for (std::size_t i = 0; i < words->size(); ++i) {
      const std::string place = "@" + std::to_string(i);
      if (const std::size_t found = out.find(place); found != out.npos)
        out.replace(found, place.size(), (*words)[i]);
    }
    return shell.wrong_use(out);
  }
  return shell.wrong_use(std::string(shell.say("the command line is wrong: ", "命令行有误:")) +
                         error.what());
}

}  // namespace

int main(int argc, char** argv) {
  namespace cli = aftercare::cli;
  CLI::App app{about, "aftercare"};
  app.footer(examples);
  app.require_subcommand(1);
  app.set_version_flag("--version", "aftercare " + std::to_string(AFTERCARE_VERSION_MAJOR) + "." +
                                        std::to_string(AFTERCARE_VERSION_MINOR) + "." +
                                        std::to_string(AFTERCARE_VERSION_PATCH));
  cli::Shell shell;
#define SUBCOMMAND(name) cli::add_##name(app, shell);
#include "cli/subcommands.def"
  for (CLI::App* one : app.get_subcommands({})) {
    one->add_option("--lang", shell.language_option, "Language: zh or en (without: the locale's)")
        ->check(CLI::IsMember({"zh", "en"}));
    one->add_option("--format", shell.format_option, "text or json")
        ->check(CLI::IsMember({"text", "json"}));
  }
  shell.language_option = value_of("--lang", argc, argv);
  if (shell.language() == aftercare::Language::chinese) cli::translate_help(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    shell.language_option = value_of("--lang", argc, argv);
    if (value_of("--format", argc, argv) == "json") shell.format_option = "json";
    if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
    return tell_usage(shell, app, error, argc, argv);
  }
  try {
    return shell.work();
  } catch (const std::exception& error) {
    shell.err(std::string("aftercare: ") + error.what() + "\n");
    return cli::world_failed;
  }
}
