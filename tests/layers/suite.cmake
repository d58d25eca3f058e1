# docs/diagnostics.md against the table of findings and the golden files.
add_test(NAME layers.diagnostics COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/diagnostics_doc.py ${PROJECT_SOURCE_DIR})
set_tests_properties(layers.diagnostics PROPERTIES LABELS lint)
