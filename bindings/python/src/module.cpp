#include "bind.hpp"

#include "aftercare/version.hpp"

PYBIND11_MODULE(_core, module) {
  module.doc() = "The compiled core of aftercare; use the package aftercare.";
  module.attr("version") = std::to_string(AFTERCARE_VERSION_MAJOR) + "." + std::to_string(AFTERCARE_VERSION_MINOR) +
                           "." + std::to_string(AFTERCARE_VERSION_PATCH);
  aftercare::python::bind_engine(module);
  aftercare::python::bind_replay(module);
}
