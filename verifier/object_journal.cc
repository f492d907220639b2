#include "verifier/object_journal.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "base/status.h"

namespace tidemark::verifier {
namespace {

constexpr size_t kTextBytesMax = 255;  // a longer one is cut: it only goes into a message
constexpr uint16_t kTextsMax = 0xffff;
constexpr size_t kPlaceBytesMax = 3 * 10;

// An object is: its place as differences (line, offset, file) to the object before, or to nothing
// at the beginning of a block; kind; key; texts, each a label and what it labels; an end. Kinds and
// labels are a byte, keys and texts a byte for their length and their bytes. A text that is the key
// has the label alone, with a flag.
constexpr uint8_t kOfKeyFlag = 0x80;
constexpr uint8_t kEnd = 0x7f;
char* PutNumber(char* to, uint64_t number) {
  while (number >= 0x80) {
    *to++ = static_cast<char>(number | 0x80);
    number >>= 7;
  }
  *to++ = static_cast<char>(number);
  return to;
}

// Small whatever the sign.
uint64_t ZigZag(int64_t number) {
  return static_cast<uint64_t>(number) << 1 ^ static_cast<uint64_t>(number >> 63);
}
int64_t UnZigZag(uint64_t number) {
  return static_cast<int64_t>(number >> 1) ^ -static_cast<int64_t>(number & 1);
}

char* PutPlace(char* to, const rde::Position& at, const rde::Position& before) {
  to = PutNumber(to, ZigZag(at.line - before.line));
  to = PutNumber(to, ZigZag(at.offset - before.offset));
  return PutNumber(to, ZigZag(int64_t{at.file} - before.file));
}

// Of bytes that we wrote.
class Decoder {
 public:
  explicit Decoder(absl::string_view data) : data_(data) {}

  uint64_t Number() {
    uint64_t number = 0;
    for (int shift = 0;; shift += 7) {
      CHECK(shift < 64);
      const uint8_t byte = Byte();
      number |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return number;
    }
  }
  uint8_t Byte() { return static_cast<uint8_t>(Bytes(1)[0]); }
  absl::string_view Bytes(size_t bytes) {
    CHECK(bytes <= data_.size());
    const absl::string_view text = data_.substr(0, bytes);
    data_.remove_prefix(bytes);
    return text;
  }
  absl::string_view Text() { return Bytes(Byte()); }

 private:
  absl::string_view data_;
};

char* PutText(char* to, absl::string_view text) {
  *to++ = static_cast<char>(text.size());
  return std::copy(text.begin(), text.end(), to);
}

absl::string_view Cut(absl::string_view text) {
  return {text.data(), std::min(text.size(), kTextBytesMax)};
}

}  // namespace

uint8_t ObjectJournal::KindOf(absl::string_view kind) {
  // A literal is known by its place: no text is compared on the way.
  const auto it = std::find_if(kinds_.begin(), kinds_.end(), [kind](absl::string_view other) {
    return other.data() == kind.data() && other.size() == kind.size();
  });
  if (it != kinds_.end()) return static_cast<uint8_t>(it - kinds_.begin());
  CHECK(kinds_.size() < 256);
  kinds_.push_back(kind);
  return static_cast<uint8_t>(kinds_.size() - 1);
}

void ObjectJournal::Begin(const Subject& subject) {
  End();
  ++number_;
  texts_ = 0;
  key_ = Cut(subject.key);
  const rde::Position before = at_;
  at_ = subject.at.value_or(rde::Position{});
  const size_t bytes_max = kPlaceBytesMax + 2 + key_.size();
  if (static_cast<size_t>(end_ - next_) <= bytes_max) {
    MoveToNewBlock(bytes_max);
  } else {
    body_ = next_ = PutPlace(next_, at_, before);
  }
  *next_++ = static_cast<char>(KindOf(subject.kind));
  next_ = PutText(next_, key_);
}

uint16_t ObjectJournal::AddText(uint8_t label, absl::string_view text) {
  CHECK(body_ != nullptr && label < kEnd);
  if (texts_ == kTextsMax) return kTextsMax;  // of hostile objects only; no finding quotes it
  text = Cut(text);
  MakeRoom(2 + text.size());
  if (text.data() == key_.data() && text.size() == key_.size()) {
    *next_++ = static_cast<char>(label | kOfKeyFlag);
  } else {
    *next_++ = static_cast<char>(label);
    next_ = PutText(next_, text);
  }
  return texts_++;
}

// What there is of the current object goes along; its place is relative to nothing there.
void ObjectJournal::MoveToNewBlock(size_t bytes) {
  const size_t body_bytes = body_ == nullptr ? 0 : static_cast<size_t>(next_ - body_);
  const size_t bytes_max = std::max(block_bytes_, 2 * (kPlaceBytesMax + body_bytes + bytes));
  auto data = std::make_unique_for_overwrite<char[]>(bytes_max);
  char* const body = PutPlace(data.get(), at_, rde::Position{});
  std::copy_n(body_, body_bytes, body);
  // One that held nothing else gives way.
  if (body_ != nullptr && blocks_.back().first == number_) {
    memory_bytes_ -= blocks_.back().bytes_max;
    blocks_.pop_back();
  }
  memory_bytes_ += bytes_max;
  body_ = body;
  next_ = body + body_bytes;
  end_ = data.get() + bytes_max;
  blocks_.push_back({number_, 0, 0, bytes_max, std::move(data)});
}

void ObjectJournal::End() {
  if (body_ == nullptr) return;
  *next_++ = static_cast<char>(kEnd);
  blocks_.back().bytes = static_cast<size_t>(next_ - blocks_.back().data.get());
  body_ = nullptr;
}

absl::Status ObjectJournal::Spill(base::ScratchFile& file) {
  CHECK(body_ == nullptr);
  auto first = std::find_if(blocks_.begin(), blocks_.end(),
                            [](const Block& block) { return block.data != nullptr; });
  for (; first != blocks_.end(); ++first) {
    first->offset = file.size_bytes();
    RETURN_IF_ERROR(file.Append({first->data.get(), first->bytes}));
    first->data.reset();
  }
  next_ = end_ = nullptr;
  memory_bytes_ = 0;
  return absl::OkStatus();
}

void ObjectJournal::Release() {
  blocks_ = std::vector<Block>();
  body_ = next_ = end_ = nullptr;
  memory_bytes_ = 0;
}

absl::StatusOr<ObjectNote> ObjectJournal::Read(uint64_t number, base::ScratchFile* file) const {
  CHECK(body_ == nullptr && number >= 1 && number <= number_);
  const auto after =
      std::upper_bound(blocks_.begin(), blocks_.end(), number,
                       [](uint64_t wanted, const Block& block) { return wanted < block.first; });
  const Block& block = *(after - 1);
  std::string loaded;
  absl::string_view data(block.data.get(), block.data == nullptr ? 0 : block.bytes);
  if (block.data == nullptr) {
    loaded.resize(block.bytes);
    RETURN_IF_ERROR(file->ReadAt(block.offset, absl::MakeSpan(loaded.data(), loaded.size())));
    data = loaded;
  }
  Decoder decoder(data);
  ObjectNote note;
  for (uint64_t at = block.first;; ++at) {
    note.at.line += UnZigZag(decoder.Number());
    note.at.offset += UnZigZag(decoder.Number());
    note.at.file = static_cast<uint16_t>(note.at.file + UnZigZag(decoder.Number()));
    const absl::string_view kind = kinds_[decoder.Byte()];
    const absl::string_view key = decoder.Text();
    for (uint8_t label = decoder.Byte(); label != kEnd; label = decoder.Byte()) {
      const bool of_key = (label & kOfKeyFlag) != 0;
      const absl::string_view text = of_key ? key : decoder.Text();
      if (at == number) {
        note.texts.push_back({static_cast<uint8_t>(label & ~kOfKeyFlag), std::string(text)});
      }
    }
    if (at < number) continue;
    note.kind = std::string(kind);
    note.key = std::string(key);
    return note;
  }
}

}  // namespace tidemark::verifier
