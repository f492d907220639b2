// Whatever the bytes: a frame's content, of which the builder makes the very bytes again, or
// a refusal.
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/limits.h"
#include "base/status.h"
#include "verifier/opening/frame_content.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string plain(reinterpret_cast<const char*>(data), size);
  const auto content = tidemark::verifier::FrameContent::Parse(plain);
  if (!content.ok()) return 0;
  tidemark::verifier::FrameContentBuilder builder;
  for (uint32_t i = 0; i < content->count(); ++i) {
    const auto object = content->object(i);
    CHECK(!object.empty() && object.size() <= tidemark::base::kFrameObjectBytesMax);
    CHECK(builder.Fits(object.size()));
    builder.Add(object);
  }
  CHECK(builder.Encode() == plain);
  return 0;
}
