// Prints what a rebuilt registry answers about everything that is in it:
//
//     answers DEPOSIT.xml DIR TLD withheld|shown
//
// A line each, of four parts with tabs between: "rdap" or "whois", the target or query, the HTTP
// status (0 for WHOIS), and the answer, for WHOIS as a JSON string. "shown" is a policy that shows
// all of every contact. DIR is made and holds the rebuild.
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "base/config.h"
#include "base/file.h"
#include "base/status.h"
#include "failover/lookup/lookup.h"
#include "failover/rdap/responder.h"
#include "failover/rebuild/rebuild.h"
#include "failover/store/registry_store.h"
#include "failover/whois/responder.h"
#include "failover/zone/zone_config.h"

namespace tidemark::failover {
namespace {

class Printer {
 public:
  explicit Printer(const Lookup& lookup) : rdap_(lookup), whois_(lookup) {}

  void Rdap(const std::string& target) {
    const rdap::Answer answer = rdap_.Respond(target);
    Print("rdap", target, answer.status, answer.body);
  }
  void Whois(const std::string& query) {
    Print("whois", query, 0, nlohmann::json(whois_.Respond(query)).dump());
  }

 private:
  static void Print(const char* protocol, const std::string& query, int status,
                    const std::string& answer) {
    std::cout << protocol << '\t' << query << '\t' << status << '\t' << answer << '\n';
  }

  const rdap::Responder rdap_;
  const whois::Responder whois_;
};

absl::Status PrintAll(const RegistryStore& store, Printer& printer) {
  RETURN_IF_ERROR(store.ForEachDomain([&](const rde::Domain& domain) {
    printer.Rdap("/domain/" + domain.name);
    printer.Whois(domain.name);
    return absl::OkStatus();
  }));
  std::set<std::string> hosts;
  RETURN_IF_ERROR(store.ForEachHost([&](const rde::Host& host) {
    if (!hosts.insert(host.name).second) return absl::OkStatus();
    printer.Rdap("/nameserver/" + host.name);
    printer.Whois("nameserver " + host.name);
    return absl::OkStatus();
  }));
  RETURN_IF_ERROR(store.ForEachRegistrar([&](const rde::Registrar& registrar) {
    printer.Rdap("/entity/" + registrar.gurid);
    printer.Whois("registrar " + registrar.name);
    return absl::OkStatus();
  }));
  RETURN_IF_ERROR(store.ForEachContact([&](const rde::Contact& contact) {
    printer.Rdap("/entity/" + contact.id);
    return absl::OkStatus();
  }));
  RETURN_IF_ERROR(store.ForEachNndn([&](const rde::Nndn& nndn) {
    printer.Rdap("/domain/" + nndn.a_name);
    printer.Whois(nndn.a_name);
    return absl::OkStatus();
  }));
  for (const char* target : {"/help", "/domain/none.invalid", "/nameserver/none.invalid",
                             "/entity/none", "/ip/192.0.2.1", "/domains?name=*", "/domain/a..b"}) {
    printer.Rdap(target);
  }
  return absl::OkStatus();
}

absl::Status Run(const std::string& deposit, const std::string& dir, const std::string& tld,
                 bool shown) {
  ASSIGN_OR_RETURN(std::unique_ptr<base::ByteSource> source, base::FileSource::Open(deposit));
  RebuildOptions options;
  options.out_dir = dir;
  RETURN_IF_ERROR(
      Rebuild([&source](const OnRead& on_read,
                        rde::RecordSink& sink) { return ReadXml(*source, on_read, sink); },
              options)
          .status());
  ASSIGN_OR_RETURN(const std::unique_ptr<RegistryStore> store,
                   RegistryStore::Open(dir + "/registry"));
  ASSIGN_OR_RETURN(const base::Config config, base::Config::Parse("", "defaults"));
  ASSIGN_OR_RETURN(RddsConfig rdds, LoadRddsConfig(config, tld, ZoneConfig()));
  if (shown) {
    rdds.redaction.fields.values.fill(Exposure::kAlways);
    rdds.redaction.roles.fill(true);
  }
  ASSIGN_OR_RETURN(const std::unique_ptr<Lookup> lookup, Lookup::Create(*store, rdds));
  Printer printer(*lookup);
  return PrintAll(*store, printer);
}

}  // namespace
}  // namespace tidemark::failover

int main(int argc, char** argv) {
  if (argc != 5) {
    std::cerr << "usage: answers DEPOSIT.xml DIR TLD withheld|shown\n";
    return 2;
  }
  const absl::Status status =
      tidemark::failover::Run(argv[1], argv[2], argv[3], argv[4] == std::string("shown"));
  if (status.ok()) return 0;
  std::cerr << status << "\n";
  return 2;
}
