// The names that an expression may use, and what each one is.
//
//   Scope file;                                          // the fields of a case
//   file.add_slot("fee", Type::money(currency_code("CNY"), 2), 0);
//   Scope event;                                         // the members of an event
//   event.add_slot("at", Type::instant(), 2);
//   file.add_record("collected", event, {.slot = 1});    // collected != null tests slot 1
//   Scope inner(&file);                                  // sees the names of `file` too
//
// A scope is filled by its maker and then only read; reading is thread-safe. Parents, members and
// trees are not copied and must outlive it.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "aftercare/diagnostic.hpp"
#include "aftercare/source.hpp"
#include "aftercare/type.hpp"

#include "feel/ast.hpp"

namespace aftercare::feel {

class Scope;

/// Gives the place of bytes [begin, end) of an expression in the text that its author wrote.
using Place = std::function<SourceSpan(std::uint32_t begin, std::uint32_t end)>;

inline constexpr std::uint32_t no_slot = 0xFFFFFFFFU;

/// What a declared function takes and gives. `host` is the number under which the machine asks for
/// it; `may_be_null` results are said by the result type.
struct FunctionName {
  std::vector<std::pair<std::string, Type>> parameters;
  Type result;
  std::uint32_t host = 0;
};

/// An expression that stands for a name: it is expanded at each use, so that flow typing looks
/// through it. A cycle of lets is a finding where one is compiled.
struct LetName {
  const Ast* tree = nullptr;
  const Scope* scope = nullptr;  ///< the names that the expression itself uses
  Type type;                     ///< declared; `any`: as inferred
};

struct RecordName {
  const Scope* members = nullptr;
  std::uint32_t slot = no_slot;  ///< the whole, null where it is absent; `x != null` tests it
  bool known_present = false;
};

/// Where a name was declared, for notes: "let leave.notice".
struct Declared {
  /// Why it may be without a value, where its type is optional.
  enum class Absence : std::uint8_t {
    declared,   ///< it is declared optional
    not_given,  ///< not every way gives it
    lacking,    ///< a form that is recorded with what it lacks
    not_asked,  ///< a form asks for it under a condition
    natural,    ///< there need not be one
  };
  std::string what;
  std::optional<SourceSpan> span;
  Absence absence = Absence::declared;
};

/// One name.
struct Name {
  enum class Is : std::uint8_t {
    slot,      ///< an input of the evaluation
    record,    ///< members, each with its own slot, let or record
    constant,  ///< a value known when compiled: a parameter, a reading
    let,       ///< an expression of its own
    function,  ///< a function of the host: decision table, business knowledge model
    builtin,   ///< a built-in function
    local,  ///< variable of a loop, parameter of a function, entry of a context, member in a filter
  };
  Is is = Is::local;
  std::string name;  ///< with white space normalised
  Type type;         ///< of slot, constant, local, record as a whole; otherwise see the parts
  std::uint32_t slot = no_slot;  ///< of slot; of builtin: its number
  bool known_present = false;    ///< of slot: not null here although its type is optional
  bool comes_whole = false;      ///< of slot: a length in days, which has no parts
  Value value;                   ///< of constant
  RecordName record;
  LetName let;
  FunctionName function;
  Declared declared;
};

/// The longest name that begins at a byte of a text.
struct NameMatch {
  const Name* name = nullptr;
  std::size_t bytes = 0;  ///< 0: none
  explicit operator bool() const noexcept { return bytes != 0; }
};

/// The same of a type.
struct TypeMatch {
  const std::string* name = nullptr;
  std::size_t bytes = 0;
};

class Scope {
 public:
  explicit Scope(const Scope* parent = nullptr) : parent_(parent) {}

  // ── queries ─────────────────────────────────────────────────────────────────────────────────
  /// The innermost entry of a (normalised) name, or null; white space about symbols does not count.
  [[nodiscard]] const Name* find(std::string_view name) const noexcept;
  /// The same without parents.
  [[nodiscard]] const Name* find_here(std::string_view name) const noexcept;
  /// The longest name of this scope and its parents that begins at byte `at` of `text` and ends at
  /// a word boundary, token by token: white space matches any white space, and about symbols there
  /// may be some or none. The innermost wins among equal ones.
  [[nodiscard]] NameMatch longest(std::string_view text, std::size_t at) const noexcept;
  /// The same without parents.
  [[nodiscard]] NameMatch longest_here(std::string_view text, std::size_t at) const noexcept;
  /// Closed sets (here or in a parent) that hold `word`, in the order in which they were added.
  [[nodiscard]] std::vector<Type> sets_with(std::string_view word) const;
  /// A declared type, or null.
  [[nodiscard]] const Type* find_type(std::string_view name) const noexcept;
  /// The function that tests the values of a declared type, or null: see add_type().
  [[nodiscard]] const Value* find_type_test(std::string_view name) const noexcept;
  /// Longest declared type name at byte `at`.
  [[nodiscard]] TypeMatch longest_type(std::string_view text, std::size_t at) const noexcept;
  /// Names (and words) that a misspelt one may have meant, best first, at most `most`.
  [[nodiscard]] std::vector<std::string> candidates(std::string_view misspelt,
                                                    std::size_t most = 3) const;
  [[nodiscard]] const Scope* parent() const noexcept { return parent_; }
  [[nodiscard]] const std::deque<Name>& names() const noexcept { return names_; }

  // ── filling ─────────────────────────────────────────────────────────────────────────────────
  // A name that is there already is replaced.
  Name& add(Name name);
  Name& add_slot(std::string_view name, Type type, std::uint32_t slot, bool known_present = false);
  Name& add_record(std::string_view name, const Scope& members, RecordName facts = {});
  Name& add_constant(std::string_view name, Type type, Value value);
  Name& add_let(std::string_view name, const Ast& tree, const Scope& scope, Type type = {});
  Name& add_function(std::string_view name, FunctionName function);
  Name& add_builtin(std::string_view name, std::uint32_t function);
  Name& add_local(std::string_view name, Type type = {});
  /// The words of a closed set may stand bare.
  void add_words(Type set);
  /// `test` tells of a value of the type whether it is one of those that the type allows: a function
  /// value of one parameter that gives a boolean. Null: all are.
  void add_type(std::string_view name, Type type, Value test = {});

 private:
  const Scope* parent_ = nullptr;
  std::deque<Name> names_;
  std::unordered_map<std::string, std::uint32_t> by_name_;
  std::unordered_map<std::string, std::vector<std::uint32_t>> by_first_word_;
  std::vector<Type> sets_;
  std::unordered_map<std::string, std::vector<std::uint32_t>> by_word_;
  struct DeclaredType {
    std::string name;
    Type type;
    Value test;
  };
  const DeclaredType* find_declared(std::string_view name) const noexcept;
  std::vector<DeclaredType> types_;
};

/// Name with runs of white space made one space and none at its ends.
[[nodiscard]] std::string normalise_name(std::string_view name);
/// Bytes of the white space (and comments, where asked) at byte `at`.
[[nodiscard]] std::size_t white_space(std::string_view text, std::size_t at) noexcept;
[[nodiscard]] bool is_name_start(char32_t code_point) noexcept;
[[nodiscard]] bool is_name_part(char32_t code_point) noexcept;
/// Bytes of the run of name characters at byte `at`; 0 where no name begins.
[[nodiscard]] std::size_t word_length(std::string_view text, std::size_t at) noexcept;

}  // namespace aftercare::feel
