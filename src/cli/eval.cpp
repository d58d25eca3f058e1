// aftercare eval: one FEEL expression.
#include <memory>
#include <optional>

#include "aftercare/expression.hpp"

#include "base/json_reader.hpp"
#include "base/json_writer.hpp"
#include "cli/command.hpp"
#include "cli/json_value.hpp"

namespace aftercare::cli {

namespace {

struct Options {
  std::string expression, input, zone, now;
  bool is_strict = false, shows_code = false;
};

/// What a value of JSON is, for the compiler.
Type type_of(const Value& value, bool is_strict) {
  if (!is_strict) return Type::any();
  switch (value.kind()) {
    case Kind::boolean:
      return Type::boolean();
    case Kind::number:
      return Type::number();
    case Kind::string:
      return Type::string();
    case Kind::list: {
      if (value.size() == 0) return Type::list(Type::any());
      const Type first = type_of(value.items().front(), true);
      for (const Value& item : value.items())
        if (!(type_of(item, true) == first)) return Type::list(Type::any());
      return Type::list(first);
    }
    case Kind::context: {
      std::vector<std::pair<std::string, Type>> members;
      for (const auto& [name, one] : value.entries())
        members.emplace_back(name, type_of(one, true));
      return Type::context(std::move(members));
    }
    default:
      return Type::any();
  }
}

int evaluate(const Shell& shell, const Options& options) {
  std::string text = options.expression;
  if (text == "-") {
    auto read = read_file("-");
    if (!read) return shell.failed(read.error());
    text = std::move(*read);
  }
  Context inputs;
  if (!options.input.empty()) {
    std::string json = options.input;
    if (json.front() == '@') {
      auto read = read_file(json.substr(1));
      if (!read) return shell.failed(read.error());
      json = std::move(*read);
    }
    const base::JsonRead read = base::read_json(json);
    if (!read || read.value->kind != base::JsonValue::Kind::object)
      return shell.wrong_use("--input is a JSON object or @file");
    const Value value = from_json(*read.value);
    inputs.assign(value.entries().begin(), value.entries().end());
  }
  Surroundings around;
  ExpressionOptions how;
  how.language = Language::english;
  how.acceptance = options.is_strict ? Acceptance::strict : Acceptance::lenient;
  how.units = options.is_strict;
  if (!options.zone.empty()) {
    const auto zone = Zone::load(options.zone);
    if (!zone) return shell.wrong_use(zone.error().message);
    around.zone = *zone;
    how.zone = *zone;
  }
  if (!options.now.empty()) {
    const auto now = parse_instant(options.now, around.zone.value_or(Zone()));
    if (!now) return shell.wrong_use(now.error().message);
    around.now = *now;
  }
  Signature names;
  for (const auto& [name, value] : inputs)
    names.emplace_back(name, type_of(value, options.is_strict));
  const Checked<Expression> made = compile(text, names, how);
  shell.tell(made.diagnostics(), made.sources());
  if (!made) return findings;
  if (options.shows_code) {
    shell.out(made->disassemble());
    return fine;
  }
  std::vector<Value> slots;
  for (const auto& [name, value] : inputs) slots.push_back(value);
  Evaluator evaluator = made->bind(around);
  const auto result = evaluator.evaluate(slots);
  if (!result) return shell.failed(result.error());
  for (const Fault& fault : evaluator.faults()) shell.err(message(fault, shell.language()) + "\n");
  if (shell.is_json()) {
    base::JsonWriter json;
    to_json(*result, json);
    shell.out(json.text() + "\n");
  } else {
    shell.out(result->to_text() + "\n");
  }
  return fine;
}

void declare(CLI::App& it, Options& options) {
  it.add_option("expression", options.expression, "FEEL; - reads it from the standard input")
      ->required();
  it.add_option("--input", options.input, "Values of names: a JSON object, or @file");
  it.add_option("--zone", options.zone, "Time zone, such as Asia/Shanghai");
  it.add_flag("--strict", options.is_strict,
              "As packs have it: typed, units such as 30min and 50 CNY");
}

}  // namespace

void add_eval(CLI::App& app, Shell& shell) {
  CLI::App* it = app.add_subcommand("eval", "Evaluate a FEEL expression");
  const auto options = std::make_shared<Options>();
  declare(*it, *options);
  it->add_option("--now", options->now, "What now() answers; without it, null");
  it->footer(
      "Examples:\n"
      "  aftercare eval '1 + 2 * 3'\n"
      "  aftercare eval 'sum(for n in list return n * factor)' --input "
      "'{\"list\": [1, 2], \"factor\": 1.5}'\n"
      "  aftercare eval '50 CNY * 2 ** 3' --strict");
  shell.does(*it, [&shell, options] { return evaluate(shell, *options); });
}

void add_disasm(CLI::App& app, Shell& shell) {
  CLI::App* it = app.add_subcommand("disasm", "Print the bytecode of a FEEL expression");
  const auto options = std::make_shared<Options>();
  options->shows_code = true;
  declare(*it, *options);
  it->footer(
      "Examples:\n"
      "  aftercare disasm 'if vip then 3 else 7' --input '{\"vip\": true}' --strict");
  shell.does(*it, [&shell, options] { return evaluate(shell, *options); });
}

}  // namespace aftercare::cli
