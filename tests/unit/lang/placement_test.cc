#include "lang/placement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <thread>

#include "lang/cached_placement.h"
#include "lang/checker.h"
#include "lang/parser.h"
#include "lang_test_util.h"

namespace castra::lang {
namespace {

using testing::HasSubstr;

struct Program {
  SourceFile source;
  CheckedProgram checked;
  const Symbols& symbols = checked.symbols;

  explicit Program(const std::string& text) : source("test.castra", text) {
    DiagnosticSink sink;
    checked = check_program(parse(source, sink), source, sink);
    EXPECT_FALSE(sink.has_errors()) << render_all(source, sink);
  }
  const FunctionDef& operator[](const std::string& name) const {
    return *symbols.functions.find(name)->second;
  }
};

constexpr auto kGpu = ProcessorKind::Gpu;

TEST(OwnerTable, ReadsLikeASequenceOfSets) {
  OwnerTableBuilder builder(4, 2, 4);
  const std::vector<ProcessorSet> owners = {{1, {3}}, {0, {0, 1}}, {0, {2}}, {0, {0, 1}}};
  for (std::size_t i = 0; i < owners.size(); ++i) builder.codes()[i] = builder.encode(owners[i]);
  const OwnerTable table = std::move(builder).finish();
  std::vector<ProcessorSet> read;
  for (const ProcessorSet& owner : table) read.push_back(owner);
  EXPECT_EQ(read, owners);
  EXPECT_EQ(table.code(1), table.code(3)) << "a set is kept once";
  EXPECT_EQ(table.node(0), 1);
  EXPECT_EQ(table.first_processor(0), 3);
  EXPECT_EQ(table.first_processor(3), 0);
}

TEST(OwnerTable, NumbersOfHugeMachinesDoNotOverflow) {
  const int huge = std::numeric_limits<int>::max();
  OwnerTableBuilder builder(2, huge, huge);
  builder.codes()[0] = builder.encode({huge - 1, {huge - 1}});
  builder.codes()[1] = builder.encode({0, {7}});
  const OwnerTable table = std::move(builder).finish();
  EXPECT_EQ(table[0], (ProcessorSet{huge - 1, {huge - 1}}));
  EXPECT_EQ(table[1], (ProcessorSet{0, {7}}));
}

PlacementCache::Table table_of(const Rect& domain, int first = 0) {
  OwnerTableBuilder builder(static_cast<std::size_t>(domain.volume()), 1, 1 << 20);
  for (std::size_t i = 0; i < builder.codes().size(); ++i)
    builder.codes()[i] = first + static_cast<int>(i);
  return {kGpu, std::move(builder).finish()};
}

TEST(PlacementCache, CutsSmallerDomainsOutOfLargerOnes) {
  PlacementCache cache(1 << 20);
  const Rect whole{{1, 1}, {4, 5}};
  cache.keep("f", whole, table_of(whole));
  EXPECT_FALSE(cache.find("g", whole));
  EXPECT_FALSE(cache.find("f", Rect{{0, 1}, {2, 2}}));
  const auto part = cache.find("f", Rect{{2, 3}, {3, 4}});
  ASSERT_TRUE(part);
  ASSERT_EQ(part->points.size(), 4U);
  std::vector<int> codes;
  for (std::size_t i = 0; i < 4; ++i) codes.push_back(part->points.code(i));
  EXPECT_THAT(codes, testing::ElementsAre(7, 8, 12, 13));
  EXPECT_EQ(cache.find_point("f", {4, 5})->second, (ProcessorSet{0, {19}}));
  EXPECT_FALSE(cache.find_point("f", {4, 6}));
  cache.keep("f", Rect{{0, 0}, {9, 9}}, table_of({{0, 0}, {9, 9}}));
  EXPECT_EQ(cache.tables(), 1U) << "the larger table replaces the smaller one";
}

TEST(PlacementCache, ForgetsTheLeastRecentlyUsed) {
  const Rect domain{{0}, {999}};
  PlacementCache cache(20000);
  for (const char* name : {"a", "b", "c", "d"}) cache.keep(name, domain, table_of(domain));
  EXPECT_LE(cache.bytes(), 20000U);
  ASSERT_TRUE(cache.find("a", domain));
  cache.keep("e", domain, table_of(domain));
  EXPECT_TRUE(cache.find("a", domain)) << "used lately";
  EXPECT_FALSE(cache.find("b", domain));
  EXPECT_LE(cache.bytes(), 20000U);
  const Rect large{{0}, {9999}};
  cache.keep("large", large, table_of(large));
  EXPECT_FALSE(cache.find("large", large)) << "one table does not push out all others";
  EXPECT_TRUE(cache.find("a", domain));
}

TEST(CachedPlacement, SharesWhatDependsOnTheSameInputs) {
  const Program program(
      "m = Machine(GPU); n = Machine(CPU);"
      "def turn(Task t) { return m[t.ipoint[0] % m.size[0], 0]; }"
      "def block(Task t) { return m[t.ipoint[0] * m.size[0] / t.ispace[0], 0]; }");
  const CachedPlacement placement(program.symbols, program.source);
  MachineShape machine = shape(2, 4);
  const auto size = [&](const char* function, std::int64_t points) {
    const auto placed = placement.place(
        program[function], kGpu, {"task", kGpu, rect_of_extents({points}), {}}, machine, nullptr);
    EXPECT_TRUE(placed && *placed);
    return (*placed)->points.size();
  };
  EXPECT_EQ(size("turn", 100), 100U);
  EXPECT_EQ(size("turn", 50), 50U);
  EXPECT_EQ(placement.cache().tables(), 1U) << "the launch's extent is not read";
  machine.set(ProcessorKind::Cpu, 7);
  EXPECT_EQ(size("turn", 70), 70U);
  EXPECT_EQ(placement.cache().tables(), 1U) << "the number of CPUs is not read";
  EXPECT_EQ(size("block", 100), 100U);
  EXPECT_EQ(size("block", 50), 50U);
  EXPECT_EQ(placement.cache().tables(), 3U) << "the launch's extent is read";
  machine.nodes = 3;
  EXPECT_EQ(size("turn", 100), 100U);
  EXPECT_EQ(placement.cache().tables(), 4U);
  const auto other =
      placement.place(program["turn"], ProcessorKind::Cpu,
                      {"task", ProcessorKind::Cpu, rect_of_extents({100}), {}}, machine, nullptr);
  ASSERT_TRUE(other);
  EXPECT_FALSE(*other) << "kept tables answer for their own kind only";
}

TEST(CachedPlacement, FailuresAreNotKept) {
  const Program program("m = Machine(GPU); def f(Task t) { return m[t.ipoint[0], 0]; }");
  const CachedPlacement placement(program.symbols, program.source);
  for (int i = 0; i < 2; ++i) {
    const auto placed =
        placement.place(program["f"], std::nullopt, {"task", kGpu, rect_of_extents({100}), {}},
                        shape(2, 4), nullptr);
    ASSERT_FALSE(placed);
    EXPECT_THAT(placed.error().message, HasSubstr("point (2) of the launch domain [(0)..(99)]"));
  }
  EXPECT_EQ(placement.cache().tables(), 0U);
}

TEST(PlacePoints, WorkCanBeBounded) {
  const Program program(
      "m = Machine(GPU); def f(Task t) { return m[t.ipoint[0] % 2, 0]; }"
      "def g(Task t) { return m[h(20), 0]; } def h(int n) { return n < 2 ? 0 : h(n - 1) + h(n - "
      "2); }");
  const auto place = [&](const char* function, std::int64_t& steps) {
    return place_points(program.symbols, program.source, program[function], std::nullopt,
                        {"task", kGpu, rect_of_extents({100}), {}}, shape(2, 4), nullptr,
                        PlaceEngine::Automatic, &steps);
  };
  std::int64_t steps = 1000000;
  ASSERT_TRUE(place("f", steps));
  EXPECT_LT(steps, 1000000);
  EXPECT_GT(steps, 900000);
  steps = 5000;
  const auto stopped = place("g", steps);
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, "E0506");
  EXPECT_LE(steps, 0);
}

TEST(PlacePoint, AnswersForDomainsOfAnySize) {
  const Compiled c = compile_text(
      "m = Machine(GPU); def f(Task t) { return m[t.ipoint[0] / (t.ispace[0] / 2), 0]; } "
      "IndexTaskMap * f;");
  const Rect domain = rect_of_extents({std::int64_t{1} << 40, 1 << 30});
  ASSERT_FALSE(c->place("x", kGpu, domain, shape(2, 4)));
  const auto placed =
      c->place_point("x", kGpu, domain, shape(2, 4), {(std::int64_t{1} << 40) - 1, 5});
  ASSERT_TRUE(placed && *placed);
  EXPECT_EQ((*placed)->owner, (ProcessorSet{1, {0}}));
  EXPECT_EQ((*placed)->rule.text, "IndexTaskMap * f;");
  EXPECT_FALSE(*c->place_point("x", ProcessorKind::Cpu, domain, shape(2, 4), {0, 0}));
}

TEST(PlacePoint, AnotherPointsFailureIsNotThisOnes) {
  const Compiled c = compile_text(
      "m = Machine(GPU); def f(Task t) { return m[t.ipoint[0], 0]; } IndexTaskMap * f;");
  const Rect domain = rect_of_extents({10});
  EXPECT_FALSE(c->place("x", kGpu, domain, shape(2, 4)));
  EXPECT_TRUE(c->place_point("x", kGpu, domain, shape(2, 4), {1}));
  const auto failed = c->place_point("x", kGpu, domain, shape(2, 4), {7});
  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error().message, HasSubstr("point (7) of the launch domain [(0)..(9)]"));
}

TEST(Placement, ManyThreadsGetTheSameAnswers) {
  const char* text =
      "m = Machine(GPU); grid = m.merge(0, 1).split(0, 2);"
      "def turn(Task t) { return m[t.ipoint[0] % m.size[0], *]; }"
      "def block(Task t) { i = t.ipoint[0] * grid.volume / t.ispace[0]; "
      "return grid[i % 2, i / 2]; }"
      "IndexTaskMap a turn; IndexTaskMap b block;";
  const Compiled shared = compile_text(text);
  const Compiled alone = compile_text(text);
  std::vector<std::string> expected;
  const auto ask = [](const Compiled& c, int k) {
    const char* task = k % 2 == 0 ? "a" : "b";
    const Rect domain = rect_of_extents({20 + 7 * (k % 11)});
    const MachineShape machine = shape(1 + k % 3, 4);
    std::string out = place_digits(c->place(task, kGpu, domain, machine));
    const auto point = c->place_point(task, kGpu, domain, machine, {k % 20});
    return out + " " + std::to_string((*point)->owner.node);
  };
  constexpr int kQuestions = 300;
  for (int k = 0; k < kQuestions; ++k) expected.push_back(ask(alone, k));
  std::vector<std::thread> threads;
  std::vector<int> wrong(8, 0);
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kQuestions; ++i) {
        const int k = (i * 7 + t * 31) % kQuestions;
        wrong[static_cast<std::size_t>(t)] +=
            ask(shared, k) == expected[static_cast<std::size_t>(k)] ? 0 : 1;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(wrong, testing::Each(0));
}

TEST(Placement, AMapIsInactiveOnlyWhereAllItsPointsAreOnOtherKinds) {
  const auto on_gpu = [](const std::string& result, PlaceEngine engine) -> std::string {
    const Program program("a = Machine(GPU); b = Machine(CPU); def f(Task t) { return " + result +
                          "; }");
    const auto placed =
        place_points(program.symbols, program.source, program["f"], kGpu,
                     {{}, kGpu, rect_of_extents({4}), {}}, shape(2, 4), nullptr, engine);
    if (!placed) return placed.error().code;
    return *placed ? "placed" : "inactive";
  };
  for (const PlaceEngine engine : {PlaceEngine::Tree, PlaceEngine::Columns}) {
    EXPECT_EQ(on_gpu("t.ipoint[0] < 9 ? b[0, 0] : a[0, 0]", engine), "inactive");
    EXPECT_EQ(on_gpu("t.ipoint[0] < 2 ? b[0, 0] : a[0, 0]", engine), "E0511");
    EXPECT_EQ(on_gpu("t.ipoint[0] < 2 ? b[0, 0] : a[0, 99]", engine), "E0501");
    EXPECT_EQ(on_gpu("t.ipoint[0] < 9 ? a[0, 0] : b[0, 0]", engine), "placed");
  }
}

}  // namespace
}  // namespace castra::lang
