eval_() { "$AFTERCARE_BIN/aftercare" eval --lang en "$@"; }
eval_ '0.1 + 0.2 = 0.3'
eval_ 'sum(for n in list return n * factor)' --input '{"list": [1, 2], "factor": 1.50}'
eval_ '50 CNY * 2 ** 3' --strict
eval_ '{a: 1, b: [true, null]}' --format json
eval_ '1 + "a"'
eval_ 'now()' --now 2024-03-04T09:00+08:00 --zone Asia/Shanghai
