# The DMN TCK: its runner `tck`, and the run over ../shared/tck where that stands.
if(NOT TARGET floor_interop)
  return()
endif()
add_executable(tck ${CMAKE_CURRENT_LIST_DIR}/tck_main.cpp ${CMAKE_CURRENT_LIST_DIR}/tck_cases.cpp)
target_include_directories(tck PRIVATE ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/tests)
target_compile_features(tck PRIVATE cxx_std_20)
target_link_libraries(tck PRIVATE floor_interop)
add_test(NAME conformance.tck
  COMMAND ${CMAKE_COMMAND} -D TCK=$<TARGET_FILE:tck> -D SOURCE=${PROJECT_SOURCE_DIR}
    -D KNOWN=${CMAKE_CURRENT_LIST_DIR}/known_failures.txt -P ${CMAKE_CURRENT_LIST_DIR}/run_tck.cmake)
set_tests_properties(conformance.tck PROPERTIES LABELS conformance ENVIRONMENT "${test_environment}"
  SKIP_REGULAR_EXPRESSION "^skipped:")
add_test(NAME conformance.own COMMAND tck ${CMAKE_CURRENT_LIST_DIR}/own)
set_tests_properties(conformance.own PROPERTIES LABELS conformance ENVIRONMENT "${test_environment}")
if(AFTERCARE_CLI AND Python3_FOUND)
  add_test(NAME conformance.hostile COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/hostile.py $<TARGET_FILE:aftercare_cli>)
  set_tests_properties(conformance.hostile PROPERTIES LABELS conformance ENVIRONMENT "${test_environment}" TIMEOUT 900)
endif()
