#include "program/json.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <nlohmann/json.hpp>

namespace castra {
namespace {

Program sample_program() {
  Program program;
  program.command = {"./app", "-n", "a \"quoted\" word"};
  program.machine.name = "realm";
  program.machine.processors = {{ProcessorKind::Cpu, 2, ""}, {ProcessorKind::Gpu, 4, "Tesla P100"}};
  program.machine.memories = {
      {MemoryKind::FrameBuffer, 4, Bytes{std::uint64_t{16} << 30}, {ProcessorKind::Gpu}, "Realm"}};
  program.tasks = {
      {7, "step", {{1, ProcessorKind::Cpu, true, false}, {2, ProcessorKind::Gpu, true, false}}},
      {1, "top_level", {{3, ProcessorKind::Cpu, false, true}}}};
  program.tasks[0].variants[1].layouts = {{0, "SOA F_order"}, {2, "AOS C_order Align==64"}};
  Requirement requirement{1,
                          Privilege::Reduce,
                          -3,
                          {"part", "cells"},
                          {{101, "charge", Bytes{8}}, {102, "", Bytes{4}}},
                          2,
                          Bytes{4096},
                          Bytes{1024},
                          Bytes{512}};
  program.launches = {
      {"top_level", std::nullopt, 1, {}, Nanoseconds{0}, 0},
      {"step", Rect{{0, -1}, {3, 2}}, 12, {requirement}, Nanoseconds{123456789}, 48}};
  return program;
}

Trace sample_trace() {
  Trace trace;
  PointTrace point;
  point.launch = 5;
  point.task = "step";
  point.point = Point{1, -1};
  point.target = {ProcessorKind::Gpu, 0, 3};
  point.ran_on = ProcessorName{ProcessorKind::Gpu, 0, 3};
  point.start = Nanoseconds{10};
  point.end = Nanoseconds{30};
  point.by_policy = true;
  point.arguments = {
      {0, true, {}},
      {1,
       false,
       {{{MemoryKind::FrameBuffer, 0, 3}, Bytes{64}, "SOA F_order", true, 0xf000000000000001ULL}}}};
  trace.points = {point, PointTrace{}};
  trace.points.back().task = "top_level";
  trace.copies = {{{MemoryKind::ZeroCopy, 0, 0},
                   {MemoryKind::FrameBuffer, 0, 1},
                   Bytes{128},
                   Nanoseconds{1},
                   Nanoseconds{2}}};
  return trace;
}

TEST(ProgramJson, RoundTrips) {
  const Program program = sample_program();
  const auto read = program_from_json(to_json(program), "p.json");
  ASSERT_TRUE(read) << read.error().to_string();
  EXPECT_EQ(*read, program);
  EXPECT_EQ(to_json(*read), to_json(program));
}

TEST(ProgramJson, WritesOneRecordPerLine) {
  const std::string text = to_json(sample_program());
  EXPECT_NE(text.find("\n{\"id\":7,\"name\":\"step\""), std::string::npos) << text;
  EXPECT_NE(text.find("\n{\"task\":\"top_level\",\"domain\":null,"), std::string::npos) << text;
}

TEST(TraceJson, RoundTrips) {
  const Trace trace = sample_trace();
  const auto read = trace_from_json(to_json(trace), "t.json");
  ASSERT_TRUE(read) << read.error().to_string();
  EXPECT_EQ(*read, trace);
}

TEST(TraceJson, EmptyRoundTrips) {
  const auto read = trace_from_json(to_json(Trace{}), "t.json");
  ASSERT_TRUE(read) << read.error().to_string();
  EXPECT_EQ(*read, Trace{});
}

/// The error for a program whose JSON was changed by `edit`.
template <typename Edit>
std::string error_after(Edit edit) {
  auto document = nlohmann::json::parse(to_json(sample_program()));
  edit(document);
  const auto read = program_from_json(document.dump(), "p.json");
  return read ? "no error" : read.error().to_string();
}

TEST(ProgramJson, NamesFilePathAndCause) {
  using nlohmann::json;
  EXPECT_EQ(error_after([](json& j) { j["launches"][1].erase("count"); }),
            "p.json: $.launches[1]: member 'count' is missing");
  EXPECT_EQ(error_after([](json& j) { j["launches"][1]["count"] = "many"; }),
            "p.json: $.launches[1].count: expected an integer");
  EXPECT_EQ(error_after([](json& j) { j["launches"][1]["count"] = -1; }),
            "p.json: $.launches[1].count: -1 is outside 0..9223372036854775807");
  EXPECT_EQ(error_after([](json& j) { j["tasks"][0]["variants"][1]["processor"] = "TPU"; }),
            "p.json: $.tasks[0].variants[1].processor: 'TPU' is not a processor kind");
  EXPECT_EQ(error_after([](json& j) { j["launches"][1]["requirements"][0]["privilege"] = 1; }),
            "p.json: $.launches[1].requirements[0].privilege: expected a string");
  EXPECT_EQ(error_after([](json& j) { j["tasks"] = 3; }), "p.json: $.tasks: expected an array");
  EXPECT_EQ(error_after([](json& j) { j["machine"] = json::array(); }),
            "p.json: $.machine: expected an object");
  EXPECT_EQ(error_after([](json& j) { j["launches"][1]["domain"]["lo"] = {1}; }),
            "p.json: $.launches[1].domain: lo and hi need the same number of coordinates, 1 to 16");
  EXPECT_EQ(error_after([](json& j) { j["launches"][1]["task"] = "stop"; }),
            "p.json: $.launches: task 'stop' is not in the list of tasks");
}

TEST(ProgramJson, RefusesOtherFormatsAndNewerVersions) {
  using nlohmann::json;
  EXPECT_EQ(error_after([](json& j) { j["format"] = "castra-trace"; }),
            "p.json: this is a 'castra-trace' file, expected 'castra-program'");
  EXPECT_EQ(error_after([](json& j) { j["version"] = 1; }),
            "p.json: castra-program version 1 is newer than 0, the newest this Castra reads\n"
            "  remedy: use a newer Castra, or write the file again with this one");
  EXPECT_EQ(error_after([](json& j) { j.erase("version"); }),
            "p.json: $: member 'version' is missing");
  EXPECT_FALSE(trace_from_json(to_json(sample_program()), "p.json"));
}

TEST(ProgramJson, RefusesEveryTruncation) {
  const std::string text = to_json(sample_program());
  const std::size_t end = text.find_last_of('}');
  for (std::size_t length = 0; length <= end; ++length) {
    const auto read = program_from_json(text.substr(0, length), "p.json");
    ASSERT_FALSE(read) << length;
    EXPECT_NE(read.error().what.find("p.json: not valid JSON at byte"), std::string::npos);
  }
}

TEST(ProgramJson, DeepNestingAndWrongTopLevelAreErrors) {
  EXPECT_FALSE(program_from_json(std::string(100000, '['), "p.json"));
  EXPECT_FALSE(program_from_json("[]", "p.json"));
  EXPECT_FALSE(program_from_json("null", "p.json"));
}

}  // namespace
}  // namespace castra
