// SCXML documents, read leniently and run: what the recommendation says, rule by rule.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "interop/from_scxml.hpp"
#include "interop/scxml_run.hpp"

namespace aftercare::interop {
namespace {

std::string wrap(const std::string& body, const std::string& attributes = "initial=\"a\"") {
  return "<scxml xmlns=\"http://www.w3.org/2005/07/scxml\" version=\"1.0\" datamodel=\"feel\" " +
         attributes + ">" + body + "</scxml>";
}

class Running {
 public:
  explicit Running(const std::string& body, const std::string& attributes = "initial=\"a\"",
                   ScxmlRunOptions options = {})
      : world(options) {
    Sources sources;
    const std::string text = body.rfind("<scxml", 0) == 0 ? body : wrap(body, attributes);
    const ScxmlRead read = from_scxml(sources, sources.add("test", text), {.lenient = true});
    EXPECT_NE(read.document, nullptr) << render(read.findings, sources);
    if (read.document != nullptr) world.start(read.document);
  }
  [[nodiscard]] std::string states() const {
    std::string text;
    for (const std::string& s : world.configuration()) text += (text.empty() ? "" : " ") + s;
    return text;
  }
  /// Values logged, one after the other, in JSON.
  [[nodiscard]] std::string logged() const {
    std::string text;
    for (const std::string& line : world.trace()) {
      const std::size_t value = line.find("\"value\":");
      if (line.find("\"log\":") == std::string::npos) continue;
      text += (text.empty() ? "" : " ") + line.substr(value + 8, line.size() - value - 9);
    }
    return text;
  }
  [[nodiscard]] std::string errors() const {
    std::string text;
    for (const ScxmlError& e : world.errors()) text += (text.empty() ? "" : " ") + e.event;
    return text;
  }
  ScxmlWorld world;
};

TEST(Scxml, what_the_recommendation_does_not_allow_is_read_leniently) {
  const std::string body =
      "<state id='a' colour='red'>words<onentry><log expr='1'/></onentry>"
      "<transition event='go' type='sideways' target='b'/></state>"
      "<state id='b'><oops/><invoke/><final id='c'/></state>";
  Running running(body, "initial='a' binding='sometimes'");
  EXPECT_EQ(running.states(), "a");
  running.world.send("go");
  EXPECT_EQ(running.states(), "c");
  Sources sources;
  const ScxmlRead strict = from_scxml(sources, sources.add("test", wrap(body)), {});
  EXPECT_EQ(strict.document, nullptr);
  EXPECT_EQ(strict.findings.size(), 5U) << render(strict.findings, sources);
  // What makes no chart is refused either way.
  for (const std::string none :
       {"<state id='a'><state/><initial/></state>", "<state id='a'/><final id='a'/>",
        "<parallel id='a'><final id='b'/></parallel>",
        "<state id='a'><initial><transition event='x' target='b'/></initial><state "
        "id='b'/></state>"}) {
    EXPECT_EQ(from_scxml(sources, sources.add("test", wrap(none)), {.lenient = true}).document,
              nullptr)
        << none;
  }
}

TEST(Scxml, for_a_picture_any_datamodel_will_do) {
  Sources sources;
  const std::uint32_t file = sources.add(
      "test",
      "<scxml xmlns='http://www.w3.org/2005/07/scxml' version='1.0' datamodel='ecmascript'>"
      "<state id='a'><transition event='x  y' cond='a === 1' target='b'/></state>"
      "<state id='b'/></scxml>");
  EXPECT_TRUE(from_scxml(sources, file, {.lenient = true}).has_foreign_datamodel);
  const ScxmlRead read = from_scxml(sources, file, {.lenient = true, .chart_only = true});
  ASSERT_NE(read.document, nullptr) << render(read.findings, sources);
  EXPECT_EQ(read.document->descriptors, (std::vector<std::string>{"x y"}));
  EXPECT_EQ(read.document->conditions[0].text, "a === 1");
}

TEST(Scxml, descriptors_match_by_whole_tokens) {
  const std::string body =
      "<state id='a'>"
      "<transition event='foo.bar' target='b'/><transition event='qux.*' target='c'/>"
      "<transition event='one two' target='d'/></state>"
      "<state id='b'/><state id='c'/><state id='d'/>";
  for (const auto& [event, state] :
       std::vector<std::pair<std::string, std::string>>{{"foo", "a"},
                                                        {"foo.bar", "b"},
                                                        {"foo.bar.baz", "b"},
                                                        {"foo.barbaz", "a"},
                                                        {"Foo.bar", "a"},
                                                        {"qux", "c"},
                                                        {"qux.x.y", "c"},
                                                        {"two.x", "d"},
                                                        {"o", "a"}}) {
    Running run(body);
    run.world.send(event);
    EXPECT_EQ(run.states(), state) << event;
  }
}

TEST(Scxml, an_error_ends_its_block_only) {
  const Running run(
      "<datamodel><data id='x' expr='0'/></datamodel>"
      "<state id='a'><onentry><assign location='nope' expr='1'/><assign location='x' "
      "expr='5'/></onentry>"
      "<onentry><assign location='x' expr='x + 1'/></onentry>"
      "<transition event='error.execution' target='b'/></state>"
      "<state id='b'><onentry><log expr='x'/></onentry></state>");
  EXPECT_EQ(run.logged(), "1");
  EXPECT_EQ(run.errors(), "error.execution");
}

TEST(Scxml, null_for_want_of_data_is_no_error_and_null_for_a_wrong_kind_is_one) {
  const Running missing(
      "<datamodel><data id='x'/></datamodel>"
      "<state id='a'><transition cond='x &gt; 1' target='b'/><transition cond='x.y.z = 1' "
      "target='b'/>"
      "</state><state id='b'/>");
  EXPECT_EQ(missing.states(), "a");
  EXPECT_EQ(missing.errors(), "");
  const Running wrong(
      "<datamodel><data id='x' expr='\"text\"'/></datamodel>"
      "<state id='a'><transition cond='x &gt; 1' target='b'/>"
      "<transition event='error.execution' target='c'/></state><state id='b'/><state id='c'/>");
  EXPECT_EQ(wrong.states(), "c");
}

TEST(Scxml, members_are_assigned_without_touching_the_others) {
  const Running run(
      "<datamodel><data id='x'>{\"a\": {\"b\": 1, \"c\": 2}}</data></datamodel>"
      "<state id='a'><onentry><assign location='x.a.b' expr='7'/><assign location='x.d' "
      "expr='x.a.c'/>"
      "<log expr='x'/><assign location='x.a.b.e' expr='1'/></onentry></state>");
  EXPECT_EQ(run.logged(), "{\"a\":{\"b\":7,\"c\":2},\"d\":2}");
  EXPECT_EQ(run.errors(), "error.execution");
}

TEST(Scxml, foreach_goes_through_a_copy_and_counts_from_zero) {
  const Running run(
      "<datamodel><data id='list'>[5, 6, 7]</data><data id='sum' expr='0'/></datamodel>"
      "<state id='a'><onentry><foreach array='list' item='one' index='i'>"
      "<assign location='list' expr='[]'/><assign location='sum' expr='sum + one * i'/></foreach>"
      "<log expr='[sum, one, i, list]'/></onentry></state>");
  EXPECT_EQ(run.logged(), "[20,7,2,[]]");
}

TEST(Scxml, foreach_takes_lists_only) {
  const Running run(
      "<state id='a'><onentry><foreach array='7' item='one'><log expr='1'/></foreach><log "
      "expr='2'/>"
      "</onentry></state>");
  EXPECT_EQ(run.logged(), "");
  EXPECT_EQ(run.errors(), "error.execution");
}

TEST(Scxml, if_takes_the_first_branch_that_holds_and_an_error_in_a_condition_is_false) {
  const Running run(
      "<state id='a'><onentry><if cond='1 &lt; \"a\"'><log expr='1'/><elseif cond='true'/><log "
      "expr='2'/>"
      "<else/><log expr='3'/></if></onentry></state>");
  EXPECT_EQ(run.logged(), "2");
  EXPECT_EQ(run.errors(), "error.execution");
}

TEST(Scxml, delayed_events_come_in_order_of_their_instants_and_survive_their_state) {
  Running run(
      "<state id='a'><onentry><send event='late' delay='2s'/><send event='soon' "
      "delayexpr='duration(\"PT0.5S\")'/>"
      "<send event='same' delay='500ms'/></onentry><transition event='go' target='b'/></state>"
      "<state id='b'><transition event='*'><log expr='_event.name'/></transition></state>");
  run.world.send("go");
  run.world.advance(499'999);
  EXPECT_EQ(run.logged(), "");
  run.world.advance(1);
  EXPECT_EQ(run.logged(), "\"soon\" \"same\"");
  run.world.advance(2'000'000);
  EXPECT_EQ(run.logged(), "\"soon\" \"same\" \"late\"");
}

TEST(Scxml, cancel_takes_a_delayed_event_back) {
  Running run(
      "<datamodel><data id='id'/></datamodel>"
      "<state id='a'><onentry><send event='x' id='one' delay='1s'/><send event='y' idlocation='id' "
      "delay='1s'/>"
      "<send event='z' delay='1s'/><cancel sendid='one'/><cancel sendidexpr='id'/></onentry>"
      "<transition event='*'><log expr='_event.name'/></transition></state>");
  run.world.advance(5'000'000);
  EXPECT_EQ(run.logged(), "\"z\"");
}

TEST(Scxml, arguments_are_evaluated_when_the_event_is_sent) {
  Running run(
      "<datamodel><data id='x' expr='1'/></datamodel>"
      "<state id='a'><onentry><send event='x' delay='1s'><param name='p' expr='x'/></send>"
      "<assign location='x' expr='2'/></onentry>"
      "<transition event='x'><log expr='[_event.data.p, x]'/></transition></state>");
  run.world.advance(1'000'000);
  EXPECT_EQ(run.logged(), "[1,2]");
}

TEST(Scxml, an_event_says_whence_it_comes) {
  const Running run(
      "<state id='a'><onentry><raise event='i'/><send event='e' id='me'><content>[1, "
      "\"b\"]</content></send>"
      "</onentry>"
      "<transition event='i'><log expr='[_event.type, _event.origin, _event.data]'/></transition>"
      "<transition event='e'><log expr='[_event.type, _event.sendid, _event.origintype, "
      "_event.data]'/>"
      "</transition></state>");
  EXPECT_EQ(run.logged(),
            "[\"internal\",null,null] [\"external\",\"me\","
            "\"http://www.w3.org/TR/scxml/#SCXMLEventProcessor\",[1,\"b\"]]");
}

TEST(Scxml, what_cannot_be_sent_is_an_error_of_execution_or_of_communication) {
  const Running run(
      "<state id='a'><onentry><send event='x' target='nowhere' id='s1'/></onentry>"
      "<onentry><send event='x' target='#_scxml_none' id='s2'/></onentry>"
      "<onentry><send event='x' target='#_parent' id='s3'/></onentry>"
      "<onentry><send event='x' type='smoke' id='s4'/></onentry>"
      "<transition event='error'><log expr='_event.name + \" \" + "
      "_event.sendid'/></transition></state>");
  EXPECT_EQ(run.logged(),
            "\"error.execution s1\" \"error.communication s2\" \"error.communication s3\" "
            "\"error.execution s4\"");
}

TEST(Scxml, system_variables_keep_their_values) {
  const Running run(
      "<state id='a'><onentry><assign location='_name' expr='\"other\"'/></onentry>"
      "<onentry><log expr='_name'/></onentry></state>",
      "initial=\"a\" name=\"mine\"");
  EXPECT_EQ(run.logged(), "\"mine\"");
  EXPECT_EQ(run.errors(), "error.execution");
}

TEST(Scxml, done_data_travels_with_the_done_event_and_leaves_out_what_fails) {
  const Running run(
      "<state id='a'><transition event='done.state.a' target='b'><log "
      "expr='_event.data'/></transition>"
      "<state id='c'><transition target='f'/></state>"
      "<final id='f'><donedata><param name='x' expr='1 + 1'/><param name='y' "
      "location='nope'/></donedata></final>"
      "</state><state id='b'/>");
  EXPECT_EQ(run.logged(), "{\"x\":2}");
  EXPECT_EQ(run.errors(), "error.execution");
}

TEST(Scxml, in_tells_whether_a_state_is_active) {
  const Running run(
      "<parallel id='a'><state id='r'><transition cond='In(\"s\") and not(In(\"z\"))' "
      "target='b'/></state>"
      "<state id='s'/></parallel><state id='b'/><state id='z'/>");
  EXPECT_EQ(run.states(), "b");
  const Running null_datamodel(
      "<scxml xmlns='http://www.w3.org/2005/07/scxml' version='1.0' datamodel='null'><parallel "
      "id='a'>"
      "<state id='r'><transition cond=\"In('s')\" target='b'/></state><state id='s'/></parallel>"
      "<state id='b'/></scxml>");
  EXPECT_EQ(null_datamodel.states(), "b");
}

TEST(Scxml, late_binding_waits_for_the_first_entry) {
  const std::string body =
      "<state id='a'><onentry><log expr='x'/></onentry><transition event='go' target='b'/></state>"
      "<state id='b'><datamodel><data id='x' expr='1'/></datamodel>"
      "<onentry><log expr='x'/><assign location='x' expr='2'/></onentry>"
      "<transition event='go' target='a'/></state>";
  Running late(body, "initial=\"a\" binding=\"late\"");
  late.world.send("go");
  late.world.send("go");
  late.world.send("go");
  EXPECT_EQ(late.logged(), "null 1 2 2");
  Running early(body);
  early.world.send("go");
  EXPECT_EQ(early.logged(), "1 1");
}

TEST(Scxml, an_invoked_document_takes_what_it_declares_and_tells_when_it_is_done) {
  const Running run(
      "<state id='a'><invoke id='child'><param name='x' expr='5'/><param name='y' "
      "expr='6'/><content>"
      "<scxml version='1.0'><datamodel><data id='x' expr='1'/></datamodel>"
      "<final id='f'><donedata><content expr='x * "
      "2'/></donedata></final></scxml></content></invoke>"
      "<transition event='done.invoke.child' target='b'><log expr='[_event.invokeid, "
      "_event.data]'/>"
      "</transition></state><state id='b'/>");
  EXPECT_EQ(run.logged(), "[\"child\",10]");
}

TEST(Scxml, finalize_runs_before_the_event_is_looked_at_and_an_empty_one_takes_values_over) {
  const std::string child =
      "<content><scxml version='1.0'><state id='s'><onentry>"
      "<send target='#_parent' event='told'><param name='x' "
      "expr='9'/></send></onentry></state></scxml>"
      "</content>";
  const std::string rest =
      "<transition event='told' cond='x = 9' target='b'/></state><state id='b'/>";
  const std::string data = "<datamodel><data id='x' expr='1'/></datamodel><state id='a'>";
  EXPECT_EQ(
      Running(data + "<invoke><finalize><assign location='x' expr='_event.data.x'/></finalize>" +
              child + "</invoke>" + rest)
          .states(),
      "b");
  EXPECT_EQ(
      Running(data + "<invoke namelist='x'><finalize/>" + child + "</invoke>" + rest).states(),
      "b");
  EXPECT_EQ(Running(data + "<invoke namelist='x'>" + child + "</invoke>" + rest).states(), "a");
}

TEST(Scxml, autoforward_hands_on_every_external_event) {
  Running run(
      "<state id='a'><invoke autoforward='true'><content><scxml version='1.0'><state id='s'>"
      "<transition event='ping'><send target='#_parent' "
      "event='pong'/></transition></state></scxml></content>"
      "</invoke><transition event='pong' target='b'/></state><state id='b'/>");
  run.world.send("ping");
  EXPECT_EQ(run.states(), "b");
}

TEST(Scxml, leaving_the_state_cancels_what_it_invoked_and_nothing_more_is_heard_of_it) {
  Running run(
      "<state id='a'><invoke><content><scxml version='1.0'><state id='s'>"
      "<onentry><send event='x' delay='1s'/></onentry><onexit><log expr='\"left\"'/>"
      "<send target='#_parent' event='late'/></onexit></state></scxml></content></invoke>"
      "<transition event='go' target='b'/></state>"
      "<state id='b'><transition event='late' target='c'/></state><state id='c'/>");
  run.world.send("go");
  run.world.advance(5'000'000);
  EXPECT_EQ(run.logged(), "\"left\"");
  EXPECT_EQ(run.states(), "b");
}

TEST(Scxml, a_state_that_is_left_in_the_same_macrostep_invokes_nothing) {
  const Running run(
      "<state id='a'><invoke><content><scxml version='1.0'><state id='s'><onentry><log "
      "expr='1'/></onentry>"
      "</state></scxml></content></invoke><transition target='b'/></state><state id='b'/>");
  EXPECT_EQ(run.logged(), "");
}

TEST(Scxml, a_document_that_invokes_itself_is_stopped) {
  // Each level invokes the text that it was given.
  const std::string inner =
      "<scxml xmlns='http://www.w3.org/2005/07/scxml' version='1.0' datamodel='feel'>"
      "<datamodel><data id='text'/></datamodel><state id='s'><invoke namelist='text'>"
      "<content expr='text'/></invoke></state></scxml>";
  std::string quoted;
  for (const char c : inner) {
    if (c == '<') {
      quoted += "&lt;";
    } else if (c == '>') {
      quoted += "&gt;";
    } else {
      quoted += c;
    }
  }
  const Running run("<datamodel><data id='text' expr=\"&quot;" + quoted +
                    "&quot;\"/></datamodel><state id='a'><invoke namelist='text'><content "
                    "expr='text'/></invoke></state>");
  EXPECT_EQ(run.world.stopped(), "more sessions than are allowed");
}

TEST(Scxml, an_endless_run_is_stopped) {
  const Running loop(
      "<state id='a'><transition target='b'/></state><state id='b'><transition "
      "target='a'/></state>",
      "initial=\"a\"", {.microsteps = 100});
  EXPECT_EQ(loop.world.stopped(), "a loop of more than 100 microsteps");
  Running timer(
      "<state id='a'><onentry><send event='x' delay='1s'/></onentry><transition event='x' "
      "target='a'/></state>",
      "initial=\"a\"", {.events = 50});
  timer.world.advance(1'000'000'000);
  EXPECT_EQ(timer.world.stopped(), "more than 50 events");
}

TEST(Scxml, nothing_outside_the_folder_of_the_document_is_read) {
  Sources sources;
  const std::string text = wrap(
      "<datamodel><data id='x' src='file:../../../etc/hostname'/><data id='y' src='/etc/hostname'/>"
      "</datamodel><state id='a'><onentry><log expr='[x, y]'/></onentry></state>");
  const ScxmlRead read =
      from_scxml(sources, sources.add("test", text), {.lenient = true, .directory = "/usr/share"});
  ScxmlWorld world({});
  world.run(read.document);
  EXPECT_EQ(world.errors().size(), 2U);
}

TEST(Scxml, delays_are_seconds_or_milliseconds) {
  EXPECT_EQ(scxml_delay("1.5s"), 1'500'000);
  EXPECT_EQ(scxml_delay(".5s"), 500'000);
  EXPECT_EQ(scxml_delay("200ms"), 200'000);
  EXPECT_EQ(scxml_delay(" 0s "), 0);
  for (const char* const text :
       {"", "s", ".s", "1", "1m", "-1s", "1e3s", "99999999999999999999s"}) {
    EXPECT_FALSE(scxml_delay(text)) << text;
  }
}

}  // namespace
}  // namespace aftercare::interop
