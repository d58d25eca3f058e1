# Calendars under rules/ against the lists of others.
if(Python3_FOUND)
  set(calendar_tests ${CMAKE_CURRENT_LIST_DIR})
  add_test(NAME calendars.china COMMAND ${Python3_EXECUTABLE} ${calendar_tests}/check_china.py ${PROJECT_SOURCE_DIR})
  set_tests_properties(calendars.china PROPERTIES LABELS fast SKIP_RETURN_CODE 77)
  if(AFTERCARE_CLI)
    add_test(NAME calendars.import COMMAND ${Python3_EXECUTABLE} ${calendar_tests}/check_import.py
      $<TARGET_FILE:aftercare_cli> ${PROJECT_SOURCE_DIR})
    set_tests_properties(calendars.import PROPERTIES LABELS fast SKIP_RETURN_CODE 77)
  endif()
endif()
