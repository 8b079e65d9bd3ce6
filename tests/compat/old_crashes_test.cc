#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "lang/diagnostics.h"
#include "lang/policy.h"
#include "support/file.h"
#include "support/text.h"

/// Every input on which the published implementation aborted, crashed or did not end: a file in
/// old_crashes that says, in its first lines,
///   # old: what happened there
///   # run: check | eval FUNCTION EXTENTS NODESxPROCESSORS | place TASK KIND EXTENTS
///   NODESxPROCESSORS
///          | single TASK KIND NODESxPROCESSORS [KIND NODE INDEX of its parent]
///          (after `dslmapper`: under that profile)
///   # expect: CODE, or CODE|CODE, found in the line that ends in `# here`; or `ok`; or the node
///   and
///             processor of every point; or `none` if no map applies
/// docs/old-crashes.md is the table of them all; CASTRA_UPDATE_GOLDEN=1 rewrites it.
namespace castra::lang {
namespace {

struct Case {
  std::string name;
  std::string old;
  std::vector<std::string> run;
  std::string expect;
  std::string program;
  Profile profile;
};

/// For the names of parametrised tests.
void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

struct Answer {
  std::string value;  ///< "ok", "none", the placement, or a code
  int line = 0;       ///< of an error
  std::string shown;  ///< for the table
};

std::string directive(const std::string& text, const std::string& name) {
  const std::string head = "# " + name + ": ";
  const std::size_t at = text.find(head);
  if (at == std::string::npos) return "";
  const std::size_t from = at + head.size();
  return text.substr(from, text.find('\n', from) - from);
}

std::vector<Case> cases() {
  std::vector<Case> found;
  const std::string folder = std::string(CASTRA_SOURCE_DIR) + "/tests/compat/old_crashes";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    Case c;
    c.name = entry.path().stem().string();
    const std::string text = read_file(entry.path().string()).value();
    c.old = directive(text, "old");
    c.expect = directive(text, "expect");
    std::istringstream words(directive(text, "run"));
    for (std::string word; words >> word;) c.run.push_back(word);
    if (!c.run.empty() && c.run.front() == "dslmapper") {
      c.profile = dslmapper();
      c.run.erase(c.run.begin());
    }
    std::size_t body = 0;
    for (int line = 0; line < 3; ++line) body = text.find('\n', body) + 1;
    c.program = text.substr(body);
    found.push_back(std::move(c));
  }
  std::ranges::sort(found, {}, &Case::name);
  return found;
}

std::vector<std::int64_t> numbers(const std::string& text) {
  std::vector<std::int64_t> out;
  for (const std::string_view part : split(text, 'x')) {
    std::int64_t value = 0;
    std::from_chars(part.data(), part.data() + part.size(), value);
    out.push_back(value);
  }
  return out;
}

MachineShape shape(const std::string& text) {
  const auto sizes = numbers(text);
  MachineShape machine;
  machine.nodes = static_cast<int>(sizes.at(0));
  for (const ProcessorKind kind : kAllProcessorKinds)
    machine.set(kind, static_cast<int>(sizes.at(1)));
  return machine;
}

template <typename Owners>
std::string digits(const Owners& owners) {
  std::string out;
  for (const ProcessorSet& set : owners) {
    if (!out.empty()) out += ' ';
    out += std::to_string(set.node);
    if (set.processors.size() > 1) out += '{';
    for (const int processor : set.processors) out += std::to_string(processor);
    if (set.processors.size() > 1) out += '}';
  }
  return out;
}

Answer error_answer(const SourceFile& source, const Diagnostic& d) {
  const int line = source.locate(d.span.begin).line;
  const std::string what = d.message.substr(0, d.message.find(" (in `"));
  return {d.code, line, fmt::format("`{}`, line {}: {}", d.code, line, what)};
}

Answer ask_single(const Case& c, const SourceFile& source, const Policy& policy) {
  std::vector<RunningTask> parents;
  if (c.run.size() > 4) {
    parents.push_back({"parent", *parse_processor_kind(c.run.at(4)), std::stoi(c.run.at(5)),
                       std::stoi(c.run.at(6))});
  }
  const SingleQuery query{{c.run.at(1), *parse_processor_kind(c.run.at(2)), 0, 0}, parents, {}};
  const auto result = policy.place_single(query, shape(c.run.at(3)), nullptr);
  if (!result) return error_answer(source, result.error());
  if (!*result) return {"none", 0, "the map stays inactive"};
  const std::string placed = digits(std::vector<ProcessorSet>{(*result)->processors});
  return {placed, 0, "placed: `" + placed + "`"};
}

Answer ask(const Case& c) {
  const auto source = std::make_shared<const SourceFile>(c.name, c.program);
  DiagnosticSink sink;
  const auto policy = compile(source, sink, {c.profile});
  for (const Diagnostic& d : sink.diagnostics())
    if (d.severity == Severity::Error) return error_answer(*source, d);
  if (policy == nullptr || c.run.empty()) return {"no policy", 0, ""};
  if (c.run.front() == "check") return {"ok", 0, "accepted"};
  PlaceResult result;
  if (c.run.front() == "single") return ask_single(c, *source, *policy);
  if (c.run.front() == "eval") {
    result =
        policy->evaluate(c.run.at(1), rect_of_extents(numbers(c.run.at(2))), shape(c.run.at(3)));
  } else {
    result = policy->place(c.run.at(1), *parse_processor_kind(c.run.at(2)),
                           rect_of_extents(numbers(c.run.at(3))), shape(c.run.at(4)));
  }
  if (!result) return error_answer(*source, result.error());
  if (!*result) return {"none", 0, "the map stays inactive"};
  return {digits((**result).points), 0, "placed: `" + digits((**result).points) + "`"};
}

int expected_line(const std::string& text) {
  const std::size_t mark = text.find("# here");
  if (mark == std::string::npos) return 0;
  return static_cast<int>(
      std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(mark), '\n') + 1);
}

std::string cell(std::string text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

/// The program as one table cell.
std::string shown_program(const Case& c) {
  std::string out;
  std::istringstream lines(c.program);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t mark = line.find("  # here");
    if (mark != std::string::npos) line.resize(mark);
    const std::size_t indent = line.find_first_not_of(' ');
    std::string spaces;
    for (std::size_t i = 0; i < indent; ++i) spaces += "&nbsp;";
    out += (out.empty() ? "" : "<br>") + spaces + "`" + cell(line.substr(indent)) + "`";
  }
  return out;
}

std::string shown_run(const Case& c) {
  std::string out;
  if (c.run.front() == "eval") {
    out = fmt::format("points {}, machine {}", c.run.at(2), c.run.at(3));
  } else if (c.run.front() == "place") {
    out = fmt::format("{} on {}, points {}, machine {}", c.run.at(1), c.run.at(2), c.run.at(3),
                      c.run.at(4));
  }
  if (c.run.front() == "single") {
    out = fmt::format("{} singly on {}, machine {}", c.run.at(1), c.run.at(2), c.run.at(3));
    if (c.run.size() > 4)
      out += fmt::format(", its parent on {} {} of node {}", c.run.at(4), c.run.at(6), c.run.at(5));
  }
  if (c.profile != Profile{}) out += (out.empty() ? "" : ", ") + std::string("--compat dslmapper");
  return out.empty() ? out : " (" + out + ")";
}

class OldCrash : public testing::TestWithParam<Case> {};

TEST_P(OldCrash, EndsInAFindingOrAValue) {
  const Case& c = GetParam();
  ASSERT_FALSE(c.old.empty());
  const Answer answer = ask(c);
  bool expected = answer.value == c.expect;
  for (const std::string_view one : split(c.expect, '|'))
    expected = expected || answer.value == one;
  EXPECT_TRUE(expected) << "expected " << c.expect << ", got " << answer.value << " "
                        << answer.shown;
  EXPECT_EQ(answer.line, expected_line(c.program)) << answer.shown;
}

INSTANTIATE_TEST_SUITE_P(Compat, OldCrash, testing::ValuesIn(cases()),
                         [](const auto& test) { return test.param.name; });

TEST(OldCrashes, TheTableIsCurrent) {
  const auto all = cases();
  std::string table = fmt::format(
      "# Inputs that ended the published implementation\n\n"
      "Each of these {} programs made the published implementation abort, crash, read memory that "
      "is not its own, or run for ever. "
      "The last column is what Castra says. The files are in `tests/compat/old_crashes`; this page "
      "is written by their test.\n\n"
      "| input | there | Castra |\n|---|---|---|\n",
      all.size());
  for (const Case& c : all) {
    table += fmt::format("| {}{} | {} | {} |\n", shown_program(c), shown_run(c), cell(c.old),
                         cell(ask(c).shown));
  }
  const std::string path = std::string(CASTRA_SOURCE_DIR) + "/docs/old-crashes.md";
  if (std::getenv("CASTRA_UPDATE_GOLDEN") != nullptr) {
    ASSERT_TRUE(write_file(path, table));
  }
  EXPECT_EQ(read_file(path).value_or(""), table) << "set CASTRA_UPDATE_GOLDEN=1 to rewrite it";
}

}  // namespace
}  // namespace castra::lang
