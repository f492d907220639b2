// Whatever a message holds, XML or a tar with files: it is judged, or there is a reason why not;
// and the same bytes in pieces give the same report.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/bytes.h"
#include "base/status.h"
#include "rde/reader.h"
#include "verifier/check.h"
#include "verifier/input/deposit_input.h"
#include "verifier/report_json.h"

namespace tidemark::verifier {
namespace {

class Pieces final : public base::ByteSource {
 public:
  Pieces(absl::string_view bytes, size_t piece) : source_(bytes), piece_(piece) {}
  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override {
    return source_.Read(buffer.subspan(0, std::min(buffer.size(), piece_)));
  }
  absl::Status Close() override { return source_.Close(); }

 private:
  base::StringSource source_;
  const size_t piece_;
};

struct Judged {
  absl::Status status;
  std::string json;
};

Judged Judge(absl::string_view bytes, size_t piece) {
  CheckOptions options;
  options.now = absl::FromUnixSeconds(1'795'000'000);
  DepositChecker checker(options);
  Pieces source(bytes, piece);
  const auto read = [](base::ByteSource& xml, rde::RecordSink& sink) {
    return rde::ReadDeposit(xml, sink);
  };
  const absl::Status status = ReadStream(source, read, options.resources, checker);
  if (!status.ok()) checker.CouldNotRead(status);
  return {status, ReportJson(checker.Finish())};
}

bool IsReason(const absl::Status& status) {
  return absl::IsDataLoss(status) || absl::IsInvalidArgument(status) ||
         absl::IsResourceExhausted(status);
}

}  // namespace
}  // namespace tidemark::verifier

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tidemark::verifier;
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Judged whole = Judge(bytes, size + 1);
  CHECK(whole.status.ok() || IsReason(whole.status));
  if (size % 4 != 0) return 0;
  const Judged pieces = Judge(bytes, 1 + size % 1021);
  CHECK(whole.status == pieces.status && whole.json == pieces.json);
  return 0;
}
