// Measures the object index: one night in order, one in another order, and the update of each.
//
//   bazel run //tests/bench:object_index_speed -- DIR [OBJECTS]
//
// DIR, on the disk that matters, is emptied. Prints milliseconds, the best of five nights, by the
// clock and of the processor, and how much more memory was resident at most than before.
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/status.h"
#include "escrow_agent/client/index/object_index.h"

namespace tidemark::escrow_agent {
namespace {

constexpr size_t kBatch = 512;
constexpr uint32_t kFrameObjects = 300;
constexpr int kNights = 5;

using Ids = std::vector<crypto::ObjectId>;

// One of VmRSS and VmHWM, in kB. Pages of files that are mapped count too.
long MemoryKilobytes(const std::string& what) {
  std::ifstream status("/proc/self/status");
  std::string line;
  while (std::getline(status, line)) {
    if (line.rfind(what + ":", 0) == 0)
      return std::strtol(line.c_str() + what.size() + 1, nullptr, 10);
  }
  return 0;
}

double Milliseconds(clockid_t clock) {
  timespec now;
  CHECK(clock_gettime(clock, &now) == 0);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

// The best of several times the same work.
template <typename Work>
void Measure(const std::string& what, Work work) {
  double wall = 1e9;
  double processor = 1e9;
  long memory = 0;
  for (int n = 0; n < kNights; ++n) {
    std::ofstream("/proc/self/clear_refs") << "5";  // VmHWM begins anew
    const long memory_before = MemoryKilobytes("VmRSS");
    const double wall_before = Milliseconds(CLOCK_MONOTONIC);
    const double processor_before = Milliseconds(CLOCK_PROCESS_CPUTIME_ID);
    work();
    wall = std::min(wall, Milliseconds(CLOCK_MONOTONIC) - wall_before);
    processor = std::min(processor, Milliseconds(CLOCK_PROCESS_CPUTIME_ID) - processor_before);
    memory = std::max(memory, MemoryKilobytes("VmHWM") - memory_before);
  }
  std::printf("%-36s %8.1f ms %8.1f ms of the processor %8ld kB\n", what.c_str(), wall, processor,
              memory);
}

Ids RandomIds(size_t count) {
  std::mt19937_64 random(1);
  Ids ids(count);
  for (crypto::ObjectId& id : ids) {
    const uint64_t words[2] = {random(), random()};
    std::memcpy(id.bytes.data(), words, sizeof(words));
  }
  return ids;
}

IndexedPack PackOf(size_t objects) {
  IndexedPack pack{.id = crypto::PackId::Random(),
                   .secret = crypto::PackSecret::Generate(),
                   .frames_digest = std::string(32, 'd'),
                   .frame_objects = {},
                   .is_to_renew = {}};
  for (size_t n = 0; n < objects; n += kFrameObjects) {
    pack.frame_objects.push_back(
        static_cast<uint32_t>(std::min<size_t>(kFrameObjects, objects - n)));
  }
  pack.is_to_renew.resize(pack.frame_objects.size());
  return pack;
}

std::unique_ptr<ObjectIndex> Open(const std::string& dir) {
  return ObjectIndex::Open(dir, {.vault_id = std::string(16, 'v'),
                                 .tld = "example",
                                 .secret_check = std::string(16, 's')})
      .value();
}

// Finds all ids; those that are new go into tonight's pack. With an update appends all of them.
size_t Night(ObjectIndex& index, const Ids& ids, ObjectIndex::Update* update) {
  std::vector<ObjectPlace> places(kBatch);
  uint32_t fresh = 0;
  for (size_t at = 0; at < ids.size(); at += kBatch) {
    const auto batch = absl::MakeConstSpan(ids).subspan(at, kBatch);
    const auto found = absl::MakeSpan(places).subspan(0, batch.size());
    index.Find(batch, found);
    for (ObjectPlace& place : found) {
      if (place.is_known()) continue;
      place = {.slot = index.new_slot(),
               .frame = fresh / kFrameObjects,
               .ordinal = fresh % kFrameObjects};
      ++fresh;
    }
    if (update != nullptr) CHECK(update->Append(batch, found).ok());
  }
  return fresh;
}

void Update(const std::string& dir, const Ids& ids, IndexMode mode) {
  const std::unique_ptr<ObjectIndex> index = Open(dir);
  const std::unique_ptr<ObjectIndex::Update> update = index->BeginUpdate(mode).value();
  const size_t fresh = Night(*index, ids, update.get());
  CHECK(update->Commit(PackOf(fresh)).ok());
}

void Find(const std::string& dir, const Ids& ids) { Night(*Open(dir), ids, nullptr); }

void Run(const std::string& dir, size_t objects) {
  Ids ids = RandomIds(objects);
  std::printf("%zu objects\n", objects);
  Measure("all new, with update and fsync", [&] {
    CHECK(base::RemoveTree(dir).ok());
    Update(dir, ids, IndexMode::kReplace);
  });
  Measure("in order", [&] { Find(dir, ids); });
  Measure("in order, with update and fsync", [&] { Update(dir, ids, IndexMode::kReplace); });
  for (size_t n = 100; n < ids.size(); n += 200) ids[n].bytes[15] ^= 1;
  Measure("0.5 % changed", [&] { Find(dir, ids); });
  std::shuffle(ids.begin(), ids.end(), std::mt19937_64(2));
  Measure("in another order", [&] { Find(dir, ids); });
  Ids few(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(objects / 100));
  Measure("1 % by a DIFF, with update and fsync", [&] { Update(dir, few, IndexMode::kExtend); });
  for (crypto::ObjectId& id : ids) id.bytes[14] ^= 1;
  Measure("nothing known", [&] { Find(dir, ids); });
  CHECK(base::RemoveTree(dir).ok());
}

}  // namespace
}  // namespace tidemark::escrow_agent

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: object_index_speed DIR [OBJECTS]\n");
    return 2;
  }
  tidemark::escrow_agent::Run(argv[1], argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 3'000'000);
  return 0;
}
