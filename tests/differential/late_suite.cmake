# Cases told in order and out of order.
if(Python3_FOUND AND TARGET aftercare_cli)
  add_test(NAME differential.late_records
    COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/differential/late_records.py
            ${CMAKE_BINARY_DIR}/bin/aftercare)
  set_tests_properties(differential.late_records PROPERTIES LABELS differential ENVIRONMENT "${test_environment}")
  add_test(NAME differential.limits_alike
    COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/differential/limits_alike.py $<TARGET_FILE:aftercare_cli>)
  set_tests_properties(differential.limits_alike PROPERTIES LABELS differential)
endif()
