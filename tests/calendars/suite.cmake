# Calendars under rules/ against the lists of others.
if(Python3_FOUND)
  add_test(NAME calendars.china COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/calendars/check_china.py ${PROJECT_SOURCE_DIR})
  set_tests_properties(calendars.china PROPERTIES LABELS fast SKIP_RETURN_CODE 77)
endif()
