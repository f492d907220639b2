#include "escrow_agent/server/daemon_config.h"

#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/config.h"
#include "base/hex.h"
#include "base/limits.h"
#include "base/status.h"

namespace tidemark::escrow_agent {
namespace {

constexpr size_t kVaultIdBytes = 16;
// A year, which contracts ask for; and a century.
constexpr int64_t kRetentionDaysMin = 365;
constexpr int64_t kRetentionDaysMax = 36'500;
// The highest number is "no such user" to the kernel.
constexpr int64_t kUserIdMax = std::numeric_limits<uint32_t>::max() - 1;

absl::StatusOr<std::string> LoadVaultId(const base::Config& config) {
  ASSIGN_OR_RETURN(const std::string hex, config.StringOr("vault_id", ""));
  absl::StatusOr<std::string> id = base::HexDecode(hex);
  if (!id.ok() || (!id->empty() && id->size() != kVaultIdBytes)) {
    return absl::InvalidArgumentError(
        absl::StrCat("vault_id: want ", 2 * kVaultIdBytes, " hexadecimal digits"));
  }
  return id;
}

absl::StatusOr<crypto::VerifyKey> LoadVerdictKey(const base::Config& config) {
  ASSIGN_OR_RETURN(const std::string hex, config.RequiredString("verdict_key"));
  absl::StatusOr<crypto::VerifyKey> key = crypto::VerifyKey::FromHex(hex);
  if (!key.ok()) return base::Annotate(key.status(), "verdict_key");
  return key;
}

absl::StatusOr<std::vector<std::string>> LoadRefusedSerials(const base::Config& config) {
  ASSIGN_OR_RETURN(std::vector<std::string> serials, config.StringListOr("refused_serials", {}));
  for (const std::string& serial : serials) {
    // One that is written wrongly would refuse nobody.
    if (serial.empty() || !base::HexDecode(serial).ok()) {
      return absl::InvalidArgumentError(
          "refused_serials: want serial numbers in hexadecimal, without colons or spaces");
    }
  }
  return serials;
}

absl::StatusOr<std::optional<uint32_t>> LoadUserId(const base::Config& config,
                                                   absl::string_view key) {
  if (!config.Has(key)) return std::optional<uint32_t>();
  ASSIGN_OR_RETURN(const int64_t id, config.IntOr(key, 0, 1, kUserIdMax));
  return std::optional<uint32_t>(static_cast<uint32_t>(id));
}

absl::Status LoadUploadLimits(const base::Config& config, vault::UploadLimits& out) {
  const vault::UploadLimits defaults;
  const auto bytes = [&config](absl::string_view key, uint64_t default_value, int64_t min,
                               int64_t max, uint64_t& value) -> absl::Status {
    ASSIGN_OR_RETURN(const int64_t given,
                     config.IntOr(key, static_cast<int64_t>(default_value), min, max));
    value = static_cast<uint64_t>(given);
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(bytes("limits.free_bytes_min", defaults.free_bytes_min, 64 << 20,
                        int64_t{1} << 50, out.free_bytes_min));
  RETURN_IF_ERROR(bytes("limits.disk_reserve_per_tld", defaults.disk_reserve_per_tld, 0,
                        int64_t{1} << 40, out.disk_reserve_per_tld));
  RETURN_IF_ERROR(bytes("limits.open_bytes_per_certificate_max",
                        defaults.open_bytes_per_certificate_max, 1 << 20, int64_t{1} << 50,
                        out.open_bytes_per_certificate_max));
  ASSIGN_OR_RETURN(const int64_t uploads,
                   config.IntOr("limits.open_uploads_max", defaults.open_uploads_max, 1, 1024));
  out.open_uploads_max = static_cast<int>(uploads);
  ASSIGN_OR_RETURN(const int64_t per_certificate,
                   config.IntOr("limits.uploads_per_certificate_max",
                                defaults.uploads_per_certificate_max, 1, 1024));
  out.uploads_per_certificate_max = static_cast<int>(per_certificate);
  ASSIGN_OR_RETURN(const int64_t frames,
                   config.IntOr("limits.frames_per_deposit_max", defaults.frames_per_deposit_max, 1,
                                base::kPackFramesMax));
  out.frames_per_deposit_max = static_cast<uint32_t>(frames);
  ASSIGN_OR_RETURN(out.unfinished_expiry,
                   config.DurationOr("limits.unfinished_upload_expiry", defaults.unfinished_expiry,
                                     absl::Minutes(1), absl::Hours(24 * 30)));
  return absl::OkStatus();
}

absl::Status LoadLimits(const base::Config& config, DaemonConfig& out) {
  RETURN_IF_ERROR(LoadUploadLimits(config, out.uploads));
  ASSIGN_OR_RETURN(const int64_t begins, config.IntOr("limits.begins_per_minute_max",
                                                      base::kBeginsPerMinuteMax, 1, 100'000));
  out.begins_per_minute_max = static_cast<int>(begins);
  ASSIGN_OR_RETURN(const int64_t calls,
                   config.IntOr("limits.calls_max", base::kStreamsMax, 1, 1024));
  out.calls_max = static_cast<int>(calls);
  ASSIGN_OR_RETURN(
      const int64_t per_certificate,
      config.IntOr("limits.calls_per_certificate_max", base::kStreamsPerCertificateMax, 1, 1024));
  out.calls_per_certificate_max = static_cast<int>(per_certificate);
  ASSIGN_OR_RETURN(out.idle_max, config.DurationOr("limits.idle_max", absl::Minutes(5),
                                                   absl::Seconds(1), absl::Hours(24)));
  ASSIGN_OR_RETURN(out.call_max, config.DurationOr("limits.call_max", absl::Hours(6),
                                                   absl::Seconds(1), absl::Hours(72)));
  return absl::OkStatus();
}

absl::Status LoadRetention(const base::Config& config, DaemonConfig& out) {
  ASSIGN_OR_RETURN(const bool allow_shorter, config.BoolOr("retention.allow_shorter", false));
  ASSIGN_OR_RETURN(const int64_t days,
                   config.IntOr("retention.days", kRetentionDaysMin, 0, kRetentionDaysMax));
  if (days < kRetentionDaysMin && !allow_shorter) {
    return absl::InvalidArgumentError(
        absl::StrCat("retention.days: ", days, ", want at least ", kRetentionDaysMin,
                     "; what is deleted is gone for ever: retention.allow_shorter = true says that "
                     "it is meant"));
  }
  out.retention.keep_for = absl::Hours(24 * days);
  ASSIGN_OR_RETURN(out.retention.trust_clock, config.BoolOr("retention.trust_clock", false));
  ASSIGN_OR_RETURN(out.retention_every, config.DurationOr("retention.every", absl::Hours(24),
                                                          absl::Seconds(1), absl::Hours(24 * 7)));
  return absl::OkStatus();
}

absl::StatusOr<DaemonConfig> Read(const base::Config& config) {
  ASSIGN_OR_RETURN(const crypto::VerifyKey verdict_key, LoadVerdictKey(config));
  DaemonConfig out = {.listen = "",
                      .data_dir = "",
                      .certificate_path = "",
                      .key_path = "",
                      .authority_path = "",
                      .receipt_key_path = "",
                      .vault_id = "",
                      .verdict_key = verdict_key,
                      .refused_serials = {},
                      .ready_file = "",
                      .run_as_uid = std::nullopt,
                      .run_as_gid = std::nullopt,
                      .uploads = {},
                      .begins_per_minute_max = 0,
                      .calls_max = 0,
                      .calls_per_certificate_max = 0,
                      .idle_max = absl::ZeroDuration(),
                      .call_max = absl::ZeroDuration(),
                      .retention = {},
                      .retention_every = absl::ZeroDuration()};
  ASSIGN_OR_RETURN(out.listen, config.RequiredString("listen"));
  ASSIGN_OR_RETURN(out.data_dir, config.RequiredPath("data_dir"));
  ASSIGN_OR_RETURN(out.certificate_path, config.RequiredPath("tls.certificate"));
  ASSIGN_OR_RETURN(out.key_path, config.RequiredPath("tls.key"));
  ASSIGN_OR_RETURN(out.authority_path, config.RequiredPath("tls.authority"));
  ASSIGN_OR_RETURN(out.receipt_key_path, config.RequiredPath("receipt_key"));
  ASSIGN_OR_RETURN(out.vault_id, LoadVaultId(config));
  ASSIGN_OR_RETURN(out.refused_serials, LoadRefusedSerials(config));
  ASSIGN_OR_RETURN(out.ready_file, config.PathOr("ready_file", ""));
  ASSIGN_OR_RETURN(out.run_as_uid, LoadUserId(config, "run_as_uid"));
  ASSIGN_OR_RETURN(out.run_as_gid, LoadUserId(config, "run_as_gid"));
  RETURN_IF_ERROR(LoadLimits(config, out));
  RETURN_IF_ERROR(LoadRetention(config, out));
  RETURN_IF_ERROR(config.CheckAllKeysKnown());
  return out;
}

}  // namespace

absl::StatusOr<DaemonConfig> LoadDaemonConfig(const std::string& path) {
  ASSIGN_OR_RETURN(const base::Config config, base::Config::Load(path));
  absl::StatusOr<DaemonConfig> out = Read(config);
  if (!out.ok()) return base::Annotate(out.status(), path);
  return out;
}

}  // namespace tidemark::escrow_agent
