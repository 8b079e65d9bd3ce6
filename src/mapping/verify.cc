#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "mapping/mapping.h"
#include "support/text.h"

namespace castra {
namespace {

/// " (line 3: `Region * r GPU FBMEM;`)", or nothing for the fallback.
std::string cite(const DecidedBy& by) {
  return by.line > 0 ? fmt::format(" (line {}: `{}`)", by.line, by.text) : std::string();
}

std::string kinds_text(const std::vector<ProcessorKind>& kinds) {
  std::vector<std::string> words;
  for (ProcessorKind kind : kinds) words.emplace_back(to_string(kind));
  return join(words, ",");
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
  std::string text;
  DecidedBy rule;
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
      if (!launch.failure.empty()) complaints_.push_back({launch.failure, launch.by});
    }
    std::vector<Fault> faults;
    for (const Complaint& complaint : complaints_) {
      faults.push_back(
          {complaint.text +
               (complaint.more > 0
                    ? fmt::format("; the same holds for {} more arguments", complaint.more)
                    : "") +
               cite(complaint.rule),
           complaint.rule.line});
    }
    return faults;
  }

 private:
  /// Reports a fault of one argument, or counts it if the same rule already did `fault` to another.
  void say(const std::string& fault, const DecidedBy& by, std::string text) {
    const auto [found, fresh] = first_.try_emplace({fault, by.line}, complaints_.size());
    if (fresh) {
      complaints_.push_back({std::move(text), by});
    } else {
      ++complaints_[found->second].more;
    }
  }

  void check_task(const TaskDecision& decision) {
    const Task* task = program_.find_task(decision.task);
    if (!decision.listed.empty() && !decision.kind_decided) {
      complaints_.push_back(
          {fmt::format("task `{}` has no {} variant with a processor to run it here", decision.task,
                       kinds_text(decision.listed)),
           decision.kind_by});
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
        say("virtual", by,
            fmt::format("{} is mapped VIRTUAL, but the task's {} variant reads it: only an inner "
                        "variant can "
                        "do without an instance",
                        subject, kind));
        return;
      }
      if (!machine_.visible(memory, task.kind)) continue;
      visible = true;
      for (const MemoryGroup& group : machine_.memories) {
        if (group.kind == memory) largest = std::max(largest, group.capacity);
      }
    }
    if (!visible) {
      say("invisible from " + kind, by,
          fmt::format("{} is to live in {}, which is not visible from {} processors here", subject,
                      memories_text(*argument.memories), kind));
    } else if (facts.max_bytes > largest) {
      say("too large", by,
          fmt::format("{} needs {} for its largest point, but {} holds {}", subject,
                      to_string(facts.max_bytes), memories_text(*argument.memories),
                      to_string(largest)));
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
  for (Fault& fault : find_faults(mapping, program, machine))
    reasons.push_back(std::move(fault.text));
  return reasons;
}

}  // namespace castra
