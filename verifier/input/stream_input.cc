// What a stream holds: nothing of it is there twice, so the files of a tar are kept.
#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "base/resumed_source.h"
#include "base/scratch.h"
#include "base/status.h"
#include "base/tar.h"
#include "crypto/sealed_scratch.h"
#include "verifier/input/deposit_input.h"
#include "verifier/input/only_xml.h"

namespace tidemark::verifier {
namespace {

// Reads a file of scratch, which outlives it.
class ScratchSource final : public base::ByteSource {
 public:
  explicit ScratchSource(base::ScratchFile& file) : file_(file) {}

  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override {
    const auto n = static_cast<size_t>(std::min<uint64_t>(buffer.size(), file_.size_bytes() - at_));
    if (n == 0) return 0;
    RETURN_IF_ERROR(file_.ReadAt(at_, buffer.subspan(0, n)));
    at_ += n;
    return n;
  }
  absl::Status Close() override { return absl::OkStatus(); }

 private:
  base::ScratchFile& file_;
  uint64_t at_ = 0;
};

// The files of a tar, in scratch. Of a name that comes twice the last one counts, as for who
// unpacks it.
class KeptFiles final : public rde::csv::FileSet {
 public:
  explicit KeptFiles(base::ScratchSpace& space) : space_(space) {}

  absl::Status Keep(const std::string& name, base::ByteSource& bytes) {
    ASSIGN_OR_RETURN(std::unique_ptr<base::ScratchFile> file, space_.NewFile());
    for (;;) {
      ASSIGN_OR_RETURN(const size_t got, bytes.Read(absl::MakeSpan(buffer_)));
      if (got == 0) break;
      if (got > base::kDepositBytesMax - file->size_bytes()) {
        return absl::ResourceExhaustedError("a file in a tar is over the limit of a deposit");
      }
      RETURN_IF_ERROR(file->Append(absl::string_view(buffer_.data(), got)));
    }
    files_[name] = std::move(file);
    return absl::OkStatus();
  }

  absl::Status ChooseXml() {
    ASSIGN_OR_RETURN(xml_, OnlyXml(AllNames(), "the tar"));
    return absl::OkStatus();
  }
  ScratchSource OpenXml() { return ScratchSource(*files_.at(xml_)); }

  absl::StatusOr<std::unique_ptr<base::ByteSource>> Open(const std::string& name) override {
    const auto it = files_.find(name);
    if (it == files_.end()) return absl::NotFoundError(name);
    return std::make_unique<ScratchSource>(*it->second);
  }
  std::vector<std::string> Names() const override {
    std::vector<std::string> names = AllNames();
    names.erase(std::remove(names.begin(), names.end(), xml_), names.end());
    return names;
  }

 private:
  std::vector<std::string> AllNames() const {
    std::vector<std::string> names;
    for (const auto& [name, file] : files_) names.push_back(name);
    return names;
  }

  base::ScratchSpace& space_;
  std::vector<char> buffer_ = std::vector<char>(base::kCopyBufferBytes);
  std::map<std::string, std::unique_ptr<base::ScratchFile>> files_;
  std::string xml_;
};

// As much of the beginning as says whether it is a tar.
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

}  // namespace

absl::Status ReadStreamWithCsv(base::ByteSource& content, const ReadXmlFrom& read,
                               const Resources& resources, rde::RecordSink& sink) {
  ASSIGN_OR_RETURN(std::string head, ReadHead(content));
  const bool is_tar = base::LooksLikeTar(head);
  base::ResumedSource source(std::move(head), content);
  if (!is_tar) return read(source, sink);
  ASSIGN_OR_RETURN(const std::unique_ptr<base::ScratchSpace> space,
                   crypto::NewSealedScratchSpace({.dir = resources.scratch_dir}));
  KeptFiles files(*space);
  RETURN_IF_ERROR(base::ReadTar(source, [&files](const std::string& name, base::ByteSource& bytes) {
    return files.Keep(name, bytes);
  }));
  RETURN_IF_ERROR(files.ChooseXml());
  ScratchSource xml = files.OpenXml();
  return ReadWithCsv([&](rde::RecordSink& records) { return read(xml, records); }, &files,
                     resources, sink);
}

}  // namespace tidemark::verifier
