add_test(NAME install.consumers
  COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/install/install_test.sh ${CMAKE_BINARY_DIR} ${PROJECT_SOURCE_DIR})
set_tests_properties(install.consumers PROPERTIES LABELS install)
add_test(NAME install.headers_stand_alone
  COMMAND ${CMAKE_COMMAND} --build ${CMAKE_BINARY_DIR} --target all_verify_interface_header_sets)
set_tests_properties(install.headers_stand_alone PROPERTIES LABELS lint RUN_SERIAL ON)
