tool=aftercare
"$tool" deadline --calendar ../../calendars/bad/hours_that_overlap.yaml --from 2026-02-13T16:00 --within 6wh --lang "$1"
