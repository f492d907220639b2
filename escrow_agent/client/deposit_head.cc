#include "escrow_agent/client/deposit_head.h"

#include <algorithm>
#include <optional>
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

// What people have at hand beside the deposit's XML.
absl::Status CheckIsXml(absl::string_view bytes) {
  const auto is_what = [](absl::string_view what, absl::string_view instead) {
    return absl::InvalidArgumentError(
        absl::StrCat("is ", what, ", and what is deposited is the deposit's XML: ", instead));
  };
  if (base::LooksLikeTar(bytes)) return is_what("a tar", "unpack it and give its XML file");
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

// Reads until the sink has what it is for, or nothing more can come. Returns the bytes read.
absl::StatusOr<std::string> ReadHead(base::ByteSource& file, HeadSink& sink) {
  rde::XmlReader reader(sink);
  std::string bytes;
  while (!sink.header().has_value() && sink.why_ended().empty() &&
         bytes.size() < kHeadBytesMax) {
    const size_t old = bytes.size();
    bytes.resize(old + kStepBytes);
    const absl::StatusOr<size_t> n = file.Read(absl::MakeSpan(bytes.data() + old, kStepBytes));
    bytes.resize(old + n.value_or(0));
    RETURN_IF_ERROR(n.status());
    if (old == 0) RETURN_IF_ERROR(CheckIsXml(bytes));
    if (*n == 0) {
      RETURN_IF_ERROR(reader.Close());
      break;
    }
    RETURN_IF_ERROR(reader.Write(absl::string_view(bytes).substr(old)));
  }
  return bytes;
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

absl::StatusOr<DepositHead> ReadDepositHead(base::ByteSource& file, const std::string& only_tld) {
  HeadSink sink;
  ASSIGN_OR_RETURN(std::string bytes, ReadHead(file, sink));
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
      .bytes = std::move(bytes),
  };
}

}  // namespace tidemark::escrow_agent
