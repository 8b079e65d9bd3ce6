#include "run/elf.h"

#include <elf.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/file.h"

namespace castra::run {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::string image_of(const char* path) { return *read_file(path, std::size_t{256} << 20); }

TEST(Elf, ReadsADynamicProgram) {
  const auto elf = read_elf(CASTRA_TEST_WITH_LIBRARY);
  ASSERT_TRUE(elf) << elf.error().to_string();
  EXPECT_EQ(elf->machine, native_machine());
  EXPECT_TRUE(elf->dynamic);
  EXPECT_THAT(elf->interpreter, HasSubstr("ld"));
  EXPECT_THAT(elf->needed, Contains("libcastra-test-library.so"));
  EXPECT_THAT(elf->needed, Contains(HasSubstr("libc.so")));
}

TEST(Elf, ReadsAStaticProgram) {
  const auto elf = read_elf(CASTRA_TEST_STATIC);
  ASSERT_TRUE(elf) << elf.error().to_string();
  EXPECT_FALSE(elf->dynamic);
  EXPECT_THAT(elf->interpreter, IsEmpty());
  EXPECT_THAT(elf->needed, IsEmpty());
}

TEST(Elf, RefusesWhatIsNot) {
  EXPECT_THAT(parse_elf("#!/bin/sh\n", "x").error().what,
              HasSubstr("x: not an executable program"));
  EXPECT_FALSE(parse_elf("", "x"));
  EXPECT_FALSE(read_elf("/nonexistent"));
  EXPECT_FALSE(read_elf("/"));
}

TEST(Elf, RefusesThirtyTwoBits) {
  std::string image = image_of(CASTRA_TEST_WITH_LIBRARY);
  image[EI_CLASS] = ELFCLASS32;
  EXPECT_THAT(parse_elf(image, "x").error().what, HasSubstr("64-bit"));
}

TEST(Elf, NamesOtherMachines) {
  std::string image = image_of(CASTRA_TEST_WITH_LIBRARY);
  image[18] = static_cast<char>(243);
  image[19] = 0;
  const auto elf = parse_elf(image, "x");
  ASSERT_TRUE(elf);
  EXPECT_EQ(machine_name(elf->machine), "machine 243");
}

/// Any prefix is either read or refused; nothing is read outside it (AddressSanitizer watches).
TEST(Elf, SurvivesTruncation) {
  const std::string image = image_of(CASTRA_TEST_WITH_LIBRARY);
  int refused = 0;
  for (std::size_t length = 0; length < image.size(); length += 13) {
    const std::string prefix = image.substr(0, length);
    if (!parse_elf(prefix, "x")) ++refused;
  }
  EXPECT_GT(refused, 10);
}

TEST(Elf, SurvivesDamage) {
  const std::string image = image_of(CASTRA_TEST_WITH_LIBRARY);
  for (std::size_t i = 0; i < 4096 && i < image.size(); ++i) {
    std::string damaged = image;
    damaged[i] = static_cast<char>(0xff);
    const auto elf = parse_elf(damaged, "x");
    if (!elf) {
      EXPECT_THAT(elf.error().what, HasSubstr("x: "));
    }
  }
}

}  // namespace
}  // namespace castra::run
