// Which members of a tar are files of the deposit, and under which names.
//
// Folders are left out of names, as long as no two files get one name by it. A path that comes
// again is its last, as for who unpacks it. Private to verifier/input/. Threat: names are hostile.
#ifndef TIDEMARK_VERIFIER_INPUT_TAR_NAMES_H_
#define TIDEMARK_VERIFIER_INPUT_TAR_NAMES_H_

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/tar.h"
#include "rde/reader.h"

namespace tidemark::verifier {

class TarNames {
 public:
  // True if `member` is a file to keep, which then is the one of `number`.
  bool Take(const base::TarMember& member, size_t number);
  // Chooses the XML, once all were taken.
  void ChooseXml();

  // Why the tar is refused, or has no XML. Nothing is taken any more then.
  const std::optional<rde::Flaw>& flaw() const { return flaw_; }
  const std::string& xml() const { return xml_; }
  // The number of a file.
  std::optional<size_t> Find(const std::string& name) const;
  // Sorted, without the XML.
  std::vector<std::string> OtherNames() const;

 private:
  struct File {
    std::string path;
    size_t number;
  };
  void Refuse(const base::TarMember& member, absl::string_view why);

  std::map<std::string, File> files_;  // by the last component of the path
  std::string xml_;
  std::optional<rde::Flaw> flaw_;
};

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_INPUT_TAR_NAMES_H_
