// Judges a registry's own objects by the registry's own schemas, while the reader judges the rest.
//
//   ExtensionCheck extension(schemas, *source, checker);
//   absl::Status status = rde::ReadDeposit(extension.source(), extension.sink());
//   status.Update(extension.Finish());
//
// The bytes that the reader reads go through Xerces-C++ as well, on a thread of their own. Who
// judges what, so that nothing is said twice: an object in contents or deletes whose namespace the
// reader does not know is judged by the schemas alone, with all below it. Everything else is the
// reader's, whatever the schemas say.
//
// A flaw that the schemas find reaches the sink as kInvalidValue in Finish(), placed after the tag
// or text that shows it; kUnknownNamespace does not reach it at all. The records are the same as
// without. Identity constraints (xs:key, xs:unique, xs:keyref) hold within one object; what they
// say of elements of RFC 9022, or of the whole deposit, is not looked at: UnjudgedBy().
//
// Threads: the reader's, and one of its own. Ownership: everything given must outlive it. Threat:
// as for schema_set.h; a deposit in which the reader's reading ends is not validated further.
#ifndef TIDEMARK_VERIFIER_EXTENSION_EXTENSION_CHECK_H_
#define TIDEMARK_VERIFIER_EXTENSION_EXTENSION_CHECK_H_

#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "base/bytes.h"
#include "rde/reader.h"
#include "verifier/extension/schema_set.h"
#include "verifier/finding.h"

namespace tidemark::verifier {

// What is never looked at although the schemas ask for it: identity constraints beyond a registry's
// own objects. Empty where they ask for nothing of that.
std::vector<Skip> UnjudgedBy(const SchemaSet& schemas);

class ExtensionCheck {
 public:
  ExtensionCheck(const SchemaSet& schemas, base::ByteSource& source, rde::RecordSink& sink);
  ~ExtensionCheck();
  ExtensionCheck(const ExtensionCheck&) = delete;
  ExtensionCheck& operator=(const ExtensionCheck&) = delete;

  // What the reader reads, and what it reports to.
  base::ByteSource& source();
  rde::RecordSink& sink();

  // Once, after reading. INTERNAL if Xerces could not follow what the reader read to its end.
  absl::Status Finish();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_EXTENSION_EXTENSION_CHECK_H_
