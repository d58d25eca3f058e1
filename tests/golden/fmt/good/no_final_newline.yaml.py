print("a: |\n    one\n    two", end="")
