// A rebuild that dies, or whose disk fails, at any step: what was there before stays, or the new
// one is there whole; nothing in between is ever served.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mount.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/installed_testing.h"
#include "base/testing.h"
#include "failover/rebuild/rebuild.h"
#include "failover/store/registry_store.h"
#include "tests/rebuild/program.h"
#include "tests/support/deposits.h"
#include "tools/generator/generator.h"

namespace tidemark::tests {
namespace {

namespace fs = std::filesystem;
using ::testing::AnyOf;
using ::testing::Eq;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int kKilled = 128 + SIGKILL;

class FaultsTest : public ::testing::Test {
 protected:
  FaultsTest() : dir_(base::TestDir()), out_(dir_ + "/out") {}

  void SetUp() override {
    former_ = Deposit("former", 60);
    newer_ = Deposit("newer", 90);
    ASSERT_FALSE(HasFatalFailure());
  }

  std::string Deposit(const std::string& name, uint64_t domains) {
    fs::create_directories(absl::StrCat(dir_, "/", name));
    generator::GeneratorOptions options;
    options.domains = domains;
    const auto deposit = WriteDeposit(absl::StrCat(dir_, "/", name), options);
    EXPECT_OK(deposit);
    return deposit.ok() ? deposit->deposit_path : "";
  }

  std::vector<std::string> RebuildOf(const std::string& deposit) const {
    return {"rebuild", deposit, "--out", out_, "--quiet"};
  }

  // How many domains are served from `out_`, 0 if nothing may be. Whatever counts has to be whole.
  static uint64_t Served(const std::string& out) {
    const auto rebuild = failover::FinishedRebuild::Open(out);
    if (!rebuild.ok()) return 0;
    const auto store = failover::RegistryStore::Open(out + "/registry");
    EXPECT_OK(store);
    if (!store.ok()) return 0;
    uint64_t domains = 0;
    EXPECT_OK((*store)->ForEachDomain([&domains](const rde::Domain&) {
      ++domains;
      return absl::OkStatus();
    }));
    const std::string text = base::ReadSmallFile(out + "/report.json").value_or("");
    EXPECT_EQ(nlohmann::json::parse(text, nullptr, false)["objects"]["domain"]["restored"],
              domains);
    return domains;
  }

  const std::string dir_;
  const std::string out_;
  std::string former_;
  std::string newer_;
};

// Of each thread, so the same number is met in several places.
constexpr int kFirstCalls[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 17, 20, 25, 30, 40, 60, 100};

TEST_F(FaultsTest, KilledAtAnySystemCallTheFormerOneStaysOrTheNewOneIsThere) {
  SKIP_UNLESS_INSTALLED("strace");
  int killed = 0;
  for (const char* calls : {"rename,renameat,renameat2", "fsync,fdatasync", "unlink,unlinkat,rmdir",
                            "write,pwrite64", "link,linkat", "mkdir,mkdirat"}) {
    for (const int call : kFirstCalls) {
      SCOPED_TRACE(absl::StrCat(calls, " ", call));
      fs::remove_all(out_);
      ASSERT_EQ(Tidemark(RebuildOf(former_)).exit_status, 0);
      const int status =
          RunLine(WithFault({calls, absl::StrCat("signal=KILL:when=", call)}, RebuildOf(newer_)))
              .exit_status;
      EXPECT_THAT(Served(out_), AnyOf(Eq(60u), Eq(90u)));
      if (status == 0) {
        EXPECT_EQ(Served(out_), 90u);
        break;  // it has no more calls of this kind
      }
      ASSERT_EQ(status, kKilled);
      ++killed;
      // Whoever comes next is not in the way of what is left.
      ASSERT_EQ(Tidemark(RebuildOf(newer_)).exit_status, 0);
      EXPECT_EQ(Served(out_), 90u);
      EXPECT_FALSE(fs::exists(out_ + "/.partial"));
    }
  }
  EXPECT_GT(killed, 40);
}

TEST_F(FaultsTest, KilledTheFirstTimeNothingIsServed) {
  SKIP_UNLESS_INSTALLED("strace");
  for (const int call : {1, 2, 4, 8, 16}) {
    fs::remove_all(out_);
    const int status =
        RunLine(WithFault({"fsync,fdatasync", absl::StrCat("signal=KILL:when=", call)},
                          RebuildOf(newer_)))
            .exit_status;
    EXPECT_THAT(Served(out_), AnyOf(Eq(0u), Eq(90u)));
    if (status == 0) break;
    const base::RunResult serve = Tidemark({"serve", out_, "--port", "0"});
    if (Served(out_) == 0) {
      EXPECT_EQ(serve.exit_status, 2);
      EXPECT_THAT(serve.err, AnyOf(HasSubstr("never finished"), HasSubstr("not made by")));
    }
    ASSERT_EQ(Tidemark(RebuildOf(newer_)).exit_status, 0);
  }
}

TEST_F(FaultsTest, ADiskThatFailsIsAnErrorAndTheFormerOneStays) {
  SKIP_UNLESS_INSTALLED("strace");
  ASSERT_EQ(Tidemark(RebuildOf(former_)).exit_status, 0);
  int failed = 0;
  for (const char* error : {"EIO", "ENOSPC"}) {
    for (const char* calls : {"fsync,fdatasync", "pwrite64", "mkdir,mkdirat"}) {
      for (const int call : {1, 2, 3, 5, 8}) {
        SCOPED_TRACE(absl::StrCat(calls, " ", call, " ", error));
        const base::RunResult result = RunLine(
            WithFault({calls, absl::StrCat("error=", error, ":when=", call)}, RebuildOf(newer_)));
        // RocksDB may go on without what it did not need; then everything is there.
        if (result.exit_status == 0) {
          EXPECT_EQ(Served(out_), 90u);
          ASSERT_EQ(Tidemark(RebuildOf(former_)).exit_status, 0);
          continue;
        }
        ++failed;
        EXPECT_EQ(result.exit_status, 2) << result.err;
        EXPECT_THAT(result.err, HasSubstr("tidemark rebuild: "));
        EXPECT_THAT(Served(out_), AnyOf(Eq(60u), Eq(90u)));
      }
    }
  }
  EXPECT_GT(failed, 5);
}

// A small file system of its own; gone with it.
class SmallDisk {
 public:
  SmallDisk(std::string dir, int kilobytes) : dir_(std::move(dir)) {
    fs::create_directories(dir_);
    is_mounted_ = mount("tmpfs", dir_.c_str(), "tmpfs", 0,
                        absl::StrCat("size=", kilobytes, "k").c_str()) == 0;
  }
  ~SmallDisk() {
    if (is_mounted_) umount2(dir_.c_str(), MNT_DETACH);
  }
  bool is_mounted() const { return is_mounted_; }

 private:
  const std::string dir_;
  bool is_mounted_ = false;
};

TEST_F(FaultsTest, AFullDiskIsSaidAndTheFormerOneStays) {
  const std::string large = Deposit("large", 3000);
  bool fitted = false;
  for (int kilobytes = 400; !fitted; kilobytes += kilobytes / 3) {
    SCOPED_TRACE(absl::StrCat(kilobytes, " kB"));
    ASSERT_LT(kilobytes, 100'000);
    const std::string disk_dir = absl::StrCat(dir_, "/disk-", kilobytes);
    const SmallDisk disk(disk_dir, kilobytes);
    if (!disk.is_mounted()) GTEST_SKIP() << "only root can make a small disk";
    const std::string out = disk_dir + "/out";
    const bool has_former =
        Tidemark({"rebuild", former_, "--out", out, "--quiet"}).exit_status == 0;
    for (const bool is_dry : {true, false}) {
      std::vector<std::string> line = {"rebuild", large, "--out", out, "--quiet"};
      if (is_dry) line.emplace_back("--dry-run");
      const base::RunResult result = Tidemark(line);
      fitted = result.exit_status == 0;
      if (fitted) {
        EXPECT_EQ(Served(out), is_dry ? (has_former ? 60u : 0u) : 3000u);
        continue;
      }
      EXPECT_EQ(result.exit_status, 2) << result.err;
      EXPECT_THAT(result.err, HasSubstr("MB were free"));
      EXPECT_EQ(Served(out), has_former ? 60u : 0u);
      EXPECT_FALSE(fs::exists(out + "/.partial"));
    }
  }
}

TEST_F(FaultsTest, ABadDepositLeavesTheFormerOne) {
  ASSERT_EQ(Tidemark(RebuildOf(former_)).exit_status, 0);
  const std::string bad = dir_ + "/bad.xml";
  ASSERT_OK(base::WriteFile(bad, "<rde:deposit", base::FileMode::kPrivate));
  const base::RunResult result = Tidemark(RebuildOf(bad));
  EXPECT_EQ(result.exit_status, 2);
  EXPECT_THAT(result.err, HasSubstr("no deposit of RFC 8909"));
  EXPECT_EQ(Served(out_), 60u);
  EXPECT_THAT(result.out, IsEmpty());
}

}  // namespace
}  // namespace tidemark::tests
