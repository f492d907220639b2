#include "verifier/zone/owner.h"

#include <algorithm>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "verifier/rules/values.h"

namespace tidemark::verifier {
namespace {

// Keys of one owner that are compared one by one; nobody has more.
constexpr size_t kKeysMax = 256;
// Of a DS: its numbers and the beginning of its digest.
constexpr size_t kShownBytesMax = 40;

// "TAG ALGORITHM" of "TAG ALGORITHM TYPE DIGEST".
absl::string_view KeyOf(absl::string_view ds) {
  return ds.substr(0, ds.find(' ', ds.find(' ') + 1));
}

std::string Side(int64_t count, absl::string_view where, absl::string_view first) {
  if (count == 0) return "";
  return absl::StrCat(
      count, " in the ", where, " alone",
      first.empty() ? "" : absl::StrCat(" (", Printable(first, kShownBytesMax), ")"));
}

}  // namespace

std::string PackPlace(const rde::Position& at) {
  std::string packed(kPlaceBytes, '\0');
  std::memcpy(packed.data(), &at.line, 8);
  std::memcpy(packed.data() + 8, &at.offset, 8);
  std::memcpy(packed.data() + 16, &at.file, 2);
  return packed;
}

rde::Position UnpackPlace(absl::string_view packed) {
  rde::Position at;
  std::memcpy(&at.line, packed.data(), 8);
  std::memcpy(&at.offset, packed.data() + 8, 8);
  std::memcpy(&at.file, packed.data() + 16, 2);
  return at;
}

void ZoneOwner::Begin(absl::string_view name) {
  *this = ZoneOwner();
  name_ = std::string(name);
}

ZoneOwner::Difference* ZoneOwner::Of(char kind) {
  switch (kind) {
    case entry::kNs:
      return &ns_;
    case entry::kDs:
      return &ds_;
    case entry::kA:
    case entry::kAaaa:
      return &addresses_;
    default:
      return nullptr;
  }
}

void ZoneOwner::EndData() {
  Difference* difference = Of(open_.kind);
  if (difference == nullptr) return;
  // Addresses are somebody's server's and are counted only.
  const absl::string_view shown = difference == &addresses_ ? absl::string_view() : open_.data;
  if (open_.in_deposit && open_.in_zone) {
    ++difference->both;
  } else if (open_.in_deposit) {
    if (difference->in_deposit++ == 0) difference->first_in_deposit = std::string(shown);
  } else {
    if (difference->in_zone++ == 0) difference->first_in_zone = std::string(shown);
  }
  if (open_.kind == entry::kDs && open_.in_zone && ds_keys_.size() < kKeysMax) {
    ds_keys_.emplace_back(KeyOf(open_.data));
  }
  open_ = {};
}

void ZoneOwner::Take(char kind, absl::string_view data, absl::string_view value) {
  if (kind != open_.kind || data != open_.data) {
    EndData();
    open_ = {kind, std::string(data), false, false};
  }
  const bool of_zone = value[0] == entry::kZone;
  (of_zone ? open_.in_zone : open_.in_deposit) = true;
  const rde::Position place = UnpackPlace(value.substr(1, kPlaceBytes));
  const bool is_address = kind == entry::kA || kind == entry::kAaaa;
  if (is_address && !of_zone && !address_place_.has_value()) address_place_ = place;
  if (kind == entry::kNs && of_zone && zone_line_ == 0) zone_line_ = place.line;
  switch (kind) {
    case entry::kDomain:
      // Of two domains of one name, which is an error anyway, one that is published counts.
      if (!in_deposit_ || value.size() == 1 + kPlaceBytes) {
        withheld_ = std::string(value.substr(1 + kPlaceBytes));
      }
      in_deposit_ = true;
      place_ = place;
      break;
    case entry::kKey:
      if (keys_.size() < kKeysMax && (keys_.empty() || keys_.back() != data)) {
        keys_.emplace_back(data);
      }
      break;
    case entry::kMirrored:
      mirrored_ = true;
      break;
    case entry::kUsed:
      used_ = true;
      break;
    case entry::kOwnServer:
      own_server_ = true;
      break;
    default:
      break;
  }
}

void ZoneOwner::Judge(absl::string_view tld, FindingLog& log) {
  if (name_.empty()) return;
  EndData();
  if (name_ != tld) JudgeDelegation(log);
  if (used_ && !own_server_ && IsBelow(name_, tld)) JudgeGlue(log);
}

void ZoneOwner::JudgeDelegation(FindingLog& log) const {
  const bool delegated = ns_.both + ns_.in_zone > 0;
  const Subject subject{"domain", name_, place_};
  if (delegated && !in_deposit_) {
    if (mirrored_) return;
    log.Raise(Code::kZoneDelegationUnknown, subject, "delegated in line ", zone_line_,
              " of the zone, and not in the deposit");
    return;
  }
  if (!in_deposit_) return;
  if (!withheld_.empty()) {
    if (!delegated) return;
    log.Raise(Code::kZoneDelegationWithheld, subject, "delegated in line ", zone_line_,
              " of the zone, and the deposit says ", withheld_);
    return;
  }
  if (!delegated) {
    log.Raise(Code::kZoneDelegationMissing, subject, ns_.in_deposit,
              " name servers in the deposit, no delegation in the zone");
    return;
  }
  if (ns_.differs()) {
    const std::string deposit = Side(ns_.in_deposit, "deposit", ns_.first_in_deposit);
    const std::string zone = Side(ns_.in_zone, "zone", ns_.first_in_zone);
    log.Raise(Code::kZoneNsDiffers, subject, "name servers: ", deposit,
              deposit.empty() || zone.empty() ? "" : ", ", zone);
  }
  JudgeDs(subject, log);
}

void ZoneOwner::JudgeDs(const Subject& subject, FindingLog& log) const {
  if (!keys_.empty()) {
    std::vector<std::string> zone = ds_keys_;
    std::vector<std::string> deposit = keys_;
    for (std::vector<std::string>* set : {&zone, &deposit}) {
      std::sort(set->begin(), set->end());
      set->erase(std::unique(set->begin(), set->end()), set->end());
    }
    if (zone == deposit && ds_.in_deposit == 0) return;
    log.Raise(Code::kZoneDsDiffers, subject, deposit.size(), " keys in the deposit, DS of ",
              zone.size(), " keys in the zone, not the same");
    return;
  }
  if (!ds_.differs()) return;
  const std::string deposit = Side(ds_.in_deposit, "deposit", ds_.first_in_deposit);
  const std::string zone = Side(ds_.in_zone, "zone", ds_.first_in_zone);
  log.Raise(Code::kZoneDsDiffers, subject, "DS records: ", deposit,
            deposit.empty() || zone.empty() ? "" : ", ", zone);
}

void ZoneOwner::JudgeGlue(FindingLog& log) const {
  if (!addresses_.differs()) return;
  const std::string deposit = Side(addresses_.in_deposit, "deposit", "");
  const std::string zone = Side(addresses_.in_zone, "zone", "");
  log.Raise(Code::kZoneGlueDiffers, Subject{"host", name_, address_place_}, "addresses: ", deposit,
            deposit.empty() || zone.empty() ? "" : ", ", zone);
}

}  // namespace tidemark::verifier
