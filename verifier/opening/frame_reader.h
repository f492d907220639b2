// The objects of one deposit's packs, wherever a run asks for them.
//
// A deposit reads its packs nearly in order: a long stretch of an old one, an object of tonight's,
// on with the old one. So frames are fetched and opened ahead, on a thread of the reader's own, and
// those opened last are kept. A deposit whose objects come in another order than they were sealed
// in goes to and fro instead; then every frame is opened once into a scratch file that is encrypted
// under a key in memory only, and objects are read from there.
//
// Marks each frame that was used, so that the deposit's bitmaps can be compared in the end.
//
// Threads: the caller's one at a time, and one of its own. Memory: opened frames up to a bound, or
// 4 bytes an object in the second case. Threat: what a manifest can make us fetch is bounded by the
// frames that it uses: three times as many are opened, and once more all of them for scratch.
#ifndef TIDEMARK_VERIFIER_OPENING_FRAME_READER_H_
#define TIDEMARK_VERIFIER_OPENING_FRAME_READER_H_

#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "base/scratch.h"
#include "verifier/opening/frame_content.h"
#include "verifier/opening/frame_spool.h"
#include "verifier/opening/pack_set.h"
#include "verifier/opening/run_columns.h"

namespace tidemark::verifier {

struct FrameObject {
  absl::string_view bytes;  // valid until the next call
  bool is_last_of_frame;
};

class FrameReader final {
 public:
  // Enough for one frame of each pack of a month of nights, and what is read ahead.
  static constexpr size_t kOpenedBytesMax = 64u << 20;

  // Keeps up to `opened_bytes_max` of opened frames, and one at the least; `scratch` is where the
  // scratch file is made.
  FrameReader(std::unique_ptr<PackSet> packs, base::ScratchOptions scratch,
              size_t opened_bytes_max = kOpenedBytesMax);
  ~FrameReader();
  FrameReader(const FrameReader&) = delete;
  FrameReader& operator=(const FrameReader&) = delete;

  size_t packs() const { return packs_->packs(); }

  // FAILED_PRECONDITION: the manifest names what is not there, or the depositor sealed rubbish.
  // DATA_LOSS: the vault's bytes are not what the depositor sealed. RESOURCE_EXHAUSTED and the
  // system's errors: of the scratch file.
  absl::StatusOr<FrameObject> Get(uint32_t pack, const PlaceInPack& place);

  // OK if and only if the frames used are exactly those of the clear manifest's bitmaps.
  absl::Status CheckAllUsed() const;

 private:
  struct Key {
    uint32_t pack;
    uint32_t frame;
    friend bool operator==(const Key&, const Key&) = default;
    template <typename H>
    friend H AbslHashValue(H h, const Key& key) {
      return H::combine(std::move(h), key.pack, key.frame);
    }
  };
  struct Opened {
    std::shared_ptr<const FrameContent> content;
    std::list<Key>::iterator age;
    bool was_taken = false;
  };
  // How far a pack is read ahead: frames [next, limit) are wanted.
  struct Ahead {
    uint32_t last_taken = UINT32_MAX;
    uint32_t next = 0;
    uint32_t limit = 0;
  };
  struct Job {
    uint32_t pack;
    uint32_t first;
    uint32_t count;
    bool is_in_order;  // what follows it is wanted too
  };

  absl::Status Use(const Key& key);
  absl::StatusOr<std::shared_ptr<const FrameContent>> Take(const Key& key);
  // Whether `key` is what comes after the last frame that was taken of its pack.
  bool GoesOn(const Key& key) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void PlanAhead(const Key& key) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Queue(uint32_t pack) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  uint32_t FramesAhead(uint32_t pack) const;
  bool HasWork() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool IsAnswered() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::optional<Job> NextJob() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Insert(const Key& key, FrameContent content) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Work();
  void Finish(const Job& job, const absl::Status& status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void StopWorking();
  absl::Status ChangeToSpool();

  const std::unique_ptr<PackSet> packs_;
  const base::ScratchOptions scratch_;
  const size_t opened_bytes_max_;
  std::vector<std::vector<bool>> used_;  // by pack and frame

  // What the last Get() gave out.
  std::optional<Key> current_key_;
  std::shared_ptr<const FrameContent> current_;

  std::unique_ptr<FrameSpool> spool_;  // once the deposit turned out to go to and fro

  absl::Mutex mutex_;
  bool is_stopping_ ABSL_GUARDED_BY(mutex_) = false;
  absl::flat_hash_map<Key, Opened> opened_ ABSL_GUARDED_BY(mutex_);
  std::list<Key> ages_ ABSL_GUARDED_BY(mutex_);  // the oldest first
  size_t opened_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  int untaken_ ABSL_GUARDED_BY(mutex_) = 0;        // opened ahead and not asked for yet
  uint64_t openings_ ABSL_GUARDED_BY(mutex_) = 0;  // frames opened, again ones too
  uint64_t steps_back_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<Ahead> ahead_ ABSL_GUARDED_BY(mutex_);
  // In turn, those with something wanted; but for one that is worked on.
  std::list<uint32_t> packs_ahead_ ABSL_GUARDED_BY(mutex_);
  std::optional<Key> demand_ ABSL_GUARDED_BY(mutex_);        // what Take() waits for
  absl::Status failure_ ABSL_GUARDED_BY(mutex_);             // of the demand
  std::thread thread_;  // last: it uses everything above
};

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_OPENING_FRAME_READER_H_
