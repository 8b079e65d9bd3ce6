#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "run_castra.h"
#include "support/file.h"

/// castra eval --single as a user runs it.
namespace castra::cli {
namespace {

using testing::HasSubstr;

class EvalSingle : public testing::Test {
 protected:
  Ran eval(const std::string& arguments) const {
    return castra_in(folder_.path(), "eval one.castra --machine 2x4 " + arguments + " 2>&1");
  }
  void SetUp() override {
    ASSERT_TRUE(write_file(folder_.path() + "/one.castra",
                           "m = Machine(GPU);\n"
                           "def beside(Task t) { return m[*t.parent.processor(m)]; }\n"
                           "SingleTaskMap reduce beside;\n"));
  }
  TemporaryDirectory folder_ = TemporaryDirectory::create().value();
};

TEST_F(EvalSingle, FollowsTheParent) {
  const Ran ran = eval("--json --single reduce --on GPU:0:0 --parent ns:main:GPU:1:2");
  ASSERT_EQ(ran.code, 0) << ran.output;
  const auto placed = nlohmann::json::parse(ran.output)["placement"];
  EXPECT_EQ(placed["kind"], "GPU");
  EXPECT_EQ(placed["node"], 1);
  EXPECT_EQ(placed["processors"], nlohmann::json({2}));
  EXPECT_EQ(placed["rule"]["line"], 3);
}

TEST_F(EvalSingle, SaysWhenNoRulePlacesTheTask) {
  const Ran other = eval("--single other --on CPU:0:0");
  EXPECT_EQ(other.code, 0) << other.output;
  EXPECT_THAT(other.output, HasSubstr("other: no rule places it here"));
  const Ran inactive = eval("--single reduce --on CPU:0:0");
  EXPECT_EQ(inactive.code, 0) << inactive.output;
  EXPECT_THAT(inactive.output, HasSubstr("note[N0430]"));
}

TEST_F(EvalSingle, AFailingMapFails) {
  const Ran ran = eval("--single reduce --on GPU:0:0");
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.output, HasSubstr("error[E0521]"));
}

TEST_F(EvalSingle, WrongUseIsExplained) {
  for (const char* wrong :
       {"", "beside", "--single reduce", "--on GPU:0:0", "--single reduce --on GPU",
        "--single reduce --on GPX:0:0", "--single reduce --on GPU:0:4",
        "--single reduce --on GPU:2:0", "--single reduce --on GPU:-1:0",
        "--single reduce --on GPU:0:99999999999", "--single reduce --on GPU:0:0 --parent main",
        "--single reduce --on GPU:0:0 --parent :GPU:0:0",
        "--single reduce --on GPU:0:0 --parent main:GPU:0:x", "beside --single reduce --on GPU:0:0",
        "--domain 4 --single reduce --on GPU:0:0"}) {
    const Ran ran = eval(wrong);
    EXPECT_EQ(ran.code, 2) << wrong << "\n" << ran.output;
    EXPECT_FALSE(ran.output.empty()) << wrong;
  }
}

}  // namespace
}  // namespace castra::cli
