// strict_dump FILE [--schema FILE] [--lang zh]: strict acceptance of expressions, one a line.
//
// What is accepted is printed with its type and evaluated over random inputs that fit the schema:
// it must give a value of its type, never null, and the same without typed registers. What is
// rejected is printed with its findings. Exit code 0: all accepted; 1: all rejected; 2: some of
// each, or an accepted one that gives null.
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "aftercare/diagnostic.hpp"

#include "builtins/call_context.hpp"
#include "feel/compile.hpp"
#include "support/typed_inputs.hpp"
#include "vm/machine.hpp"

namespace {

using namespace aftercare;
using testing_support::TypedInput;

std::string read(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// What is wrong with an accepted expression; empty where nothing is.
std::string try_out(const feel::Compiled& typed, const feel::Compiled& plain,
                    const std::vector<TypedInput>& inputs, const Zone& zone) {
  vm::Setting setting;
  setting.zone = zone;
  setting.limits.steps = 20'000;
  vm::Machine machine(setting);
  testing_support::ValueMaker maker(20260213);
  for (int row = 0; row < 500; ++row) {
    std::vector<Value> slots;
    for (const TypedInput& input : inputs) slots.push_back(maker.make(input.type));
    const Result<Value> a = machine.run(*typed.program, slots);
    const Result<Value> b = machine.run(*plain.program, slots);
    std::string given;
    for (const std::uint32_t slot : typed.reads) {
      given += "\n    " + inputs[slot].name + " = " + slots[slot].to_text();
    }
    if (!b && b.error().code == ErrorCode::limit) {
      // Beyond 34 digits, the calendar or the budget, and nothing else.
      using builtins::Fault;
      const bool is_bound = machine.told().empty() || machine.told()[0].fault == Fault::overflow ||
                            machine.told()[0].fault == Fault::budget;
      if (is_bound) continue;
    }
    if (!a) return "Error " + a.error().message + given;
    if (!b) return "Error (plain) " + b.error().message + given;
    if (b->is_null() && !plain.type.is_optional()) return "null" + given;
    if (!a->equals(*b)) return a->to_text() + " for " + b->to_text() + given;
  }
  return {};
}

}  // namespace

int main(int count, char** words) {
  std::string file;
  std::string schema = "../schema.txt";
  Language language = Language::english;
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    if (word == "--lang" && i + 1 < count) {
      language = std::string(words[++i]) == "zh" ? Language::chinese : Language::english;
    } else if (word == "--schema" && i + 1 < count) {
      schema = words[++i];
    } else {
      file = word;
    }
  }
  const std::vector<TypedInput> inputs = testing_support::TypeReader().inputs(read(schema));
  feel::Scope scope(&feel::builtin_scope());
  testing_support::add_inputs(scope, inputs);

  std::ifstream lines(file, std::ios::binary);
  std::size_t accepted = 0;
  std::size_t rejected = 0;
  bool is_wrong = inputs.empty() || !lines;
  std::string line;
  for (std::uint32_t number = 1; std::getline(lines, line); ++number) {
    if (line.empty() || line.starts_with("//")) {
      std::cout << line << "\n";
      continue;
    }
    // On a line of its own, so that the place of a finding is that in the file.
    Sources sources;
    sources.add(file, std::string(number - 1, '\n') + line);
    feel::CompileOptions options;
    options.level = feel::Level::strict;
    options.dialect.units = true;
    options.zone = Zone::fixed(8 * 3600);
    options.place = [&](std::uint32_t begin, std::uint32_t end) {
      return SourceSpan{0, number - 1 + begin, number - 1 + end};
    };
    feel::Outcome typed = feel::compile(line, scope, options);
    if (typed.compiled && typed.compiled->type.is_optional()) {
      // A place that needs a value.
      options.expected = typed.compiled->type.required();
      typed = feel::compile(line, scope, options);
    }
    options.scalars = false;
    const feel::Outcome plain = feel::compile(line, scope, options);
    const bool is_accepted =
        typed.compiled && plain.compiled && !typed.compiled->type.is_optional();
    (is_accepted ? accepted : rejected) += 1;
    if (is_accepted) {
      std::cout << line << "\n    " << typed.compiled->type.to_text() << "\n";
      const std::string wrong = try_out(*typed.compiled, *plain.compiled, inputs, *options.zone);
      if (!wrong.empty()) std::cout << "    WRONG: " << wrong << "\n";
      is_wrong = is_wrong || !wrong.empty();
      continue;
    }
    if (typed.compiled && typed.findings.empty()) {
      std::cout << line << "\n    WRONG: may be null, and no finding says so\n";
      is_wrong = true;
    }
    RenderOptions how;
    how.language = language;
    std::cout << render(typed.findings, sources, how);
  }
  if (is_wrong || (accepted > 0 && rejected > 0)) return 2;
  return rejected > 0 ? 1 : 0;
}
