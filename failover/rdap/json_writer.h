// JSON text (RFC 8259), written as it comes: an answer is several hundred small values, and a tree
// of them would cost several times the rest of the answer.
//
// The caller nests rightly; commas are the writer's. Text may be hostile: control characters are
// escaped, and so are '<', '>' and '&', so that no part of an answer is a script to a browser that
// takes it for a page (gTLD RDAP response profile, section 1.2.2). What is no UTF-8 becomes U+FFFD.
// A text is cut at kValueBytesMax, and after kAnswerBytesMax texts are empty: lookup/limits.h.
// Private to rdap/. Threads: a value.
#ifndef TIDEMARK_FAILOVER_RDAP_JSON_WRITER_H_
#define TIDEMARK_FAILOVER_RDAP_JSON_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"

namespace tidemark::failover::rdap {

class JsonWriter {
 public:
  // `bytes` is what the text will about have.
  explicit JsonWriter(size_t bytes) { out_.reserve(bytes); }

  void BeginObject() { Open('{'); }
  void EndObject() { out_.push_back('}'); }
  void BeginArray() { Open('['); }
  void EndArray() { out_.push_back(']'); }
  // The next value is the member's. `key` needs no escapes.
  void Key(absl::string_view key);
  void Text(absl::string_view text);
  // A text of ours, whose length no deposit chooses: whole, also where there is no more room.
  void OwnText(absl::string_view text);
  void Number(int64_t number);
  void Boolean(bool value);
  // A value, or several with commas between, that this class wrote.
  void Prepared(absl::string_view json) {
    Comma();
    out_.append(json.data(), json.size());
  }

  void Member(absl::string_view key, absl::string_view text) {
    Key(key);
    Text(text);
  }
  void OwnMember(absl::string_view key, absl::string_view text) {
    Key(key);
    OwnText(text);
  }

  // Whether a text was cut or left empty for a limit.
  bool is_cut() const { return is_cut_; }
  std::string Take() && { return std::move(out_); }

 private:
  void Comma() {
    if (out_.empty()) return;
    const char last = out_.back();
    if (last != '{' && last != '[' && last != ':') out_.push_back(',');
  }
  void Open(char bracket) {
    Comma();
    out_.push_back(bracket);
  }
  void Escaped(absl::string_view text);

  std::string out_;
  bool is_cut_ = false;
};

}  // namespace tidemark::failover::rdap

#endif  // TIDEMARK_FAILOVER_RDAP_JSON_WRITER_H_
