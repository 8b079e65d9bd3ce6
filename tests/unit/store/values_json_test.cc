#include "store/values_json.h"

#include <gtest/gtest.h>

namespace castra::store {
namespace {

Outcome outcome(OutcomeVariant result) {
  Outcome outcome;
  outcome.result = std::move(result);
  outcome.raw_text = "line 1\nline \"2\" \xc3\xa9";
  outcome.seconds = 1.0 / 3;
  return outcome;
}

std::vector<Outcome> one_of_each() {
  Diagnostic d{"E0012", Severity::Warning,  {3, 7},         "message", {},
               "help",  {{{1, 2}, "here"}}, {{{4, 5}, ";"}}};
  return {outcome(Measured{{1.1, 2.2, 3.3}, 2.2, false}),
          outcome(CompileError{{d, Diagnostic{}}, "rendered"}),
          outcome(InvalidMapping{{"one", "two"}}),
          outcome(RunFailed{3, std::nullopt, "reason"}),
          outcome(RunFailed{std::nullopt, 11, ""}),
          outcome(OutOfMemory{"t", 2, "FBMEM,ZCMEM", Bytes{std::uint64_t{1} << 63}, "full"}),
          outcome(OutOfMemory{}),
          outcome(TimedOut{2.5, true}),
          outcome(WrongResult{"differs"})};
}

TEST(ValuesJson, EveryOutcomeComesBackEqual) {
  for (const Outcome& original : one_of_each()) {
    const std::string text = to_json(original);
    const auto read = outcome_from_json(text);
    ASSERT_TRUE(read) << read.error().what;
    EXPECT_EQ(outcome_word(*read), outcome_word(original));
    EXPECT_EQ(read->raw_text, original.raw_text);
    EXPECT_EQ(read->seconds, original.seconds);
    EXPECT_EQ(to_json(*read), text);
  }
}

TEST(ValuesJson, DetailsComeBack) {
  const auto all = one_of_each();
  const auto measured = outcome_from_json(to_json(all[0]));
  EXPECT_EQ(measured->measured()->samples, (std::vector<double>{1.1, 2.2, 3.3}));
  EXPECT_FALSE(measured->measured()->verified);
  const auto compile = outcome_from_json(to_json(all[1]));
  const auto& diagnostics = std::get<CompileError>(compile->result).diagnostics;
  ASSERT_EQ(diagnostics.size(), 2u);
  EXPECT_EQ(diagnostics[0].severity, Severity::Warning);
  EXPECT_EQ(diagnostics[0].labels.at(0).text, "here");
  EXPECT_EQ(diagnostics[0].fixes.at(0).span.end, 5u);
  const auto memory = outcome_from_json(to_json(all[5]));
  EXPECT_EQ(std::get<OutOfMemory>(memory->result).wanted->value, std::uint64_t{1} << 63);
  EXPECT_FALSE(std::get<OutOfMemory>(outcome_from_json(to_json(all[6]))->result).wanted);
}

TEST(ValuesJson, BadBytesAreReplacedNotFatal) {
  Outcome bad = outcome(WrongResult{"\xff\xfe"});
  bad.raw_text = std::string("a\0b\xf0", 4);
  EXPECT_TRUE(outcome_from_json(to_json(bad)));
}

TEST(ValuesJson, FeedbackComesBackEqual) {
  const Feedback feedback{"system", {"a", "b"}, {"c"}, {"r1", "r2"}};
  const auto read = feedback_from_json(to_json(feedback));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->system, feedback.system);
  EXPECT_EQ(read->explanations, feedback.explanations);
  EXPECT_EQ(read->suggestions, feedback.suggestions);
  EXPECT_EQ(read->rules, feedback.rules);
}

TEST(ValuesJson, NonsenseIsAnError) {
  for (const char* text :
       {"", "{}", "[]", "{\"outcome\":\"odd\",\"result\":{},\"seconds\":1,\"raw_text\":\"\"}",
        "{\"outcome\":\"measured\",\"result\":{},\"seconds\":1,\"raw_text\":\"\"}"}) {
    EXPECT_FALSE(outcome_from_json(text)) << text;
    EXPECT_FALSE(feedback_from_json(text)) << text;
  }
}

}  // namespace
}  // namespace castra::store
