#include "verifier/input/stream_input.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/gzip.h"
#include "base/limits.h"
#include "base/resumed_source.h"
#include "base/scratch.h"
#include "base/status.h"
#include "base/tar.h"
#include "crypto/sealed_scratch.h"
#include "verifier/finding.h"
#include "verifier/input/tar_names.h"

namespace tidemark::verifier {
namespace {

constexpr absl::string_view kGzipExtension = ".gz";
// A name that chooses the XML among the files that are kept; it is shown nowhere.
constexpr char kKeptXml[] = "deposit.xml";

// Another's, which must outlive it. Keeps the first error, so that one knows whose it was, and
// counts.
class NotedSource final : public base::ByteSource {
 public:
  explicit NotedSource(base::ByteSource& source) : source_(source) {}

  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override {
    auto got = source_.Read(buffer);
    status_.Update(got.status());
    if (got.ok()) bytes_ += *got;
    return got;
  }
  absl::Status Close() override {
    const absl::Status closed = source_.Close();
    status_.Update(closed);
    return closed;
  }

  const absl::Status& status() const { return status_; }
  uint64_t bytes() const { return bytes_; }

 private:
  base::ByteSource& source_;
  absl::Status status_;
  uint64_t bytes_ = 0;
};

// What is in gzip, unless it is a bomb: files of a tar go to scratch before anybody looks at them.
class BoundedGunzip final : public base::ByteSource {
 public:
  // `zipped` is what `stored` gives. Both must outlive it.
  BoundedGunzip(base::ByteSource& zipped, const NotedSource& stored)
      : gunzip_(zipped, base::kDepositBytesMax), stored_(stored) {}

  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override {
    RETURN_IF_ERROR(status_);
    ASSIGN_OR_RETURN(const size_t got, gunzip_.Read(buffer));
    plain_bytes_ += got;
    if (base::IsOverExpansion(plain_bytes_, stored_.bytes())) {
      status_ = absl::ResourceExhaustedError(
          absl::StrCat("a gzip file with over ", base::kExpansionMax, " times its size in it"));
      return status_;
    }
    return got;
  }
  absl::Status Close() override {
    RETURN_IF_ERROR(status_);
    return gunzip_.Close();
  }

 private:
  base::GzipSource gunzip_;
  const NotedSource& stored_;
  uint64_t plain_bytes_ = 0;
  absl::Status status_;
};

// A part of a file of scratch, which outlives it.
class ScratchSource final : public base::ByteSource {
 public:
  ScratchSource(base::ScratchFile& file, uint64_t at, uint64_t end)
      : file_(file), at_(at), end_(end) {}

  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override {
    const auto n = static_cast<size_t>(std::min<uint64_t>(buffer.size(), end_ - at_));
    if (n == 0) return 0;
    RETURN_IF_ERROR(file_.ReadAt(at_, buffer.subspan(0, n)));
    at_ += n;
    return n;
  }
  absl::Status Close() override { return absl::OkStatus(); }

 private:
  base::ScratchFile& file_;
  uint64_t at_;
  const uint64_t end_;
};

// The files of a tar, one after the other in a file of scratch.
class KeptFiles final : public rde::csv::FileSet {
 public:
  static absl::StatusOr<std::unique_ptr<KeptFiles>> Create(const Resources& resources) {
    std::shared_ptr<base::ScratchSpace> space = resources.scratch;
    if (space == nullptr) {
      ASSIGN_OR_RETURN(space, crypto::NewSealedScratchSpace({.dir = resources.scratch_dir}));
    }
    ASSIGN_OR_RETURN(std::unique_ptr<base::ScratchFile> file, space->NewFile());
    return std::make_unique<KeptFiles>(std::move(space), std::move(file));
  }
  KeptFiles(std::shared_ptr<base::ScratchSpace> space, std::unique_ptr<base::ScratchFile> file)
      : space_(std::move(space)), file_(std::move(file)) {}

  // Fails with its own errors, those of `bytes`, and CANCELLED when the tar is refused.
  absl::Status Keep(const base::TarMember& member, base::ByteSource& bytes) {
    if (!names_.Take(member, ranges_.size())) {
      return names_.flaw().has_value() ? absl::CancelledError("refused") : absl::OkStatus();
    }
    const uint64_t begin = file_->size_bytes();
    for (;;) {
      ASSIGN_OR_RETURN(const size_t got, bytes.Read(absl::MakeSpan(buffer_)));
      if (got == 0) break;
      scratch_status_ = file_->Append(absl::string_view(buffer_.data(), got));
      RETURN_IF_ERROR(scratch_status_);
    }
    ranges_.push_back({begin, file_->size_bytes()});
    return absl::OkStatus();
  }
  void ChooseXml() { names_.ChooseXml(); }

  const TarNames& names() const { return names_; }
  const absl::Status& scratch_status() const { return scratch_status_; }
  uint64_t size_of(size_t number) const { return ranges_[number].end - ranges_[number].begin; }

  absl::StatusOr<std::unique_ptr<base::ByteSource>> Open(const std::string& name) override {
    const std::optional<size_t> number = names_.Find(name);
    if (!number.has_value()) return absl::NotFoundError(name);
    return std::make_unique<ScratchSource>(*file_, ranges_[*number].begin, ranges_[*number].end);
  }
  std::vector<std::string> Names() const override { return names_.OtherNames(); }

 private:
  struct Range {
    uint64_t begin;
    uint64_t end;
  };

  const std::shared_ptr<base::ScratchSpace> space_;
  const std::unique_ptr<base::ScratchFile> file_;
  std::vector<char> buffer_ = std::vector<char>(base::kCopyBufferBytes);
  TarNames names_;
  std::vector<Range> ranges_;
  absl::Status scratch_status_;
};

class StreamInput final : public DepositInput {
 public:
  StreamInput(std::unique_ptr<base::ByteSource> stream, StreamOptions options)
      : stream_(std::move(stream)), noted_(*stream_), options_(std::move(options)) {}

  // Once. What is wrong with the deposit is in flaw() then.
  absl::Status Begin(const Resources& resources) {
    ASSIGN_OR_RETURN(std::string head, ReadHead(noted_));
    if (LooksLikeGzip(head)) {
      base::ByteSource* const zipped = Add<base::ResumedSource>(std::move(head), noted_);
      gunzip_ = Add<BoundedGunzip>(*zipped, noted_);
      std::string& name = options_.xml_name;
      if (absl::EndsWithIgnoreCase(name, kGzipExtension)) {
        name.resize(name.size() - kGzipExtension.size());
      }
      absl::StatusOr<std::string> inner = ReadHead(*gunzip_);
      if (!inner.ok()) return Explain(inner.status());
      head = *std::move(inner);
    }
    is_tar_ = base::LooksLikeTar(head);
    base::ByteSource* const rest = gunzip_ == nullptr ? &noted_ : gunzip_;
    plain_ = Add<base::ResumedSource>(std::move(head), *rest);
    if (is_tar_) return KeepAll(resources);
    return options_.xml == XmlOfStream::kKept ? KeepXml(resources) : absl::OkStatus();
  }

  const std::string& xml_name() const override {
    return is_tar_ ? kept_->names().xml() : options_.xml_name;
  }
  uint64_t xml_bytes() const override { return xml_bytes_; }
  const rde::Flaw* flaw() const override { return flaw_.has_value() ? &*flaw_ : nullptr; }
  absl::StatusOr<std::unique_ptr<base::ByteSource>> OpenXml() override {
    if (kept_ != nullptr) return kept_->Open(kept_->names().xml());
    return std::make_unique<XmlSource>(*this);
  }
  rde::csv::FileSet* files() override { return is_tar_ ? kept_.get() : nullptr; }

 private:
  // XML as it comes, whose error may turn out to be a flaw.
  class XmlSource final : public base::ByteSource {
   public:
    explicit XmlSource(StreamInput& input) : input_(input) {}
    absl::StatusOr<size_t> Read(absl::Span<char> buffer) override {
      auto got = input_.plain_->Read(buffer);
      if (!got.ok()) input_.Explain(got.status()).IgnoreError();
      return got;
    }
    absl::Status Close() override { return input_.plain_->Close(); }

   private:
    StreamInput& input_;
  };

  template <typename Source, typename... Args>
  Source* Add(Args&&... args) {
    auto source = std::make_unique<Source>(std::forward<Args>(args)...);
    Source* const added = source.get();
    stages_.push_back(std::move(source));
    return added;
  }

  absl::Status KeepAll(const Resources& resources) {
    ASSIGN_OR_RETURN(kept_, KeptFiles::Create(resources));
    const absl::Status read =
        base::ReadTar(*plain_, [this](const base::TarMember& member, base::ByteSource& bytes) {
          return kept_->Keep(member, bytes);
        });
    if (read.ok()) kept_->ChooseXml();
    flaw_ = kept_->names().flaw();
    if (flaw_.has_value()) return absl::OkStatus();
    if (!read.ok()) return Explain(read);
    xml_bytes_ = kept_->size_of(*kept_->names().Find(kept_->names().xml()));
    return absl::OkStatus();
  }

  // As the only file of a tar is kept.
  absl::Status KeepXml(const Resources& resources) {
    ASSIGN_OR_RETURN(kept_, KeptFiles::Create(resources));
    absl::Status read = kept_->Keep({.name = kKeptXml}, *plain_);
    if (read.ok()) read = plain_->Close();
    if (!read.ok()) return Explain(read);
    kept_->ChooseXml();
    xml_bytes_ = kept_->size_of(0);
    return absl::OkStatus();
  }

  // The flaw that `status` means, if it is the deposit's; else the error that it is.
  absl::Status Explain(const absl::Status& status) {
    RETURN_IF_ERROR(noted_.status());
    if (kept_ != nullptr) RETURN_IF_ERROR(kept_->scratch_status());
    const bool is_ours = !is_tar_ && gunzip_ == nullptr;
    const bool is_limit = absl::IsResourceExhausted(status);
    if (is_ours || (!is_limit && !absl::IsDataLoss(status))) return status;
    flaw_.emplace();
    flaw_->kind = is_limit ? rde::FlawKind::kLimitExceeded : rde::FlawKind::kFilesMissing;
    flaw_->detail = absl::StrCat(is_limit ? "" : "what holds the deposit is cut off or damaged: ",
                                 Printable(status.message()));
    return absl::OkStatus();
  }

  const std::unique_ptr<base::ByteSource> stream_;
  NotedSource noted_;
  std::vector<std::unique_ptr<base::ByteSource>> stages_;
  base::ByteSource* gunzip_ = nullptr;  // null: not in gzip
  base::ByteSource* plain_ = nullptr;   // the last stage
  StreamOptions options_;  // the name without what gzip appends
  bool is_tar_ = false;
  std::unique_ptr<KeptFiles> kept_;  // null: XML as it comes
  uint64_t xml_bytes_ = 0;
  std::optional<rde::Flaw> flaw_;
};

// Another's, which must outlive it.
class BorrowedSource final : public base::ByteSource {
 public:
  explicit BorrowedSource(base::ByteSource& source) : source_(source) {}
  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override { return source_.Read(buffer); }
  absl::Status Close() override { return source_.Close(); }

 private:
  base::ByteSource& source_;
};

}  // namespace

absl::StatusOr<std::string> ReadHead(base::ByteSource& source) {
  std::string head(base::kTarHeadBytes, '\0');
  size_t size = 0;
  while (size < head.size()) {
    ASSIGN_OR_RETURN(const size_t got,
                     source.Read(absl::MakeSpan(&head[size], head.size() - size)));
    if (got == 0) break;
    size += got;
  }
  head.resize(size);
  return head;
}

bool LooksLikeGzip(absl::string_view head) { return absl::StartsWith(head, "\x1f\x8b\x08"); }

absl::StatusOr<std::unique_ptr<DepositInput>> NewStreamInput(
    std::unique_ptr<base::ByteSource> stream, StreamOptions options, const Resources& resources) {
  auto input = std::make_unique<StreamInput>(std::move(stream), std::move(options));
  RETURN_IF_ERROR(input->Begin(resources));
  return input;
}

absl::StatusOr<std::unique_ptr<DepositInput>> DepositInput::OfStream(base::ByteSource& content,
                                                                     const Resources& resources,
                                                                     StreamOptions options) {
  return NewStreamInput(std::make_unique<BorrowedSource>(content), std::move(options), resources);
}

absl::Status ReadStream(base::ByteSource& content, const ReadXmlFrom& read,
                        const Resources& resources, rde::RecordSink& sink) {
  ASSIGN_OR_RETURN(const std::unique_ptr<DepositInput> input,
                   DepositInput::OfStream(content, resources));
  return ReadInput(*input, read, resources, sink);
}

}  // namespace tidemark::verifier
