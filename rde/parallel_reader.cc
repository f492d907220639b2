#include "rde/parallel_reader.h"

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "base/status.h"
#include "rde/document_reader.h"
#include "rde/object_cut.h"
#include "rde/record_batch.h"

namespace tidemark::rde {
namespace {

// A part of the file, and what reading it as if between two objects gave.
struct Piece {
  enum class State { kEmpty, kFull, kTaken, kRead };

  absl::string_view bytes() const { return {room.get(), size}; }

  std::unique_ptr<char[]> room;  // of piece_bytes
  size_t size = 0;
  int64_t offset = 0;
  State state = State::kEmpty;  // under the shared mutex; what follows belongs to who took it

  RecordBatch batch;
  int contents = 0;   // the <contents> that it was read in; 0: the bet was lost
  int64_t lines = 0;  // line feeds
};

// Where pieces begin: a reader between two objects, to make others of. Immutable.
using Start = std::shared_ptr<const DocumentReader>;

// Reads pieces into their batches. One a thread.
class PieceReader {
 public:
  void Read(const Start& start, Piece& piece) {
    piece.batch.Clear();
    piece.contents = 0;
    relay_.batch = &piece.batch;
    if (reader_ == nullptr || start != start_) {
      start_ = start;
      reader_ = std::make_unique<DocumentReader>(relay_, relay_, *start);
    }
    const int contents = reader_->gap()->contents;
    // Lines count from 0: how many there are before is not known yet.
    reader_->SkipTo({0, piece.offset});
    reader_->Write(piece.bytes());
    const std::optional<DocumentReader::Gap> gap = reader_->gap();
    if (!gap.has_value() || gap->contents != contents || piece.batch.spoilt()) {
      reader_ = nullptr;  // it stands elsewhere now
      return;
    }
    piece.contents = contents;
    piece.lines = gap->next.line;
  }

 private:
  struct Relay final : public RecordSink, public RecordRoom {
    Record& Take(ObjectKind kind) override { return batch->Take(kind); }
    void OnDeposit(const DepositInfo& info, const Position& at) override {
      batch->OnDeposit(info, at);
    }
    void OnRecord(const Record& record, const Position& at) override {
      batch->OnRecord(record, at);
    }
    void OnFlaw(const Flaw& flaw) override { batch->OnFlaw(flaw); }
    RecordBatch* batch = nullptr;
  };

  Relay relay_;
  Start start_;
  std::unique_ptr<DocumentReader> reader_;
};

class ParallelReader {
 public:
  ParallelReader(base::ByteSource& source, RecordSink& sink, const ReadOptions& options)
      : source_(source),
        sink_(sink),
        piece_bytes_(options.piece_bytes),
        reader_(sink),
        pieces_(2 * static_cast<size_t>(options.threads)) {
    for (int i = 1; i < options.threads; ++i) {
      // A thread fewer reads the same.
      try {
        threads_.emplace_back([this] { Work(); });
      } catch (const std::system_error&) {
        break;
      }
    }
  }
  ~ParallelReader() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      stopped_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }
  ParallelReader(const ParallelReader&) = delete;
  ParallelReader& operator=(const ParallelReader&) = delete;

  absl::Status Read() {
    while (HasPiece()) Advance();
    RETURN_IF_ERROR(source_status_);
    reader_.Close();
    return source_.Close();
  }

 private:
  Piece& piece(size_t number) { return pieces_[number % pieces_.size()]; }

  // ---- Filling: one thread at a time, whoever has nothing better to do

  // Under the mutex.
  bool MayFill() const { return !filling_ && !source_ended_ && end_ - first_ < pieces_.size(); }

  // With the mutex locked by `lock`, and MayFill().
  void Fill(std::unique_lock<std::mutex>& lock) {
    filling_ = true;
    Piece& filled = piece(end_);
    lock.unlock();
    const bool ended = !FillPiece(filled);
    lock.lock();
    filling_ = false;
    source_ended_ = ended;
    if (filled.size > 0) {
      filled.state = Piece::State::kFull;
      ++end_;
    }
    changed_.notify_all();
  }

  // False if the source has no more.
  bool FillPiece(Piece& filled) {
    if (filled.room == nullptr) filled.room = std::make_unique_for_overwrite<char[]>(piece_bytes_);
    // What is behind a cut is less than a piece.
    std::copy(surplus_.begin(), surplus_.end(), filled.room.get());
    filled.size = surplus_.size();
    surplus_.clear();
    bool ended = false;
    while (filled.size < piece_bytes_ && !ended) {
      const absl::StatusOr<size_t> got =
          source_.Read(absl::MakeSpan(filled.room.get() + filled.size, piece_bytes_ - filled.size));
      if (!got.ok()) source_status_ = got.status();
      ended = !got.ok() || *got == 0;
      if (!ended) filled.size += *got;
    }
    const size_t cut = ended ? 0 : FindObjectCut(filled.bytes());
    if (cut > 0) {
      surplus_ = std::string(filled.bytes().substr(cut));
      filled.size = cut;
    }
    filled.offset = offset_;
    offset_ += static_cast<int64_t>(filled.size);
    return !ended;
  }

  // ---- The calling thread

  // Waits until there is a first piece. False: there is none any more.
  bool HasPiece() {
    std::unique_lock<std::mutex> lock(mutex_);
    while (first_ == end_) {
      if (MayFill()) {
        Fill(lock);
      } else if (filling_) {
        changed_.wait(lock);
      } else {
        return false;
      }
    }
    return true;
  }

  // Deals with the first piece, or with another if a thread has that one.
  void Advance() {
    Piece& piece = this->piece(first_);
    Piece* other = nullptr;
    {
      std::unique_lock<std::mutex> lock(mutex_);
      if (piece.state == Piece::State::kFull) {
        piece.state = Piece::State::kTaken;
      } else if (piece.state == Piece::State::kTaken) {
        other = TakeNext(first_ + 1);
        if (other == nullptr && MayFill()) return Fill(lock);
        if (other == nullptr) {
          changed_.wait(lock);
          return;
        }
      }
    }
    if (other != nullptr) {
      own_.Read(start_, *other);
      const std::lock_guard<std::mutex> lock(mutex_);
      other->state = Piece::State::kRead;
      return;
    }
    Deliver(piece);
    const std::lock_guard<std::mutex> lock(mutex_);
    piece.state = Piece::State::kEmpty;
    ++first_;
    changed_.notify_all();
  }

  // All before the piece is delivered.
  void Deliver(Piece& piece) {
    const std::optional<DocumentReader::Gap> gap = reader_.gap();
    const bool was_read = std::exchange(piece.contents, 0) != 0;
    if (was_read && gap.has_value() && gap->contents == contents_) {
      piece.batch.Deliver(gap->next.line, sink_);
      reader_.SkipTo(
          {gap->next.line + piece.lines, gap->next.offset + static_cast<int64_t>(piece.size)});
    } else {
      reader_.Write(piece.bytes());
      Begin();
    }
  }

  // Where the others may begin, once it is known.
  void Begin() {
    const std::optional<DocumentReader::Gap> gap = reader_.gap();
    if (!gap.has_value() || gap->contents == contents_) return;
    contents_ = gap->contents;
    auto start = std::make_shared<const DocumentReader>(nobody_, nobody_, reader_);
    const std::lock_guard<std::mutex> lock(mutex_);
    start_ = std::move(start);
    changed_.notify_all();
  }

  // ---- All threads

  // The first full piece from `number` on, now taken; null if there is none. Under the mutex.
  Piece* TakeNext(size_t number) {
    if (start_ == nullptr) return nullptr;
    for (; number < end_; ++number) {
      if (piece(number).state != Piece::State::kFull) continue;
      piece(number).state = Piece::State::kTaken;
      return &piece(number);
    }
    return nullptr;
  }

  void Work() {
    PieceReader reader;
    std::unique_lock<std::mutex> lock(mutex_);
    while (!stopped_) {
      // The first is left to the calling thread, which need not keep what it reads.
      Piece* const taken = TakeNext(first_ + 1);
      if (taken == nullptr) {
        if (MayFill()) {
          Fill(lock);
        } else {
          changed_.wait(lock);
        }
        continue;
      }
      const Start start = start_;
      lock.unlock();
      reader.Read(start, *taken);
      lock.lock();
      taken->state = Piece::State::kRead;
      changed_.notify_all();
    }
  }

  class Nobody final : public RecordSink, public RecordRoom {
   public:
    Record& Take(ObjectKind) override { return record_; }
    void OnDeposit(const DepositInfo&, const Position&) override {}
    void OnRecord(const Record&, const Position&) override {}
    void OnFlaw(const Flaw&) override {}

   private:
    Record record_;
  };

  base::ByteSource& source_;
  RecordSink& sink_;
  const size_t piece_bytes_;
  Nobody nobody_;

  // The calling thread's.
  DocumentReader reader_;  // has read what was delivered
  PieceReader own_;
  int contents_ = 0;  // that start_ is in

  // Those of who is filling.
  absl::Status source_status_;
  std::string surplus_;  // behind the last cut
  int64_t offset_ = 0;

  std::mutex mutex_;
  std::condition_variable changed_;  // anything below
  bool filling_ = false;
  bool source_ended_ = false;
  // Pieces by number, around and around: those from first_ up to end_ are not empty. All under the
  // mutex, but only the calling thread writes first_ and start_.
  std::vector<Piece> pieces_;
  size_t first_ = 0;
  size_t end_ = 0;
  Start start_;
  bool stopped_ = false;

  std::vector<std::thread> threads_;
};

}  // namespace

absl::Status ReadInParallel(base::ByteSource& source, RecordSink& sink,
                            const ReadOptions& options) {
  return ParallelReader(source, sink, options).Read();
}

}  // namespace tidemark::rde
