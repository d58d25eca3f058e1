// cli/command.hpp — what the subcommands share: language, format, exit codes, printing.
//
// A subcommand is a file with add_<name>(): it declares its options on the application and gives
// the work to `Shell::does`. Work is done after the whole command line has been understood.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "aftercare/diagnostic.hpp"
#include "aftercare/result.hpp"
#include "aftercare/source.hpp"

namespace aftercare::cli {

/// What the tool exits with.
enum Exit : int {
  fine = 0,
  findings = 1,      ///< the rules, the stories or the data are wrong
  usage = 2,         ///< the command line is wrong
  world_failed = 3,  ///< a file, a store, a budget
};

class Shell {
 public:
  /// Options that every subcommand has.
  std::string language_option;
  std::string format_option = "text";

  [[nodiscard]] Language language() const;
  [[nodiscard]] bool is_json() const { return format_option == "json"; }
  /// A sentence in the language asked for.
  [[nodiscard]] std::string_view say(std::string_view english, std::string_view chinese) const {
    return language() == Language::chinese ? chinese : english;
  }

  void out(std::string_view text) const;
  void err(std::string_view text) const;
  /// Prints findings to the standard error stream, as JSON one object a line: the standard output
  /// is the answer's alone.
  void tell(const Diagnostics& findings, const Sources& sources) const;
  /// How findings are printed.
  [[nodiscard]] RenderOptions rendering() const;
  /// Whether a file could not be read among them: then the tool does not end with `findings`.
  void note(const Diagnostics& findings) const;
  /// Prints why something failed (the engine's sentences in the language; as JSON an object with
  /// `error`, its kind, and `message`) and gives the exit code for it.
  [[nodiscard]] int failed(const Error& error) const;
  [[nodiscard]] int wrong_use(std::string_view what) const;
  /// Tells that a word of the command line names no `what` (of both languages, base::both), with
  /// the name that was meant or all that there are. `where`: the option that it belongs to.
  [[nodiscard]] int unknown(std::string_view where, std::string_view what, std::string_view name,
                            const std::vector<std::string>& known) const;

  /// Registers what a subcommand does.
  void does(CLI::App& subcommand, std::function<int()> work) {
    work_.emplace_back(&subcommand, std::move(work));
  }
  [[nodiscard]] int work() const;

 private:
  void fail(std::string_view kind, std::string_view why) const;

  std::vector<std::pair<CLI::App*, std::function<int()>>> work_;
  mutable bool has_world_failed_ = false;  // a finding said so
};

/// Tells each finding once, however often it is found: text at once, JSON for the answer to hold.
class FindingsReport {
 public:
  explicit FindingsReport(const Shell& shell) : shell_(shell) {}
  void tell(const Diagnostics& findings, const Sources& sources);
  /// All that were told, as one array.
  [[nodiscard]] std::string json() const;

 private:
  const Shell& shell_;
  std::vector<std::string> told_;
};

/// Writes --help in Chinese. Requires: all options are declared.
void translate_help(CLI::App& app);

/// The packs at all paths, each once. None where a path has none: that has been told.
[[nodiscard]] std::optional<std::vector<std::string>> packs_at(
    const Shell& shell, const std::vector<std::string>& paths);

/// Shows on a terminal how far long work has got; elsewhere it is silent.
class Progress {
 public:
  Progress(std::string label, std::size_t total);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  void at(std::size_t done);

 private:
  std::string label_;
  std::size_t total_, shown_ = 0;
  bool is_terminal_;
};

/// The bytes of a file; "-" is the standard input.
[[nodiscard]] Result<std::string> read_file(const std::string& path);

#define SUBCOMMAND(name) void add_##name(CLI::App& app, Shell& shell);
#include "cli/subcommands.def"

}  // namespace aftercare::cli
