# The decimal type against other people's arithmetic. Each comparison takes some seconds; run the
# programs by hand with a count for millions of cases.
add_executable(decimal_calc ${CMAKE_CURRENT_LIST_DIR}/decimal_calc.cpp)
target_include_directories(decimal_calc PRIVATE ${PROJECT_SOURCE_DIR}/include)
target_compile_features(decimal_calc PRIVATE cxx_std_20)
target_compile_options(decimal_calc PRIVATE -fno-exceptions -fno-rtti)  # as generated code may be

find_path(intel_decimal_include bid_functions.h)
find_library(intel_decimal_library bidgcc000)  # arguments by value, no global state
if(intel_decimal_include AND intel_decimal_library)
  add_executable(intel_oracle ${CMAKE_CURRENT_LIST_DIR}/intel_oracle.cpp)
  target_include_directories(intel_oracle PRIVATE ${PROJECT_SOURCE_DIR}/include)
  target_include_directories(intel_oracle SYSTEM PRIVATE ${intel_decimal_include})
  target_link_libraries(intel_oracle PRIVATE ${intel_decimal_library})
  target_compile_features(intel_oracle PRIVATE cxx_std_20)
  add_test(NAME oracle.intel COMMAND intel_oracle 200000)
else()
  add_test(NAME oracle.intel COMMAND ${CMAKE_COMMAND} -E echo "skipped: no libintelrdfpmath-dev")
endif()
set_tests_properties(oracle.intel PROPERTIES LABELS oracle SKIP_REGULAR_EXPRESSION "^skipped")

if(Python3_FOUND)
  add_test(NAME oracle.python
    COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/python_oracle.py $<TARGET_FILE:decimal_calc> 10000)
  add_test(NAME oracle.dectest
    COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/dectest.py $<TARGET_FILE:decimal_calc>
            /usr/lib/python3.11/test/decimaltestdata)
  set_tests_properties(oracle.python oracle.dectest PROPERTIES LABELS oracle SKIP_RETURN_CODE 77)
endif()
