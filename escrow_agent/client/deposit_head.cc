#include "escrow_agent/client/deposit_head.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "base/tar.h"
#include "rde/reader.h"
#include "rde/records.h"

namespace tidemark::escrow_agent {
namespace {

// The header is usually within the first few KiB; reading on past it is wasted work.
constexpr size_t kStepBytes = 8 * 1024;
// Of a stream: a head, and the folders and long names of a tar before it.
constexpr size_t kRecordedBytesMax = 4 * kHeadBytesMax;

// Keeps what it gives out, and can give its first bytes out twice.
class RecordedSource final : public base::ByteSource {
 public:
  // `source` must outlive it.
  explicit RecordedSource(base::ByteSource& source) : source_(source) {}

  // What the source begins with: `bytes`, or less if that is all.
  absl::StatusOr<absl::string_view> Peek(size_t bytes) {
    while (bytes_.size() < bytes) {
      ASSIGN_OR_RETURN(const size_t n, Record(bytes - bytes_.size()));
      if (n == 0) break;
    }
    return absl::string_view(bytes_).substr(0, bytes);
  }

  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override {
    if (given_ == bytes_.size()) RETURN_IF_ERROR(Record(buffer.size()).status());
    const size_t n = bytes_.copy(buffer.data(), buffer.size(), given_);
    given_ += n;
    return n;
  }
  absl::Status Close() override { return source_.Close(); }

  // All that was read of the source.
  std::string Take() && { return std::move(bytes_); }

 private:
  absl::StatusOr<size_t> Record(size_t bytes_max) {
    const size_t old = bytes_.size();
    if (old >= kRecordedBytesMax) {
      return absl::InvalidArgumentError(
          absl::StrCat("has no head of a deposit within its first ", kRecordedBytesMax, " bytes"));
    }
    bytes_.resize(old + bytes_max);
    const absl::StatusOr<size_t> n = source_.Read(absl::MakeSpan(&bytes_[old], bytes_max));
    bytes_.resize(old + n.value_or(0));
    return n;
  }

  base::ByteSource& source_;
  std::string bytes_;
  size_t given_ = 0;
};

class HeadSink final : public rde::RecordSink {
 public:
  void OnDeposit(const rde::DepositInfo& info, const rde::Position&) override {
    if (!info_.has_value()) info_ = info;
  }
  void OnRecord(const rde::Record& record, const rde::Position&) override {
    const auto* header = std::get_if<rde::Header>(&record);
    if (header != nullptr && !header_.has_value()) header_ = *header;
  }
  void OnFlaw(const rde::Flaw& flaw) override {
    if (rde::EndsReading(flaw.kind) && why_ended_.empty()) {
      why_ended_ = absl::StrCat("line ", flaw.position.line, ": ", flaw.detail);
    }
  }

  const std::optional<rde::DepositInfo>& info() const { return info_; }
  const std::optional<rde::Header>& header() const { return header_; }
  const std::string& why_ended() const { return why_ended_; }

 private:
  std::optional<rde::DepositInfo> info_;
  std::optional<rde::Header> header_;
  std::string why_ended_;
};

absl::Status NoDeposit(absl::string_view why) {
  return absl::InvalidArgumentError(
      absl::StrCat("is not an RFC 8909 deposit: ", why, "; run tidemark check"));
}

// What people have at hand beside the deposit itself.
absl::Status CheckIsPlain(absl::string_view bytes) {
  const auto is_what = [](absl::string_view what, absl::string_view instead) {
    return absl::InvalidArgumentError(absl::StrCat(
        "is ", what, ", and what is deposited is the deposit's XML or a tar of it: ", instead));
  };
  if (absl::StartsWith(bytes, "\x1f\x8b")) return is_what("in gzip", "unpack it first");
  if (absl::StartsWith(bytes, "-----BEGIN PGP")) return is_what("an OpenPGP file", "decrypt it");
  const auto first = bytes.empty() ? 0 : static_cast<unsigned char>(bytes[0]);
  // A packet with a session key, in the new form or in the old one.
  if (first == 0xc1 || (first >= 0x84 && first <= 0x86)) {
    return is_what("an OpenPGP message", "decrypt it; the agent's keys seal it again");
  }
  return absl::OkStatus();
}

bool NamesCsvFiles(const HeadSink& sink) {
  const auto is_csv = [](absl::string_view uri) { return !rde::XmlUriOf(uri).empty(); };
  const std::vector<std::string>& menu = sink.info()->menu_uris;
  if (std::any_of(menu.begin(), menu.end(), is_csv)) return true;
  if (!sink.header().has_value()) return false;
  const std::vector<rde::HeaderCount>& counts = sink.header()->counts;
  return std::any_of(counts.begin(), counts.end(),
                     [&](const rde::HeaderCount& count) { return is_csv(count.uri); });
}

// Reads until the sink has what it is for, or nothing more can come.
absl::Status ReadHead(base::ByteSource& xml, HeadSink& sink) {
  rde::XmlReader reader(sink);
  std::vector<char> buffer(kStepBytes);
  for (size_t bytes = 0;
       !sink.header().has_value() && sink.why_ended().empty() && bytes < kHeadBytesMax;) {
    ASSIGN_OR_RETURN(const size_t n, xml.Read(absl::MakeSpan(buffer)));
    if (n == 0) return reader.Close();
    bytes += n;
    RETURN_IF_ERROR(reader.Write(absl::string_view(buffer.data(), n)));
  }
  return absl::OkStatus();
}

// In whatever folder.
bool IsXmlMember(const base::TarMember& member) {
  return member.kind == base::TarMember::Kind::kFile &&
         absl::EndsWithIgnoreCase(member.name, ".xml");
}

// What a tar that is no whole one says of itself is for the depositor to mend.
absl::Status AsFlawOfTar(const absl::Status& status) {
  return absl::IsDataLoss(status) ? NoDeposit(status.message()) : status;
}

// Of a tar on disk: the head of its only XML. A path that comes again is its last, as for who
// unpacks it.
absl::Status ReadTarHead(const std::string& path, HeadSink& sink) {
  const absl::StatusOr<std::vector<base::TarMember>> members = base::ListTar(path);
  if (!members.ok()) return AsFlawOfTar(members.status());
  std::map<std::string, const base::TarMember*> found;
  for (const base::TarMember& member : *members) {
    if (IsXmlMember(member)) found[member.name] = &member;
  }
  if (found.empty()) return NoDeposit("the tar holds no XML file");
  if (found.size() > 1) {
    return NoDeposit(
        absl::StrCat("the tar holds ", found.size(), " XML files, and a deposit has one"));
  }
  const base::TarMember& member = *found.begin()->second;
  ASSIGN_OR_RETURN(const std::unique_ptr<base::FileRange> xml,
                   base::FileRange::Open(path, member.offset, member.size_bytes));
  return AsFlawOfTar(ReadHead(*xml, sink));
}

// Of a tar that can be read only once: of its first file, which has to be the XML.
absl::Status ReadTarHead(RecordedSource& stream, HeadSink& sink) {
  bool is_read = false;
  const absl::Status end = base::ReadTar(
      stream, [&](const base::TarMember& member, base::ByteSource& bytes) -> absl::Status {
        if (member.kind == base::TarMember::Kind::kDirectory) return absl::OkStatus();
        if (!IsXmlMember(member)) {
          return absl::InvalidArgumentError(
              "is a tar from a stream that does not begin with the deposit's XML: put the XML "
              "first, or deposit the file itself");
        }
        RETURN_IF_ERROR(ReadHead(bytes, sink));
        is_read = true;
        return absl::CancelledError("the rest of the tar is not read here");
      });
  if (is_read) return absl::OkStatus();
  return end.ok() ? NoDeposit("the tar holds no file") : AsFlawOfTar(end);
}

absl::StatusOr<tidemark::v1::DepositKind> ParseKind(absl::string_view type) {
  if (type == "FULL") return tidemark::v1::DEPOSIT_KIND_FULL;
  if (type == "INCR") return tidemark::v1::DEPOSIT_KIND_INCR;
  if (type == "DIFF") return tidemark::v1::DEPOSIT_KIND_DIFF;
  return NoDeposit("its type is not FULL, INCR or DIFF");
}

absl::StatusOr<std::string> TldOf(const HeadSink& sink, const std::string& only_tld) {
  if (sink.header().has_value()) {
    if (!sink.header()->tld.empty()) return sink.header()->tld;
    return NoDeposit("its header names no TLD");
  }
  if (!sink.why_ended().empty()) return NoDeposit(sink.why_ended());
  if (!only_tld.empty()) return only_tld;
  return NoDeposit(absl::StrCat("no header within its first ", kHeadBytesMax, " bytes"));
}

}  // namespace

absl::StatusOr<DepositHead> ReadDepositHead(base::ByteSource& file,
                                            const std::string& path_or_empty,
                                            const std::string& only_tld) {
  RecordedSource source(file);
  ASSIGN_OR_RETURN(const absl::string_view start, source.Peek(base::kTarHeadBytes));
  const bool is_archive = base::LooksLikeTar(start);
  HeadSink sink;
  if (is_archive) {
    RETURN_IF_ERROR(path_or_empty.empty() ? ReadTarHead(source, sink)
                                          : ReadTarHead(path_or_empty, sink));
  } else {
    RETURN_IF_ERROR(CheckIsPlain(start));
    RETURN_IF_ERROR(ReadHead(source, sink));
  }
  if (!sink.info().has_value()) {
    return NoDeposit(sink.why_ended().empty() ? "no deposit element at its head"
                                              : sink.why_ended());
  }
  const rde::DepositInfo& info = *sink.info();
  ASSIGN_OR_RETURN(const tidemark::v1::DepositKind kind, ParseKind(info.type));
  ASSIGN_OR_RETURN(const std::string tld, TldOf(sink, only_tld));
  if (!info.resend.has_value()) return NoDeposit("its resend is not a number from 0 to 65535");
  if (!info.watermark.time.has_value()) return NoDeposit("it has no watermark that is a time");
  absl::StatusOr<vault::DepositId> id = vault::DepositId::Create(tld, info.id, *info.resend);
  if (!id.ok()) return NoDeposit(id.status().message());
  return DepositHead{
      .id = *std::move(id),
      .kind = kind,
      .watermark_unix_seconds = absl::ToUnixSeconds(*info.watermark.time),
      .prev_id = info.prev_id,
      .names_csv_files = NamesCsvFiles(sink),
      .is_archive = is_archive,
      .bytes = std::move(source).Take(),
  };
}

}  // namespace tidemark::escrow_agent
