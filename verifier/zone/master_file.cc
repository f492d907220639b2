#include "verifier/zone/master_file.h"

#include <arpa/inet.h>

#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"

namespace tidemark::verifier {
namespace {

constexpr size_t kLabelBytesMax = 63;
// Of a record that we read: a DS digest in pieces has the most.
constexpr size_t kTokensMax = 256;
// The longest digest that is assigned has 96 digits.
constexpr size_t kDsBytesMax = 1024;

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

bool IsTtl(absl::string_view text) {
  bool digits = false;
  for (const char c : text) {
    if (absl::ascii_isdigit(c)) {
      digits = true;
    } else if (!digits || !absl::StrContains("sSmMhHdDwW", c)) {
      return false;
    } else {
      digits = false;
    }
  }
  return !text.empty() && absl::ascii_isdigit(text[0]);
}

// TYPE65535 and mnemonics: what may stand where a type is wanted.
bool IsTypeName(absl::string_view text) {
  if (text.empty() || !absl::ascii_isalpha(text[0])) return false;
  for (const char c : text) {
    if (!absl::ascii_isalnum(c) && c != '-') return false;
  }
  return true;
}

std::optional<ZoneType> TypeOf(absl::string_view name) {
  if (absl::EqualsIgnoreCase(name, "NS")) return ZoneType::kNs;
  if (absl::EqualsIgnoreCase(name, "DS")) return ZoneType::kDs;
  if (absl::EqualsIgnoreCase(name, "A")) return ZoneType::kA;
  if (absl::EqualsIgnoreCase(name, "AAAA")) return ZoneType::kAaaa;
  return std::nullopt;
}

// A type that we compare, by its number as RFC 3597 has it for types that a server does not know.
bool IsNumberOfOurs(absl::string_view name) {
  return absl::EqualsIgnoreCase(name, "TYPE1") || absl::EqualsIgnoreCase(name, "TYPE2") ||
         absl::EqualsIgnoreCase(name, "TYPE28") || absl::EqualsIgnoreCase(name, "TYPE43");
}

bool IsOtherClass(absl::string_view text) {
  return absl::EqualsIgnoreCase(text, "CH") || absl::EqualsIgnoreCase(text, "HS") ||
         absl::EqualsIgnoreCase(text, "CS") || absl::StartsWithIgnoreCase(text, "CLASS");
}

// A decimal number without a sign, up to `max`.
bool Number(absl::string_view text, uint32_t max, uint32_t& out) {
  if (text.empty() || text.size() > 10) return false;
  uint64_t number = 0;
  for (const char c : text) {
    if (!absl::ascii_isdigit(c)) return false;
    number = number * 10 + static_cast<uint64_t>(c - '0');
  }
  out = static_cast<uint32_t>(number);
  return number <= max;
}

// RFC 4034 section 5.3 allows for the mnemonics of IANA's registry as well.
bool Algorithm(absl::string_view text, uint32_t& out) {
  struct Mnemonic {
    absl::string_view name;
    uint32_t number;
  };
  for (const Mnemonic& known :
       {Mnemonic{"RSASHA1", 5}, Mnemonic{"RSASHA1-NSEC3-SHA1", 7}, Mnemonic{"RSASHA256", 8},
        Mnemonic{"RSASHA512", 10}, Mnemonic{"ECDSAP256SHA256", 13}, Mnemonic{"ECDSAP384SHA384", 14},
        Mnemonic{"ED25519", 15}, Mnemonic{"ED448", 16}}) {
    if (!absl::EqualsIgnoreCase(text, known.name)) continue;
    out = known.number;
    return true;
  }
  return Number(text, 255, out);
}

// One octet of a name; advances past it. Dots that separate labels are the caller's.
std::optional<unsigned char> Octet(absl::string_view& text) {
  const char c = text[0];
  text.remove_prefix(1);
  if (c != '\\') return static_cast<unsigned char>(c);
  if (text.empty()) return std::nullopt;
  if (!absl::ascii_isdigit(text[0])) {
    const unsigned char literal = static_cast<unsigned char>(text[0]);
    text.remove_prefix(1);
    return literal;
  }
  uint32_t value = 0;
  if (text.size() < 3 || !Number(text.substr(0, 3), 255, value)) return std::nullopt;
  text.remove_prefix(3);
  return static_cast<unsigned char>(value);
}

// In presentation form again, one spelling for each octet.
void AppendOctet(unsigned char octet, std::string& out) {
  const char c = absl::ascii_tolower(octet);
  if (absl::ascii_isalnum(octet) || c == '-' || c == '_' || c == '*' || c == '/') {
    out.push_back(c);
    return;
  }
  out.push_back('\\');
  for (const int unit : {100, 10, 1}) out.push_back(static_cast<char>('0' + octet / unit % 10));
}

}  // namespace

absl::StatusOr<std::string> CanonicalZoneName(absl::string_view text, absl::string_view origin) {
  const absl::Status none = absl::InvalidArgumentError("not a domain name");
  if (text == "@") return std::string(origin);
  if (text == ".") return std::string();
  std::string out;
  size_t label = 0;
  size_t octets = 0;
  bool absolute = false;
  while (!text.empty()) {
    absolute = false;
    if (text[0] == '.') {
      if (label == 0) return none;
      text.remove_prefix(1);
      label = 0;
      absolute = true;
      ++octets;
      if (!text.empty()) out.push_back('.');
      continue;
    }
    const std::optional<unsigned char> octet = Octet(text);
    if (!octet.has_value() || ++label > kLabelBytesMax) return none;
    ++octets;
    AppendOctet(*octet, out);
  }
  if (out.empty()) return none;
  // Octets of the origin may be escaped: it has passed here, so its length is over its octets.
  if (!absolute && !origin.empty()) {
    absl::StrAppend(&out, ".", origin);
    octets += origin.size() + 1;
  }
  if (octets > base::kDomainNameBytesMax + 1) return none;
  return out;
}

MasterFileReader::MasterFileReader(absl::string_view origin, Sink sink)
    : origin_(absl::AsciiStrToLower(origin)), sink_(std::move(sink)) {}

absl::Status MasterFileReader::Refuse(absl::string_view why) const {
  return absl::InvalidArgumentError(absl::StrCat("line ", record_line_, ": ", why));
}

absl::Status MasterFileReader::Write(absl::string_view data) {
  for (size_t i = 0; i < data.size() && status_.ok(); ++i) status_ = Take(data[i]);
  return status_;
}

absl::Status MasterFileReader::Close() {
  if (!status_.ok()) return status_;
  if (in_quotes_ || in_parentheses_ || escaped_) {
    return status_ = Refuse("the file ends within a record");
  }
  if (any_) status_ = EndLine();
  return status_;
}

void MasterFileReader::EndToken() {
  if (in_token_) tokens_.back().size = text_.size() - tokens_.back().begin;
  in_token_ = false;
}

absl::Status MasterFileReader::Take(char c) {
  if (c == '\n') {
    // A line end within quotes is text in some servers and an error in others.
    if (in_quotes_ || escaped_) return Refuse("a line ends within quotes or after a backslash");
    return EndLine();
  }
  if (in_comment_) return absl::OkStatus();
  if (c == '\0') return Refuse("a NUL byte");
  if (!any_) {
    any_ = true;
    if (!in_parentheses_) {
      record_line_ = line_;
      begins_blank_ = IsBlank(c);
    }
  }
  if (!in_quotes_ && !escaped_) {
    if (IsBlank(c)) {
      EndToken();
      return absl::OkStatus();
    }
    if (c == ';') {
      EndToken();
      in_comment_ = true;
      return absl::OkStatus();
    }
    if (c == '(' || c == ')') {
      EndToken();
      if (in_parentheses_ == (c == '(')) return Refuse("a parenthesis without its other one");
      in_parentheses_ = !in_parentheses_;
      return absl::OkStatus();
    }
  }
  if (c == '"' && !escaped_) {
    // Quotes begin and end a token.
    if (in_quotes_) {
      EndToken();
      in_quotes_ = false;
      return absl::OkStatus();
    }
    EndToken();
    in_quotes_ = true;
    in_token_ = true;
    tokens_.push_back({text_.size(), 0, true});
    return absl::OkStatus();
  }
  if (!in_token_) {
    in_token_ = true;
    tokens_.push_back({text_.size(), 0, false});
  }
  escaped_ = !escaped_ && c == '\\';
  if (text_.size() >= base::kObjectBytesMax || tokens_.size() > base::kObjectBytesMax / 8) {
    return Refuse("a record is too long");
  }
  text_.push_back(c);
  return absl::OkStatus();
}

absl::Status MasterFileReader::EndLine() {
  EndToken();
  ++line_;
  in_comment_ = false;
  any_ = false;
  if (in_parentheses_) return absl::OkStatus();
  const absl::Status status = EndRecord();
  text_.clear();
  tokens_.clear();
  return status;
}

absl::string_view MasterFileReader::TextAt(size_t token) const {
  return absl::string_view(text_).substr(tokens_[token].begin, tokens_[token].size);
}

absl::StatusOr<std::string> MasterFileReader::NameAt(size_t token) const {
  if (tokens_[token].quoted) return Refuse("a name in quotes");
  absl::StatusOr<std::string> name = CanonicalZoneName(TextAt(token), origin_);
  if (!name.ok()) return Refuse(name.status().message());
  return name;
}

absl::Status MasterFileReader::EndRecord() {
  if (tokens_.empty()) return absl::OkStatus();
  if (!begins_blank_ && !tokens_[0].quoted && TextAt(0)[0] == '$') return Directive();
  return Record();
}

absl::Status MasterFileReader::Directive() {
  if (absl::EqualsIgnoreCase(TextAt(0), "$TTL")) {
    return tokens_.size() == 2 && IsTtl(TextAt(1)) ? absl::OkStatus()
                                                   : Refuse("$TTL wants one time");
  }
  if (absl::EqualsIgnoreCase(TextAt(0), "$ORIGIN")) {
    if (tokens_.size() != 2) return Refuse("$ORIGIN wants one name");
    ASSIGN_OR_RETURN(origin_, NameAt(1));
    return absl::OkStatus();
  }
  // What $INCLUDE names is not what was given to be compared.
  return Refuse("a directive other than $ORIGIN and $TTL");
}

absl::Status MasterFileReader::Record() {
  size_t at = 0;
  if (!begins_blank_) {
    ASSIGN_OR_RETURN(owner_, NameAt(at++));
    has_owner_ = true;
  } else if (!has_owner_) {
    return Refuse("a record without an owner");
  }
  // TTL and class, each at most once, in either order.
  for (bool ttl = false, of_class = false; at < tokens_.size(); ++at) {
    const absl::string_view text = TextAt(at);
    if (!ttl && IsTtl(text)) {
      ttl = true;
    } else if (!of_class && absl::EqualsIgnoreCase(text, "IN")) {
      of_class = true;
    } else {
      break;
    }
  }
  if (at == tokens_.size() || tokens_[at].quoted || !IsTypeName(TextAt(at))) {
    return Refuse("a record without a type");
  }
  if (IsOtherClass(TextAt(at))) return Refuse("a class other than IN");
  if (IsNumberOfOurs(TextAt(at))) return Refuse("A, NS, AAAA or DS by its number");
  const std::optional<ZoneType> type = TypeOf(TextAt(at));
  if (!type.has_value()) return absl::OkStatus();
  if (at + 1 == tokens_.size()) return Refuse("a record without data");
  if (tokens_.size() > kTokensMax) return Refuse("a record with too much data");
  RETURN_IF_ERROR(Data(*type, at + 1));
  return sink_({owner_, *type, data_, record_line_});
}

// Into data_, from token `first` on.
absl::Status MasterFileReader::Data(ZoneType type, size_t first) {
  const size_t count = tokens_.size() - first;
  const std::string text(TextAt(first));
  data_.clear();
  if (type == ZoneType::kNs) {
    if (count != 1) return Refuse("NS wants one name");
    ASSIGN_OR_RETURN(data_, NameAt(first));
    return absl::OkStatus();
  }
  if (type == ZoneType::kA || type == ZoneType::kAaaa) {
    const int family = type == ZoneType::kA ? AF_INET : AF_INET6;
    data_.resize(type == ZoneType::kA ? 4 : 16);
    if (count != 1 || inet_pton(family, text.c_str(), data_.data()) != 1) {
      return Refuse("not an address of the type's family");
    }
    return absl::OkStatus();
  }
  uint32_t tag = 0;
  uint32_t algorithm = 0;
  uint32_t digest_type = 0;
  if (count < 4 || !Number(text, 65535, tag) || !Algorithm(TextAt(first + 1), algorithm) ||
      !Number(TextAt(first + 2), 255, digest_type)) {
    return Refuse("DS wants a key tag, an algorithm, a digest type and a digest");
  }
  absl::StrAppend(&data_, tag, " ", algorithm, " ", digest_type, " ");
  for (size_t i = first + 3; i < tokens_.size(); ++i) {
    for (const char c : TextAt(i)) {
      if (!absl::ascii_isxdigit(c)) return Refuse("a DS digest is hexadecimal");
      data_.push_back(absl::ascii_toupper(c));
    }
    if (data_.size() > kDsBytesMax) return Refuse("a DS digest is too long");
  }
  return absl::OkStatus();
}

absl::Status ReadMasterFile(base::ByteSource& source, absl::string_view origin,
                            MasterFileReader::Sink sink) {
  MasterFileReader reader(origin, std::move(sink));
  const auto buffer = std::make_unique<std::string>(base::kCopyBufferBytes, '\0');
  for (;;) {
    ASSIGN_OR_RETURN(const size_t got, source.Read(absl::MakeSpan(*buffer)));
    if (got == 0) break;
    RETURN_IF_ERROR(reader.Write(absl::string_view(*buffer).substr(0, got)));
  }
  RETURN_IF_ERROR(source.Close());
  return reader.Close();
}

}  // namespace tidemark::verifier
