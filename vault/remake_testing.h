// For tests only: small stores of frames, with their tables as a test wants them, and remakes of
// them.
#ifndef TIDEMARK_VAULT_REMAKE_TESTING_H_
#define TIDEMARK_VAULT_REMAKE_TESTING_H_

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
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

// A table that is refused is an error here.
inline absl::StatusOr<RocksStore::Remade> Remake(
    RocksStore& store, const std::vector<schema::KeyRange>& ranges, const Rows& rows,
    const std::function<void(absl::string_view)>& at_point = nullptr) {
  ASSIGN_OR_RETURN(const RocksStore::Remade remade,
                   store.RemakeTables({.family = schema::Family::kFrames,
                                       .ranges = ranges,
                                       .expected = Relied(rows),
                                       .at_point = at_point}));
  RETURN_IF_ERROR(remade.refusals());
  return remade;
}

inline schema::KeyRange OnlyKey(const std::string& key) { return {key, key + '\0'}; }

// One table file for each list of what is done in it, in order: N, pack N is put; -N, it is
// deleted.
inline absl::Status WriteTables(RocksStore& store, const std::vector<std::vector<int>>& tables) {
  for (const std::vector<int>& packs : tables) {
    for (const int pack : packs) {
      RETURN_IF_ERROR(pack > 0 ? PutPack(store, pack) : DeletePack(store, -pack));
    }
    RETURN_IF_ERROR(store.FlushForTesting());
  }
  return absl::OkStatus();
}

// Pack 1 lies deep, and pack 2 with a newer pack 3 above it; pack 4 was deleted by pack 2's table.
inline absl::Status Fill(RocksStore& store) {
  RETURN_IF_ERROR(WriteTables(store, {{1, 4}}));
  RETURN_IF_ERROR(CompactAll(store));
  return WriteTables(store, {{2, -4}, {3}});
}

// What `work` comes to in a process of its own, for RocksDB's threads do not survive a fork: 0, 1
// for an error, or the status that it ended with itself. `log`, if there is one, gets its standard
// error.
inline int InChild(const std::function<absl::Status()>& work, const std::string& log = "") {
  const pid_t child = fork();
  if (child == 0) {
    if (!log.empty()) {
      const int file = open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
      dup2(file, STDERR_FILENO);
    }
    const absl::Status done = work();
    if (!done.ok()) std::fprintf(stderr, "child: %s\n", done.ToString().c_str());
    std::fflush(nullptr);
    _exit(done.ok() ? 0 : 1);
  }
  int status = 0;
  return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status)
                                                                               : -1;
}

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_REMAKE_TESTING_H_
