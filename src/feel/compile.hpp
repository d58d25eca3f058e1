// Text to program: parse, resolve names, check, emit.
//
//   Scope scope = …;
//   Outcome made = compile("fee - paid_in <= 0 CNY", scope, {.level = Level::strict,
//                                                            .expected = Type::boolean()});
//   if (!made.compiled) return show(made.findings);
//   vm::Machine(…).run(*made.compiled->program, slots);
//
// Strict (packs): typed, no silent null; whatever may be null or may fault is a finding.
// Lenient (imported DMN): only what cannot be parsed is a finding; an unknown name is null and told
// as a fault when it is evaluated.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "aftercare/diagnostic.hpp"
#include "aftercare/time.hpp"
#include "aftercare/type.hpp"

#include "bytecode/program.hpp"
#include "feel/ast.hpp"
#include "feel/parse.hpp"
#include "feel/scope.hpp"

namespace aftercare::feel {

enum class Level : std::uint8_t { lenient, strict };

/// The value that a cell of a decision table (or an expression with `?`) is about.
struct Tested {
  std::uint32_t slot = 0;
  Type type;
  bool known_present = false;
};

struct CompileOptions {
  Level level = Level::lenient;
  Dialect dialect = {};
  Goal goal = Goal::expression;
  /// What the expression must give. `any`: whatever it gives. Strict: a bare word is looked for in
  /// it first, and a value that may be null is a finding unless it is optional.
  Type expected = {};
  /// The value is kept as one of that type: it must lie within the type's bounds and have no more
  /// decimals.
  bool is_kept = false;
  /// Zone of the pack: how dates and instants are compared and literals are read.
  std::optional<Zone> zone = {};
  /// What `?` is.
  std::optional<Tested> tested = {};
  /// Slots that are not null here although their types are optional (definite assignment).
  std::vector<std::uint32_t> known_present = {};
  /// Further notes for a finding that a slot may be null: where the path is that leaves it unset.
  std::function<std::vector<DiagnosticNote>(std::uint32_t slot)> why_absent = {};
  Place place = {};
  /// False: object registers only, the machine's plain FEEL. Both give the same values; tests
  /// compare them.
  bool scalars = true;
};

struct Compiled {
  std::shared_ptr<const bytecode::Program> program;  ///< never null
  Type type;                         ///< of its values; `any` where the text leaves it open
  std::vector<std::uint32_t> reads;  ///< slots that it may read, sorted
  /// Boolean expressions: slots that are not null whenever it is true, sorted. A guard may hand
  /// them on as facts to what it guards.
  std::vector<std::uint32_t> present_when_true;
  /// Not checked against anything: which members the values have, as far as the text tells.
  Type members = {};
};

struct Outcome {
  std::optional<Compiled> compiled;  ///< none where a finding is an error
  Diagnostics findings;
};

[[nodiscard]] Outcome compile(std::string_view text, const Scope& scope,
                              const CompileOptions& options = {});
/// The same from a tree, for lets and for boxed expressions.
[[nodiscard]] Outcome compile(const Ast& tree, const Scope& scope,
                              const CompileOptions& options = {});

/// The outermost scope: all built-in functions, in English, and for Chinese files under their
/// Chinese names too. Make it the parent of every other scope.
[[nodiscard]] const Scope& builtin_scope(Language language = Language::english);

}  // namespace aftercare::feel
