#include "failover/lookup/rdds_config.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "failover/lookup/limits.h"
#include "failover/lookup/text.h"
#include "failover/zone/dns_name.h"

namespace tidemark::failover {
namespace {

constexpr size_t kAdditionsMax = 10'000;  // IANA's list has some 4,000 registrars

constexpr const char* kFieldKeys[kContactFields] = {"id",    "name",  "organization", "street",
                                                    "city",  "state", "postal_code",  "country",
                                                    "phone", "fax",   "email"};
constexpr const char* kExposures[] = {"never", "consent", "registrant", "always"};
constexpr const char* kRoleKeys[kContactRoles] = {"registrant", "admin", "tech", "billing"};

absl::StatusOr<std::string> UrlOr(const base::Config& config, const std::string& key,
                                  const std::string& otherwise) {
  ASSIGN_OR_RETURN(std::string url, config.StringOr(key, otherwise));
  if (!url.empty() && !IsPlainUrl(url)) {
    return absl::InvalidArgumentError(absl::StrCat(key, " is not an http or https URL"));
  }
  return url;
}

absl::StatusOr<std::string> BaseUrlOr(const base::Config& config, const std::string& key,
                                      const std::string& otherwise) {
  ASSIGN_OR_RETURN(std::string url, UrlOr(config, key, otherwise));
  if (!url.empty() && !absl::EndsWith(url, "/")) url += "/";
  return url;
}

// A word of a fixed list, as its number.
template <size_t N>
absl::StatusOr<size_t> NumberOf(absl::string_view word, const char* const (&words)[N],
                                absl::string_view key) {
  const auto* found = std::find(std::begin(words), std::end(words), word);
  if (found == std::end(words)) {
    return absl::InvalidArgumentError(absl::StrCat(key, ": unknown word"));
  }
  return static_cast<size_t>(found - std::begin(words));
}

absl::StatusOr<RedactionPolicy> LoadPolicy(const base::Config& config) {
  RedactionPolicy policy;
  for (size_t i = 0; i < kContactFields; ++i) {
    Exposure& exposure = policy.fields.values[i];
    const std::string key = absl::StrCat("rdds.redaction.", kFieldKeys[i]);
    ASSIGN_OR_RETURN(const std::string word,
                     config.StringOr(key, kExposures[static_cast<size_t>(exposure)]));
    ASSIGN_OR_RETURN(const size_t number, NumberOf(word, kExposures, key));
    exposure = static_cast<Exposure>(number);
  }
  if (policy.fields[ContactField::kId] == Exposure::kConsent) {
    return absl::InvalidArgumentError(
        "rdds.redaction.id: nobody is asked; never, registrant or always");
  }
  const std::string roles_key = "rdds.redaction.roles";
  ASSIGN_OR_RETURN(const std::vector<std::string> roles,
                   config.StringListOr(roles_key, {"registrant", "tech"}));
  policy.roles.fill(false);
  for (const std::string& role : roles) {
    ASSIGN_OR_RETURN(const size_t number, NumberOf(role, kRoleKeys, roles_key));
    policy.roles[number] = true;
  }
  ASSIGN_OR_RETURN(policy.domain_id, config.BoolOr("rdds.redaction.domain_id", policy.domain_id));
  return policy;
}

absl::Status LoadRegistrar(const base::Config& config, size_t number, RddsConfig& rdds) {
  const std::string key = absl::StrCat("rdds.registrar.", number);
  ASSIGN_OR_RETURN(std::string iana_id, config.RequiredString(key + ".iana_id"));
  if (!IsIanaId(iana_id)) {
    return absl::InvalidArgumentError(absl::StrCat(key, ".iana_id is not a number of IANA's list"));
  }
  RegistrarAddition addition;
  ASSIGN_OR_RETURN(addition.abuse_email, config.StringOr(key + ".abuse_email", ""));
  ASSIGN_OR_RETURN(addition.abuse_phone, config.StringOr(key + ".abuse_phone", ""));
  ASSIGN_OR_RETURN(addition.rdap_url, BaseUrlOr(config, key + ".rdap_url", ""));
  if (!rdds.registrars.emplace(std::move(iana_id), std::move(addition)).second) {
    return absl::InvalidArgumentError(absl::StrCat(key, ".iana_id: it is there twice"));
  }
  return absl::OkStatus();
}

}  // namespace

bool IsPlainUrl(absl::string_view url) {
  if (url.size() > kUrlBytesMax) return false;
  if (!absl::StartsWith(url, "https://") && !absl::StartsWith(url, "http://")) return false;
  return std::all_of(url.begin(), url.end(), [](char c) {
    return c > ' ' && c < 0x7f && !absl::StrContains("\"'<>\\^`{|}", absl::string_view(&c, 1));
  });
}

absl::StatusOr<RddsConfig> LoadRddsConfig(const base::Config& config, absl::string_view tld,
                                          ZoneConfig zone) {
  RddsConfig rdds(std::move(zone));
  rdds.tld = std::string(tld);
  ASSIGN_OR_RETURN(rdds.base_url,
                   BaseUrlOr(config, "rdds.base_url", absl::StrCat("https://rdap.nic.", tld, "/")));
  ASSIGN_OR_RETURN(rdds.terms_url,
                   UrlOr(config, "rdds.terms_url", absl::StrCat("https://nic.", tld, "/")));
  ASSIGN_OR_RETURN(rdds.contact_url, UrlOr(config, "rdds.contact_url", ""));
  ASSIGN_OR_RETURN(rdds.whois_server,
                   config.StringOr("rdds.whois_server", absl::StrCat("whois.nic.", tld)));
  if (rdds.base_url.empty() || rdds.terms_url.empty()) {
    return absl::InvalidArgumentError("rdds.base_url and rdds.terms_url cannot be empty");
  }
  if (CanonicalName(rdds.whois_server) != rdds.whois_server) {
    return absl::InvalidArgumentError("rdds.whois_server is not a domain name in lower case");
  }
  ASSIGN_OR_RETURN(rdds.redaction, LoadPolicy(config));
  ASSIGN_OR_RETURN(const size_t registrars, config.TableCount("rdds.registrar"));
  if (registrars > kAdditionsMax) {
    return absl::InvalidArgumentError(
        absl::StrCat("rdds.registrar: ", registrars, ", at most ", kAdditionsMax));
  }
  for (size_t i = 0; i < registrars; ++i) RETURN_IF_ERROR(LoadRegistrar(config, i, rdds));
  return rdds;
}

}  // namespace tidemark::failover
