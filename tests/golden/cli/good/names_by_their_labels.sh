pack=../../../../rules/it_support/help_desk
"$AFTERCARE_BIN/aftercare" run $pack "2024-03-04T09:00 opened by agent number=7" "2024-03-04T10:00 taken by agent" --lang zh 2>&1
"$AFTERCARE_BIN/aftercare" next $pack --event "2024-03-04T09:00 opened by agent number=7" --lang zh 2>&1
"$AFTERCARE_BIN/aftercare" diagram $pack --as mermaid --lang zh 2>&1
