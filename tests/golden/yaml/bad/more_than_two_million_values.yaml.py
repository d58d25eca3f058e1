print("a:")
for i in range(200_000):
    print("  - [1,2,3,4,5,6,7,8,9,0]")
