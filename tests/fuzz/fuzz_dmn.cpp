// The reader of DMN files, and the evaluation of every decision that it finds.
#include <cstdint>
#include <string>

#include "aftercare/dmn.hpp"

using namespace aftercare;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 16'384) return 0;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const Checked<DmnModel> model = load_dmn({{"model.dmn", text}});
  static_cast<void>(render(model.diagnostics(), model.sources()));
  if (!model) return 0;
  DmnSurroundings around;
  around.steps = 20'000;
  around.calls = 1'000;
  Context inputs;
  for (const auto& [name, type] : model->inputs()) inputs.emplace_back(name, Value::integer(3));
  for (const std::string& name : model->decisions()) {
    const auto answer = model->evaluate(name, inputs, around);
    if (answer) static_cast<void>(render(answer->diagnostics, model.sources()));
  }
  for (const std::string& name : model->services()) {
    static_cast<void>(model->call_service(name, inputs, around));
  }
  for (const std::string& name : model->knowledge_models()) {
    static_cast<void>(model->call_knowledge(name, inputs, around));
  }
  return 0;
}
