# The W3C's SCXML tests with FEEL as datamodel, from ../shared/scxml-irp; skipped where that is absent.
add_executable(scxml ${CMAKE_CURRENT_LIST_DIR}/scxml_main.cpp)
target_link_libraries(scxml PRIVATE floor_interop)
if(DEFINED ENV{AFTERCARE_SHARED})
  set(scxml_irp $ENV{AFTERCARE_SHARED}/scxml-irp)
else()
  set(scxml_irp ${PROJECT_SOURCE_DIR}/../shared/scxml-irp)
endif()
add_test(NAME conformance.scxml COMMAND ${CMAKE_COMMAND} -DSCXML=$<TARGET_FILE:scxml> -DDIRECTORY=${scxml_irp}
  -DRESULTS=${CMAKE_BINARY_DIR}/scxml.jsonl -P ${CMAKE_CURRENT_LIST_DIR}/scxml_run.cmake)
set_tests_properties(conformance.scxml PROPERTIES LABELS conformance SKIP_REGULAR_EXPRESSION "skipped: no suite")
