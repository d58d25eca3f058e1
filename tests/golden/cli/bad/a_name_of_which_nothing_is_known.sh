"$AFTERCARE_BIN/aftercare" eval 'x + 1' --strict --input '{"x": null}' --lang en
"$AFTERCARE_BIN/aftercare" eval 'x + 1' --strict --input '{"x": null}' --lang zh
