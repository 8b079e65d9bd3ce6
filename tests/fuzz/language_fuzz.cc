#include "language_fuzz.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "lang/parser.h"
#include "lang/policy.h"
#include "lang/printer.h"
#include "support/check.h"

namespace castra::lang {
namespace {

void query(const Policy& policy) {
  MachineShape machine;
  machine.nodes = 2;
  machine.set(ProcessorKind::Gpu, 4);
  machine.set(ProcessorKind::Cpu, 3);
  std::vector<std::string> tasks = {"another"};
  std::vector<std::string> regions = {"another"};
  for (const auto& use : policy.task_names()) tasks.push_back(use.name);
  for (const auto& use : policy.region_names()) regions.push_back(use.name);
  if (tasks.size() > 8) tasks.resize(8);
  if (regions.size() > 8) regions.resize(8);
  for (const std::string& task : tasks) {
    policy.processors(task);
    for (const ProcessorKind kind : {ProcessorKind::Gpu, ProcessorKind::Cpu, ProcessorKind::Omp}) {
      const ArgumentQuery argument{task, 1, regions, kind};
      policy.memories(argument);
      policy.layout(argument, MemoryKind::FrameBuffer);
      for (const Rect& domain : {rect_of_extents({3}), Rect{{-1, 2}, {0, 3}}}) {
        const auto placed = policy.place(task, kind, domain, machine);
        if (!placed || !*placed) continue;
        CASTRA_CHECK((*placed)->points.size() == static_cast<std::size_t>(domain.volume()),
                     "one entry a point");
        for (const ProcessorSet& set : (*placed)->points) {
          CASTRA_CHECK(set.node >= 0 && set.node < machine.nodes && !set.processors.empty(),
                       "inside the machine");
          for (const int p : set.processors)
            CASTRA_CHECK(p >= 0 && p < machine.count(kind), "inside the node");
        }
      }
    }
  }
}

}  // namespace

void exercise_language(const std::string& text) {
  const auto source = std::make_shared<const SourceFile>("fuzz", text);
  DiagnosticSink sink;
  const auto policy = compile(source, sink);
  render_all(*source, sink);
  CASTRA_CHECK((policy == nullptr) == sink.has_errors(), "a policy exactly if there are no errors");
  if (policy == nullptr) return;
  DiagnosticSink first;
  const Ast ast = parse(*source, first);
  const SourceFile printed("printed", print(ast));
  DiagnosticSink second;
  const Ast again = parse(printed, second);
  // Printing adds parentheses and blanks, which can only take a text that is nearly too large over
  // it.
  CASTRA_CHECK(second.has_errors() || dump(again) == dump(ast), "printing keeps the tree");
  CASTRA_CHECK(!second.has_errors() || text.size() > kMaxSourceBytes / 4, "printed programs parse");
  query(*policy);
}

}  // namespace castra::lang

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  castra::lang::exercise_language(std::string(reinterpret_cast<const char*>(data), size));
  return 0;
}
