#include <sys/random.h>

#include <cerrno>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/config.h"
#include "base/file.h"
#include "base/status.h"
#include "failover/drill/scene.h"

namespace tidemark::failover {
namespace {

using Json = nlohmann::json;

constexpr absl::Duration kServeTimeout = absl::Minutes(15);
constexpr char kAddress[] = "127.0.0.1";

std::string TextAt(const Json& object, const char* key) {
  return object.contains(key) && object[key].is_string() ? object[key].get<std::string>() : "";
}

std::optional<int> NumberAt(const Json& object, const char* key) {
  if (!object.contains(key) || !object[key].is_number_integer()) return std::nullopt;
  return object[key].get<int>();
}

absl::Status TakeReadyFile(Scene& scene, const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, base::ReadSmallFile(path));
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  const std::optional<int> port = json.is_object() ? NumberAt(json, "port") : std::nullopt;
  if (!port.has_value() || TextAt(json, "trust_anchor").empty()) {
    return absl::InternalError("serve wrote no ready file that can be read");
  }
  scene.target = {.address = kAddress, .port = *port, .tld = scene.report.tld};
  scene.trust_anchor = TextAt(json, "trust_anchor");
  scene.knotd_pid = NumberAt(json, "knotd_pid");
  RegistrationTarget& target = scene.registration_target;
  target.rdap_url = TextAt(json, "rdap_url");
  target.certificate_path = TextAt(json, "rdap_certificate");
  target.rdap_address = kAddress;
  if (const std::optional<int> whois = NumberAt(json, "whois_port"); whois.has_value()) {
    target.whois_address = kAddress;
    target.whois_port = *whois;
  }
  return absl::OkStatus();
}

// One name of the deposit: the first answer that is as the deposit has it.
absl::Status FirstDns(Scene& scene) {
  if (!scene.first.has_value()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const ProbeResult result,
                   ProbeDelegations({.target = scene.target,
                                     .witness = &*scene.first,
                                     .should_stop = scene.hooks.should_stop}));
  if (!result.good()) {
    scene.No("the first answer is not as the deposit has it");
  } else if (result.expected > 0) {
    scene.report.rto.dns = scene.WayBackSeconds();
  }
  return absl::OkStatus();
}

absl::Status FirstDnssec(Scene& scene) {
  ASSIGN_OR_RETURN(const ValidationResult result,
                   ValidateSample({.target = scene.target,
                                   .master_file = scene.master_file,
                                   .witness = scene.master_file.empty() ? &*scene.first : nullptr,
                                   .trust_anchor_path = scene.trust_anchor,
                                   .sample_max = 1,
                                   .seed = scene.report.seed}));
  if (result.good()) {
    scene.report.rto.dnssec = scene.WayBackSeconds();
    // Of a TLD without a delegation the apex, which delv asks for, is the first that can be right.
    if (!scene.report.rto.dns.has_value()) scene.report.rto.dns = scene.report.rto.dnssec;
  } else {
    scene.No("the first answer does not validate");
  }
  return absl::OkStatus();
}

bool AnyRight(const RegistrationProbeResult& result, RegistrationQuestion question) {
  return result.by_question[static_cast<size_t>(question)].right > 0;
}

absl::Status FirstRegistration(Scene& scene) {
  if (!scene.first.has_value() || scene.registration_target.rdap_url.empty()) {
    return absl::OkStatus();
  }
  RegistrationProbeOptions options;
  options.target = scene.registration_target;
  options.witness = &*scene.first;
  options.whois_share = 1;
  options.should_stop = scene.hooks.should_stop;
  const double begin = scene.WayBackSeconds();
  ASSIGN_OR_RETURN(const RegistrationProbeResult result, ProbeRegistrations(options));
  if (result.first_right_seconds.has_value()) {
    scene.report.rto.rdap = begin + *result.first_right_seconds;
  }
  if (AnyRight(result, RegistrationQuestion::kWhoisDomain)) {
    scene.report.rto.whois = scene.WayBackSeconds();
  }
  return absl::OkStatus();
}

// What whoever rebuilds would serve with. Limits on strangers would pace the observer, or turn it
// away, and are lifted.
absl::StatusOr<std::string> WriteServeConfig(Scene& scene) {
  ASSIGN_OR_RETURN(const std::string own, base::ReadSmallFile(scene.cast.rebuilder_config));
  ASSIGN_OR_RETURN(const std::string text,
                   base::Config::SetIntegers(own, scene.cast.rebuilder_config,
                                             {{"rdds.limits.requests_per_second", 1'000'000},
                                              {"rdds.limits.burst", 1'000'000},
                                              {"rdds.limits.connections_max", 1024},
                                              {"rdds.limits.connections_per_client_max", 1024},
                                              {"rdds.limits.connections_per_network_max", 1024},
                                              {"rdds.limits.clients_max", 65'536}}));
  scene.report.limits_lifted = true;
  const std::string path = scene.stage->path("successor/serve.toml");
  RETURN_IF_ERROR(base::WriteFile(path, text, base::FileMode::kPrivate));
  RETURN_IF_ERROR(scene.stage->GiveTo(Role::kSuccessor, "successor/serve.toml"));
  return path;
}

// For the observer, who has to see the whole zone. Only this drill knows it.
absl::StatusOr<std::string> WriteTransferKey(Scene& scene) {
  char secret[32];
  if (getrandom(secret, sizeof(secret), 0) != static_cast<ssize_t>(sizeof(secret))) {
    return base::ErrnoStatus(errno, "random numbers");
  }
  scene.transfer_secret = absl::Base64Escape(absl::string_view(secret, sizeof(secret)));
  const std::string path = scene.stage->path("successor/transfer.key");
  RETURN_IF_ERROR(base::WriteFile(
      path, absl::StrCat("hmac-sha256:", kTransferKeyName, ":", scene.transfer_secret, "\n"),
      base::FileMode::kPrivate));
  RETURN_IF_ERROR(scene.stage->GiveTo(Role::kSuccessor, "successor/transfer.key"));
  return path;
}

}  // namespace

absl::Status StartServing(Scene& scene) {
  ASSIGN_OR_RETURN(const std::string config, WriteServeConfig(scene));
  ASSIGN_OR_RETURN(const std::string transfer_key, WriteTransferKey(scene));
  const std::string ready = scene.stage->path("successor/serving.json");
  ASSIGN_OR_RETURN(
      scene.serving,
      scene.stage->Start(Role::kSuccessor, "serve", "tidemark",
                         {"serve", scene.stage->path("successor/rebuilt"), "--incomplete",
                          "--config", config, "--transfer-key", transfer_key, "--port", "0",
                          "--rdap-port", "0", "--whois-port", "0", "--ready-file", ready}));
  RETURN_IF_ERROR(scene.stage->WaitForFile(ready, *scene.serving, "serve", kServeTimeout));
  return TakeReadyFile(scene, ready);
}

absl::Status Serve(Scene& scene) {
  RETURN_IF_ERROR(StartServing(scene));
  RETURN_IF_ERROR(FirstDns(scene));
  RETURN_IF_ERROR(FirstDnssec(scene));
  return FirstRegistration(scene);
}

}  // namespace tidemark::failover
