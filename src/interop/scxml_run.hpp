// interop/scxml_run.hpp — runs an SCXML document and the documents it invokes, on a virtual clock.
//
//   ScxmlWorld world({});
//   world.run(document);                     // until it ends, or nothing can happen any more
//   world.configuration();                   // {"pass"}
//   for (const std::string& line : world.trace()) …   // JSON objects, in order
//
// Nothing waits: a delayed event is delivered as soon as nothing else is left to do, and the clock
// is set to its instant. The same document gives the same run, always. Sessions take turns in the
// order in which they were started, one external event at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "aftercare/value.hpp"

#include "interop/scxml_model.hpp"

namespace aftercare::interop {

struct ScxmlRunOptions {
  bool lenient = true;                ///< how invoked documents are read
  std::uint32_t microsteps = 10'000;  ///< of one macrostep
  std::uint32_t events = 10'000;      ///< external events of all sessions together
  std::uint32_t sessions = 200;
  std::uint32_t nesting = 20;   ///< of sessions that invoke sessions
  std::size_t trace = 100'000;  ///< items kept; what happens later is not written down
};

/// An error event that was raised.
struct ScxmlError {
  std::string session;  ///< invokeid; empty: the document itself
  std::string event;    ///< "error.execution", "error.communication"
  std::string reason;
};

class ScxmlSession;

class ScxmlWorld {
 public:
  explicit ScxmlWorld(ScxmlRunOptions options);
  ScxmlWorld(const ScxmlWorld&) = delete;
  ScxmlWorld& operator=(const ScxmlWorld&) = delete;
  ~ScxmlWorld();

  /// Starts the document and goes on while anything can happen, at most so far as the options
  /// allow.
  void run(std::shared_ptr<const ScxmlDocument> document);
  /// The same in two steps: then send() gives it events from outside, after each of which what is
  /// due at once happens; advance() lets time pass.
  void start(std::shared_ptr<const ScxmlDocument> document);
  void send(std::string_view event, Value data = {});
  /// Delivers all that is due within `micros` from now and sets the clock there.
  void advance(std::int64_t micros);

  /// Ids of the active atomic states of the document: at its end those in which it ended.
  [[nodiscard]] std::vector<std::string> configuration() const;
  [[nodiscard]] bool has_ended() const;  ///< by a final state
  [[nodiscard]] const std::vector<std::string>& trace() const { return trace_; }
  [[nodiscard]] const std::vector<ScxmlError>& errors() const { return errors_; }
  /// Why it was stopped before it ended by itself; empty: it was not.
  [[nodiscard]] const std::string& stopped() const { return stopped_; }
  [[nodiscard]] std::int64_t now() const { return now_; }  ///< microseconds since the start

 private:
  friend class ScxmlSession;
  struct Event;
  struct Delayed;
  void deliver(std::int64_t until);
  void rest();
  ScxmlSession* open(std::shared_ptr<const ScxmlDocument> document, ScxmlSession* parent,
                     std::string invokeid);
  void stop(std::string reason);

  ScxmlRunOptions options_;
  std::vector<std::unique_ptr<ScxmlSession>> sessions_;
  std::vector<Delayed> delayed_;  // in no order; the first is looked for
  std::uint64_t sequence_ = 0;
  std::int64_t now_ = 0;
  std::uint32_t handled_ = 0;
  std::vector<std::string> trace_;
  std::vector<ScxmlError> errors_;
  std::string stopped_;
};

/// A value as JSON; what JSON has no form for is its FEEL text as a string.
[[nodiscard]] std::string scxml_json(const Value& value);

}  // namespace aftercare::interop
