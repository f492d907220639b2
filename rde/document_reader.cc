#include "rde/document_reader.h"

#include "rde/structure.h"

namespace tidemark::rde {
namespace {

FlawKind KindOf(xml::ErrorKind kind) {
  switch (kind) {
    case xml::ErrorKind::kNotWellFormed:
      return FlawKind::kNotWellFormed;
    case xml::ErrorKind::kDoctype:
      return FlawKind::kDoctype;
    case xml::ErrorKind::kNotUtf8:
      return FlawKind::kNotUtf8;
    case xml::ErrorKind::kLimitExceeded:
      return FlawKind::kLimitExceeded;
  }
  return FlawKind::kNotWellFormed;
}

}  // namespace

DocumentReader::DocumentReader(RecordSink& sink)
    : walker_(sink), tokenizer_(xml::NewForkingTokenizer(walker_, Namespaces())) {}

DocumentReader::DocumentReader(RecordSink& sink, RecordRoom& room, const DocumentReader& at)
    : walker_(sink, &room, at.walker_), tokenizer_(at.tokenizer_->Fork(walker_)) {}

void DocumentReader::Write(absl::string_view data) {
  if (ended_) return;
  tokenizer_->Write(data);
  LookForEnd();
}

void DocumentReader::Close() {
  if (ended_) return;
  tokenizer_->Close();
  LookForEnd();
}

// Notices that the tokenizer or the walker has ended reading, and says why, once.
void DocumentReader::LookForEnd() {
  if (walker_.over_limit()) {
    ended_ = true;
  } else if (tokenizer_->error().has_value()) {
    ended_ = true;
    const xml::Error& error = *tokenizer_->error();
    walker_.Report(KindOf(error.kind), error.position, "", error.detail);
  }
}

std::optional<DocumentReader::Gap> DocumentReader::gap() const {
  if (ended_ || walker_.contents() == 0) return std::nullopt;
  const std::optional<Position> next = tokenizer_->boundary();
  if (!next.has_value()) return std::nullopt;
  return Gap{*next, walker_.contents()};
}

}  // namespace tidemark::rde
