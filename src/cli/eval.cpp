// aftercare eval: one FEEL expression; for decision models see eval_dmn.cpp.
#include <algorithm>
#include <memory>
#include <optional>

#include "aftercare/expression.hpp"

#include "base/diagnostics.hpp"
#include "base/json_writer.hpp"
#include "builtins/call_context.hpp"
#include "builtins/operations.hpp"
#include "cli/command.hpp"
#include "cli/eval_data.hpp"
#include "cli/json_value.hpp"
#include "engine/words.hpp"
#include "table/evaluation.hpp"
#include "value/object.hpp"
#include "value/temporal_text.hpp"

namespace aftercare::cli {

namespace {

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

/// Why a part of the expression is null: code, place, operands.
Diagnostic finding_of(const Fault& fault) {
  return table::fault_finding(builtins::fault_named(fault.name).value(), fault.operation,
                              fault.operands, fault.span);
}

int evaluate(const Shell& shell, const EvalOptions& options) {
  std::string text = options.expression;
  if (text == "-") {
    auto read = read_file("-");
    if (!read) return shell.failed(read.error());
    text = std::move(*read);
  }
  EvalData data;
  if (const auto wrong = read_data(shell, options, data)) return *wrong;
  Context inputs;
  Diagnostics unfit;
  for (const auto& [name, json] : data.object.members) {
    inputs.emplace_back(name, from_json(json, Type::any(), name, 0, unfit));
  }
  shell.tell(unfit, data.sources);
  if (has_errors(unfit)) return findings;
  EvalMoment moment;
  if (const auto wrong = read_moment(shell, options, moment)) return *wrong;
  Surroundings around;
  around.zone = moment.zone;
  around.now = moment.now;
  ExpressionOptions how;
  how.language = Language::english;
  how.acceptance = options.is_strict ? Acceptance::strict : Acceptance::lenient;
  how.units = options.is_strict;
  how.zone = moment.zone;
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
  const auto written = value::written(*result);
  if (!written) return shell.failed(written.error());
  Diagnostics faults;
  for (const Fault& fault : evaluator.faults()) faults.push_back(finding_of(fault));
  shell.tell(faults, made.sources());
  if (shell.is_json()) {
    base::JsonWriter json;
    to_json(*result, json);
    shell.out(json.text() + "\n");
  } else {
    shell.out(*written + "\n");
  }
  return fine;
}

void declare(CLI::App& it, EvalOptions& options) {
  it.add_option("--input", options.input, "Values of names: a JSON object, or @file");
  it.add_option("--zone", options.zone, "Time zone, such as Asia/Shanghai");
  it.add_flag("--strict", options.is_strict,
              "As packs have it: typed, units such as 30min and 50 CNY");
}

}  // namespace

std::optional<int> read_data(const Shell& shell, const EvalOptions& options, EvalData& data) {
  const std::string path = !options.data.empty()          ? options.data
                           : options.input.empty()        ? std::string()
                           : options.input.front() == '@' ? options.input.substr(1)
                                                          : std::string();
  if (path.empty() && options.input.empty()) return std::nullopt;
  std::string text = options.input;
  if (!path.empty()) {
    auto read = read_file(path);
    if (!read) return shell.failed(read.error());
    text = *std::move(read);
  }
  const std::uint32_t file = data.sources.add(path.empty()  ? "--input"
                                              : path == "-" ? "(stdin)"
                                                            : path,
                                              std::move(text));
  base::JsonRead read = base::read_json(data.sources.text(file));
  if (read && read.value->kind == base::JsonValue::Kind::object) {
    data.object = *std::move(read.value);
    return std::nullopt;
  }
  const std::size_t size = data.sources.text(file).size();
  if (read) {
    const SourceSpan place{file, static_cast<std::uint32_t>(read.value->begin),
                           static_cast<std::uint32_t>(read.value->end)};
    shell.tell({base::make(diag::AC1234, place)}, data.sources);
    return findings;
  }
  shell.tell({finding_of(read.failure, {file, 0, static_cast<std::uint32_t>(size)})}, data.sources);
  return findings;
}

std::optional<int> read_moment(const Shell& shell, const EvalOptions& options, EvalMoment& moment) {
  if (!options.zone.empty()) {
    const auto zone = Zone::load(options.zone);
    if (!zone) return shell.wrong_use(zone.error().message);
    moment.zone = *zone;
  }
  if (!options.now.empty()) {
    const auto now = parse_instant(options.now, moment.zone.value_or(Zone()));
    if (!now)
      return shell.wrong_use("--now " +
                             engine::sentence_text(now.error().message, shell.language()));
    moment.now = *now;
    // Without --zone, today() and now() are told in the zone that the moment was given in.
    const auto written = value::parse_date_time(options.now);
    if (!moment.zone && written) moment.zone = builtins::zone_of(written->zone);
  }
  return std::nullopt;
}

void add_eval(CLI::App& app, Shell& shell) {
  CLI::App* it = app.add_subcommand("eval", "Evaluate a FEEL expression or a DMN decision");
  const auto options = std::make_shared<EvalOptions>();
  CLI::Option* expression =
      it->add_option("expression", options->expression, "FEEL; - reads it from the standard input");
  declare(*it, *options);
  it->add_option("--data", options->data, "The same from a file of JSON; - is the standard input");
  it->add_option("--now", options->now, "What now() answers; without it, null");
  CLI::Option* dmn = it->add_option("--dmn", options->dmn,
                                    "A DMN model; without --decision, what it has is listed");
  it->add_option("--decision", options->decision,
                 "The decision, decision service or knowledge model to evaluate")
      ->needs(dmn);
  dmn->excludes(expression);
  it->footer(
      "Examples:\n"
      "  aftercare eval '1 + 2 * 3'\n"
      "  aftercare eval 'sum(for n in list return n * factor)' --input "
      "'{\"list\": [1, 2], \"factor\": 1.5}'\n"
      "  aftercare eval '50 CNY * 2 ** 3' --strict\n"
      "  aftercare eval --dmn examples/dmn/service.dmn --decision Charge --data "
      "examples/dmn/visit.json");
  shell.does(*it, [&shell, options] {
    if (!options->input.empty() && !options->data.empty()) {
      return shell.wrong_use(shell.say("--input and --data say the same; give one of them",
                                       "--input 和 --data 是同一件事,请只用一个"));
    }
    if (!options->dmn.empty()) {
      if (options->is_strict) return shell.wrong_use(
            shell.say("--strict is for expressions, not for --dmn", "--strict 只用于表达式,不用于 --dmn"));
      return evaluate_dmn(shell, *options);
    }
    if (options->expression.empty()) {
      return shell.wrong_use(
          shell.say("give an expression, or a model with --dmn", "请给出表达式,或用 --dmn 指定模型"));
    }
    return evaluate(shell, *options);
  });
}

void add_disasm(CLI::App& app, Shell& shell) {
  CLI::App* it = app.add_subcommand("disasm", "Print the bytecode of a FEEL expression");
  const auto options = std::make_shared<EvalOptions>();
  options->shows_code = true;
  it->add_option("expression", options->expression, "FEEL; - reads it from the standard input")
      ->required();
  declare(*it, *options);
  it->footer(
      "Examples:\n"
      "  aftercare disasm 'if vip then 3 else 7' --input '{\"vip\": true}' --strict");
  shell.does(*it, [&shell, options] { return evaluate(shell, *options); });
}

}  // namespace aftercare::cli
