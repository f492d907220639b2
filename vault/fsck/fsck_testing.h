// For tests only: a small store, and fsck on it.
#ifndef TIDEMARK_VAULT_FSCK_FSCK_TESTING_H_
#define TIDEMARK_VAULT_FSCK_FSCK_TESTING_H_

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/clock.h"
#include "base/testing.h"
#include "crypto/sign.h"
#include "vault/fsck/fsck.h"
#include "vault/rocks_store.h"
#include "vault/schema.h"
#include "vault/vault.h"
#include "vault/vault_testing.h"

namespace tidemark::vault {

class FsckTest : public ::testing::Test {
 protected:
  // Two deposits, a verdict on the first; a receipt of each and the last tree head are kept.
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(const auto vault, Vault::Open({.dir = dir_}, "", receipt_key_, clock_));
    options_.dir = dir_;
    options_.vault_id = std::string(vault->vault_id());
    options_.receipt_key = receipt_key_.verify_key();
    options_.verdict_key = verdict_key_.verify_key();
    options_.authority_pem = TestAuthority().certificate_pem;
    for (const char* id : {"example/A1/0", "example/A2/0"}) {
      uploads_.push_back(MakeUpload(vault->vault_id(), Id(id),
                                    {.seed = uploads_.size() + 1, .frames = 6, .parts = 3}));
      ASSERT_OK_AND_ASSIGN(const auto receipt, Store(uploads_.back(), depositor_, *vault));
      receipts_.push_back({absl::StrCat("receipt of ", id), receipt});
    }
    ASSERT_OK_AND_ASSIGN(const auto manifest, vault->Manifest(uploads_[0].deposit));
    ASSERT_OK(vault->AppendVerdict(
        MakeVerdict(vault->vault_id(), uploads_[0].deposit, manifest,
                    tidemark::v1::VERDICT_OUTCOME_PASS, verdict_key_),
        verdict_key_.verify_key()));
    ASSERT_OK_AND_ASSIGN(head_, vault->TreeHead());
  }

  std::unique_ptr<RocksStore> OpenStore() {
    auto store = RocksStore::Open(dir_);
    CHECK(store.ok());
    return *std::move(store);
  }
  void Put(schema::Family family, const std::string& key, const std::string& value) {
    StoreBatch batch;
    batch.Put(family, key, value);
    CHECK(OpenStore()->Apply(batch, Durability::kSynced).ok());
  }
  void Delete(schema::Family family, const std::string& key) {
    StoreBatch batch;
    batch.Delete(family, key);
    CHECK(OpenStore()->Apply(batch, Durability::kSynced).ok());
  }
  std::string Get(schema::Family family, const std::string& key) {
    auto value = OpenStore()->Get(family, key);
    CHECK(value.ok());
    return *value;
  }
  static std::string Row(schema::DepositRow kind, const TestUpload& upload) {
    return schema::DepositKey(kind, upload.deposit);
  }

  FsckReport Check() {
    auto report = CheckStore(options_);
    EXPECT_OK(report.status());
    return report.ok() ? *report : FsckReport();
  }
  // "WHERE: WHAT" of each finding.
  static std::vector<std::string> Texts(const FsckReport& report) {
    std::vector<std::string> texts;
    for (const FsckFinding& finding : report.findings) {
      texts.push_back(absl::StrCat(finding.where, ": ", finding.what));
    }
    return texts;
  }
  std::vector<std::string> Findings() { return Texts(Check()); }

  std::string FileEnding(absl::string_view suffix) {
    std::string found;
    for (const auto& entry : std::filesystem::directory_iterator(dir_)) {
      if (absl::EndsWith(entry.path().string(), suffix)) found = entry.path().string();
    }
    return found;
  }

  const std::string dir_ = base::TestDir() + "/vault";
  const crypto::SigningKey receipt_key_ = crypto::SigningKey::Generate();
  const crypto::SigningKey verdict_key_ = crypto::SigningKey::Generate();
  base::FakeClock clock_{TestNow()};
  const TestPeer depositor_ = TestPeer::Make(Role::kDepositor, {"example"});
  FsckOptions options_;
  std::vector<TestUpload> uploads_;
  std::vector<KeptReceipt> receipts_;
  tidemark::v1::SignedTreeHead head_;
};

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_FSCK_FSCK_TESTING_H_
