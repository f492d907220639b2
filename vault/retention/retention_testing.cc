#include "vault/retention/retention_testing.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/status.h"
#include "crypto/digest.h"
#include "vault/manifest.h"

namespace tidemark::vault::retention {
namespace {

std::string RandomBytes(std::mt19937_64& random, size_t size) {
  std::string bytes(size, '\0');
  for (char& c : bytes) c = static_cast<char>(random());
  return bytes;
}

crypto::PackId RandomPack(std::mt19937_64& random) {
  const auto pack = crypto::PackId::FromBytes(RandomBytes(random, 16));
  CHECK(pack.ok());
  return *pack;
}

absl::Status Wrong(const Night& night, absl::string_view what) {
  return absl::InternalError(absl::StrCat(night.upload.deposit.ToString(), ": ", what));
}

}  // namespace

Night TestRegistry::Next(tidemark::v1::DepositKind kind) {
  const bool is_first = state_.empty();
  const int news = is_first ? options_.frames : options_.changes;
  const std::string id = absl::StrFormat("N%05d", ++nights_);
  Night night = {MakeUpload(vault_id_, Id(absl::StrCat(options_.tld, "/", id, "/0")),
                            {.seed = random_(),
                             .frames = 0,
                             .parts = 2,
                             .piece_bytes = options_.piece_bytes,
                             .content = id}),
                 {},
                 {}};
  TestUpload& upload = night.upload;
  upload.pack = RandomPack(random_);
  std::vector<size_t> changed;
  for (int i = 0; i < news; ++i) {
    upload.frames.push_back(RandomBytes(random_, options_.piece_bytes));
    changed.push_back(is_first ? i : random_() % state_.size());
  }
  for (int i = 0; i < options_.spare; ++i) {
    upload.frames.push_back(RandomBytes(random_, options_.piece_bytes));
  }
  upload.manifest.set_kind(kind);
  if (kind != tidemark::v1::DEPOSIT_KIND_FULL) upload.manifest.set_prev_id(last_id_);
  upload.manifest.set_watermark_unix_seconds(1'763'769'600 + nights_ * 86'400);
  upload.Describe();
  packs_[upload.pack] = {upload.manifest.packs(0).frame_count(),
                         upload.manifest.packs(0).frames_digest()};
  for (int i = 0; i < news; ++i) {
    const Slot slot = {upload.pack, static_cast<uint32_t>(i), upload.frames[i]};
    if (is_first) {
      state_.push_back(slot);
    } else {
      state_[changed[i]] = slot;
    }
  }
  for (const Slot& slot : state_) {
    if (kind != tidemark::v1::DEPOSIT_KIND_FULL && slot.pack != upload.pack) continue;
    night.frames[{slot.pack, slot.frame}] = slot.bytes;
  }
  // One change may have been overwritten by another: its frame is sent and used by nobody.
  tidemark::v1::PackRef& own = *upload.manifest.mutable_packs(0);
  own.set_used(std::string(own.used().size(), '\0'));
  std::map<crypto::PackId, tidemark::v1::PackRef*> refs = {{upload.pack, &own}};
  for (const auto& [name, bytes] : night.frames) {
    if (refs.contains(name.first)) continue;
    tidemark::v1::PackRef* const ref = upload.manifest.add_packs();
    const auto& [count, digest] = packs_.at(name.first);
    ref->set_pack_id(std::string(name.first.bytes()));
    ref->set_frame_count(count);
    ref->set_frames_digest(digest);
    ref->set_used(std::string((count + 7) / 8, '\0'));
    refs[name.first] = ref;
    night.relied_on.push_back(name.first);
  }
  for (const auto& [name, bytes] : night.frames) {
    // Pointers into a repeated field of messages stay as it grows.
    std::string& used = *refs.at(name.first)->mutable_used();
    used[name.second / 8] = static_cast<char>(used[name.second / 8] | (1 << (name.second % 8)));
  }
  last_id_ = id;
  return night;
}

absl::StatusOr<tidemark::v1::Receipt> StoreNight(const Night& night, const TestPeer& depositor,
                                                 Vault& vault) {
  ASSIGN_OR_RETURN(const std::unique_ptr<Upload> upload,
                   vault.Begin({.deposit = night.upload.deposit,
                                .new_pack = night.upload.pack,
                                .relied_on = night.relied_on}));
  RETURN_IF_ERROR(Send(night.upload, *upload));
  return upload->Commit(night.upload.Sign(depositor));
}

absl::Status CheckRestores(const Night& night, const Vault& vault) {
  const DepositId& id = night.upload.deposit;
  ASSIGN_OR_RETURN(const auto manifest, vault.Manifest(id));
  ASSIGN_OR_RETURN(const auto clear, ParseClearManifest(manifest.body()));
  if (manifest.body() != night.upload.manifest.SerializeAsString()) {
    return Wrong(night, "another manifest");
  }
  size_t frames = 0;
  for (const tidemark::v1::PackRef& ref : clear.packs()) {
    ASSIGN_OR_RETURN(const auto pack, crypto::PackId::FromBytes(ref.pack_id()));
    for (uint32_t number = 0; number < ref.frame_count(); ++number) {
      if (!UsesFrame(ref, number)) continue;
      ASSIGN_OR_RETURN(const std::string bytes, vault.Frame(id, pack, number));
      if (bytes != night.frames.at({pack, number})) return Wrong(night, "other bytes in a frame");
      ++frames;
    }
  }
  if (frames != night.frames.size()) return Wrong(night, "not all frames");
  for (size_t i = 0; i < night.upload.parts.size(); ++i) {
    ASSIGN_OR_RETURN(const std::string part, vault.ManifestPart(id, static_cast<uint32_t>(i)));
    if (part != night.upload.parts[i]) return Wrong(night, "other bytes in a part");
  }
  return vault.Receipt(id).status();
}

absl::Status CheckShredded(const Night& night, const Vault& vault) {
  const DepositId& id = night.upload.deposit;
  for (const absl::Status& status :
       {vault.Manifest(id).status(), vault.ManifestPart(id, 0).status(),
        vault.Frame(id, night.upload.pack, 0).status()}) {
    if (!absl::IsNotFound(status) ||
        !absl::StrContains(status.message(), "deleted by the retention policy at ")) {
      return Wrong(night, status.ToString());
    }
  }
  RETURN_IF_ERROR(vault.Verdicts(id).status());
  return vault.Receipt(id).status();
}

}  // namespace tidemark::vault::retention
