for i in range(200):
    print(" " * i + "a:")
