// tck: runs the test cases of the DMN Technology Compatibility Kit.
//
//   tck DIR [--results FILE] [--failures FILE] [--report FILE] [--quiet]
//
// Runs every test file below DIR with the model beside it. --results writes one JSON line for each
// case and result node; --failures names a file with the cases that are known to fail ("path id" a
// line): then the exit code is 0 as long as no other case fails and each of them still does.
// --report writes the page docs/conformance.md.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "aftercare/dmn.hpp"
#include "aftercare/version.hpp"

#include "base/json_writer.hpp"
#include "conformance/tck_cases.hpp"
#include "value/object.hpp"

namespace {

using namespace aftercare;
using namespace aftercare::conformance;
namespace fs = std::filesystem;

std::optional<std::string> read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

struct Totals {
  std::size_t passed = 0;
  std::size_t failed = 0;
  std::size_t skipped = 0;
  std::size_t numbers = 0;        ///< results with numbers that pass
  std::size_t exact_numbers = 0;  ///< of these, equal digit for digit
};

std::string code_of(const Diagnostic& finding) {
  for (const auto& [name, word] : finding.words) {
    if (name == "fault") return word;
  }
  return std::string(finding.code);
}

bool has_number(const TckValue& value) {
  return (value.kind == TckValue::Kind::typed && value.value.is(Kind::number)) ||
         std::any_of(value.items.begin(), value.items.end(), has_number) ||
         std::any_of(value.components.begin(), value.components.end(),
                     [](const auto& c) { return has_number(c.second); });
}

class Runner {
 public:
  Runner(fs::path root, std::ostream* results, bool is_quiet)
      : root_(std::move(root)), results_(results), is_quiet_(is_quiet) {}

  void run_file(const fs::path& path) {
    const std::optional<std::string> text = read_file(path);
    if (!text) return;
    Sources sources;
    const std::uint32_t number = sources.add(path.string(), *text);
    Diagnostics findings;
    const TckFile file = read_test_file(sources, number, findings);
    shown_path_ = path.lexically_relative(root_).generic_string();
    if (has_errors(findings)) {
      fail_file(render(findings, sources), codes_of(findings));
      return;
    }
    if (!file.is_test_file) return;

    std::vector<DmnFile> models;
    const fs::path main = path.parent_path() / file.model;
    if (auto model = read_file(main)) models.push_back({main.string(), *std::move(model)});
    std::vector<fs::path> others;
    for (const auto& entry : fs::directory_iterator(path.parent_path())) {
      if (entry.path().extension() == ".dmn" && entry.path() != main) {
        others.push_back(entry.path());
      }
    }
    std::sort(others.begin(), others.end());
    for (const fs::path& other : others) {
      if (auto model = read_file(other)) models.push_back({other.string(), *std::move(model)});
    }
    std::optional<DmnModel> model;
    Lacking why;
    if (models.empty()) {
      why = {"\n    no model " + file.model, {"error"}};
    } else {
      Checked<DmnModel> loaded = load_dmn(std::move(models));
      if (loaded) {
        model = *std::move(loaded);
      } else {
        why = {"\n" + render(loaded.diagnostics(), loaded.sources()),
               codes_of(loaded.diagnostics())};
      }
    }
    for (const TckCase& test : file.cases) run_case(test, model, why);
  }

  const Totals& totals() const { return totals_; }
  /// By the folder of the test file.
  const std::map<std::string, Totals>& by_folder() const { return by_folder_; }
  const std::set<std::string>& failures() const { return failures_; }

 private:
  enum class Verdict { passed, failed, skipped };
  /// Why there is no model.
  struct Lacking {
    std::string note;
    std::vector<std::string> codes;
  };

  static std::vector<std::string> codes_of(const Diagnostics& findings) {
    std::vector<std::string> out;
    for (const Diagnostic& finding : findings)
      if (severity(finding) == Severity::error) out.push_back(code_of(finding));
    return out;
  }

  /// A file that cannot be read may hold cases: it counts as one that failed.
  void fail_file(const std::string& note, const std::vector<std::string>& codes) {
    write_result({}, {}, {}, codes);
    for (Totals* totals : {&totals_, &by_folder_[fs::path(shown_path_).parent_path().string()]})
      ++totals->failed;
    failures_.insert(shown_path_);
    if (!is_quiet_) std::cout << "FAILED " << shown_path_ << ": it cannot be read\n" << note << "\n";
  }

  static Result<DmnAnswer> evaluate(const DmnModel& model, const TckCase& test,
                                    const TckResult& wanted) {
    Context inputs;
    for (const TckInput& input : test.inputs) {
      Type type;
      for (const auto& [name, declared] : model.inputs()) {
        if (name == input.name) type = declared;
      }
      inputs.emplace_back(input.name, to_value(input.value, type));
    }
    // Any instant will do: the suite asks only whether now() and today() are temporal.
    DmnSurroundings around;
    around.now = Instant{1'750'000'000'000'000};
    if (test.type == "decisionService") {
      const std::string& service = test.invocable.empty() ? wanted.node : test.invocable;
      Result<DmnAnswer> answer = model.call_service(service, inputs, around);
      if (!answer) return answer;
      // Of several outputs the result node names one.
      if (answer->value.is(Kind::context) && wanted.node != service) {
        if (const Value* one = answer->value.find(wanted.node)) {
          DmnAnswer part = *answer;
          part.value = Value(*one);
          return part;
        }
      }
      return answer;
    }
    if (test.type == "bkm" || wanted.type == "bkm") {
      const std::string& name = test.invocable.empty() ? wanted.node : test.invocable;
      return model.call_knowledge(name, inputs, around);
    }
    Result<DmnAnswer> answer = model.evaluate(wanted.node, inputs, around);
    if (!answer && answer.error().code == ErrorCode::not_found) {
      Result<DmnAnswer> service = model.call_service(wanted.node, inputs, around);
      if (service || service.error().code != ErrorCode::not_found) return service;
      Result<DmnAnswer> knowledge = model.call_knowledge(wanted.node, inputs, around);
      if (knowledge || knowledge.error().code != ErrorCode::not_found) return knowledge;
    }
    return answer;
  }

  void run_case(const TckCase& test, const std::optional<DmnModel>& model, const Lacking& why) {
    Verdict verdict = Verdict::passed;
    for (const TckResult& wanted : test.results) {
      const Verdict one = run_result(test, wanted, model, why);
      if (one == Verdict::failed || verdict == Verdict::passed) verdict = one;
    }
    for (Totals* totals : {&totals_, &by_folder_[fs::path(shown_path_).parent_path().string()]}) {
      totals->passed += verdict == Verdict::passed ? 1 : 0;
      totals->failed += verdict == Verdict::failed ? 1 : 0;
      totals->skipped += verdict == Verdict::skipped ? 1 : 0;
    }
    if (verdict == Verdict::failed) failures_.insert(shown_path_ + " " + test.id);
  }

  Verdict run_result(const TckCase& test, const TckResult& wanted,
                     const std::optional<DmnModel>& model, const Lacking& why) {
    Value value;
    std::vector<std::string> codes;
    std::string note;
    bool is_external = false;
    bool has_answer = false;
    if (!model) {
      note = why.note;
      codes = why.codes;
    } else {
      Result<DmnAnswer> answer = evaluate(*model, test, wanted);
      if (answer) {
        // A value that cannot be written ends as where any other budget runs out.
        if (const auto written = aftercare::value::written(answer->value); !written)
          answer = written.error();
      }
      if (answer) {
        has_answer = true;
        value = answer->value;
        for (const Diagnostic& finding : answer->diagnostics) {
          if (severity(finding) != Severity::error) continue;
          codes.push_back(code_of(finding));
          is_external =
              is_external || finding.code == "AC1224" || codes.back() == "external_function";
          if (note.size() < 600) note += "\n    " + message(finding, Language::english);
        }
      } else {
        codes.push_back("error");
        note = "\n    " + answer.error().message;
      }
    }
    write_result(test, wanted, value, codes);
    if (is_external) return Verdict::skipped;
    Verdict verdict = Verdict::failed;
    const bool wants_null = wanted.is_error && wanted.expected.kind == TckValue::Kind::null;
    if (has_answer && wants_null) {
      if (value.is_null() && !codes.empty()) verdict = Verdict::passed;
    } else if (has_answer) {
      const Comparison comparison = compare(wanted.expected, value);
      if (comparison.is_equal) {
        verdict = Verdict::passed;
        if (has_number(wanted.expected)) {
          ++totals_.numbers;
          totals_.exact_numbers += comparison.is_exact ? 1 : 0;
        }
      }
    }
    if (verdict == Verdict::failed && !is_quiet_) {
      std::cout << "FAILED " << shown_path_ << " case " << test.id << " node " << wanted.node
                << "\n  expected "
                << (wants_null ? "an error and null" : to_text(wanted.expected))
                << "\n  actual   " << (has_answer ? value.to_text() : "none");
      if (wants_null && codes.empty()) std::cout << ", no diagnostic";
      std::cout << note << "\n";
    }
    return verdict;
  }

  void write_result(const TckCase& test, const TckResult& wanted, const Value& value,
                    const std::vector<std::string>& codes) {
    if (results_ == nullptr) return;
    base::JsonWriter out;
    out.begin_object().key("file").string(shown_path_).key("case").string(test.id);
    out.key("node").string(wanted.node).key("value").raw(result_json(value));
    out.key("diagnostics").begin_array();
    for (const std::string& code : codes) out.string(code);
    out.end_array().end_object();
    *results_ << out.text() << "\n";
  }

  fs::path root_;
  std::ostream* results_;
  bool is_quiet_;
  std::string shown_path_;
  Totals totals_;
  std::map<std::string, Totals> by_folder_;
  std::set<std::string> failures_;
};

void write_report(std::ostream& out, const Runner& runner, const fs::path& directory) {
  const Totals& all = runner.totals();
  out << "# Conformance with DMN\n\n"
      << "Written by `tck DIR --report docs/conformance.md`, aftercare " << AFTERCARE_VERSION_MAJOR
      << "." << AFTERCARE_VERSION_MINOR << "." << AFTERCARE_VERSION_PATCH << ".\n\n";
  if (const auto notice = read_file(directory / "NOTICE")) {
    out << "Suite: " << notice->substr(0, notice->find('\n')) << "\n\n";
  }
  out << "A case that expects an error passes only where the value is null and an error was told. "
         "Numbers\n"
         "pass with an absolute difference below 1e-8, as in the suite's own runners; "
      << all.exact_numbers << " of the " << all.numbers
      << " results\nwith numbers are equal digit for digit. Skipped are the cases that call "
         "external Java, "
         "which is not\nrun, and nothing else.\n\n"
      << "**" << all.passed << " passed, " << all.failed << " failed, " << all.skipped
      << " skipped.**\n\n| folder | passed | failed | skipped |\n| --- | ---: | ---: | ---: |\n";
  for (const auto& [folder, totals] : runner.by_folder()) {
    out << "| " << folder << " | " << totals.passed << " | " << totals.failed << " | "
        << totals.skipped << " |\n";
  }
}

int usage() {
  std::cerr << "usage: tck DIR [--results FILE] [--failures FILE] [--report FILE] [--quiet]\n";
  return 2;
}

/// Lines "path id"; empty lines and those with # are comments.
std::set<std::string> read_known(const std::string& path) {
  std::set<std::string> known;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    if (!line.empty() && line.front() != '#') known.insert(line);
  }
  return known;
}

}  // namespace

int main(int argc, char** argv) {
  std::string directory;
  std::string results_path;
  std::string known_path;
  std::string report_path;
  bool is_quiet = false;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--results" && i + 1 < argc) {
      results_path = argv[++i];
    } else if (argument == "--failures" && i + 1 < argc) {
      known_path = argv[++i];
    } else if (argument == "--report" && i + 1 < argc) {
      report_path = argv[++i];
    } else if (argument == "--quiet") {
      is_quiet = true;
    } else if (directory.empty() && argument.substr(0, 1) != "-") {
      directory = argument;
    } else {
      return usage();
    }
  }
  if (directory.empty()) return usage();
  if (!fs::is_directory(directory)) {
    std::cerr << "no directory " << directory << "\n";
    return 2;
  }
  std::ofstream results;
  if (!results_path.empty()) {
    results.open(results_path, std::ios::binary);
    if (!results) {
      std::cerr << "cannot write " << results_path << "\n";
      return 2;
    }
  }
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (entry.is_regular_file() && entry.path().extension() == ".xml") {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  Runner runner(directory, results_path.empty() ? nullptr : &results, is_quiet);
  for (const fs::path& file : files) runner.run_file(file);

  if (!report_path.empty()) {
    std::ofstream report(report_path, std::ios::binary);
    write_report(report, runner, directory);
    if (!report) {
      std::cerr << "cannot write " << report_path << "\n";
      return 2;
    }
  }
  const Totals& totals = runner.totals();
  int exit_code = totals.failed == 0 ? 0 : 1;
  if (!known_path.empty()) {
    const std::set<std::string> known = read_known(known_path);
    exit_code = 0;
    for (const std::string& failure : runner.failures()) {
      if (known.contains(failure)) continue;
      std::cout << "newly failing: " << failure << "\n";
      exit_code = 1;
    }
    for (const std::string& line : known) {
      if (runner.failures().contains(line)) continue;
      std::cout << "passes now, take it from the list: " << line << "\n";
      exit_code = 1;
    }
  }
  std::cout << totals.exact_numbers << " of " << totals.numbers
            << " results with numbers equal digit for digit\n";
  std::cout << totals.passed << " passed, " << totals.failed << " failed, " << totals.skipped
            << " skipped\n";
  return exit_code;
}
