// Says what is wrong, through one sink. Private to rde/csv/.
#ifndef TIDEMARK_RDE_CSV_FLAW_REPORTER_H_
#define TIDEMARK_RDE_CSV_FLAW_REPORTER_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "rde/reader.h"
#include "rde/records.h"

namespace tidemark::rde::csv {

class FlawReporter {
 public:
  explicit FlawReporter(RecordSink& sink) : sink_(sink) {}

  // What a flaw is in: namespace and key of the object or table.
  struct Place {
    absl::string_view uri;
    absl::string_view key;
    Position at;
  };

  void Report(FlawKind kind, const Place& place, absl::string_view element,
              absl::string_view detail);

  // After a bound was exceeded nothing more is read or said. Too many flaws exceed one.
  bool stopped() const { return stopped_; }

  RecordSink& sink() { return sink_; }

 private:
  void Give(FlawKind kind, const Place& place, absl::string_view element, absl::string_view detail);

  RecordSink& sink_;
  Flaw flaw_;
  int64_t count_ = 0;
  bool stopped_ = false;
};

}  // namespace tidemark::rde::csv

#endif  // TIDEMARK_RDE_CSV_FLAW_REPORTER_H_
