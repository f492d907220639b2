#include "verifier/input/deposit_input.h"

#include <sys/stat.h>

#include <cerrno>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

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
#include "verifier/input/only_xml.h"
#include "verifier/input/parts.h"
#include "verifier/input/stream_input.h"
#include "verifier/input/tar_names.h"

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
  using OpenXmlAlone = std::function<absl::StatusOr<std::unique_ptr<DepositInput>>()>;

  // `xml` is what `open` gave; it is called again for each reading but the first.
  PackedInput(std::unique_ptr<DepositInput> xml, OpenXmlAlone open, DirectoryFiles files)
      : xml_(std::move(xml)),
        open_(std::move(open)),
        name_(xml_->xml_name()),
        files_(std::move(files)) {}

  const std::string& xml_name() const override { return name_; }
  const rde::Flaw* flaw() const override { return xml_->flaw(); }
  absl::StatusOr<std::unique_ptr<base::ByteSource>> OpenXml() override {
    if (is_read_) {
      ASSIGN_OR_RETURN(xml_, open_());
    }
    is_read_ = true;
    if (xml_->flaw() != nullptr) return absl::FailedPreconditionError(xml_->flaw()->detail);
    return xml_->OpenXml();
  }
  rde::csv::FileSet* files() override { return &files_; }

 private:
  std::unique_ptr<DepositInput> xml_;
  const OpenXmlAlone open_;
  const std::string name_;
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

// XML that `open` gives, with what stands beside it; or what `open` gives, if that is a tar.
absl::StatusOr<std::unique_ptr<DepositInput>> OpenPacked(PackedInput::OpenXmlAlone open,
                                                         DirectoryFiles beside) {
  ASSIGN_OR_RETURN(std::unique_ptr<DepositInput> input, open());
  if (input->files() != nullptr || input->flaw() != nullptr) return input;
  return std::make_unique<PackedInput>(std::move(input), std::move(open), std::move(beside));
}

// `csv_names`: of the files beside it that are known to be the deposit's.
absl::StatusOr<std::unique_ptr<DepositInput>> OpenSplit(const SplitFile& file,
                                                        std::vector<std::string> csv_names,
                                                        const Resources& resources) {
  if (!file.missing.empty()) {
    return std::make_unique<FlawedInput>(rde::FlawKind::kFilesMissing, file.missing);
  }
  const std::string& first = file.paths[0];
  const std::string name = first.substr(first.rfind('/') + 1);
  return OpenPacked(
      [paths = file.paths, name, resources] {
        return NewStreamInput(NewJoinedSource(paths), {.xml_name = name}, resources);
      },
      DirectoryFiles(DirectoryOf(first), std::move(csv_names)));
}

absl::StatusOr<std::unique_ptr<DepositInput>> OpenZipped(const std::string& path,
                                                         std::vector<std::string> csv_names,
                                                         const Resources& resources) {
  const auto open = [path, resources]() -> absl::StatusOr<std::unique_ptr<DepositInput>> {
    ASSIGN_OR_RETURN(std::unique_ptr<base::FileSource> file, base::FileSource::Open(path));
    return NewStreamInput(std::move(file), {.xml_name = path.substr(path.rfind('/') + 1)},
                          resources);
  };
  return OpenPacked(open, DirectoryFiles(DirectoryOf(path), std::move(csv_names)));
}

absl::StatusOr<std::unique_ptr<DepositInput>> OpenDirectory(const std::string& dir,
                                                            const Resources& resources) {
  ASSIGN_OR_RETURN(std::vector<std::string> names, ListDirectory(dir));
  const XmlChoice xml = OnlyXml(names);
  const XmlChoice zipped = OnlyXml(names, kZippedXmlExtension);
  names = CsvNames(std::move(names));
  if (xml.found == 1) return std::make_unique<FileInput>(dir, xml.name, std::move(names));
  if (xml.found == 0 && zipped.found == 1) {
    return OpenZipped(absl::StrCat(dir, "/", zipped.name), std::move(names), resources);
  }
  if (xml.found + zipped.found == 0) {
    return std::make_unique<FlawedInput>(rde::FlawKind::kFilesMissing,
                                         "the directory holds no XML file");
  }
  ASSIGN_OR_RETURN(const std::vector<std::string> paths, FilesIn(dir, "xml"));
  const std::vector<SplitFile> files = JoinParts(paths);
  if (files.size() == 1) return OpenSplit(files[0], std::move(names), resources);
  return absl::InvalidArgumentError(absl::StrCat(dir, " holds ",
                                                 xml.found > 0 ? xml.found : zipped.found,
                                                 " XML files; name the one that is the deposit"));
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
  if (LooksLikeGzip(head)) return OpenZipped(path, {}, resources);
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

XmlChoice OnlyXml(const std::vector<std::string>& names, absl::string_view extension) {
  XmlChoice choice;
  for (const std::string& name : names) {
    if (!absl::EndsWithIgnoreCase(name, extension) || !rde::csv::IsPlainFileName(name)) continue;
    if (choice.found++ == 0) choice.name = name;
  }
  return choice;
}

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
  if (files.size() == 1 && files[0].paths.size() > 1) return OpenSplit(files[0], {}, resources);
  return absl::InvalidArgumentError("these are not the parts of one file");
}

std::unique_ptr<rde::csv::TextDigest> NewSha256TextDigest() {
  return std::make_unique<Sha256Text>();
}

absl::Status ReadWithCsv(const ReadXml& read, rde::csv::FileSet* files, const Resources& resources,
                         rde::RecordSink& sink, rde::csv::ChainNames* chain) {
  std::shared_ptr<base::ScratchSpace> space = resources.scratch;
  if (space == nullptr) {
    ASSIGN_OR_RETURN(space, crypto::NewSealedScratchSpace({.dir = resources.scratch_dir}));
  }
  rde::csv::CsvReader csv(sink, {.space = space.get(),
                                 .memory_bytes_max = resources.memory_bytes_max,
                                 .sha256 = NewSha256TextDigest,
                                 .threads = resources.threads,
                                 .chain = chain});
  RETURN_IF_ERROR(read(csv));
  return files == nullptr ? absl::OkStatus() : csv.ReadFiles(*files);
}

absl::Status ReadInput(DepositInput& input, const ReadXmlFrom& read, const Resources& resources,
                       rde::RecordSink& sink, rde::csv::ChainNames* chain) {
  std::unique_ptr<base::ByteSource> xml;
  if (input.flaw() == nullptr) {
    ASSIGN_OR_RETURN(xml, input.OpenXml());
  }
  return ReadInput(input, std::move(xml), read, resources, sink, chain);
}

absl::Status ReadInput(DepositInput& input, std::unique_ptr<base::ByteSource> xml,
                       const ReadXmlFrom& read, const Resources& resources, rde::RecordSink& sink,
                       rde::csv::ChainNames* chain) {
  if (input.flaw() == nullptr) {
    const absl::Status status =
        ReadWithCsv([&](rde::RecordSink& records) { return read(*xml, records); }, input.files(),
                    resources, sink, chain);
    if (status.ok() || input.flaw() == nullptr) return status;
  }
  sink.OnFlaw(*input.flaw());
  return absl::OkStatus();
}

}  // namespace tidemark::verifier
