#include "verifier/input/deposit_input.h"

#include <sys/stat.h>

#include <cerrno>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/memory/memory.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status.h"
#include "base/tar.h"
#include "crypto/digest.h"
#include "crypto/sealed_scratch.h"
#include "rde/csv/chain_names.h"
#include "verifier/finding.h"
#include "verifier/input/directory_files.h"
#include "verifier/input/parts.h"
#include "verifier/input/stream_input.h"
#include "verifier/input/tar_names.h"
#include "verifier/input/xml_names.h"

namespace tidemark::verifier {
namespace {

constexpr absl::string_view kStandardInput = "-";

uint64_t SizeOf(const std::string& path) {
  struct stat st {};
  return stat(path.c_str(), &st) == 0 && S_ISREG(st.st_mode) ? static_cast<uint64_t>(st.st_size)
                                                             : 0;
}

// An XML file, and what stands beside it.
class FileInput final : public DepositInput {
 public:
  // `names`: of the CSV files that are known to be the deposit's.
  FileInput(std::string dir, std::string name, std::vector<std::string> names)
      : path_(absl::StrCat(dir, "/", name)),
        name_(std::move(name)),
        files_(std::move(dir), std::move(names)) {}

  const std::string& xml_name() const override { return name_; }
  uint64_t xml_bytes() const override { return SizeOf(path_); }
  absl::StatusOr<std::unique_ptr<base::ByteSource>> OpenXml() override {
    return base::FileSource::Open(path_);
  }
  rde::csv::FileSet* files() override { return &files_; }

 private:
  const std::string path_;
  const std::string name_;
  DirectoryFiles files_;
};

// XML in gzip or in parts, and what stands beside it.
class PackedInput final : public DepositInput {
 public:
  // Opens what `paths` give one after the other. A tar is read here, and is all of the result.
  static absl::StatusOr<std::unique_ptr<DepositInput>> Open(std::vector<std::string> paths,
                                                            const Resources& resources,
                                                            DirectoryFiles files) {
    auto input = absl::WrapUnique(new PackedInput(std::move(paths), resources, std::move(files)));
    ASSIGN_OR_RETURN(input->stamps_, StampsOf(input->paths_));
    ASSIGN_OR_RETURN(std::unique_ptr<DepositInput> xml, input->OpenAlone());
    if (xml->files() != nullptr || xml->flaw() != nullptr) return xml;
    input->name_ = xml->xml_name();
    input->xml_ = std::move(xml);
    return input;
  }

  const std::string& xml_name() const override { return name_; }
  const rde::Flaw* flaw() const override { return xml_->flaw(); }
  absl::StatusOr<std::unique_ptr<base::ByteSource>> OpenXml() override {
    if (is_read_) RETURN_IF_ERROR(OpenAgain());
    is_read_ = true;
    ASSIGN_OR_RETURN(std::unique_ptr<base::ByteSource> source, xml_->OpenXml());
    return std::make_unique<XmlSource>(xml_, std::move(source));
  }
  rde::csv::FileSet* files() override { return &files_; }

 private:
  // A reading with the stream that it reads, which may be another's than the last one's.
  class XmlSource final : public base::ByteSource {
   public:
    XmlSource(std::shared_ptr<DepositInput> xml, std::unique_ptr<base::ByteSource> source)
        : xml_(std::move(xml)), source_(std::move(source)) {}
    absl::StatusOr<size_t> Read(absl::Span<char> buffer) override { return source_->Read(buffer); }
    absl::Status Close() override { return source_->Close(); }

   private:
    const std::shared_ptr<DepositInput> xml_;
    const std::unique_ptr<base::ByteSource> source_;
  };

  // What tells a file from one that was put in its place or written since.
  struct Stamp {
    dev_t device;
    ino_t inode;
    off_t bytes;
    int64_t written_seconds;
    int64_t written_nanos;
    bool operator==(const Stamp&) const = default;
  };

  PackedInput(std::vector<std::string> paths, const Resources& resources, DirectoryFiles files)
      : paths_(std::move(paths)), resources_(resources), files_(std::move(files)) {}

  static absl::StatusOr<std::vector<Stamp>> StampsOf(const std::vector<std::string>& paths) {
    std::vector<Stamp> stamps;
    for (const std::string& path : paths) {
      struct stat st {};
      if (stat(path.c_str(), &st) != 0) return absl::ErrnoToStatus(errno, path);
      stamps.push_back({st.st_dev, st.st_ino, st.st_size, st.st_mtim.tv_sec, st.st_mtim.tv_nsec});
    }
    return stamps;
  }

  absl::StatusOr<std::unique_ptr<DepositInput>> OpenAlone() const {
    const std::string& first = paths_[0];
    return NewStreamInput(NewJoinedSource(paths_), {.xml_name = first.substr(first.rfind('/') + 1)},
                          resources_);
  }

  // For each reading but the first. It has to be of the same bytes: what is judged in two readings
  // is one deposit.
  absl::Status OpenAgain() {
    ASSIGN_OR_RETURN(const std::vector<Stamp> stamps, StampsOf(paths_));
    ASSIGN_OR_RETURN(std::unique_ptr<DepositInput> xml, OpenAlone());
    if (stamps != stamps_ || xml->files() != nullptr || xml->flaw() != nullptr) {
      return absl::FailedPreconditionError(
          absl::StrCat(paths_[0], " was changed while it was judged"));
    }
    xml_ = std::move(xml);
    return absl::OkStatus();
  }

  const std::vector<std::string> paths_;
  const Resources resources_;
  std::vector<Stamp> stamps_;          // at the first reading
  std::shared_ptr<DepositInput> xml_;  // opened last
  std::string name_;
  DirectoryFiles files_;
  bool is_read_ = false;
};

// Nothing that could be read.
class FlawedInput final : public DepositInput {
 public:
  explicit FlawedInput(rde::Flaw flaw) : flaw_(std::move(flaw)) {}
  FlawedInput(rde::FlawKind kind, std::string detail) {
    flaw_.kind = kind;
    flaw_.detail = std::move(detail);
  }

  const std::string& xml_name() const override { return name_; }
  const rde::Flaw* flaw() const override { return &flaw_; }
  absl::StatusOr<std::unique_ptr<base::ByteSource>> OpenXml() override {
    return absl::FailedPreconditionError(flaw_.detail);
  }
  rde::csv::FileSet* files() override { return nullptr; }

 private:
  rde::Flaw flaw_;
  const std::string name_;
};

// A tar that can be read anywhere.
class TarInput final : public DepositInput, public rde::csv::FileSet {
 public:
  // `names` has chosen the XML.
  TarInput(std::string path, std::vector<base::TarMember> members, TarNames names)
      : path_(std::move(path)), members_(std::move(members)), names_(std::move(names)) {}

  const std::string& xml_name() const override { return names_.xml(); }
  uint64_t xml_bytes() const override { return members_[*names_.Find(names_.xml())].size_bytes; }
  absl::StatusOr<std::unique_ptr<base::ByteSource>> OpenXml() override {
    return Open(names_.xml());
  }
  rde::csv::FileSet* files() override { return this; }

  absl::StatusOr<std::unique_ptr<base::ByteSource>> Open(const std::string& name) override {
    const std::optional<size_t> number = names_.Find(name);
    if (!number.has_value()) return absl::NotFoundError(name);
    return base::FileRange::Open(path_, members_[*number].offset, members_[*number].size_bytes);
  }
  std::vector<std::string> Names() const override { return names_.OtherNames(); }

 private:
  const std::string path_;
  const std::vector<base::TarMember> members_;
  const TarNames names_;
};

// What is in gzip or in parts, and whatever that is. `csv_names`: of the files beside it that are
// known to be the deposit's.
absl::StatusOr<std::unique_ptr<DepositInput>> OpenPacked(const SplitFile& file,
                                                         std::vector<std::string> csv_names,
                                                         const Resources& resources) {
  if (!file.missing.empty()) {
    return std::make_unique<FlawedInput>(rde::FlawKind::kFilesMissing, file.missing);
  }
  return PackedInput::Open(file.paths, resources,
                           DirectoryFiles(DirectoryOf(file.paths[0]), std::move(csv_names)));
}

absl::StatusOr<std::unique_ptr<DepositInput>> OpenDirectory(const std::string& dir,
                                                            const Resources& resources) {
  ASSIGN_OR_RETURN(std::vector<std::string> names, ListDirectory(dir));
  std::vector<std::string> paths = XmlNames(names);
  const bool is_zipped = paths.empty();
  if (is_zipped) paths = XmlNames(names, kZippedXmlExtension);
  if (paths.empty()) {
    return std::make_unique<FlawedInput>(rde::FlawKind::kFilesMissing,
                                         "the directory holds no XML file");
  }
  names = CsvNames(std::move(names));
  if (paths.size() == 1 && !is_zipped) {
    return std::make_unique<FileInput>(dir, paths[0], std::move(names));
  }
  for (std::string& path : paths) path = absl::StrCat(dir, "/", path);
  const std::vector<SplitFile> files = JoinParts(paths);
  if (files.size() == 1) return OpenPacked(files[0], std::move(names), resources);
  return absl::InvalidArgumentError(
      absl::StrCat(dir, " holds ", paths.size(), is_zipped ? " XML files in gzip" : " XML files",
                   " that are not the parts of one; name the one that is the deposit"));
}

absl::StatusOr<std::unique_ptr<DepositInput>> OpenTar(const std::string& path) {
  auto members = base::ListTar(path);
  if (absl::IsDataLoss(members.status())) {
    return std::make_unique<FlawedInput>(rde::FlawKind::kFilesMissing,
                                         Printable(members.status().message()));
  }
  if (absl::IsResourceExhausted(members.status())) {
    return std::make_unique<FlawedInput>(rde::FlawKind::kLimitExceeded,
                                         Printable(members.status().message()));
  }
  RETURN_IF_ERROR(members.status());
  TarNames names;
  for (size_t i = 0; i < members->size(); ++i) names.Take((*members)[i], i);
  names.ChooseXml();
  if (names.flaw().has_value()) return std::make_unique<FlawedInput>(*names.flaw());
  return std::make_unique<TarInput>(path, *std::move(members), std::move(names));
}

// An XML file or a tar, as its beginning says.
absl::StatusOr<std::unique_ptr<DepositInput>> OpenFile(const std::string& path,
                                                       const Resources& resources) {
  ASSIGN_OR_RETURN(const std::unique_ptr<base::FileSource> file, base::FileSource::Open(path));
  ASSIGN_OR_RETURN(const std::string head, ReadHead(*file));
  if (LooksLikeGzip(head)) return OpenPacked({{path}, ""}, {}, resources);
  if (base::LooksLikeTar(head) || absl::EndsWithIgnoreCase(path, ".tar")) return OpenTar(path);
  return std::make_unique<FileInput>(DirectoryOf(path), path.substr(path.rfind('/') + 1),
                                     std::vector<std::string>());
}

class Sha256Text final : public rde::csv::TextDigest {
 public:
  void Update(absl::string_view data) override { stream_.Update(data); }
  std::string FinishHex() override { return stream_.Finish().ToHex(); }

 private:
  crypto::Sha256Stream stream_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<DepositInput>> DepositInput::Open(const std::string& path,
                                                                 const Resources& resources) {
  struct stat st {};
  const bool is_stream = path == kStandardInput;
  if (!is_stream && stat(path.c_str(), &st) != 0) return absl::ErrnoToStatus(errno, path);
  if (!is_stream && S_ISDIR(st.st_mode)) return OpenDirectory(path, resources);
  if (!is_stream && S_ISREG(st.st_mode)) return OpenFile(path, resources);
  ASSIGN_OR_RETURN(std::unique_ptr<base::FileSource> stream, base::FileSource::Open(path));
  return NewStreamInput(std::move(stream),
                        {.xml_name = is_stream ? "" : path.substr(path.rfind('/') + 1)}, resources);
}

absl::StatusOr<std::unique_ptr<DepositInput>> DepositInput::OpenParts(
    const std::vector<std::string>& paths, const Resources& resources) {
  const std::vector<SplitFile> files = JoinParts(paths);
  if (files.size() == 1 && files[0].paths.size() > 1) return OpenPacked(files[0], {}, resources);
  return absl::InvalidArgumentError("these are not the parts of one file");
}

std::unique_ptr<rde::csv::TextDigest> NewSha256TextDigest() {
  return std::make_unique<Sha256Text>();
}

absl::Status ReadWithCsv(const ReadXml& read, rde::csv::FileSet* files, const Resources& resources,
                         rde::RecordSink& sink, const CsvReading& reading) {
  std::shared_ptr<base::ScratchSpace> space = resources.scratch;
  if (space == nullptr) {
    ASSIGN_OR_RETURN(space, crypto::NewSealedScratchSpace({.dir = resources.scratch_dir}));
  }
  rde::csv::CsvReader csv(sink, {.space = space.get(),
                                 .memory_bytes_max = resources.memory_bytes_max,
                                 .sha256 = NewSha256TextDigest,
                                 .threads = resources.threads,
                                 .on_bet = reading.on_bet,
                                 .chain = reading.chain});
  RETURN_IF_ERROR(read(csv));
  return files == nullptr ? absl::OkStatus() : csv.ReadFiles(*files);
}

absl::Status ReadInput(DepositInput& input, const ReadXmlFrom& read, const Resources& resources,
                       rde::RecordSink& sink, const CsvReading& reading) {
  std::unique_ptr<base::ByteSource> xml;
  if (input.flaw() == nullptr) {
    ASSIGN_OR_RETURN(xml, input.OpenXml());
  }
  return ReadInput(input, std::move(xml), read, resources, sink, reading);
}

absl::Status ReadInput(DepositInput& input, std::unique_ptr<base::ByteSource> xml,
                       const ReadXmlFrom& read, const Resources& resources, rde::RecordSink& sink,
                       const CsvReading& reading) {
  if (input.flaw() == nullptr) {
    const absl::Status status =
        ReadWithCsv([&](rde::RecordSink& records) { return read(*xml, records); }, input.files(),
                    resources, sink, reading);
    if (status.ok() || input.flaw() == nullptr) return status;
  }
  sink.OnFlaw(*input.flaw());
  return absl::OkStatus();
}

}  // namespace tidemark::verifier
