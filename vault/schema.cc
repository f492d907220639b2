#include "vault/schema.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace tidemark::vault::schema {
namespace {

constexpr size_t kPieceKeyBytes = kPackBytes + 4;
constexpr size_t kDigestBytes = 32;

template <typename Integer>
void AppendBigEndian(Integer value, std::string& out) {
  for (int shift = (sizeof(Integer) - 1) * 8; shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(value >> shift));
  }
}

// `bytes` has exactly sizeof(Integer) bytes.
template <typename Integer>
Integer FromBigEndian(absl::string_view bytes) {
  CHECK(bytes.size() == sizeof(Integer));
  Integer value = 0;
  for (const char c : bytes) {
    value = static_cast<Integer>((value << 8) | static_cast<unsigned char>(c));
  }
  return value;
}

absl::Status BadKey(absl::string_view family, absl::string_view why) {
  return absl::DataLossError(absl::StrCat("stored key of family ", family, ": ", why));
}

void AppendDeposit(const DepositId& deposit, std::string& out) {
  absl::StrAppend(&out, deposit.tld());
  out.push_back('\0');
  absl::StrAppend(&out, deposit.id());
  out.push_back('\0');
  AppendBigEndian<uint16_t>(deposit.resend(), out);
}

absl::StatusOr<DepositId> ParseDeposit(absl::string_view family, absl::string_view bytes) {
  const size_t tld_end = bytes.find('\0');
  if (tld_end == absl::string_view::npos) return BadKey(family, "no end of TLD");
  const absl::string_view rest = bytes.substr(tld_end + 1);
  const size_t id_end = rest.find('\0');
  if (id_end == absl::string_view::npos) return BadKey(family, "no end of id");
  const absl::string_view resend = rest.substr(id_end + 1);
  if (resend.size() != 2) return BadKey(family, "no resend at the end");
  absl::StatusOr<DepositId> id = DepositId::Create(bytes.substr(0, tld_end), rest.substr(0, id_end),
                                                   FromBigEndian<uint16_t>(resend));
  if (!id.ok()) return BadKey(family, id.status().message());
  return id;
}

// The smallest string greater than every string that begins with `prefix`. Every prefix here begins
// with a DepositRow or with ASCII, so it is never of 0xff bytes alone.
std::string EndOfPrefix(std::string prefix) {
  while (!prefix.empty() && prefix.back() == '\xff') prefix.pop_back();
  CHECK(!prefix.empty());
  prefix.back() = static_cast<char>(static_cast<unsigned char>(prefix.back()) + 1);
  return prefix;
}

}  // namespace

std::string PieceKey(const crypto::PackId& pack, uint32_t number) {
  std::string key(pack.bytes());
  AppendBigEndian<uint32_t>(number, key);
  return key;
}

KeyRange PiecesOf(const crypto::PackId& pack) {
  // One byte longer than the last key a pack can have: right for a pack of 0xff bytes too.
  std::string end = PieceKey(pack, 0xffffffff);
  end.push_back('\0');
  return {PieceKey(pack, 0), end};
}

KeyRange PiecesOf(const crypto::PackId& pack, uint32_t first, uint32_t count) {
  CHECK(count > 0);
  std::string end = PieceKey(pack, first + (count - 1));
  end.push_back('\0');
  return {PieceKey(pack, first), end};
}

absl::StatusOr<ParsedPieceKey> ParsePieceKey(absl::string_view key) {
  if (key.size() != kPieceKeyBytes) return BadKey("frames", "wrong length");
  ASSIGN_OR_RETURN(const crypto::PackId pack, crypto::PackId::FromBytes(key.substr(0, kPackBytes)));
  return ParsedPieceKey{pack, FromBigEndian<uint32_t>(key.substr(kPackBytes))};
}

absl::StatusOr<StoredPiece> ParsePiece(absl::string_view value) {
  if (value.size() <= kDigestBytes) {
    return absl::DataLossError(absl::StrCat("stored ciphertext: ", value.size(),
                                            " bytes, want more than its digest's ", kDigestBytes));
  }
  ASSIGN_OR_RETURN(const crypto::Blake2bDigest digest,
                   crypto::Blake2bDigest::FromBytes(value.substr(0, kDigestBytes)));
  return StoredPiece{digest, value.substr(kDigestBytes)};
}

std::string PackKey(const crypto::PackId& pack) { return std::string(pack.bytes()); }

absl::StatusOr<crypto::PackId> ParsePackKey(absl::string_view key) {
  if (key.size() != kPackBytes) return BadKey("packs", "wrong length");
  return crypto::PackId::FromBytes(key);
}

std::string DepositKey(DepositRow row, const DepositId& deposit) {
  std::string key(1, static_cast<char>(row));
  AppendDeposit(deposit, key);
  return key;
}

KeyRange CatalogueOf(absl::string_view tld) {
  std::string prefix(1, static_cast<char>(DepositRow::kCatalogue));
  if (!tld.empty()) {
    absl::StrAppend(&prefix, tld);
    prefix.push_back('\0');
  }
  return {prefix, EndOfPrefix(prefix)};
}

absl::StatusOr<ParsedDepositKey> ParseDepositKey(absl::string_view key) {
  if (key.empty()) return BadKey("deposits", "empty");
  const auto row = static_cast<unsigned char>(key.front());
  if (row < static_cast<unsigned char>(DepositRow::kCatalogue) ||
      row > static_cast<unsigned char>(DepositRow::kReceipt)) {
    return BadKey("deposits", "unknown kind of row");
  }
  ASSIGN_OR_RETURN(DepositId deposit, ParseDeposit("deposits", key.substr(1)));
  return ParsedDepositKey{static_cast<DepositRow>(row), std::move(deposit)};
}

std::string VerdictKey(const DepositId& deposit, uint32_t number) {
  std::string key;
  AppendDeposit(deposit, key);
  AppendBigEndian<uint32_t>(number, key);
  return key;
}

KeyRange VerdictsOf(const DepositId& deposit) {
  std::string end = VerdictKey(deposit, 0xffffffff);
  end.push_back('\0');
  return {VerdictKey(deposit, 0), end};
}

absl::StatusOr<ParsedVerdictKey> ParseVerdictKey(absl::string_view key) {
  if (key.size() < 4) return BadKey("verdicts", "too short");
  const size_t deposit_bytes = key.size() - 4;
  ASSIGN_OR_RETURN(DepositId deposit, ParseDeposit("verdicts", key.substr(0, deposit_bytes)));
  return ParsedVerdictKey{std::move(deposit), FromBigEndian<uint32_t>(key.substr(deposit_bytes))};
}

std::string LogKey(uint64_t index) {
  std::string key;
  AppendBigEndian<uint64_t>(index, key);
  return key;
}

absl::StatusOr<uint64_t> ParseLogKey(absl::string_view key) {
  if (key.size() != sizeof(uint64_t)) return BadKey("log", "wrong length");
  return FromBigEndian<uint64_t>(key);
}

std::string DamageKey(uint32_t kind, absl::string_view piece_key) {
  return absl::StrCat("\x01", std::string(1, static_cast<char>(kind)), piece_key);
}

KeyRange DamagesOf(uint32_t kind, const KeyRange& pieces) {
  return {DamageKey(kind, pieces.begin),
          pieces.end.empty() ? DamageKey(kind + 1, "") : DamageKey(kind, pieces.end)};
}

absl::StatusOr<ParsedDamageKey> ParseDamageKey(absl::string_view key) {
  if (key.size() < 2 || key[0] != '\x01') return BadKey("scrub", "unknown kind of row");
  const auto kind = static_cast<unsigned char>(key[1]);
  if (kind > kPartKind) return BadKey("scrub", "unknown kind of piece");
  const absl::StatusOr<ParsedPieceKey> piece = ParsePieceKey(key.substr(2));
  if (!piece.ok()) return BadKey("scrub", piece.status().message());
  return ParsedDamageKey{kind, piece->pack, piece->number};
}

std::string RecordDamageKey(Family family, absl::string_view begin) {
  return absl::StrCat("\x02", std::string(1, static_cast<char>(family)), begin);
}

KeyRange RecordDamagesOf(Family family, const KeyRange& rows) {
  const auto next = static_cast<Family>(static_cast<int>(family) + 1);
  return {RecordDamageKey(family, rows.begin),
          rows.end.empty() ? RecordDamageKey(next, "") : RecordDamageKey(family, rows.end)};
}

absl::StatusOr<ParsedRecordDamageKey> ParseRecordDamageKey(absl::string_view key) {
  if (key.size() < 2 || key[0] != '\x02') return BadKey("scrub", "unknown kind of row");
  const auto family = static_cast<unsigned char>(key[1]);
  if (family < static_cast<int>(Family::kPacks) || family >= static_cast<int>(Family::kScrub)) {
    return BadKey("scrub", "unknown family");
  }
  return ParsedRecordDamageKey{static_cast<Family>(family), std::string(key.substr(2))};
}

std::string HoldKey(const DepositId& deposit, absl::string_view case_id) {
  std::string key;
  AppendDeposit(deposit, key);
  absl::StrAppend(&key, case_id);
  return key;
}

KeyRange HoldsOf(const DepositId& deposit) {
  // Cases are ASCII.
  return {HoldKey(deposit, ""), HoldKey(deposit, "\x7f")};
}

KeyRange HoldsOf(absl::string_view tld) {
  if (tld.empty()) return {};
  // TLDs are ASCII without control characters: after TLD 0x00 comes TLD 0x01.
  std::string begin = absl::StrCat(tld, absl::string_view("\0", 1));
  return {begin, EndOfPrefix(begin)};
}

absl::StatusOr<ParsedHoldKey> ParseHoldKey(absl::string_view key) {
  const size_t tld_end = key.find('\0');
  const size_t id_end = tld_end == absl::string_view::npos ? tld_end : key.find('\0', tld_end + 1);
  if (id_end == absl::string_view::npos) return BadKey("holds", "no deposit");
  const size_t deposit_bytes = id_end + 1 + sizeof(uint16_t);
  if (key.size() <= deposit_bytes) return BadKey("holds", "no case");
  ASSIGN_OR_RETURN(DepositId deposit, ParseDeposit("holds", key.substr(0, deposit_bytes)));
  return ParsedHoldKey{std::move(deposit), std::string(key.substr(deposit_bytes))};
}

std::string RemovingKey(const crypto::PackId& pack) {
  return absl::StrCat(kRemovingPrefix, pack.bytes());
}

KeyRange AllRemoving() {
  return {std::string(kRemovingPrefix), EndOfPrefix(std::string(kRemovingPrefix))};
}

absl::StatusOr<crypto::PackId> ParseRemovingKey(absl::string_view key) {
  if (key.size() != kRemovingPrefix.size() + kPackBytes) return BadKey("meta", "wrong length");
  return crypto::PackId::FromBytes(key.substr(kRemovingPrefix.size()));
}

std::string NodeKey(int level, uint64_t index) {
  CHECK(level >= 0 && level < 64);
  std::string key(1, static_cast<char>(level));
  AppendBigEndian<uint64_t>(index, key);
  return key;
}

absl::StatusOr<ParsedNodeKey> ParseNodeKey(absl::string_view key) {
  if (key.size() != 1 + sizeof(uint64_t)) return BadKey("nodes", "wrong length");
  const auto level = static_cast<unsigned char>(key.front());
  if (level >= 64) return BadKey("nodes", "no such level");
  return ParsedNodeKey{level, FromBigEndian<uint64_t>(key.substr(1))};
}

std::string FormatValue(uint32_t format) {
  std::string value;
  AppendBigEndian<uint32_t>(format, value);
  return value;
}

absl::StatusOr<uint32_t> ParseFormatValue(absl::string_view value) {
  if (value.size() != sizeof(uint32_t)) return absl::DataLossError("stored format: wrong length");
  return FromBigEndian<uint32_t>(value);
}

}  // namespace tidemark::vault::schema
