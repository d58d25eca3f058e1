// interop/scxml_model.hpp — an SCXML document, read and compiled: a chart, its content, its data.
//
// Expressions are FEEL. Events are names in dots; the chart sees numbers (EventNames). Immutable.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aftercare/source.hpp"
#include "aftercare/value.hpp"

#include "bytecode/program.hpp"
#include "chart/chart.hpp"

namespace aftercare::interop {

/// Event names and descriptors. A name is known by the longest prefix of its tokens that some
/// descriptor begins with: that prefix decides which descriptors match.
class EventNames {
 public:
  EventNames() : nodes_(1) {}
  /// The number of a prefix; made where it is new.
  chart::EventId add(std::string_view name);
  /// The number of a name: that of its longest known prefix.
  [[nodiscard]] chart::EventId find(std::string_view name) const;
  /// All numbers that a descriptor (without `*`) matches, once all descriptors have been added.
  [[nodiscard]] std::vector<chart::EventId> matched_by(std::string_view descriptor) const;

 private:
  struct Node {
    std::map<std::string, chart::EventId, std::less<>> next;
  };
  std::vector<Node> nodes_;
};

/// An expression as it is written; without a program where it could not be compiled, and then its
/// evaluation is an error.
struct ScxmlExpression {
  std::string text;
  SourceSpan span;
  std::shared_ptr<const bytecode::Program> program;
};

/// Something that can be assigned to: a declared name, or a member below it.
struct ScxmlLocation {
  std::string text;
  SourceSpan span;
  std::uint32_t slot = chart::none;  ///< none: nothing of that name is declared
  std::vector<std::string> path;
  bool is_protected = false;  ///< a system variable
};

struct ScxmlParam {
  std::string name;
  ScxmlExpression value;
  std::optional<ScxmlLocation> location;  ///< where it was written as a location
};

/// A value that is written in one of three ways: as an attribute, as an expression, as content.
struct ScxmlText {
  std::optional<std::string> literal;
  std::optional<ScxmlExpression> expression;
  [[nodiscard]] bool is_given() const noexcept { return literal || expression; }
};

struct ScxmlDocument;

/// The value of <content>, <assign> and <data>.
struct ScxmlContent {
  std::optional<ScxmlExpression> expression;
  std::optional<Value> value;                     ///< inline: JSON, else a text
  std::shared_ptr<const ScxmlDocument> document;  ///< inline <scxml>, for <invoke>
  std::optional<std::string> file;                ///< src
};

struct ScxmlElement;
using ScxmlBlock = std::vector<ScxmlElement>;

struct ScxmlBranch {
  std::optional<ScxmlExpression> condition;  ///< none: else
  ScxmlBlock body;
};

/// One element of executable content.
struct ScxmlElement {
  enum class Is : std::uint8_t {
    raise,
    send,
    cancel,
    assign,
    log,
    choose,  ///< if, elseif, else
    foreach,
    script,   ///< no datamodel without side effects runs one
    unknown,  ///< an element of no meaning here
  };
  Is is = Is::unknown;
  SourceSpan span;
  std::string name;  ///< raise: event; log: label; unknown: the element
  // send, cancel
  ScxmlText event, target, type, delay, send_id;
  std::optional<ScxmlLocation> id_location;
  std::vector<ScxmlParam> params;  ///< namelist first
  std::optional<ScxmlContent> content;
  // assign, log, foreach
  std::optional<ScxmlLocation> location;  ///< assign; foreach: item
  std::optional<ScxmlLocation> index;
  std::optional<ScxmlExpression> expression;  ///< assign, log; foreach: array
  ScxmlBlock body;                            ///< foreach
  std::vector<ScxmlBranch> branches;
};

struct ScxmlInvoke {
  chart::StateId state = 0;
  SourceSpan span;
  ScxmlText type, source;
  std::string id;
  std::optional<ScxmlLocation> id_location;
  std::vector<ScxmlParam> params;
  std::optional<ScxmlContent> content;
  bool autoforward = false;
  bool has_finalize = false;
  ScxmlBlock finalize;
};

struct ScxmlData {
  std::uint32_t slot = chart::none;
  std::string id;
  chart::StateId state = chart::root;  ///< where it is declared
  ScxmlContent content;
};

struct ScxmlDoneData {
  std::vector<ScxmlParam> params;
  std::optional<ScxmlContent> content;
};

enum class ScxmlDatamodel : std::uint8_t { feel, null };

struct ScxmlDocument {
  explicit ScxmlDocument(chart::Chart made) : chart(std::move(made)) {}

  std::string name;
  std::string directory;  ///< of the file, for src; empty: nothing is read from files
  ScxmlDatamodel datamodel = ScxmlDatamodel::feel;
  bool late_binding = false;
  chart::Chart chart;
  EventNames events;
  std::vector<std::string> slots;  ///< names that expressions may read; system variables first
  std::vector<ScxmlData> data;     ///< in document order
  std::vector<ScxmlBlock> blocks;  ///< by ActionId
  std::vector<ScxmlExpression> conditions;  ///< by GuardId
  std::vector<std::string> descriptors;     ///< by TransitionId: its events as written
  std::vector<ScxmlInvoke> invokes;         ///< in document order
  std::map<chart::StateId, ScxmlDoneData> done_data;
  std::optional<SourceSpan> script;  ///< a script of the document itself
};

/// Slots of the system variables.
enum class ScxmlSystem : std::uint8_t { event, session_id, name, io_processors, x };
inline constexpr std::uint32_t scxml_system_slots = 5;

}  // namespace aftercare::interop
