// What the registry remembers of its own deposits: where each object of last night's file lies.
//
// One directory a TLD, below the depositor's state directory. It maps an object's id
// (crypto/object_id.h) to its place in a pack, so that tonight only what changed is sealed and
// sent; and it keeps of each pack what a manifest has to say of it: secret, digest, objects a
// frame. It is a cache of the vault's content as the depositor believes it to be: without it, or
// when it is damaged or another registry's, the next deposit is sent in full and the index is made
// anew.
//
// Usual nights come in the order of the night before. Entries therefore lie in file order, and
// Find() looks first at the one after the last hit: a table is asked only when that misses.
//
// Crash: Commit() replaces the index as a whole (write aside, fsync, rename). Before it, or if it
// never comes, the index is the one of before; a torn one is recognised and is an empty one. What
// lies in a part of the file that is damaged is unknown, and hence sent again.
//
// Threads: one at a time.
// Memory: the files are mapped; pages that were passed are given back, so that what stays resident
// does not grow with the registry. Only of a night that comes in another order than the one before
// the whole file is resident in the end, as pages that the system can take back. Commit() takes
// 32 MiB. On disk 29 bytes an object (docs/formats/object_index.md).
// Threat: the directory holds pack secrets: whoever has it and the vault's disk reads the frames of
// the packs that are listed. It is 0700 with files of 0600; packs that hold nothing alive are
// forgotten. Whoever can write it can make tomorrow's manifest wrong; the verifier finds that
// (TDM_CONTENT_MISMATCH), and every number read from it is bounded.
#ifndef TIDEMARK_ESCROW_AGENT_CLIENT_INDEX_OBJECT_INDEX_H_
#define TIDEMARK_ESCROW_AGENT_CLIENT_INDEX_OBJECT_INDEX_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "crypto/frame.h"
#include "crypto/object_id.h"
#include "crypto/pack_id.h"

namespace tidemark::escrow_agent {

// Number `ordinal` of frame `frame` of the pack in slot `slot` of the index.
struct ObjectPlace {
  static constexpr uint32_t kNowhere = UINT32_MAX;
  uint32_t slot = kNowhere;
  uint32_t frame = 0;
  uint32_t ordinal = 0;
  bool is_known() const { return slot != kNowhere; }
  friend bool operator==(const ObjectPlace&, const ObjectPlace&) = default;
};

// A committed pack, as far as manifests speak of it.
struct IndexedPack {
  crypto::PackId id;
  crypto::PackSecret secret;
  std::string frames_digest;            // PackRef.frames_digest, 32 bytes
  std::vector<uint32_t> frame_objects;  // objects in each frame; its size is the number of frames
  // Frames of which so little is alive that what is should be sent again; one flag a frame.
  std::vector<bool> is_to_renew;
};

// Whose index it is. Any difference makes it another one's, which is as good as none.
struct IndexOwner {
  std::string vault_id;  // 16 bytes
  std::string tld;
  std::string secret_check;  // 16 bytes, of the object secret (ObjectHasher::Check)
};

// What becomes of entries that tonight's file does not have.
enum class IndexMode {
  kReplace,  // a FULL names everything that is alive: they are forgotten
  kExtend,   // a DIFF or INCR names what changed: they stay
};

class ObjectIndex final {
 public:
  // Opens `dir`, which is made when absent, and locks it for this object's life. UNAVAILABLE:
  // another process deposits for this TLD now. Anything wrong with the content gives an empty
  // index, and why_empty() says what. Other errors: the directory can't be made or read.
  static absl::StatusOr<std::unique_ptr<ObjectIndex>> Open(const std::string& dir,
                                                           const IndexOwner& owner);
  ~ObjectIndex();
  ObjectIndex(const ObjectIndex&) = delete;
  ObjectIndex& operator=(const ObjectIndex&) = delete;

  // "" if it is not empty; "there is none yet"; otherwise for a person to read.
  const std::string& why_empty() const;
  // How much of it has turned out to be damaged since it was opened, for a person to read; "":
  // nothing. What is damaged is unknown, and nothing else is wrong.
  std::string damage() const;
  // Entries: with kReplace as many as were appended, repeated ones too.
  uint64_t objects() const;
  // By slot; nothing in a free one. At most kManifestPacksMax - 1 are taken, so that tonight's pack
  // always has a slot: new_slot().
  absl::Span<const std::optional<IndexedPack>> packs() const;
  uint32_t new_slot() const;

  // The places of objects, given in file order over all calls. REQUIRES: equal sizes. Unknown ids
  // get ObjectPlace{}. Fast for hundreds of ids a call: table look-ups are prefetched.
  void Find(absl::Span<const crypto::ObjectId> ids, absl::Span<ObjectPlace> places);

  // Forgets everything, on disk too: what the vault holds is not what this says, or is not to be
  // relied on. An update that is under way comes to nothing: its Commit() is FAILED_PRECONDITION.
  // `why` is what why_empty() says from then on.
  absl::Status Drop(absl::string_view why);

  // Tonight's entries, on their way. At most one at a time; not to outlive the index.
  class Update {
   public:
    virtual ~Update() = default;
    // Places of known packs, or in new_slot(). In file order. Entries may repeat: the last place of
    // an id is the one that counts as alive, and that a look-up out of order gives. The first error
    // latches; INTERNAL: there is no such place. RESOURCE_EXHAUSTED: the disk is full, or
    // kIndexObjectsMax.
    virtual absl::Status Append(absl::Span<const crypto::ObjectId> ids,
                                absl::Span<const ObjectPlace> places) = 0;
    // After the receipt. `new_pack` goes into new_slot() if it has frames; `is_to_renew` of it is
    // not looked at. Packs without a live object give their slot back (and so do, were there more
    // packs or frames than an index may have, those with the fewest); with kReplace, frames of
    // which less than half of the objects are alive are marked as to be renewed. The index itself
    // is the new one only when it is opened again. After an error the old one stays, and stays
    // right: what it lists is in the vault.
    virtual absl::Status Commit(IndexedPack new_pack) = 0;
  };
  // FAILED_PRECONDITION after a commit: open the new one first.
  absl::StatusOr<std::unique_ptr<Update>> BeginUpdate(IndexMode mode);

 private:
  struct Impl;
  explicit ObjectIndex(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace tidemark::escrow_agent

#endif  // TIDEMARK_ESCROW_AGENT_CLIENT_INDEX_OBJECT_INDEX_H_
