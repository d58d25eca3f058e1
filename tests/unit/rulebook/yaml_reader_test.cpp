#include "rulebook/yaml_reader.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/unicode.hpp"

namespace aftercare::rulebook {
namespace {

struct ReadFile {
  Sources sources;
  Diagnostics findings;
  std::optional<Node> root;
};

ReadFile read(std::string text, const YamlLimits& limits = {}) {
  ReadFile out;
  out.sources.add("test.yaml", std::move(text));
  base::Findings findings;
  out.root = read_yaml(out.sources, 0, findings, limits);
  out.findings = findings.take();
  return out;
}

/// The code points of a scalar each lead to bytes that, read plainly, are that code point; what
/// stands for others (escapes, folds) leads to bytes within the token.
::testing::AssertionResult leads_back(const Node& node, const Sources& sources) {
  std::uint32_t last = node.span.begin;
  for (std::size_t at = 0; at < node.text.size();) {
    const std::size_t bytes = base::decode(node.text, at).bytes;
    const SourceSpan span = node.span_of(at, at + bytes);
    const std::string_view written = sources.text(span);
    const std::string_view wanted = std::string_view(node.text).substr(at, bytes);
    const bool may_differ =
        node.style != NodeStyle::literal &&
        (wanted == " " || wanted == "\n" || written.find('\\') == 0 || written == "''");
    if (written != wanted && !may_differ &&
        !(wanted == "\n" && (written == "\r\n" || written == "\r" || written.empty())))
      return ::testing::AssertionFailure() << "byte " << at << " of \"" << node.text << "\": \""
                                           << wanted << "\" leads to \"" << written << '"';
    if (span.begin < last || span.end > node.span.end + 2)
      return ::testing::AssertionFailure()
             << "byte " << at << " of \"" << node.text << "\" leads out of order or token";
    last = span.begin;
    at += bytes;
  }
  return ::testing::AssertionSuccess();
}

/// Calls `visit` for every node, keys too.
template <class Visit>
void each_node(const Node& node, const Visit& visit) {
  visit(node);
  for (const Node& item : node.items) each_node(item, visit);
  for (const Entry& entry : node.entries) {
    each_node(entry.key, visit);
    each_node(entry.value, visit);
  }
}

/// Spans of nodes and findings lie inside the text, children inside their parents.
void expect_sound(const ReadFile& file) {
  const auto size = static_cast<std::uint32_t>(file.sources.text(0).size());
  const auto expect_inside = [size](const SourceSpan& span) {
    EXPECT_EQ(span.file, 0u);
    EXPECT_LE(span.begin, span.end);
    EXPECT_LE(span.end, size);
  };
  for (const Diagnostic& finding : file.findings) {
    expect_inside(finding.span);
    for (const DiagnosticNote& note : finding.notes)
      if (note.span) expect_inside(*note.span);
    EXPECT_EQ(message(finding, Language::english).find('\n'), std::string::npos);
  }
  if (!file.root) {
    EXPECT_TRUE(has_errors(file.findings));
    return;
  }
  each_node(*file.root, [&](const Node& node) {
    expect_inside(node.span);
    if (node.is_scalar()) expect_inside(node.span_of(0, node.text.size()));
  });
}

std::vector<std::string> example_files() {
  std::vector<std::string> out;
  const char* source = std::getenv("AFTERCARE_SOURCE");
  if (source == nullptr) return out;
  for (const char* folder : {"tests/golden/yaml/good", "tests/golden/yaml/bad", "rules"}) {
    const auto path = std::filesystem::path(source) / folder;
    if (!std::filesystem::exists(path)) continue;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path)) {
      if (entry.path().extension() != ".yaml") continue;
      std::ifstream in(entry.path(), std::ios::binary);
      out.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
    }
  }
  return out;
}

TEST(ReadYaml, gives_a_tree_in_the_order_of_the_file) {
  const ReadFile file = read("b: 1\na:\n  - x\n  - {k: v}\n");
  ASSERT_TRUE(file.root);
  EXPECT_TRUE(file.findings.empty());
  ASSERT_EQ(file.root->entries.size(), 2u);
  EXPECT_EQ(file.root->entries[0].key.text, "b");
  const Node& list = file.root->find("a")->value;
  ASSERT_TRUE(list.is_list());
  EXPECT_EQ(list.items[1].find("k")->value.text, "v");
  EXPECT_EQ(file.sources.text(list.items[1].span), "{k: v}");
  EXPECT_EQ(file.root->find("none"), nullptr);
}

TEST(ReadYaml, every_scalar_stays_text) {
  const ReadFile file = read("[1, true, null, 2024-02-29, 0x10, 1e3, ~]");
  ASSERT_TRUE(file.root);
  std::string all;
  for (const Node& item : file.root->items) all += item.text + ";";
  EXPECT_EQ(all, "1;true;null;2024-02-29;0x10;1e3;~;");
}

TEST(ReadYaml, an_empty_range_of_a_scalar_has_its_place) {
  const ReadFile file = read("a: 'x''y'\n");
  ASSERT_TRUE(file.root);
  const Node& value = file.root->entries[0].value;
  EXPECT_EQ(value.span_of(0, 0), (SourceSpan{0, 4, 4}));
  EXPECT_EQ(value.span_of(2, 2), (SourceSpan{0, 7, 7}));
  EXPECT_EQ(value.span_of(3, 3), (SourceSpan{0, 8, 8}));
  EXPECT_EQ(value.span_of(1, 2), (SourceSpan{0, 5, 7}));
  EXPECT_EQ(value.span_of(100, 200), (SourceSpan{0, 8, 8}));
}

TEST(ReadYaml, every_character_of_the_examples_leads_back_to_its_source) {
  const std::vector<std::string> files = example_files();
  ASSERT_FALSE(files.empty());
  std::size_t scalars = 0;
  for (const std::string& text : files) {
    const ReadFile file = read(text);
    expect_sound(file);
    if (!file.root) continue;
    each_node(*file.root, [&](const Node& node) {
      if (!node.is_scalar()) return;
      ++scalars;
      EXPECT_TRUE(leads_back(node, file.sources));
    });
  }
  EXPECT_GT(scalars, 100u);
}

/// Writes a random text in a random style; what is read must lead back.
TEST(ReadYaml, random_scalars_of_every_style_lead_back) {
  std::mt19937 random(20240229);
  const auto pick = [&random](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  const std::vector<std::string> words{"days",       "天数", "<",   "3",   "e\u0301", "😀",  "or",
                                       "维修、安装", "a\tb", "x's", "\\n", "a#b",     "“q”"};
  std::size_t read_files = 0;
  for (int round = 0; round < 4000; ++round) {
    const std::size_t style = pick(5);
    const std::string_view line_end = pick(4) == 0 ? "\r\n" : "\n";
    std::string body;
    const std::size_t lines = 1 + pick(4);
    for (std::size_t line = 0; line < lines; ++line) {
      if (line > 0)
        body += std::string(line_end) +
                (pick(4) == 0 ? std::string(pick(6), ' ') + std::string(line_end) : "");
      if (line > 0 || style >= 3) body += std::string(6, ' ');
      if (style >= 3 && line > 0) body += std::string(pick(3), ' ');
      const std::size_t count = 1 + pick(4);
      for (std::size_t word = 0; word < count; ++word) {
        if (word > 0) body += std::string(1 + pick(2), ' ');
        std::string text = words[pick(words.size())];
        if (style == 1 && text == "x's") text = "x''s";
        if (style == 2 && pick(5) == 0) text = "\\u4e2d\\x41\\\"\\t";
        body += text;
      }
    }
    static const char* const chomps[] = {"", "-", "+"};
    std::string value;
    if (style == 0) value = body;
    if (style == 1) value = "'" + body + "'";
    if (style == 2) value = "\"" + body + "\"";
    if (style == 3) value = "|" + std::string(chomps[pick(3)]) + std::string(line_end) + body;
    if (style == 4) value = ">" + std::string(chomps[pick(3)]) + std::string(line_end) + body;
    const std::size_t flow =
        style < 3 ? pick(4) : 0;  // of the styles that may stand in { } and [ ]
    if (flow == 1) value = "{k: " + value + ", z: 1}";
    if (flow == 2) value = "[" + value + " , 2]";
    const std::string end(line_end);
    const std::string text = "前: 1" + end + "说明:" + end + "  - key: " + value + end +
                             (pick(2) == 0 ? end : "") + "后: 2" + end;
    const ReadFile file = read(text);
    expect_sound(file);
    if (!file.root) continue;  // a plain text that begins with an indicator
    ++read_files;
    each_node(*file.root, [&](const Node& node) {
      EXPECT_TRUE(!node.is_scalar() || leads_back(node, file.sources)) << text;
    });
    if (::testing::Test::HasFailure()) return;
  }
  EXPECT_GT(read_files, 3000u);
}

/// AFTERCARE_ROUNDS makes it longer.
TEST(ReadYaml, random_damage_gives_findings_inside_the_text) {
  const char* wanted = std::getenv("AFTERCARE_ROUNDS");
  const int rounds = wanted != nullptr ? std::atoi(wanted) : 5000;
  std::vector<std::string> files = example_files();
  ASSERT_FALSE(files.empty());
  std::mt19937 random(7);
  const auto pick = [&random](std::size_t n) {
    return n == 0 ? 0 : static_cast<std::size_t>(random() % n);
  };
  static const std::string_view pieces[] = {":",
                                            ": ",
                                            "- ",
                                            "? ",
                                            "{",
                                            "}",
                                            "[",
                                            "]",
                                            ",",
                                            "\"",
                                            "'",
                                            "|",
                                            ">",
                                            "&a ",
                                            "*a",
                                            "!t ",
                                            "#",
                                            " #",
                                            "\n",
                                            "\r\n",
                                            "\r",
                                            "\t",
                                            "  ",
                                            "%",
                                            "@",
                                            "\\",
                                            "---\n",
                                            "...\n",
                                            "：",
                                            "，",
                                            "\xEF\xBB\xBF",
                                            "\xE4",
                                            "\xFF",
                                            "null",
                                            "~",
                                            "<<: ",
                                            "|2\n",
                                            ">-\n",
                                            "\"\\u12",
                                            "\n\n",
                                            "- - ",
                                            "0",
                                            std::string_view("\0", 1)};
  for (int round = 0; round < rounds; ++round) {
    std::string text = files[pick(files.size())];
    if (text.size() > 4000) {
      const std::size_t from = pick(text.size() - 2000);
      text = text.substr(from, 2000);
    }
    for (std::size_t damage = 1 + pick(4); damage > 0; --damage) {
      const std::size_t at = pick(text.size() + 1);
      switch (pick(5)) {
        case 0:
          text.erase(at, 1 + pick(5));
          break;
        case 1:
          text.insert(at, pieces[pick(std::size(pieces))]);
          break;
        case 2:
          if (at < text.size()) text[at] = static_cast<char>(random());
          break;
        case 3:
          text.insert(at, text.substr(pick(text.size() + 1), pick(40)));
          break;
        default:
          text.insert(at, pieces[pick(std::size(pieces))]);
          text.insert(pick(text.size()), pieces[pick(std::size(pieces))]);
          break;
      }
    }
    const ReadFile file = read(text);
    expect_sound(file);
    EXPECT_EQ(render(file.findings, file.sources).empty(), file.findings.empty());
    if (::testing::Test::HasFailure()) {
      ADD_FAILURE() << "round " << round << ":\n" << text;
      return;
    }
  }
}

TEST(ReadYaml, limits_hold) {
  YamlLimits limits;
  limits.file_bytes = 100;
  EXPECT_EQ(read(std::string(101, 'a'), limits).findings.at(0).code, "AC0101");
  limits = {};
  limits.depth = 3;
  EXPECT_TRUE(read("a: {b: {c: 1}}", limits).root);
  EXPECT_EQ(read("a: {b: {c: {d: 1}}}", limits).findings.at(0).code, "AC0121");
  limits = {};
  limits.nodes = 5;
  EXPECT_EQ(read("[1, 2, 3, 4, 5]", limits).findings.at(0).code, "AC0131");
}

TEST(ExplainScalar, tells_a_key_that_went_wrong_from_a_text) {
  const auto code = [](std::string text) -> std::string_view {
    const ReadFile file = read(std::move(text));
    const auto slip = explain_scalar(file.root->entries.at(0).value);
    return slip ? slip->code : std::string_view();
  };
  EXPECT_EQ(code("a:\n  说明：全角冒号\n"), "AC0110");
  EXPECT_EQ(code("a:\n  name:value\n"), "AC0112");
  EXPECT_EQ(code("a: plain words\n"), "");
  EXPECT_EQ(code("a: https://example.org\n"), "");
  EXPECT_EQ(code("a: 09:30:01 arrived\n"), "");
  EXPECT_EQ(code("a: '说明：有引号'\n"), "");
}

}  // namespace
}  // namespace aftercare::rulebook
