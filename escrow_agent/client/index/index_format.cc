#include "escrow_agent/client/index/index_format.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "escrow_agent/client/index/checksum.h"

namespace tidemark::escrow_agent {
namespace {

constexpr absl::string_view kMagic = "TDMINDEX";
constexpr size_t kIdBytes = 16;
constexpr size_t kDigestBytes = 32;
// slot, number of frames, id, secret, digest.
constexpr size_t kPackHeadBytes = 4 + 4 + kIdBytes + kDigestBytes + kDigestBytes;
constexpr size_t kHeaderSummedBytes = kIndexHeaderBytes - 8;

uint64_t UpToPage(uint64_t offset) {
  return (offset + kIndexPageBytes - 1) / kIndexPageBytes * kIndexPageBytes;
}

template <typename Number>
void Put(std::string& out, Number number) {
  out.append(reinterpret_cast<const char*>(&number), sizeof(number));
}

// REQUIRES: as many bytes.
absl::string_view TakeBytes(absl::string_view& in, size_t size) {
  const absl::string_view bytes = in.substr(0, size);
  CHECK(bytes.size() == size);
  in.remove_prefix(size);
  return bytes;
}

template <typename Number>
Number Take(absl::string_view& in) {
  Number number;
  std::memcpy(&number, TakeBytes(in, sizeof(number)).data(), sizeof(number));
  return number;
}

size_t FlagBytes(size_t frames) { return (frames + 7) / 8; }

absl::StatusOr<IndexedPack> TakePack(uint32_t frames, absl::string_view& in) {
  ASSIGN_OR_RETURN(const crypto::PackId id, crypto::PackId::FromBytes(TakeBytes(in, kIdBytes)));
  ASSIGN_OR_RETURN(crypto::PackSecret secret,
                   crypto::PackSecret::FromManifest(TakeBytes(in, crypto::kSecretBytes)));
  IndexedPack pack{.id = id,
                   .secret = std::move(secret),
                   .frames_digest = std::string(TakeBytes(in, kDigestBytes)),
                   .frame_objects = std::vector<uint32_t>(frames),
                   .is_to_renew = std::vector<bool>(frames)};
  for (uint32_t& objects : pack.frame_objects) objects = Take<uint32_t>(in);
  const absl::string_view flags = TakeBytes(in, FlagBytes(frames));
  for (uint32_t n = 0; n < frames; ++n) pack.is_to_renew[n] = (flags[n / 8] >> (n % 8)) & 1;
  if (const absl::Status status = CheckPack(pack); !status.ok()) {
    return absl::DataLossError(status.message());
  }
  return pack;
}

absl::Status Contradiction() {
  return absl::DataLossError("its tables contradict each other, though their checksum is right");
}

}  // namespace

uint64_t IndexHeader::slots_offset() const {
  return UpToPage(entries_offset() + objects * sizeof(IndexEntry));
}

uint64_t IndexHeader::tables_offset() const {
  return UpToPage(slots_offset() + slots * sizeof(uint32_t));
}

absl::Status CheckOwner(const IndexOwner& owner) {
  if (owner.vault_id.size() != kIdBytes || owner.secret_check.size() != kIdBytes) {
    return absl::InvalidArgumentError("vault id and secret check have 16 bytes");
  }
  if (owner.tld.empty() || owner.tld.size() > base::kDomainNameBytesMax) {
    return absl::InvalidArgumentError(absl::StrCat("a TLD of ", owner.tld.size(), " bytes"));
  }
  return absl::OkStatus();
}

std::string EncodeHeader(const IndexHeader& header) {
  std::string out(kMagic);
  Put<uint32_t>(out, kIndexVersion);
  Put<uint32_t>(out, header.packs);
  Put<uint64_t>(out, header.objects);
  Put<uint64_t>(out, header.slots);
  Put<uint64_t>(out, header.homes);
  Put<uint64_t>(out, header.tables_bytes);
  Put<uint64_t>(out, header.tables_checksum);
  absl::StrAppend(&out, header.owner.vault_id, header.owner.secret_check);
  Put<uint8_t>(out, static_cast<uint8_t>(header.owner.tld.size()));
  out.append(header.owner.tld);
  out.resize(kHeaderSummedBytes);
  Put<uint64_t>(out, Checksum(out));
  return out;
}

absl::StatusOr<IndexHeader> DecodeHeader(absl::string_view bytes) {
  if (bytes.size() != kIndexHeaderBytes || bytes.substr(0, kMagic.size()) != kMagic) {
    return absl::DataLossError("it is no object index, or its beginning is damaged");
  }
  absl::string_view in = bytes.substr(kMagic.size());
  if (const uint32_t version = Take<uint32_t>(in); version != kIndexVersion) {
    return absl::DataLossError(absl::StrCat("it has version ", version,
                                            "; this program reads and writes ", kIndexVersion));
  }
  absl::string_view sum = bytes.substr(kHeaderSummedBytes);
  if (Take<uint64_t>(sum) != Checksum(bytes.substr(0, kHeaderSummedBytes))) {
    return absl::DataLossError("its header is damaged");
  }
  IndexHeader header;
  header.packs = Take<uint32_t>(in);
  header.objects = Take<uint64_t>(in);
  header.slots = Take<uint64_t>(in);
  header.homes = Take<uint64_t>(in);
  header.tables_bytes = Take<uint64_t>(in);
  header.tables_checksum = Take<uint64_t>(in);
  header.owner.vault_id = std::string(TakeBytes(in, kIdBytes));
  header.owner.secret_check = std::string(TakeBytes(in, kIdBytes));
  header.owner.tld = std::string(TakeBytes(in, std::min<size_t>(Take<uint8_t>(in), in.size())));
  if (header.objects > base::kIndexObjectsMax || header.slots > 2 * base::kIndexObjectsMax ||
      header.homes == 0 || header.homes > header.slots || header.packs >= base::kManifestPacksMax ||
      header.tables_bytes > base::kIndexTablesBytesMax ||
      header.tables_bytes < (header.entry_blocks() + header.slot_blocks()) * sizeof(uint64_t)) {
    return Contradiction();
  }
  return header;
}

absl::Status CheckPack(const IndexedPack& pack) {
  if (pack.frames_digest.size() != kDigestBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("a digest of frames has ", pack.frames_digest.size(), " bytes, want 32"));
  }
  if (pack.frame_objects.size() > base::kPackFramesMax) {
    return absl::InvalidArgumentError(
        absl::StrCat("a pack of ", pack.frame_objects.size(), " frames"));
  }
  for (const uint32_t objects : pack.frame_objects) {
    if (objects > kFrameObjectsMax) {
      return absl::InvalidArgumentError(absl::StrCat("a frame of ", objects, " objects"));
    }
  }
  return absl::OkStatus();
}

std::string EncodeTables(absl::Span<const PackRow> rows, absl::Span<const uint64_t> checksums) {
  std::string out;
  for (const uint64_t checksum : checksums) Put(out, checksum);
  for (const PackRow& row : rows) {
    const std::vector<uint32_t>& frames = row.pack->frame_objects;
    Put<uint32_t>(out, row.slot);
    Put<uint32_t>(out, static_cast<uint32_t>(frames.size()));
    absl::StrAppend(&out, row.pack->id.bytes(), row.pack->secret.ForManifest(),
                    row.pack->frames_digest);
    for (const uint32_t objects : frames) Put(out, objects);
    std::string flags(FlagBytes(frames.size()), '\0');
    for (size_t n = 0; n < frames.size(); ++n) {
      if (row.is_to_renew[n]) flags[n / 8] = static_cast<char>(flags[n / 8] | 1 << (n % 8));
    }
    out += flags;
  }
  return out;
}

absl::StatusOr<IndexTables> DecodeTables(const IndexHeader& header, absl::string_view bytes) {
  if (Checksum(bytes) != header.tables_checksum) {
    return absl::DataLossError("its tables are damaged");
  }
  IndexTables tables;
  tables.block_checksums.resize(header.entry_blocks() + header.slot_blocks());
  // DecodeHeader() has made sure that they fit.
  for (uint64_t& checksum : tables.block_checksums) checksum = Take<uint64_t>(bytes);
  for (uint32_t n = 0; n < header.packs; ++n) {
    if (bytes.size() < kPackHeadBytes) return Contradiction();
    const uint32_t slot = Take<uint32_t>(bytes);
    const uint32_t frames = Take<uint32_t>(bytes);
    if (slot < tables.packs.size() || slot >= base::kManifestPacksMax) return Contradiction();
    if (frames > base::kPackFramesMax ||
        bytes.size() < kPackHeadBytes - 8 + frames * sizeof(uint32_t) + FlagBytes(frames)) {
      return Contradiction();
    }
    ASSIGN_OR_RETURN(IndexedPack pack, TakePack(frames, bytes));
    tables.packs.resize(slot + 1);
    tables.packs[slot] = std::move(pack);
  }
  if (!bytes.empty()) return Contradiction();
  return tables;
}

}  // namespace tidemark::escrow_agent
