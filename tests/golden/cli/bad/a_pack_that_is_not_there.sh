# What is offered instead lies right beside it; no folder below is walked through.
cd "$(mktemp -d)"
mkdir -p sales deep/er
touch sales/pack.yaml deep/er/pack.yaml
for does in test coverage mutate check; do
  "$AFTERCARE_BIN/aftercare" $does xyzzy --lang en
  echo "exit $?"
done 2>&1
exit 1
