// Whatever bytes lie in the place of the index: an empty one that says why, or places that their
// packs have. Once as they are, and once with the checksums that they should have, or nothing would
// come past those.
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/file.h"
#include "base/status.h"
#include "escrow_agent/client/index/checksum.h"
#include "escrow_agent/client/index/index_format.h"
#include "escrow_agent/client/index/index_testing.h"
#include "escrow_agent/client/index/object_index.h"

namespace tidemark::escrow_agent {
namespace {

// Its own, gone with the process.
class Dir {
 public:
  Dir() {
    const char* const tmp = std::getenv("TEST_TMPDIR");
    path_ = std::string(tmp == nullptr ? "/tmp" : tmp) + "/object_index_fuzz.XXXXXX";
    CHECK(mkdtemp(path_.data()) != nullptr);
  }
  ~Dir() { base::RemoveTree(path_).IgnoreError(); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

void Put(const std::string& path, absl::string_view bytes) {
  unlink(path.c_str());  // an index that is mapped keeps its bytes
  FILE* const file = fopen(path.c_str(), "w");
  CHECK(file != nullptr);
  CHECK(fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size());
  CHECK(fclose(file) == 0);
}

void PutNumber(std::string& file, size_t offset, uint64_t number) {
  std::memcpy(file.data() + offset, &number, sizeof(number));
}

void SignHeader(std::string& file) {
  PutNumber(file, kIndexHeaderBytes - 8, Checksum(file.substr(0, kIndexHeaderBytes - 8)));
}

// Makes the checksums right, as far as the header says where they are.
std::string WithChecksums(std::string file) {
  if (file.size() < kIndexHeaderBytes) return file;
  SignHeader(file);
  const absl::StatusOr<IndexHeader> header = DecodeHeader(file.substr(0, kIndexHeaderBytes));
  if (!header.ok() || header->file_bytes() != file.size()) return file;
  size_t sum = header->tables_offset();
  const auto sign_blocks = [&](uint64_t offset, uint64_t bytes, uint64_t block_bytes) {
    for (uint64_t at = 0; at < bytes; at += block_bytes, sum += 8) {
      PutNumber(file, sum, Checksum(file.substr(offset + at, std::min(block_bytes, bytes - at))));
    }
  };
  sign_blocks(header->entries_offset(), header->objects * sizeof(IndexEntry),
              kEntriesABlock * sizeof(IndexEntry));
  sign_blocks(header->slots_offset(), header->slots * sizeof(uint32_t),
              kSlotsABlock * sizeof(uint32_t));
  PutNumber(file, 48, Checksum(file.substr(header->tables_offset())));
  SignHeader(file);
  return file;
}

void CheckPlaces(const ObjectIndex& index, const std::vector<ObjectPlace>& places) {
  for (const ObjectPlace& place : places) {
    CHECK(!place.is_known() || IsWithin(index.packs(), place));
    CHECK(!place.is_known() || place.slot != index.new_slot());
  }
}

void OpenAndFind(const std::string& dir, absl::string_view bytes) {
  Put(dir + "/index", bytes);
  const std::unique_ptr<ObjectIndex> index = OpenIndex(dir);
  CHECK(index->why_empty().empty() == (index->objects() > 0));
  CHECK(index->new_slot() < base::kManifestPacksMax);
  // Ids of the file's own entries, in order and backwards, and others.
  std::vector<crypto::ObjectId> ids;
  for (size_t at = kIndexPageBytes; at + sizeof(IndexEntry) <= bytes.size() && ids.size() < 500;
       at += sizeof(IndexEntry)) {
    crypto::ObjectId id;
    std::memcpy(id.bytes.data(), bytes.data() + at, id.bytes.size());
    ids.push_back(id);
  }
  for (uint64_t n = 0; n < 5; ++n) ids.push_back(IdOf(n));
  CheckPlaces(*index, FindAll(*index, ids));
  std::reverse(ids.begin(), ids.end());
  CheckPlaces(*index, FindAll(*index, ids));
}

}  // namespace
}  // namespace tidemark::escrow_agent

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const tidemark::escrow_agent::Dir dir;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  tidemark::escrow_agent::OpenAndFind(dir.path(), bytes);
  tidemark::escrow_agent::OpenAndFind(dir.path(), tidemark::escrow_agent::WithChecksums(bytes));
  return 0;
}
