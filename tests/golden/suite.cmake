# Golden files: each folder here with a file `command` is a test golden.<folder>; see tests/support/golden.py.
set(golden_folder ${CMAKE_CURRENT_LIST_DIR})
# The YAML reader needs nothing of the floors between base and itself.
file(GLOB yaml_files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/rulebook/yaml_*.cpp)
add_executable(yaml_dump ${golden_folder}/../support/yaml_dump.cpp ${yaml_files})
target_link_libraries(yaml_dump PRIVATE floor_base yaml-cpp)

file(GLOB golden_commands CONFIGURE_DEPENDS ${golden_folder}/*/command)
foreach(command IN LISTS golden_commands)
  get_filename_component(folder ${command} DIRECTORY)
  get_filename_component(name ${folder} NAME)
  add_test(NAME golden.${name} COMMAND ${Python3_EXECUTABLE} ${golden_folder}/../support/golden.py
    --bin ${CMAKE_BINARY_DIR}/bin ${folder})
  set_tests_properties(golden.${name} PROPERTIES LABELS golden ENVIRONMENT "${test_environment}")
endforeach()

# Packs of one file: findings in both languages, or the compiled rules as text.
add_executable(rulebook_dump ${golden_folder}/../support/rulebook_dump.cpp)
target_link_libraries(rulebook_dump PRIVATE floor_rulebook)
file(GLOB format_pages CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/docs/format/*.md)
add_test(NAME golden.format_pages COMMAND ${Python3_EXECUTABLE} ${golden_folder}/../support/doc_packs.py
  $<TARGET_FILE:rulebook_dump> ${PROJECT_SOURCE_DIR}/docs/packs.md ${PROJECT_SOURCE_DIR}/docs/packs.zh.md ${format_pages})
set_tests_properties(golden.format_pages PROPERTIES LABELS golden ENVIRONMENT "${test_environment}")

# docs/format/words.md against the table of words.
add_test(NAME layers.words COMMAND ${CMAKE_COMMAND} -DPROGRAM=$<TARGET_FILE:rulebook_dump> -DARGUMENTS=--words
  -DEXPECTED=${PROJECT_SOURCE_DIR}/docs/format/words.md -P ${PROJECT_SOURCE_DIR}/examples/compare.cmake)
set_tests_properties(layers.words PROPERTIES LABELS lint)

# Strict expressions over a schema: types, or findings in both languages.
add_executable(strict_dump ${golden_folder}/../support/strict_dump.cpp)
target_include_directories(strict_dump PRIVATE ${PROJECT_SOURCE_DIR}/tests)
target_link_libraries(strict_dump PRIVATE floor_expression)
