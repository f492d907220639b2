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
constexpr size_t kHeadBytesMax = 4 * 10;

// An object is: the length of what follows its place; its place as differences (line, offset, file)
// to the object before, or to nothing at the beginning of a block; kind; key; texts.
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

  bool done() const { return data_.empty(); }
  uint64_t Number() {
    uint64_t number = 0;
    for (int shift = 0;; shift += 7) {
      CHECK(!data_.empty() && shift < 64);
      const auto byte = static_cast<uint8_t>(data_[0]);
      data_.remove_prefix(1);
      number |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return number;
    }
  }
  absl::string_view Bytes(size_t bytes) {
    CHECK(bytes <= data_.size());
    const absl::string_view text = data_.substr(0, bytes);
    data_.remove_prefix(bytes);
    return text;
  }
  absl::string_view Text() { return Bytes(static_cast<uint8_t>(Bytes(1)[0])); }

 private:
  absl::string_view data_;
};

void PutText(std::string& to, absl::string_view text) {
  text = text.substr(0, kTextBytesMax);
  to.push_back(static_cast<char>(text.size()));
  to.append(text.data(), text.size());
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
  if (number_ > 0) Commit();
  ++number_;
  texts_ = 0;
  at_ = subject.at.value_or(rde::Position{});
  current_.push_back(static_cast<char>(KindOf(subject.kind)));
  PutText(current_, subject.key);
}

uint16_t ObjectJournal::AddText(uint8_t label, absl::string_view text) {
  if (texts_ == kTextsMax) return kTextsMax;  // of hostile objects only; no finding quotes it
  current_.push_back(static_cast<char>(label));
  PutText(current_, text);
  return texts_++;
}

void ObjectJournal::Commit() {
  const size_t bytes_max = kHeadBytesMax + current_.size();
  const bool fresh = blocks_.empty() || blocks_.back().data == nullptr ||
                     blocks_.back().bytes + bytes_max > block_bytes_;
  if (fresh) {
    const size_t block_bytes = std::max(block_bytes_, bytes_max);
    blocks_.push_back({number_, 0, 0, std::make_unique_for_overwrite<char[]>(block_bytes)});
    memory_bytes_ += block_bytes;
  }
  Block& block = blocks_.back();
  char* const begin = block.data.get() + block.bytes;
  char* to = PutNumber(begin, current_.size());
  to = PutPlace(to, at_, fresh ? rde::Position{} : last_at_);
  std::memcpy(to, current_.data(), current_.size());
  block.bytes += static_cast<size_t>(to - begin) + current_.size();
  last_at_ = at_;
  current_.clear();
}

absl::Status ObjectJournal::Spill(base::ScratchFile& file) {
  auto first = std::find_if(blocks_.begin(), blocks_.end(),
                            [](const Block& block) { return block.data != nullptr; });
  for (; first != blocks_.end(); ++first) {
    first->offset = file.size_bytes();
    RETURN_IF_ERROR(file.Append({first->data.get(), first->bytes}));
    first->data.reset();
  }
  memory_bytes_ = 0;
  return absl::OkStatus();
}

void ObjectJournal::Release() {
  blocks_ = std::vector<Block>();
  memory_bytes_ = 0;
}

absl::StatusOr<ObjectNote> ObjectJournal::Read(uint64_t number, base::ScratchFile* file) const {
  CHECK(number >= 1 && number <= number_);
  ObjectNote note;
  const auto decode = [this, &note](absl::string_view body) {
    Decoder decoder(body);
    note.kind = std::string(kinds_[static_cast<uint8_t>(decoder.Bytes(1)[0])]);
    note.key = std::string(decoder.Text());
    while (!decoder.done()) {
      const auto label = static_cast<uint8_t>(decoder.Bytes(1)[0]);
      note.texts.push_back({label, std::string(decoder.Text())});
    }
  };
  if (number == number_) {
    note.at = at_;
    decode(current_);
    return note;
  }
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
  for (uint64_t at = block.first;; ++at) {
    const uint64_t body_bytes = decoder.Number();
    note.at.line += UnZigZag(decoder.Number());
    note.at.offset += UnZigZag(decoder.Number());
    note.at.file = static_cast<uint16_t>(note.at.file + UnZigZag(decoder.Number()));
    const absl::string_view body = decoder.Bytes(body_bytes);
    if (at < number) continue;
    decode(body);
    return note;
  }
}

}  // namespace tidemark::verifier
