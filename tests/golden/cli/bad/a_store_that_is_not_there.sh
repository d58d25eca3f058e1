cd "$(mktemp -d)"
for what in explain next; do
  "$AFTERCARE_BIN/aftercare" $what "$OLDPWD/../../../../rules/it_support/help_desk" --store missing.db --lang en
  echo "exit $?"
done 2>&1
ls
"$AFTERCARE_BIN/aftercare" next "$OLDPWD/../../../../rules/it_support/help_desk" --store missing.db --lang zh 2>&1
exit 1
