import sys
sys.stdout.buffer.write("案件,事件,时间\nJ1,opened,2024-01-08T09:00\n".encode("gbk"))
