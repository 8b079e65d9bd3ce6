#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "mapping/capacity.h"
#include "mapping/mapping.h"
#include "support/text.h"

namespace castra {
namespace {

/// " (line 3: `Region * r GPU FBMEM;`)", or nothing for the fallback.
std::string cite(const DecidedBy& by) {
  return by.line > 0 ? fmt::format(" (line {}: `{}`)", by.line, by.text) : std::string();
}

std::string kinds_text(const std::vector<ProcessorKind>& kinds, std::string_view separator = ",") {
  std::vector<std::string> words;
  for (ProcessorKind kind : kinds) words.emplace_back(to_string(kind));
  return join(words, separator);
}

std::string memories_text(const std::vector<MemoryKind>& memories) {
  std::vector<std::string> words;
  for (MemoryKind memory : memories) words.emplace_back(to_string(memory));
  return join(words, ",");
}

/// What the program does with one argument, over all launches of its task.
struct ArgumentFacts {
  bool accessed = false;  ///< false: passed on or for its bounds only, so it needs no instance
  Bytes max_bytes;
  std::string name;
};

/// The same fault of the same rule, told of the first argument it hits.
struct Complaint {
  Fault fault;
  int more = 0;  ///< further arguments
};

class Verifier {
 public:
  Verifier(const Program& program, const Machine& machine) : program_(program), machine_(machine) {
    for (const Launch& launch : program.launches) {
      for (const Requirement& requirement : launch.requirements) {
        ArgumentFacts& facts = facts_[{launch.task, requirement.index}];
        facts.accessed = facts.accessed || requirement.privilege != Privilege::None;
        facts.max_bytes = std::max(facts.max_bytes, requirement.max_bytes);
        if (facts.name.empty() && !requirement.names.empty())
          facts.name = requirement.names.front();
      }
    }
  }

  std::vector<Fault> run(const Mapping& mapping) {
    for (const TaskDecision& task : mapping.tasks) check_task(task);
    for (const LaunchDecision& launch : mapping.launches) {
      if (!launch.failure.empty())
        add({FaultKind::Placement, launch.failure, "", launch.by, launch.task});
    }
    std::vector<Fault> faults;
    for (Complaint& complaint : complaints_) {
      Fault& fault = complaint.fault;
      if (complaint.more > 0) {
        fault.text += fmt::format("; the same holds for {} more argument{}", complaint.more,
                                  complaint.more == 1 ? "" : "s");
      }
      faults.push_back(std::move(fault));
    }
    for (Fault& fault : find_overflows(mapping, program_, machine_))
      faults.push_back(std::move(fault));
    return faults;
  }

 private:
  void add(Fault fault) { complaints_.push_back({std::move(fault), 0}); }

  /// Reports a fault of one argument, or counts it if the same rule already did `what` to another.
  void say(const std::string& what, Fault fault) {
    const auto [found, fresh] = first_.try_emplace({what, fault.by.line}, complaints_.size());
    if (fresh) {
      add(std::move(fault));
    } else {
      ++complaints_[found->second].more;
    }
  }

  void check_task(const TaskDecision& decision) {
    const Task* task = program_.find_task(decision.task);
    if (!decision.listed.empty() && !decision.kind_decided) {
      add({FaultKind::NoVariant,
           fmt::format("task `{}` has no {} variant with a processor to run it here", decision.task,
                       kinds_text(decision.listed)),
           possible_kinds(task), decision.kind_by, decision.task});
      return;
    }
    const bool inner =
        task != nullptr &&
        std::any_of(task->variants.begin(), task->variants.end(), [&](const TaskVariant& variant) {
          return variant.processor == decision.kind && variant.inner;
        });
    for (const ArgumentDecision& argument : decision.arguments) {
      if (argument.memories) check_memories(decision, argument, inner);
    }
  }

  std::string possible_kinds(const Task* task) const {
    if (task == nullptr) return "";
    std::vector<ProcessorKind> kinds;
    for (const ProcessorKind kind : kAllProcessorKinds) {
      if (task->has_variant(kind) && machine_.find(kind) != nullptr) kinds.push_back(kind);
    }
    if (kinds.empty()) return "no kind of processor of this machine can run this task";
    const std::string list = kinds_text(kinds, ", ");
    return fmt::format("it can run on {} here: write `Task {} {};`", list, task->name, list);
  }

  void check_memories(const TaskDecision& task, const ArgumentDecision& argument, bool inner) {
    const ArgumentFacts& facts = facts_[{task.task, argument.index}];
    if (!facts.accessed) return;
    const DecidedBy& by = argument.memories_by;
    const std::string kind(to_string(task.kind));
    const std::string subject =
        fmt::format("argument {}{} of task `{}`", argument.index,
                    facts.name.empty() ? "" : " (" + facts.name + ")", task.task);
    bool visible = false;
    Bytes largest;
    for (MemoryKind memory : *argument.memories) {
      if (memory == MemoryKind::Virtual) {
        if (inner) return;
        say("virtual", {FaultKind::VirtualArgument,
                        fmt::format("{} is mapped VIRTUAL, but the task's {} variant reads it: "
                                    "only an inner variant can do without an instance",
                                    subject, kind),
                        fmt::format("write a memory that {} processors see here: {}", kind,
                                    visible_memories(machine_, task.kind, Bytes{})),
                        by, task.task});
        return;
      }
      if (!machine_.visible(memory, task.kind)) continue;
      visible = true;
      for (const MemoryGroup& group : machine_.memories) {
        if (group.kind == memory) largest = std::max(largest, group.capacity);
      }
    }
    if (!visible) {
      say("invisible from " + kind,
          {FaultKind::UnreachableMemory,
           fmt::format("{} is to live in {}, which is not visible from {} processors here", subject,
                       memories_text(*argument.memories), kind),
           fmt::format("{} processors see {}", kind,
                       visible_memories(machine_, task.kind, Bytes{})),
           by, task.task});
    } else if (facts.max_bytes > largest) {
      const std::string larger = visible_memories(machine_, task.kind, facts.max_bytes);
      say("too large",
          {FaultKind::TooLarge,
           fmt::format("{} needs {} for its largest point, but {} holds {}", subject,
                       to_string(facts.max_bytes), memories_text(*argument.memories),
                       to_string(largest)),
           larger == kNoMemory ? fmt::format("no memory that {} processors see holds it: launch "
                                             "the task over more, smaller pieces",
                                             kind)
                               : "large enough here: " + larger,
           by, task.task});
    }
  }

  const Program& program_;
  const Machine& machine_;
  std::map<std::pair<std::string, int>, ArgumentFacts> facts_;
  std::vector<Complaint> complaints_;
  std::map<std::pair<std::string, int>, std::size_t> first_;  ///< (fault, rule line) -> complaint
};

}  // namespace

std::vector<Fault> find_faults(const Mapping& mapping, const Program& program,
                               const Machine& machine) {
  return Verifier(program, machine).run(mapping);
}

std::vector<std::string> verify(const Mapping& mapping, const Program& program,
                                const Machine& machine) {
  std::vector<std::string> reasons;
  for (const Fault& fault : find_faults(mapping, program, machine))
    reasons.push_back(fault.text + cite(fault.by));
  return reasons;
}

}  // namespace castra
