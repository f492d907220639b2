// Whatever stands in a .key file: a key that is taken is one that can be written and read again,
// and nothing in it could be more than a word of a configuration.
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/status.h"
#include "failover/dns/dnskey.h"
#include "failover/zone/dns_name.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using tidemark::failover::Dnskey;
  const absl::StatusOr<Dnskey> key =
      tidemark::failover::ParseDnskey(absl::string_view(reinterpret_cast<const char*>(data), size));
  if (!key.ok()) return 0;
  CHECK(tidemark::failover::CanonicalName(key->owner) == key->owner);
  CHECK(key->flags == 256 || key->flags == 257);
  CHECK(!tidemark::failover::KnotAlgorithm(key->algorithm).empty());
  CHECK(key->public_key.find_first_of(" \t\r\n\";") == std::string::npos);
  const absl::StatusOr<Dnskey> again = tidemark::failover::ParseDnskey(absl::StrCat(
      key->owner, ". DNSKEY ", key->flags, " 3 ", int{key->algorithm}, " ", key->public_key));
  CHECK(again.ok() && *again == *key);
  return 0;
}
