# README.md of each pack against the pack it is made from.
add_test(NAME layers.pack_readme COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/pack_readme.py ${PROJECT_SOURCE_DIR})
set_tests_properties(layers.pack_readme PROPERTIES LABELS lint)
