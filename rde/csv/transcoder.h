// Text in another encoding as UTF-8. Private to rde/csv/.
#ifndef TIDEMARK_RDE_CSV_TRANSCODER_H_
#define TIDEMARK_RDE_CSV_TRANSCODER_H_

#include <cstdint>
#include <memory>

#include "absl/strings/string_view.h"
#include "base/bytes.h"

namespace tidemark::rde::csv {

enum class Encoding { kUtf8, kAscii, kLatin1, kUtf16, kUtf16Le, kUtf16Be };

// By its IANA name, whatever the case. False if it is none of these.
bool ParseEncoding(absl::string_view name, Encoding* out);

// A byte order mark is dropped. UTF-8 comes out as it is, valid or not (RowReader looks at it);
// what is not in another encoding is DATA_LOSS. `source` must outlive it and is closed by it.
std::unique_ptr<base::ByteSource> NewTranscoder(base::ByteSource& source, Encoding encoding);

}  // namespace tidemark::rde::csv

#endif  // TIDEMARK_RDE_CSV_TRANSCODER_H_
