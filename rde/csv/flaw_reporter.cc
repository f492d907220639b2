#include "rde/csv/flaw_reporter.h"

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "rde/flaw_text.h"

namespace tidemark::rde::csv {
namespace {

void Assign(std::string& field, absl::string_view text) { field.assign(text.data(), text.size()); }

}  // namespace

void FlawReporter::Report(FlawKind kind, const Place& place, absl::string_view element,
                          absl::string_view detail) {
  if (stopped_) return;
  if (++count_ <= base::kCsvFlawsMax) return Give(kind, place, element, detail);
  Give(FlawKind::kLimitExceeded, place, "",
       absl::StrCat("over ", base::kCsvFlawsMax, " flaws in CSV files: no more is read"));
}

void FlawReporter::Give(FlawKind kind, const Place& place, absl::string_view element,
                        absl::string_view detail) {
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
