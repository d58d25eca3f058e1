#include "aftercare/dmn.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "interop/dmn_reader.hpp"
#include "interop/xml.hpp"

namespace aftercare {
namespace {

std::string definitions(const std::string& body,
                        const std::string& uri = "https://www.omg.org/spec/DMN/20230324/MODEL/") {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?><definitions name=\"m\" namespace=\"urn:m\" "
         "xmlns=\"" +
         uri + "\">" + body + "</definitions>";
}

std::string decision(const std::string& name, const std::string& logic,
                     const std::string& requirements = "", const std::string& type = "") {
  return "<decision name=\"" + name + "\" id=\"_" + name + "\"><variable name=\"" + name + "\"" +
         (type.empty() ? "" : " typeRef=\"" + type + "\"") + "/>" + requirements + logic +
         "</decision>";
}
std::string literal(const std::string& text) {
  return "<literalExpression><text>" + text + "</text></literalExpression>";
}
std::string needs(const std::string& id) {
  return "<informationRequirement><requiredDecision href=\"#_" + id +
         "\"/></informationRequirement>";
}
std::string needs_input(const std::string& id) {
  return "<informationRequirement><requiredInput href=\"#_" + id + "\"/></informationRequirement>";
}
std::string needs_knowledge(const std::string& id) {
  return "<knowledgeRequirement><requiredKnowledge href=\"#_" + id + "\"/></knowledgeRequirement>";
}
std::string input(const std::string& name, const std::string& type) {
  return "<inputData name=\"" + name + "\" id=\"_" + name + "\"><variable name=\"" + name +
         "\" typeRef=\"" + type + "\"/></inputData>";
}

bool has(const Diagnostics& findings, std::string_view code) {
  return std::any_of(findings.begin(), findings.end(),
                     [&](const Diagnostic& d) { return d.code == code; });
}

Checked<DmnModel> load(const std::string& text) { return load_dmn({{"m.dmn", text}}); }

std::string value_of(const DmnModel& model, const std::string& decision,
                     const Context& inputs = {}) {
  const auto answer = model.evaluate(decision, inputs);
  return answer ? answer->value.to_text() : "Error " + answer.error().message;
}

// ── hostile XML ───────────────────────────────────────────────────────────────────────────────

TEST(Dmn, an_entity_bomb_is_a_finding) {
  const auto model = load(
      "<?xml version=\"1.0\"?><!DOCTYPE lolz [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]>"
      "<definitions>&b;</definitions>");
  EXPECT_FALSE(model);
  EXPECT_TRUE(has(model.diagnostics(), "AC1204"));
}

TEST(Dmn, an_external_entity_is_a_finding) {
  const auto model =
      load("<!DOCTYPE r SYSTEM \"file:///etc/passwd\"><definitions xmlns=\"urn:x\"></definitions>");
  EXPECT_FALSE(model);
  EXPECT_TRUE(has(model.diagnostics(), "AC1204"));
}

TEST(Dmn, deep_nesting_is_a_finding) {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "<a>";
  for (int i = 0; i < 100'000; ++i) text += "</a>";
  const auto model = load(definitions(text));
  EXPECT_FALSE(model);
  EXPECT_TRUE(has(model.diagnostics(), "AC1205"));
}

TEST(Dmn, broken_xml_broken_utf8_and_other_formats_are_findings) {
  EXPECT_TRUE(has(load("<definitions").diagnostics(), "AC1203"));
  EXPECT_TRUE(has(load("").diagnostics(), "AC1203"));
  EXPECT_TRUE(has(load("<a>\xFF</a>").diagnostics(), "AC1202"));
  EXPECT_TRUE(has(load("<a/>").diagnostics(), "AC1206"));
  EXPECT_TRUE(has(load(definitions("", "urn:other")).diagnostics(), "AC1206"));
  EXPECT_FALSE(load_dmn({}));
}

TEST(Dmn, cutting_a_model_anywhere_gives_findings_and_no_crash) {
  const std::string text = definitions(
      input("n", "number") +
      decision("d",
               "<decisionTable hitPolicy=\"UNIQUE\"><input><inputExpression typeRef=\"number\">"
               "<text>n</text></inputExpression></input><output/><rule><inputEntry><text>&lt; 5"
               "</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>"
               "</decisionTable>",
               needs_input("n")));
  EXPECT_TRUE(load(text));
  for (std::size_t i = 0; i < text.size(); ++i) {
    EXPECT_FALSE(load(text.substr(0, i))) << i;
  }
}

// ── linking ───────────────────────────────────────────────────────────────────────────────────

TEST(Dmn, all_versions_are_read) {
  for (const char* uri : {"http://www.omg.org/spec/DMN/20151101/dmn.xsd",
                          "http://www.omg.org/spec/DMN/20180521/MODEL/",
                          "https://www.omg.org/spec/DMN/20191111/MODEL/",
                          "https://www.omg.org/spec/DMN/20211108/MODEL/",
                          "https://www.omg.org/spec/DMN/20230324/MODEL/"}) {
    const auto model = load(definitions(decision("d", literal("1 + 1")), uri));
    ASSERT_TRUE(model) << uri;
    EXPECT_EQ(value_of(*model, "d"), "2");
  }
}

TEST(Dmn, a_cycle_of_decisions_is_a_finding_with_its_path_and_the_others_have_values) {
  const auto model = load(definitions(decision("a", literal("b"), needs("b")) +
                                      decision("b", literal("c"), needs("c")) +
                                      decision("c", literal("a"), needs("a")) +
                                      decision("d", literal("1 + 1")) +
                                      decision("e", literal("[c, d]"), needs("c") + needs("d"))));
  ASSERT_TRUE(has(model.diagnostics(), "AC1213"));
  EXPECT_NE(render(model.diagnostics(), model.sources()).find("'a' -> 'b' -> 'c' -> 'a'"),
            std::string::npos);
  ASSERT_TRUE(model);
  EXPECT_EQ(value_of(*model, "d"), "2");
  EXPECT_EQ(value_of(*model, "e"), "[null, 2]");
  for (const char* one : {"a", "b", "c", "e"}) {
    const auto answer = model->evaluate(one, {});
    ASSERT_TRUE(answer);
    EXPECT_TRUE(has(answer->diagnostics, "AC1213")) << one;
  }
}

std::string file_of(const std::string& model, const std::string& imports, const std::string& body) {
  std::string out = "<definitions name=\"" + model + "\" namespace=\"urn:" + model +
                    "\" xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\">";
  for (const char one : imports) {
    out += "<import name=\"\" namespace=\"urn:" + std::string(1, one) +
           "\" importType=\"https://www.omg.org/spec/DMN/20230324/MODEL/\"/>";
  }
  return out + body + "</definitions>";
}

TEST(Dmn, what_is_imported_without_a_name_brings_what_it_imports_so) {
  const auto model = load_dmn({{"a.dmn", file_of("a", "bd", decision("x", literal("y"), needs("y")))},
                               {"b.dmn", file_of("b", "c", "")},
                               {"c.dmn", file_of("c", "", decision("y", literal("\"of c\"")))},
                               {"d.dmn", file_of("d", "", decision("y", literal("\"of d\"")))}});
  ASSERT_TRUE(model);
  EXPECT_EQ(value_of(*model, "x"), "\"of c\"");
  EXPECT_EQ(value_of(*model, "y"), "\"of c\"");
}

TEST(Dmn, files_may_import_each_other) {
  const auto model = load_dmn({{"a.dmn", file_of("a", "ab", decision("x", literal("y"), needs("y")))},
                               {"b.dmn", file_of("b", "a", decision("y", literal("z"), needs("z")) )},
                               {"c.dmn", file_of("c", "c", "")}});
  ASSERT_TRUE(model);
  EXPECT_TRUE(has(model.diagnostics(), "AC1208"));  // z is nowhere
  const auto whole =
      load_dmn({{"a.dmn", file_of("a", "b", decision("x", literal("y + 1"), needs("y")) +
                                                decision("z", literal("40")))},
                {"b.dmn", file_of("b", "a", decision("y", literal("z + 1"), needs("z")))}});
  ASSERT_TRUE(whole);
  EXPECT_FALSE(has_errors(whole.diagnostics()));
  EXPECT_EQ(value_of(*whole, "x"), "42");
}

TEST(Dmn, a_knowledge_model_knows_itself) {
  const auto model = load(definitions(
      "<businessKnowledgeModel name=\"f\" id=\"_f\"><variable name=\"f\"/><encapsulatedLogic>"
      "<formalParameter name=\"n\"/>" +
      literal("if n = 0 then 0 else n + f(n - 1)") +
      "</encapsulatedLogic></businessKnowledgeModel>" +
      decision("d", literal("f(10)"), needs_knowledge("f"))));
  ASSERT_TRUE(model);
  EXPECT_EQ(value_of(*model, "d"), "55");
}

TEST(Dmn, a_chain_of_ten_thousand_decisions_is_evaluated) {
  std::string body = decision("d0", literal("0"));
  for (int i = 1; i <= 10'000; ++i) {
    const std::string before = "d" + std::to_string(i - 1);
    body += decision("d" + std::to_string(i), literal(before + " + 1"), needs(before));
  }
  const auto model = load(definitions(body));
  ASSERT_TRUE(model);
  EXPECT_EQ(value_of(*model, "d10000"), "10000");
}

TEST(Dmn, a_knowledge_model_that_calls_itself_for_ever_ends_with_an_error) {
  const auto model = load(definitions(
      "<businessKnowledgeModel name=\"f\" id=\"_f\"><variable name=\"f\"/><encapsulatedLogic>"
      "<formalParameter name=\"x\"/>" +
      literal("f(x) + f(x)") + "</encapsulatedLogic>" + needs_knowledge("f") +
      "</businessKnowledgeModel>" + decision("d", literal("f(1)"), needs_knowledge("f"))));
  ASSERT_TRUE(model);
  const auto answer = model->evaluate("d", {});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::limit);
}

TEST(Dmn, a_type_made_of_itself_is_a_finding) {
  const auto model = load(
      definitions("<itemDefinition name=\"t\"><itemComponent name=\"next\"><typeRef>t</typeRef>"
                  "</itemComponent></itemDefinition>" +
                  decision("d", literal("1"))));
  ASSERT_TRUE(model);
  EXPECT_TRUE(has(model.diagnostics(), "AC1214"));
}

TEST(Dmn, unknown_references_and_types_are_findings) {
  EXPECT_TRUE(
      has(load(definitions(decision("d", literal("1"), needs("x")))).diagnostics(), "AC1208"));
  EXPECT_TRUE(
      has(load(definitions(decision("d", literal("1"), "", "tX"))).diagnostics(), "AC1209"));
}

TEST(Dmn, an_expression_that_cannot_be_parsed_is_null_and_told) {
  const auto model = load(definitions(decision("d", literal("1 +")) + decision("e", literal("2"))));
  ASSERT_TRUE(model);
  EXPECT_TRUE(has_errors(model.diagnostics()));
  EXPECT_EQ(value_of(*model, "e"), "2");
  const auto answer = model->evaluate("d", {});
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->value.is_null());
  EXPECT_TRUE(has_errors(answer->diagnostics));
}

TEST(Dmn, an_unknown_decision_is_not_found) {
  const auto model = load(definitions(decision("d", literal("1"))));
  ASSERT_TRUE(model);
  EXPECT_EQ(model->evaluate("x", {}).error().code, ErrorCode::not_found);
}

// ── constraints ───────────────────────────────────────────────────────────────────────────────

TEST(Dmn, a_value_outside_its_allowed_values_is_null_and_told) {
  const auto model = load(definitions(
      "<itemDefinition name=\"grade\"><typeRef>string</typeRef><allowedValues><text>\"a\",\"b\""
      "</text></allowedValues></itemDefinition>" +
      input("g", "grade") + decision("d", literal("g"), needs_input("g"))));
  ASSERT_TRUE(model);
  EXPECT_EQ(value_of(*model, "d", {{"g", Value::string("a")}}), "\"a\"");
  const auto answer = model->evaluate("d", {{"g", Value::string("x")}});
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->value.is_null());
  EXPECT_TRUE(has(answer->diagnostics, "AC1221"));
}

TEST(Dmn, a_refined_type_keeps_the_values_of_its_base) {
  const auto model = load(definitions(
      "<itemDefinition name=\"base\"><typeRef>number</typeRef><allowedValues><text>[0..10]</text>"
      "</allowedValues></itemDefinition><itemDefinition name=\"even\"><typeRef>base</typeRef>"
      "<allowedValues><text>even(?)</text></allowedValues></itemDefinition>" +
      input("n", "even") + decision("d", literal("n"), needs_input("n"))));
  ASSERT_TRUE(model);
  EXPECT_EQ(value_of(*model, "d", {{"n", Value::integer(4)}}), "4");
  EXPECT_EQ(value_of(*model, "d", {{"n", Value::integer(5)}}), "null");
  EXPECT_EQ(value_of(*model, "d", {{"n", Value::integer(12)}}), "null");
}

TEST(Dmn, a_type_constraint_looks_at_the_whole_list) {
  const auto model = load(definitions(
      "<itemDefinition name=\"pair\" isCollection=\"true\"><typeRef>number</typeRef>"
      "<allowedValues><text>&gt; 0</text></allowedValues><typeConstraint><text>count(?) = 2</text>"
      "</typeConstraint></itemDefinition>" +
      input("p", "pair") + decision("d", literal("sum(p)"), needs_input("p"))));
  ASSERT_TRUE(model);
  const auto list = [](std::vector<Value> items) { return Value::list(std::move(items)); };
  EXPECT_EQ(value_of(*model, "d", {{"p", list({Value::integer(1), Value::integer(2)})}}), "3");
  EXPECT_EQ(value_of(*model, "d", {{"p", list({Value::integer(1)})}}), "null");
  EXPECT_EQ(value_of(*model, "d", {{"p", list({Value::integer(1), Value::integer(-2)})}}), "null");
}

const std::string mood =
    "<itemDefinition name=\"tMood\"><typeRef>string</typeRef><allowedValues><text>\"good\", "
    "\"bad\"</text></allowedValues></itemDefinition>";

std::string of_mood(const std::string& logic, const std::string& more = "") {
  const auto model = load(definitions(mood + more + decision("d", logic)));
  if (!model) return render(model.diagnostics(), model.sources());
  const auto answer = model->evaluate("d", {});
  if (!answer) return answer.error().message;
  std::string out = answer->value.to_text();
  for (const Diagnostic& told : answer->diagnostics) out += " " + std::string(told.code);
  return out;
}

TEST(Dmn, parameters_of_feel_functions_keep_the_values_of_their_types) {
  const auto called = [](const std::string& type, const std::string& with) {
    return of_mood(literal("{f: function(x: " + type + ") [x], r: f(" + with + ")}.r"));
  };
  EXPECT_EQ(called("tMood", "\"good\""), "[\"good\"]");
  EXPECT_EQ(called("tMood", "null"), "[null]");
  EXPECT_EQ(called("tMood", "\"sad\""), "null AC0591");
  EXPECT_EQ(called("tMood", "1"), "null AC0591");
  EXPECT_EQ(called("list&lt;tMood&gt;", "[\"good\", \"bad\"]"), "[[\"good\", \"bad\"]]");
  EXPECT_EQ(called("list&lt;tMood&gt;", "[\"good\", \"sad\"]"), "null AC0591");
  EXPECT_EQ(called("context&lt;m: list&lt;tMood&gt;&gt;", "{m: [\"bad\"]}"), "[{m: [\"bad\"]}]");
  EXPECT_EQ(called("context&lt;m: list&lt;tMood&gt;&gt;", "{m: [\"sad\"]}"), "null AC0591");
  // Each of several parameters, and a function that is called from within another.
  EXPECT_EQ(of_mood(literal("{f: function(x: tMood, y: tMood) x + y, r: [f(\"good\", \"bad\"), "
                            "f(\"good\", \"sad\"), f(\"sad\", \"good\")]}.r")),
            "[\"goodbad\", null, null] AC0591 AC0591");
  EXPECT_EQ(of_mood(literal("for m in [\"good\", \"sad\"] return {f: function(x: tMood) "
                            "{g: function(y: tMood) y, r: g(x)}.r, r: f(m)}.r")),
            "[\"good\", null] AC0591");
}

TEST(Dmn, members_of_a_type_are_tested_where_a_parameter_has_it) {
  const std::string person =
      "<itemDefinition name=\"tPerson\"><itemComponent name=\"moods\" isCollection=\"true\">"
      "<typeRef>tMood</typeRef></itemComponent></itemDefinition>";
  const auto called = [&](const std::string& moods) {
    return of_mood(literal("{f: function(p: tPerson) p.moods, r: f({moods: " + moods + "})}.r"),
                   person);
  };
  EXPECT_EQ(called("[\"good\"]"), "[\"good\"]");
  EXPECT_EQ(called("[\"good\", \"sad\"]"), "null AC0591");
}

TEST(Dmn, a_function_item_declares_the_parameters_of_functions) {
  const std::string item =
      "<itemDefinition name=\"tFn\"><functionItem outputTypeRef=\"string\"><parameters "
      "name=\"m\" typeRef=\"tMood\"/></functionItem></itemDefinition>";
  const auto knowledge = [](const std::string& parameter) {
    return "<businessKnowledgeModel name=\"f\" id=\"_f\"><variable name=\"f\" typeRef=\"tFn\"/>"
           "<encapsulatedLogic><formalParameter name=\"" +
           parameter + "\"/>" + literal(parameter) +
           "</encapsulatedLogic></businessKnowledgeModel>";
  };
  const auto called = [&](const std::string& function, const std::string& with) {
    const auto model = load(definitions(
        mood + item + function +
        decision("d", literal("f(" + with + ")"), needs_knowledge("f"))));
    if (!model) return render(model.diagnostics(), model.sources());
    const auto answer = model->evaluate("d", {});
    if (!answer) return answer.error().message;
    std::string out = answer->value.to_text();
    for (const Diagnostic& told : answer->diagnostics) out += " " + std::string(told.code);
    return out;
  };
  EXPECT_EQ(called(knowledge("m"), "\"good\""), "\"good\"");
  EXPECT_EQ(called(knowledge("m"), "\"sad\""), "null AC1221");
  EXPECT_EQ(called(knowledge("other"), "\"sad\""), "null AC1221");
  const std::string service =
      input("m", "string") + decision("echo", literal("m"), needs_input("m")) +
      "<decisionService name=\"f\" id=\"_f\"><variable name=\"f\" typeRef=\"tFn\"/>"
      "<outputDecision href=\"#_echo\"/><inputData href=\"#_m\"/></decisionService>";
  EXPECT_EQ(called(service, "\"bad\""), "\"bad\"");
  EXPECT_EQ(called(service, "\"sad\""), "null AC1221");
  // A boxed function of that type.
  const auto boxed = [&](const std::string& with) {
    return of_mood("<context><contextEntry><variable name=\"f\"/><functionDefinition "
                   "typeRef=\"tFn\"><formalParameter name=\"m\"/>" +
                       literal("m") +
                       "</functionDefinition></contextEntry><contextEntry>" +
                       literal("f(\"" + with + "\")") + "</contextEntry></context>",
                   item);
  };
  EXPECT_EQ(boxed("good"), "\"good\"");
  EXPECT_EQ(boxed("sad"), "null AC1221");
}

TEST(Dmn, constraints_of_one_definition_hold_together) {
  const auto conforms = [](const std::string& items, const Value& value) {
    const auto model =
        load(definitions(items + input("x", "t") + decision("d", literal("x"), needs_input("x"))));
    return model ? value_of(*model, "d", {{"x", value}})
                 : render(model.diagnostics(), model.sources());
  };
  const auto item = [](const std::string& name, const std::string& inside,
                       const std::string& attributes = "") {
    return "<itemDefinition name=\"" + name + "\"" + attributes + ">" + inside +
           "</itemDefinition>";
  };
  const std::string both =
      item("t", "<typeRef>number</typeRef><allowedValues><text>[0..10]</text></allowedValues>"
                "<typeConstraint><text>even(?)</text></typeConstraint>");
  EXPECT_EQ(conforms(both, Value::integer(4)), "4");
  EXPECT_EQ(conforms(both, Value::integer(5)), "null");
  EXPECT_EQ(conforms(both, Value::integer(12)), "null");
  const std::string base =
      item("base", "<typeRef>number</typeRef><allowedValues><text>[0..10]</text></allowedValues>");
  const std::string narrowed = base + item("t", "<typeRef>base</typeRef><typeConstraint><text>"
                                                "even(?)</text></typeConstraint>");
  EXPECT_EQ(conforms(narrowed, Value::integer(4)), "4");
  EXPECT_EQ(conforms(narrowed, Value::integer(5)), "null");
  EXPECT_EQ(conforms(narrowed, Value::integer(12)), "null");
  const std::string collected =
      base + item("t",
                  "<typeRef>base</typeRef><allowedValues><text>even(?)</text></allowedValues>",
                  " isCollection=\"true\"");
  const auto list = [](std::int64_t a, std::int64_t b) {
    return Value::list({Value::integer(a), Value::integer(b)});
  };
  EXPECT_EQ(conforms(collected, list(2, 4)), "[2, 4]");
  EXPECT_EQ(conforms(collected, list(2, 5)), "null");
  EXPECT_EQ(conforms(collected, list(2, 12)), "null");
  // Three sets of tests, one on top of the other.
  const std::string thrice =
      base +
      item("even",
           "<typeRef>base</typeRef><allowedValues><text>even(?)</text></allowedValues>") +
      item("t", "<typeRef>even</typeRef><allowedValues><text>not(4)</text></allowedValues>");
  EXPECT_EQ(conforms(thrice, Value::integer(6)), "6");
  EXPECT_EQ(conforms(thrice, Value::integer(4)), "null");
  EXPECT_EQ(conforms(thrice, Value::integer(5)), "null");
  EXPECT_EQ(conforms(thrice, Value::integer(12)), "null");
}

// ── tables ────────────────────────────────────────────────────────────────────────────────────

std::string table(const std::string& policy, const std::string& rows,
                  const std::string& output = "<output/>", const std::string& aggregation = "") {
  return "<decisionTable hitPolicy=\"" + policy + "\"" +
         (aggregation.empty() ? "" : " aggregation=\"" + aggregation + "\"") +
         "><input><inputExpression typeRef=\"number\"><text>n</text></inputExpression></input>" +
         output + rows + "</decisionTable>";
}
std::string row(const std::string& condition, const std::string& result) {
  return "<rule><inputEntry><text>" + condition + "</text></inputEntry><outputEntry><text>" +
         result + "</text></outputEntry></rule>";
}
std::string decide(const std::string& logic, std::int64_t n) {
  const auto model =
      load(definitions(input("n", "number") + decision("d", logic, needs_input("n"))));
  if (!model) return render(model.diagnostics(), model.sources());
  return value_of(*model, "d", {{"n", Value::integer(n)}});
}

TEST(Dmn, hit_policies) {
  const std::string rows = row("&gt; 0", "10") + row("&gt; 5", "20") + row("&gt; 8", "10");
  const std::string ordered = "<output><outputValues><text>20, 10</text></outputValues></output>";
  EXPECT_EQ(decide(table("UNIQUE", rows), 1), "10");
  EXPECT_EQ(decide(table("UNIQUE", rows), 6), "null");
  EXPECT_EQ(decide(table("UNIQUE", rows), 0), "null");
  EXPECT_EQ(decide(table("FIRST", rows), 9), "10");
  EXPECT_EQ(decide(table("ANY", rows), 6), "null");
  EXPECT_EQ(decide(table("ANY", row("&gt; 0", "10") + row("&gt; 8", "5 + 5")), 9), "10");
  EXPECT_EQ(decide(table("PRIORITY", rows, ordered), 9), "20");
  EXPECT_EQ(decide(table("OUTPUT ORDER", rows, ordered), 9), "[20, 10, 10]");
  EXPECT_EQ(decide(table("RULE ORDER", rows), 9), "[10, 20, 10]");
  EXPECT_EQ(decide(table("COLLECT", rows), 9), "[10, 20, 10]");
  EXPECT_EQ(decide(table("COLLECT", rows, "<output/>", "SUM"), 9), "40");
  EXPECT_EQ(decide(table("COLLECT", rows, "<output/>", "MIN"), 9), "10");
  EXPECT_EQ(decide(table("COLLECT", rows, "<output/>", "MAX"), 9), "20");
  EXPECT_EQ(decide(table("COLLECT", rows, "<output/>", "COUNT"), 9), "3");
}

TEST(Dmn, cells_of_every_form) {
  EXPECT_EQ(decide(table("UNIQUE", row("not(1, [3..5])", "1") + row("1, [3..5]", "2")), 4), "2");
  EXPECT_EQ(decide(table("UNIQUE", row("not(1, [3..5])", "1") + row("1, [3..5]", "2")), 2), "1");
  EXPECT_EQ(decide(table("UNIQUE", row("? * 2 = 6", "1") + row("even(?)", "2")), 3), "1");
  EXPECT_EQ(decide(table("UNIQUE", row("n - 1 &lt; ?", "n + 1")), 3), "4");
  EXPECT_EQ(decide(table("UNIQUE", row("-", "7")), 3), "7");
  EXPECT_EQ(decide(table("UNIQUE", row("", "7")), 3), "7");
  EXPECT_EQ(decide(table("UNIQUE", row("]3..5[", "1") + row("3, 5", "2")), 3), "2");
}

TEST(Dmn, the_trace_names_the_rows_that_matched) {
  const auto model = load(definitions(
      input("n", "number") +
      decision("d", table("COLLECT", row("&gt; 0", "1") + row("&gt; 5", "2") + row("&gt; 8", "3")),
               needs_input("n"))));
  ASSERT_TRUE(model);
  const auto answer = model->evaluate("d", {{"n", Value::integer(7)}});
  ASSERT_TRUE(answer);
  ASSERT_EQ(answer->tables.size(), 1U);
  EXPECT_EQ(answer->tables[0].table, "d");
  EXPECT_EQ(answer->tables[0].rows, (std::vector<std::uint32_t>{1, 2}));
}

TEST(Dmn, a_default_counts_where_no_row_matches) {
  EXPECT_EQ(
      decide(table("UNIQUE", row("&gt; 5", "1"),
                   "<output><defaultOutputEntry><text>9</text></defaultOutputEntry></output>"),
             1),
      "9");
}

TEST(Dmn, a_table_of_two_outputs_gives_a_context) {
  const std::string logic =
      "<decisionTable hitPolicy=\"UNIQUE\"><input><inputExpression typeRef=\"number\"><text>n"
      "</text></inputExpression></input><output name=\"a\"/><output name=\"b\"/><rule><inputEntry>"
      "<text>1</text></inputEntry><outputEntry><text>2</text></outputEntry><outputEntry>"
      "<text>\"x\"</text></outputEntry></rule></decisionTable>";
  EXPECT_EQ(decide(logic, 1), "{a: 2, b: \"x\"}");
}

TEST(Dmn, a_result_keeps_the_type_of_its_cell_and_of_its_column) {
  const auto with = [](const std::string& cell, const std::string& column,
                       const std::string& result) {
    const std::string typed = cell.empty() ? "" : " typeRef=\"" + cell + "\"";
    const std::string of_output = column.empty() ? "" : " typeRef=\"" + column + "\"";
    return of_mood(
        "<decisionTable><input><inputExpression><text>1</text></inputExpression></input><output" +
        of_output + "/><rule><inputEntry><text>-</text></inputEntry><outputEntry" + typed +
        "><text>" + result + "</text></outputEntry></rule></decisionTable>");
  };
  EXPECT_EQ(with("tMood", "", "\"good\""), "\"good\"");
  EXPECT_EQ(with("tMood", "", "\"sad\""), "null AC1221");
  EXPECT_EQ(with("", "tMood", "\"sad\""), "null AC1221");
  EXPECT_EQ(with("", "tMood", "\"ba\" + \"d\""), "\"bad\"");
  EXPECT_EQ(with("tMood", "string", "\"s\" + \"ad\""), "null AC1221");
  EXPECT_EQ(with("number", "", "\"good\""), "null AC1221");
}

TEST(Dmn, external_functions_are_not_run) {
  const auto model = load(definitions(
      "<businessKnowledgeModel name=\"f\" id=\"_f\"><variable name=\"f\"/><encapsulatedLogic "
      "kind=\"Java\"><formalParameter name=\"x\"/><context><contextEntry><variable "
      "name=\"class\"/>" +
      literal("\"java.lang.Math\"") +
      "</contextEntry></context></encapsulatedLogic></businessKnowledgeModel>" +
      decision("d", literal("f(1)"), needs_knowledge("f"))));
  ASSERT_TRUE(model);
  const auto answer = model->evaluate("d", {});
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->value.is_null());
  EXPECT_TRUE(has(answer->diagnostics, "AC1224"));
}

TEST(Dmn, a_function_outlives_its_evaluation_as_a_value_only) {
  const auto model =
      load(definitions(decision("d", "<functionDefinition><formalParameter name=\"x\"/>" +
                                         literal("x + 1") + "</functionDefinition>") +
                       input("f", "Any") + decision("e", literal("f(1)"), needs_input("f"))));
  ASSERT_TRUE(model);
  const auto answer = model->evaluate("d", {});
  ASSERT_TRUE(answer);
  ASSERT_TRUE(answer->value.is(Kind::function));
  const auto later = model->evaluate("e", {{"f", answer->value}});
  ASSERT_TRUE(later);
  EXPECT_TRUE(later->value.is_null());
  EXPECT_TRUE(has_errors(later->diagnostics));
}

}  // namespace
}  // namespace aftercare
