# However often and however a pack is named, it is played once.
cd ../../../../rules
"$AFTERCARE_BIN/aftercare" test it_support/help_desk ./it_support it_support/../it_support/help_desk --lang en 2>&1
"$AFTERCARE_BIN/aftercare" check it_support/help_desk it_support --lang en 2>&1
