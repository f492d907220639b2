#include "failover/dns/signed_server.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/net.h"
#include "base/status.h"
#include "failover/dns/configuration.h"
#include "failover/dns/dnskey.h"
#include "failover/dns/key_import.h"
#include "failover/dns/notify.h"
#include "failover/dns/ports.h"
#include "failover/dns/secondary.h"
#include "failover/dns/served_zone.h"
#include "failover/zone/dns_name.h"

namespace tidemark::failover {
namespace {

constexpr absl::Duration kPollInterval = absl::Milliseconds(20);
constexpr absl::Duration kQuestionTimeout = absl::Seconds(2);
// Of the first questions. One that comes before knotd listens has no answer, ever, and whoever
// waits for it waits in vain.
constexpr absl::Duration kFirstQuestionTimeout = absl::Milliseconds(200);
constexpr int kPortAttempts = 20;
constexpr int kStartAttempts = 5;
constexpr uintmax_t kRoomBytesMin = 64 << 20;
// knotd writes its journal when it ends.
constexpr absl::Duration kStopGrace = absl::Seconds(60);
constexpr char kRunParent[] = "/tmp";
constexpr char kRunPrefix[] = "tidemark-dns-";

absl::Status Check(const SignedServerOptions& options) {
  if (CanonicalName(options.tld) != options.tld) {
    return absl::InvalidArgumentError("the zone's name is not a canonical domain name");
  }
  for (const int port : {options.port, options.secondary_port.value_or(options.port)}) {
    if (port < 1 || port > 65535) {
      return absl::InvalidArgumentError(absl::StrCat("port ", port, " does not exist"));
    }
  }
  if (options.secondary_port == options.port) {
    return absl::InvalidArgumentError("--port and --secondary-port are the same");
  }
  for (const std::string& address : options.addresses) {
    RETURN_IF_ERROR(CheckPortIsFree(address, options.port, "--port"));
    if (options.secondary_port.has_value()) {
      RETURN_IF_ERROR(CheckPortIsFree(address, *options.secondary_port, "--secondary-port"));
    }
  }
  return absl::OkStatus();
}

// Each address once, as knotd and nsd would bind it.
absl::Status TidyAddresses(std::vector<std::string>& addresses) {
  std::vector<std::string> tidy;
  for (const std::string& text : addresses) {
    const std::optional<Address> address = CanonicalAddress(text);
    if (!address.has_value()) {
      return absl::InvalidArgumentError("an address to listen on is not an IP address");
    }
    if (std::find(tidy.begin(), tidy.end(), address->text) == tidy.end()) {
      tidy.push_back(address->text);
    }
  }
  addresses = std::move(tidy);
  return absl::OkStatus();
}

// One that is free at every address. Two calls may be given the same one, as nobody holds it in
// between.
absl::StatusOr<int> FreePort(const std::vector<std::string>& addresses, absl::string_view option) {
  absl::Status last;
  for (int attempt = 0; attempt < kPortAttempts; ++attempt) {
    ASSIGN_OR_RETURN(const int port, base::FreeLoopbackPort());
    last = absl::OkStatus();
    for (const std::string& address : addresses) {
      last.Update(CheckPortIsFree(address, port, option));
    }
    if (last.ok()) return port;
  }
  return last;
}

absl::Status ChoosePorts(SignedServerOptions& options) {
  if (options.port == 0) {
    ASSIGN_OR_RETURN(options.port, FreePort(options.addresses, "--port"));
  }
  while (options.secondary_port == 0) {
    ASSIGN_OR_RETURN(options.secondary_port, FreePort(options.addresses, "--secondary-port"));
    if (options.secondary_port == options.port) options.secondary_port = 0;
  }
  return absl::OkStatus();
}

// Which address has not answered yet. Each need do so once: where there is much traffic, that all
// do at one time is rare.
class Unanswered {
 public:
  explicit Unanswered(const std::vector<ServerPlaces>& servers) {
    for (const ServerPlaces& server : servers) {
      places_.push_back({server.program, server.own});
      for (const ServerAddress& open : server.open) places_.push_back({server.program, open});
    }
  }

  // OK once each has; else the last that has not, and why. Each is asked.
  absl::Status Ask(const std::string& zone, uint32_t serial,
                   const std::vector<std::string>& public_keys) {
    absl::Status last;
    std::vector<Place> left;
    for (const Place& place : places_) {
      const absl::Status status =
          CheckSignedAnswers(place.address, zone, serial, public_keys, kQuestionTimeout);
      if (status.ok()) continue;
      left.push_back(place);
      last = absl::UnavailableError(absl::StrCat(place.program,
                                                 " runs, but: ", place.address.address, " port ",
                                                 place.address.port, ": ", status.message()));
    }
    places_ = std::move(left);
    return last;
  }

 private:
  struct Place {
    std::string program;
    ServerAddress address;
  };
  std::vector<Place> places_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<SignedServer>> SignedServer::Start(
    const SignedServerOptions& options) {
  auto server = absl::WrapUnique(new SignedServer(options));
  SignedServerOptions& own = server->options_;
  if (own.addresses.empty()) own.addresses = LoopbackAddresses();
  RETURN_IF_ERROR(TidyAddresses(own.addresses));
  RETURN_IF_ERROR(ParseNotifyTargets(own.notify).status());
  if (!own.notify.empty() && own.transfer_key_path.empty()) {
    return absl::InvalidArgumentError(
        "--notify: a secondary is told under the key that gives it the zone; add --transfer-key");
  }
  RETURN_IF_ERROR(ChoosePorts(own));
  ASSIGN_OR_RETURN(own.dir, ConfigPath(own.dir));
  ASSIGN_OR_RETURN(own.zone_path, ConfigPath(own.zone_path));
  RETURN_IF_ERROR(Check(own));
  RETURN_IF_ERROR(base::MakeDirs(own.dir, base::FileMode::kPrivate));
  RETURN_IF_ERROR(server->LockDir());
  if (!own.import_keys_dir.empty()) {
    RETURN_IF_ERROR(ImportKeys({own.import_keys_dir, server->keymgr().key_dir, own.tld}));
  }
  RETURN_IF_ERROR(FinishImport(server->keymgr().key_dir));
  RETURN_IF_ERROR(server->keymgr().CheckInUse(absl::Now()));
  ASSIGN_OR_RETURN(const ZoneFile zone, ZoneFile::Open(own.zone_path, own.tld));
  RETURN_IF_ERROR(CheckFollowsServed(own.dir, own.tld, zone));
  server->serial_ = zone.serial;
  server->propagation_delay_ = std::max(kPropagationDelay, absl::Seconds(int64_t{zone.refresh}));
  // The name of a socket has 107 bytes at most, so it cannot lie below any DIR.
  // What cannot be removed of others' is no reason not to serve.
  RemoveLeftRunDirs(kRunParent, kRunPrefix).IgnoreError();
  ASSIGN_OR_RETURN(server->run_dir_, RunDir::Create(kRunParent, kRunPrefix));
  RETURN_IF_ERROR(server->StartServers());
  return server;
}

SignedServer::~SignedServer() {
  Stop().IgnoreError();
  if (lock_fd_ >= 0) close(lock_fd_);
}

absl::Status SignedServer::LockDir() {
  lock_fd_ = open(options_.dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (lock_fd_ < 0) return base::ErrnoStatus(errno, options_.dir);
  if (flock(lock_fd_, LOCK_EX | LOCK_NB) == 0) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat(options_.dir, ": in use by another tidemark serve"));
}

absl::Status SignedServer::ChooseOwnPorts() {
  std::vector<int> taken = {options_.port, options_.secondary_port.value_or(0)};
  for (int* port : {&own_port_, &secondary_own_port_}) {
    do {
      ASSIGN_OR_RETURN(*port, FreePort({kOwnAddress}, "a port of our own"));
    } while (std::find(taken.begin(), taken.end(), *port) != taken.end());
    taken.push_back(*port);
  }
  return absl::OkStatus();
}

absl::Status SignedServer::StartServers() {
  RETURN_IF_ERROR(ChooseOwnPorts());
  KnotConfiguration knot;
  knot.dir = options_.dir;
  knot.run_dir = run_dir_->path();
  knot.tld = options_.tld;
  knot.zone_path = options_.zone_path;
  knot.addresses = options_.addresses;
  knot.port = options_.port;
  knot.own_port = own_port_;
  knot.signature_lifetime = kSignatureLifetime;
  knot.signature_refresh = kSignatureRefresh;
  knot.propagation_delay = propagation_delay_;
  // A policy of another algorithm than the keys' would begin a rollover.
  ASSIGN_OR_RETURN(const auto keys, keymgr().Ksks(absl::Now()));
  if (!keys.empty()) knot.algorithm = KnotAlgorithm(keys.begin()->second.algorithm);
  ASSIGN_OR_RETURN(const TransferKey transfer_key, TransferKey::Make());
  if (options_.secondary_port.has_value()) {
    knot.transfer_key = &transfer_key;
    knot.secondary_port = *options_.secondary_port;
    // First, so that knotd's NOTIFY finds somebody.
    ASSIGN_OR_RETURN(nsd_, StartSecondary({.dir = options_.dir + "/nsd",
                                           .tld = options_.tld,
                                           .addresses = options_.addresses,
                                           .port = *options_.secondary_port,
                                           .own_port = secondary_own_port_,
                                           .primary_port = options_.port,
                                           .transfer_key = transfer_key},
                                          options_.log_bytes_max));
  }
  std::optional<TransferKey> open_key;
  if (!options_.transfer_key_path.empty()) {
    ASSIGN_OR_RETURN(open_key, TransferKey::Load(options_.transfer_key_path));
    knot.open_transfer_key = &*open_key;
  }
  ASSIGN_OR_RETURN(knot.notify, ParseNotifyTargets(options_.notify));
  const std::string config_path = options_.dir + "/knot.conf";
  RETURN_IF_ERROR(
      base::WriteFile(config_path, KnotConfigurationText(knot), base::FileMode::kPrivate));
  ChildServerOptions options;
  options.program = "knotd";
  options.package = "knot";
  options.arguments = {"-c", config_path};
  options.log_path = options_.dir + "/knotd.log";
  options.log_bytes_max = options_.log_bytes_max;
  options.stop_grace = kStopGrace;
  ASSIGN_OR_RETURN(knotd_, ChildServer::Start(options));
  return absl::OkStatus();
}

absl::Status SignedServer::CheckRunning(absl::Duration wait) {
  RETURN_IF_ERROR(knotd_->CheckRunning(wait));
  return nsd_ == nullptr ? absl::OkStatus() : nsd_->CheckRunning();
}

absl::Status SignedServer::WriteTrustAnchor(const std::map<std::string, Dnskey>& keys) const {
  std::string anchors = "trust-anchors {\n";
  std::string records;
  for (const auto& [id, key] : keys) {
    absl::StrAppend(&anchors, "    \"", options_.tld, ".\" static-key ", key.flags, " 3 ",
                    int{key.algorithm}, " \"", key.public_key, "\";\n");
    ASSIGN_OR_RETURN(const std::vector<std::string> ds, keymgr().Run({"ds", id}));
    absl::StrAppend(&records, absl::StrJoin(ds, "\n"), "\n");
  }
  anchors += "};\n";
  RETURN_IF_ERROR(base::WriteFile(trust_anchor_path(), anchors, base::FileMode::kPublic));
  return base::WriteFile(options_.dir + "/ds.txt", records, base::FileMode::kPublic);
}

std::vector<ServerPlaces> SignedServer::servers() const {
  std::vector<ServerPlaces> servers = {{"knotd", {kOwnAddress, own_port_}, {}}};
  if (nsd_ != nullptr) servers.push_back({"nsd", {kOwnAddress, secondary_own_port_}, {}});
  for (const std::string& address : options_.addresses) {
    servers[0].open.push_back({ReachableAddress(address), options_.port});
    if (nsd_ == nullptr) continue;
    servers[1].open.push_back({ReachableAddress(address), *options_.secondary_port});
  }
  return servers;
}

std::string SignedServer::SignerComplaints() const {
  std::string why = knotd_->Complaints();
  std::error_code error;
  const std::filesystem::space_info space = std::filesystem::space(options_.dir, error);
  if (error || space.available >= kRoomBytesMin) return why;
  return absl::StrCat("the disk is full, ", options_.dir, " has room for ", space.available >> 10,
                      " KiB", why.empty() ? "" : "; ", why);
}

absl::StatusOr<bool> SignedServer::StartAgainIfPortsWereTaken() {
  if (nsd_ != nullptr) RETURN_IF_ERROR(nsd_->Stop());
  RETURN_IF_ERROR(knotd_->Stop());
  absl::Status free = CheckPortIsFree(kOwnAddress, own_port_, "");
  if (nsd_ != nullptr) free.Update(CheckPortIsFree(kOwnAddress, secondary_own_port_, ""));
  if (!absl::IsFailedPrecondition(free)) return false;
  RETURN_IF_ERROR(StartServers());
  return true;
}

absl::Status SignedServer::CheckLoadable() const {
  if (!knotd_->HasLogged(absl::StrCat("error: [", options_.tld, ".] zone event 'load' failed"))) {
    return absl::OkStatus();
  }
  return absl::UnavailableError(absl::StrCat("knotd cannot load the zone: ", knotd_->Complaints(),
                                             "; see ", options_.dir, "/knotd.log"));
}

absl::Status SignedServer::WaitUntilAnswering(absl::Duration timeout,
                                              const std::function<bool()>& should_stop) {
  const base::SteadyClock clock;
  const absl::Time deadline = clock.Now() + timeout;
  absl::Status last = absl::UnavailableError("knotd has not answered");
  Unanswered unanswered(servers());
  int starts = 1;
  std::map<std::string, Dnskey> keys;
  std::vector<std::string> public_keys;
  while (clock.Now() < deadline) {
    if (const absl::Status running = CheckRunning(kPollInterval); !running.ok()) {
      if (starts++ == kStartAttempts) return running;
      ASSIGN_OR_RETURN(const bool again, StartAgainIfPortsWereTaken());
      if (!again) return running;
      unanswered = Unanswered(servers());
    }
    if (should_stop && should_stop()) return absl::CancelledError("told to stop");
    if (keys.empty()) {
      // First without keys: they are there once the zone is signed, and asking for them is slow.
      last = CheckSignedAnswers({kOwnAddress, own_port_}, options_.tld, serial_, {},
                                kFirstQuestionTimeout);
      if (!last.ok()) {
        RETURN_IF_ERROR(CheckLoadable());
        continue;
      }
      ASSIGN_OR_RETURN(keys, keymgr().Ksks(absl::Now()));
      if (keys.empty()) return absl::UnavailableError("keymgr knows no key-signing key");
      for (const auto& [id, key] : keys) public_keys.push_back(key.public_key);
    }
    last = unanswered.Ask(options_.tld, serial_, public_keys);
    if (last.ok()) return WriteTrustAnchor(keys);
  }
  std::string complaints = knotd_->Complaints();
  if (nsd_ != nullptr && complaints.empty()) complaints = nsd_->Complaints();
  return absl::DeadlineExceededError(
      absl::StrCat(last.message(), complaints.empty() ? "" : ": ", complaints, "; see ",
                   options_.dir, nsd_ == nullptr ? "" : "/nsd/nsd.log and ",
                   nsd_ == nullptr ? "" : options_.dir, "/knotd.log"));
}

absl::Status SignedServer::Stop() {
  absl::Status status;
  if (nsd_ != nullptr) status.Update(nsd_->Stop());
  if (knotd_ != nullptr) status.Update(knotd_->Stop());
  run_dir_.reset();
  return status;
}

}  // namespace tidemark::failover
