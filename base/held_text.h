// A text that is kept to be compared with others right after: as words of eight bytes, so that no
// comparison by words (base/text_words.h) has to wait until what was stored in two parts that
// overlap, as copying a short text does it, has reached the cache (decision 54).
//
// Threads: one at a time. Memory: the longest text that was kept.
#ifndef TIDEMARK_BASE_HELD_TEXT_H_
#define TIDEMARK_BASE_HELD_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/text_words.h"

namespace tidemark::base {

class HeldText {
 public:
  void Set(absl::string_view text) {
    constexpr size_t kWord = sizeof(uint64_t);
    const size_t words = (text.size() + kWord - 1) / kWord;
    if (words_.size() < words) words_.resize(words);
    uint64_t* word = words_.data();
    for (size_t at = 0; at < text.size(); at += kWord) {
      *word++ = LoadUpTo64(text.data() + at, text.size() - at);
    }
    bytes_ = text.size();
  }
  // Valid until the next Set().
  absl::string_view text() const { return {reinterpret_cast<const char*>(words_.data()), bytes_}; }

 private:
  std::vector<uint64_t> words_;
  size_t bytes_ = 0;
};

}  // namespace tidemark::base

#endif  // TIDEMARK_BASE_HELD_TEXT_H_
