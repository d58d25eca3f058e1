// aftercare eval --dmn: a decision of a model over a file of data.
#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "aftercare/dmn.hpp"

#include "base/diagnostics.hpp"
#include "base/json_writer.hpp"
#include "base/text.hpp"
#include "cli/eval_data.hpp"
#include "cli/json_value.hpp"
#include "value/object.hpp"

namespace aftercare::cli {

namespace {

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) {
    if (!out.empty()) out += ", ";
    out += name;
  }
  return out;
}

/// "did you mean", and what there is.
std::vector<DiagnosticNote> hints(const std::string& written,
                                  const std::vector<std::string>& names) {
  std::vector<DiagnosticNote> notes;
  if (const auto near = base::closest(written, names)) {
    notes.push_back(base::note(notes::did_you_mean, {{"name", *near}}));
  }
  if (!names.empty()) notes.push_back(base::note(notes::names_here, {{"names", joined(names)}}));
  return notes;
}

struct Group {
  std::string_view english, chinese, key;
  std::vector<std::string> names;
};
std::vector<Group> groups(const DmnModel& model) {
  return {{"decisions", "决策", "decisions", model.decisions()},
          {"decision services", "决策服务", "services", model.services()},
          {"knowledge models", "业务知识", "knowledge_models", model.knowledge_models()}};
}

void list_model(const Shell& shell, const DmnModel& model) {
  base::JsonWriter json;
  json.begin_object().key("model").string(model.name());
  std::string text;
  for (const Group& group : groups(model)) {
    json.key(group.key).begin_array();
    if (!group.names.empty()) text += std::string(shell.say(group.english, group.chinese)) + "\n";
    for (const std::string& name : group.names) {
      json.begin_object().key("name").string(name).key("inputs").begin_object();
      text += "  " + name + "\n";
      for (const auto& [input, type] : model.inputs_of(name)) {
        const std::string written = bare(type).to_text();
        json.key(input).string(written);
        text += "    " + input + ": " + written + "\n";
      }
      json.end_object().end_object();
    }
    json.end_array();
  }
  json.end_object().end_line();
  shell.out(shell.is_json() ? json.text() : text);
}

bool has(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Values by the types that `inputs` declare; what no element of the model asks for is told.
Context typed(const EvalData& data, const Signature& inputs, const Signature& all,
              Diagnostics& told) {
  Context values;
  for (const auto& [name, json] : data.object.members) {
    const auto declared = std::find_if(inputs.begin(), inputs.end(), [&](const auto& input) {
      // An input of an imported model may be written with the name of the import.
      return input.first == name ||
             (name.size() > input.first.size() + 1 && name.ends_with("." + input.first));
    });
    if (declared != inputs.end()) {
      values.emplace_back(name, from_json(json, declared->second, name, 0, told));
      continue;
    }
    std::vector<std::string> names;
    for (const auto& [input, type] : all) names.push_back(input);
    if (has(names, name)) continue;  // of another decision of the model
    told.push_back(base::make(
        diag::AC1230,
        {0, static_cast<std::uint32_t>(json.begin), static_cast<std::uint32_t>(json.end)},
        {{"name", name}}, hints(name, names)));
  }
  return values;
}

/// What fails only because a value that was missing or unfit is null says nothing new.
/// Nor does what the model itself was told for.
Diagnostics causes(Diagnostics told, const Diagnostics& of_model) {
  told.erase(std::remove_if(told.begin(), told.end(),
                            [&](const Diagnostic& d) {
                              return std::any_of(of_model.begin(), of_model.end(),
                                                 [&](const Diagnostic& known) {
                                                   return known.code == d.code &&
                                                          known.span == d.span;
                                                 });
                            }),
             told.end());
  const auto is_cause = [](const Diagnostic& d) {
    return d.code == diag::AC1222.text || d.code == diag::AC1221.text;
  };
  const auto follows = [](const Diagnostic& d) {
    return d.code == diag::AC0591.text &&
           std::any_of(d.words.begin(), d.words.end(), [](const auto& word) {
             return word.first == "operands" &&
                    (word.second == "null" || word.second.starts_with("null, ") ||
                     word.second.find(", null") != std::string::npos);
           });
  };
  if (std::none_of(told.begin(), told.end(), is_cause)) return told;
  Diagnostics out;
  std::remove_copy_if(told.begin(), told.end(), std::back_inserter(out), follows);
  return out;
}

void print(const Shell& shell, const std::string& name, const DmnAnswer& answer,
           const std::string& written) {
  if (!shell.is_json()) {
    shell.out(written + "\n");
    return;
  }
  base::JsonWriter json;
  json.begin_object().key("decision").string(name).key("value");
  to_json(answer.value, json);
  json.key("tables").begin_array();
  for (const TableTrace& table : answer.tables) {
    json.begin_object().key("table").string(table.table).key("rows").begin_array();
    for (const std::uint32_t row : table.rows) json.number(std::to_string(row));
    json.end_array().end_object();
  }
  json.end_array().end_object().end_line();
  shell.out(json.text());
}

}  // namespace

int evaluate_dmn(const Shell& shell, const EvalOptions& options) {
  auto files = read_dmn_files(options.dmn);
  if (!files) return shell.failed(files.error());
  const Checked<DmnModel> model = load_dmn(*std::move(files));
  shell.tell(model.diagnostics(), model.sources());
  if (!model) return findings;
  bool is_wrong = has_errors(model.diagnostics());
  if (options.decision.empty()) {
    list_model(shell, *model);
    return is_wrong ? findings : fine;
  }
  std::vector<std::string> known;
  for (const Group& group : groups(*model)) {
    known.insert(known.end(), group.names.begin(), group.names.end());
  }
  if (!has(known, options.decision)) {
    shell.tell({base::make(diag::AC1231, {0, 0, 0}, {{"name", options.decision}},
                           hints(options.decision, known))},
               model.sources());
    return findings;
  }
  EvalData data;
  if (const auto wrong = read_data(shell, options, data)) return *wrong;
  EvalMoment moment;
  if (const auto wrong = read_moment(shell, options, moment)) return *wrong;

  Diagnostics told;
  Signature all = model->inputs();
  for (const std::string& name : model->knowledge_models()) {
    for (auto& input : model->inputs_of(name)) all.push_back(std::move(input));
  }
  const Context values = typed(data, model->inputs_of(options.decision), all, told);
  shell.tell(told, data.sources);
  if (has_errors(told)) return findings;

  DmnSurroundings around;
  around.now = moment.now;
  around.zone = moment.zone;
  const auto answer = has(model->decisions(), options.decision)
                          ? model->evaluate(options.decision, values, around)
                      : has(model->services(), options.decision)
                          ? model->call_service(options.decision, values, around)
                          : model->call_knowledge(options.decision, values, around);
  if (!answer) return shell.failed(answer.error());
  const auto written = value::written(answer->value);
  if (!written) return shell.failed(written.error());
  shell.tell(causes(answer->diagnostics, model.diagnostics()), model.sources());
  print(shell, options.decision, *answer, *written);
  is_wrong = is_wrong || has_errors(answer->diagnostics);
  return is_wrong ? findings : fine;
}

}  // namespace aftercare::cli
