#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "run_castra.h"
#include "support/file.h"

/// castra check --fix, --explain, --old-wording, the schema of --json, and castra diagnostics.
namespace castra::cli {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::StartsWith;

/// The part of JSON Schema that share/castra/schema uses; gives the path of what does not fit.
class Schema {
 public:
  explicit Schema(const std::string& name)
      : root_(json::parse(
            read_file(std::string(CASTRA_SOURCE_DIR) + "/share/castra/schema/" + name).value())) {}

  std::string fault(const json& value) const { return fault(root_, value, "$"); }

 private:
  static bool has_type(const std::string& type, const json& value) {
    if (type == "object") return value.is_object();
    if (type == "array") return value.is_array();
    if (type == "string") return value.is_string();
    if (type == "boolean") return value.is_boolean();
    return type == "integer" && value.is_number_integer();
  }

  std::string fault(const json& rule, const json& value, const std::string& path) const {
    if (rule.contains("$ref")) {
      const std::string name =
          rule["$ref"].get<std::string>().substr(std::string("#/$defs/").size());
      return fault(root_.at("$defs").at(name), value, path);
    }
    if (rule.contains("const") && rule["const"] != value) return path + " is another constant";
    if (rule.contains("enum") &&
        std::find(rule["enum"].begin(), rule["enum"].end(), value) == rule["enum"].end())
      return path + " is no word of the list";
    if (rule.contains("type") && !has_type(rule["type"], value)) return path + " has another type";
    if (rule.contains("minimum") && value < rule["minimum"]) return path + " is too small";
    for (const auto& name : rule.value("required", json::array())) {
      if (!value.contains(name)) return path + " lacks " + name.get<std::string>();
    }
    if (rule.contains("properties")) {
      for (const auto& [name, member] : value.items()) {
        if (!rule["properties"].contains(name)) return path + " has an unknown member " + name;
        const std::string inner = fault(rule["properties"][name], member, path + "." + name);
        if (!inner.empty()) return inner;
      }
    }
    if (rule.contains("items")) {
      for (std::size_t i = 0; i < value.size(); ++i) {
        const std::string inner =
            fault(rule["items"], value[i], path + "[" + std::to_string(i) + "]");
        if (!inner.empty()) return inner;
      }
    }
    return {};
  }

  json root_;
};

class CheckFix : public InFolder {};

TEST_F(CheckFix, JsonFollowsItsSchema) {
  const Schema schema("check.v1.schema.json");
  const std::string bad =
      file("bad.castra",
           "tsak * GPU;\nx = (1 + 2;\nTask a GPU;\nTask a CPU;\nm = Machine(GPU).shape;\n");
  const json found = json::parse(castra("check --json " + bad).output);
  EXPECT_EQ(schema.fault(found), "");
  EXPECT_GE(found["errors"].get<int>(), 2);
  const json fixed = json::parse(castra("check --json --fix --dry-run " + bad).output);
  EXPECT_EQ(schema.fault(fixed), "");
  EXPECT_FALSE(fixed["fixed"].empty());
  json broken = found;
  broken["diagnostics"][0].erase("code");
  EXPECT_EQ(schema.fault(broken), "$.diagnostics[0] lacks code") << "the check itself works";
}

TEST_F(CheckFix, RepairsTheFileAndSaysWhat) {
  const std::string path = file("a.castra", "task * GPU;\nRegion * * GPU FRAMEBUFFER;\n");
  ASSERT_EQ(::chmod(path.c_str(), 0640), 0);
  const Ran ran = castra("check --fix " + path + " 2>&1");
  EXPECT_EQ(ran.code, 0);
  EXPECT_THAT(ran.output, HasSubstr(":1:1: fixed[E0106]"));
  EXPECT_EQ(read_file(path).value(), "Task * GPU;\nRegion * * GPU FBMEM;\n");
  struct stat info{};
  ASSERT_EQ(::stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0640u) << "the mode stays";
}

TEST_F(CheckFix, FollowsALinkAndLeavesASoundFileAlone) {
  const std::string path = file("a.castra", "task * GPU;\n");
  const std::string link = folder_.path() + "/link.castra";
  std::filesystem::create_symlink(path, link);
  EXPECT_EQ(castra("check --fix " + link + " 2>&1").code, 0);
  EXPECT_TRUE(std::filesystem::is_symlink(link));
  EXPECT_EQ(read_file(path).value(), "Task * GPU;\n");
  const auto written = std::filesystem::last_write_time(path);
  EXPECT_THAT(castra("check --fix " + path + " 2>&1").output, HasSubstr("0 fixed"));
  EXPECT_EQ(std::filesystem::last_write_time(path), written);
}

TEST_F(CheckFix, DryRunWritesNothing) {
  const std::string path = file("a.castra", "task * GPU;\n");
  const Ran ran = castra("check --fix --dry-run " + path + " 2>/dev/null");
  EXPECT_THAT(ran.output, HasSubstr("\n-task * GPU;\n+Task * GPU;\n"));
  EXPECT_EQ(read_file(path).value(), "task * GPU;\n");
}

TEST_F(CheckFix, StandardInputGoesToStandardOutput) {
  const Ran ran = castra("check --fix - 2>/dev/null < " + file("a.castra", "task * GPU;\n"));
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.output, "Task * GPU;\n");
}

TEST_F(CheckFix, WhatIsNotCertainRemains) {
  const std::string text = "m = Machine(GPU);\nx = m.merge(0);\n";
  const std::string path = file("a.castra", text);
  const Ran ran = castra("check --fix " + path + " 2>&1");
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.output, HasSubstr("error[E0203]"));
  EXPECT_EQ(read_file(path).value(), text);
}

TEST_F(CheckFix, UsageAndEnvironmentFailAsSuch) {
  const std::string path = file("a.castra", "Task * GPU;\n");
  EXPECT_EQ(castra("check 2>&1").code, 2);
  EXPECT_EQ(castra("check --dry-run " + path + " 2>&1").code, 2);
  EXPECT_EQ(castra("check --fix --old-wording " + path + " 2>&1").code, 2);
  EXPECT_EQ(castra("check --fix -D n=1 " + path + " 2>&1").code, 2);
  EXPECT_EQ(castra("check --fix " + folder_.path() + "/absent.castra 2>&1").code, 3);
}

TEST_F(CheckFix, OldWording) {
  const std::string path = file("a.castra", "x = Machine(GPU).length;\ny = z;\n");
  EXPECT_EQ(castra("check --old-wording " + path + " 2>&1").output,
            "MSpace only support Volume/Size/LEN\nz not found\n");
}

TEST(Diagnostics, CodesAreExplained) {
  const Ran known = castra("check --explain e0105");
  EXPECT_EQ(known.code, 0);
  EXPECT_THAT(known.output, StartsWith("error[E0105]: missing `;`"));
  EXPECT_EQ(castra("diagnostics E0105").output, known.output);
  EXPECT_EQ(castra("check --explain E9999 2>&1").code, 2);
}

TEST(Diagnostics, ListAsJsonHasEveryRowOfTheManual) {
  const json all = json::parse(castra("diagnostics --json").output);
  EXPECT_EQ(all["format"], "castra-diagnostics");
  const std::string manual =
      read_file(std::string(CASTRA_SOURCE_DIR) + "/docs/diagnostics.md").value();
  EXPECT_EQ(castra("diagnostics --manual").output, manual);
  for (const json& row : all["diagnostics"]) {
    EXPECT_THAT(manual, HasSubstr("\n### " + row["code"].get<std::string>() + ": "));
    for (const json& argument : row["arguments"]) EXPECT_NE(argument["name"], "") << row["code"];
  }
}

}  // namespace
}  // namespace castra::cli
