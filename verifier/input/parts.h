// A deposit file that was split for its size (Registry Agreement, Specification 2, Part A, 3.4 and
// 5): parts whose names differ in S1, S2, ... alone are one file, cut anywhere. Their names may end
// in .gz: a gzip file that was split, or parts each in gzip by itself, which one after the other
// are a gzip file too (RFC 1952 section 2.2).
//
// What it is not: several deposits; those have other names. A file without a fellow is no part,
// whatever its number. Pure functions, but for FilesIn().
#ifndef TIDEMARK_VERIFIER_INPUT_PARTS_H_
#define TIDEMARK_VERIFIER_INPUT_PARTS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/bytes.h"

namespace tidemark::verifier {

struct SplitFile {
  std::vector<std::string> paths;  // of its parts, in their order
  // Which part is not there, beside which, in words; "" if none is missing as far as names tell.
  std::string missing;
};

// `paths` as whole files, in the order of their first parts. Parts are in one directory.
std::vector<SplitFile> JoinParts(const std::vector<std::string>& paths);

// Paths of the regular files in a directory whose names end in `.extension`, whatever the case,
// sorted. Links are none.
absl::StatusOr<std::vector<std::string>> FilesIn(const std::string& dir,
                                                 absl::string_view extension);

// Reads files one after the other. Each is opened when its turn comes.
std::unique_ptr<base::ByteSource> NewJoinedSource(std::vector<std::string> paths);

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_INPUT_PARTS_H_
