// Deposit file names: Registry Agreement, Specification 2, Part A, section 5.
//
//   {gTLD}_{YYYY-MM-DD}_{full|diff|thin}_S{#}_R{rev}.{ryde|sig|xml|tar|rep ...}
//
// gTLD is the A-label form in lower case; the date is the watermark's; # counts parts from 1; rev
// counts resends from 0. "xml" is what the deposit inside a .ryde is called, and is as good here.
#ifndef TIDEMARK_RDE_FILE_NAME_H_
#define TIDEMARK_RDE_FILE_NAME_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace tidemark::rde {

struct DepositFileName {
  std::string tld;
  std::string date;  // YYYY-MM-DD, a real date
  enum class Type { kFull, kDiff, kThin } type = Type::kFull;
  uint32_t part = 1;
  uint32_t resend = 0;
  std::string extension;  // "xml" or "ryde"
};

// Parses the last component of `path`. INVALID_ARGUMENT says which part of the name is wrong.
absl::StatusOr<DepositFileName> ParseDepositFileName(absl::string_view path);

// The inverse.
std::string FormatDepositFileName(const DepositFileName& name);

}  // namespace tidemark::rde

#endif  // TIDEMARK_RDE_FILE_NAME_H_
