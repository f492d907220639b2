#include "rde/csv/flaw_reporter.h"

#include "rde/flaw_text.h"

namespace tidemark::rde::csv {
namespace {

void Assign(std::string& field, absl::string_view text) { field.assign(text.data(), text.size()); }

}  // namespace

void FlawReporter::Report(FlawKind kind, const Place& place, absl::string_view element,
                          absl::string_view detail) {
  if (stopped_) return;
  stopped_ = EndsReading(kind);
  flaw_.kind = kind;
  flaw_.position = place.at;
  Assign(flaw_.object_uri, place.uri);
  Assign(flaw_.object_key, Truncate(place.key, kFlawKeyBytesMax));
  Assign(flaw_.element, Truncate(element, kFlawElementBytesMax));
  Assign(flaw_.detail, detail);
  sink_.OnFlaw(flaw_);
}

}  // namespace tidemark::rde::csv
