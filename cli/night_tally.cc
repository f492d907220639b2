#include "cli/night_tally.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <utility>

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

std::vector<std::string> NightTally::Of(DrillEnd wanted) const {
  std::vector<std::string> tlds;
  for (const auto& [tld, end] : ends_) {
    if (end == wanted) tlds.push_back(tld);
  }
  return tlds;
}

Exit NightTally::exit() const {
  Exit exit = Exit::kGood;
  for (const auto& [tld, end] : ends_) {
    if (end == DrillEnd::kNo) return Exit::kNo;
    if (end != DrillEnd::kPassed && end != DrillEnd::kPassedBefore) exit = Exit::kUndecided;
  }
  return exit;
}

std::string NightTally::Summary() const {
  std::string out =
      absl::StrCat("drills of ", ends_.size(), " TLDs: ", Of(DrillEnd::kPassed).size(), " pass");
  const size_t passed_before = Of(DrillEnd::kPassedBefore).size();
  if (passed_before > 0) absl::StrAppend(&out, ", ", passed_before, " had passed before");
  Append(out, "NO", Of(DrillEnd::kNo));
  std::vector<std::string> could_not_run = Of(DrillEnd::kCouldNotRun);
  const std::vector<std::string> broken_off = Of(DrillEnd::kBrokenOff);
  could_not_run.insert(could_not_run.end(), broken_off.begin(), broken_off.end());
  Append(out, "could not run", could_not_run);
  Append(out, "not reached, told to stop", Of(DrillEnd::kNotReached));
  return out;
}

void LatestNights::Add(const NightTally& night) {
  has_begun_ = true;
  const std::map<std::string, DrillEnd> before(nights_.ends().begin(), nights_.ends().end());
  NightTally now;
  for (const auto& [tld, end] : night.ends()) {
    if (end != DrillEnd::kBrokenOff && end != DrillEnd::kNotReached) {
      now.Add(tld, end);
    } else if (const auto found = before.find(tld); found != before.end()) {
      now.Add(tld, found->second);
    }
  }
  nights_ = std::move(now);
}

Exit LatestNights::exit() const {
  const Exit exit = nights_.exit();
  return exit == Exit::kGood && !has_begun_ ? Exit::kUndecided : exit;
}

}  // namespace tidemark::cli
