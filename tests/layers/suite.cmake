# docs/diagnostics.md against the table of findings and the golden files.
add_test(NAME layers.diagnostics COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/diagnostics_doc.py ${PROJECT_SOURCE_DIR})
set_tests_properties(layers.diagnostics PROPERTIES LABELS lint)
# Each code is raised somewhere and shown by a test.
add_test(NAME layers.codes COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/codes_shown.py ${PROJECT_SOURCE_DIR})
set_tests_properties(layers.codes PROPERTIES LABELS lint)
# README.md of each pack against the pack it is made from.
add_test(NAME layers.pack_readme COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/pack_readme.py ${PROJECT_SOURCE_DIR})
set_tests_properties(layers.pack_readme PROPERTIES LABELS lint)
# Links between pages.
add_test(NAME layers.links COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/check_links.py ${PROJECT_SOURCE_DIR})
set_tests_properties(layers.links PROPERTIES LABELS lint)
# docs/cli.md against what the tool says.
if(AFTERCARE_CLI)
  add_test(NAME layers.cli COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/cli_doc.py $<TARGET_FILE:aftercare_cli> ${PROJECT_SOURCE_DIR})
  set_tests_properties(layers.cli PROPERTIES LABELS lint)
endif()
# What the engine says where it refuses, in two languages.
add_test(NAME layers.refusals COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/refusals.py ${PROJECT_SOURCE_DIR})
set_tests_properties(layers.refusals PROPERTIES LABELS lint)
