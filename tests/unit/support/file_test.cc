#include "support/file.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace castra {
namespace {

TEST(File, WritesAndReadsBack) {
  const auto folder = TemporaryDirectory::create();
  ASSERT_TRUE(folder);
  const std::string path = folder->path() + "/x";
  ASSERT_TRUE(write_file(path, std::string(200000, 'a')));
  EXPECT_EQ(read_file(path).value().size(), 200000u);
  ASSERT_TRUE(write_file(path, "b"));
  EXPECT_EQ(read_file(path).value(), "b");
}

TEST(File, ErrorsNameThePathAndCause) {
  EXPECT_EQ(read_file("/no/such/file").error().what,
            "cannot read '/no/such/file': No such file or directory");
  EXPECT_EQ(read_file("/").error().what, "cannot read '/': it is a directory");
  EXPECT_NE(write_file("/no/such/folder/x", "").error().what.find("/no/such/folder/x"),
            std::string::npos);
}

TEST(File, RefusesWhatIsTooLarge) {
  const auto folder = TemporaryDirectory::create();
  const std::string path = folder->path() + "/x";
  ASSERT_TRUE(write_file(path, "12345"));
  EXPECT_TRUE(read_file(path, 5));
  EXPECT_FALSE(read_file(path, 4));
}

TEST(TemporaryDirectory, IsGoneAfterwards) {
  std::string path;
  {
    const auto folder = TemporaryDirectory::create();
    path = folder->path();
    ASSERT_TRUE(write_file(path + "/x", "y"));
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace castra
