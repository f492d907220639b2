#include "rde/split/xml_splitter.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "base/limits.h"

namespace tidemark::rde {
namespace {

using base::kFrameObjectBytesMax;

// Half of what may follow a piece before it is certain: kSplitBytesMin would not do otherwise.
constexpr size_t kMarkupBytesMax = kFrameObjectBytesMax / 2;
// A longer name begins neither section nor object: it would have to be kept.
constexpr size_t kNameBytesMax = 256;
// White space between an end tag's name and its '>'.
constexpr size_t kBlanksMax = 64;
static_assert(kFrameObjectBytesMax + kMarkupBytesMax + kNameBytesMax + kBlanksMax < kSplitBytesMin);

constexpr absl::string_view kCommentStart = "<!--";
constexpr absl::string_view kCdataStart = "<![CDATA[";

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// Of ASCII; what is beyond may be a letter.
bool BeginsName(char c) {
  return absl::ascii_isalpha(static_cast<unsigned char>(c)) || c == '_' || c == ':' ||
         static_cast<unsigned char>(c) > 127;
}

// The name at the start of `text`, which is what stands behind a "<" or "</".
absl::string_view NameAt(absl::string_view text) {
  size_t size = 0;
  while (size < text.size() && !IsBlank(text[size]) && text[size] != '/' && text[size] != '>') {
    ++size;
  }
  return text.substr(0, size);
}

bool IsSection(absl::string_view name) {
  if (const size_t colon = name.rfind(':'); colon != absl::string_view::npos) {
    name.remove_prefix(colon + 1);
  }
  return name == "contents" || name == "deletes";
}

// Whether an end tag of which `rest` stands behind the name is whole; its bytes, or 0.
size_t EndTagRest(absl::string_view rest) {
  size_t size = 0;
  while (size < rest.size() && size < kBlanksMax && IsBlank(rest[size])) ++size;
  return size < rest.size() && rest[size] == '>' ? size + 1 : 0;
}

}  // namespace

bool LooksLikeXml(absl::string_view head) {
  absl::ConsumePrefix(&head, "\xef\xbb\xbf");
  size_t at = 0;
  while (at < head.size() && IsBlank(head[at])) ++at;
  if (at + 1 >= head.size() || head[at] != '<') return false;
  const char next = head[at + 1];
  return next == '?' || next == '!' || BeginsName(next);
}

size_t XmlSplitter::Split(absl::string_view data, bool at_end, std::vector<Piece>& pieces) {
  for (bool goes_on = true; goes_on;) {
    switch (state_) {
      case State::kText:
        goes_on = FindMarkup(data);
        break;
      case State::kMarkup:
        goes_on = EnterMarkup(data);
        break;
      case State::kStartTag:
      case State::kEndTag:
        goes_on = FindTagEnd(data, pieces);
        break;
      case State::kBracketed:
        goes_on = FindTerminator(data);
        break;
      case State::kObject:
        goes_on = FindObjectEnd(data, at_end, pieces);
        break;
    }
  }
  if (at_end) {
    Emit(state_ == State::kObject ? PieceKind::kOpaque : PieceKind::kGap, data.size(), pieces);
  } else if (state_ != State::kObject) {
    // What is too long for one gap anyhow.
    const size_t certain = state_ == State::kText ? scan_ : token_;
    if (certain - piece_ > kFrameObjectBytesMax) {
      const size_t surplus = certain - piece_ - 1;
      Emit(PieceKind::kOpaque, piece_ + surplus - surplus % kFrameObjectBytesMax, pieces);
    }
  }
  const size_t done = piece_;
  piece_ = 0;
  scan_ -= std::min(scan_, done);
  token_ -= std::min(token_, done);
  return done;
}

bool XmlSplitter::FindMarkup(absl::string_view data) {
  scan_ = FindAny<'<'>(data, scan_, data.size());
  if (scan_ == data.size()) return false;
  token_ = scan_;
  state_ = State::kMarkup;
  return true;
}

// At a '<': finds out what begins there.
bool XmlSplitter::EnterMarkup(absl::string_view data) {
  const absl::string_view rest = data.substr(token_);
  if (rest.size() < 2) return false;
  const auto bracketed = [this](size_t start_bytes, absl::string_view terminator) {
    state_ = State::kBracketed;
    scan_ = token_ + start_bytes;
    terminator_ = terminator;
    return true;
  };
  const char next = rest[1];
  if (next == '?') return bracketed(2, "?>");
  if (next == '!') {
    if (absl::StartsWith(rest, kCommentStart)) return bracketed(kCommentStart.size(), "-->");
    if (absl::StartsWith(rest, kCdataStart)) return bracketed(kCdataStart.size(), "]]>");
    if (absl::StartsWith(kCommentStart, rest) || absl::StartsWith(kCdataStart, rest)) return false;
  }
  scan_ = token_ + 1;
  quote_ = 0;
  if (BeginsName(next)) {
    state_ = State::kStartTag;
  } else if (next == '/' || next == '!') {  // a document type reads like a tag here
    state_ = State::kEndTag;
  } else {
    state_ = State::kText;
  }
  return true;
}

// Moves scan_ behind the '>' that ends the tag.
bool XmlSplitter::FindTagEnd(absl::string_view data, std::vector<Piece>& pieces) {
  const size_t end = std::min(data.size(), token_ + kMarkupBytesMax);
  while (scan_ < end) {
    if (quote_ != 0) {
      // Not beyond the end: every tag that has none would be looked for in all of the data.
      scan_ = std::min(data.substr(0, end).find(quote_, scan_), end);
      if (scan_ == end) break;
      quote_ = 0;
      ++scan_;
      continue;
    }
    scan_ = FindAny<'>', '"', '\''>(data, scan_, end);
    if (scan_ == end) break;
    const char c = data[scan_++];
    if (c != '>') {
      quote_ = c;
      continue;
    }
    const absl::string_view tag = data.substr(token_, scan_ - token_);
    if (state_ == State::kStartTag) {
      OnStartTag(tag, pieces);
    } else {
      if (tag[1] == '/' && NameAt(tag.substr(2)) == section_) section_.clear();
      state_ = State::kText;
    }
    return true;
  }
  if (end < token_ + kMarkupBytesMax) return false;
  state_ = State::kText;
  return true;
}

// Moves scan_ behind the end of a comment or its like.
bool XmlSplitter::FindTerminator(absl::string_view data) {
  const absl::string_view within = data.substr(0, token_ + kMarkupBytesMax);
  const size_t found = within.find(terminator_, scan_);
  if (found != absl::string_view::npos) {
    scan_ = found + terminator_.size();
  } else if (within.size() == token_ + kMarkupBytesMax) {
    scan_ = within.size();
  } else {
    // The terminator may be cut by the end of the data; what is before was looked at.
    scan_ = std::max(scan_, within.size() - std::min(within.size(), terminator_.size() - 1));
    return false;
  }
  state_ = State::kText;
  return true;
}

void XmlSplitter::OnStartTag(absl::string_view tag, std::vector<Piece>& pieces) {
  state_ = State::kText;
  const absl::string_view name = NameAt(tag.substr(1));
  const bool is_empty = tag[tag.size() - 2] == '/';
  if (name.size() > kNameBytesMax) return;
  if (section_.empty() && IsSection(name)) {
    has_begun_ = true;
    if (!is_empty) section_ = std::string(name);
    return;
  }
  if (!has_begun_) return;
  Emit(PieceKind::kGap, token_, pieces);
  if (is_empty) {
    Emit(PieceKind::kObject, scan_, pieces);
    return;
  }
  end_tag_.SetName(name);
  cut_bytes_ = 0;
  state_ = State::kObject;
}

// An end tag is looked at when all is there that it may take, so that nothing is looked at twice.
// One that begins in the piece and ends behind what a piece may have is found nevertheless: the
// piece goes out when there is no place left in it where one could begin.
bool XmlSplitter::FindObjectEnd(absl::string_view data, bool at_end, std::vector<Piece>& pieces) {
  const size_t tag_bytes_max = end_tag_.size() + (at_end ? 1 : kBlanksMax + 1);
  const size_t known = data.size() - std::min(data.size(), tag_bytes_max - 1);
  for (;;) {
    const size_t limit = piece_ + kFrameObjectBytesMax;
    const size_t to = std::max(scan_, std::min(limit, known));
    scan_ = end_tag_.Find(data, scan_, to);
    if (scan_ < to) {
      const size_t behind = scan_ + end_tag_.size();
      const size_t rest = EndTagRest(data.substr(behind));
      if (rest == 0) {
        scan_ = behind;
        continue;
      }
      scan_ = behind + rest;
      Emit(cut_bytes_ == 0 && scan_ <= limit ? PieceKind::kObject : PieceKind::kOpaque, scan_,
           pieces);
      state_ = State::kText;
      return true;
    }
    if (scan_ < limit) return false;
    Emit(PieceKind::kOpaque, limit, pieces);
    cut_bytes_ += kFrameObjectBytesMax;
    if (cut_bytes_ >= base::kObjectBytesMax) {
      state_ = State::kText;
      return true;
    }
  }
}

// Gives out the current piece, which ends before `end`; the next one begins there.
void XmlSplitter::Emit(PieceKind kind, size_t end, std::vector<Piece>& pieces) {
  AppendPieces(kind, end - piece_, pieces);
  piece_ = end;
}

}  // namespace tidemark::rde
