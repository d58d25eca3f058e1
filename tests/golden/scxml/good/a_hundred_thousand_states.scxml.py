n = 100_000
print('<scxml xmlns="http://www.w3.org/2005/07/scxml" version="1.0" datamodel="feel">')
for i in range(n):
    print(f'<state id="s{i}"><transition event="e" target="s{(i + 1) % n}"/></state>')
print("</scxml>")
