// interop/from_scxml.hpp — reads SCXML 1.0 (W3C recommendation) with FEEL as its datamodel.
//
//   Sources sources;
//   ScxmlRead door = from_scxml(sources, sources.add("door.scxml", text), {});
//   if (!door.document) return show(door.findings, sources);
//
// Strict: what the recommendation does not allow is a finding (scxml_grammar.hpp), and so is
// whatever is known to fail at run time: unknown names and locations, conditions that are not
// boolean, targets and types that nothing understands, files that are not there. Lenient: such a
// document is read, and the failure becomes error.execution or error.communication when it runs, as
// the recommendation allows. What makes no chart is refused either way.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "aftercare/diagnostic.hpp"
#include "aftercare/source.hpp"

#include "interop/scxml_model.hpp"

namespace aftercare::interop {

struct ScxmlOptions {
  bool lenient = false;
  /// For pictures, with `lenient`: any datamodel, whose expressions are nothing but texts.
  bool chart_only = false;
  std::string directory = {};  ///< where src="file:…" is looked for; empty: nowhere
};

struct ScxmlRead {
  std::shared_ptr<const ScxmlDocument> document;  ///< null where a finding is an error
  Diagnostics findings;
  /// Refused for its datamodel alone.
  bool has_foreign_datamodel = false;
};

[[nodiscard]] ScxmlRead from_scxml(const Sources& sources, std::uint32_t file,
                                   const ScxmlOptions& options);

/// Text of <content> and <data>: the value where it is JSON, else the text with its white space
/// normalised.
[[nodiscard]] Value scxml_text_value(std::string_view text);
[[nodiscard]] std::string scxml_normalised(std::string_view text);

/// "1.5s", ".5s", "200ms" in microseconds; none for anything else.
[[nodiscard]] std::optional<std::int64_t> scxml_delay(std::string_view text);
/// The same of what an expression gave: such a text, or a duration of days and less.
[[nodiscard]] std::optional<std::int64_t> scxml_delay(const Value& length);
/// The file that `name` ("file:x.txt", "x.txt") means beside the document; nothing outside of its
/// folder is read.
[[nodiscard]] std::optional<std::string> scxml_file(const std::string& directory,
                                                    std::string_view name);
[[nodiscard]] bool is_scxml_processor(std::string_view type);  ///< of <send>
[[nodiscard]] bool is_scxml_service(std::string_view type);    ///< of <invoke>
/// Whether a target could be one of the SCXML processor: "", "#_internal", "#_parent", "#_…".
[[nodiscard]] bool is_scxml_target(std::string_view target);

}  // namespace aftercare::interop
