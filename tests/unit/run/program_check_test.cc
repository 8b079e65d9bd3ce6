#include "run/program_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "run/elf.h"
#include "support/file.h"

namespace castra::run {
namespace {

using ::testing::HasSubstr;

constexpr const char* kLegion = "liblegion-test.so.1";

class ProgramCheckTest : public testing::Test {
 protected:
  void SetUp() override {
    auto directory = TemporaryDirectory::create();
    ASSERT_TRUE(directory);
    directory_ = std::make_unique<TemporaryDirectory>(std::move(*directory));
  }
  std::string make(const std::string& name, const std::string& content, bool executable = true) {
    const std::string path = directory_->path() + "/" + name;
    EXPECT_TRUE(write_file(path, content));
    chmod(path.c_str(), executable ? 0755 : 0644);
    return path;
  }
  static std::string refusal(const std::string& program, const std::string& legion = kLegion) {
    const auto check = check_program({program}, legion);
    return check ? "accepted" : check.error().to_string();
  }
  std::unique_ptr<TemporaryDirectory> directory_;
};

TEST_F(ProgramCheckTest, NothingNamed) {
  EXPECT_THAT(check_program({}, kLegion).error().what, HasSubstr("no program was named"));
}

TEST_F(ProgramCheckTest, NoSuchFile) {
  EXPECT_THAT(refusal("/nonexistent/app"), HasSubstr("/nonexistent/app"));
  EXPECT_THAT(refusal("castra-no-such-program"), HasSubstr("castra-no-such-program"));
}

TEST_F(ProgramCheckTest, NotExecutable) {
  EXPECT_THAT(refusal(make("app",
                           "\x7f"
                           "ELF",
                           false)),
              HasSubstr("executable"));
  EXPECT_NE(refusal(directory_->path()), "accepted");
}

TEST_F(ProgramCheckTest, NotAProgram) {
  EXPECT_THAT(refusal(make("app", "hello")), HasSubstr("not an executable program"));
}

TEST_F(ProgramCheckTest, StaticallyLinked) {
  EXPECT_THAT(refusal(CASTRA_TEST_STATIC),
              HasSubstr("is statically linked, so no mapper can be put under it\n  remedy: link"));
}

TEST_F(ProgramCheckTest, NotALegionProgram) {
  EXPECT_THAT(refusal(CASTRA_TEST_PLAIN),
              HasSubstr("is not a Legion program: it does not load liblegion-test.so.1"));
}

TEST_F(ProgramCheckTest, AnotherMachine) {
  std::string image = *read_file(CASTRA_TEST_PLAIN);
  image[18] = static_cast<char>(243);
  image[19] = 0;
  EXPECT_THAT(refusal(make("app", image)), HasSubstr("is built for machine 243, this machine is " +
                                                     machine_name(native_machine())));
}

TEST_F(ProgramCheckTest, MissingLibraryIsNamed) {
  const std::string copy = directory_->path() + "/app";
  std::filesystem::copy_file(CASTRA_TEST_WITH_LIBRARY, copy);
  EXPECT_THAT(refusal(copy), HasSubstr("needs a library that the dynamic loader does not find: "
                                       "libcastra-test-library.so\n  remedy: "));
}

TEST_F(ProgramCheckTest, AcceptsAProgramWithThatLibrary) {
  // The test library stands in for Legion: what counts is that the program loads it.
  const auto elf = read_elf(CASTRA_TEST_PLAIN);
  ASSERT_TRUE(elf);
  const auto check = check_program({CASTRA_TEST_PLAIN}, elf->needed.front());
  ASSERT_TRUE(check) << check.error().to_string();
  EXPECT_FALSE(check->interpreted);
}

TEST_F(ProgramCheckTest, ScriptsAndInterpretersAreLetThrough) {
  const auto script = check_program({make("app", "#!/bin/sh\nexit 0\n")}, kLegion);
  ASSERT_TRUE(script) << script.error().to_string();
  EXPECT_TRUE(script->interpreted);
  const auto shell = check_program({"sh", "-c", "true"}, kLegion);
  ASSERT_TRUE(shell) << shell.error().to_string();
  EXPECT_TRUE(shell->interpreted);
  EXPECT_THAT(refusal(make("app2", "#!/nonexistent/python\n")),
              HasSubstr("its interpreter /nonexistent/python does not exist"));
}

TEST_F(ProgramCheckTest, ScriptsNamingThemselvesEnd) {
  const std::string path = directory_->path() + "/loop";
  EXPECT_NE(refusal(make("loop", "#!" + path + "\n")), "accepted");
}

}  // namespace
}  // namespace castra::run
