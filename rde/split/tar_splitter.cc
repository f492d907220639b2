#include "rde/split/tar_splitter.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "base/limits.h"

namespace tidemark::rde {
namespace {

constexpr size_t kDescriptionBytesMax = base::kFrameObjectBytesMax - kTarBlockBytes;

// Types of header blocks.
constexpr char kPaxNext = 'x';
constexpr char kPaxGlobal = 'g';
constexpr char kLongName = 'L';
constexpr char kLongLink = 'K';
constexpr char kOldSparse = 'S';

bool IsDescription(char type) {
  return type == kPaxNext || type == kPaxGlobal || type == kLongName || type == kLongLink;
}

// Links, devices, directories and pipes.
bool HasNoBytes(char type) { return type >= '1' && type <= '6'; }

size_t PaddingOf(uint64_t size_bytes) {
  return static_cast<size_t>((kTarBlockBytes - size_bytes % kTarBlockBytes) % kTarBlockBytes);
}

}  // namespace

size_t TarSplitter::Split(absl::string_view data, bool at_end, std::vector<Piece>& pieces) {
  size_t done = 0;
  while (done < data.size()) {
    const size_t taken = Step(data.substr(done), at_end, pieces);
    if (taken == 0) break;
    done += taken;
  }
  return done;
}

// Takes at least one byte of `data`, or 0 if that takes more of them. `data` is not empty.
size_t TarSplitter::Step(absl::string_view data, bool at_end, std::vector<Piece>& pieces) {
  switch (state_) {
    case State::kHeader:
      if (data.size() >= kTarBlockBytes) {
        if (const size_t taken = TakeHeader(data.substr(0, kTarBlockBytes), pieces)) return taken;
      } else if (!at_end) {
        return 0;
      }
      break;
    case State::kDescription:
      if (data.size() < left_ && !at_end) return 0;
      if (const size_t taken = TakeDescription(data, pieces)) return taken;
      break;
    case State::kMember:
      return TakeMember(data, at_end, pieces);
    case State::kPadding: {
      if (data.size() < left_ && !at_end) return 0;
      const size_t padding = std::min<uint64_t>(data.size(), left_);
      AppendPieces(PieceKind::kGap, padding, pieces);
      state_ = State::kHeader;
      return padding;
    }
    case State::kRest:
      break;
  }
  return TakeRest(data, at_end, pieces);
}

// 0 if it is no header behind which it is plain where the next one stands.
size_t TarSplitter::TakeHeader(absl::string_view block, std::vector<Piece>& pieces) {
  std::optional<TarHeader> header = ParseTarHeader(block);
  if (!header.has_value() || header->type == kOldSparse) return 0;
  if (IsDescription(header->type)) {
    if (header->size_bytes > kDescriptionBytesMax) return 0;
    description_type_ = header->type;
    left_ = header->size_bytes + PaddingOf(header->size_bytes);
    state_ = left_ > 0 ? State::kDescription : State::kHeader;
  } else {
    const PaxRecords said = std::exchange(next_, {});
    left_ = said.size_bytes.value_or(header->size_bytes);
    if (HasNoBytes(header->type) && left_ > 0) return 0;
    const std::string& name = said.path.has_value() ? *said.path : header->name;
    if (absl::EndsWith(name, ".xml")) {
      member_.emplace<XmlSplitter>();
    } else if (absl::EndsWith(name, ".csv")) {
      member_.emplace<RowSplitter>();
    } else {
      member_.emplace<OpaqueSplitter>();
    }
    padding_ = PaddingOf(left_);
    state_ = left_ > 0 ? State::kMember : State::kHeader;
  }
  pieces.push_back({PieceKind::kGap, uint32_t{kTarBlockBytes}});
  return kTarBlockBytes;
}

// 0 if it is not whole or says what is not taken.
size_t TarSplitter::TakeDescription(absl::string_view data, std::vector<Piece>& pieces) {
  if (data.size() < left_) return 0;
  const auto size = static_cast<size_t>(left_);
  const absl::string_view body = data.substr(0, size);
  if (description_type_ == kLongName) {
    next_.path = std::string(body.substr(0, body.find('\0')));
  } else if (description_type_ != kLongLink) {
    std::optional<PaxRecords> said = ParsePaxRecords(body);
    if (!said.has_value()) return 0;
    if (description_type_ == kPaxNext) {
      next_ = *std::move(said);
    } else if (said->size_bytes.has_value()) {
      return 0;
    }
  }
  pieces.push_back({PieceKind::kGap, static_cast<uint32_t>(size)});
  state_ = State::kHeader;
  return size;
}

size_t TarSplitter::TakeMember(absl::string_view data, bool at_end, std::vector<Piece>& pieces) {
  const bool has_all = data.size() >= left_;
  const absl::string_view own = has_all ? data.substr(0, static_cast<size_t>(left_)) : data;
  const size_t taken = std::visit(
      [&](auto& member) { return member.Split(own, at_end || has_all, pieces); }, member_);
  left_ -= taken;
  if (left_ == 0) {
    left_ = padding_;
    state_ = padding_ > 0 ? State::kPadding : State::kHeader;
  }
  return taken;
}

size_t TarSplitter::TakeRest(absl::string_view data, bool at_end, std::vector<Piece>& pieces) {
  if (state_ != State::kRest) {
    member_.emplace<OpaqueSplitter>();
    state_ = State::kRest;
  }
  return std::get<OpaqueSplitter>(member_).Split(data, at_end, pieces);
}

}  // namespace tidemark::rde
