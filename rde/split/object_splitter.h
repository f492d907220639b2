// Cuts a deposit file into its objects and what stands between them.
//
// Objects are the children of <contents> and <deletes> (RFC 8909 section 5.1), found by a scanner
// that knows tags, quotes, comments, CDATA and processing instructions, and nothing else. Cutting
// at objects is what lets tomorrow's deposit reuse today's frames; it is never needed to restore:
// for any bytes whatsoever, the pieces in order are the file. What is not understood (malformed
// XML, UTF-16, a picture) goes out as opaque pieces.
//
// What it is not: a parser. It neither checks nor reports anything (rde/reader.h does).
//
// The pieces of a file do not depend on how its bytes were handed to Write(). None is empty, none
// is longer than kFrameObjectBytesMax, and memory is a small multiple of that.
//
// Threads: one at a time. Ownership: the sink must outlive the splitter.
#ifndef TIDEMARK_RDE_SPLIT_OBJECT_SPLITTER_H_
#define TIDEMARK_RDE_SPLIT_OBJECT_SPLITTER_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace tidemark::rde {

enum class PieceKind {
  kObject,  // one whole object, from its '<' to its '>'
  kOpaque,  // part of something longer than kFrameObjectBytesMax, or not understood
  kGap,     // what stands outside objects: the head, line ends, comments, the end tags
};

class PieceSink {
 public:
  virtual ~PieceSink() = default;
  // `bytes` is valid during the call only. An error stops the splitter and is returned by it.
  virtual absl::Status OnPiece(PieceKind kind, absl::string_view bytes) = 0;
};

class ObjectSplitter final {
 public:
  explicit ObjectSplitter(PieceSink& sink) : sink_(sink) {}

  // Takes the next bytes of the file. Fails only with the sink's error, which latches.
  absl::Status Write(absl::string_view data);
  // The end of the file: gives out what is left.
  absl::Status Close();

 private:
  enum class State {
    kText,
    kStartTag,
    kEndTag,
    kComment,
    kCdata,
    kInstruction,
    kLost,  // not understood: opaque to the end of the file
  };

  absl::Status Scan();
  bool EnterToken();
  bool FindTagEnd();
  bool FindTerminator(absl::string_view terminator);
  absl::Status OnStartTag();
  absl::Status OnEndTag();
  bool IsSection(absl::string_view tag) const;
  absl::Status Emit(PieceKind kind, size_t end);
  absl::Status EmitSurplus();

  PieceSink& sink_;
  absl::Status status_;
  State state_ = State::kText;
  // Bytes from the beginning of the current piece on; positions below are into it.
  std::string buffer_;
  size_t piece_ = 0;  // where the current piece begins
  size_t token_ = 0;  // the '<' of the current tag
  size_t scan_ = 0;   // everything before was looked at
  char quote_ = 0;    // inside an attribute value: its quote
  int64_t depth_ = 0;  // open elements
  bool in_section_ = false;  // the open element of depth 2 is contents or deletes
  bool in_object_ = false;
  bool is_cut_ = false;  // bytes of the current piece went out as kOpaque
};

}  // namespace tidemark::rde

#endif  // TIDEMARK_RDE_SPLIT_OBJECT_SPLITTER_H_
