// Whatever the bytes: the reader ends, says why, points into the file, and gives the same reading
// in whatever pieces the bytes come, and on however many threads.
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "base/limits.h"
#include "base/status.h"
#include "rde/reader.h"
#include "rde/reader_testing.h"

namespace tidemark::rde {
namespace {

void CheckPosition(absl::string_view xml, const Position& at) {
  CHECK(at.line >= 1);
  CHECK(at.offset >= 0 && at.offset <= static_cast<int64_t>(xml.size()));
}

void CheckStartTag(absl::string_view xml, const Position& at) {
  CheckPosition(xml, at);
  CHECK(xml[static_cast<size_t>(at.offset)] == '<');
}

void CheckReading(absl::string_view xml, const Reading& reading) {
  CHECK(reading.deposits.size() <= 1);
  for (const auto& [record, at] : reading.records) CheckStartTag(xml, at);
  for (size_t i = 0; i < reading.flaws.size(); ++i) {
    const Flaw& flaw = reading.flaws[i];
    CheckPosition(xml, flaw.position);
    CHECK(flaw.object_key.size() <= 255 && flaw.element.size() <= 64);
    CHECK(!flaw.detail.empty());
    // What ends reading is the last flaw, and only a complete reading is without one.
    CHECK(!EndsReading(flaw.kind) || i + 1 == reading.flaws.size());
  }
  const bool ended = !reading.flaws.empty() && EndsReading(reading.flaws.back().kind);
  CHECK(reading.complete == !ended);
}

}  // namespace
}  // namespace tidemark::rde

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view xml(reinterpret_cast<const char*>(data), size);
  const tidemark::rde::Reading whole = tidemark::rde::Read(xml);
  tidemark::rde::CheckReading(xml, whole);
  const std::string digest = whole.Digest();
  CHECK(tidemark::rde::Read(xml, 1 + size % 13).Digest() == digest);
  CHECK(tidemark::rde::ReadWith(xml, {.threads = 2, .piece_bytes = 16 + size % 257}).Digest() ==
        digest);
  return 0;
}
