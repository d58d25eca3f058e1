"$AFTERCARE_BIN/aftercare" check ../../../../rules/it_support/help_desk ../../../../rules/it_support/help_desk/pack.yaml ../../../../rules/it_support --no-stories --lang en 2>&1
