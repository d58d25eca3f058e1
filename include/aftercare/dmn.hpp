// aftercare/dmn.hpp — decision models of DMN 1.1 to 1.6: read once, decide as often as you like.
//
//   auto model = load_dmn(read_dmn_files("loan.dmn").value());
//   if (!model) return show(model.diagnostics());
//   auto answer = model->evaluate("Approval", {{"amount", Value::integer(5000)}});
//   answer->value;                 // null where DMN says so, and then answer->diagnostics say why
//
// DMN is lenient: what FEEL calls an error is null and a diagnostic, never an Error. External
// functions (Java, PMML) are not run. Needs: diagnostic.hpp, result.hpp, table.hpp, time.hpp,
// value.hpp. Knows nothing of packs or cases.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aftercare/diagnostic.hpp"
#include "aftercare/export.hpp"
#include "aftercare/result.hpp"
#include "aftercare/table.hpp"
#include "aftercare/time.hpp"
#include "aftercare/type.hpp"
#include "aftercare/value.hpp"

namespace aftercare {

/// A file as bytes.
struct DmnFile {
  std::string name;
  std::string text;
};

/// What else an evaluation may look at. Nothing but this and the inputs decides the result.
struct DmnSurroundings {
  std::optional<Instant> now;        ///< what now() and today() say; without it they are null
  std::optional<Zone> zone;          ///< zone of today(); UTC without it
  std::uint64_t steps = 10'000'000;  ///< for each expression
  std::uint64_t calls = 1'000'000;   ///< of functions and tables in all
};

struct DmnAnswer {
  Value value;
  Diagnostics diagnostics;         ///< semantic errors that were met, in order
  std::vector<TableTrace> tables;  ///< the tables that were asked and the rows that matched
};

/// A checked model with the models that it imports. Immutable and cheap to copy; any number of
/// threads may evaluate one at the same time.
class AFTERCARE_API DmnModel {
 public:
  [[nodiscard]] const std::string& name() const noexcept;
  /// Names of its decisions, knowledge models and services, in the order of the file.
  [[nodiscard]] std::vector<std::string> decisions() const;
  [[nodiscard]] std::vector<std::string> knowledge_models() const;
  [[nodiscard]] std::vector<std::string> services() const;
  /// Its input data with their types, those of imported models too.
  [[nodiscard]] const Signature& inputs() const noexcept;
  /// What one of them asks for: the input data below a decision, the parameters of a service or a
  /// knowledge model. Empty where there is none of that name.
  [[nodiscard]] Signature inputs_of(std::string_view name) const;

  /// Evaluates one decision and what it requires. An input that is missing is null; one of an
  /// imported model is named plainly or "import.name".
  /// Errors: `not_found`; `limit`.
  [[nodiscard]] Result<DmnAnswer> evaluate(std::string_view decision, const Context& inputs,
                                           const DmnSurroundings& around = {}) const;
  /// Calls a decision service; `inputs` name its input decisions and input data, each of which must
  /// be given. The value is that of its output decision, a context where there are several.
  [[nodiscard]] Result<DmnAnswer> call_service(std::string_view service, const Context& inputs,
                                               const DmnSurroundings& around = {}) const;
  /// Calls a business knowledge model; `arguments` name its parameters.
  [[nodiscard]] Result<DmnAnswer> call_knowledge(std::string_view knowledge,
                                                 const Context& arguments,
                                                 const DmnSurroundings& around = {}) const;

  struct Impl;
  struct Access;

 private:
  friend AFTERCARE_API Checked<DmnModel> load_dmn(std::vector<DmnFile> files);
  explicit DmnModel(std::shared_ptr<const Impl> impl) noexcept : impl_(std::move(impl)) {}
  std::shared_ptr<const Impl> impl_;  // never null
};

/// The file at `path` and, of its folder, the files of the models that it imports: the one that
/// locationURI names, otherwise the first *.dmn that has the namespace. An import that is not there
/// is left to load_dmn(), which tells it. Nothing outside the folder is read.
/// Errors: `io`, where `path` cannot be read.
[[nodiscard]] AFTERCARE_API Result<std::vector<DmnFile>> read_dmn_files(const std::string& path);

/// The same among texts: `main`, and of `around` the files of the models that it imports.
[[nodiscard]] AFTERCARE_API std::vector<DmnFile> with_imports(DmnFile main,
                                                              const std::vector<DmnFile>& around);

/// Reads a model: the first file, with the files of the models that it imports. Expressions that
/// cannot be compiled are findings too, but the model is there and they are null in it; it is
/// absent where the files cannot be read or linked.
[[nodiscard]] AFTERCARE_API Checked<DmnModel> load_dmn(std::vector<DmnFile> files);

/// What can be proved of the decision tables of a model: cases without a row, cases of two rows
/// where one may match, rows that never count, each with such a case; what the budget does not
/// settle is told as not proved. Tables of imported models are looked at with those models. Of
/// inputs that may be null, null is a case where a cell names it.
[[nodiscard]] AFTERCARE_API Diagnostics check_tables(const DmnModel& model);

}  // namespace aftercare
