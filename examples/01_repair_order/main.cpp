// Opens a case, lets time pass, and prints what is owed, with the clause that says so.
// The README shows this file; CTest compares its output with expected.txt.

#include <iostream>

#include "aftercare/engine.hpp"

int main() {
  using namespace aftercare;
  const auto at = [](const char* time) { return parse_instant(time).value(); };
  const auto rules = check("rules/appliance/installer_liabilities",
                           {.overlays = {"examples/overlays/installer_liabilities.overlay.yaml"}}).value();
  auto engine = Engine::open(rules, memory_store()).value();
  const auto opened = engine.send({.name = "dispatched", .at = at("2024-03-04T09:00:00+08:00"), .actor = {"dispatcher", ""},
               .data = {{"order_no", Value::string("A1")}, {"work", Value::string("install")},
                        {"technician", Value::string("li")}, {"machines_ordered", Value::integer(1)}}}).value();
  const auto passed = engine.due(at("2024-03-04T09:31:00+08:00")).value();  // nobody made an appointment
  std::cout << opened.case_id << ": time has done " << passed.size() << " thing\n";
  for (const StepTrace& step : engine.history("A1").value())
    std::cout << to_text(step, Zone::load("Asia/Shanghai").value());
}
