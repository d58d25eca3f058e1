# The packs of rules/: checked, their stories played, every mutant of every rule noticed by a story.
if(Python3_FOUND AND AFTERCARE_CLI)
  add_test(NAME packs.check COMMAND aftercare_cli check ${PROJECT_SOURCE_DIR}/rules)
  file(GLOB_RECURSE packs CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/rules/*/pack.yaml)
  foreach(pack IN LISTS packs)
    get_filename_component(folder ${pack} DIRECTORY)
    get_filename_component(name ${folder} NAME)
    add_test(NAME packs.stories.${name} COMMAND aftercare_cli test ${folder})
    list(APPEND pack_tests packs.stories.${name})
  endforeach()
  add_test(NAME packs.proved COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/proved.py
    $<TARGET_FILE:aftercare_cli> ${PROJECT_SOURCE_DIR})
  add_test(NAME packs.quickstart COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/quickstart.py
    $<TARGET_FILE:aftercare_cli> ${PROJECT_SOURCE_DIR} ${CMAKE_BINARY_DIR})
  set_tests_properties(packs.check ${pack_tests} packs.proved packs.quickstart PROPERTIES LABELS packs
    ENVIRONMENT "${test_environment}")
endif()
