// Cuts a deposit file into its objects and what stands between them, in place: nothing is copied.
//
// Objects are what a deposit changes one by one from night to night: elements of its XML
// (xml_splitter.h) and rows of its CSV files (row_splitter.h), in a file of XML or in a tar
// (tar_splitter.h), whichever the first bytes show. Cutting at objects is what lets tomorrow's
// deposit reuse today's frames; it is never needed to restore: for any bytes whatsoever, the pieces
// in order are the file. What is not understood (UTF-16, a picture, a compressed file) goes out as
// opaque pieces.
//
// What it is not: a parser. It neither checks nor reports anything (rde/reader.h does), and it can
// be fooled about where an object ends; each format's header says how, and why that stays local.
//
// The pieces of a file do not depend on how its bytes were handed over. None is empty, none is
// longer than kFrameObjectBytesMax. Time is linear: what is given again is not looked at again, but
// for some hundred bytes at its end.
//
// Threads: one at a time. Memory: some hundred bytes; in a tar, names of up to 64 KiB.
#ifndef TIDEMARK_RDE_SPLIT_OBJECT_SPLITTER_H_
#define TIDEMARK_RDE_SPLIT_OBJECT_SPLITTER_H_

#include <cstddef>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"
#include "rde/split/opaque_splitter.h"
#include "rde/split/piece.h"
#include "rde/split/tar_splitter.h"
#include "rde/split/xml_splitter.h"

namespace tidemark::rde {

class ObjectSplitter final {
 public:
  // `data` begins where the pieces so far end, and is the file as far as it was read. Appends the
  // pieces that are certain whatever follows, and returns how many bytes they cover; the rest is to
  // be given again with more behind it. At the end of the file (`at_end`) nothing is left over.
  // With kSplitBytesMin bytes or more, at least one piece is certain.
  size_t Split(absl::string_view data, bool at_end, std::vector<Piece>& pieces);

 private:
  // By the first bytes; the first one until there are enough of them.
  std::variant<std::monostate, OpaqueSplitter, XmlSplitter, TarSplitter> format_;
};

}  // namespace tidemark::rde

#endif  // TIDEMARK_RDE_SPLIT_OBJECT_SPLITTER_H_
