#include "failover/drill/history/signature.h"

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/hex.h"

namespace tidemark::failover {
namespace {

constexpr char kFirstLine[] = "tidemark drill report, signature 2";
constexpr char kDrillWord[] = "drill ";
constexpr char kKeyWord[] = "key ";
constexpr char kSignatureWord[] = "signature ";
// One kind's signature is never the other's, and one drill's never another's.
std::string Message(ReportFile file, absl::string_view drill, absl::string_view bytes) {
  const absl::string_view zero("\0", 1);
  return absl::StrCat(file == ReportFile::kJson ? "json" : "html", zero, drill, zero, bytes);
}

}  // namespace

absl::StatusOr<ReportFile> ReportFileOf(absl::string_view path) {
  if (absl::EndsWith(path, ".json")) return ReportFile::kJson;
  if (absl::EndsWith(path, ".html")) return ReportFile::kHtml;
  return absl::InvalidArgumentError("a drill's report ends in .json or .html");
}

std::string SignatureText(ReportFile file, absl::string_view drill, absl::string_view bytes,
                          const crypto::SigningKey& key) {
  return absl::StrCat(kFirstLine, "\n", kDrillWord, drill, "\n", kKeyWord, key.verify_key().ToHex(),
                      "\n", kSignatureWord,
                      base::HexEncode(key.Sign(crypto::SignaturePurpose::kDrillReport,
                                               Message(file, drill, bytes))),
                      "\n");
}

absl::StatusOr<std::string> CheckSignature(ReportFile file, absl::string_view bytes,
                                           absl::string_view text, const crypto::VerifyKey& key) {
  const std::vector<absl::string_view> lines = absl::StrSplit(text, '\n');
  if (lines.size() != 5 || lines[0] != kFirstLine || !absl::StartsWith(lines[1], kDrillWord) ||
      !absl::StartsWith(lines[2], kKeyWord) || !absl::StartsWith(lines[3], kSignatureWord) ||
      !lines[4].empty()) {
    return absl::DataLossError("not a signature, version 2, of a drill's report");
  }
  if (absl::StripPrefix(lines[2], kKeyWord) != key.ToHex()) {
    return absl::DataLossError("signed by another key");
  }
  const absl::string_view drill = absl::StripPrefix(lines[1], kDrillWord);
  const auto signature = base::HexDecode(absl::StripPrefix(lines[3], kSignatureWord));
  if (!signature.ok() ||
      !key.Verify(crypto::SignaturePurpose::kDrillReport, Message(file, drill, bytes), *signature)
           .ok()) {
    return absl::DataLossError("the signature does not verify: altered since it was signed");
  }
  return std::string(drill);
}

}  // namespace tidemark::failover
