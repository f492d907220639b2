// What the last deposit of a chain holds that its menu does not list: RFC 8909 section 5.1.2.
//
// The rules see the repository that the chain gives, in which nobody can tell what the last deposit
// brought, and its header lists what the repository has. So this looks at the deposit itself, on
// its way into the replay. Private to verifier/base_chain.cc. Memory: the names of object types, as
// much as the checker keeps of them (base::kKeptTextBytesMax).
#ifndef TIDEMARK_VERIFIER_UNLISTED_TYPES_H_
#define TIDEMARK_VERIFIER_UNLISTED_TYPES_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "rde/reader.h"
#include "rde/records.h"
#include "verifier/check.h"

namespace tidemark::verifier {

// Passes everything on.
class UnlistedTypes final : public rde::RecordSink {
 public:
  // `sink` must outlive it.
  explicit UnlistedTypes(rde::RecordSink& sink) : sink_(sink) {}

  void OnDeposit(const rde::DepositInfo& info, const rde::Position& at) override;
  void OnRecord(const rde::Record& record, const rde::Position& at) override;
  void OnFlaw(const rde::Flaw& flaw) override { sink_.OnFlaw(flaw); }
  void OnFile(uint16_t file, absl::string_view name, rde::FileKind kind) override {
    sink_.OnFile(file, name, kind);
  }

  // Once, after the deposit was read. What neither menu nor header lists is left to the rules,
  // which find it where there is a header. Tells nothing of more types than are kept: the checker,
  // which was given all of them, then judges nothing of the whole deposit, and says so.
  void Tell(DepositChecker& checker) const;

 private:
  struct Objects {
    int64_t count = 0;
    rde::Position first;  // for rows, the definition of their table
  };
  using ByUri = std::map<std::string, Objects, std::less<>>;

  void Note(absl::string_view uri, const rde::Position& at, ByUri& out);

  rde::RecordSink& sink_;
  std::set<std::string, std::less<>> menu_;
  bool has_header_ = false;
  std::set<std::string, std::less<>> header_;  // the first
  // The first of each; true: of deletes.
  std::map<std::pair<std::string, bool>, rde::Position> tables_;
  ByUri contents_;
  ByUri deletes_;
  size_t kept_bytes_ = 0;  // of these two
  bool over_limit_ = false;
};

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_UNLISTED_TYPES_H_
