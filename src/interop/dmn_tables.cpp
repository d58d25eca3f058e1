// Interface: tables_of().
#include "interop/dmn_tables.hpp"

#include "interop/dmn_impl.hpp"

namespace aftercare::interop {

namespace {

void add_tables(const Boxed& boxed, std::vector<const table::Table*>& to) {
  if (boxed.kind == Boxed::Kind::table) to.push_back(&boxed.table);
  for (const Boxed::Part& part : boxed.parts) add_tables(part.body, to);
}

}  // namespace

std::vector<const table::Table*> tables_of(const DmnModel& model) {
  std::vector<const table::Table*> tables;
  for (const Node& node : DmnModel::Access::impl(model).nodes) {
    if (node.file == 0) add_tables(node.logic, tables);
  }
  return tables;
}

void place_in_files(const DmnModel& model, Diagnostics& findings) {
  place(DmnModel::Access::impl(model), findings);
}

}  // namespace aftercare::interop
