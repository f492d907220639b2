#include "tests/campaign/crash/promises.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

#include "absl/memory/memory.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/file.h"
#include "base/hex.h"
#include "base/status.h"

namespace tidemark::campaign {
namespace {

// Some thousand lines of some hundred bytes.
constexpr size_t kJournalBytesMax = 64 << 20;
// The vault drops what is parked for a day; less than that, and it must be there.
constexpr int64_t kKeptSecondsMin = 23 * 3600;

absl::Status BadLine(absl::string_view line) {
  return absl::DataLossError(absl::StrCat("journal: not a line of ours: ", line.substr(0, 60)));
}

// The words of one line, taken one after the other.
class Words final {
 public:
  explicit Words(absl::string_view line) : words_(absl::StrSplit(line, ' ')) {}
  absl::string_view Word() {
    if (next_ >= words_.size()) return Fail();
    return words_[next_++];
  }
  template <typename Int>
  Int Number() {
    Int value = 0;
    if (!absl::SimpleAtoi(Word(), &value)) Fail();
    return value;
  }
  std::string Bytes() {
    const absl::StatusOr<std::string> bytes = base::HexDecode(Word());
    if (!bytes.ok()) return std::string(Fail());
    return *bytes;
  }
  std::string Rest() {
    const std::string rest =
        absl::StrJoin(words_.begin() + static_cast<ptrdiff_t>(next_), words_.end(), " ");
    next_ = words_.size();
    return rest;
  }
  bool IsWhole() const { return is_good_ && next_ == words_.size(); }

 private:
  absl::string_view Fail() {
    is_good_ = false;
    return "";
  }
  std::vector<absl::string_view> words_;
  size_t next_ = 0;
  bool is_good_ = true;
};

std::string Text(const PieceAt& piece) {
  return absl::StrCat(static_cast<int>(piece.side), " ", piece.upload, " ",
                      static_cast<int>(piece.kind), " ", piece.number);
}

PieceAt ReadPiece(Words& words) {
  PieceAt piece;
  piece.side = words.Number<int>() == 0 ? Side::kPrimary : Side::kCopy;
  piece.upload = words.Number<uint32_t>();
  piece.kind =
      words.Number<int>() == 0 ? vault::PieceKind::kFrame : vault::PieceKind::kManifestPart;
  piece.number = words.Number<uint32_t>();
  return piece;
}

// False: the verb is not about a damaged piece.
bool TakeDamage(absl::string_view verb, Words& words, std::map<PieceAt, DamageRecord>& damages) {
  if (verb == "try-damage") {
    damages[ReadPiece(words)] = DamageRecord();
  } else if (verb == "damaged") {
    const PieceAt piece = ReadPiece(words);
    damages[piece].found_by = words.Number<uint64_t>();
  } else if (verb == "reported") {
    damages[ReadPiece(words)].is_reported = true;
  } else if (verb == "try-mend") {
    damages[ReadPiece(words)].mend_was_tried = true;
  } else if (verb == "mended") {
    damages[ReadPiece(words)].is_mended = true;
  } else {
    return false;
  }
  return true;
}

// False: the verb is not about a second copy.
bool TakeCopy(absl::string_view verb, Words& words, CopyRecord& copy) {
  if (verb == "copied") {
    copy = {.leaves = words.Number<uint64_t>()};
  } else if (verb == "copied-pieces") {
    copy.leaf_under_way = words.Number<uint64_t>();
    copy.pieces.frames = words.Number<uint32_t>();
    copy.pieces.parts = words.Number<uint32_t>();
  } else {
    return false;
  }
  return true;
}

}  // namespace

bool Promises::MayBeDamaged(uint32_t upload) const {
  for (const auto& [piece, damage] : damages) {
    if (piece.upload == upload && !damage.is_mended) return true;
  }
  return false;
}

absl::Status Promises::Take(absl::string_view line) {
  Words words(line);
  const absl::string_view verb = words.Word();
  if (verb == "clock") {
    const auto now = words.Number<int64_t>();
    for (auto& [number, upload] : uploads) {
      upload.may_be_gone |=
          upload.receipt.empty() && now - upload.touched_unix_seconds > kKeptSecondsMin;
    }
    clock_unix_seconds = now;
  } else if (verb == "head") {
    heads.push_back(words.Bytes());
  } else if (verb == "try-retain") {
    for (auto& [number, upload] : uploads) upload.may_be_shredded |= upload.commit_was_tried;
    // Frames that the primary removes a second copy may drop.
    copy.pieces = {};
  } else if (verb == "error") {
    errors.push_back(words.Rest());
  } else if (!TakeDamage(verb, words, damages) && !TakeCopy(verb, words, copy)) {
    const auto number = words.Number<uint32_t>();
    UploadRecord& upload = uploads[number];
    upload.number = number;
    if (verb == "begin") {
      upload.touched_unix_seconds = clock_unix_seconds;
      const auto relied_on = words.Number<uint32_t>();
      if (relied_on != 0) upload.relied_on = relied_on;
      upload.size = static_cast<UploadSize>(words.Number<int>());
    } else if (verb == "acked") {
      upload.touched_unix_seconds = clock_unix_seconds;
      upload.acked.frames = words.Number<uint32_t>();
      upload.acked.parts = words.Number<uint32_t>();
    } else if (verb == "may-be-gone") {
      upload.may_be_gone = true;
    } else if (verb == "try-commit") {
      upload.commit_was_tried = true;
    } else if (verb == "receipt") {
      upload.receipt = words.Bytes();
    } else if (verb == "try-verdict") {
      ++upload.verdicts_tried;
      if (words.Number<int>() != 0) {
        // All packs that the manifest names are marked.
        upload.may_be_distrusted = true;
        if (upload.relied_on.has_value()) uploads[*upload.relied_on].may_be_distrusted = true;
      }
    } else if (verb == "shredded") {
      upload.shredded_log_index = words.Number<uint64_t>();
    } else if (verb == "held") {
      upload.held_log_index = words.Number<uint64_t>();
    } else if (verb == "verdict") {
      const auto index = words.Number<uint64_t>();
      if (words.Number<int>() != 0) {
        upload.is_distrusted = true;
        if (upload.relied_on.has_value()) uploads[*upload.relied_on].is_distrusted = true;
      }
      upload.verdicts.push_back({words.Bytes(), index});
    } else {
      return BadLine(line);
    }
  }
  return words.IsWhole() ? absl::OkStatus() : BadLine(line);
}

absl::StatusOr<std::unique_ptr<Journal>> Journal::Open(const std::string& path) {
  const int fd = open(path.c_str(), O_CREAT | O_RDWR | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0) return base::ErrnoStatus(errno, path);
  auto journal = absl::WrapUnique(new Journal(fd));
  ASSIGN_OR_RETURN(const std::string text, base::ReadSmallFile(path, kJournalBytesMax));
  for (const absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    RETURN_IF_ERROR(journal->promises_.Take(line));
  }
  return journal;
}

Journal::~Journal() { close(fd_); }

void Journal::Write(const std::string& line) {
  CHECK(promises_.Take(line).ok());
  std::string text = absl::StrCat(line, "\n");
  const iovec piece = {text.data(), text.size()};
  CHECK(writev(fd_, &piece, 1) == static_cast<ssize_t>(text.size()));
}

void Journal::Clock(int64_t unix_seconds) { Write(absl::StrCat("clock ", unix_seconds)); }

void Journal::Begin(uint32_t upload, std::optional<uint32_t> relied_on, UploadSize size) {
  Write(absl::StrCat("begin ", upload, " ", relied_on.value_or(0), " ", static_cast<int>(size)));
}

void Journal::Acked(uint32_t upload, vault::PiecesHeld held) {
  Write(absl::StrCat("acked ", upload, " ", held.frames, " ", held.parts));
}

void Journal::MayBeGone(uint32_t upload) { Write(absl::StrCat("may-be-gone ", upload)); }

void Journal::TryCommit(uint32_t upload) { Write(absl::StrCat("try-commit ", upload)); }

void Journal::Receipt(uint32_t upload, absl::string_view receipt) {
  Write(absl::StrCat("receipt ", upload, " ", base::HexEncode(receipt)));
}

void Journal::TryVerdict(uint32_t upload, bool content_mismatch) {
  Write(absl::StrCat("try-verdict ", upload, " ", content_mismatch ? 1 : 0));
}

void Journal::Verdict(uint32_t upload, const PromisedVerdict& verdict, bool content_mismatch) {
  Write(absl::StrCat("verdict ", upload, " ", verdict.log_index, " ", content_mismatch ? 1 : 0, " ",
                     base::HexEncode(verdict.body)));
}

void Journal::TreeHead(absl::string_view body) {
  Write(absl::StrCat("head ", base::HexEncode(body)));
}

void Journal::TryRetain() { Write("try-retain"); }

void Journal::Shredded(uint32_t upload, uint64_t log_index) {
  Write(absl::StrCat("shredded ", upload, " ", log_index));
}

void Journal::Held(uint32_t upload, uint64_t log_index) {
  Write(absl::StrCat("held ", upload, " ", log_index));
}

void Journal::TryDamage(const PieceAt& piece) { Write(absl::StrCat("try-damage ", Text(piece))); }

void Journal::Damaged(const PieceAt& piece, uint64_t found_by) {
  Write(absl::StrCat("damaged ", Text(piece), " ", found_by));
}

void Journal::Reported(const PieceAt& piece) { Write(absl::StrCat("reported ", Text(piece))); }

void Journal::TryMend(const PieceAt& piece) { Write(absl::StrCat("try-mend ", Text(piece))); }

void Journal::Mended(const PieceAt& piece) { Write(absl::StrCat("mended ", Text(piece))); }

void Journal::Copied(uint64_t leaves) { Write(absl::StrCat("copied ", leaves)); }

void Journal::CopiedPieces(uint64_t leaf, vault::PiecesHeld held) {
  Write(absl::StrCat("copied-pieces ", leaf, " ", held.frames, " ", held.parts));
}

void Journal::Error(absl::string_view what, const absl::Status& status) {
  std::string text = status.ToString();
  for (char& c : text) c = c == '\n' ? ' ' : c;
  Write(absl::StrCat("error ", what, ": ", text));
}

}  // namespace tidemark::campaign
