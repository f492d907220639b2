// For tests only: known answers in a text file, one "name hex" a line, '#' before a remark.
#ifndef TIDEMARK_BASE_KNOWN_ANSWERS_H_
#define TIDEMARK_BASE_KNOWN_ANSWERS_H_

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace tidemark::base {

class KnownAnswers {
 public:
  explicit KnownAnswers(absl::string_view text);
  // `path` as runfiles name it, e.g. "crypto/testdata/golden.txt".
  static absl::StatusOr<KnownAnswers> Read(const std::string& path);

  // A name that is not there fails the test that asks, and is empty.
  std::string Hex(const std::string& name) const;
  std::string Value(const std::string& name) const;

 private:
  std::map<std::string, std::string> values_;
};

}  // namespace tidemark::base

#endif  // TIDEMARK_BASE_KNOWN_ANSWERS_H_
