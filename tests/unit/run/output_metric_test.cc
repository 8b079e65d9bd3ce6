#include "run/output_metric.h"

#include <gtest/gtest.h>

namespace castra::run {
namespace {

TEST(OutputMetric, ReadsSpecifications) {
  EXPECT_EQ(parse_metric("time")->name, "time");
  EXPECT_EQ(parse_metric("time")->unit, "s");
  const auto rate = parse_metric("GFLOPS = +([0-9.]+):max");
  ASSERT_TRUE(rate);
  EXPECT_EQ(rate->pattern, "GFLOPS = +([0-9.]+)");
  EXPECT_TRUE(rate->maximize);
  EXPECT_FALSE(parse_metric("ELAPSED = ([0-9.]+):min")->maximize);
  EXPECT_EQ(parse_metric("[").error().what.substr(0, 35), "the metric '[' is no regular expres");
  EXPECT_NE(parse_metric("no group").error().what.find("exactly one group"), std::string::npos);
  EXPECT_FALSE(parse_metric("(a)(b)"));
}

TEST(OutputMetric, TakesTheLastMatch) {
  const MetricReader reader(*parse_metric("ELAPSED TIME = +([0-9.e+-]+)"));
  EXPECT_TRUE(reader.reads_output());
  EXPECT_EQ(reader.read("ELAPSED TIME =   1.5 s\nother\nELAPSED TIME = 2.5e-1 s\n"), 0.25);
  EXPECT_EQ(reader.read("nothing here\n"), std::nullopt);
  EXPECT_EQ(reader.read(""), std::nullopt);
}

TEST(OutputMetric, RefusesWhatIsNoNumber) {
  const MetricReader reader(*parse_metric("v=(.*)"));
  EXPECT_EQ(reader.read("v=12"), 12.0);
  for (const char* text : {"v=", "v=x", "v=1x", "v=inf", "v=nan", "v=1e999"}) {
    EXPECT_EQ(reader.read(text), std::nullopt) << text;
  }
}

TEST(OutputMetric, LongLinesAreCut) {
  EXPECT_EQ(bounded_lines(std::string(100000, 'x')).at(0).size(), 2000u);
  EXPECT_EQ(bounded_lines("a\r\nb\n\nc"), (std::vector<std::string>{"a", "b", "", "c"}));
}

}  // namespace
}  // namespace castra::run
