# Runs the scxml runner over DIRECTORY, or says that it is not there.
if(NOT EXISTS ${DIRECTORY}/manifest.csv)
  message("skipped: no suite at ${DIRECTORY}")
  return()
endif()
execute_process(COMMAND ${SCXML} ${DIRECTORY} --results ${RESULTS} COMMAND_ECHO NONE RESULT_VARIABLE code)
if(NOT code EQUAL 0)
  message(FATAL_ERROR "documents fail; see ${RESULTS}")
endif()
