// Ids that a registry of IANA has: repository ids of EPP (RFC 5730 section 2.8) and registrar ids.
//
// The file is IANA's as published, XML or CSV, or plain: one id a line. Of XML, the <id> (or, for
// registrars, the <value>) of every <record> counts; of CSV and plain text, the first field of
// every record. Ids of repositories are compared byte by byte, in UTF-8; those of registrars as
// numbers. Status is not looked at: a deposit rightly holds registrars that are terminated, and
// IANA reserves ids for a registry's own use and for tests.
//
// Read once, then immutable; any thread. Threat: the file is an operator's, and is read as if it
// were hostile: bounded by base/limits.h, nothing is loaded from anywhere.
#ifndef TIDEMARK_VERIFIER_ID_LIST_H_
#define TIDEMARK_VERIFIER_ID_LIST_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/bytes.h"

namespace tidemark::verifier {

class IdList {
 public:
  enum class Kind { kRepositories, kRegistrars };

  // INVALID_ARGUMENT if it is no such list, RESOURCE_EXHAUSTED if it is too large. Closes `source`.
  static absl::StatusOr<IdList> Read(base::ByteSource& source, Kind kind);
  static absl::StatusOr<IdList> ReadFile(const std::string& path, Kind kind);
  // Of what another list's ids() were.
  static absl::StatusOr<IdList> Of(const std::vector<std::string>& ids, Kind kind);

  bool Contains(absl::string_view id) const;
  size_t size() const { return ids_.size(); }
  // In no order.
  const absl::flat_hash_set<std::string>& ids() const { return ids_; }

 private:
  explicit IdList(Kind kind) : kind_(kind) {}
  absl::Status Add(absl::string_view id);

  Kind kind_;
  absl::flat_hash_set<std::string> ids_;
};

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_ID_LIST_H_
