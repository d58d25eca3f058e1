print('<scxml xmlns="http://www.w3.org/2005/07/scxml" version="1.0">' + "<state/>" * 1_000_001 + "</scxml>")
