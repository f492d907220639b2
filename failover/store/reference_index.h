// The rows of the reference family: that something is referred to, whoever does (schema.h).
//
// A domain names up to a dozen contacts and hosts, and the same few hosts stand in most domains:
// what was written a moment ago is not written again, and a run keeps one row of a key. Who refers
// is not kept: it would be a row for every name in every domain, and answers nothing that is asked
// of a registry at its watermark.
//
// What is longer than any key of the store is left out; nothing in the store can have that name.
// Threads: the loader's. Errors are those of RunWriter.
#ifndef TIDEMARK_FAILOVER_STORE_REFERENCE_INDEX_H_
#define TIDEMARK_FAILOVER_STORE_REFERENCE_INDEX_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "failover/store/database.h"
#include "failover/store/registry_store.h"
#include "failover/store/run_writer.h"
#include "rde/records.h"

namespace tidemark::failover {

class ReferenceIndex {
 public:
  // `runs` must outlive it.
  explicit ReferenceIndex(RunWriter& runs);

  absl::Status Add(const rde::Domain& domain);
  absl::Status Add(const rde::Nndn& nndn);

 private:
  absl::Status AddRow(std::string key, absl::string_view value);

  RunWriter& runs_;
  std::vector<std::string> recent_;  // a slot by hash
};

// Drops the family and writes it anew from the domains and NNDNs that are in the database.
absl::Status RebuildReferences(Database& database, const LoaderOptions& options);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_STORE_REFERENCE_INDEX_H_
