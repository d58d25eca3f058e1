# The real help-desk log, counted twice: by the replay and by a script with its own arithmetic.
if(Python3_FOUND)
  add_test(NAME independent.help_desk
    COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/independent/compare_help_desk.py
            ${CMAKE_BINARY_DIR}/bin/aftercare ${PROJECT_SOURCE_DIR})
  set_tests_properties(independent.help_desk PROPERTIES LABELS independent ENVIRONMENT "${test_environment}"
    SKIP_REGULAR_EXPRESSION "^skipped")
endif()

# The worked cases of business time, answered by another calendar.
if(Python3_FOUND)
  add_test(NAME independent.business_time
    COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/independent/business_time.py
            ${CMAKE_CURRENT_SOURCE_DIR}/golden/business_time)
  set_tests_properties(independent.business_time PROPERTIES LABELS independent SKIP_RETURN_CODE 77)
endif()
