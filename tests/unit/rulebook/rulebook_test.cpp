#include "aftercare/rulebook.hpp"

#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

#include "rulebook/access.hpp"
#include "rulebook/print.hpp"

namespace aftercare {
namespace {

std::string liabilities() {
  const char* source = std::getenv("AFTERCARE_SOURCE");
  return std::string(source ? source : ".") + "/rules/appliance/installer_liabilities";
}

const char* const small = R"(aftercare: 1
pack: repairs
title: one
source: T
version: 1
timezone: UTC
roles: {desk: a, technician: b}
procedure repair:
  title: two
  key: number
  case: {number: string, technician: technician}
  facts:
    reported: {opens: waiting, by: desk, gives: [number, technician]}
    fixed: {by: technician}
  states:
    waiting: {when: {fixed: done}}
    done: final
articles:
  C01:
    text: in time
    parameter limit: {is: duration, from: 1h, to: 3h}
    reading mode: strict | lenient
    clock repair.repairing: {start: reported, stop: fixed, within: limit}
    offence repair.late:
      when: repairing breached
      if: mode = strict
      who: technician
      fine: 50 CNY
)";

Rulebook rules_of(std::string text, const std::string& overlay = {}) {
  CheckOptions options;
  if (!overlay.empty()) options.overlay_texts.push_back({"overlay.yaml", overlay});
  return check_texts({{"pack.yaml", std::move(text)}}, options).value();
}

TEST(Rulebook, the_installers_liabilities_load_without_findings) {
  const auto rules = check(liabilities());
  EXPECT_TRUE(rules.diagnostics().empty()) << render(rules.diagnostics(), rules.sources());
  ASSERT_TRUE(rules);
  EXPECT_EQ(rules->clauses().size(), 14U);
  for (const ClauseView& clause : rules->clauses()) {
    EXPECT_FALSE(clause.rules.empty()) << clause.id;
  }
  EXPECT_EQ(rules->procedures().size(), 2U);
  std::string unset;
  for (const ParameterView& parameter : rules->unset_parameters()) {
    unset += parameter.name + " " + parameter.clause + "\n";
  }
  EXPECT_EQ(unset,
            "market_value_source S2-09-C01\nhand_in_within S2-09-C02\n"
            "completion_within S2-09-C07\nattempt_window S2-09-C11\nworking_hours S2-09-C14\n");
}

TEST(Rulebook, the_hash_is_of_the_logic_alone) {
  const std::string base = rules_of(small).logic_hash();
  EXPECT_EQ(base.size(), 64U);
  const auto changed = [](std::string from, const std::string& to) {
    std::string text = small;
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
  };
  EXPECT_EQ(rules_of(changed("title: one", "title: uno")).logic_hash(), base);
  EXPECT_EQ(rules_of(changed("title: two", "title: due   # a comment")).logic_hash(), base);
  EXPECT_EQ(rules_of(changed("text: in time", "text: too late")).logic_hash(), base);
  EXPECT_EQ(
      rules_of(changed("if: mode = strict", "if: >-\n        mode\n        = strict")).logic_hash(),
      base);
  EXPECT_EQ(rules_of(small, "aftercare: 1\noverlay: a\nparameters: {limit: 2h}\n").logic_hash(),
            base);
  EXPECT_NE(rules_of(changed("50 CNY", "51 CNY")).logic_hash(), base);
  EXPECT_NE(rules_of(changed("when: {fixed: done}", "when: {fixed: stay}, after: {1d: done}"))
                .logic_hash(),
            base);
  EXPECT_NE(rules_of(small, "aftercare: 1\noverlay: a\nreadings: {mode: lenient}\n").logic_hash(),
            base);
}

TEST(Rulebook, each_cell_of_a_table_counts_in_the_hash) {
  const auto with_rows = [](const std::string& first, const std::string& answer) {
    return rules_of(std::string(small) +
                    "    table grade:\n"
                    "      inputs: {hours: number}\n"
                    "      output: {level: string}\n"
                    "      rows: |\n"
                    "        | hours || level | why |\n"
                    "        | " +
                    first + " || \"" + answer +
                    "\" | short |\n"
                    "        | >= 3 || \"high\" | long |\n"
                    "    let repair.level: grade(2)\n")
        .logic_hash();
  };
  const std::string base = with_rows("< 3", "low");
  EXPECT_EQ(with_rows("<  3", "low"), base);
  EXPECT_NE(with_rows("< 3", "lower"), base);
}

TEST(Rulebook, an_overlay_sets_values_within_their_bounds) {
  const Rulebook rules =
      rules_of(small, "aftercare: 1\noverlay: a\nfor: repairs\nparameters: {limit: 2h}\n");
  EXPECT_TRUE(rules.unset_parameters().empty());
  const auto model = rulebook::model_of(rules);
  const step::ParameterValues values = rulebook::parameters_of(rules);
  ASSERT_EQ(values.size(), model->parameters.size());
  ASSERT_EQ(model->parameters[0].name, "limit");
  EXPECT_EQ(values[0].as_days_duration(), (rt::Duration{7200, 0}));
  CheckOptions options;
  options.overlay_texts.push_back(
      {"o.yaml", "aftercare: 1\noverlay: a\nparameters: {limit: 4h}\n"});
  const auto outside = check_texts({{"pack.yaml", small}}, options);
  ASSERT_FALSE(outside);
  EXPECT_EQ(outside.diagnostics().at(0).code, "AC0803");
}

TEST(Rulebook, a_shape_shows_states_and_what_leads_from_one_to_another) {
  const auto shapes = rules_of(small).procedures();
  ASSERT_EQ(shapes.size(), 1U);
  ASSERT_EQ(shapes[0].states.size(), 2U);
  EXPECT_TRUE(shapes[0].states[0].is_initial);
  EXPECT_EQ(shapes[0].states[1].kind, StateShape::Kind::final);
  ASSERT_EQ(shapes[0].transitions.size(), 1U);
  EXPECT_EQ(shapes[0].transitions[0].when, "fixed");
  EXPECT_EQ(shapes[0].transitions[0].to, std::vector<std::size_t>{1});
}

TEST(Rulebook, nothing_at_a_path_is_a_finding) {
  const auto rules = check("no/such/folder");
  ASSERT_FALSE(rules);
  ASSERT_EQ(rules.diagnostics().size(), 1U);
}

TEST(Sha256, gives_the_digests_of_the_standard) {
  EXPECT_EQ(rulebook::sha256(""),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(rulebook::sha256("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(rulebook::sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

}  // namespace
}  // namespace aftercare
