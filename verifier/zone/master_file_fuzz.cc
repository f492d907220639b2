// Whatever the bytes: reading ends, gives the same records in whatever pieces the bytes come, and
// names and data are in their one form.
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/status.h"
#include "verifier/zone/master_file.h"

namespace tidemark::verifier {
namespace {

struct Reading {
  std::string records;
  absl::Status status;
};

Reading Read(absl::string_view text, size_t piece) {
  Reading reading;
  MasterFileReader reader("test", [&](const ZoneRecord& record) -> absl::Status {
    const auto again = CanonicalZoneName(absl::StrCat(record.owner, "."), "");
    CHECK(again.ok() && *again == record.owner);
    CHECK(record.type != ZoneType::kA || record.data.size() == 4);
    CHECK(record.type != ZoneType::kAaaa || record.data.size() == 16);
    CHECK(record.line >= 1);
    absl::StrAppend(&reading.records, record.line, " ", record.owner, " ",
                    static_cast<int>(record.type), " ", record.data, "\n");
    return absl::OkStatus();
  });
  for (size_t at = 0; at < text.size(); at += piece) {
    reading.status = reader.Write(text.substr(at, piece));
    if (!reading.status.ok()) break;
  }
  const absl::Status closed = reader.Close();
  CHECK(reading.status.ok() || closed == reading.status);
  reading.status = closed;
  CHECK(closed.ok() || absl::IsInvalidArgument(closed));
  return reading;
}

}  // namespace
}  // namespace tidemark::verifier

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  const auto whole = tidemark::verifier::Read(text, size + 1);
  const auto pieces = tidemark::verifier::Read(text, 1 + size % 7);
  CHECK(whole.records == pieces.records && whole.status == pieces.status);
  return 0;
}
