#include "failover/rebuild/registrar_policy.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/config.h"
#include "base/status.h"

namespace tidemark::failover {
namespace {

// eppcom:clIDType, RFC 5730 section 4.2: a token of 3 to 16 characters. Of them those that ASCII
// has: others are nobody's in practice and a trap for whoever types them.
constexpr size_t kIdBytesMin = 3;
constexpr size_t kIdBytesMax = 16;
constexpr int64_t kIanaIdMax = 99'999'999;
// What the deposit calls it may be longer than it should be.
constexpr size_t kFormerIdBytesMax = 255;

absl::Status CheckSuccessorId(absl::string_view id) {
  const bool is_plain = std::all_of(id.begin(), id.end(), [](char c) {
    return absl::ascii_isgraph(static_cast<unsigned char>(c));
  });
  if (is_plain && id.size() >= kIdBytesMin && id.size() <= kIdBytesMax) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("a registrar's id has ", kIdBytesMin, " to ", kIdBytesMax,
                   " printable ASCII characters without spaces (RFC 5730, clIDType)"));
}

absl::StatusOr<RegistrarMapEntry> ReadEntry(const base::Config& config, const std::string& key) {
  RegistrarMapEntry entry;
  const bool has_id = config.Has(key + ".id");
  if (has_id == config.Has(key + ".iana_id")) {
    return absl::InvalidArgumentError(absl::StrCat(key, ": give either id or iana_id"));
  }
  if (has_id) {
    ASSIGN_OR_RETURN(entry.id, config.RequiredString(key + ".id"));
    if (entry.id.empty() || entry.id.size() > kFormerIdBytesMax) {
      return absl::InvalidArgumentError(
          absl::StrCat(key, ".id: 1 to ", kFormerIdBytesMax, " bytes"));
    }
  } else {
    ASSIGN_OR_RETURN(const int64_t number, config.IntOr(key + ".iana_id", 0, 1, kIanaIdMax));
    entry.iana_id = absl::StrCat(number);
  }
  ASSIGN_OR_RETURN(const bool keep, config.BoolOr(key + ".keep", false));
  ASSIGN_OR_RETURN(entry.to, config.StringOr(key + ".to", ""));
  if (keep != entry.to.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(key, ": give either to or keep = true"));
  }
  if (keep) return entry;
  const absl::Status id = CheckSuccessorId(entry.to);
  if (!id.ok()) return base::Annotate(id, key + ".to");
  return entry;
}

}  // namespace

absl::StatusOr<std::vector<RegistrarMapEntry>> LoadRegistrarMap(const std::string& path) {
  ASSIGN_OR_RETURN(const base::Config config, base::Config::Load(path));
  ASSIGN_OR_RETURN(const size_t count, config.TableCount("registrar"));
  if (count > kRegistrarMapEntriesMax) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": ", count, " registrars, at most ", kRegistrarMapEntriesMax));
  }
  std::vector<RegistrarMapEntry> map;
  std::set<std::pair<std::string, std::string>> seen;
  for (size_t i = 0; i < count; ++i) {
    const std::string key = absl::StrCat("registrar.", i);
    absl::StatusOr<RegistrarMapEntry> entry = ReadEntry(config, key);
    if (!entry.ok()) return base::Annotate(entry.status(), path);
    if (!seen.emplace(entry->id, entry->iana_id).second) {
      return absl::InvalidArgumentError(absl::StrCat(path, ": ", key, ": it is there twice"));
    }
    map.push_back(*std::move(entry));
  }
  RETURN_IF_ERROR(config.CheckAllKeysKnown());
  return map;
}

absl::Status SetUnknownRegistrar(absl::string_view text, RegistrarPolicy& policy) {
  if (text == "keep") {
    policy.unknown = UnknownRegistrar::kKeep;
    return absl::OkStatus();
  }
  if (text == "refuse") {
    policy.unknown = UnknownRegistrar::kRefuse;
    return absl::OkStatus();
  }
  // Nobody who writes REFUSE means a registrar.
  if (absl::EqualsIgnoreCase(text, "keep") || absl::EqualsIgnoreCase(text, "refuse")) {
    return absl::InvalidArgumentError("keep and refuse are written in lower case");
  }
  RETURN_IF_ERROR(CheckSuccessorId(text));
  policy.unknown = UnknownRegistrar::kReplace;
  policy.replacement = std::string(text);
  return absl::OkStatus();
}

RegistrarUses& RegistrarUses::operator+=(const RegistrarUses& other) {
  domains += other.domains;
  hosts += other.hosts;
  contacts += other.contacts;
  mentions += other.mentions;
  return *this;
}

absl::string_view RegistrarRemarkCode(RegistrarRemarkKind kind) {
  switch (kind) {
    case RegistrarRemarkKind::kNotInDeposit:
      return "not-in-deposit";
    case RegistrarRemarkKind::kSharedId:
      return "shared-id";
    case RegistrarRemarkKind::kSharedIanaId:
      return "shared-iana-id";
    case RegistrarRemarkKind::kNoSuchRegistrar:
      return "no-such-registrar";
    case RegistrarRemarkKind::kTooManyRegistrars:
      return "too-many-registrars";
  }
  return "";
}

}  // namespace tidemark::failover
