tool=aftercare
"$tool" deadline --calendar china_offise --from 2026-02-13T16:00 --within 6wh --lang "$1"
