n = 10_000
print('<scxml xmlns="http://www.w3.org/2005/07/scxml" version="1.0">' + "".join(f'<state id="s{i}">' for i in range(n)) + "</state>" * n + "</scxml>")
