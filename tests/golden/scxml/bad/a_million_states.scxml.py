print('<scxml xmlns="http://www.w3.org/2005/07/scxml">' + "<state/>" * 1_000_001 + "</scxml>")
