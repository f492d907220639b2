// Cuts a deposit's XML at its objects: the children of <contents> and <deletes> (RFC 8909 section
// 5.1). Private to rde/split/.
//
// Outside of objects tags, quotes, comments, CDATA and processing instructions are known, and
// nothing else. Inside of an object nothing is: from its start tag the next end tag of its name is
// looked for, sixteen bytes at a time, and no tag between is read.
//
// Threat: that can be fooled, by an end tag that stands in a comment or in CDATA, and by an element
// of the object's own name within it. A wrong cut costs the reuse of some pieces and no byte of the
// file. So that it costs no more than that wherever it happens, nothing is counted that a wrong cut
// would leave wrong for the rest of the file:
// - There is no depth. Once the first section began, every start tag outside of an object begins
//   one, be it (after a wrong cut) a child of a real object; only <contents> and <deletes> outside
//   of a section begin another.
// - End tags outside of objects say nothing, but the section's own.
// - An object that does not end within base::kObjectBytesMax, which no reader of ours takes either,
//   is given up there.
// - A tag, a comment, CDATA or an instruction that does not end within kMarkupBytesMax is text, and
//   what was looked at for its end is not looked at again. (So time is linear, too.)
// - Prefixes mean nothing.
#ifndef TIDEMARK_RDE_SPLIT_XML_SPLITTER_H_
#define TIDEMARK_RDE_SPLIT_XML_SPLITTER_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "rde/split/piece.h"
#include "rde/split/scan.h"

namespace tidemark::rde {

// Whether a file that begins so (512 bytes are enough) is XML in US-ASCII's bytes.
bool LooksLikeXml(absl::string_view head);

class XmlSplitter final {
 public:
  // As ObjectSplitter::Split().
  size_t Split(absl::string_view data, bool at_end, std::vector<Piece>& pieces);

 private:
  enum class State {
    kText,       // outside of objects and markup
    kMarkup,     // at a '<', and it takes more bytes to know of what
    kStartTag,   // in one, outside of objects
    kEndTag,     // likewise
    kBracketed,  // in a comment, CDATA or an instruction, outside of objects
    kObject,     // behind an object's start tag
  };

  // Each looks at more of `data` and moves on to another state, or returns false if that takes more
  // bytes.
  bool FindMarkup(absl::string_view data);
  bool EnterMarkup(absl::string_view data);
  bool FindTagEnd(absl::string_view data, std::vector<Piece>& pieces);
  bool FindTerminator(absl::string_view data);
  bool FindObjectEnd(absl::string_view data, bool at_end, std::vector<Piece>& pieces);

  void OnStartTag(absl::string_view tag, std::vector<Piece>& pieces);
  void Emit(PieceKind kind, size_t end, std::vector<Piece>& pieces);

  State state_ = State::kText;
  // Positions are into the `data` of the call; between calls, of the next one.
  size_t piece_ = 0;  // where the current piece begins
  size_t scan_ = 0;   // everything before was looked at
  size_t token_ = 0;  // the '<' of the markup; until this is known, it may begin the next piece
  char quote_ = 0;    // inside an attribute value: its quote
  absl::string_view terminator_;  // of what is bracketed: a literal
  bool has_begun_ = false;        // a section did
  std::string section_;           // name of the one that is open; "" for none
  EndTagFinder end_tag_;          // of the object
  size_t cut_bytes_ = 0;          // of the object, that went out as kOpaque
};

}  // namespace tidemark::rde

#endif  // TIDEMARK_RDE_SPLIT_XML_SPLITTER_H_
