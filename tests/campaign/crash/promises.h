// What a vault has promised, and the journal that remembers it outside the vault's directory.
//
// Every promise (a receipt, an acknowledgement, a verdict's index, a tree head) is one line that is
// written as soon as the vault has given it; what could make a promise void or a commit visible is
// written before it is asked for. So after any end of the process the journal says what holds.
// Lines are written with writev(2): faults that are put into write(2) never meet them. They are
// not synced, for the journal lies on a disk whose power is not cut.
//
// Threads: one. Errors: DATA_LOSS a line is not one. Threat: none, the file is our own.
#ifndef TIDEMARK_TESTS_CAMPAIGN_CRASH_PROMISES_H_
#define TIDEMARK_TESTS_CAMPAIGN_CRASH_PROMISES_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "vault/frame_store.h"
#include "vault/vault.h"

namespace tidemark::campaign {

// Large: more than the vault's buffer of frames. Medium: more than one slice of a scrub.
enum class UploadSize { kSmall, kLarge, kMedium };

struct PromisedVerdict {
  std::string body;
  uint64_t log_index;
};

// One upload, by its number: all of its bytes follow from the campaign's seed and that number.
struct UploadRecord {
  uint32_t number = 0;
  std::optional<uint32_t> relied_on = {};  // the upload that brought the pack it refers to
  UploadSize size = UploadSize::kSmall;
  // Discarded, expired or ended by an error: what was acknowledged may be there or not.
  bool may_be_gone = false;
  vault::PiecesHeld acked = {};
  bool commit_was_tried = false;
  std::string receipt = {};  // as it was given; "": none was
  std::vector<PromisedVerdict> verdicts = {};
  uint32_t verdicts_tried = 0;
  bool may_be_distrusted = false;    // a content_mismatch was tried
  bool is_distrusted = false;        // and promised
  bool may_be_shredded = false;      // retention ran since it was committed
  uint64_t shredded_log_index = 0;   // not 0: it was told to be gone
  uint64_t held_log_index = 0;       // not 0: a hold on it was promised
  int64_t touched_unix_seconds = 0;  // when it was begun or resumed

  // Goes on where it was: begun, not finished, and nothing has ended it.
  bool IsUnfinished() const { return receipt.empty() && !may_be_gone; }
};

enum class Side { kPrimary, kCopy };

// A frame or a manifest part of one of the two copies.
struct PieceAt {
  Side side = Side::kPrimary;
  uint32_t upload = 0;
  vault::PieceKind kind = vault::PieceKind::kFrame;
  uint32_t number = 0;
  auto operator<=>(const PieceAt&) const = default;
};

// A piece that was damaged by hand, and what the vault has said of it since.
struct DamageRecord {
  uint64_t found_by = 0;     // the cycle at whose end a scrub must know; 0: perhaps not damaged
  bool is_reported = false;  // a scrub has said so, and it stays said until the piece is mended
  bool mend_was_tried = false;
  bool is_mended = false;
};

// What a second copy has said of its durable state.
struct CopyRecord {
  uint64_t leaves = 0;
  uint64_t leaf_under_way = 0;
  vault::PiecesHeld pieces = {};  // of that leaf
};

struct Promises {
  std::map<uint32_t, UploadRecord> uploads = {};
  std::map<PieceAt, DamageRecord> damages = {};
  CopyRecord copy = {};
  std::vector<std::string> heads = {};  // TreeHeadBody
  int64_t clock_unix_seconds = 0;       // where the last process left its clock; 0: never set
  // Errors that the vault gave, in its words.
  std::vector<std::string> errors = {};

  uint32_t NextNumber() const { return uploads.empty() ? 1 : uploads.rbegin()->first + 1; }
  absl::Status Take(absl::string_view line);
  // Whether a piece of it, in either copy, may be damaged now.
  bool MayBeDamaged(uint32_t upload) const;
};

class Journal final {
 public:
  // Opens or creates; what is there already has been promised.
  static absl::StatusOr<std::unique_ptr<Journal>> Open(const std::string& path);
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  const Promises& promises() const { return promises_; }

  // Each writes one line. One that cannot be written ends the process: a promise that is not
  // remembered is not checked.
  void Clock(int64_t unix_seconds);
  void Begin(uint32_t upload, std::optional<uint32_t> relied_on, UploadSize size);
  void Acked(uint32_t upload, vault::PiecesHeld held);
  void MayBeGone(uint32_t upload);
  void TryCommit(uint32_t upload);
  void Receipt(uint32_t upload, absl::string_view receipt);
  void TryVerdict(uint32_t upload, bool content_mismatch);
  void Verdict(uint32_t upload, const PromisedVerdict& verdict, bool content_mismatch);
  void TreeHead(absl::string_view body);
  void TryRetain();
  void Shredded(uint32_t upload, uint64_t log_index);
  void Held(uint32_t upload, uint64_t log_index);
  void TryDamage(const PieceAt& piece);
  void Damaged(const PieceAt& piece, uint64_t found_by);
  void Reported(const PieceAt& piece);
  void TryMend(const PieceAt& piece);
  void Mended(const PieceAt& piece);
  void Copied(uint64_t leaves);
  void CopiedPieces(uint64_t leaf, vault::PiecesHeld held);
  void Error(absl::string_view what, const absl::Status& status);

 private:
  explicit Journal(int fd) : fd_(fd) {}
  void Write(const std::string& line);

  const int fd_;
  Promises promises_;
};

}  // namespace tidemark::campaign

#endif  // TIDEMARK_TESTS_CAMPAIGN_CRASH_PROMISES_H_
