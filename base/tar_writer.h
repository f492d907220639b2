// Writes a tar (pax, as far as ustar has no room) to a sink: the same members give the same bytes.
//
// Members are plain files of nobody, in the order in which they are added. Threads: one at a time.
// Errors: the sink's and the sources', latched; DATA_LOSS for a source that has not the size said.
#ifndef TIDEMARK_BASE_TAR_WRITER_H_
#define TIDEMARK_BASE_TAR_WRITER_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/bytes.h"

namespace tidemark::base {

class TarWriter {
 public:
  // `sink` must outlive it, and is not closed. `modified` is every member's time.
  static absl::StatusOr<std::unique_ptr<TarWriter>> Create(ByteSink& sink, absl::Time modified);
  ~TarWriter();
  TarWriter(const TarWriter&) = delete;
  TarWriter& operator=(const TarWriter&) = delete;

  // Reads `bytes` to its end and closes it.
  absl::Status Add(const std::string& name, uint64_t size_bytes, ByteSource& bytes);
  // Ends the tar.
  absl::Status Close();

 private:
  struct State;
  explicit TarWriter(std::unique_ptr<State> state);

  const std::unique_ptr<State> state_;
};

}  // namespace tidemark::base

#endif  // TIDEMARK_BASE_TAR_WRITER_H_
