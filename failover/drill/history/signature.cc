#include "failover/drill/history/signature.h"

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/file.h"
#include "base/hex.h"
#include "base/status.h"
#include "failover/drill/history/history.h"

namespace tidemark::failover {
namespace {

constexpr char kFirstLine[] = "tidemark drill report, signature 1";
constexpr char kKeyWord[] = "key ";
constexpr char kSignatureWord[] = "signature ";
// A page with a trend of years; what is longer is not ours.
constexpr size_t kReportFileBytesMax = 8 << 20;

// One kind's signature is never the other's.
std::string Message(ReportFile file, absl::string_view bytes) {
  std::string message = file == ReportFile::kJson ? "json" : "html";
  message.push_back('\0');
  return absl::StrCat(message, bytes);
}

}  // namespace

absl::StatusOr<ReportFile> ReportFileOf(absl::string_view path) {
  if (absl::EndsWith(path, ".json")) return ReportFile::kJson;
  if (absl::EndsWith(path, ".html")) return ReportFile::kHtml;
  return absl::InvalidArgumentError("a drill's report ends in .json or .html");
}

std::string SignatureText(ReportFile file, absl::string_view bytes, const crypto::SigningKey& key) {
  return absl::StrCat(
      kFirstLine, "\n", kKeyWord, key.verify_key().ToHex(), "\n", kSignatureWord,
      base::HexEncode(key.Sign(crypto::SignaturePurpose::kDrillReport, Message(file, bytes))),
      "\n");
}

absl::Status CheckSignature(ReportFile file, absl::string_view bytes, absl::string_view text,
                            const crypto::VerifyKey& key) {
  const std::vector<absl::string_view> lines = absl::StrSplit(text, '\n');
  if (lines.size() != 4 || lines[0] != kFirstLine || !absl::StartsWith(lines[1], kKeyWord) ||
      !absl::StartsWith(lines[2], kSignatureWord) || !lines[3].empty()) {
    return absl::DataLossError("not a signature of a drill's report");
  }
  if (absl::StripPrefix(lines[1], kKeyWord) != key.ToHex()) {
    return absl::DataLossError("signed by another key");
  }
  const auto signature = base::HexDecode(absl::StripPrefix(lines[2], kSignatureWord));
  if (!signature.ok() ||
      !key.Verify(crypto::SignaturePurpose::kDrillReport, Message(file, bytes), *signature).ok()) {
    return absl::DataLossError("the signature does not verify: altered since it was signed");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> ReadSignedReport(const std::string& path,
                                             absl::Span<const crypto::VerifyKey> keys) {
  ASSIGN_OR_RETURN(const ReportFile file, ReportFileOf(path));
  ASSIGN_OR_RETURN(std::string bytes, base::ReadSmallFile(path, kReportFileBytesMax));
  ASSIGN_OR_RETURN(const std::string signature, base::ReadSmallFile(path + ".sig"));
  absl::Status last = absl::DataLossError("no key to verify it with");
  for (const crypto::VerifyKey& key : keys) {
    last = CheckSignature(file, bytes, signature, key);
    if (last.ok()) return bytes;
  }
  return last;
}

}  // namespace tidemark::failover
