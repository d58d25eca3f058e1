pack=$PWD/../../../../rules/it_support/help_desk
cd "$(mktemp -d)"
cat > events.yaml <<'END'
- {at: 2024-03-04T09:00, event: opened, role: agent}
- {at: 2024-13-04T09:00, event: opened}
- {event: opened, by: agent}
- [a, b]
- 2024-13-04 opened by agent
END
cat > events.jsonl <<'END'
{"at": "2024-03-04T09:00", "event": "opened", "b": "agent"}
{"at": "2024-13-04T09:00", "event": ["a"], "data": 5}
{"event": ""}
"2024-03-04T09:00"
{"at": 1
END
for file in events.yaml events.jsonl missing.yaml .; do
  "$AFTERCARE_BIN/aftercare" run "$pack" --events $file --lang en
  echo "exit $?"
done 2>&1
"$AFTERCARE_BIN/aftercare" run "$pack" --events events.jsonl --lang zh 2>&1
