// Every bound on what comes from outside, in one place, each with its reason.
//
// Outside data never drives a loop, a queue, a recursion or a buffer without a maximum from here.
// Options default to these numbers, never to "unlimited". Exceeding one is RESOURCE_EXHAUSTED in
// code and TDM_LIMIT_EXCEEDED (CRITICAL) in a verdict.
#ifndef TIDEMARK_BASE_LIMITS_H_
#define TIDEMARK_BASE_LIMITS_H_

#include <cstddef>
#include <cstdint>

namespace tidemark::base {

// ---- Streams -------------------------------------------------------------------------------
// One read or copy step: large enough to hide system calls, small enough for many streams.
inline constexpr size_t kCopyBufferBytes = 256 * 1024;
// The largest deposit file that we read: 10 million domains with contacts are about 27 GB.
inline constexpr uint64_t kDepositBytesMax = 64ull << 30;
// What is in a compressed file, as a multiple of its size: CSV rows of made-up ids in ascending
// order give 83 with zstd at its best, real deposits 10 to 20; bombs have over 1,000. Below the
// second it does not matter.
inline constexpr uint64_t kExpansionMax = 200;
inline constexpr uint64_t kExpansionFreeBytes = 1 << 20;
constexpr bool IsOverExpansion(uint64_t plain_bytes, uint64_t stored_bytes) {
  return plain_bytes > kExpansionFreeBytes && plain_bytes / kExpansionMax > stored_bytes;
}
// Small files that are read whole: keys, certificates, configuration, receipts.
inline constexpr size_t kSmallFileBytesMax = 1 << 20;
// The window that a zstd stream may ask of its reader: 128 MiB, what `zstd --ultra -22` needs.
inline constexpr int kZstdWindowLogMax = 27;

// ---- XML (rde/) ----------------------------------------------------------------------------
// The deepest legal path in RFC 9022 with EPP types is 8 elements; extensions may add some.
inline constexpr int kXmlDepthMax = 32;
// Text of one element. The longest legal value is a base64 DNSKEY or a policy URL.
inline constexpr size_t kXmlTextBytesMax = 64 * 1024;
inline constexpr size_t kXmlAttributesMax = 64;
inline constexpr size_t kXmlNamespacesMax = 256;
// One object with all its children: a domain with 11 statuses and 13 name servers is 4 KiB.
inline constexpr size_t kObjectBytesMax = 1 << 20;
// Repeated children of one object (contacts, addresses, DS records, name servers).
inline constexpr size_t kObjectChildrenMax = 1024;
// Header counts, menu entries, EPP parameter URIs, policies.
inline constexpr size_t kHeaderEntriesMax = 4096;
// Definitions of the CSV model, of all tables together: 30 tables with 2,000 files are 250 KiB.
inline constexpr size_t kCsvDefinitionBytesMax = 8 << 20;

// ---- CSV (rde/csv/) ------------------------------------------------------------------------
// Flaws after which the rest is not read: one an object in all but the largest registries.
inline constexpr int64_t kCsvFlawsMax = 1'000'000;

// ---- Lists of ids (verifier/id_list.h) ------------------------------------------------------
// IANA's lists have some hundred repository ids and some thousand registrar ids, in 1 or 2 MB.
inline constexpr uint64_t kIdListBytesMax = 32ull << 20;
inline constexpr size_t kIdListEntriesMax = 100'000;
inline constexpr size_t kIdListIdBytesMax = 64;

// ---- Replay (rde/replay/) ------------------------------------------------------------------
// Deposits from a FULL to the last: a year of daily differentials, and some sent again.
inline constexpr size_t kChainDepositsMax = 400;

// ---- Findings (verifier/) ------------------------------------------------------------------
// Findings kept per code; the true count is always kept.
inline constexpr size_t kFindingsPerCodeMax = 25;
// Text of a deposit that is kept to its end, of every entry with what it costs beside its text:
// namespaces of objects and policies, of which there are a few dozen. It comes back in reports,
// which have to fit into a verdict (kVerdictBytesMax).
inline constexpr size_t kKeptTextBytesMax = 256 << 10;
inline constexpr size_t kKeptEntryBytes = 64;
// A report of ours that is read again: 25 findings of each of 256 codes, a kilobyte each, and then
// some.
inline constexpr size_t kReportBytesMax = 8 << 20;

// ---- Custody format (docs/formats/custody.md) ----------------------------------------------
// Plaintext of one frame before compression: big enough to compress within 5 % of the whole file as
// one stream (256 KiB: 13 %), small enough for a message.
inline constexpr size_t kFramePlainBytes = 1536 * 1024;
// One object that is larger goes into frames as several opaque pieces.
inline constexpr size_t kFrameObjectBytesMax = 64 * 1024;
// A frame's ciphertext: plaintext that does not compress, its padding, and the tag.
inline constexpr size_t kFrameCipherBytesMax = 1808 * 1024;
inline constexpr uint32_t kPackFramesMax = 1u << 20;
// Packs that one deposit may refer to.
inline constexpr size_t kManifestPacksMax = 4096;
inline constexpr size_t kClearManifestBytesMax = 1 << 20;
// The sealed manifest travels and is stored in parts; a part is one secretstream message.
inline constexpr size_t kManifestPartBytes = 256 * 1024;
inline constexpr uint32_t kManifestPartsMax = 4096;
// A sealed part: its plaintext, the stream's header (24 bytes) and the tag (17), rounded up.
inline constexpr size_t kManifestPartCipherBytesMax = kManifestPartBytes + 64;

// One record of the sealed manifest. The largest is a header with 4,096 packs, 56 bytes each.
inline constexpr size_t kManifestRecordBytesMax = 512 * 1024;
// Gap table: real exporters use a handful (a line end, a line end and an indent).
inline constexpr size_t kManifestGapsMax = 16 * 1024;
inline constexpr size_t kManifestGapBytesMax = 1024;
inline constexpr size_t kManifestLiteralBytesMax = 64 * 1024;
// The decompressed manifest of the worst file: every run alone. A bound, not a plan.
inline constexpr uint64_t kManifestPlainBytesMax = 8ull << 30;
// Frames that one call may ask for.
inline constexpr uint32_t kReadFramesMax = 32;

// ---- Object index (docs/formats/object_index.md) ---------------------------------------------
// Objects that one registry's index knows: 10 million domains with contacts are 40 million.
inline constexpr uint64_t kIndexObjectsMax = 1ull << 30;
// Frames of all its packs: 16 times what the largest deposit fills.
inline constexpr uint64_t kIndexFramesMax = 1ull << 22;
// Its tables: 5 bytes a frame, 104 a pack, and a checksum for each 48 KiB of the most objects.
inline constexpr uint64_t kIndexTablesBytesMax = 64ull << 20;
// What one look-up reads of the table at most. The longest way that chance gives is some hundred.
inline constexpr uint32_t kIndexProbesMax = 4096;

// ---- Wire ----------------------------------------------------------------------------------
// gRPC's receive limit on every channel of ours, client and server.
inline constexpr size_t kGrpcMessageBytesMax = 2 << 20;
// Frames, and parts, that the client may send before one is acknowledged; it keeps them until then,
// for a connection that breaks: at most 57 MiB and 16 MiB.
inline constexpr size_t kUnackedFramesMax = 32;
inline constexpr size_t kUnackedPartsMax = 64;

// Concurrent streams: of one certificate, of one connection, and of the whole server (each holds a
// thread and up to one message).
inline constexpr int kStreamsPerCertificateMax = 8;
inline constexpr int kStreamsPerConnectionMax = 16;
inline constexpr int kStreamsMax = 64;

// ---- Vault ---------------------------------------------------------------------------------
// Ciphertext of one upload: the largest deposit file, should nothing of it compress, and padding.
inline constexpr uint64_t kUploadBytesMax = kDepositBytesMax + kDepositBytesMax / 4;
// What a crash may cost an upload: frames are synced at the latest after this many bytes. Larger
// steps gained nothing on the disks that were measured (docs/formats/vault.md).
inline constexpr uint64_t kSyncEveryBytes = 16ull << 20;
// The disk's free space is asked for after this many bytes of an upload.
inline constexpr uint64_t kFreeSpaceCheckBytes = 8ull << 20;
// Uploads that one certificate may have unfinished, and their bytes together: nights are few, and
// the largest one fits.
inline constexpr int kUploadsPerCertificateMax = 8;
inline constexpr uint64_t kOpenBytesPerCertificateMax = kUploadBytesMax;
// Uploads, and resumptions of one, that a certificate may begin within a minute.
inline constexpr int kBeginsPerMinuteMax = 60;
// Unfinished uploads of everybody, and certificates whose begins are counted: what the server
// remembers of each takes about 2 KiB.
inline constexpr size_t kUnfinishedUploadsMax = 4096;
inline constexpr size_t kBeginCountersMax = 4096;
// Room on the disk that other TLDs cannot take: some nights of an ordinary registry.
inline constexpr uint64_t kDiskReservePerTldBytes = 64ull << 20;
inline constexpr size_t kVerdictBytesMax = 1 << 20;
inline constexpr uint32_t kVerdictsPerDepositMax = 1024;
inline constexpr size_t kListEntriesMax = 100'000;
// Leaves of the audit log that one call may ask for; each has at most some hundred bytes.
inline constexpr uint32_t kLogLeavesMax = 4096;
// Leaves that a log can have: a proof has at most this many hashes.
inline constexpr int kLogProofHashesMax = 64;
// Holds in force on one deposit, the length of a case's name, and of the reason given.
inline constexpr size_t kHoldsPerDepositMax = 64;
inline constexpr size_t kHoldCaseBytesMax = 64;
inline constexpr size_t kHoldReasonBytesMax = 1024;
// Custodians who share a release key.
inline constexpr int kCustodiansMax = 32;
// A DNS name in presentation form, RFC 1035 section 2.3.4, without the trailing dot.
inline constexpr size_t kDomainNameBytesMax = 253;

static_assert(kFrameCipherBytesMax + 4096 < kGrpcMessageBytesMax, "a frame fits a message");
static_assert(kClearManifestBytesMax + 4096 < kGrpcMessageBytesMax, "a manifest fits a message");
static_assert(kVerdictBytesMax + 4096 < kGrpcMessageBytesMax, "a verdict fits a message");
static_assert(kManifestLiteralBytesMax + 1024 < kManifestRecordBytesMax, "a literal fits a record");
static_assert(kManifestPacksMax * 64 + 4096 < kManifestRecordBytesMax, "a header fits a record");
static_assert(kFrameObjectBytesMax <= kFramePlainBytes, "an object fits a frame");
static_assert(kFramePlainBytes + kFramePlainBytes / 8 + 64 * 1024 < kFrameCipherBytesMax,
              "an incompressible frame fits with its padding");

}  // namespace tidemark::base

#endif  // TIDEMARK_BASE_LIMITS_H_
