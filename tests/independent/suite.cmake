# The real help-desk log, counted twice: by the replay and by a script with its own arithmetic.
if(Python3_FOUND)
  add_test(NAME independent.help_desk
    COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/independent/compare_help_desk.py
            ${CMAKE_BINARY_DIR}/bin/aftercare ${PROJECT_SOURCE_DIR})
  set_tests_properties(independent.help_desk PROPERTIES LABELS independent ENVIRONMENT "${test_environment}"
    SKIP_REGULAR_EXPRESSION "^skipped")
endif()
