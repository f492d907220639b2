#include "failover/dns/key_import.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/file.h"
#include "base/subprocess.h"
#include "base/testing.h"
#include "failover/dns/keymgr.h"
#include "failover/dns/signed_server.h"

namespace tidemark::failover {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::tidemark::base::StatusIs;

constexpr absl::Duration kReady = absl::Seconds(60);
constexpr char kZone[] =
    "example. 3600 IN SOA ns1.nic.example. hostmaster.nic.example. 7 1800 900 604800 3600\n"
    "example. 3600 IN NS ns1.nic.example.\n"
    "ns1.nic.example. 3600 IN A 127.0.0.1\n"
    "a.example. 3600 IN NS ns.other.org.\n"
    "a.example. 3600 IN DS 1 13 2 "
    "7791f1d51c2676071ef6e4edc935a6d3d7d4e3c238c7839964ee53f0f2f85a79\n";

std::string Output(const std::vector<std::string>& argv) {
  const absl::StatusOr<base::RunResult> result =
      base::RunAndCapture(argv, absl::Seconds(60), 1 << 20);
  if (!result.ok()) return std::string(result.status().message());
  EXPECT_EQ(result->exit_status, 0) << argv[0] << ": " << result->err;
  return result->out;
}

class KeyImportTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* program : {"/usr/sbin/keymgr", "/usr/bin/dnssec-keygen"}) {
      if (access(program, X_OK) != 0) GTEST_SKIP() << program << " is not installed";
    }
    dir_ = base::TestDir();
    ASSERT_OK(base::MakeDirs(Old(), base::FileMode::kPrivate));
    ASSERT_OK(base::MakeDirs(dir_ + "/dns", base::FileMode::kPrivate));
    ASSERT_OK(base::WriteFile(dir_ + "/example.zone", kZone, base::FileMode::kPublic));
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
  std::string DsOf(const std::string& key) {
    const std::string out = Output({"dnssec-dsfromkey", "-2", absl::StrCat(Old(), "/", key)});
    const std::vector<std::string> words =
        absl::StrSplit(absl::AsciiStrToLower(out), absl::ByAnyChar(" \n"), absl::SkipEmpty());
    return words.size() == 7 ? absl::StrCat(words[3], " ", words[4], " ", words[5], " ", words[6])
                             : out;
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
    EXPECT_THAT(ImportKeys(Import()), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(why)));
    EXPECT_TRUE(std::filesystem::is_empty(dir_ + "/dns"));
  }

  std::string dir_;
};

struct Case {
  const char* algorithm;
  bool as_pem;
};
class OldKeysTest : public KeyImportTest, public ::testing::WithParamInterface<Case> {};

TEST_P(OldKeysTest, KeepTheDsAndValidateWithTheOldAnchor) {
  const std::string ksk = Make(Role::kKsk, GetParam().algorithm);
  const std::string zsk = Make(Role::kZsk, GetParam().algorithm);
  const std::string old_ds = DsOf(ksk);
  ASSERT_OK_AND_ASSIGN(const std::string record,
                       base::ReadSmallFile(absl::StrCat(Old(), "/", ksk, ".key")));
  ASSERT_OK_AND_ASSIGN(const Dnskey old_key, ParseDnskey(record));
  const std::string anchor = dir_ + "/anchor";
  ASSERT_OK(
      base::WriteFile(anchor,
                      absl::StrCat("trust-anchors { \"example.\" static-key 257 3 ",
                                   int{old_key.algorithm}, " \"", old_key.public_key, "\"; };\n"),
                      base::FileMode::kPublic));
  if (GetParam().as_pem) {
    ASSERT_NO_FATAL_FAILURE(ToPem(ksk));
    ASSERT_NO_FATAL_FAILURE(ToPem(zsk));
  }
  SignedServerOptions options;
  options.dir = dir_ + "/dns";
  options.tld = "example";
  options.zone_path = dir_ + "/example.zone";
  options.import_keys_dir = Old();
  // The second time the keys are there already, the third nobody names them.
  for (int start = 0; start < 3; ++start) {
    if (start == 2) options.import_keys_dir.clear();
    ASSERT_OK_AND_ASSIGN(const auto server, SignedServer::Start(options));
    ASSERT_OK(server->WaitUntilAnswering(kReady));
    ASSERT_OK_AND_ASSIGN(const std::string ds, base::ReadSmallFile(options.dir + "/ds.txt"));
    EXPECT_THAT(ds, HasSubstr(old_ds + "\n"));
    const std::string told = Output({"delv", "@127.0.0.1", "-p", absl::StrCat(server->port()), "-a",
                                     anchor, "+root=example", "a.example", "DS"});
    EXPECT_THAT(told, HasSubstr("; fully validated"));
    EXPECT_OK(server->Stop());
  }
  ASSERT_OK_AND_ASSIGN(const std::vector<std::string> ids, Store().Ids());
  EXPECT_EQ(ids.size(), 2u) << "keys were added, or rolled";
  for (const std::string& id : ids) {
    struct stat info;
    ASSERT_EQ(stat(absl::StrCat(options.dir, "/keys/keys/", id, ".pem").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 07777, 0600u);
  }
  EXPECT_FALSE(std::filesystem::exists(options.dir + "/keys.bind"));
  EXPECT_FALSE(std::filesystem::exists(options.dir + "/keys.import"));
}

INSTANTIATE_TEST_SUITE_P(Algorithms, OldKeysTest,
                         ::testing::Values(Case{"ECDSAP256SHA256", false},
                                           Case{"ECDSAP256SHA256", true}, Case{"RSASHA256", false},
                                           Case{"RSASHA512", true}, Case{"ECDSAP384SHA384", true},
                                           Case{"ED25519", false}));

// A registry that kept its key-signing key apart: knotd makes the other.
TEST_F(KeyImportTest, AKeySigningKeyAloneKeepsTheDs) {
  const std::string ksk = Make(Role::kKsk, "RSASHA256");
  SignedServerOptions options;
  options.dir = dir_ + "/dns";
  options.tld = "example";
  options.zone_path = dir_ + "/example.zone";
  options.import_keys_dir = Old();
  ASSERT_OK_AND_ASSIGN(const auto server, SignedServer::Start(options));
  ASSERT_OK(server->WaitUntilAnswering(kReady));
  ASSERT_OK_AND_ASSIGN(const std::string ds, base::ReadSmallFile(options.dir + "/ds.txt"));
  EXPECT_THAT(ds, HasSubstr(DsOf(ksk)));
  EXPECT_THAT(Output({"delv", "@127.0.0.1", "-p", absl::StrCat(server->port()), "-a",
                      server->trust_anchor_path(), "+root=example", "a.example", "DS"}),
              HasSubstr("; fully validated"));
}

TEST_F(KeyImportTest, WhatIsNotAKeyOfTheZoneIsRefused) {
  ExpectRefused("no keys");
  const std::string zsk = Make(Role::kZsk);
  ExpectRefused("no key-signing key");
  const std::string ksk = Make(Role::kKsk);
  const std::string other_zone = Make(Role::kKsk, "ECDSAP256SHA256", "other");
  ExpectRefused("a key of the zone other");
  Remove(other_zone + ".key");
  ExpectRefused("no .key");
  Remove(other_zone + ".private");
  const std::string other_algorithm = Make(Role::kZsk, "ED25519");
  ExpectRefused("algorithm 1");
  Remove(other_algorithm + ".private");
  ExpectRefused("no .private or .pem beside it");
  Remove(other_algorithm + ".key");
  ASSERT_OK(base::WriteFile(absl::StrCat(Old(), "/", ksk, ".pem"), "x", base::FileMode::kPrivate));
  ExpectRefused("keep one");
  Remove(ksk + ".pem");
  EXPECT_OK(ImportKeys(Import()));
}

TEST_F(KeyImportTest, ASecretThatDoesNotFitItsRecordIsRefused) {
  const std::string one = Make(Role::kKsk);
  const std::string two = Make(Role::kZsk);
  const std::string private_one = absl::StrCat(Old(), "/", one, ".private");
  ASSERT_OK_AND_ASSIGN(const std::string good, base::ReadSmallFile(private_one));
  ASSERT_OK_AND_ASSIGN(const std::string other,
                       base::ReadSmallFile(absl::StrCat(Old(), "/", two, ".private")));
  ASSERT_OK(base::WriteFile(private_one, other, base::FileMode::kPrivate));
  ExpectRefused("not the secret of the key");
  for (const absl::string_view bad : {absl::string_view("junk"), absl::string_view(""),
                                      absl::string_view(good).substr(0, good.size() / 3)}) {
    ASSERT_OK(base::WriteFile(private_one, bad, base::FileMode::kPrivate));
    ExpectRefused(one + ".private");
  }
  // What the file has of a secret is in no message.
  const absl::Status status = ImportKeys(Import());
  EXPECT_THAT(std::string(status.message()), Not(HasSubstr("PrivateKey")));
  ASSERT_OK(base::WriteFile(private_one, good, base::FileMode::kPrivate));
  ASSERT_NO_FATAL_FAILURE(ToPem(two));
  std::filesystem::copy(absl::StrCat(Old(), "/", two, ".pem"),
                        absl::StrCat(Old(), "/", one, ".pem"));
  Remove(one + ".private");
  // As another's secret, or as one that is there twice: whichever comes first.
  ExpectRefused(one + ".pem");
}

TEST_F(KeyImportTest, KeysThatAreServedAlreadyAreNotReplaced) {
  ASSERT_OK(Store().Run({"generate", "algorithm=13", "ksk=yes"}));
  const std::string ksk = Make(Role::kKsk);
  EXPECT_THAT(ImportKeys(Import()),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("other keys already")));
  ASSERT_OK_AND_ASSIGN(const std::vector<std::string> ids, Store().Ids());
  EXPECT_EQ(ids.size(), 1u);
}

TEST_F(KeyImportTest, AnotherZoneSigningKeyIsNotSilentlyLeftOut) {
  Make(Role::kKsk);
  const std::string zsk = Make(Role::kZsk);
  ASSERT_OK(ImportKeys(Import()));
  EXPECT_OK(ImportKeys(Import()));
  Remove(zsk + ".key");
  Remove(zsk + ".private");
  const std::string other = Make(Role::kZsk);
  EXPECT_THAT(ImportKeys(Import()),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr(other + ".key")));
}

TEST_F(KeyImportTest, AnInterruptedImportIsNotReplacedByNewKeys) {
  const std::string keys = dir_ + "/dns/keys";
  for (const char* left : {".bind", ".import"}) {
    ASSERT_OK(base::MakeDirs(keys + left, base::FileMode::kPrivate));
    ASSERT_OK(base::WriteFile(keys + left + "/secret.pem", "x", base::FileMode::kPrivate));
  }
  ASSERT_OK(base::WriteFile(keys + ".unfinished", "", base::FileMode::kPrivate));
  for (int start = 0; start < 2; ++start) {
    EXPECT_THAT(FinishImport(keys),
                StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("--import-keys")));
    EXPECT_FALSE(std::filesystem::exists(keys + ".bind"));
    EXPECT_FALSE(std::filesystem::exists(keys + ".import"));
  }
  Make(Role::kKsk);
  ASSERT_OK(ImportKeys(Import()));
  EXPECT_OK(FinishImport(keys));
  EXPECT_FALSE(std::filesystem::exists(keys + ".unfinished"));
  // Interrupted behind the last step.
  ASSERT_OK(base::WriteFile(keys + ".unfinished", "", base::FileMode::kPrivate));
  EXPECT_OK(FinishImport(keys));
  EXPECT_FALSE(std::filesystem::exists(keys + ".unfinished"));
}

TEST_F(KeyImportTest, AKeyThatTheOldRegistryHadNotInUseIsRefused) {
  const std::string ksk = Make(Role::kKsk);
  const std::string path = absl::StrCat(Old(), "/", ksk);
  for (const std::vector<std::string>& times : std::vector<std::vector<std::string>>{
           {"-I", "20200101000000"},
           {"-I", "20200101000000", "-D", "20200201000000"},
           {"-I", "none", "-D", "none", "-A", "20370101000000"}}) {
    std::vector<std::string> argv = {"dnssec-settime"};
    argv.insert(argv.end(), times.begin(), times.end());
    argv.push_back(path);
    Output(argv);
    ExpectRefused("dnssec-settime");
  }
  Output({"dnssec-settime", "-A", "now", "-I", "20370101000000", path});
  EXPECT_OK(ImportKeys(Import()));
}

TEST_F(KeyImportTest, ASecretThatOthersCanReadOrThatIsNoFileIsRefused) {
  const std::string secret = absl::StrCat(Old(), "/", Make(Role::kKsk), ".private");
  ASSERT_EQ(chmod(secret.c_str(), 0640), 0);
  EXPECT_THAT(ImportKeys(Import()),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("chmod 600")));
  ASSERT_EQ(unlink(secret.c_str()), 0);
  ASSERT_EQ(mkfifo(secret.c_str(), 0600), 0);
  ExpectRefused("not a regular file");
}

TEST_F(KeyImportTest, ADirectoryThatIsNotThereIsNotFound) {
  EXPECT_THAT(ImportKeys({dir_ + "/nowhere", dir_ + "/dns/keys", "example"}),
              StatusIs(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace tidemark::failover
