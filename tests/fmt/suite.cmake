# aftercare fmt over every YAML file of rules/ and examples/ and every YAML block of the docs: the same bytes
# the second time, both vocabularies, the same logic, the same stories.
if(Python3_FOUND AND AFTERCARE_CLI)
  file(GLOB fmt_pages CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/docs/*.md ${PROJECT_SOURCE_DIR}/docs/format/*.md)
  add_test(NAME fmt.canonical COMMAND aftercare_cli fmt --check ${PROJECT_SOURCE_DIR}/rules ${PROJECT_SOURCE_DIR}/examples)
  add_test(NAME fmt.round_trip COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/round_trip.py
    $<TARGET_FILE:aftercare_cli> ${PROJECT_SOURCE_DIR} ${fmt_pages})
  add_test(NAME fmt.writing COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/writing.py
    $<TARGET_FILE:aftercare_cli>)
  add_test(NAME fmt.noise COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/noise.py
    $<TARGET_FILE:aftercare_cli> ${PROJECT_SOURCE_DIR})
  set_tests_properties(fmt.canonical fmt.round_trip fmt.writing fmt.noise PROPERTIES LABELS fmt
    ENVIRONMENT "${test_environment}")
endif()
