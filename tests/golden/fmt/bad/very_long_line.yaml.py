print("a: " + "x" * 200000)
