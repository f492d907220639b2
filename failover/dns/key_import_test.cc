#include "failover/dns/key_import.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/testing.h"
#include "failover/dns/key_import_testing.h"
#include "failover/dns/keymgr.h"

namespace tidemark::failover {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::tidemark::base::StatusIs;

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

TEST_F(KeyImportTest, AnEncryptedPemIsRefusedAndNobodyIsAskedForAPassword) {
  const std::string ksk = Make(Role::kKsk);
  Remove(ksk + ".private");
  const std::string pem = absl::StrCat(Old(), "/", ksk, ".pem");
  Output({"openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256",
          "-aes-256-cbc", "-pass", "pass:secret", "-out", pem});
  ASSERT_EQ(chmod(pem.c_str(), 0600), 0);
  ExpectRefused("not an unencrypted private key in PEM");
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
