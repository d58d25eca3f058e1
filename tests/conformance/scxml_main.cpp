// scxml DIR [--results FILE] [--strict]
// scxml FILE --strict [--lang zh]
//
// Runs every SCXML document of a folder on a virtual clock.
//
// One JSON line for each document: id, file, verdict, the final configuration, the trace, the error
// events; then `N passed, M failed, K skipped`. Where the folder has a manifest.csv (columns id and
// in_scope: yes, trace, no) it says which documents there are; documents that others name in src
// are not run by themselves. A document passes by ending in a final state `pass`; one judged by its
// trace by ending anywhere but in `fail`; one with a script beside it (NAME.json, see play()) by
// doing what that says. Documents are read leniently, as the recommendation's tests demand; with
// --strict none is run: the findings are printed, and a document without any passes.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "base/json_reader.hpp"
#include "base/json_writer.hpp"
#include "interop/from_scxml.hpp"
#include "interop/scxml_run.hpp"

namespace {

using namespace aftercare;
using namespace aftercare::interop;
namespace fs = std::filesystem;

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// The first fields of each row; quoted fields may hold commas and line breaks.
std::vector<std::vector<std::string>> read_csv(const std::string& text) {
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> row;
  std::string field;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c != '"') {
        field += c;
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        field += text[++i];
      } else {
        quoted = false;
      }
    } else if (c == '"') {
      quoted = true;
    } else if (c == ',' || c == '\n') {
      row.push_back(field);
      field.clear();
      if (c == '\n') {
        rows.push_back(row);
        row.clear();
      }
    } else if (c != '\r') {
      field += c;
    }
  }
  if (!field.empty() || !row.empty()) {
    row.push_back(field);
    rows.push_back(row);
  }
  return rows;
}

enum class Scope { run, trace, out };

// One line of the trace in a few words, as scripts write it: "enter s", "exit s", "event e",
// "log label value"; of an invoked session behind its id. Empty for what scripts do not write.
std::string in_words(const std::string& line) {
  const base::JsonRead item = base::read_json(line);
  if (!item) return "";
  std::string words;
  if (const base::JsonValue* const session = item.value->find("session")) {
    words = session->text + ": ";
  }
  for (const char* const what : {"enter", "exit", "event"}) {
    if (const base::JsonValue* const name = item.value->find(what)) {
      return words + what + " " + name->text;
    }
  }
  const base::JsonValue* const label = item.value->find("log");
  if (label == nullptr) return "";
  words += "log " + label->text;
  const base::JsonValue* const value = item.value->find("value");
  if (value->kind == base::JsonValue::Kind::null) return words;
  return words + " " +
         (value->kind == base::JsonValue::Kind::string
              ? value->text
              : line.substr(value->begin, value->end - value->begin));
}

// Where two lists of lines part.
std::string parting(const char* of, const base::JsonValue& expected,
                    const std::vector<std::string>& found) {
  for (std::size_t i = 0; i < expected.items.size() || i < found.size(); ++i) {
    const std::string wanted = i < expected.items.size() ? expected.items[i].text : "nothing";
    const std::string given = i < found.size() ? found[i] : "nothing";
    if (wanted == given) continue;
    return std::string(of) + " " + std::to_string(i + 1) + " is '" + given + "', not '" + wanted +
           "'";
  }
  return "";
}

// Plays a script: events in order, `after` so many milliseconds each, with the configuration after
// it; then `trace` (all that scripts write), or `log` of it alone, `errors` (names of error events)
// and `ended`, each where it is given. Gives the first thing that is not as it says, or nothing.
std::string play(ScxmlWorld& world, const base::JsonValue& script) {
  const auto differs = [&](const base::JsonValue* expected,
                           const std::string& when) -> std::string {
    if (expected == nullptr) return "";
    std::set<std::string> wanted;
    for (const base::JsonValue& state : expected->items) wanted.insert(state.text);
    const std::vector<std::string> states = world.configuration();
    if (wanted == std::set<std::string>(states.begin(), states.end())) return "";
    std::string found;
    for (const std::string& s : states) found += " " + s;
    return when + " the configuration is" + found;
  };
  std::string reason = differs(script.find("initialConfiguration"), "at the start");
  const base::JsonValue* const events = script.find("events");
  for (std::size_t i = 0; events != nullptr && i < events->items.size() && reason.empty(); ++i) {
    const base::JsonValue& step = events->items[i];
    std::string what = "time passing";
    if (const base::JsonValue* const wait = step.find("after")) {
      world.advance(std::strtoll(wait->text.c_str(), nullptr, 10) * 1000);
    }
    if (const base::JsonValue* const event = step.find("event")) {
      const base::JsonValue* const name = event->find("name");
      if (name == nullptr) return "an event without name";
      const base::JsonValue* const data = event->find("data");
      Value value;
      if (data != nullptr && data->kind == base::JsonValue::Kind::string) {
        value = Value::string(data->text);
      }
      world.send(name->text, value);
      what = name->text;
    }
    reason = differs(step.find("nextConfiguration"),
                     "after step " + std::to_string(i + 1) + " (" + what + ")");
  }
  if (!reason.empty()) return reason;
  std::vector<std::string> trace;
  std::vector<std::string> log;
  for (const std::string& line : world.trace()) {
    const std::string words = in_words(line);
    if (words.empty()) continue;
    trace.push_back(words);
    if (const std::size_t at = words.find("log "); at == 0 || words.find(": log ") + 2 == at) {
      log.push_back(words.substr(0, at) + words.substr(at + 4));
    }
  }
  std::vector<std::string> errors;
  for (const ScxmlError& error : world.errors()) errors.push_back(error.event);
  if (const auto* expected = script.find("trace")) reason = parting("line", *expected, trace);
  if (const auto* expected = script.find("log"); expected != nullptr && reason.empty()) {
    reason = parting("log", *expected, log);
  }
  if (const auto* expected = script.find("errors"); expected != nullptr && reason.empty()) {
    reason = parting("error", *expected, errors);
  }
  if (const auto* ended = script.find("ended"); ended != nullptr && reason.empty()) {
    if (ended->boolean != world.has_ended())
      reason = ended->boolean ? "it goes on" : "it has ended";
  }
  return reason;
}

struct Job {
  std::string id;
  fs::path file;
  Scope scope = Scope::run;
};

// "test403a" of "test403a.scxml" belongs to the manifest's 403a, or to 403 where it has no such
// row.
std::vector<Job> jobs_of(const fs::path& directory) {
  std::map<std::string, Scope> manifest;
  if (const fs::path path = directory / "manifest.csv"; fs::exists(path)) {
    const auto rows = read_csv(read(path));
    const auto column = [&](const char* name) {
      const auto place = std::find(rows[0].begin(), rows[0].end(), name);
      return static_cast<std::size_t>(place - rows[0].begin());
    };
    const std::size_t id = rows.empty() ? 0 : column("id");
    const std::size_t scope = rows.empty() ? 0 : column("in_scope");
    for (std::size_t i = 1; i < rows.size(); ++i) {
      if (rows[i].size() <= std::max(id, scope)) continue;
      manifest[rows[i][id]] = rows[i][scope] == "no"      ? Scope::out
                              : rows[i][scope] == "trace" ? Scope::trace
                                                          : Scope::run;
    }
  }
  std::vector<fs::path> files;
  std::string everything;
  for (const auto& entry : fs::directory_iterator(directory)) {
    if (entry.path().extension() != ".scxml") continue;
    files.push_back(entry.path());
    everything += read(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<Job> jobs;
  std::set<std::string> seen;
  for (const fs::path& file : files) {
    std::string id = file.stem().string();
    if (id.rfind("test", 0) == 0 && id.size() > 4) id = id.substr(4);
    auto row = manifest.find(id);
    if (row == manifest.end() && !id.empty()) row = manifest.find(id.substr(0, id.size() - 1));
    if (row == manifest.end()) {
      const bool is_named =
          everything.find("file:" + file.filename().string()) != std::string::npos ||
          everything.find("\"" + file.filename().string()) != std::string::npos;
      if (is_named) continue;
    } else {
      seen.insert(row->first);
    }
    jobs.push_back({id, file, row == manifest.end() ? Scope::run : row->second});
  }
  for (const auto& [id, scope] : manifest) {
    if (seen.count(id) == 0) jobs.push_back({id, {}, scope});
  }
  std::stable_sort(jobs.begin(), jobs.end(), [](const Job& a, const Job& b) {
    const auto number = [](const std::string& id) { return std::strtoul(id.c_str(), nullptr, 10); };
    return std::pair(number(a.id), a.id) < std::pair(number(b.id), b.id);
  });
  return jobs;
}

}  // namespace

int main(int argc, char** argv) {
  fs::path directory;
  std::string results;
  bool strict = false;
  RenderOptions how;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--results" && i + 1 < argc) {
      results = argv[++i];
    } else if (argument == "--strict") {
      strict = true;
    } else if (argument == "--lang" && i + 1 < argc) {
      how.language = std::string(argv[++i]) == "zh" ? Language::chinese : Language::english;
    } else {
      directory = argument;
    }
  }
  if (strict && fs::is_regular_file(directory)) {
    Sources sources;
    const std::uint32_t source = sources.add(directory.filename().string(), read(directory));
    const ScxmlRead document = from_scxml(
        sources, source,
        {.directory = directory.parent_path().empty() ? "." : directory.parent_path().string()});
    std::fputs(render(document.findings, sources, how).c_str(), stdout);
    return document.document != nullptr ? 0 : 1;
  }
  if (directory.empty() || !fs::is_directory(directory)) {
    std::fprintf(stderr,
                 "usage: scxml DIR [--results FILE] [--strict]\n"
                 "       scxml FILE --strict [--lang zh]\n");
    return 2;
  }
  std::ofstream file;
  if (!results.empty()) {
    file.open(results, std::ios::binary);
    if (!file) {
      std::fprintf(stderr, "cannot write %s\n", results.c_str());
      return 3;
    }
  }
  int passed = 0;
  int failed = 0;
  std::vector<std::string> skipped;
  for (const Job& job : jobs_of(directory)) {
    base::JsonWriter out;
    out.begin_object().key("id").string(job.id);
    if (!job.file.empty()) out.key("file").string(job.file.filename().string());
    std::string verdict;
    std::string reason;
    if (job.scope == Scope::out) {
      verdict = "skipped";
      reason = "out of scope";
    } else if (job.file.empty()) {
      verdict = "failed";
      reason = "the file is missing";
    } else {
      Sources sources;
      const std::uint32_t source = sources.add(job.file.filename().string(), read(job.file));
      const ScxmlRead document =
          from_scxml(sources, source, {.lenient = !strict, .directory = directory.string()});
      if (document.has_foreign_datamodel) {
        verdict = "skipped";
        reason = "another datamodel";
      } else if (strict) {
        verdict = document.document != nullptr ? "passed" : "failed";
        reason = render(document.findings, sources, how);
        if (!reason.empty()) std::fputs(reason.c_str(), stdout);
      } else if (document.document == nullptr) {
        verdict = "failed";
        reason = render(document.findings, sources, how);
      } else {
        ScxmlWorld world({});
        fs::path script = job.file;
        script.replace_extension(".json");
        const bool has_script = fs::exists(script);
        std::string off_script;
        if (has_script) {
          world.start(document.document);
          const base::JsonRead steps = base::read_json(read(script));
          off_script = steps ? play(world, *steps.value) : "the script is no JSON";
        } else {
          world.run(document.document);
        }
        const std::vector<std::string> states = world.configuration();
        const auto in = [&](const char* name) {
          return std::find(states.begin(), states.end(), name) != states.end();
        };
        const bool ok = has_script                  ? off_script.empty()
                        : job.scope == Scope::trace ? world.has_ended() && !in("fail")
                                                    : world.has_ended() && in("pass");
        verdict = ok && world.stopped().empty() ? "passed" : "failed";
        reason = world.stopped().empty() ? off_script : world.stopped();
        out.key("ended").boolean(world.has_ended());
        out.key("configuration").begin_array();
        for (const std::string& s : states) out.string(s);
        out.end_array().key("trace").begin_array();
        for (const std::string& line : world.trace()) out.raw(line);
        out.end_array().key("errors").begin_array();
        for (const ScxmlError& error : world.errors()) {
          out.begin_object().key("event").string(error.event).key("reason").string(error.reason);
          if (!error.session.empty()) out.key("session").string(error.session);
          out.end_object();
        }
        out.end_array();
      }
    }
    out.key("verdict").string(verdict);
    if (!reason.empty()) out.key("reason").string(reason);
    out.end_object().end_line();
    if (verdict == "passed") {
      ++passed;
    } else if (verdict == "skipped") {
      skipped.push_back(job.id);
    } else {
      ++failed;
      std::printf("failed: %s %s\n", job.id.c_str(), reason.c_str());
    }
    if (file.is_open()) {
      file << out.text();
    } else if (!strict) {
      std::fputs(out.text().c_str(), stdout);
    }
  }
  if (!skipped.empty()) {
    std::printf("skipped:");
    for (const std::string& id : skipped) std::printf(" %s", id.c_str());
    std::printf("\n");
  }
  std::printf("%d passed, %d failed, %zu skipped\n", passed, failed, skipped.size());
  return failed == 0 ? 0 : 1;
}
