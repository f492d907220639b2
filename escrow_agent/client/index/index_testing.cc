#include "escrow_agent/client/index/index_testing.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/types/span.h"
#include "base/status.h"

namespace tidemark::escrow_agent {
namespace {

constexpr uint32_t kFrameObjects = 10;

}  // namespace

IndexOwner TestOwner() {
  return {.vault_id = std::string(16, 'v'), .tld = "example", .secret_check = std::string(16, 's')};
}

crypto::ObjectId IdOf(uint64_t number) {
  crypto::ObjectId id;
  for (size_t at = 0; at < id.bytes.size(); at += sizeof(uint64_t)) {
    // SplitMix64: a bijection, so that ids differ.
    uint64_t word = number * 2 + at / sizeof(uint64_t);
    word = (word + 1) * 0x9E3779B97F4A7C15;
    word = (word ^ (word >> 30)) * 0xBF58476D1CE4E5B9;
    word = (word ^ (word >> 27)) * 0x94D049BB133111EB;
    word ^= word >> 31;
    std::memcpy(id.bytes.data() + at, &word, sizeof(word));
  }
  return id;
}

std::vector<crypto::ObjectId> IdsOf(const std::vector<uint64_t>& numbers) {
  std::vector<crypto::ObjectId> ids;
  for (const uint64_t number : numbers) ids.push_back(IdOf(number));
  return ids;
}

IndexedPack PackOf(uint8_t number, std::vector<uint32_t> frame_objects) {
  const char byte = static_cast<char>(number);
  return {.id = crypto::PackId::FromBytes(std::string(16, byte)).value(),
          .secret = crypto::PackSecret::FromManifest(std::string(32, byte)).value(),
          .frames_digest = std::string(32, byte),
          .frame_objects = std::move(frame_objects),
          .is_to_renew = {}};
}

std::unique_ptr<ObjectIndex> OpenIndex(const std::string& dir) {
  return ObjectIndex::Open(dir, TestOwner()).value();
}

std::vector<ObjectPlace> FindAll(ObjectIndex& index, const std::vector<crypto::ObjectId>& ids) {
  std::vector<ObjectPlace> places(ids.size());
  index.Find(ids, absl::MakeSpan(places));
  return places;
}

ObjectPlace FindOne(ObjectIndex& index, const crypto::ObjectId& id) {
  return FindAll(index, {id}).front();
}

absl::Status CommitNight(ObjectIndex& index, IndexMode mode, const std::vector<TestEntry>& entries,
                         IndexedPack new_pack) {
  ASSIGN_OR_RETURN(const std::unique_ptr<ObjectIndex::Update> update, index.BeginUpdate(mode));
  for (const TestEntry& entry : entries) {
    RETURN_IF_ERROR(update->Append({&entry.id, 1}, {&entry.place, 1}));
  }
  return update->Commit(std::move(new_pack));
}

ObjectPlace MadePlace(uint32_t number) {
  return {.slot = 0, .frame = number / kFrameObjects, .ordinal = number % kFrameObjects};
}

void MakeIndex(const std::string& dir, uint32_t objects) {
  std::vector<TestEntry> entries;
  std::vector<uint32_t> frames;
  for (uint32_t n = 0; n < objects; ++n) {
    entries.push_back({IdOf(n), MadePlace(n)});
    if (n % kFrameObjects == 0) {
      frames.push_back(std::min(kFrameObjects, objects - n));
    }
  }
  const std::unique_ptr<ObjectIndex> index = OpenIndex(dir);
  CHECK(CommitNight(*index, IndexMode::kReplace, entries, PackOf(1, frames)).ok());
}

}  // namespace tidemark::escrow_agent
