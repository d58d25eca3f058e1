// cli/session.hpp — an engine over the packs and the store of a command line, with the events that
// it names already sent. Shared by run, next and explain.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aftercare/directory.hpp"
#include "aftercare/engine.hpp"
#include "aftercare/rulebook.hpp"
#include "aftercare/time.hpp"

#include "cli/command.hpp"

namespace aftercare::cli {

struct SessionOptions {
  std::string pack;
  std::vector<std::string> overlays;
  std::vector<std::string> settings;  ///< name=value
  std::string registers;              ///< folder or SQLite file; empty: what overlays say
  std::string store;                  ///< path of an SQLite file; empty: memory
  std::string events_file;            ///< .yaml, .jsonl; "-": JSON lines from the standard input
  std::vector<std::string> events;    ///< "2024-03-04T09:00 arrived by technician badge=true"
  std::string until;
  bool must_exist = false;  ///< the store: what only reads makes none
  std::string reproject;    ///< why limits are counted again first; empty: they are not
};

/// Registers of a folder or, where it is empty, of the files that overlays name, checked against
/// the rules. False: findings were told.
[[nodiscard]] bool open_registers(const Shell& shell, const std::string& path,
                                  const Rulebook& rules,
                                  std::shared_ptr<const Directory>& directory);

/// Declares them. `has_event_words`: events are what is left of the command line.
void add_session_options(CLI::App& app, SessionOptions& options, bool has_event_words);

/// What came of one event; of time, where the event has no name.
struct Sent {
  Event event;
  Outcome outcome;
};

class Session {
 public:
  /// The exit code where there is none; what is wrong has been printed.
  static std::optional<Session> open(const Shell& shell, const SessionOptions& options, int& exit);

  Engine engine;
  Zone zone;
  std::vector<Sent> sent;
  std::optional<Instant> now;  ///< `until`, or the last event's instant

 private:
  Session(Engine of, Zone in) : engine(std::move(of)), zone(std::move(in)) {}
};

/// When the last step of a case was recorded; none: there is none.
[[nodiscard]] std::optional<Instant> last_recorded(const Engine& engine, std::string_view id);

/// Why something does not come in, or stands in the way, by its label, with its clause behind it.
/// `of`: a case of this procedure, whose conditions it may quote.
[[nodiscard]] std::string reason_line(Reason reason, const Rulebook& rules, Language language,
                                      std::string_view of = {});
/// A name or formula of a procedure in the words of a reader: `warranty.answer = open`, 保修.结论 =
/// 待定.
[[nodiscard]] std::string formula_line(std::string_view formula, std::string_view of,
                                       const Rulebook& rules, Language language);

/// A chain of posts for people: each by its label, the joints in their language.
[[nodiscard]] std::string chain_shown(const std::string& chain, const Rulebook& rules,
                                      Language language);

/// A value for people: money and lengths as packs write them, instants in `zone`.
[[nodiscard]] std::string value_text(const Value& value, const Rulebook& rules, const Zone& zone);

/// "  (appliance_repair version 2)" where several versions of its pack are loaded; else nothing.
[[nodiscard]] std::string version_text(const Shell& shell, const Rulebook& rules,
                                       const CaseView& view);

}  // namespace aftercare::cli
