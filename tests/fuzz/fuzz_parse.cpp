// The parser and the printer, in every dialect: what is printed parses again, and prints the same.
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string_view>

#include "aftercare/diagnostic.hpp"

#include "feel/compile.hpp"
#include "feel/parse.hpp"
#include "feel/print.hpp"

using namespace aftercare;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1 || size > 4096) return 0;
  const std::uint8_t choice = data[0];
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  feel::Dialect dialect;
  dialect.language = (choice & 1U) != 0 ? Language::chinese : Language::english;
  dialect.units = (choice & 2U) != 0;
  dialect.full_width = (choice & 4U) != 0;
  const feel::Goal goal =
      (choice & 8U) != 0 ? feel::Goal::unary_tests : feel::Goal::expression;
  feel::Scope scope(&feel::builtin_scope(dialect.language));
  scope.add_slot("n", Type::number(), 0);
  scope.add_slot("a-b", Type::number(), 1);
  scope.add_slot("unit price", Type::number(), 2);
  scope.add_slot("距离", Type::number(), 3);
  const feel::Parsed parsed = feel::parse(text, scope, goal, dialect);
  Sources sources;
  sources.add("input", std::string(text));
  static_cast<void>(render(parsed.findings, sources));
  if (has_errors(parsed.findings) || parsed.ast.root == 0) return 0;
  feel::PrintOptions options;
  options.language = dialect.language;
  const std::string once = feel::print(parsed.ast, parsed.ast.root, options);
  const feel::Parsed again = feel::parse(once, scope, goal, dialect);
  if (has_errors(again.findings)) {
    std::cerr << "what was printed does not parse: " << once << "\n";
    std::abort();
  }
  const std::string twice = feel::print(again.ast, again.ast.root, options);
  if (once != twice) {
    std::cerr << "printed once:  " << once << "\nprinted twice: " << twice << "\n";
    std::abort();
  }
  return 0;
}
