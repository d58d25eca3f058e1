# What refers to an entity that nobody has declared, and a bare ampersand, are no XML.
cd "$(mktemp -d)"
for text in '&foo;' 'a & b' '&#x0;' '&#xD800;' '&#1114112;' '&amp'; do
  printf '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="m" namespace="urn:m"><decision name="d"><variable name="d"/><literalExpression><text>"%s"</text></literalExpression></decision></definitions>' "$text" > m.dmn
  aftercare eval --dmn m.dmn --decision d --lang $1
done
printf '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="m" namespace="urn:m"><!-- a & b --><decision name="d"><variable name="d"/><literalExpression><text>"&#x4e2d;&amp;&lt;" + <![CDATA["&"]]></text></literalExpression></decision></definitions>' > m.dmn
aftercare eval --dmn m.dmn --decision d --lang $1
exit 1
