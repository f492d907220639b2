// Reads one document, or goes on with one between two objects of its <contents>: the tokenizer, the
// walker, and how they stop. Private to rde/: what XmlReader and the parallel reader are made of.
//
// What it reports does not depend on how the bytes are cut.
#ifndef TIDEMARK_RDE_DOCUMENT_READER_H_
#define TIDEMARK_RDE_DOCUMENT_READER_H_

#include <memory>
#include <optional>

#include "absl/strings/string_view.h"
#include "rde/object_builder.h"
#include "rde/reader.h"
#include "rde/records.h"
#include "rde/walker.h"
#include "rde/xml/tokenizer.h"

namespace tidemark::rde {

class DocumentReader {
 public:
  // `sink` must outlive the reader.
  explicit DocumentReader(RecordSink& sink);
  // Goes on where `at` stands, which must be between two objects. Records are filled in `room`.
  // All but `at` must outlive the reader. Several may be made of one `at` at the same time.
  DocumentReader(RecordSink& sink, RecordRoom& room, const DocumentReader& at);

  // Takes the next bytes of the document. Nothing is done after ended().
  void Write(absl::string_view data);
  // The end of the document.
  void Close();
  // A flaw was reported after which nothing more is read.
  bool ended() const { return ended_; }

  // A place between two objects of <contents>: what is read from there on does not depend on the
  // objects before it. Other text than white space in this <contents> is no such place.
  struct Gap {
    Position next;     // what comes next
    int contents = 0;  // the number of the <contents> element in the document
  };
  // Where reading stands, if that is a gap and all bytes so far were read.
  std::optional<Gap> gap() const;
  // In a gap: goes on at `next`, in the same <contents>.
  void SkipTo(const Position& next) { tokenizer_->SkipTo(next); }

 private:
  void LookForEnd();

  Walker walker_;
  std::unique_ptr<xml::ForkingTokenizer> tokenizer_;
  bool ended_ = false;
};

}  // namespace tidemark::rde

#endif  // TIDEMARK_RDE_DOCUMENT_READER_H_
