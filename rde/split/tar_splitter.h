// Cuts a tar (ustar, pax, GNU): a member whose name ends in .xml at its objects, in .csv at its
// rows, any other into opaque pieces from its start on; headers and padding are gaps. Private to
// rde/split/.
//
// Sizes are taken in octal, in base-256 and from pax "size" records; names also from pax "path"
// records and GNU's long names. From a block on that is no header, or one with which it is not
// plain where the next one stands, the rest of the file is opaque: behind the last member (zeros),
// with a wrong checksum or size, at GNU's old files with holes, at links and directories with a
// size, at a pax or long name header of over 63 KiB, and at a "size" for all members that follow.
//
// Threat: base/tar.h may find other members in a hostile tar than this does. Nothing follows from
// it but worse cuts.
#ifndef TIDEMARK_RDE_SPLIT_TAR_SPLITTER_H_
#define TIDEMARK_RDE_SPLIT_TAR_SPLITTER_H_

#include <cstddef>
#include <cstdint>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"
#include "rde/split/opaque_splitter.h"
#include "rde/split/piece.h"
#include "rde/split/row_splitter.h"
#include "rde/split/tar_header.h"
#include "rde/split/xml_splitter.h"

namespace tidemark::rde {

class TarSplitter final {
 public:
  // As ObjectSplitter::Split().
  size_t Split(absl::string_view data, bool at_end, std::vector<Piece>& pieces);

 private:
  enum class State {
    kHeader,
    kDescription,  // the body of a header that describes the next member
    kMember,
    kPadding,
    kRest,  // opaque to the end of the file
  };

  size_t Step(absl::string_view data, bool at_end, std::vector<Piece>& pieces);
  size_t TakeHeader(absl::string_view block, std::vector<Piece>& pieces);
  size_t TakeDescription(absl::string_view data, std::vector<Piece>& pieces);
  size_t TakeMember(absl::string_view data, bool at_end, std::vector<Piece>& pieces);
  size_t TakeRest(absl::string_view data, bool at_end, std::vector<Piece>& pieces);

  State state_ = State::kHeader;
  char description_type_ = 0;
  uint64_t left_ = 0;   // of description, member or padding
  size_t padding_ = 0;  // behind the member
  PaxRecords next_;     // what descriptions said of the next member
  std::variant<OpaqueSplitter, XmlSplitter, RowSplitter> member_;
};

}  // namespace tidemark::rde

#endif  // TIDEMARK_RDE_SPLIT_TAR_SPLITTER_H_
