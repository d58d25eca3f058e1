# What the pages show is what the commands print.
if(Python3_FOUND AND AFTERCARE_CLI)
  file(GLOB shown_pages CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/README*.md ${PROJECT_SOURCE_DIR}/docs/*.md
    ${PROJECT_SOURCE_DIR}/docs/format/*.md ${PROJECT_SOURCE_DIR}/rules/README.md)
  add_test(NAME docs.pages COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/check_pages.py
    $<TARGET_FILE:aftercare_cli> ${PROJECT_SOURCE_DIR} ${shown_pages})
  set_tests_properties(docs.pages PROPERTIES LABELS docs ENVIRONMENT "${test_environment}")
endif()
