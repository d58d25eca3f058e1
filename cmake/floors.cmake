# One static library for each folder of src/, each linked to all lower floors (src/floors.txt).
# The library that users link, aftercare::aftercare, is made of the same objects.

file(STRINGS ${PROJECT_SOURCE_DIR}/src/floors.txt floor_lines REGEX "^[0-9]")
set(aftercare_folders)
set(aftercare_lower)
foreach(line IN LISTS floor_lines)
  string(REPLACE " " ";" words "${line}")
  list(POP_FRONT words number)
  set(here)
  foreach(folder IN LISTS words)
    file(GLOB_RECURSE files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${folder}/*.cpp)
    if(folder STREQUAL "cli" OR NOT files)
      continue()
    endif()
    add_library(floor_${folder}_objects OBJECT ${files})
    target_include_directories(floor_${folder}_objects PUBLIC ${PROJECT_SOURCE_DIR}/include PRIVATE ${PROJECT_SOURCE_DIR}/src)
    target_compile_features(floor_${folder}_objects PUBLIC cxx_std_20)
    target_compile_definitions(floor_${folder}_objects PRIVATE AFTERCARE_BUILDING)
    if(NOT BUILD_SHARED_LIBS)
      target_compile_definitions(floor_${folder}_objects PUBLIC AFTERCARE_STATIC)
    endif()
    set_target_properties(floor_${folder}_objects PROPERTIES POSITION_INDEPENDENT_CODE ON CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
    foreach(library IN LISTS AFTERCARE_LINKS_${folder})
      target_link_libraries(floor_${folder}_objects PRIVATE ${library})
    endforeach()
    add_library(floor_${folder} STATIC $<TARGET_OBJECTS:floor_${folder}_objects>)
    target_include_directories(floor_${folder} PUBLIC ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/src)
    target_compile_features(floor_${folder} PUBLIC cxx_std_20)
    if(NOT BUILD_SHARED_LIBS)
      target_compile_definitions(floor_${folder} PUBLIC AFTERCARE_STATIC)
    endif()
    foreach(lower IN LISTS aftercare_lower)
      target_link_libraries(floor_${folder} PUBLIC floor_${lower})
    endforeach()
    target_link_libraries(floor_${folder} PUBLIC ${AFTERCARE_LINKS_${folder}})
    list(APPEND here ${folder})
  endforeach()
  # nearest floor first, so that static linking resolves downwards
  list(PREPEND aftercare_lower ${here})
  list(APPEND aftercare_folders ${here})
endforeach()

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # Its loops over rows are made for vector registers; -O2 of GCC 12 hardly asks for them.
  set_source_files_properties(${PROJECT_SOURCE_DIR}/src/vm/columns.cpp PROPERTIES COMPILE_OPTIONS
    "-ftree-vectorize;-fvect-cost-model=dynamic")
  # Each instruction ends with a jump of its own; GCC would put many into one. A jump that is written
  # as a call must become one, and a value of two words must stay two words.
  set_source_files_properties(${PROJECT_SOURCE_DIR}/src/vm/words.cpp PROPERTIES COMPILE_OPTIONS
    "-fno-gcse;-fno-crossjumping;-foptimize-sibling-calls;-fno-tree-slp-vectorize")
endif()
