n = 10_000
print('<scxml xmlns="http://www.w3.org/2005/07/scxml" version="1.0" datamodel="feel"><state id="s"><onentry>'
      + '<if cond="true">' * n + "</if>" * n + "</onentry></state></scxml>")
