#include "search/space.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "programs.h"

namespace castra::search {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

Program one_task(std::vector<ProcessorKind> kinds, std::vector<Requirement> requirements,
                 std::optional<Rect> domain) {
  Program program;
  program.tasks.push_back(task_with("work", kinds));
  Launch launch;
  launch.task = "work";
  launch.requirements = std::move(requirements);
  launch.domain = std::move(domain);
  launch.count = 1;
  program.launches.push_back(launch);
  return program;
}

std::vector<std::string> values_of(const SearchSpace& space, ChoiceKind kind,
                                   ProcessorKind processor, int argument = -1) {
  for (const Choice& choice : space.choices()) {
    if (choice.kind == kind &&
        (kind == ChoiceKind::Processor || kind == ChoiceKind::Layout ||
         choice.processor == processor) &&
        choice.argument == argument) {
      return choice.values;
    }
  }
  return {};
}

TEST(Space, OffersOnlyWhatExistsAndFits) {
  const Program program = one_task(
      {ProcessorKind::Cpu, ProcessorKind::Gpu, ProcessorKind::Omp},
      {requirement(0, 2, 2, 100), requirement(1, 1, 2, 2 << 20), requirement(2, 3, 1, 100)},
      std::nullopt);
  const SearchSpace space = SearchSpace::derive(program, test_machine(2, 4));
  EXPECT_THAT(values_of(space, ChoiceKind::Processor, {}), ElementsAre("GPU", "CPU"));
  EXPECT_THAT(values_of(space, ChoiceKind::Memory, ProcessorKind::Gpu, 0),
              ElementsAre("FBMEM,ZCMEM", "ZCMEM"));
  EXPECT_THAT(values_of(space, ChoiceKind::Memory, ProcessorKind::Gpu, 1), ElementsAre("ZCMEM"))
      << "2 MiB in 1 MiB";
  EXPECT_THAT(values_of(space, ChoiceKind::Memory, ProcessorKind::Cpu, 0),
              ElementsAre("SYSMEM,ZCMEM", "ZCMEM"));
  EXPECT_THAT(values_of(space, ChoiceKind::Layout, {}, 0),
              ElementsAre("SOA F_order", "SOA C_order", "AOS F_order", "AOS C_order"));
  EXPECT_THAT(values_of(space, ChoiceKind::Layout, {}, 1),
              ElementsAre("SOA F_order", "AOS F_order"));
  EXPECT_THAT(values_of(space, ChoiceKind::Layout, {}, 2),
              ElementsAre("SOA F_order", "SOA C_order"));
  EXPECT_TRUE(values_of(space, ChoiceKind::IndexMap, ProcessorKind::Gpu).empty())
      << "a single task";
}

TEST(Space, NoKindWhereAnArgumentFitsNowhere) {
  Machine machine = test_machine(1, 1);
  machine.memories.erase(machine.memories.begin() + 2);  // no zero-copy memory
  const Program program = one_task({ProcessorKind::Cpu, ProcessorKind::Gpu},
                                   {requirement(0, 1, 1, 2 << 20)}, std::nullopt);
  EXPECT_THAT(values_of(SearchSpace::derive(program, machine), ChoiceKind::Processor, {}),
              ElementsAre("CPU"));
}

TEST(Space, LeavesOutIndexMapsOfEqualEffect) {
  const auto maps = [](Rect domain, int gpus) {
    const Program program = one_task({ProcessorKind::Gpu}, {}, std::move(domain));
    return values_of(SearchSpace::derive(program, test_machine(1, gpus)), ChoiceKind::IndexMap,
                     ProcessorKind::Gpu);
  };
  EXPECT_THAT(maps(rect_of_extents({8}), 1), ElementsAre("block", "default")) << "one processor";
  EXPECT_THAT(maps(rect_of_extents({4}), 4), ElementsAre("block", "reversed", "default"))
      << "a point each";
  EXPECT_THAT(maps(rect_of_extents({8}), 4), ElementsAre("block", "cyclic", "reversed", "default"));
  EXPECT_THAT(maps(rect_of_extents({4, 4}), 4),
              ElementsAre("block", "slab1", "tiles", "reversed", "default"))
      << "slab0 is block, cyclic is slab1";
}

TEST(Space, SkipsWhatAMappingCannotSay) {
  Program program = one_task({ProcessorKind::Cpu}, {}, std::nullopt);
  EXPECT_TRUE(SearchSpace::derive(program, test_machine(1, 0)).choices().empty())
      << "no arguments, no points";
  program = one_task({ProcessorKind::Cpu}, {requirement(0, 1, 1, 1)}, std::nullopt);
  EXPECT_FALSE(SearchSpace::derive(program, test_machine(1, 0)).choices().empty());
  program.tasks[0].variants[0].inner = true;
  EXPECT_TRUE(SearchSpace::derive(program, test_machine(1, 0)).choices().empty()) << "inner";
  program = one_task({ProcessorKind::Py}, {requirement(0, 1, 1, 1)}, std::nullopt);
  EXPECT_TRUE(SearchSpace::derive(program, test_machine(1, 0)).choices().empty())
      << "no kind we place";
  program = one_task({ProcessorKind::Cpu}, {requirement(0, 1, 1, 1)}, std::nullopt);
  program.tasks[0].name = program.launches[0].task = "a\"b";
  EXPECT_TRUE(SearchSpace::derive(program, test_machine(1, 0)).choices().empty())
      << "cannot be written";
  EXPECT_TRUE(SearchSpace::derive(Program{}, test_machine(1, 1)).choices().empty());
}

TEST(Space, SizeAndTextsAgreeOnATinyProgram) {
  const Program program = one_task({ProcessorKind::Cpu, ProcessorKind::Gpu},
                                   {requirement(0, 1, 2, 100)}, rect_of_extents({8}));
  const SearchSpace space = SearchSpace::derive(program, test_machine(2, 2));
  // Processor 2, CPU map 4, GPU map 4, CPU memory 2, GPU memory 2, layout 2.
  EXPECT_NEAR(space.log10_size(), std::log10(2 * 4 * 4 * 2 * 2 * 2), 1e-12);
  std::set<std::string> texts;
  Rng rng(1);
  for (int i = 0; i < 5000; ++i) texts.insert(space.render(space.random(rng)));
  EXPECT_EQ(texts.size(), 2u * 4 * 2 * 2) << "choices of the other kind have no effect";
}

TEST(Space, RendersWhatIsChosen) {
  const Program program =
      one_task({ProcessorKind::Gpu}, {requirement(0, 1, 2, 100)}, rect_of_extents({8}));
  const SearchSpace space = SearchSpace::derive(program, test_machine(1, 4));
  EXPECT_EQ(
      space.render(space.start()),
      "# One block per task: where it runs, where its arguments live, how they are laid out.\n"
      "\n"
      "def block_gpu_1d(Task t) {\n"
      "  m = Machine(GPU);\n"
      "  n = m.size[0] * m.size[1];\n"
      "  i = t.ipoint[0] % t.ispace[0];\n"
      "  g = i * n / t.ispace.volume;\n"
      "  return m[g / m.size[1], g % m.size[1]];\n"
      "}\n"
      "\n"
      "Task work GPU;\n"
      "IndexTaskMap work block_gpu_1d;\n"
      "Region work 0 GPU FBMEM,ZCMEM;  # region_0\n"
      "Layout work 0 * SOA F_order;  # region_0\n");
}

TEST(Space, IndexMapsStayInsideTheMachineForAnyDomain) {
  Rng rng(3);
  for (int i = 0; i < 300; ++i) {
    const int nodes = static_cast<int>(1 + rng.below(3));
    const Program program = random_program(rng);
    const SearchSpace space = SearchSpace::derive(program, test_machine(3, 4, nodes));
    for (std::size_t c = 0; c < space.choices().size(); ++c) {
      const Choice& choice = space.choices()[c];
      if (choice.kind != ChoiceKind::IndexMap) continue;
      const IndexMapContext& context = space.index_map_context(c);
      Rect other;  // a domain that was never recorded
      for (int d = 0; d < context.rank; ++d) {
        other.lo.push_back(static_cast<std::int64_t>(rng.below(20)));
        other.hi.push_back(other.lo.back() + static_cast<std::int64_t>(rng.below(5)));
      }
      for (const std::string& map : choice.values) {
        if (map == "default") continue;
        for (std::int64_t p = 0; p < other.volume(); ++p) {
          const NodeAndProcessor owner = index_map_owner(map, context, other.at(p), other);
          EXPECT_TRUE(owner.node >= 0 && owner.node < nodes && owner.processor >= 0 &&
                      owner.processor < context.per_node)
              << map;
        }
      }
    }
  }
}

TEST(Space, BlockUsesEveryProcessorEvenly) {
  IndexMapContext context{ProcessorKind::Gpu, 2, 3, 1, {0}, {}};
  const Rect domain = rect_of_extents({13});
  std::map<NodeAndProcessor, int> load;
  NodeAndProcessor last;
  for (std::int64_t p = 0; p < 13; ++p) {
    const NodeAndProcessor owner = index_map_owner("block", context, {p}, domain);
    EXPECT_LE(last, owner) << "consecutive points stay together";
    last = owner;
    ++load[owner];
  }
  EXPECT_EQ(load.size(), 6u);
  for (const auto& [owner, points] : load) EXPECT_TRUE(points == 2 || points == 3);
}

}  // namespace
}  // namespace castra::search
