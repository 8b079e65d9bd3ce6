#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "lang/policy.h"
#include "support/file.h"

/// Results recorded from the published implementation, under the dslmapper profile and, where
/// Castra's own behaviour is the same, under its own. Transforms and factorizations are compared in
/// unit/lang/machine_space_test.cc, rule tables in unit/lang/profile_test.cc.
namespace castra::lang {
namespace {

const std::vector<Profile>& both_profiles() {
  static const std::vector<Profile> kProfiles = {Profile{}, dslmapper(Naming::Name)};
  return kProfiles;
}

MachineShape shape(int nodes, int per_node) {
  MachineShape machine;
  machine.nodes = nodes;
  for (const ProcessorKind kind : kAllProcessorKinds) machine.set(kind, per_node);
  return machine;
}

std::shared_ptr<const Policy> compile_with(const std::string& text, const Profile& profile) {
  const auto source = std::make_shared<const SourceFile>("t.castra", text);
  DiagnosticSink sink;
  auto policy = compile(source, sink, {profile});
  EXPECT_NE(policy, nullptr) << render_all(*source, sink);
  return policy;
}

std::string digits(const PlaceResult& result) {
  if (!result) return "error " + result.error().code;
  if (!*result) return "none";
  std::string out;
  for (const ProcessorSet& set : (*result)->points) {
    if (!out.empty()) out += ' ';
    out += std::to_string(set.node);
    for (const int processor : set.processors) out += std::to_string(processor);
  }
  return out;
}

/// An integer expression's value; `definitions` stand before the function.
std::string value(const std::string& expression, const Profile& profile,
                  const std::string& definitions = "") {
  const auto policy =
      compile_with(definitions + "\nvm = Machine(GPU);\ndef f(Task task) { return vm[0, 1000 + (" +
                       expression + ")]; }\n",
                   profile);
  if (policy == nullptr) return "does not compile";
  const auto result = policy->evaluate("f", rect_of_extents({1}), shape(1, 2000));
  if (!result) return "error " + result.error().code;
  if (!*result) return "none";
  return std::to_string((*result)->points.front().processors.front() - 1000);
}

struct Value {
  const char* expression;
  const char* result;
};

TEST(ReferenceVectors, ArithmeticAndPrecedence) {
  const Value values[] = {{"0-7/2", "-3"},
                          {"(0-7)/2", "-3"},
                          {"(0-7)%3", "-1"},
                          {"-7/2", "-3"},
                          {"-7%3", "-1"},
                          {"3--2", "5"},
                          {"010", "10"},
                          {"2+3*4", "14"},
                          {"-(3)", "-3"},
                          {"(-(1,2))[1]", "-2"},
                          {"1+1==2&&3<4 ? 5 : 6", "5"},
                          {"True||False&&False ? 1 : 2", "1"},
                          {"(4,5,6)[True ? 1 : 0]", "5"},
                          {"(4,5,6)[True ? 1 : 0:].len", "2"},
                          {"(4,5,6)[(True?1:0):].len", "2"}};
  for (const Profile& profile : both_profiles())
    for (const Value& v : values) EXPECT_EQ(value(v.expression, profile), v.result) << v.expression;
}

/// "3,4" as the digits of its elements.
std::string slice_of_four(const std::string& bounds, const Profile& profile) {
  const std::string t = "(1,2,3,4)[" + bounds + "]";
  const std::string length = value(t + ".len", profile);
  std::string out;
  for (int i = 0; i < std::atoi(length.c_str()); ++i)
    out += value(t + "[" + std::to_string(i) + "]", profile);
  return out;
}

TEST(ReferenceVectors, Slices) {
  const Value same[] = {{":-1", "123"}, {"1:", "234"}, {"1:3", "23"}, {":", "1234"},
                        {"-2:", "34"},  {"3:1", ""},   {"9:", ""}};
  for (const Profile& profile : both_profiles())
    for (const Value& v : same)
      EXPECT_EQ(slice_of_four(v.expression, profile), v.result) << v.expression;
  EXPECT_EQ(slice_of_four("2:0", dslmapper()), "34");
  EXPECT_EQ(slice_of_four("0:0", dslmapper()), "1234");
  EXPECT_EQ(slice_of_four(":0", dslmapper()), "1234");
  EXPECT_EQ(slice_of_four("2:0", Profile{}), "");
  EXPECT_EQ(slice_of_four("0:0", Profile{}), "");
}

TEST(ReferenceVectors, UnpackComprehensionFunctionsScope) {
  for (const Profile& profile : both_profiles()) {
    EXPECT_EQ(value("(*(1,2), 5)[2]", profile), "5");
    EXPECT_EQ(value("add(*(3,4))", profile, "def add(int a, int b) { return a + b; }"), "7");
    EXPECT_EQ(value("Machine(GPU).merge(*(0,1)).len", profile), "1");
    EXPECT_EQ(value("tuple(tuple(i + j for j in (10, 20)) for i in (1, 2))[1][1]", profile), "22");
    EXPECT_EQ(value("fact(4)", profile, "def fact(int n) { return n < 2 ? 1 : n * fact(n - 1); }"),
              "24");
    EXPECT_EQ(value("even(7)", profile,
                    "def even(int n) { return n == 0 ? 1 : odd(n - 1); }\n"
                    "def odd(int n) { return n == 0 ? 0 : even(n - 1); }"),
              "0");
    EXPECT_EQ(value("g(1)", profile, "x = 5;\ndef g(int n) { x = 7; return x + n; }"), "8")
        << "a local hides a global";
    EXPECT_EQ(value("g(1)", profile, "def g(int n) { return n + later; }\nlater = 4;"), "5")
        << "bodies resolve names when called";
  }
}

TEST(ReferenceVectors, MachineMembersAndSlices) {
  const std::string m = "m = Machine(GPU).split(1, 50);";
  for (const Profile& profile : both_profiles()) {
    EXPECT_EQ(value("m.len", profile, m), "3");
    EXPECT_EQ(value("m.volume - 1990", profile, m), "10");
    EXPECT_EQ(value("m[:-1].len", profile, m), "2");
    EXPECT_EQ(value("m[:-1][1]", profile, m), "50");
  }
}

TEST(ReferenceVectors, Wildcards) {
  for (const Profile& profile : both_profiles()) {
    const auto row = compile_with("m = Machine(GPU);\ndef f(Task t) { return m[1, *]; }", profile);
    EXPECT_EQ(digits(row->evaluate("f", rect_of_extents({1}), shape(2, 4))), "10123");
    const auto line =
        compile_with("m = Machine(GPU).merge(0, 1);\ndef f(Task t) { return m[*]; }", profile);
    EXPECT_EQ(digits(line->evaluate("f", rect_of_extents({1}), shape(1, 4))), "00123");
  }
}

TEST(ReferenceVectors, KindsOfRulesAndTheirOrder) {
  for (const Profile& profile : both_profiles()) {
    const auto policy = compile_with(
        "m = Machine(GPU);\nc = Machine(CPU);\ndef f(Task t) { return m[0, 0]; }\n"
        "def g(Task t) { return m[0, 1]; }\ndef h(Task t) { return c[0, 2]; }\n"
        "IndexTaskMap GPU f;\nIndexTaskMap CPU h;\nIndexTaskMap foo g;\n",
        profile);
    const auto one = rect_of_extents({1});
    EXPECT_EQ(digits(policy->place("foo", ProcessorKind::Gpu, one, shape(1, 4))), "01");
    EXPECT_EQ(digits(policy->place("bar", ProcessorKind::Gpu, one, shape(1, 4))), "00");
    EXPECT_EQ(digits(policy->place("bar", ProcessorKind::Cpu, one, shape(1, 4))), "02");
    EXPECT_EQ(digits(policy->place("bar", ProcessorKind::Omp, one, shape(1, 4))), "none");
  }
}

// The nine benchmarks

struct Benchmark {
  const char* mapping;
  const char* task;
  ProcessorKind kind;
  Point extents;
  int nodes;
  int per_node;
  const char* placed;
};

constexpr auto kGpu = ProcessorKind::Gpu;
constexpr auto kCpu = ProcessorKind::Cpu;
constexpr auto kOmp = ProcessorKind::Omp;

const std::vector<Benchmark>& benchmarks() {
  static const std::vector<Benchmark> kBenchmarks = {
      {"circuit", "calculate_new_currents", kGpu, {8}, 2, 4, "00 01 02 03 10 11 12 13"},
      {"circuit", "init_piece", kCpu, {8}, 2, 4, "00 00 00 00 10 10 10 10"},
      {"stencil", "increment", kGpu, {8}, 2, 4, "00 01 02 03 10 11 12 13"},
      {"stencil", "check", kCpu, {8}, 2, 4, "00 00 00 00 10 10 10 10"},
      {"pennant", "adv_pos_half", kGpu, {8}, 2, 4, "00 10 01 11 02 12 03 13"},
      {"pennant", "anything", kCpu, {8}, 2, 4, "00 10 00 10 00 10 00 10"},
      {"cannon", "task_1", kGpu, {2, 2}, 1, 4, "00 02 01 03"},
      {"cannon", "task_1", kGpu, {4, 2}, 2, 4, "00 02 01 03 10 12 11 13"},
      {"summa", "task_2", kGpu, {4, 4}, 2, 4, "00 02 00 02 01 03 01 03 10 12 10 12 11 13 11 13"},
      {"pumma", "task_3", kGpu, {4, 4}, 4, 4, "00 02 20 22 01 03 21 23 10 12 30 32 11 13 31 33"},
      {"cannon",
       "taco_fill",
       kGpu,
       {4, 4},
       3,
       2,
       "00 01 00 01 00 01 00 01 10 11 10 11 20 21 20 21"},
      {"cannon", "taco_validate", kGpu, {3, 3}, 2, 4, "00 01 02 00 01 02 10 11 12"},
      {"cannon", "task_7", kOmp, {2, 2}, 4, 1, "00 20 10 30"},
      {"cannon", "task_1", kGpu, {1, 1}, 2, 4, "00"},
      {"johnson", "task_4", kGpu, {2, 2, 2}, 8, 1, "00 40 20 60 10 50 30 70"},
      {"johnson", "task_4", kGpu, {2, 2, 2}, 4, 1, "00 00 20 20 10 10 30 30"},
      {"johnson", "task_4", kGpu, {2, 2, 2}, 1, 4, "00 00 00 00 00 00 00 00"},
      {"johnson", "task_2", kGpu, {2, 1, 2}, 8, 1, "00 40 10 50"},
      {"solomonik", "task_5", kGpu, {2, 2, 2}, 2, 4, "00 02 01 03 10 12 11 13"},
      {"solomonik", "task_5", kGpu, {2, 2, 1}, 1, 4, "00 02 01 03"},
      {"solomonik",
       "task_5",
       kGpu,
       {4, 4, 1},
       4,
       4,
       "00 02 20 22 01 03 21 23 10 12 30 32 11 13 31 33"},
      {"solomonik", "task_1", kGpu, {2, 2, 1}, 2, 4, "00 01 10 11"},
      {"cosma", "task_4", kGpu, {2, 2, 2}, 8, 1, "00 40 20 60 10 50 30 70"},
      {"cosma", "task_4", kGpu, {1, 2, 2}, 4, 1, "00 20 10 30"},
      {"cosma", "task_1", kGpu, {2, 2, 1}, 16, 1, "00 20 10 30"},
      {"cosma", "task_2", kGpu, {1, 1, 2}, 4, 1, "00 20"},
  };
  return kBenchmarks;
}

TEST(ReferenceVectors, NineBenchmarks) {
  for (const Profile& profile : both_profiles()) {
    for (const Benchmark& b : benchmarks()) {
      const auto text = read_file(std::string(CASTRA_SOURCE_DIR) + "/share/castra/mappings/" +
                                  b.mapping + "-expert.castra");
      ASSERT_TRUE(text) << b.mapping;
      const auto policy = compile_with(*text, profile);
      EXPECT_EQ(digits(policy->place(b.task, b.kind, rect_of_extents(b.extents),
                                     shape(b.nodes, b.per_node))),
                b.placed)
          << b.mapping << " " << b.task << " under " << name_of(profile);
    }
  }
}

std::string memories(const Policy& policy, const char* task, ProcessorKind kind,
                     const char* region) {
  const std::vector<std::string> names = {region};
  const auto decision = policy.memories({task, 0, names, kind});
  std::string out;
  for (const MemoryKind memory : decision ? decision->value : std::vector<MemoryKind>{})
    out += (out.empty() ? "" : " ") + std::string(to_string(memory));
  return out;
}

/// What the lists come to on a machine that has every memory: the first entry.
TEST(ReferenceVectors, NineBenchmarksMemoriesAndLayouts) {
  const char* const products[] = {"cannon", "summa", "pumma", "johnson", "solomonik", "cosma"};
  for (const Profile& profile : both_profiles()) {
    const auto load = [&](const std::string& name) {
      return compile_with(read_file(std::string(CASTRA_SOURCE_DIR) + "/share/castra/mappings/" +
                                    name + "-expert.castra")
                              .value_or(""),
                          profile);
    };
    for (const char* name : products) {
      const auto policy = load(name);
      EXPECT_EQ(policy->processors("task_1")->value, (std::vector{kGpu, kOmp, kCpu})) << name;
      EXPECT_EQ(memories(*policy, "task_1", kGpu, "a"), "FBMEM ZCMEM") << name;
      EXPECT_EQ(memories(*policy, "task_1", kCpu, "a"), "SOCKMEM SYSMEM") << name;
      const auto layout = policy->layout({"task_1", 0, {}, kGpu}, MemoryKind::FrameBuffer);
      EXPECT_EQ(to_string(layout->layout), "SOA C_order") << name;
    }
    const auto circuit = load("circuit");
    EXPECT_EQ(memories(*circuit, "t", kGpu, "rp_shared").substr(0, 5), "ZCMEM");
    EXPECT_EQ(memories(*circuit, "t", kGpu, "rp_ghost").substr(0, 5), "ZCMEM");
    EXPECT_EQ(memories(*circuit, "t", kGpu, "rp_private"), "FBMEM");
    EXPECT_EQ(memories(*circuit, "t", kCpu, "rp_shared"), "SYSMEM");
    const auto pennant = load("pennant");
    EXPECT_EQ(memories(*pennant, "t", kGpu, "rp_all_shared_p").substr(0, 5), "ZCMEM");
    EXPECT_EQ(memories(*pennant, "t", kGpu, "rp_all_ghost_p").substr(0, 5), "ZCMEM");
    const auto stencil = load("stencil");
    EXPECT_EQ(to_string(stencil->layout({"t", 0, {}, kGpu}, MemoryKind::FrameBuffer)->layout),
              "SOA F_order");
  }
}

}  // namespace
}  // namespace castra::lang
