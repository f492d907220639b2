#include "failover/dns/key_import.h"

#include <dirent.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "base/file.h"
#include "base/status.h"
#include "crypto/key_pair.h"
#include "failover/dns/dnskey.h"
#include "failover/dns/keymgr.h"
#include "failover/dns/old_key_files.h"

namespace tidemark::failover {
namespace {

constexpr size_t kKeysMax = 16;  // a zone in the middle of two rollovers has six
constexpr size_t kFilesMax = 1000;
constexpr absl::Duration kClockSlack = absl::Hours(1);
constexpr size_t kRecordBytesMax = 64 * 1024;

struct OldKey {
  std::string name;         // of the file, without its ending
  std::string secret_name;  // with it
  Dnskey record;
};

struct DirClose {
  void operator()(DIR* dir) const { closedir(dir); }
};

absl::StatusOr<std::set<std::string>> FilesIn(const std::string& path) {
  const std::unique_ptr<DIR, DirClose> dir(opendir(path.c_str()));
  if (dir == nullptr) return base::ErrnoStatus(errno, path);
  std::set<std::string> names;
  while (const dirent* const entry = readdir(dir.get())) {
    if (names.size() == kFilesMax) {
      return absl::InvalidArgumentError(absl::StrCat(path, ": more than ", kFilesMax, " files"));
    }
    names.insert(entry->d_name);
  }
  return names;
}

absl::Status Refused(absl::string_view file, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat(file, ": ", why));
}

// The secret beside a record; exactly one.
absl::StatusOr<std::string> SecretOf(const std::string& name, const std::set<std::string>& files) {
  const bool has_bind = files.contains(name + ".private");
  const bool has_pem = files.contains(name + ".pem");
  if (has_bind && has_pem) return Refused(name, "there is a .private and a .pem; keep one");
  if (!has_bind && !has_pem) return Refused(name + ".key", "no .private or .pem beside it");
  return name + (has_bind ? ".private" : ".pem");
}

absl::Status CheckTimes(absl::string_view file, absl::string_view text) {
  const absl::Status status = CheckKeyTimes(text, absl::Now());
  return status.ok() ? status : Refused(file, status.message());
}

absl::StatusOr<OldKey> ReadKey(const KeyImport& import, const std::string& name,
                               const std::set<std::string>& files) {
  OldKey key;
  key.name = name;
  ASSIGN_OR_RETURN(key.secret_name, SecretOf(name, files));
  ASSIGN_OR_RETURN(
      const std::string text,
      base::ReadSmallFile(absl::StrCat(import.from_dir, "/", name, ".key"), kRecordBytesMax));
  absl::StatusOr<Dnskey> record = ParseDnskey(text);
  if (!record.ok()) return Refused(name + ".key", record.status().message());
  if (record->owner != import.tld) {
    return Refused(name + ".key",
                   absl::StrCat("a key of the zone ", record->owner, ", not of ", import.tld));
  }
  const std::string secret_path = absl::StrCat(import.from_dir, "/", key.secret_name);
  RETURN_IF_ERROR(CheckSecretFile(secret_path));
  RETURN_IF_ERROR(CheckTimes(name + ".key", text));
  if (absl::EndsWith(secret_path, ".private")) {
    ASSIGN_OR_RETURN(std::string secret, base::ReadSmallFile(secret_path, kRecordBytesMax));
    const absl::Cleanup wipe = [&] { explicit_bzero(secret.data(), secret.size()); };
    RETURN_IF_ERROR(CheckTimes(key.secret_name, secret));
  }
  key.record = *std::move(record);
  return key;
}

absl::StatusOr<std::vector<OldKey>> ReadKeys(const KeyImport& import) {
  ASSIGN_OR_RETURN(const std::set<std::string> files, FilesIn(import.from_dir));
  std::vector<OldKey> keys;
  for (const std::string& file : files) {
    for (const char* ending : {".private", ".pem"}) {
      if (absl::EndsWith(file, ending) &&
          !files.contains(absl::StrCat(absl::StripSuffix(file, ending), ".key"))) {
        return Refused(file, "no .key with its DNSKEY record beside it");
      }
    }
    if (!absl::EndsWith(file, ".key")) continue;
    if (keys.size() == kKeysMax) {
      return Refused(import.from_dir, absl::StrCat("more than ", kKeysMax, " keys"));
    }
    ASSIGN_OR_RETURN(OldKey key,
                     ReadKey(import, std::string(absl::StripSuffix(file, ".key")), files));
    keys.push_back(std::move(key));
  }
  if (keys.empty()) return Refused(import.from_dir, "no keys: no file ends with .key");
  bool has_ksk = false;
  for (const OldKey& key : keys) {
    has_ksk = has_ksk || key.record.is_ksk();
    if (key.record.algorithm != keys[0].record.algorithm) {
      return Refused(key.name + ".key",
                     absl::StrCat("of algorithm ", int{key.record.algorithm}, ", ", keys[0].name,
                                  ".key of ", int{keys[0].record.algorithm},
                                  "; give the keys of one algorithm, that of the parent's DS"));
    }
  }
  if (!has_ksk) return Refused(import.from_dir, "no key-signing key: none has flags 257");
  return keys;
}

absl::Status OtherKeys(const Keymgr& store, absl::string_view difference) {
  return absl::FailedPreconditionError(absl::StrCat(
      store.key_dir, ": has other keys already, and may have been served with them: it ",
      difference, "; import into a new rebuild"));
}

// The store has these keys: OK; it has none: NOT_FOUND. It may have zone-signing keys beside.
absl::Status CheckStore(const Keymgr& store, const std::vector<OldKey>& keys) {
  ASSIGN_OR_RETURN(const std::vector<std::string> ids, store.Ids());
  if (ids.empty()) return absl::NotFoundError("no keys yet");
  std::set<std::string> missing;
  for (const OldKey& key : keys) missing.insert(key.record.public_key);
  for (const std::string& id : ids) {
    ASSIGN_OR_RETURN(const Dnskey stored, store.Find(id));
    const bool is_given = missing.erase(stored.public_key) != 0;
    if (is_given || !stored.is_ksk()) continue;
    return OtherKeys(store, "has a key-signing key that is not among those to import");
  }
  for (const OldKey& key : keys) {
    if (missing.contains(key.record.public_key)) {
      return OtherKeys(store, absl::StrCat("has not the key of ", key.name, ".key"));
    }
  }
  return absl::OkStatus();
}

std::string Reason(const absl::Status& status) {
  return status.ok() ? "" : absl::StrCat(" (", status.message(), ")");
}

// What keymgr made of a BIND pair, as PKCS #8.
absl::StatusOr<std::string> BindAsPem(const std::string& secret_path, const OldKey& key,
                                      const Keymgr& scratch) {
  const absl::Status status = scratch.Run({"import-bind", secret_path}).status();
  const absl::StatusOr<std::vector<std::string>> ids = scratch.Ids();
  if (!status.ok() || !ids.ok() || ids->size() != 1) {
    return Refused(key.secret_name,
                   absl::StrCat("not a private key that keymgr can read", Reason(status)));
  }
  return absl::StrCat(scratch.key_dir, "/keys/", (*ids)[0], ".pem");
}

// keymgr reads no other form of PEM than PKCS #8 with the public key in it.
absl::StatusOr<std::string> PemAsPem(const std::string& secret_path, const OldKey& key,
                                     const std::string& scratch_dir) {
  RETURN_IF_ERROR(base::MakeDirs(scratch_dir, base::FileMode::kPrivate));
  std::string pem = scratch_dir + "/old.pem";
  const absl::Status copied = crypto::CopyAsPkcs8(secret_path, pem);
  if (copied.ok()) return pem;
  if (!absl::IsInvalidArgument(copied)) return copied;
  return Refused(key.secret_name,
                 absl::StrCat("not an unencrypted private key in PEM", Reason(copied)));
}

// In use, without an end: whatever the old registry had planned for a key. Since a while ago, so
// that a clock that is set back by little finds them in use.
void AddTimes(std::vector<std::string>& command) {
  const std::string then = absl::StrCat(absl::ToUnixSeconds(absl::Now() - kClockSlack));
  for (const char* time : {"created=", "publish=", "active="}) {
    command.push_back(absl::StrCat(time, then));
  }
}

absl::Status Stage(const std::string& secret_path, const OldKey& key, const Keymgr& scratch,
                   const Keymgr& staging) {
  ASSIGN_OR_RETURN(const std::string pem, absl::EndsWith(secret_path, ".private")
                                              ? BindAsPem(secret_path, key, scratch)
                                              : PemAsPem(secret_path, key, scratch.key_dir));
  ASSIGN_OR_RETURN(const std::vector<std::string> before, staging.Ids());
  std::vector<std::string> command = {"import-pem", pem,
                                      absl::StrCat("algorithm=", int{key.record.algorithm}),
                                      key.record.is_ksk() ? "ksk=yes" : "zsk=yes"};
  AddTimes(command);
  const absl::StatusOr<std::vector<std::string>> printed = staging.Run(command);
  ASSIGN_OR_RETURN(const std::vector<std::string> after, staging.Ids());
  if (!printed.ok() || printed->empty() || after.size() != before.size() + 1) {
    return Refused(key.secret_name,
                   absl::StrCat("not a private key of algorithm ", int{key.record.algorithm},
                                ", or there twice", Reason(printed.status())));
  }
  // keymgr believes the public key that the file has; what the secret gives may be another.
  const std::string& id = (*printed)[0];
  const absl::StatusOr<Dnskey> made = staging.Find(id);
  const absl::Status pair =
      crypto::CheckKeyPair(absl::StrCat(staging.key_dir, "/keys/", id, ".pem"));
  if (!made.ok() || *made != key.record || !pair.ok()) {
    return Refused(key.secret_name,
                   absl::StrCat("not the secret of the key in ", key.name, ".key"));
  }
  return absl::OkStatus();
}

// knotd would take a key-signing key alone for one of another scheme, begin a rollover from it and
// not sign. The parent knows nothing of a zone-signing key, so a new one does.
absl::Status AddZoneSigningKey(uint8_t algorithm, const Keymgr& staging) {
  ASSIGN_OR_RETURN(const std::vector<std::string> before, staging.Ids());
  std::vector<std::string> command = {"generate", absl::StrCat("algorithm=", int{algorithm}),
                                      "zsk=yes"};
  AddTimes(command);
  RETURN_IF_ERROR(staging.Run(command).status());
  ASSIGN_OR_RETURN(const std::vector<std::string> after, staging.Ids());
  if (after.size() == before.size() + 1) return absl::OkStatus();
  return absl::UnavailableError("keymgr made no zone-signing key");
}

std::string StagingDir(const std::string& key_dir) { return key_dir + ".import"; }
std::string ScratchDir(const std::string& key_dir) { return key_dir + ".bind"; }
// Is there from the beginning of an import to its end, good or bad.
std::string MarkerPath(const std::string& key_dir) { return key_dir + ".unfinished"; }

}  // namespace

absl::Status FinishImport(const std::string& key_dir) {
  RETURN_IF_ERROR(base::RemoveTree(StagingDir(key_dir)));
  RETURN_IF_ERROR(base::RemoveTree(ScratchDir(key_dir)));
  const std::string marker = MarkerPath(key_dir);
  if (access(marker.c_str(), F_OK) != 0) return absl::OkStatus();
  if (!Keymgr{key_dir, ""}.HasStore()) {
    return absl::FailedPreconditionError(absl::StrCat(
        key_dir, ": an import of keys was interrupted; repeat it with --import-keys, or remove ",
        marker, " to serve with new keys"));
  }
  if (unlink(marker.c_str()) != 0) return base::ErrnoStatus(errno, marker);
  return absl::OkStatus();
}

absl::Status ImportKeys(const KeyImport& import) {
  ASSIGN_OR_RETURN(const std::vector<OldKey> keys, ReadKeys(import));
  const absl::Status stored = CheckStore({import.key_dir, import.tld}, keys);
  if (!absl::IsNotFound(stored)) return stored;

  const Keymgr staging{StagingDir(import.key_dir), import.tld};
  const std::string scratch_dir = ScratchDir(import.key_dir);
  const std::string marker = MarkerPath(import.key_dir);
  const auto clean = [&] {
    base::RemoveTree(staging.key_dir).IgnoreError();
    base::RemoveTree(scratch_dir).IgnoreError();
    unlink(marker.c_str());
  };
  clean();
  const absl::Cleanup cleaner = clean;
  RETURN_IF_ERROR(base::WriteFile(marker, "", base::FileMode::kPrivate));
  // keymgr leaves secrets to the group, too. Whoever makes another file meanwhile makes it private.
  const mode_t mask = umask(077);
  const absl::Cleanup unmask = [mask] { umask(mask); };
  for (const OldKey& key : keys) {
    RETURN_IF_ERROR(base::RemoveTree(scratch_dir));
    RETURN_IF_ERROR(Stage(absl::StrCat(import.from_dir, "/", key.secret_name), key,
                          {scratch_dir, import.tld}, staging));
  }
  if (std::all_of(keys.begin(), keys.end(),
                  [](const OldKey& key) { return key.record.is_ksk(); })) {
    RETURN_IF_ERROR(AddZoneSigningKey(keys[0].record.algorithm, staging));
  }
  RETURN_IF_ERROR(base::RemoveTree(import.key_dir));
  if (std::rename(staging.key_dir.c_str(), import.key_dir.c_str()) != 0) {
    return base::ErrnoStatus(errno, import.key_dir);
  }
  return base::SyncDir(import.key_dir.substr(0, import.key_dir.rfind('/')));
}

}  // namespace tidemark::failover
