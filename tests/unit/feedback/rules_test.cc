#include "feedback/rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "support/file.h"

namespace castra {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string kShare = std::string(CASTRA_SOURCE_DIR) + "/share/castra";

FeedbackRules shipped() {
  auto rules = FeedbackRules::load(kShare);
  EXPECT_TRUE(rules.has_value()) << rules.error().to_string();
  return rules.value_or(FeedbackRules{});
}

std::vector<std::string> ids(const std::vector<RuleHit>& hits) {
  std::vector<std::string> out;
  for (const RuleHit& hit : hits) out.push_back(hit.rule->id);
  return out;
}

/// An outcome of the first kind that the rule applies to, with every field filled in.
Outcome outcome_for(const FeedbackRule& rule) {
  const std::string word = rule.outcomes.empty() ? "" : rule.outcomes.front();
  if (rule.stage == FeedbackStage::Performance) return {Measured{{0.5}, 0.5, true}, "", 1};
  if (word == "invalid-mapping") return {InvalidMapping{{"reason"}}, "", 0};
  if (rule.stage == FeedbackStage::Compile) return {CompileError{}, "", 0};
  if (word == "out-of-memory") return {OutOfMemory{"t", 1, "FBMEM", Bytes{4096}, ""}, "", 1};
  if (word == "timed-out") return {TimedOut{30, false}, "", 30};
  if (word == "wrong-result") return {WrongResult{"off by one"}, "", 1};
  return {RunFailed{1, std::nullopt, "failed"}, "", 1};
}

TEST(ShippedRules, EveryRuleFiresOnItsExample) {
  const FeedbackRules rules = shipped();
  ASSERT_GE(rules.rules().size(), 25U);
  for (const FeedbackRule& rule : rules.rules()) {
    EXPECT_THAT(ids(rules.match(outcome_for(rule), Metric{}, rule.example)), Contains(rule.id));
  }
}

struct Published {
  const char* raw;
  const char* rule;
};

TEST(ShippedRules, CoverTheNinePublishedTexts) {
  const FeedbackRules rules = shipped();
  const Published published[] = {
      {"Compile Error: Syntax error, unexpected :, expecting {", "colon-in-function"},
      {"Compile Error: IndexTaskMap's function undefined", "index-map-function-undefined"},
      {"Compile Error: mgpu not found", "machine-variable-undefined"},
      {"Execution Error: Assertion failed: stride does not match expected value.",
       "stride-mismatch"},
      {"Execution Error: DGEMM parameter number 8 had an illegal value", "blas-parameter"},
      {"Execution Error: Slice processor index out of bound", "index-outside-machine"},
      {"Execution Error: Assertion 'event.exists()' failed", "instance-limit-event"},
      {"Performance Metric: Execution time is 0.03s.", "time-measured"},
      {"Performance Metric: Achieved throughput = 4877 GFLOPS", "throughput-measured"},
  };
  for (const Published& text : published) {
    EXPECT_THAT(ids(rules.match_text(text.raw)), Contains(text.rule)) << text.raw;
  }
}

TEST(ShippedRules, KnowTheOldToolsOwnSpellings) {
  const FeedbackRules rules = shipped();
  EXPECT_THAT(
      ids(rules.match_text("Error at line 3:\n\tsyntax error, unexpected ':', expecting '{'")),
      Contains("colon-in-function"));
  EXPECT_THAT(ids(rules.match_text("IndexTaskMap's mapping function is undefined")),
              Contains("index-map-function-undefined"));
  EXPECT_THAT(ids(rules.match_text("Slice processor index out of bound!\n4 >= 4")),
              Contains("index-outside-machine"));
  EXPECT_THAT(ids(rules.match_text("a.cc:7: int f(): Assertion `event.exists()' failed.")),
              Contains("instance-limit-event"));
}

TEST(ShippedRules, ReadTheDefaultMappersOwnWording) {
  const FeedbackRules rules = shipped();
  const auto hits = rules.match_text(
      "[0 - 7f0d642d1000]    0.338531 {5}{default_mapper}: Default mapper failed allocation of "
      "size 2544000 "
      "bytes for region  requirement 3 of task calculate_new_currents (UID 81) in memory "
      "1e00000000000002 "
      "(GPU_FB_MEM) for processor 1d00000000000003 (TOC_PROC). This means the working set");
  ASSERT_EQ(ids(hits), std::vector<std::string>{"default-mapper-allocation"});
  EXPECT_EQ(
      hits[0].explanation,
      "The data of calculate_new_currents (argument 3, 2544000 bytes) do not fit into GPU_FB_MEM.");
}

TEST(ShippedRules, SayNothingOnUnrelatedText) {
  EXPECT_THAT(shipped().match_text("hello\nall is well\n"), IsEmpty());
}

TEST(ShippedRules, FallbackFiresOnlyAlone) {
  const FeedbackRules rules = shipped();
  const Outcome failed{RunFailed{1, std::nullopt, "x"}, "", 1};
  EXPECT_THAT(ids(rules.match(failed, Metric{}, "something odd")),
              ::testing::ElementsAre("run-failed"));
  EXPECT_THAT(ids(rules.match(failed, Metric{}, "stride does not match expected value")),
              ::testing::ElementsAre("stride-mismatch"));
}

TEST(ShippedRules, SurviveHostileText) {
  const FeedbackRules rules = shipped();
  std::string text(300000, 'a');
  for (int i = 0; i < 2000; ++i)
    text += "processor index (((( GPU MEM " + std::string(40, ' ') + "\n";
  text += std::string(5000, '\0');
  EXPECT_NO_THROW(rules.match_text(text));
}

std::string error_of(const std::string& toml) {
  const auto rules = FeedbackRules::parse(toml, "my.toml");
  return rules ? "no error" : rules.error().to_string();
}

TEST(RulesFile, NamesFileRuleAndKey) {
  const std::string rest = "level = \"execution\"\nmatch = [\"x\"]\nexample = \"x\"\n";
  EXPECT_THAT(error_of("[[rule]]\n" + rest + "suggest = \"s\""),
              HasSubstr("my.toml: rule 1: key 'id' is missing"));
  EXPECT_THAT(error_of("[[rule]]\nid = \"a\"\n" + rest),
              HasSubstr("'a': needs 'explain' or 'suggest'"));
  EXPECT_THAT(error_of("[[rule]]\nid = \"a\"\nsugest = \"s\"\n" + rest),
              AllOf(HasSubstr("unknown key 'sugest'"), HasSubstr("did you mean 'suggest'")));
  EXPECT_THAT(error_of("[[rule]]\nid = \"a\"\nsuggest = \"{x}\"\n" + rest),
              HasSubstr("key 'suggest' uses '{x}'"));
  EXPECT_THAT(error_of("[[rule]]\nid = \"a\"\nsuggest = \"{x\"\n" + rest),
              HasSubstr("'{' without a '}'"));
  EXPECT_THAT(error_of("[[rule]]\nid = 7\nsuggest = \"s\"\n" + rest),
              HasSubstr("key 'id' must be a text"));
  EXPECT_THAT(error_of("[[rule]]\nid = \"a\"\nsuggest = \"s\"\noutcome = [\"measured\"]\n" + rest),
              HasSubstr("unknown outcome of this level 'measured'"));
  EXPECT_THAT(error_of("[[rule]]\nid = \"a\"\nsuggest = \"s\"\nlevel = \"exec\"\nmatch = "
                       "[\"x\"]\nexample = \"x\""),
              HasSubstr("unknown level 'exec'"));
  EXPECT_THAT(error_of("[[rule]]\nid = \"a\"\nsuggest = \"s\"\nlevel = \"execution\"\nmatch = "
                       "[\"(\"]\nexample = \"x\""),
              HasSubstr("rule 1 'a': key 'match': '(' is not a regular expression"));
  EXPECT_THAT(error_of("[[rule]\n"), HasSubstr("my.toml:1:"));
  EXPECT_THAT(error_of(""), HasSubstr("holds no rules"));
  const std::string good = "[[rule]]\nid = \"a\"\nsuggest = \"s\"\n" + rest;
  EXPECT_EQ(error_of(good), "no error");
  EXPECT_THAT(error_of(good + good), HasSubstr("rule 'a' is defined twice"));
}

TEST(RulesFile, MissingFolderIsAnErrorWithARemedy) {
  const auto rules = FeedbackRules::load("/nonexistent");
  ASSERT_FALSE(rules.has_value());
  EXPECT_THAT(rules.error().what, HasSubstr("/nonexistent/feedback"));
  EXPECT_FALSE(rules.error().remedy.empty());
}

TEST(RulesFile, NamedGroupsAndDefaultsFillTheTexts) {
  const auto rules = FeedbackRules::parse(
      "[[rule]]\nid = \"a\"\nlevel = \"execution\"\nmatch = ['(foo|bar) (?<n>\\d+)(?<tail> "
      "end)?']\n"
      "explain = \"number {n}{tail| and no end}\"\nsuggest = \"only with {tail}\"\nexample = \"foo "
      "1\"\n",
      "my.toml");
  ASSERT_TRUE(rules.has_value()) << rules.error().to_string();
  const auto hits = rules->match_text("bar 42\nfoo 7 end\nbar 42");
  ASSERT_EQ(hits.size(), 2U);
  EXPECT_EQ(hits[0].explanation, "number 42 and no end");
  EXPECT_EQ(hits[0].suggestion, "");
  EXPECT_EQ(hits[1].suggestion, "only with  end");
}

}  // namespace
}  // namespace castra
