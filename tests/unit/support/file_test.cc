#include "support/file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <iterator>

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

TEST(File, FollowsLinksKeepsModesAndReplacesNoDevice) {
  const auto folder = TemporaryDirectory::create();
  const std::string real = folder->path() + "/real";
  const std::string link = folder->path() + "/link";
  ASSERT_TRUE(write_file(real, "old"));
  std::filesystem::permissions(real, std::filesystem::perms::owner_all);
  std::filesystem::create_symlink(real, link);
  ASSERT_TRUE(write_file(link, "new"));
  EXPECT_TRUE(std::filesystem::is_symlink(link));
  EXPECT_EQ(read_file(real).value(), "new");
  EXPECT_EQ(std::filesystem::status(real).permissions(), std::filesystem::perms::owner_all);
  EXPECT_TRUE(write_file("/dev/null", "x"));
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
  EXPECT_FALSE(write_file("/dev/full", "x"));
}

TEST(File, ReplacesOnlyWhatWasRead) {
  const auto folder = TemporaryDirectory::create();
  const std::string real = folder->path() + "/real";
  const std::string link = folder->path() + "/link";
  ASSERT_TRUE(write_file(real, "read"));
  std::filesystem::permissions(real, std::filesystem::perms::owner_all);
  std::filesystem::create_symlink(real, link);
  ASSERT_TRUE(replace_file(link, "read", "repaired"));
  EXPECT_TRUE(std::filesystem::is_symlink(link));
  EXPECT_EQ(read_file(real).value(), "repaired");
  EXPECT_EQ(std::filesystem::status(real).permissions(), std::filesystem::perms::owner_all);

  ASSERT_TRUE(write_file(real, "edited meanwhile"));
  for (const std::string& path : {real, link}) {
    const Status refused = replace_file(path, "repaired", "repaired again");
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().what.find("changed since it was read"), std::string::npos);
  }
  EXPECT_EQ(read_file(real).value(), "edited meanwhile");
  std::filesystem::remove(real);
  EXPECT_FALSE(replace_file(real, "edited meanwhile", "back again")) << "it was removed meanwhile";
  EXPECT_FALSE(std::filesystem::exists(real));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder->path()), {}), 1)
      << "only the link is left, no scratch file";
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
