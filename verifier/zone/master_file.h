// Reads a zone in master-file form (RFC 1035 section 5) as a stream, for the few types that a
// registry's delegations are made of.
//
// Strict and small on purpose, and sharing nothing with the zone writer of failover/: what it
// checks is what others published. Known: comments, parentheses, quotes, escapes, $ORIGIN, $TTL,
// relative names, "@", an owner carried on from the line before, TTL and class in either order,
// TTLs as "1h30m". Refused: $INCLUDE, $GENERATE and other directives, classes other than IN, RFC
// 3597's "\#" for types that it reads. Types that it does not read are skipped, whatever their
// data.
//
// Memory: one record, at most base::kObjectBytesMax. Threat: the zone is hostile. Threads: one at a
// time. Errors: INVALID_ARGUMENT with the line; an error latches.
#ifndef TIDEMARK_VERIFIER_ZONE_MASTER_FILE_H_
#define TIDEMARK_VERIFIER_ZONE_MASTER_FILE_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/bytes.h"

namespace tidemark::verifier {

enum class ZoneType : char { kNs = 'N', kDs = 'D', kA = 'A', kAaaa = '6' };

// Names are absolute, in lower case, without a final dot; the root is "". Data is in one form for
// each meaning: a name for NS; "TAG ALGORITHM TYPE HEX" for DS, upper case; 4 or 16 bytes for
// addresses. Views are valid during the call.
struct ZoneRecord {
  absl::string_view owner;
  ZoneType type = ZoneType::kNs;
  absl::string_view data;
  int64_t line = 0;
};

class MasterFileReader {
 public:
  using Sink = std::function<absl::Status(const ZoneRecord&)>;

  // `origin`: what relative names are relative to until the first $ORIGIN. An error of `sink` ends
  // reading and is returned.
  MasterFileReader(absl::string_view origin, Sink sink);

  absl::Status Write(absl::string_view data);
  absl::Status Close();

 private:
  struct Token {
    size_t begin;
    size_t size;
    bool quoted;
  };

  absl::Status Take(char c);
  absl::Status EndLine();
  absl::Status EndRecord();
  absl::Status Directive();
  absl::Status Record();
  absl::Status Data(ZoneType type, size_t first);
  absl::StatusOr<std::string> NameAt(size_t token) const;
  absl::string_view TextAt(size_t token) const;
  void EndToken();
  absl::Status Refuse(absl::string_view why) const;

  std::string origin_;
  const Sink sink_;
  absl::Status status_;

  // Of the record being read. Tokens are kept as they were written, escapes and all.
  std::string text_;
  std::vector<Token> tokens_;
  bool in_token_ = false;
  bool begins_blank_ = false;  // the line began with white space
  bool any_ = false;           // something stands on the line
  bool in_quotes_ = false;
  bool in_comment_ = false;
  bool escaped_ = false;
  bool in_parentheses_ = false;
  int64_t line_ = 1;
  int64_t record_line_ = 1;

  std::string owner_;  // of the last record
  bool has_owner_ = false;
  std::string data_;
};

// The whole of `source`, closed at its end.
absl::Status ReadMasterFile(base::ByteSource& source, absl::string_view origin,
                            MasterFileReader::Sink sink);

// A name in presentation form as ZoneRecord has it: absolute if it ends with a dot, else below
// `origin`. INVALID_ARGUMENT if it is none.
absl::StatusOr<std::string> CanonicalZoneName(absl::string_view text, absl::string_view origin);

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_ZONE_MASTER_FILE_H_
