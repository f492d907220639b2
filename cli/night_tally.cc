#include "cli/night_tally.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace tidemark::cli {
namespace {

constexpr size_t kNamesMax = 20;

void Append(std::string& out, const char* what, const std::vector<std::string>& tlds) {
  if (tlds.empty()) return;
  const size_t named = std::min(tlds.size(), kNamesMax);
  const auto end = tlds.begin() + static_cast<std::ptrdiff_t>(named);
  absl::StrAppend(&out, ", ", tlds.size(), " ", what, ": ", absl::StrJoin(tlds.begin(), end, " "));
  if (named < tlds.size()) absl::StrAppend(&out, " and ", tlds.size() - named, " more");
}

}  // namespace

void NightTally::Add(const std::string& tld, Exit exit) {
  if (exit == Exit::kGood) {
    ++passed_;
  } else {
    (exit == Exit::kNo ? no_ : could_not_run_).push_back(tld);
  }
}

Exit NightTally::exit() const {
  if (!no_.empty()) return Exit::kNo;
  return could_not_run_.empty() && not_reached_.empty() ? Exit::kGood : Exit::kUndecided;
}

std::string NightTally::Summary() const {
  std::string out = absl::StrCat(
      "drills of ",
      passed_ + passed_before_ + no_.size() + could_not_run_.size() + not_reached_.size(),
      " TLDs: ", passed_, " pass");
  if (passed_before_ > 0) absl::StrAppend(&out, ", ", passed_before_, " had passed before");
  Append(out, "NO", no_);
  Append(out, "could not run", could_not_run_);
  Append(out, "not reached, told to stop", not_reached_);
  return out;
}

}  // namespace tidemark::cli
