#include "lang/bind.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace castra::lang {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::shared_ptr<const Policy> policy(const std::string& text) {
  DiagnosticSink sink;
  auto compiled = compile(std::make_shared<SourceFile>("t.castra", text), sink);
  EXPECT_TRUE(compiled != nullptr) << text;
  return compiled;
}

Machine machine() {
  Machine m;
  m.name = "m";
  m.processors = {{ProcessorKind::Cpu, 2, ""}, {ProcessorKind::Gpu, 4, ""}};
  m.memories = {
      {MemoryKind::System, 1, Bytes{1000}, {ProcessorKind::Cpu}, ""},
      {MemoryKind::FrameBuffer, 4, Bytes{1000}, {ProcessorKind::Gpu}, ""},
      {MemoryKind::ZeroCopy, 1, Bytes{1000}, {ProcessorKind::Cpu, ProcessorKind::Gpu}, ""}};
  return m;
}

/// Task "t" (CPU, GPU) over 4 points with arguments "a" and "b"; task "host" (CPU only), single.
Program program() {
  Program p;
  p.tasks = {
      {2, "host", {{1, ProcessorKind::Cpu, true, false}}},
      {1, "t", {{1, ProcessorKind::Cpu, true, false}, {2, ProcessorKind::Gpu, true, false}}}};
  Requirement a;
  a.names = {"a", "parent"};
  Requirement b;
  b.index = 1;
  b.names = {"b"};
  p.launches = {{"host", std::nullopt, 1, {a}, {}, 0},
                {"t", rect_of_extents({4}), 1, {a, b}, {}, 0}};
  return p;
}

TEST(Bind, ResolvesKindMemoryLayoutAndPlace) {
  const Mapping mapping = bind(*policy("Task * GPU,CPU;\n"
                                       "Region * a GPU FBMEM,ZCMEM;\n"
                                       "Layout * a FBMEM AOS;\n"
                                       "m = Machine(GPU);\n"
                                       "def f(Task task) { return m[0, 3 - task.ipoint[0]]; }\n"
                                       "IndexTaskMap t f;\n"),
                               program(), machine());
  ASSERT_EQ(mapping.tasks.size(), 2u);
  const TaskDecision& t = mapping.tasks[1];
  EXPECT_EQ(mapping.tasks[0].kind, ProcessorKind::Cpu)
      << "host has no GPU variant: next in the list";
  EXPECT_TRUE(mapping.tasks[0].kind_decided);
  EXPECT_EQ(t.kind, ProcessorKind::Gpu);
  EXPECT_EQ(t.kind_by.line, 1);
  ASSERT_EQ(t.arguments.size(), 2u);
  EXPECT_THAT(*t.arguments[0].memories, ElementsAre(MemoryKind::FrameBuffer, MemoryKind::ZeroCopy));
  EXPECT_EQ(t.arguments[0].layout->fields, FieldOrder::ArrayOfStructs);
  EXPECT_FALSE(t.arguments[1].memories.has_value());
  ASSERT_EQ(mapping.launches.size(), 1u);
  EXPECT_THAT(*mapping.launches[0].processors, ElementsAre(ElementsAre(0, 3), ElementsAre(0, 2),
                                                           ElementsAre(0, 1), ElementsAre(0, 0)));
  EXPECT_THAT(verify(mapping, program(), machine()), IsEmpty());
}

TEST(Bind, FingerprintIsOfDecisionsNotOfText) {
  const auto fingerprint = [](const std::string& text) {
    return bind(*policy(text), program(), machine()).fingerprint();
  };
  EXPECT_EQ(fingerprint("Task t GPU;\nTask host CPU;\n"),
            fingerprint("# other words\nTask * GPU,CPU;\n"));
  EXPECT_NE(fingerprint("Task t GPU;"), fingerprint("Task t CPU;"));
  EXPECT_NE(fingerprint("InstanceLimit t 2;"), fingerprint("InstanceLimit t 3;"));
  EXPECT_NE(fingerprint("CollectMemory t a;"), fingerprint(""));
  EXPECT_EQ(fingerprint("InstanceLimit nobody 2;"), fingerprint(""));
}

TEST(Bind, DecidesWhatEveryStatementSays) {
  const Mapping mapping = bind(*policy("Task * GPU,CPU;\nInstanceLimit t 2;\n"
                                       "TaskSteal t GPU ANY_NODE;\nControlReplicate host;\n"
                                       "CollectMemory t b;\n"),
                               program(), machine());
  const TaskDecision& host = mapping.tasks[0];
  const TaskDecision& t = mapping.tasks[1];
  EXPECT_FALSE(host.instance_limit.has_value());
  EXPECT_EQ(t.instance_limit->value, 2);
  EXPECT_EQ(t.instance_limit->by.line, 2);
  EXPECT_FALSE(host.steals.has_value()) << "it runs on CPUs";
  EXPECT_EQ(t.steals->value, StealScope::AnyNode);
  EXPECT_TRUE(host.replicated->value);
  EXPECT_FALSE(t.replicated->value);
  EXPECT_FALSE(t.arguments[0].collected);
  EXPECT_TRUE(t.arguments[1].collected);
  EXPECT_EQ(t.arguments[1].collected_by.line, 5);
}

TEST(Bind, PlacesSingleTasksThatNeedNoRun) {
  const auto single = [](const std::string& body) {
    return bind(*policy("m = Machine(CPU);\ndef f(Task task) { return " + body +
                        "; }\nSingleTaskMap host f;\n"),
                program(), machine())
        .singles.at(0);
  };
  const SingleDecision placed = single("m[0, task.name == \"host\" ? 1 : 0]");
  EXPECT_EQ(placed.task, "host");
  EXPECT_THAT(*placed.processors, ElementsAre(0, 1));
  EXPECT_EQ(placed.by.line, 3);
  const SingleDecision dependent = single("m[*task.parent.processor(m)]");
  EXPECT_TRUE(dependent.depends_run);
  EXPECT_FALSE(dependent.processors.has_value());
  EXPECT_THAT(dependent.function, HasSubstr("m = Machine(CPU);"));
  EXPECT_THAT(dependent.function, HasSubstr("def f(Task task)"));
  EXPECT_THAT(single("m[0, 9]").failure, HasSubstr("outside 0..1"));
  const Mapping inactive = bind(*policy("m = Machine(GPU);\ndef f(Task task) { return m[0, 0]; }\n"
                                        "SingleTaskMap host f;\n"),
                                program(), machine());
  EXPECT_FALSE(inactive.singles.at(0).processors.has_value());
  EXPECT_EQ(inactive.singles.at(0).by.line, 0);
}

TEST(Bind, AFailingIndexFunctionIsAReasonNotACrash) {
  const Mapping mapping = bind(*policy("m = Machine(GPU);\n"
                                       "def f(Task task) { return m[task.ipoint[0], 0]; }\n"
                                       "IndexTaskMap t f;\n"),
                               program(), machine());
  EXPECT_THAT(
      verify(mapping, program(), machine()),
      ElementsAre(HasSubstr("the index map of task `t` fails: index 0 of `m` is 1, outside 0..0")));
}

TEST(Bind, AMapForAnotherKindIsInactive) {
  const Mapping mapping = bind(*policy("Task t CPU;\nm = Machine(GPU);\n"
                                       "def f(Task task) { return m[0, 0]; }\nIndexTaskMap t f;\n"),
                               program(), machine());
  EXPECT_FALSE(mapping.launches[0].processors.has_value());
  EXPECT_TRUE(mapping.launches[0].failure.empty());
}

std::shared_ptr<const Policy> old_policy(const std::string& text) {
  DiagnosticSink sink;
  auto compiled =
      compile(std::make_shared<SourceFile>("t.castra", text), sink, {dslmapper(Naming::Name)});
  EXPECT_TRUE(compiled != nullptr) << text;
  return compiled;
}

TEST(Bind, WithoutFallThroughTheFirstMemoryThatExistsDecides) {
  const std::string text = "Region t a GPU SOCKMEM,FBMEM,ZCMEM;\nRegion t b GPU SOCKMEM;\n";
  Program reading = program();
  for (Requirement& r : reading.launches[1].requirements) r.privilege = Privilege::Read;
  const Mapping own = bind(*policy(text), reading, machine());
  EXPECT_THAT(*own.tasks[1].arguments[0].memories,
              ElementsAre(MemoryKind::Socket, MemoryKind::FrameBuffer, MemoryKind::ZeroCopy));
  EXPECT_THAT(verify(own, reading, machine()), ElementsAre(HasSubstr("SOCKMEM")));
  const Mapping old = bind(*old_policy(text), reading, machine());
  EXPECT_THAT(*old.tasks[1].arguments[0].memories, ElementsAre(MemoryKind::FrameBuffer));
  EXPECT_THAT(*old.tasks[1].arguments[1].memories, ElementsAre(MemoryKind::FrameBuffer))
      << "of a list without any memory here, the default mapper's choice";
  EXPECT_THAT(verify(old, reading, machine()), IsEmpty());

  Program large = reading;
  large.launches[1].requirements[0].max_bytes = Bytes{2000};
  Machine roomy = machine();
  roomy.memories[2].capacity = Bytes{4000};
  const std::string list = "Region t a GPU FBMEM,ZCMEM;\n";
  EXPECT_THAT(verify(bind(*policy(list), large, roomy), large, roomy), IsEmpty());
  EXPECT_THAT(verify(bind(*old_policy(list), large, roomy), large, roomy),
              ElementsAre(HasSubstr("FBMEM")));
}

TEST(Bind, UnusableKindsMayFallBackToTheDefaultMapper) {
  const std::string text = "Task host GPU;\n";
  EXPECT_THAT(verify(bind(*policy(text), program(), machine()), program(), machine()),
              ElementsAre(HasSubstr("host")));
  const Mapping old = bind(*old_policy(text), program(), machine());
  EXPECT_EQ(old.tasks[0].kind, ProcessorKind::Cpu);
  EXPECT_THAT(verify(old, program(), machine()), IsEmpty());
}

TEST(Bind, LimitsOnIndexLaunchesMayBeFatal) {
  const std::string text = "InstanceLimit t 2;\nInstanceLimit host 1;\n";
  EXPECT_THAT(verify(bind(*policy(text), program(), machine()), program(), machine()), IsEmpty());
  EXPECT_THAT(verify(bind(*old_policy(text), program(), machine()), program(), machine()),
              ElementsAre(HasSubstr("InstanceLimit")))
      << "host is launched singly";
}

}  // namespace
}  // namespace castra::lang
