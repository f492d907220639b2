// For tests only: an open vault of one depositor's, on a real RocksDB.
#ifndef TIDEMARK_VAULT_OPEN_VAULT_TESTING_H_
#define TIDEMARK_VAULT_OPEN_VAULT_TESTING_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "base/status.h"
#include "base/testing.h"
#include "crypto/sign.h"
#include "vault/receipt.h"
#include "vault/vault.h"
#include "vault/vault_testing.h"

namespace tidemark::vault {

class OpenVaultTest : public ::testing::Test {
 protected:
  OpenVaultTest() { Open(); }

  // Also again, after `options_` have changed or to see what a restart leaves.
  void Open() {
    vault_ = nullptr;
    auto vault = Vault::Open(options_, "", receipt_key_, clock_);
    CHECK(vault.ok());
    vault_ = *std::move(vault);
  }

  TestUpload Make(absl::string_view id, const TestUploadOptions& options = {}) {
    return MakeUpload(vault_->vault_id(), Id(id), options);
  }

  // Of the one deposit that these tests send first.
  void ExpectNothingVisible() {
    const auto absent = base::StatusIs(absl::StatusCode::kNotFound);
    EXPECT_THAT(*vault_->List(""), ::testing::IsEmpty());
    EXPECT_THAT(vault_->Manifest(Id("example/A1/0")), absent);
    EXPECT_THAT(vault_->Receipt(Id("example/A1/0")), absent);
    EXPECT_THAT(vault_->ManifestPart(Id("example/A1/0"), 0), absent);
  }

  uint64_t LogSize() {
    const auto head = VerifyTreeHead(*vault_->TreeHead(), receipt_key_.verify_key());
    CHECK(head.ok());
    return head->tree_size();
  }

  VaultOptions options_ = {.dir = base::TestDir() + "/vault"};
  const crypto::SigningKey receipt_key_ = crypto::SigningKey::Generate();
  base::FakeClock clock_{absl::FromUnixSeconds(1'800'000'000)};
  const TestPeer depositor_ = TestPeer::Make(Role::kDepositor, {"example"});
  std::unique_ptr<Vault> vault_;
};

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_OPEN_VAULT_TESTING_H_
