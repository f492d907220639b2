// What a stream holds: XML, a tar, or either in gzip. Private to verifier/input/.
//
// Nothing of a stream is there twice, so that the files of a tar are kept: in one file of scratch.
#ifndef TIDEMARK_VERIFIER_INPUT_STREAM_INPUT_H_
#define TIDEMARK_VERIFIER_INPUT_STREAM_INPUT_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/bytes.h"
#include "verifier/check.h"
#include "verifier/input/deposit_input.h"

namespace tidemark::verifier {

// As much of a beginning as says what it is.
absl::StatusOr<std::string> ReadHead(base::ByteSource& source);
bool LooksLikeGzip(absl::string_view head);

// Takes the stream.
absl::StatusOr<std::unique_ptr<DepositInput>> NewStreamInput(
    std::unique_ptr<base::ByteSource> stream, StreamOptions options, const Resources& resources);

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_INPUT_STREAM_INPUT_H_
