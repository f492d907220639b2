// The directory of a rebuild: a former one stays whole until the new one is, whatever dies in the
// middle, and nothing else is touched.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/bytes.h"
#include "base/file.h"
#include "base/testing.h"
#include "failover/rebuild/rebuild.h"
#include "failover/rebuild/rebuild_testing.h"
#include "failover/store/registry_store.h"

namespace tidemark::failover {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::tidemark::base::StatusIs;

const std::string kDeposit = SmallDeposit();
const std::string kOtherDeposit = absl::StrReplaceAll(kDeposit, {{"clientHold", "ok"}});

TEST_F(RebuildTest, AForeignDirectoryIsLeftAlone) {
  fs::create_directories(out_);
  ASSERT_OK(base::WriteFile(out_ + "/precious", "x", base::FileMode::kPublic));
  EXPECT_THAT(Run(kDeposit), StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_OK(base::ReadSmallFile(out_ + "/precious"));
  EXPECT_FALSE(fs::exists(out_ + "/zone"));
}

TEST_F(RebuildTest, AnEmptyDirectoryAndAFormerRebuildAreFilled) {
  fs::create_directories(out_);
  ASSERT_OK(Run(kDeposit));
  const std::string first = Zone();
  ASSERT_OK(Run(kOtherDeposit));
  EXPECT_NE(Zone(), first);
  EXPECT_FALSE(fs::exists(out_ + "/.partial"));
  EXPECT_OK(FinishedRebuild::Open(out_));
}

TEST_F(RebuildTest, AFailureLeavesTheFormerRebuildAsItWas) {
  ASSERT_OK(Run(kDeposit));
  const std::string first = Zone();
  BrokenSource source(kDeposit);
  EXPECT_FALSE(Run(source).ok());
  EXPECT_EQ(Zone(), first);
  EXPECT_OK(FinishedRebuild::Open(out_));
}

// What kill -9 leaves while it builds: our marker, and parts.
TEST_F(RebuildTest, AKilledRebuildLeavesTheFormerOne) {
  ASSERT_OK(Run(kDeposit));
  fs::create_directories(out_ + "/.partial/registry");
  EXPECT_OK(FinishedRebuild::Open(out_));
  ASSERT_OK(Run(kDeposit));
  EXPECT_FALSE(fs::exists(out_ + "/.partial"));
  EXPECT_OK(FinishedRebuild::Open(out_));
}

// What kill -9 leaves at every step of moving the new parts into place.
TEST_F(RebuildTest, AMoveThatWasCutOffIsFinishedByWhoeverComesNext) {
  const std::string partial = out_ + "/.partial";
  for (int steps = 0; steps <= 5; ++steps) {
    for (const bool next_rebuilds : {false, true}) {
      SCOPED_TRACE(absl::StrCat(steps, next_rebuilds ? ", rebuilt" : ", served"));
      fs::remove_all(out_);
      ASSERT_OK(Run(kOtherDeposit));
      const std::string newer = Zone();
      const std::string made = base::TestDir();
      fs::copy(out_, made, fs::copy_options::recursive | fs::copy_options::overwrite_existing);
      ASSERT_OK(Run(kDeposit));
      fs::create_directories(partial);
      for (const char* part : {"/zone", "/registry", "/report.json"}) {
        fs::rename(made + part, partial + part);
      }
      if (steps > 0) fs::remove(out_ + "/report.json");
      if (steps > 1) fs::rename(out_ + "/zone", partial + "/old-zone");
      if (steps > 2) fs::rename(partial + "/zone", out_ + "/zone");
      if (steps > 3) fs::rename(out_ + "/registry", partial + "/old-registry");
      if (steps > 4) fs::rename(partial + "/registry", out_ + "/registry");
      if (next_rebuilds) {
        BrokenSource source(kDeposit);
        EXPECT_FALSE(Run(source).ok());
      }
      EXPECT_OK(FinishedRebuild::Open(out_));
      EXPECT_EQ(Zone(), newer);
      EXPECT_OK(RegistryStore::Open(out_ + "/registry"));
      EXPECT_FALSE(fs::exists(partial));
    }
  }
}

TEST_F(RebuildTest, ASecondRebuildLeavesTheWorkOfTheFirstAlone) {
  ASSERT_OK(Run(kDeposit));
  bool refused = false;
  options_.on_progress = [&](uint64_t) {
    if (std::exchange(refused, true)) return;
    RebuildOptions second;
    second.out_dir = out_;
    base::StringSource source(kDeposit);
    EXPECT_THAT(Rebuild([&source](const OnRead& on_read,
                                  rde::RecordSink& sink) { return ReadXml(source, on_read, sink); },
                        second),
                StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("in use")));
  };
  EXPECT_OK(Run(kDeposit));
  EXPECT_TRUE(refused);
}

TEST_F(RebuildTest, WhatIsBeingServedIsNotReplaced) {
  ASSERT_OK(Run(kDeposit));
  ASSERT_OK_AND_ASSIGN(const auto served, FinishedRebuild::Open(out_));
  EXPECT_THAT(Run(kDeposit), StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("in use")));
}

TEST_F(RebuildTest, AnUnfinishedOrAlteredRebuildIsNotServed) {
  EXPECT_THAT(FinishedRebuild::Open(out_), StatusIs(absl::StatusCode::kNotFound));
  ASSERT_OK(Run(kDeposit));
  ASSERT_OK(base::WriteFile(out_ + "/zone/example.zone", Zone() + "x", base::FileMode::kPrivate));
  EXPECT_THAT(FinishedRebuild::Open(out_), StatusIs(absl::StatusCode::kDataLoss));
  fs::remove(out_ + "/report.json");
  EXPECT_THAT(FinishedRebuild::Open(out_), StatusIs(absl::StatusCode::kFailedPrecondition));
}

}  // namespace
}  // namespace tidemark::failover
