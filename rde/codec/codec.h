// A record of any kind as bytes and back: one byte that says its kind, then its message of
// proto/registry.proto. The same record always gives the same bytes, so that equal encodings mean
// equal records.
//
// For scratch and for comparing, within one run of one version; what is stored goes through
// rde/codec/messages.h. Text must be UTF-8, which the readers see to.
//
// Threads: one at a time; a codec keeps its buffers between calls.
#ifndef TIDEMARK_RDE_CODEC_CODEC_H_
#define TIDEMARK_RDE_CODEC_CODEC_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "rde/records.h"

namespace tidemark::rde {

class RecordCodec {
 public:
  RecordCodec();
  ~RecordCodec();
  RecordCodec(const RecordCodec&) = delete;
  RecordCodec& operator=(const RecordCodec&) = delete;

  // Appends the encoding of `record` to `out`.
  void Append(const Record& record, std::string& out);
  // Replaces `out`. DATA_LOSS: the bytes are no encoding.
  absl::Status Parse(absl::string_view bytes, Record& out);

 private:
  struct Messages;
  std::unique_ptr<Messages> messages_;
};

}  // namespace tidemark::rde

#endif  // TIDEMARK_RDE_CODEC_CODEC_H_
