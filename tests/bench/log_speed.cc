// Measures the audit log: what a leaf costs, and what a proof costs in a log that is long.
//
//   bazel run //tests/bench:log_speed -- DIR [LEAVES]
//
// DIR, on the disk that matters, is emptied. The log is written by the vault's own writer, in
// batches that are not synced; then single leaves are appended as a commit does, each batch synced.
// Prints one JSON object: microseconds of the processor and by the clock (medians), hashes, bytes.
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/status.h"
#include "crypto/digest.h"
#include "crypto/merkle_proof.h"
#include "crypto/sign.h"
#include "vault/deposit_id.h"
#include "vault/log/audit_log.h"
#include "vault/log/stored_log.h"
#include "vault/rocks_store.h"
#include "vault/schema.h"

namespace tidemark::vault {
namespace {

constexpr uint64_t kBatch = 10'000;
constexpr int kSynced = 200;
constexpr int kProofs = 2'000;

double Microseconds(clockid_t clock) {
  timespec now;
  CHECK(clock_gettime(clock, &now) == 0);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

struct Cost {
  double wall = 0;
  double processor = 0;
};

double Median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2),
                   values.end());
  return values[values.size() / 2];
}

// Medians of `count` times the same work. Only this thread's processor time: RocksDB compacts in
// others.
template <typename Work>
Cost Measure(int count, Work work) {
  std::vector<double> wall;
  std::vector<double> processor;
  for (int n = 0; n < count; ++n) {
    const double wall_before = Microseconds(CLOCK_MONOTONIC);
    const double processor_before = Microseconds(CLOCK_THREAD_CPUTIME_ID);
    work();
    processor.push_back(Microseconds(CLOCK_THREAD_CPUTIME_ID) - processor_before);
    wall.push_back(Microseconds(CLOCK_MONOTONIC) - wall_before);
  }
  return {Median(std::move(wall)), Median(std::move(processor))};
}

class LongLog {
 public:
  explicit LongLog(const std::string& dir)
      : store_(RocksStore::Open(dir).value()), log_(vault_id_, &key_, clock_), reader_(*store_) {}

  void GrowTo(uint64_t leaves) {
    while (log_.size() < leaves) {
      StoreBatch batch;
      for (uint64_t n = 0; n < kBatch && log_.size() < leaves; ++n) Prepare(batch);
      CHECK(store_->Apply(batch, Durability::kUnsynced).ok());
    }
    CHECK(store_->FlushForTesting().ok());
  }
  void AppendSynced() {
    StoreBatch batch;
    Prepare(batch);
    CHECK(store_->Apply(batch, Durability::kSynced).ok());
  }
  uint64_t Bytes(schema::Family family) const {
    return store_->EstimateBytes(family, {"", std::string(10, '\xff')});
  }
  uint64_t size() const { return log_.size(); }
  const StoredLog& reader() const { return reader_; }

 private:
  void Prepare(StoreBatch& batch) {
    log_.Prepare(tidemark::v1::LOG_EVENT_VERDICT_APPENDED, deposit_,
                 crypto::Blake2b(absl::StrCat(log_.size())), batch);
    log_.Adopt();
  }

  const std::string vault_id_ = std::string(16, 'v');
  const crypto::SigningKey key_ = crypto::SigningKey::Generate();
  const base::SystemClock clock_;
  const std::optional<DepositId> deposit_ = DepositId::Create("example", "20261122001", 0).value();
  const std::unique_ptr<RocksStore> store_;
  AuditLog log_;
  const StoredLog reader_;
};

crypto::MerkleTreeRoot TreeAt(const StoredLog& reader, uint64_t size) {
  tidemark::v1::TreeHeadBody body;
  CHECK(body.ParseFromString(reader.Head(size)->body()));
  return {size, crypto::Sha256Digest::FromBytes(body.root()).value()};
}

void Run(const std::string& dir, uint64_t leaves) {
  CHECK(base::RemoveTree(dir).ok());
  LongLog log(dir);
  const double begun = Microseconds(CLOCK_PROCESS_CPUTIME_ID);
  log.GrowTo(leaves);
  const double grown =
      (Microseconds(CLOCK_PROCESS_CPUTIME_ID) - begun) / static_cast<double>(leaves);
  const double log_bytes = static_cast<double>(log.Bytes(schema::Family::kLog));
  const double node_bytes = static_cast<double>(log.Bytes(schema::Family::kNodes));
  const Cost append = Measure(kSynced, [&] { log.AppendSynced(); });

  std::mt19937_64 random(1);
  const uint64_t size = log.size();
  size_t inclusion_hashes = 0;
  size_t consistency_hashes = 0;
  const Cost inclusion = Measure(kProofs, [&] {
    const auto proof = log.reader().Inclusion(random() % size, size);
    CHECK(proof.ok());
    inclusion_hashes = std::max(inclusion_hashes, proof->size());
  });
  std::vector<crypto::Sha256Digest> last;
  uint64_t old_size = 0;
  const Cost consistency = Measure(kProofs, [&] {
    old_size = 1 + random() % size;
    auto proof = log.reader().Consistency(old_size, size);
    CHECK(proof.ok());
    last = *std::move(proof);
    consistency_hashes = std::max(consistency_hashes, last.size());
  });
  const crypto::MerkleTreeRoot before = TreeAt(log.reader(), old_size);
  const crypto::MerkleTreeRoot after = TreeAt(log.reader(), size);
  const Cost check =
      Measure(kProofs, [&] { CHECK(crypto::VerifyMerkleConsistency(before, after, last).ok()); });
  const double count = static_cast<double>(leaves);
  std::printf(
      "{\"leaves\": %llu, \"append_in_batches_cpu_us\": %.1f,\n"
      " \"append_synced_wall_us\": %.0f, \"append_synced_cpu_us\": %.0f,\n"
      " \"inclusion_wall_us\": %.0f, \"inclusion_cpu_us\": %.0f, \"inclusion_hashes_max\": %zu,\n"
      " \"consistency_wall_us\": %.0f, \"consistency_cpu_us\": %.0f, \"consistency_hashes_max\": "
      "%zu,\n"
      " \"check_consistency_cpu_us\": %.1f,\n"
      " \"leaf_row_bytes\": %.1f, \"node_bytes_a_leaf\": %.1f}\n",
      static_cast<unsigned long long>(leaves), grown, append.wall, append.processor, inclusion.wall,
      inclusion.processor, inclusion_hashes, consistency.wall, consistency.processor,
      consistency_hashes, check.processor, log_bytes / count, node_bytes / count);
}

}  // namespace
}  // namespace tidemark::vault

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: log_speed DIR [LEAVES]\n");
    return 2;
  }
  tidemark::vault::Run(argv[1], argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 10'000'000);
  return 0;
}
