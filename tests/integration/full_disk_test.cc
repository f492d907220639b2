// The disk of a real tidemarkd fills up: status and health say so, reads go on, and once there is
// room it goes on by itself, with all that was acknowledged.
#include <errno.h>
#include <fcntl.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/config.h"
#include "base/file.h"
#include "base/status.h"
#include "base/testing.h"
#include "nlohmann/json.hpp"
#include "tests/support/deposits.h"
#include "tests/support/escrow.h"

namespace tidemark::tests {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::HasSubstr;

constexpr char kTld[] = "full";
constexpr uint64_t kToOpen = 8 << 20;  // so little that a log cannot take its room beforehand
constexpr absl::Duration kPatience = absl::Minutes(2);
constexpr size_t kFileBytesMax = 64 << 20;

class FullDisk : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(escrow_, Escrow::Start({.tld = kTld}));
    ASSERT_OK_AND_ASSIGN(const int status, escrow_->StopServer());
    ASSERT_EQ(status, 0);
    data_ = escrow_->server_dir() + "/data";
    const std::string aside = escrow_->server_dir() + "/data.aside";
    fs::rename(data_, aside);
    fs::create_directory(data_);
    if (mount("none", data_.c_str(), "tmpfs", 0, "size=256m,mode=700") != 0) {
      GTEST_SKIP() << "no file system of a given size can be mounted here (root is needed): "
                   << strerror(errno);
    }
    is_mounted_ = true;
    fs::copy(aside, data_, fs::copy_options::recursive);
    const std::string config = escrow_->server_dir() + "/tidemarkd.toml";
    ASSERT_OK(EditFile(config, config, [](std::string text) {
      return text + "[limits]\nfree_bytes_min = 67108864\ndisk_reserve_per_tld = 0\n";
    }));
    ASSERT_OK(escrow_->StartServer());
  }
  void TearDown() override {
    if (escrow_ != nullptr) escrow_->KillServer();
    if (is_mounted_) umount2(data_.c_str(), MNT_DETACH);
  }

  static base::RunResult Run(const std::vector<std::string>& words, int exit_status) {
    const auto result = Tidemark(words);
    EXPECT_OK(result);
    EXPECT_EQ(result->exit_status, exit_status) << words[0] << ": " << result->out << result->err;
    return *result;
  }
  std::string Write(int day) {
    generator::GeneratorOptions options;
    options.tld = kTld;
    options.domains = 500;
    options.watermark = absl::FromCivil(absl::CivilDay(2026, 11, day), absl::UTCTimeZone());
    const auto deposit = WriteDeposit(base::TestDir(), options);
    EXPECT_OK(deposit.status());
    return deposit->deposit_path;
  }
  static std::string IdOf(int day) { return absl::StrCat(kTld, "/202611", day, "001/0"); }
  void Deposit(const std::string& path) {
    Run({"deposit", path, "--config", escrow_->depositor(), "--quiet"}, 0);
  }
  void ExpectRestored(int day, const std::string& path) {
    const std::string out = absl::StrCat(escrow_->dir(), "/restored.xml");
    fs::remove(out);
    Run({"restore", IdOf(day), "--out", out, "--config", escrow_->verifier()}, 0);
    EXPECT_EQ(*base::ReadSmallFile(out, kFileBytesMax), *base::ReadSmallFile(path, kFileBytesMax));
  }
  absl::StatusOr<base::RunResult> TryHold(int number) {
    return Tidemark({"hold", "place", IdOf(22), "--case", absl::StrCat("case-", number), "--reason",
                     "asked for", "--config", escrow_->operator_config()});
  }
  base::RunResult Status() {
    const auto status =
        Tidemark({"status", "--config", escrow_->operator_config(), "--format", "json"});
    EXPECT_OK(status);
    return *status;
  }
  uint64_t LogSize() { return json::parse(Status().out)["log"]["size"]; }

  // Somebody else's file takes all but `left` bytes.
  absl::Status Occupy(uint64_t left) const {
    fs::remove(data_ + "/occupied");
    struct statvfs disk;
    if (statvfs(data_.c_str(), &disk) != 0) return base::ErrnoStatus(errno, data_);
    const uint64_t free_bytes = uint64_t{disk.f_bavail} * disk.f_frsize;
    const int file = open((data_ + "/occupied").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    const int allocated = posix_fallocate(file, 0, static_cast<off_t>(free_bytes - left));
    close(file);
    return allocated == 0 ? absl::OkStatus() : base::ErrnoStatus(allocated, data_);
  }

  // HealthCheckResponse of the server as a whole: "\x08\x01" SERVING, "\x08\x02" NOT_SERVING.
  absl::StatusOr<std::string> Health() {
    const std::string dir = escrow_->dir() + "/operator/";
    ASSIGN_OR_RETURN(const base::Config config, base::Config::Load(escrow_->operator_config()));
    ASSIGN_OR_RETURN(const std::string address, config.RequiredString("agent.address"));
    grpc::SslCredentialsOptions tls;
    ASSIGN_OR_RETURN(tls.pem_root_certs, base::ReadSmallFile(dir + "authority.pem"));
    ASSIGN_OR_RETURN(tls.pem_cert_chain, base::ReadSmallFile(dir + "operator.pem"));
    ASSIGN_OR_RETURN(tls.pem_private_key, base::ReadSmallFile(dir + "operator.key"));
    grpc::ChannelArguments arguments;
    ASSIGN_OR_RETURN(const std::string name, config.RequiredString("agent.server_name"));
    arguments.SetSslTargetNameOverride(name);
    grpc::GenericStub stub(
        grpc::CreateCustomChannel(address, grpc::SslCredentials(tls), arguments));
    grpc::ClientContext context;
    grpc::CompletionQueue queue;
    const grpc::Slice empty;  // HealthCheckRequest: of the server as a whole
    const auto call = stub.PrepareUnaryCall(&context, "/grpc.health.v1.Health/Check",
                                            grpc::ByteBuffer(&empty, 1), &queue);
    call->StartCall();
    grpc::ByteBuffer answer;
    grpc::Status status;
    call->Finish(&answer, &status, this);
    void* tag = nullptr;
    bool ok = false;
    queue.Next(&tag, &ok);
    std::vector<grpc::Slice> slices;
    if (!status.ok() || !answer.Dump(&slices).ok()) {
      return absl::UnavailableError(status.error_message());
    }
    std::string bytes;
    for (const grpc::Slice& slice : slices) {
      bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
    }
    return bytes;
  }
  void AwaitHealth(const std::string& wanted) {
    const absl::Time deadline = absl::Now() + kPatience;
    absl::StatusOr<std::string> health;
    do {
      absl::SleepFor(absl::Milliseconds(50));
      health = Health();
    } while (absl::Now() < deadline && (!health.ok() || *health != wanted));
    ASSERT_OK(health);
    ASSERT_EQ(*health, wanted);
  }

  std::unique_ptr<Escrow> escrow_;
  std::string data_;
  bool is_mounted_ = false;
};

TEST_F(FullDisk, IsSaidAndGotOverWithAllThatWasAcknowledged) {
  const std::string first = Write(22);
  const std::string second = Write(23);
  Deposit(first);
  ASSERT_NO_FATAL_FAILURE(AwaitHealth("\x08\x01"));
  ASSERT_OK_AND_ASSIGN(const int stopped, escrow_->StopServer());
  ASSERT_EQ(stopped, 0);
  ASSERT_OK(Occupy(kToOpen));
  ASSERT_OK(escrow_->StartServer());
  ASSERT_OK(Occupy(0));
  int holds = 0;
  base::RunResult held;
  while (holds < 300) {
    ASSERT_OK_AND_ASSIGN(held, TryHold(holds));
    if (held.exit_status != 0) break;
    ++holds;
  }
  ASSERT_GT(holds, 0);
  ASSERT_EQ(held.exit_status, 2) << held.err;
  const base::RunResult status = Status();
  EXPECT_EQ(status.exit_status, 2);
  EXPECT_THAT(json::parse(status.out)["writes_stopped"].get<std::string>(),
              HasSubstr("No space left on device"));
  EXPECT_THAT(Run({"status", "--config", escrow_->operator_config()}, 2).out,
              HasSubstr("STOPPED: nothing is written"));
  ASSERT_NO_FATAL_FAILURE(AwaitHealth("\x08\x02"));
  EXPECT_EQ(TryHold(1000)->exit_status, 2);
  ExpectRestored(22, first);

  fs::remove(data_ + "/occupied");
  ASSERT_NO_FATAL_FAILURE(AwaitHealth("\x08\x01"));
  EXPECT_EQ(Status().exit_status, 0);
  EXPECT_TRUE(json::parse(Status().out)["writes_stopped"].is_null());
  EXPECT_TRUE(escrow_->ServerRuns());
  // The hold that failed is there whole, or not at all.
  const uint64_t acknowledged = 2 + static_cast<uint64_t>(holds);
  const uint64_t size = LogSize();
  EXPECT_THAT(size, ::testing::AnyOf(acknowledged, acknowledged + 1));
  for (int i = 0; i < holds; ++i) EXPECT_EQ(TryHold(i)->exit_status, 1) << "it is placed already";
  EXPECT_EQ(TryHold(holds)->exit_status, size == acknowledged ? 0 : 1);
  EXPECT_EQ(LogSize(), acknowledged + 1);
  Deposit(second);
  EXPECT_EQ(TryHold(2000)->exit_status, 0);
  EXPECT_EQ(LogSize(), acknowledged + 3);
  ExpectRestored(22, first);
  ExpectRestored(23, second);

  ASSERT_OK_AND_ASSIGN(const int ended, escrow_->StopServer());
  EXPECT_EQ(ended, 0);
  Run({"fsck", "--data-dir", data_, "--agent", escrow_->agent(), "--receipts",
       escrow_->dir() + "/depositor"},
      0);
}

}  // namespace
}  // namespace tidemark::tests
