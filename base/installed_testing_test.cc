#include "base/installed_testing.h"

#include <gtest/gtest.h>

namespace tidemark::base {
namespace {

TEST(InstalledTesting, AProgramIsFoundByItsName) {
  EXPECT_EQ(InstalledProgram("env"), "/usr/bin/env");
  EXPECT_EQ(InstalledProgram("no-such-program"), "");
}

TEST(InstalledTesting, TheFirstThatIsMissingIsNamed) {
  EXPECT_EQ(WhyNotInstalled({"env", "sort"}), "");
  EXPECT_EQ(WhyNotInstalled({"env", "no-such-program", "neither-this"}),
            "no-such-program is not installed: tools/setup installs it");
}

}  // namespace
}  // namespace tidemark::base
