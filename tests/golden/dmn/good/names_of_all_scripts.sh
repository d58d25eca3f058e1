aftercare eval --dmn ../models/chinese.dmn --decision 上门费 --input '{"距离": 120, "安装日期": "2026-01-31"}' --lang $1
