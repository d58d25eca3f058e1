for lang in en zh; do "$AFTERCARE_BIN/aftercare" mutate ../untouched --lang $lang 2>&1 | grep -A3 AC0944; done
exit 1
