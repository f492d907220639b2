// For tests only: a real store under a scrub; what a disk does to it is done here by hand, below
// the vault.
#ifndef TIDEMARK_VAULT_SCRUB_SCRUBBER_TESTING_H_
#define TIDEMARK_VAULT_SCRUB_SCRUBBER_TESTING_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/clock.h"
#include "base/testing.h"
#include "crypto/sign.h"
#include "proto/stored.pb.h"
#include "vault/rocks_store.h"
#include "vault/schema.h"
#include "vault/scrub/scrubber.h"
#include "vault/vault.h"
#include "vault/vault_testing.h"

namespace tidemark::vault {

class ScrubberTest : public ::testing::Test {
 protected:
  TestUpload Deposit(const std::string& id, const TestUploadOptions& options) {
    auto vault = Vault::Open({.dir = dir_}, "", receipt_key_, clock_);
    CHECK(vault.ok());
    const TestUpload upload = MakeUpload((*vault)->vault_id(), Id(id), options);
    CHECK(Store(upload, depositor_, **vault).ok());
    return upload;
  }

  std::unique_ptr<RocksStore> OpenStore() {
    auto store = RocksStore::Open(dir_);
    CHECK(store.ok());
    return *std::move(store);
  }

  void Alter(RocksStore& store, schema::Family family, const std::string& key) {
    auto value = store.Get(family, key);
    CHECK(value.ok());
    value->back() = static_cast<char>(value->back() ^ 1);
    StoreBatch batch;
    batch.Put(family, key, *value);
    CHECK(store.Apply(batch, Durability::kSynced).ok());
  }

  void Delete(RocksStore& store, schema::Family family, const std::string& key) {
    StoreBatch batch;
    batch.Delete(family, key);
    CHECK(store.Apply(batch, Durability::kSynced).ok());
  }

  // Slices until a cycle ends; the number of slices.
  int RunCycle(Scrubber& scrubber) {
    clock_.Advance(absl::Hours(24 * 30));
    const uint64_t cycle = scrubber.progress().cycle;
    for (int slices = 1;; ++slices) {
      CHECK(scrubber.CheckSlice().ok());
      const ScrubProgress progress = scrubber.progress();
      if (progress.cycle > cycle && progress.done == 1) return slices;
      CHECK(slices < 1000);
    }
  }

  // "KIND NUMBER: WHAT" of every damaged piece that is remembered.
  std::vector<std::string> Damages(const RocksStore& store) {
    std::vector<std::string> damages;
    CHECK(store
              .Scan(schema::Family::kScrub, schema::DamagesOf(schema::kFrameKind, {}),
                    [&](absl::string_view key, absl::string_view value) {
                      Append("frame ", key, value, damages);
                      return absl::OkStatus();
                    })
              .ok());
    CHECK(store
              .Scan(schema::Family::kScrub, schema::DamagesOf(schema::kPartKind, {}),
                    [&](absl::string_view key, absl::string_view value) {
                      Append("part ", key, value, damages);
                      return absl::OkStatus();
                    })
              .ok());
    return damages;
  }

  static void Append(absl::string_view kind, absl::string_view key, absl::string_view value,
                     std::vector<std::string>& out) {
    const auto parsed = schema::ParseDamageKey(key);
    CHECK(parsed.ok());
    tidemark::v1::DamageRow row;
    CHECK(row.ParseFromArray(value.data(), static_cast<int>(value.size())));
    out.push_back(absl::StrCat(kind, parsed->number, ": ", row.what()));
  }

  tidemark::v1::ScrubRow State(const RocksStore& store) {
    tidemark::v1::ScrubRow row;
    const auto value = store.Get(schema::Family::kScrub, schema::kScrubStateKey);
    CHECK(value.ok() && row.ParseFromString(*value));
    return row;
  }

  void PutState(RocksStore& store, const tidemark::v1::ScrubRow& row) {
    StoreBatch batch;
    batch.Put(schema::Family::kScrub, std::string(schema::kScrubStateKey), row.SerializeAsString());
    CHECK(store.Apply(batch, Durability::kSynced).ok());
  }

  const std::string dir_ = base::TestDir() + "/vault";
  const crypto::SigningKey receipt_key_ = crypto::SigningKey::Generate();
  base::FakeClock clock_{absl::FromUnixSeconds(1'800'000'000)};
  const TestPeer depositor_ = TestPeer::Make(Role::kDepositor, {"example"});
};

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_SCRUB_SCRUBBER_TESTING_H_
