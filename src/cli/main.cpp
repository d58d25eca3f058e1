#include <algorithm>
#include <exception>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aftercare/version.hpp"

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
    "a\n"
    "line where the answer is a list. What is found wrong goes to standard error, one object a "
    "line;\n"
    "`check` and `calendar check`, whose answer it is, print it as `findings`.\n"
    "\n"
    "Exit codes: 0 fine, 1 findings, 2 the command line is wrong, 3 the world failed.";

/// What `--lang` says, where the rest of the command line is not understood.
std::string language_in(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--lang" && i + 1 < argc) return argv[i + 1];
    if (word.substr(0, 7) == "--lang=") return std::string(word.substr(7));
  }
  return {};
}

/// Why the command line was not understood; what the library says of it stands behind.
std::string in_chinese(const CLI::ParseError& error) {
  static constexpr std::pair<std::string_view, std::string_view> reasons[] = {
      {"RequiredError", "缺少必需的参数"},      {"ExtrasError", "有不认识的参数"},
      {"ValidationError", "参数的值不允许"},    {"ConversionError", "参数的值无法转换"},
      {"ArgumentMismatch", "参数的个数不对"},   {"RequiresError", "缺少它所依赖的参数"},
      {"ExcludesError", "参数不能同时使用"},
  };
  std::string_view reason = "命令行有误";
  for (const auto& [name, text] : reasons)
    if (error.get_name() == name) reason = text;
  return std::string(reason) + "(" + error.what() + ");用 --help 查看用法";
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
  std::vector<std::string> known;
  for (const CLI::App* one : app.get_subcommands({})) known.push_back(one->get_name());
  if (argc > 1 && argv[1][0] != '-' &&
      std::find(known.begin(), known.end(), argv[1]) == known.end()) {
    shell.language_option = language_in(argc, argv);
    return shell.wrong_use(cli::unknown_name(shell, "subcommand", "子命令", argv[1], known));
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    shell.language_option = language_in(argc, argv);
    if (error.get_exit_code() == 0 || shell.language() != aftercare::Language::chinese)
      return app.exit(error) == 0 ? cli::fine : cli::usage;
    return shell.wrong_use(in_chinese(error));
  }
  try {
    return shell.work();
  } catch (const std::exception& error) {
    shell.err(std::string("aftercare: ") + error.what() + "\n");
    return cli::world_failed;
  }
}
