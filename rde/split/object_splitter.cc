#include "rde/split/object_splitter.h"

#include "rde/split/tar_header.h"

namespace tidemark::rde {

size_t ObjectSplitter::Split(absl::string_view data, bool at_end, std::vector<Piece>& pieces) {
  if (std::holds_alternative<std::monostate>(format_)) {
    if (data.size() < kTarBlockBytes && !at_end) return 0;
    const absl::string_view head = data.substr(0, kTarBlockBytes);
    if (ParseTarHeader(head).has_value()) {
      format_.emplace<TarSplitter>();
    } else if (LooksLikeXml(head)) {
      format_.emplace<XmlSplitter>();
    } else {
      format_.emplace<OpaqueSplitter>();
    }
  }
  if (auto* const xml = std::get_if<XmlSplitter>(&format_)) return xml->Split(data, at_end, pieces);
  if (auto* const tar = std::get_if<TarSplitter>(&format_)) return tar->Split(data, at_end, pieces);
  return std::get<OpaqueSplitter>(format_).Split(data, at_end, pieces);
}

}  // namespace tidemark::rde
