# Names that end in a question mark; ranges without an end in range(); an import without a name, whose elements a local reference finds; the type of a
# function definition; a column that asks for a variable of few values.
cd "$(mktemp -d)"
for text in '{ok?: 1, b: ok? + 1}.b' '(function(ok?) ok? + 1)(3)' 'for ok? in [1, 2] return ok? + 1' '3 in range("[2..)")' '3 in range("(..2]")'; do
  aftercare eval "$text" --lang $1
done
cat > b.dmn <<'END'
<definitions xmlns="https://www.omg.org/spec/DMN/20240513/MODEL/" name="b" namespace="urn:b">
  <inputData name="n" id="n"><variable name="n" typeRef="number"/></inputData>
  <decision name="twice" id="twice"><variable name="twice" typeRef="number"/>
    <informationRequirement><requiredInput href="#n"/></informationRequirement>
    <literalExpression><text>n * 2</text></literalExpression></decision>
</definitions>
END
cat > a.dmn <<'END'
<definitions xmlns="https://www.omg.org/spec/DMN/20240513/MODEL/" name="a" namespace="urn:a">
  <import name="" namespace="urn:b" locationURI="b.dmn" importType="https://www.omg.org/spec/DMN/20240513/MODEL/"/>
  <itemDefinition name="Grade"><typeRef>string</typeRef><allowedValues><text>"low", "high"</text></allowedValues></itemDefinition>
  <itemDefinition name="Grading"><functionItem outputTypeRef="Grade"/></itemDefinition>
  <inputData name="grade" id="grade"><variable name="grade" typeRef="Grade"/></inputData>
  <decision name="more" id="more"><variable name="more" typeRef="number"/>
    <informationRequirement><requiredDecision href="#twice"/></informationRequirement>
    <literalExpression><text>twice + 1</text></literalExpression></decision>
  <decision name="points" id="points"><variable name="points" typeRef="number"/>
    <informationRequirement><requiredInput href="#grade"/></informationRequirement>
    <decisionTable hitPolicy="UNIQUE">
      <input><inputExpression typeRef="string"><text>grade</text></inputExpression></input><output/>
      <rule><inputEntry><text>"low"</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>
      <rule><inputEntry><text>"high"</text></inputEntry><outputEntry><text>2</text></outputEntry></rule>
    </decisionTable></decision>
  <decision name="graded" id="graded"><variable name="graded"/>
    <context><contextEntry><variable name="of"/><functionDefinition typeRef="Grading"><literalExpression><text>"middle"</text></literalExpression></functionDefinition></contextEntry>
      <contextEntry><literalExpression><text>of()</text></literalExpression></contextEntry></context></decision>
</definitions>
END
echo '{"n": 4}' > n.json
aftercare eval --dmn a.dmn --decision more --data n.json --lang $1
aftercare check a.dmn --lang $1
aftercare eval --dmn a.dmn --decision graded --lang $1 2>&1
true
