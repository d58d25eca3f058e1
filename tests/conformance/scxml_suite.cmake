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

# Documents of our own, each with what the recommendation says that it does.
add_test(NAME conformance.scxml_own COMMAND scxml ${CMAKE_CURRENT_LIST_DIR}/scxml --results ${CMAKE_BINARY_DIR}/scxml_own.jsonl)
set_tests_properties(conformance.scxml_own PROPERTIES LABELS conformance)

# Charts of the npm package @scion-scxml/test-framework; skipped where npm does not answer.
if(Python3_FOUND)
  add_test(NAME conformance.scion COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/scion.py $<TARGET_FILE:scxml> ${PROJECT_SOURCE_DIR}/build/scion)
  set_tests_properties(conformance.scion PROPERTIES LABELS conformance SKIP_REGULAR_EXPRESSION "skipped: no suite" TIMEOUT 300)
endif()
