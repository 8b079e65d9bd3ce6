#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <memory>
#include <string>
#include <vector>

#include "lang/check_against.h"
#include "lang/policy.h"
#include "machine/machine.h"
#include "program/program.h"

/// Time of `castra check` proper: a mapping of about 300 lines with 40 functions against a program
/// of 40 tasks on 64 nodes of 8 GPUs, parsing included, reading of files not. Prints the median of
/// the processor time of several runs.
namespace castra {
namespace {

constexpr int kTasks = 40;
constexpr int kRuns = 11;
constexpr std::int64_t kSide = 32;  // of a launch: 1024 points, two for every GPU

Machine machine() {
  Machine m;
  m.name = "64x8";
  m.nodes = 64;
  m.processors = {{ProcessorKind::Cpu, 16, ""}, {ProcessorKind::Gpu, 8, ""}};
  constexpr std::uint64_t kGiB = std::uint64_t{1} << 30;
  m.memories = {
      {MemoryKind::System, 1, Bytes{256 * kGiB}, {ProcessorKind::Cpu}, ""},
      {MemoryKind::FrameBuffer, 8, Bytes{80 * kGiB}, {ProcessorKind::Gpu}, ""},
      {MemoryKind::ZeroCopy, 1, Bytes{16 * kGiB}, {ProcessorKind::Cpu, ProcessorKind::Gpu}, ""}};
  return m;
}

Program program() {
  Program p;
  p.machine = machine();
  for (int i = 0; i < kTasks; ++i) {
    Task task;
    task.id = static_cast<std::uint32_t>(i);
    task.name = fmt::format("task_{:02}", i);
    task.variants = {{1, ProcessorKind::Cpu, true, false}, {2, ProcessorKind::Gpu, true, false}};
    p.tasks.push_back(task);
    Launch launch;
    launch.task = task.name;
    launch.domain = rect_of_extents(i % 2 == 0 ? Point{kSide, kSide} : Point{kSide * kSide});
    launch.count = 100;
    launch.total_time = Nanoseconds{1'000'000 * (i + 1)};
    for (int argument = 0; argument < 4; ++argument) {
      Requirement r;
      r.index = argument;
      r.privilege = argument == 0 ? Privilege::ReadWrite : Privilege::Read;
      r.names = {fmt::format("part_{}", argument), fmt::format("region_{}", argument)};
      r.fields = {{static_cast<std::uint32_t>(argument), "", Bytes{8}}};
      r.dimensions = 2;
      r.max_bytes = Bytes{std::uint64_t{64} << 20};
      r.bytes = Bytes{r.max_bytes.value * kSide * kSide};
      r.least_bytes = r.bytes;
      launch.requirements.push_back(r);
    }
    p.launches.push_back(launch);
  }
  return p;
}

std::string function_text(int i) {
  const std::string head = fmt::format("def map_{:02}(Task task) {{\n", i);
  const std::string tail = "}\n";
  if (i % 2 == 0) {
    constexpr const char* kBodies[] = {
        "  at = task.ipoint * mgpu.size / task.ispace;\n  return mgpu[*at];\n",
        "  linear = task.ipoint[0] * task.ispace[1] + task.ipoint[1];\n"
        "  return mgpu[linear / mgpu.size[1] % mgpu.size[0], linear % mgpu.size[1]];\n",
        "  nodes = mgpu.auto_split(0, task.ispace);\n"
        "  grid = nodes.auto_split(2, task.ispace / nodes.size[:2]);\n"
        "  upper = tuple(task.ipoint[i] * grid.size[i] / task.ispace[i] for i in (0, 1));\n"
        "  lower = tuple(task.ipoint[i] % grid.size[i + 2] for i in (0, 1));\n"
        "  return grid[*upper, *lower];\n"};
    return head + kBodies[i / 2 % 3] + tail;
  }
  return head +
         "  row = task.ipoint[0] / mgpu.size[1];\n"
         "  node = row % mgpu.size[0];\n"
         "  return mgpu[node, task.ipoint[0] % mgpu.size[1]];\n" +
         tail;
}

std::string mapping() {
  std::string text = "Task * GPU, CPU;\nRegion * * GPU FBMEM, ZCMEM;\nRegion * * CPU SYSMEM;\n";
  text += "Layout * * * SOA C_order;\nmgpu = Machine(GPU);\n";
  for (int i = 0; i < kTasks; ++i) {
    text += function_text(i);
    text += fmt::format("Region task_{0:02} part_1 GPU ZCMEM, FBMEM;\n", i);
    if (i % 2 == 1) text += fmt::format("Layout task_{0:02} 2 FBMEM AOS F_order;\n", i);
    text += fmt::format("IndexTaskMap task_{0:02} map_{0:02};\n", i);
  }
  return text;
}

int run() {
  const Machine on = machine();
  const Program of = program();
  const std::string text = mapping();
  std::vector<double> compiled;
  std::vector<double> total;
  std::size_t findings = 0;
  for (int i = 0; i < kRuns; ++i) {
    const std::clock_t start = std::clock();
    const auto since = [](std::clock_t begin) {
      return 1e3 * static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    };
    DiagnosticSink sink;
    const auto policy =
        lang::compile(std::make_shared<const SourceFile>("bench.castra", text), sink);
    compiled.push_back(since(start));
    if (policy == nullptr) return 1;
    lang::check_against(*policy, &of, &on, sink);
    total.push_back(since(start));
    findings = sink.diagnostics().size();
  }
  std::ranges::sort(compiled);
  std::ranges::sort(total);
  fmt::print(
      "check of {} lines, {} functions against {} tasks ({} points) on {} nodes x 8 GPUs:\n"
      "median {:.2f} ms of {} runs (fastest {:.2f}), of which parsing and type checks {:.2f}; {} "
      "findings\n",
      std::ranges::count(text, '\n'), kTasks, kTasks, kTasks * kSide * kSide, on.nodes,
      total[kRuns / 2], kRuns, total.front(), compiled[kRuns / 2], findings);
  return 0;
}

}  // namespace
}  // namespace castra

int main() { return castra::run(); }
