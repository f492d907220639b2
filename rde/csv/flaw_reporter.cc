#include "rde/csv/flaw_reporter.h"

#include <algorithm>

namespace tidemark::rde::csv {
namespace {

// As much of a key as the XML reader repeats.
constexpr size_t kKeyBytesMax = 255;
constexpr size_t kElementBytesMax = 64;

absl::string_view Truncate(absl::string_view text, size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  size_t end = bytes_max;
  while (end > 0 && (text[end] & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

void Assign(std::string& field, absl::string_view text) { field.assign(text.data(), text.size()); }

}  // namespace

void FlawReporter::Report(FlawKind kind, const Place& place, absl::string_view element,
                          absl::string_view detail) {
  if (stopped_) return;
  stopped_ = EndsReading(kind);
  flaw_.kind = kind;
  flaw_.position = place.at;
  Assign(flaw_.object_uri, place.uri);
  Assign(flaw_.object_key, Truncate(place.key, kKeyBytesMax));
  Assign(flaw_.element, Truncate(element, kElementBytesMax));
  Assign(flaw_.detail, detail);
  sink_.OnFlaw(flaw_);
}

}  // namespace tidemark::rde::csv
