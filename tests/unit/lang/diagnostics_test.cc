#include "lang/diagnostics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "lang/check_against.h"
#include "lang/parser.h"
#include "lang_test_util.h"

/// Every finding of the table has a program here that triggers it.
namespace castra::lang {
namespace {

std::string function(const std::string& body) {
  return "m = Machine(GPU); def f(Task t) { " + body + " } IndexTaskMap * f;";
}

std::string repeated(const std::string& text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

/// Found by compiling.
const std::map<Finding, std::string>& compiled_examples() {
  static const std::map<Finding, std::string> kExamples = {
      {Finding::UnknownCharacter, "Task * GPU; @"},
      {Finding::UnterminatedString, "Task \"foo GPU;"},
      {Finding::IntegerTooLarge, "x = 9223372036854775808;"},
      {Finding::UnexpectedToken, "x = ;"},
      {Finding::MissingSemicolon, "Task * GPU Task a CPU;"},
      {Finding::UnknownStatement, "Tsak * GPU;"},
      {Finding::UnmatchedBrace, "}"},
      {Finding::MissingBrace, "def f(Task t) { return Machine(GPU)[0, 0];"},
      {Finding::UnknownProcessor, "Task * GPUS;"},
      {Finding::UnknownMemory, "Region * * * FBMEMORY;"},
      {Finding::UnknownConstraint, "Layout * * * Row_major;"},
      {Finding::TooDeep, "x = " + std::string(300, '(') + "1" + std::string(300, ')') + ";"},
      {Finding::EmptyBody, "def f(Task t) { }"},
      {Finding::NoSuchConstruct, function("while (True) { }")},
      {Finding::SourceTooLarge, std::string(kMaxSourceBytes + 1, '\n')},
      {Finding::WrongOperator, "x = True and False;"},
      {Finding::CommaInLayout, "Layout * * * SOA, C_order;"},
      {Finding::ExpressionStatement, "Machine(GPU);"},
      {Finding::LanguageVersion, "language 2;"},
      {Finding::BadNumber, "x = 0x10;"},
      {Finding::WrongSlot, "Region * * FBMEM;"},
      {Finding::StarInList, "Layout *, *, * SOA;"},
      {Finding::ChainTooLong, "x = 1" + repeated(" + 1", 1200) + ";"},
      {Finding::PaperColon, "def f(Task t): return Machine(GPU)[0, 0];"},
      {Finding::PaperUntyped, "def f(t) { return Machine(GPU)[0, 0]; }"},
      {Finding::PaperSpaces, "Task * GPU CPU;"},
      {Finding::TrailingComma, "Task * GPU,;"},
      {Finding::PaperLineEnd, "def f(Task t):\n  x = 1\n  return Machine(GPU)[0, 0];"},
      {Finding::UndefinedName, "x = y;"},
      {Finding::UndefinedFunction, "IndexTaskMap * f;"},
      {Finding::WrongArity, "x = Machine(GPU).merge(1);"},
      {Finding::UnknownMember, "x = Machine(GPU).length;"},
      {Finding::WrongEntry, "def f(int a, int b) { return a; } IndexTaskMap * f;"},
      {Finding::NoReturn, "def f(Task t) { x = 1; }"},
      {Finding::Redefinition, "x = 1; x = 2;"},
      {Finding::TypeMismatch, "x = (1, 2)[True];"},
      {Finding::BadAlign, "Layout * * * Align==100;"},
      {Finding::CyclicVariable, "x = y; y = x;"},
      {Finding::NotCallable, "x = 1; y = x(2);"},
      {Finding::BadUnpack, "x = *(1, 2);"},
      {Finding::BadWildcard, "x = (1, 2)[*];"},
      {Finding::ReservedName, "Machine = 1;"},
      {Finding::WrongOperands, "x = True + 1;"},
      {Finding::WrongReturn, function("return 1;")},
      {Finding::VariableAsFunction, "m = Machine(GPU); IndexTaskMap * m;"},
      {Finding::BadCount, "Region * 5000000 * SYSMEM;"},
      {Finding::DuplicateRule, "Task * GPU; Task * CPU;"},
      {Finding::SliceToZero, "x = (1, 2)[:0];"},
      {Finding::AfterReturn, function("return m[0, 0]; x = 1;")},
      {Finding::AfterVirtual, "Region * * * VIRTUAL, SYSMEM;"},
      {Finding::RepeatedKind, "Task * GPU, GPU;"},
      {Finding::LaterAssigned, "def g() { return a; } a = g(); b = a;"},
      {Finding::EndlessRecursion, "def f(int n) { return n + f(n - 1); } x = f(1);"},
      {Finding::BranchTypes, "x = True ? 1 : (1, 2);"},
      {Finding::UnusedName, "x = 1;"},
      {Finding::NeverMatches, "Task * GPU; Region * * CPU SYSMEM;"},
      {Finding::HidesName, "m = Machine(GPU); def f(Task m) { return Machine(GPU)[0, 0]; }"},
      {Finding::KindMismatch, "Task * CPU; " + function("return m[0, 0];")},
      {Finding::RedundantRule, "CollectMemory * *; CollectMemory foo r;"},
      {Finding::NoEffect, "InstanceLimit foo 3;"},
  };
  return kExamples;
}

/// Found by comparing with the program and machine below.
const std::map<Finding, std::string>& compared_examples() {
  static const std::map<Finding, std::string> kExamples = {
      {Finding::UnknownTask, "Task calculate CPU;"},
      {Finding::UnknownRegion, "Region * rp_shard CPU SYSMEM;"},
      {Finding::AbsentProcessor, "Task * OMP;"},
      {Finding::AbsentMemory, "Region * * CPU FBMEM;"},
      {Finding::UnknownArgument, "Region calculate_new 0, 99 CPU SYSMEM;"},
  };
  return kExamples;
}

/// Found by evaluating over four points on 2 nodes with 4 processors.
const std::map<Finding, std::string>& evaluated_examples() {
  static const std::map<Finding, std::string> kExamples = {
      {Finding::IndexOutsideMachine, function("return m[t.ipoint[0], 0];")},
      {Finding::DivisionByZero, function("return m[1 / t.ipoint[0], 0];")},
      {Finding::Overflow,
       function("return m[9223372036854775807 + t.ipoint[0] - 9223372036854775807, 0];")},
      {Finding::IndexOutsideTuple, function("return m[t.ipoint[1], 0];")},
      {Finding::WrongValue,
       "m = Machine(GPU); def g(x) { return x ? 0 : 1; }"
       "def f(Task t) { return m[g(t.ipoint), 0]; } IndexTaskMap * f;"},
      {Finding::OutOfSteps,
       "m = Machine(GPU); def g(int n) { return n < 2 ? n : g(n - 1) + g(n - 2); }"
       "def f(Task t) { return m[g(50), 0]; } IndexTaskMap * f;"},
      {Finding::TooDeepCalls,
       "m = Machine(GPU); def g(int n) { return n < 0 ? 0 : g(n + 1); }"
       "def f(Task t) { return m[g(0), 0]; } IndexTaskMap * f;"},
      {Finding::BadTransform, function("return m.split(1, 3)[0, 0, 0];")},
      {Finding::WrongResult,
       "def g(x) { return x.ipoint; } def f(t) { return g(t); } IndexTaskMap * f;"},
      {Finding::SeveralNodes, function("return m[*, 0];")},
      {Finding::MixedKinds,
       "a = Machine(GPU); b = Machine(CPU);"
       "def f(Task t) { return t.ipoint[0] < 2 ? a[0, 0] : b[0, 0]; } IndexTaskMap * f;"},
      {Finding::NotInIndexLaunch, function("return m[*t.parent.processor(m)];")},
      {Finding::WrongIndexCount, function("return m.auto_split(0, t.ispace)[0, 0, 0];")},
      {Finding::TupleLengths, function("return m[(t.ipoint + (1, 2))[0], 0];")},
      {Finding::TupleTooLong,
       function(
           "a = m.size; b = (*a, *a, *a, *a, *a, *a, *a, *a); c = (*b, *b, *b, *b, *b, *b, *b, *b);"
           "d = (*c, *c, *c, *c, *c, *c, *c, *c); e = (*d, *d, *d, *d, *d, *d, *d, *d); return "
           "m[e.len, 0];")},
      {Finding::NotKnown, function("return m[t.region_bytes(0), 0];")},
      {Finding::NoSuchArgument, function("return m[t.region_bytes(-1), 0];")},
      {Finding::BadRange, function("return m[len(range(0, 5, t.ipoint[0])), 0];")},
      {Finding::EmptyTuple, function("return m[min(range(t.ipoint[0])), 0];")},
  };
  return kExamples;
}

bool contains(const std::vector<Diagnostic>& diagnostics, Finding finding) {
  return std::any_of(diagnostics.begin(), diagnostics.end(),
                     [&](const Diagnostic& d) { return d.code == info(finding).code; });
}

TEST(Findings, CompiledExamples) {
  for (const auto& [finding, text] : compiled_examples()) {
    const Compiled c = compile_text(text);
    EXPECT_TRUE(contains(c.diagnostics, finding)) << info(finding).code << " " << text << "\n"
                                                  << c.rendered;
    if (info(finding).severity != Severity::Error) {
      EXPECT_NE(c.policy, nullptr) << "only errors stop a program: " << c.rendered;
    }
  }
}

TEST(Findings, ComparedExamples) {
  Program program;
  program.tasks.push_back({1, "calculate_new", {}});
  Launch launch;
  launch.task = "calculate_new";
  Requirement requirement;
  requirement.names = {"rp_shared"};
  launch.requirements.push_back(requirement);
  program.launches.push_back(launch);
  Machine machine;
  machine.name = "small";
  machine.processors.push_back({ProcessorKind::Cpu, 2, ""});
  MemoryGroup memory;
  memory.kind = MemoryKind::System;
  memory.visible_from = {ProcessorKind::Cpu};
  machine.memories.push_back(memory);
  for (const auto& [finding, text] : compared_examples()) {
    const Compiled c = compile_text(text);
    ASSERT_NE(c.policy, nullptr) << c.rendered;
    DiagnosticSink sink;
    check_against_program(*c.policy, program, sink);
    check_against_machine(*c.policy, machine, sink);
    ASSERT_EQ(sink.diagnostics().size(), 1u) << text << render_all(*c.source, sink);
    EXPECT_EQ(sink.diagnostics()[0].code, info(finding).code) << text;
    EXPECT_FALSE(sink.has_errors());
  }
  const Compiled sound =
      compile_text("Task calculate_new GPU, CPU; Region * rp_shared, 7 CPU FBMEM, SYSMEM;");
  DiagnosticSink sink;
  check_against_program(*sound.policy, program, sink);
  check_against_machine(*sound.policy, machine, sink);
  EXPECT_TRUE(sink.diagnostics().empty()) << render_all(*sound.source, sink);
}

TEST(Findings, EvaluatedExamples) {
  for (const auto& [finding, text] : evaluated_examples()) {
    const Compiled c = compile_text(text);
    ASSERT_NE(c.policy, nullptr) << c.rendered;
    const auto result = c->place("any", ProcessorKind::Gpu, rect_of_extents({4}), shape(2, 4));
    ASSERT_FALSE(result) << info(finding).code << " " << text;
    EXPECT_EQ(result.error().code, info(finding).code) << text << "\n" << result.error().message;
    EXPECT_NE(result.error().message.find("point ("), std::string::npos);
  }
}

TEST(Findings, EveryOneHasAnExample) {
  // Triggered below, or in policy_test.cc and evaluator_test.cc through Policy::evaluate, or in
  // profile_test.cc under another profile.
  const std::set<Finding> elsewhere = {
      Finding::DomainTooLarge, Finding::NoSuchFunction, Finding::CannotRunHere,
      Finding::IgnoredDefinition, Finding::IgnoredAssignment, Finding::IgnoredRule,
      Finding::IgnoredStarMap, Finding::IgnoredNaming, Finding::SliceToZeroIsWhole,
      Finding::ExactWithoutCompact, Finding::MapForOtherKind, Finding::AliasOutsideMachine,
      // Of maps for single tasks: statements_test.cc.
      Finding::InactiveMap, Finding::NotInSingleTask, Finding::NoParent, Finding::WrongProcessor,
      // Of earlier forms: import_test.cc.
      Finding::NoOldForm, Finding::NotInOldForm, Finding::OldOperands, Finding::OldEntry,
      Finding::OldParts, Finding::ImportFailed, Finding::OldMerge, Finding::DroppedRule,
      // Of the command line's constants: constants_test.cc.
      Finding::BadConstant,
      // check_against_test.cc
      Finding::AlwaysFails, Finding::UnreachableMemory, Finding::VirtualArgument,
      Finding::ArgumentTooLarge, Finding::TooMuchAtOnce, Finding::MissingVariant,
      Finding::RegionNotOfTask, Finding::CollectWritten, Finding::NeverIndexLaunched,
      Finding::NeverSingleLaunched, Finding::MapNotUsed, Finding::UnreachableInList,
      Finding::IdleProcessors, Finding::UnevenLoad, Finding::MayFail, Finding::WrongModulus,
      Finding::WritesExceed, Finding::LayoutOverridden};
  for (const FindingInfo& row : finding_table()) {
    EXPECT_EQ(compiled_examples().count(row.finding) + compared_examples().count(row.finding) +
                  evaluated_examples().count(row.finding) + elsewhere.count(row.finding),
              1u)
        << row.code;
  }
}

TEST(Findings, CodesAreUniqueAndSayTheirSeverity) {
  std::set<std::string_view> codes;
  for (const FindingInfo& row : finding_table()) {
    EXPECT_TRUE(codes.insert(row.code).second) << row.code;
    const char letter = row.severity == Severity::Error     ? 'E'
                        : row.severity == Severity::Warning ? 'W'
                                                            : 'N';
    EXPECT_EQ(row.code.front(), letter) << row.code;
    EXPECT_FALSE(row.why.empty()) << row.code;
    EXPECT_NE(row.message.back(), '.') << row.code;
  }
}

TEST(Findings, RecordedLaunchesAreTried) {
  Program program;
  program.tasks.push_back({1, "work", {{1, ProcessorKind::Gpu, true, false}}});
  Launch launch;
  launch.task = "work";
  launch.domain = rect_of_extents({9});
  program.launches.push_back(launch);
  Machine machine;
  machine.name = "gpus";
  machine.processors.push_back({ProcessorKind::Gpu, 4, ""});
  const Compiled c = compile_text(
      "Task * GPU; m = Machine(GPU); def f(Task t) { return m[t.ipoint[0] / m.size[1], 0]; } "
      "IndexTaskMap * f;");
  ASSERT_NE(c.policy, nullptr);
  DiagnosticSink sink;
  check_launches(*c.policy, program, machine, sink);
  ASSERT_EQ(sink.diagnostics().size(), 1u);
  EXPECT_EQ(sink.diagnostics()[0].code, "E0501");
}

TEST(Findings, WhatCannotRunOnTheMachineIsAnErrorAtItsRule) {
  Program program;
  program.tasks.push_back({1, "work", {{1, ProcessorKind::Cpu, true, false}}});
  Launch launch;
  launch.task = "work";
  launch.requirements.push_back({});
  launch.requirements[0].privilege = Privilege::ReadWrite;
  program.launches.push_back(launch);
  Machine machine;
  machine.name = "cpus";
  machine.processors.push_back({ProcessorKind::Cpu, 2, ""});
  for (const char* memory : {"FBMEM", "VIRTUAL"}) {
    const Compiled c = compile_text(std::string("Task * CPU;\nRegion * * * ") + memory + ";");
    ASSERT_NE(c.policy, nullptr);
    DiagnosticSink sink;
    check_runs(*c.policy, program, machine, sink);
    ASSERT_EQ(sink.error_count(), 1u) << memory;
    EXPECT_EQ(sink.diagnostics()[0].code,
              info(std::string_view(memory) == "VIRTUAL" ? Finding::VirtualArgument
                                                         : Finding::UnreachableMemory)
                  .code);
    EXPECT_EQ(c.source->locate(sink.diagnostics()[0].span.begin).line, 2);
  }
}

}  // namespace
}  // namespace castra::lang
