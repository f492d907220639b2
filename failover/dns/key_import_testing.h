// For tests only: keys as an old registry has them, made by programs that are not ours, and a store
// to import them into.
#ifndef TIDEMARK_FAILOVER_DNS_KEY_IMPORT_TESTING_H_
#define TIDEMARK_FAILOVER_DNS_KEY_IMPORT_TESTING_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/installed_testing.h"
#include "base/subprocess.h"
#include "base/testing.h"
#include "failover/dns/key_import.h"
#include "failover/dns/keymgr.h"

namespace tidemark::failover {

// What a program says; it must end well.
inline std::string Output(const std::vector<std::string>& argv) {
  const absl::StatusOr<base::RunResult> result =
      base::RunAndCapture(argv, absl::Seconds(60), 1 << 20);
  if (!result.ok()) return std::string(result.status().message());
  EXPECT_EQ(result->exit_status, 0) << argv[0] << ": " << result->err;
  return result->out;
}

class KeyImportTest : public ::testing::Test {
 protected:
  void SetUp() override {
    SKIP_UNLESS_INSTALLED("keymgr", "dnssec-keygen");
    dir_ = base::TestDir();
    ASSERT_OK(base::MakeDirs(Old(), base::FileMode::kPrivate));
    ASSERT_OK(base::MakeDirs(dir_ + "/dns", base::FileMode::kPrivate));
  }

  std::string Old() const { return dir_ + "/old"; }
  KeyImport Import() const { return {Old(), dir_ + "/dns/keys", "example"}; }
  Keymgr Store() const { return {dir_ + "/dns/keys", "example"}; }

  enum class Role { kKsk, kZsk };
  // As a registry with BIND makes one. Its name without ending.
  std::string Make(Role role, const std::string& algorithm = "ECDSAP256SHA256",
                   const std::string& zone = "example") {
    std::vector<std::string> argv = {"dnssec-keygen", "-q", "-K", Old(), "-a", algorithm};
    if (absl::StartsWith(algorithm, "RSA")) argv.insert(argv.end(), {"-b", "2048"});
    if (role == Role::kKsk) argv.insert(argv.end(), {"-f", "KSK"});
    argv.push_back(zone);
    return std::string(absl::StripAsciiWhitespace(Output(argv)));
  }
  void ToPem(const std::string& key) {
    const Keymgr scratch{dir_ + "/scratch", "example"};
    ASSERT_OK(base::RemoveTree(scratch.key_dir));
    ASSERT_OK(scratch.Run({"import-bind", absl::StrCat(Old(), "/", key, ".private")}));
    ASSERT_OK_AND_ASSIGN(const std::vector<std::string> ids, scratch.Ids());
    ASSERT_EQ(ids.size(), 1u);
    std::filesystem::copy(absl::StrCat(scratch.key_dir, "/keys/", ids[0], ".pem"),
                          absl::StrCat(Old(), "/", key, ".pem"));
    ASSERT_EQ(chmod(absl::StrCat(Old(), "/", key, ".pem").c_str(), 0600), 0);
    Remove(key + ".private");
  }
  void Remove(const std::string& file) { std::filesystem::remove(Old() + "/" + file); }

  // Refused, with `why`, and nothing is left of it.
  void ExpectRefused(const std::string& why) {
    EXPECT_THAT(ImportKeys(Import()),
                base::StatusIs(absl::StatusCode::kInvalidArgument, ::testing::HasSubstr(why)));
    EXPECT_TRUE(std::filesystem::is_empty(dir_ + "/dns"));
  }

  std::string dir_;
};

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_DNS_KEY_IMPORT_TESTING_H_
