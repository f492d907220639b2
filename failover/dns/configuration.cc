#include "failover/dns/configuration.h"

#include <unistd.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "failover/dns/ports.h"

namespace tidemark::failover {
namespace {

std::string Quoted(const std::vector<std::string>& texts) {
  return absl::StrJoin(texts, ", ", [](std::string* out, const std::string& text) {
    absl::StrAppend(out, "\"", text, "\"");
  });
}

// From where a server that listens on `addresses` speaks to another on this machine.
std::vector<std::string> SpeaksFrom(const std::vector<std::string>& addresses) {
  std::vector<std::string> from = {"127.0.0.1", "::1"};
  for (const std::string& address : addresses) {
    if (address == "0.0.0.0" || address == "::") continue;
    if (std::find(from.begin(), from.end(), address) == from.end()) from.push_back(address);
  }
  return from;
}

std::string NotifiedId(size_t number) { return absl::StrCat("notified-", number); }

std::string KnotNotifyText(const KnotConfiguration& c) {
  std::string remotes;
  for (size_t i = 0; i < c.notify.size(); ++i) {
    const std::string source = NotifySource(c.notify[i], c.addresses);
    absl::StrAppend(&remotes, "  - id: ", NotifiedId(i), "\n    address: \"", c.notify[i].address,
                    "@", c.notify[i].port, "\"\n    key: \"", c.open_transfer_key->name, ".\"\n",
                    source.empty() ? "" : absl::StrCat("    via: \"", source, "\"\n"));
  }
  return remotes;
}

std::string KnotKeyText(const TransferKey& key) {
  return absl::StrCat("  - id: \"", key.name,
                      ".\"\n"
                      "    algorithm: hmac-sha256\n"
                      "    secret: \"",
                      key.secret_base64, "\"\n");
}

// The keys and who may transfer with them: a stranger who had the secondary's would be refused, and
// so is whoever is on this machine without one.
std::string KnotTransferText(const KnotConfiguration& c) {
  std::string keys;
  std::string remotes;
  std::string rights;
  if (c.transfer_key != nullptr) {
    keys += KnotKeyText(*c.transfer_key);
    absl::StrAppend(&remotes,
                    "  - id: secondary\n"
                    "    address: \"",
                    ReachableAddress(c.addresses[0]), "@", c.secondary_port,
                    "\"\n"
                    "    key: \"",
                    c.transfer_key->name, ".\"\n");
    absl::StrAppend(&rights,
                    "  - id: secondary\n"
                    "    address: [ ",
                    Quoted(SpeaksFrom(c.addresses)),
                    " ]\n"
                    "    key: \"",
                    c.transfer_key->name,
                    ".\"\n"
                    "    action: transfer\n");
  }
  if (c.open_transfer_key != nullptr) {
    keys += KnotKeyText(*c.open_transfer_key);
    remotes += KnotNotifyText(c);
    absl::StrAppend(&rights,
                    "  - id: holder-of-the-key\n"
                    "    key: \"",
                    c.open_transfer_key->name,
                    ".\"\n"
                    "    action: transfer\n");
  }
  if (keys.empty()) return "";
  return absl::StrCat("key:\n", keys, remotes.empty() ? "" : "remote:\n", remotes, "acl:\n",
                      rights);
}

// The zone's part of it.
std::string KnotRightsText(const KnotConfiguration& c) {
  std::vector<std::string> rights;
  std::vector<std::string> told;
  if (c.transfer_key != nullptr) {
    rights.push_back("secondary");
    told.push_back("secondary");
  }
  if (c.open_transfer_key != nullptr) {
    rights.push_back("holder-of-the-key");
    for (size_t i = 0; i < c.notify.size(); ++i) told.push_back(NotifiedId(i));
  }
  if (rights.empty()) return "";
  return absl::StrCat(
      told.empty() ? "" : absl::StrCat("    notify: [ ", absl::StrJoin(told, ", "), " ]\n"),
      "    acl: [ ", absl::StrJoin(rights, ", "), " ]\n");
}

}  // namespace

// The journal keeps serial and signatures through a restart, so that no secondary ever sees an
// older serial; reproducible signatures (RFC 6979) halve what a restart costs.
//
// A worker of TCP that was sent the first byte of a message waits for the rest and does nothing
// else: half a second as knotd has it, and it has ten. Three hundred slow strangers kept even 64 of
// them so busy that others waited for more than ten seconds. knotd takes 256 at most, which cost it
// 7 MB. 200 ms are enough for a question, which comes whole (RFC 7766 section 8), but not for each
// message of a transfer to a secondary far away: where there may be one they are half a second.
std::string KnotConfigurationText(const KnotConfiguration& c) {
  std::vector<std::string> listen;
  for (const std::string& address : c.addresses) {
    listen.push_back(absl::StrCat(address, "@", c.port));
  }
  listen.push_back(absl::StrCat(kOwnAddress, "@", c.own_port));
  return absl::StrCat(
      "# Written by tidemark; changes are lost at the next start.\n"
      "server:\n"
      "    rundir: \"",
      c.run_dir, "\"\n", geteuid() == 0 ? "    user: \"root:root\"\n" : "", "    listen: [ ",
      Quoted(listen),
      " ]\n"
      "    tcp-workers: 256\n"
      "    tcp-io-timeout: ",
      c.open_transfer_key == nullptr ? 200 : 500,
      "\n"
      "    identity: \"\"\n"
      "    version: \"\"\n"
      "    nsid: \"\"\n"
      "log:\n"
      "  - target: stderr\n"
      "    any: info\n"
      "database:\n"
      "    storage: \"",
      c.dir, "\"\n", KnotTransferText(c),
      "policy:\n"
      "  - id: tidemark\n"
      "    algorithm: ",
      c.algorithm,
      "\n"
      "    nsec3: on\n"
      "    nsec3-iterations: 0\n"
      "    nsec3-salt-length: 0\n"
      "    nsec3-opt-out: on\n"
      "    cds-cdnskey-publish: none\n"
      "    reproducible-signing: on\n"
      "    rrsig-lifetime: ",
      absl::ToInt64Seconds(c.signature_lifetime),
      "\n"
      "    rrsig-refresh: ",
      absl::ToInt64Seconds(c.signature_refresh),
      "\n"
      "    propagation-delay: ",
      absl::ToInt64Seconds(c.propagation_delay),
      "\n"
      "    signing-threads: 2\n"
      "zone:\n"
      "  - domain: \"",
      c.tld,
      ".\"\n"
      "    file: \"",
      c.zone_path,
      "\"\n"
      "    zonefile-load: difference\n"
      "    zonefile-sync: -1\n"
      "    journal-content: all\n"
      "    journal-max-usage: 8G\n",
      KnotRightsText(c),
      "    dnssec-signing: on\n"
      "    dnssec-policy: tidemark\n");
}

// It keeps nothing on disk: at every start it has the zone from the primary or none. Its answers
// are to be the primary's: minimal, as knotd's are, and not limited by rate, which is for whatever
// stands before both. NSD's own 100 places over TCP, each for two minutes, would be taken by a few
// strangers who say nothing; knotd cuts them after 10 seconds.
std::string NsdConfigurationText(const NsdConfiguration& c) {
  std::string text = "# Written by tidemark; changes are lost at the next start.\nserver:\n";
  for (const std::string& address : c.addresses) {
    absl::StrAppend(&text, "    ip-address: ", address, "@", c.port, "\n");
  }
  absl::StrAppend(&text, "    ip-address: ", kOwnAddress, "@", c.own_port, "\n");
  absl::StrAppend(&text,
                  "    username: \"\"\n"
                  "    chroot: \"\"\n"
                  "    zonesdir: \"",
                  c.dir,
                  "\"\n"
                  "    database: \"\"\n"
                  "    zonelistfile: \"zone.list\"\n"
                  "    xfrdfile: \"\"\n"
                  "    xfrdir: \"",
                  c.dir,
                  "\"\n"
                  "    pidfile: \"\"\n"
                  "    logfile: \"nsd.log\"\n"
                  "    verbosity: 1\n"
                  "    hide-version: yes\n"
                  "    hide-identity: yes\n"
                  "    minimal-responses: yes\n"
                  "    rrl-ratelimit: 0\n"
                  "    tcp-count: 1000\n"
                  "    tcp-timeout: 10\n"
                  "remote-control:\n"
                  "    control-enable: no\n"
                  "key:\n"
                  "    name: ",
                  c.transfer_key.name,
                  ".\n"
                  "    algorithm: hmac-sha256\n"
                  "    secret: \"",
                  c.transfer_key.secret_base64,
                  "\"\n"
                  "zone:\n"
                  "    name: \"",
                  c.tld,
                  ".\"\n"
                  "    zonefile: \"\"\n"
                  "    request-xfr: AXFR ",
                  ReachableAddress(c.addresses[0]), "@", c.primary_port, " ", c.transfer_key.name,
                  ".\n");
  for (const std::string& from : SpeaksFrom(c.addresses)) {
    absl::StrAppend(&text, "    allow-notify: ", from, " ", c.transfer_key.name, ".\n");
  }
  return text;
}

}  // namespace tidemark::failover
