// For tests only: a small store of frames, some of them deep, some of them deleted.
#ifndef TIDEMARK_VAULT_REMAKE_TESTING_H_
#define TIDEMARK_VAULT_REMAKE_TESTING_H_

#include <atomic>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "crypto/pack_id.h"
#include "vault/rocks_store.h"
#include "vault/schema.h"

namespace tidemark::vault {

inline schema::KeyRange AllPieces() { return {"", std::string(24, '\xff')}; }

inline std::string KeyOf(int pack, uint32_t number) {
  std::string bytes(16, static_cast<char>(pack));
  return schema::PieceKey(*crypto::PackId::FromBytes(bytes), number);
}

// Larger than a block, and not like any other.
inline std::string PieceOf(int pack, uint32_t number) {
  std::string piece;
  while (piece.size() < 100'000) absl::StrAppend(&piece, pack, "/", number, "/", piece.size(), ";");
  return piece;
}

inline absl::Status Put(RocksStore& store, int pack, uint32_t number) {
  StoreBatch batch;
  batch.Put(schema::Family::kFrames, KeyOf(pack, number), PieceOf(pack, number));
  return store.Apply(batch, Durability::kSynced);
}

inline absl::Status PutPack(RocksStore& store, int pack) {
  for (uint32_t number = 0; number < 6; ++number) RETURN_IF_ERROR(Put(store, pack, number));
  return absl::OkStatus();
}

inline absl::Status DeletePack(RocksStore& store, int pack) {
  StoreBatch batch;
  batch.DeleteRange(schema::Family::kFrames, {KeyOf(pack, 0), KeyOf(pack + 1, 0)});
  return store.Apply(batch, Durability::kSynced);
}

inline absl::Status CompactAll(RocksStore& store) {
  std::atomic<bool> stop = false;
  return store.Erase({{schema::Family::kFrames, AllPieces()}}, stop);
}

inline absl::StatusOr<std::map<std::string, std::string>> Read(const RocksStore& store) {
  std::map<std::string, std::string> rows;
  RETURN_IF_ERROR(store.Scan(schema::Family::kFrames, AllPieces(),
                             [&](absl::string_view key, absl::string_view value) {
                               rows.emplace(key, value);
                               return absl::OkStatus();
                             }));
  return rows;
}

inline std::map<std::string, std::string> Packs(const std::vector<int>& packs) {
  std::map<std::string, std::string> rows;
  for (const int pack : packs) {
    for (uint32_t number = 0; number < 6; ++number) {
      rows[KeyOf(pack, number)] = PieceOf(pack, number);
    }
  }
  return rows;
}

using Rows = std::map<std::string, std::string>;

// As if these were what somebody relies on.
inline RocksStore::Expected Relied(const Rows& rows) {
  return [rows](const schema::KeyRange& range,
                const std::function<absl::Status(const std::string&)>& visit) -> absl::Status {
    for (auto row = rows.lower_bound(range.begin); row != rows.end(); ++row) {
      if (!range.end.empty() && row->first >= range.end) break;
      RETURN_IF_ERROR(visit(row->first));
    }
    return absl::OkStatus();
  };
}

inline absl::StatusOr<RocksStore::Remade> Remake(
    RocksStore& store, const std::vector<schema::KeyRange>& ranges, const Rows& rows,
    const std::function<void(absl::string_view)>& at_point = nullptr) {
  return store.RemakeTables({.family = schema::Family::kFrames,
                             .ranges = ranges,
                             .expected = Relied(rows),
                             .at_point = at_point});
}

inline schema::KeyRange OnlyKey(const std::string& key) { return {key, key + '\0'}; }

// Pack 1 lies deep, and pack 2 with a newer pack 3 above it; pack 4 was deleted by pack 2's table.
inline absl::Status Fill(RocksStore& store) {
  for (const int pack : {1, 4}) RETURN_IF_ERROR(PutPack(store, pack));
  RETURN_IF_ERROR(CompactAll(store));
  RETURN_IF_ERROR(PutPack(store, 2));
  RETURN_IF_ERROR(DeletePack(store, 4));
  RETURN_IF_ERROR(store.FlushForTesting());
  RETURN_IF_ERROR(PutPack(store, 3));
  return store.FlushForTesting();
}

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_REMAKE_TESTING_H_
