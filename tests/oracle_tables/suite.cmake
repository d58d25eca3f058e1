# The analysis of tables against z3. Thousands of tables: table_oracle.py bin/table_cases 10000 by hand.
if(NOT TARGET floor_analyze)
  return()
endif()
add_executable(table_cases ${CMAKE_CURRENT_LIST_DIR}/table_cases.cpp)
target_include_directories(table_cases PRIVATE ${PROJECT_SOURCE_DIR}/src)
target_link_libraries(table_cases PRIVATE floor_analyze)
if(Python3_FOUND)
  add_test(NAME oracle.tables
    COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/table_oracle.py $<TARGET_FILE:table_cases> 60)
  set_tests_properties(oracle.tables PROPERTIES LABELS oracle SKIP_RETURN_CODE 77)
endif()
