// Our tokenizer and libxml2's agree, and ours does not care how the bytes are cut.
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "base/status.h"
#include "rde/xml/event_log.h"
#include "rde/xml/libxml2_tokenizer.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tidemark::rde::xml;  // NOLINT: a main of its own
  const absl::string_view xml(reinterpret_cast<const char*>(data), size);
  const EventLog ours = Tokenize(NewTokenizer, xml, 0);
  const EventLog chunked = Tokenize(NewTokenizer, xml, 1 + size % 13);
  CHECK(ours.events == chunked.events);
  CHECK(ours.error.has_value() == chunked.error.has_value());
  if (ours.error.has_value()) {
    CHECK(ours.error->kind == chunked.error->kind);
    CHECK(ours.error->position.offset == chunked.error->position.offset);
    CHECK(ours.error->detail == chunked.error->detail);
  }
  const EventLog theirs = Tokenize(NewLibxml2Tokenizer, xml, 0);
  CHECK(ours.error.has_value() == theirs.error.has_value());
  if (!ours.error.has_value()) {
    // libxml2's push parser leaves carriage returns in CDATA sections.
    const auto without = [](const std::string& events) {
      return absl::StrReplaceAll(events, {{"\\r", ""}, {"\\n", ""}});
    };
    CHECK(without(ours.events) == without(theirs.events));
  }
  return 0;
}
