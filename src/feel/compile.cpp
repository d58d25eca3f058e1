// The interface of this file is compile(): the order of the passes.
#include "feel/compile.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "base/assert.hpp"
#include "base/diagnostics.hpp"
#include "builtins/builtins.hpp"
#include "feel/check.hpp"
#include "feel/emit.hpp"
#include "feel/fold.hpp"
#include "feel/resolve.hpp"

namespace aftercare::feel {
namespace {

Outcome finish(const Ast& tree, const Scope& scope, const CompileOptions& options,
               Diagnostics findings) {
  Outcome out;
  out.findings = std::move(findings);
  const std::size_t of_the_text = out.findings.size();
  const auto add = [&](Diagnostics more) {
    for (Diagnostic& finding : more) {
      // What is not written so means nothing as it stands.
      const bool is_told = std::any_of(
          out.findings.begin(), out.findings.begin() + static_cast<std::ptrdiff_t>(of_the_text),
          [&](const Diagnostic& one) {
            return one.code == diag::AC0309.text && one.span == finding.span;
          });
      if (!is_told) out.findings.push_back(std::move(finding));
    }
  };
  Resolved resolved = resolve(tree, scope, options);
  add(std::move(resolved.findings));
  if (resolved.tree.root == 0) return out;
  std::vector<std::optional<Value>> folded = fold(resolved, options);
  Checked checked;
  if (options.level == Level::strict) {
    checked = check(resolved, scope, folded, options);
    add(std::move(checked.findings));
    for (NodeId id = 0; id < checked.known.size(); ++id) {
      if (checked.known[id].value) folded[id] = checked.known[id].value;
    }
  }
  if (has_errors(out.findings) || !resolved.told_wrong.empty()) return out;
  Emitted emitted = emit(resolved, scope, folded, checked.known, options);
  emitted.program.is_strict = options.level == Level::strict;
  if (emitted.is_too_large) {
    const TextRange all = tree[tree.root].range;
    add({base::make(diag::AC0306, options.place ? options.place(all.begin, all.end)
                                                : SourceSpan{0, all.begin, all.end})});
    return out;
  }
  if (options.level == Level::strict && options.scalars && !emitted.program.is_scalar) {
    // Most numbers are small, whatever their types allow.
    Emitted narrow = emit(resolved, scope, folded, checked.known, options, Fit::expected);
    if (!narrow.is_too_large && narrow.program.is_scalar &&
        narrow.program.reads == emitted.program.reads) {
      narrow.program.is_strict = true;
      narrow.program.wide = std::make_shared<const bytecode::Program>(std::move(emitted.program));
      emitted = std::move(narrow);
    }
  }
  AFTERCARE_ASSERT(bytecode::verify(emitted.program).empty(), "emitted programs are sound");
  Compiled compiled;
  compiled.type = checked.type;
  compiled.present_when_true = std::move(checked.present_when_true);
  compiled.reads = emitted.program.reads;
  compiled.program = std::make_shared<const bytecode::Program>(std::move(emitted.program));
  out.compiled = std::move(compiled);
  return out;
}

/// The names of the members in a type, and nothing of what the values are: that is not checked.
Type members_alone(const Type& type, std::size_t& most) {
  if (most == 0) return Type::any();
  --most;
  if (type.is() == Type::Is::list) return Type::list(members_alone(type.element(), most));
  if (type.is() != Type::Is::context || type.members().empty()) return Type::any();
  std::vector<std::pair<std::string, Type>> members;
  for (const auto& [name, member] : type.members()) {
    if (most == 0) return Type::any();
    members.emplace_back(name, members_alone(member, most));
  }
  return Type::context(std::move(members));
}

}  // namespace

Outcome compile(std::string_view text, const Scope& scope, const CompileOptions& options) {
  Parsed parsed = parse(text, scope, options.goal, options.dialect, options.place);
  if (has_errors(parsed.findings) && parsed.ast.root == 0) {
    return {std::nullopt, std::move(parsed.findings)};
  }
  Outcome out = finish(parsed.ast, scope, options, std::move(parsed.findings));
  std::size_t most_members = 1000;
  if (out.compiled) out.compiled->members = members_alone(parsed.members, most_members);
  return out;
}

Outcome compile(const Ast& tree, const Scope& scope, const CompileOptions& options) {
  return finish(tree, scope, options, {});
}

const Scope& builtin_scope(Language language) {
  static const Scope english = [] {
    Scope scope;
    const auto functions = builtins::functions();
    for (std::size_t i = 0; i < functions.size(); ++i) {
      scope.add_builtin(functions[i].name, static_cast<std::uint32_t>(i));
    }
    return scope;
  }();
  static const Scope chinese = [] {
    Scope scope(&english);
    struct Row {
      std::string_view chinese;
      std::string_view name;
    };
    constexpr Row rows[] = {
#define BUILTIN_NAME(chinese, english) {chinese, english},
#include "feel/token.def"
#undef BUILTIN_NAME
    };
    for (const Row& row : rows) {
      if (const auto function = builtins::find(row.name)) {
        scope.add_builtin(row.chinese, *function);
      }
    }
    return scope;
  }();
  return language == Language::chinese ? chinese : english;
}

}  // namespace aftercare::feel
