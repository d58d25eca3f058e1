aftercare diagram ../none.scxml --lang "$1"
