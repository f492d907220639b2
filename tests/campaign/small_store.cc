#include "tests/campaign/small_store.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/status.h"
#include "crypto/digest.h"
#include "crypto/sign.h"
#include "vault/fsck/guarded_run.h"
#include "vault/rocks_store.h"
#include "vault/schema.h"
#include "vault/vault.h"
#include "vault/vault_testing.h"

namespace tidemark::tests {
namespace {

using vault::Durability;
using vault::RocksStore;
using vault::StoreBatch;
using vault::schema::Family;

struct Keys {
  const crypto::SigningKey receipt = crypto::SigningKey::Generate();
  const crypto::SigningKey verdict = crypto::SigningKey::Generate();
  const vault::TestPeer depositor = vault::TestPeer::Make(vault::Role::kDepositor, {"example"});
};

absl::Status Deposit(const std::string& dir, const std::string& id, uint64_t seed,
                     const Keys& keys, const std::string& evidence) {
  const base::FakeClock clock(vault::TestNow());
  ASSIGN_OR_RETURN(const auto vault,
                   vault::Vault::Open({.dir = dir}, std::string(16, 'v'), keys.receipt, clock));
  const vault::TestUpload upload =
      vault::MakeUpload(vault->vault_id(), vault::Id(id),
                        {.seed = seed, .frames = 3, .parts = 2, .piece_bytes = 300});
  ASSIGN_OR_RETURN(const auto receipt, vault::Store(upload, keys.depositor, *vault));
  ASSIGN_OR_RETURN(const auto manifest, vault->Manifest(upload.deposit));
  RETURN_IF_ERROR(vault
                      ->AppendVerdict(vault::MakeVerdict(vault->vault_id(), upload.deposit,
                                                         manifest,
                                                         tidemark::v1::VERDICT_OUTCOME_PASS,
                                                         keys.verdict),
                                      keys.verdict.verify_key())
                      .status());
  for (int slice = 0; slice < 2; ++slice) {
    RETURN_IF_ERROR(vault->scrubber().CheckSlice().status());
  }
  ASSIGN_OR_RETURN(const auto head, vault->TreeHead());
  RETURN_IF_ERROR(base::WriteFile(absl::StrCat(evidence, "/", seed, ".receipt"),
                                  receipt.SerializeAsString(), base::FileMode::kPublic));
  return base::WriteFile(evidence + "/head", head.SerializeAsString(), base::FileMode::kPublic);
}

// The rows of a family in order.
absl::StatusOr<std::vector<std::pair<std::string, std::string>>> Rows(const RocksStore& store,
                                                                      Family family) {
  std::vector<std::pair<std::string, std::string>> rows;
  RETURN_IF_ERROR(store.Scan(family, {}, [&rows](absl::string_view key, absl::string_view value) {
    rows.emplace_back(key, value);
    return absl::OkStatus();
  }));
  return rows;
}

absl::Status SwapFrames(const std::string& dir) {
  ASSIGN_OR_RETURN(const auto store, RocksStore::Open(dir));
  ASSIGN_OR_RETURN(const auto rows, Rows(*store, Family::kFrames));
  StoreBatch batch;
  batch.Put(Family::kFrames, rows[0].first, rows[1].second);
  batch.Put(Family::kFrames, rows[1].first, rows[0].second);
  return store->Apply(batch, Durability::kSynced);
}

absl::Status DropLeaf(const std::string& dir) {
  ASSIGN_OR_RETURN(const auto store, RocksStore::Open(dir));
  ASSIGN_OR_RETURN(const auto rows, Rows(*store, Family::kLog));
  StoreBatch batch;
  for (size_t i = 2; i < rows.size(); ++i) {
    batch.Put(Family::kLog, vault::schema::LogKey(i - 1), rows[i].second);
  }
  batch.Delete(Family::kLog, vault::schema::LogKey(rows.size() - 1));
  return store->Apply(batch, Durability::kSynced);
}

absl::StatusOr<std::string> DigestOf(const RocksStore& store) {
  crypto::Blake2bStream digest;
  for (size_t i = 0; i < vault::schema::kFamilyNames.size(); ++i) {
    const auto add = [&digest](absl::string_view key, absl::string_view value) {
      digest.Update(absl::StrCat(key.size(), ",", value.size(), ","));
      digest.Update(key);
      digest.Update(value);
      return absl::OkStatus();
    };
    RETURN_IF_ERROR(store.Scan(static_cast<Family>(i), {}, add));
    digest.Update(";");
  }
  return digest.Finish().ToHex();
}

}  // namespace

absl::StatusOr<std::string> DigestOfRows(const std::string& dir) {
  ASSIGN_OR_RETURN(const auto store, RocksStore::OpenToRead(dir));
  return DigestOf(*store);
}

absl::StatusOr<std::string> DigestOfServedRows(const std::string& dir) {
  ASSIGN_OR_RETURN(const auto store, RocksStore::Open(dir));
  return DigestOf(*store);
}

absl::StatusOr<SmallStore> MakeSmallStore(const std::string& dir) {
  const Keys keys;
  SmallStore small = {.dir = dir + "/store",
                      .old_dir = dir + "/old",
                      .swapped_dir = dir + "/swapped",
                      .dropped_dir = dir + "/dropped",
                      .options = {}};
  const std::string evidence = dir + "/evidence";
  RETURN_IF_ERROR(base::MakeDirs(evidence, base::FileMode::kPrivate));
  const auto make = [&]() -> absl::Status {
    RETURN_IF_ERROR(Deposit(small.dir, "example/A1/0", 1, keys, evidence));
    std::filesystem::copy(small.dir, small.old_dir);
    // Opening it again puts the first deposit into table files; the second is in the log.
    RETURN_IF_ERROR(Deposit(small.dir, "example/A2/0", 2, keys, evidence));
    std::filesystem::copy(small.dir, small.swapped_dir);
    std::filesystem::copy(small.dir, small.dropped_dir);
    RETURN_IF_ERROR(SwapFrames(small.swapped_dir));
    return DropLeaf(small.dropped_dir);
  };
  ASSIGN_OR_RETURN(const std::string failed,
                   vault::RunGuarded([&make] { return std::string(make().message()); }));
  if (!failed.empty()) return absl::InternalError(failed);

  small.options.dir = small.dir;
  small.options.vault_id = std::string(16, 'v');
  small.options.receipt_key = keys.receipt.verify_key();
  small.options.verdict_key = keys.verdict.verify_key();
  small.options.authority_pem = vault::TestAuthority().certificate_pem;
  ASSIGN_OR_RETURN(const std::string head, base::ReadSmallFile(evidence + "/head"));
  small.options.witnesses.push_back({"head", {}});
  bool is_parsed = small.options.witnesses[0].head.ParseFromString(head);
  for (const char* name : {"1.receipt", "2.receipt"}) {
    ASSIGN_OR_RETURN(const std::string receipt, base::ReadSmallFile(evidence + "/" + name));
    small.options.receipts.push_back({name, {}});
    is_parsed = is_parsed && small.options.receipts.back().receipt.ParseFromString(receipt);
  }
  if (!is_parsed) return absl::InternalError("what was kept does not parse");
  return small;
}

}  // namespace tidemark::tests
