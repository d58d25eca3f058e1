#include <exception>
#include <string>

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
    "Exit codes: 0 fine, 1 findings, 2 the command line is wrong, 3 the world failed.";

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
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? cli::fine : cli::usage;
  }
  try {
    return shell.work();
  } catch (const std::exception& error) {
    shell.err(std::string("aftercare: ") + error.what() + "\n");
    return cli::world_failed;
  }
}
