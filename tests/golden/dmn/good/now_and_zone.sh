aftercare eval --dmn ../models/types.dmn --decision today --now 2026-02-13T23:30:00Z --zone Asia/Shanghai --lang $1
