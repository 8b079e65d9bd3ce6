#include <gtest/gtest.h>

#include <memory>

#include "lang/policy.h"
#include "programs.h"
#include "search/policy_checker.h"
#include "search/space.h"
#include "support/text.h"

namespace castra::search {
namespace {

std::string words(const std::vector<MemoryKind>& memories) {
  std::vector<std::string> parts;
  for (const MemoryKind memory : memories) parts.emplace_back(to_string(memory));
  return join(parts, ",");
}

/// What the compiled text answers about one active choice, as the choice's value would be written;
/// for an index map, whether it places all points of the recorded domains alike.
void expect_answer(const lang::Policy& policy, const SearchSpace& space, std::size_t index,
                   const std::string& value, const Program& program, const Machine& machine,
                   ProcessorKind kind) {
  const Choice& choice = space.choices()[index];
  std::vector<std::string> names;
  if (!choice.region.empty()) names.push_back(choice.region);
  const lang::ArgumentQuery query{choice.task, choice.argument, names, kind};
  switch (choice.kind) {
    case ChoiceKind::Processor: {
      const auto answer = policy.processors(choice.task);
      ASSERT_TRUE(answer);
      EXPECT_EQ(answer->value, std::vector<ProcessorKind>{*parse_processor_kind(value)});
      return;
    }
    case ChoiceKind::Memory: {
      const auto answer = policy.memories(query);
      ASSERT_TRUE(answer);
      EXPECT_EQ(words(answer->value), value);
      return;
    }
    case ChoiceKind::Layout: {
      const auto answer = policy.layout(query, MemoryKind::ZeroCopy);
      ASSERT_TRUE(answer);
      EXPECT_EQ(to_string(answer->layout), value);
      return;
    }
    case ChoiceKind::IndexMap:
      break;
  }
  for (const Launch& launch : program.launches) {
    if (launch.task != choice.task || !launch.domain) continue;
    const auto placed = policy.place(choice.task, kind, *launch.domain, machine.shape());
    ASSERT_TRUE(placed) << placed.error().message;
    ASSERT_EQ(placed->has_value(), value != "default");
    if (value == "default") continue;
    ASSERT_EQ((*placed)->points.size(), static_cast<std::size_t>(launch.domain->volume()));
    for (std::int64_t p = 0; p < launch.domain->volume(); ++p) {
      const auto expected = index_map_owner(value, space.index_map_context(index),
                                            launch.domain->at(p), *launch.domain);
      const lang::ProcessorSet& point = (*placed)->points[static_cast<std::size_t>(p)];
      EXPECT_EQ(point.node, expected.node) << value;
      EXPECT_EQ(point.processors, std::vector<int>{expected.processor}) << value;
    }
  }
}

TEST(SpacePolicy, EveryConfigurationCompilesAndMeansWhatItSays) {
  int checked_choices = 0;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Rng rng(seed);
    const Program program = random_program(rng);
    const Machine machine =
        test_machine(static_cast<int>(1 + rng.below(3)), static_cast<int>(rng.below(5)),
                     static_cast<int>(1 + rng.below(2)));
    const SearchSpace space = SearchSpace::derive(program, machine);
    const Configuration configuration = seed % 4 == 0 ? space.start() : space.random(rng);
    const std::string text = space.render(configuration);
    const auto source = std::make_shared<const SourceFile>("mapping", text);
    DiagnosticSink sink;
    const auto policy = lang::compile(source, sink);
    ASSERT_TRUE(policy) << text << render_all(*source, sink);
    EXPECT_TRUE(sink.diagnostics().empty()) << text << render_all(*source, sink);
    EXPECT_FALSE(PolicyChecker(program, machine).check(text).refused) << text;
    ProcessorKind kind = ProcessorKind::Cpu;
    for (std::size_t i = 0; i < configuration.size(); ++i) {
      const Choice& choice = space.choices()[i];
      const std::string& value = choice.values[static_cast<std::size_t>(configuration[i])];
      if (choice.kind == ChoiceKind::Processor) kind = *parse_processor_kind(value);
      if (!space.active(configuration, i)) continue;
      expect_answer(*policy, space, i, value, program, machine, kind);
      ++checked_choices;
      if (::testing::Test::HasFailure()) FAIL() << text;
    }
  }
  EXPECT_GT(checked_choices, 1000);
}

}  // namespace
}  // namespace castra::search
