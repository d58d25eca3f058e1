# Strict expressions, their erasure, and a literal evaluator: one law for the three.
add_executable(feel_law ${CMAKE_CURRENT_LIST_DIR}/feel_law.cpp ${CMAKE_CURRENT_LIST_DIR}/feel_literal.cpp)
target_include_directories(feel_law PRIVATE ${PROJECT_SOURCE_DIR}/tests)
target_link_libraries(feel_law PRIVATE floor_expression)
add_test(NAME differential.feel_law COMMAND feel_law --pairs 100000)
set_tests_properties(differential.feel_law PROPERTIES LABELS differential ENVIRONMENT "${test_environment}")

# What is said of inputs that are not known.
add_executable(unknown_law ${CMAKE_CURRENT_LIST_DIR}/unknown_law.cpp)
target_include_directories(unknown_law PRIVATE ${PROJECT_SOURCE_DIR}/tests)
target_link_libraries(unknown_law PRIVATE floor_expression)
add_test(NAME differential.unknown_law COMMAND unknown_law)
set_tests_properties(differential.unknown_law PROPERTIES LABELS differential ENVIRONMENT "${test_environment}")

# Questions about events, against every combination of facts.
add_executable(asked_law ${CMAKE_CURRENT_LIST_DIR}/asked_law.cpp)
target_link_libraries(asked_law PRIVATE floor_engine)
add_test(NAME differential.asked_law COMMAND asked_law)
set_tests_properties(differential.asked_law PROPERTIES LABELS differential ENVIRONMENT "${test_environment}")
