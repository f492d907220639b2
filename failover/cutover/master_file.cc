#include "failover/cutover/master_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/limits.h"
#include "base/status.h"

namespace tidemark::failover {
namespace {

constexpr uint64_t kTtlMax = 0x7fffffff;
constexpr size_t kRecordBytesMax = 64 * 1024;

struct FileClose {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using UniqueFile = std::unique_ptr<std::FILE, FileClose>;

// A pipe could block, a device never end.
absl::StatusOr<UniqueFile> OpenRegular(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return base::ErrnoStatus(errno, path);
  UniqueFile file(fdopen(fd, "r"));
  if (file == nullptr) {
    const int error = errno;
    close(fd);
    return base::ErrnoStatus(error, path);
  }
  struct stat info;
  if (fstat(fd, &info) != 0) return base::ErrnoStatus(errno, path);
  if (!S_ISREG(info.st_mode)) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": not a regular file"));
  }
  return file;
}

// Puts a record on one line: without comments, and with what parentheses hold together. Escapes and
// quotes are left as they are.
class RecordReader {
 public:
  explicit RecordReader(std::FILE* file) : file_(file) {}

  int line() const { return line_; }

  // False at the end.
  absl::StatusOr<bool> Next(std::string& text) {
    text.clear();
    ++line_;
    int open = 0;
    for (int c = Get(); c != EOF; c = Get()) {
      if (c == '\n') {
        if (open == 0) return true;
        ++line_;
        c = ' ';
      }
      if (c == ';') {
        SkipComment();
      } else if (c == '(' || c == ')') {
        open += c == '(' ? 1 : -1;
        if (open < 0) return absl::InvalidArgumentError("a ')' without '('");
        text += ' ';
      } else {
        RETURN_IF_ERROR(Take(c, text));
      }
      if (text.size() > kRecordBytesMax) return absl::InvalidArgumentError("a record too long");
    }
    if (std::ferror(file_) != 0) return base::ErrnoStatus(errno, "read");
    if (open != 0) return absl::InvalidArgumentError("the file ends inside of parentheses");
    return !text.empty();
  }

  uint64_t bytes() const { return bytes_; }

 private:
  int Get() {
    ++bytes_;
    return getc_unlocked(file_);
  }

  void SkipComment() {
    int c = Get();
    while (c != '\n' && c != EOF) c = Get();
    if (c == '\n') std::ungetc(c, file_);
  }

  // A character, or an escaped one, or a quoted string with all that is in it.
  absl::Status Take(int c, std::string& text) {
    const bool quoted = c == '"';
    do {
      if (c == '\0') return absl::InvalidArgumentError("a NUL byte");
      text += c == '\r' ? ' ' : static_cast<char>(c);
      if (c == '\\') {
        c = Get();
        if (c == EOF || c == '\n' || c == '\0') return absl::InvalidArgumentError("an open escape");
        text += static_cast<char>(c);
      }
      if (!quoted) return absl::OkStatus();
      c = Get();
      if (c == EOF || c == '\n' || text.size() > kRecordBytesMax) {
        return absl::InvalidArgumentError("an open quote");
      }
    } while (c != '"');
    text += '"';
    return absl::OkStatus();
  }

  std::FILE* const file_;
  uint64_t bytes_ = 0;
  int line_ = 0;
};

// Seconds, or BIND's 1h30m. libldns lets what is too large run over.
std::optional<uint32_t> ParseTtl(absl::string_view text) {
  uint64_t sum = 0;
  uint64_t number = 0;
  for (const char c : text) {
    const size_t unit = absl::string_view("smhdw").find(absl::ascii_tolower(c));
    constexpr uint64_t kSeconds[] = {1, 60, 3600, 86400, 604800};
    if (absl::ascii_isdigit(static_cast<unsigned char>(c))) {
      number = std::min(number * 10 + static_cast<uint64_t>(c - '0'), kTtlMax + 1);
    } else if (unit != absl::string_view::npos) {
      sum = std::min(sum + number * kSeconds[unit], kTtlMax + 1);
      number = 0;
    } else {
      return std::nullopt;
    }
  }
  sum += number;
  return sum > kTtlMax ? 0 : static_cast<uint32_t>(sum);
}

bool IsClass(absl::string_view word) {
  for (const absl::string_view name : {"IN", "CH", "HS", "CS"}) {
    if (absl::EqualsIgnoreCase(word, name)) return true;
  }
  return absl::StartsWithIgnoreCase(word, "CLASS");
}

// What a record says of its TTL: before or after the class, and always before the type. Neither a
// class nor a type begins with a digit. It is blanked, so that libldns need not understand it.
absl::StatusOr<std::optional<uint32_t>> TtlOf(std::string& text,
                                              const std::vector<absl::string_view>& words) {
  const size_t first = absl::ascii_isspace(static_cast<unsigned char>(text[0])) ? 0 : 1;
  for (size_t i = first; i < words.size() && i < first + 2; ++i) {
    if (absl::ascii_isdigit(static_cast<unsigned char>(words[i][0]))) {
      const std::optional<uint32_t> ttl = ParseTtl(words[i]);
      if (!ttl.has_value()) return absl::InvalidArgumentError("a TTL that is no time");
      const auto at = static_cast<size_t>(words[i].data() - text.data());
      text.replace(at, words[i].size(), words[i].size(), ' ');
      return ttl;
    }
    if (!IsClass(words[i])) break;
  }
  return std::nullopt;
}

// Of the types that are looked into: every field is there, and none is empty.
absl::Status CheckData(const ldns_rr* rr) {
  const ldns_rr_type type = ldns_rr_get_type(rr);
  switch (type) {
    case LDNS_RR_TYPE_SOA:
    case LDNS_RR_TYPE_NS:
    case LDNS_RR_TYPE_A:
    case LDNS_RR_TYPE_AAAA:
    case LDNS_RR_TYPE_DNSKEY:
    case LDNS_RR_TYPE_DS:
    case LDNS_RR_TYPE_RRSIG:
      break;
    default:
      return absl::OkStatus();
  }
  const absl::Status bad = absl::InvalidArgumentError("a record without its data");
  if (ldns_rr_rd_count(rr) < ldns_rr_descriptor_minimum(ldns_rr_descript(type))) return bad;
  for (size_t i = 0; i < ldns_rr_rd_count(rr); ++i) {
    const ldns_rdf* const rdf = ldns_rr_rdf(rr, i);
    if (rdf == nullptr || ldns_rdf_data(rdf) == nullptr || ldns_rdf_size(rdf) == 0) return bad;
  }
  if (type != LDNS_RR_TYPE_DS) return absl::OkStatus();
  // RFC 3658, RFC 4509, RFC 5933, RFC 6605.
  constexpr size_t kDigestBytes[] = {0, 20, 32, 32, 48};
  const uint8_t digest_type = ldns_rdf2native_int8(ldns_rr_rdf(rr, 2));
  if (digest_type >= 1 && digest_type <= 4 &&
      ldns_rdf_size(ldns_rr_rdf(rr, 3)) != kDigestBytes[digest_type]) {
    return absl::InvalidArgumentError("a DS whose digest has not the size of its type");
  }
  return absl::OkStatus();
}

// $ORIGIN, $TTL, the last owner and the last TTL while a file is read.
class Parser {
 public:
  explicit Parser(absl::string_view zone)
      : zone_(ldns_dname_new_frm_str(absl::StrCat(zone, ".").c_str())) {}
  ~Parser() { ldns_rdf_deep_free(previous_); }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  absl::Status Parse(std::string& text,
                     const std::function<absl::Status(const MasterRecord&)>& visit) {
    const std::vector<absl::string_view> words =
        absl::StrSplit(text, absl::ByAnyChar(" \t\v\f"), absl::SkipEmpty());
    if (words.empty()) return absl::OkStatus();
    if (words[0][0] == '$') return Directive(words);
    ASSIGN_OR_RETURN(const std::optional<uint32_t> said, TtlOf(text, words));
    ldns_rr* raw = nullptr;
    const ldns_status status =
        ldns_rr_new_frm_str(&raw, text.c_str(), 0, origin_.get(), &previous_);
    const UniqueRr rr(raw);
    if (status != LDNS_STATUS_OK || rr == nullptr) {
      return absl::InvalidArgumentError(ldns_get_errorstr_by_id(status));
    }
    // RFC 2308 section 4, and RFC 1035 section 5.1 without a $TTL.
    const uint32_t ttl = said.value_or(default_ttl_.value_or(last_ttl_));
    last_ttl_ = ttl;
    if (ldns_rr_get_class(rr.get()) != LDNS_RR_CLASS_IN) return absl::OkStatus();
    RETURN_IF_ERROR(CheckData(rr.get()));
    ldns_dname2canonical(ldns_rr_owner(rr.get()));
    return visit({rr.get(), PlaceOf(ldns_rr_owner(rr.get())), absl::Seconds(ttl)});
  }

 private:
  Place PlaceOf(const ldns_rdf* owner) const {
    if (ldns_dname_compare(owner, zone_.get()) == 0) return Place::kApex;
    return ldns_dname_is_subdomain(owner, zone_.get()) ? Place::kBelow : Place::kOutside;
  }

  absl::Status Directive(const std::vector<absl::string_view>& words) {
    if (words.size() == 2 && absl::EqualsIgnoreCase(words[0], "$TTL")) {
      default_ttl_ = ParseTtl(words[1]);
      if (default_ttl_.has_value()) return absl::OkStatus();
    }
    if (words.size() == 2 && absl::EqualsIgnoreCase(words[0], "$ORIGIN")) {
      UniqueRdf name(ldns_dname_new_frm_str(std::string(words[1]).c_str()));
      if (name != nullptr && !absl::EndsWith(words[1], ".") && origin_ != nullptr) {
        name.reset(ldns_dname_cat_clone(name.get(), origin_.get()));
      }
      origin_ = std::move(name);
      if (origin_ != nullptr) return absl::OkStatus();
    }
    return absl::InvalidArgumentError("only $ORIGIN and $TTL are known, with a name and a time");
  }

  const UniqueRdf zone_;
  UniqueRdf origin_;
  ldns_rdf* previous_ = nullptr;
  std::optional<uint32_t> default_ttl_;
  uint32_t last_ttl_ = 0;
};

}  // namespace

std::string TextOf(const ldns_rdf* rdf) {
  const std::unique_ptr<char, LdnsFree> text(ldns_rdf2str(rdf));
  return text == nullptr ? "" : text.get();
}

absl::Status ForEachRecord(const std::string& path, absl::string_view zone,
                           const std::function<absl::Status(const MasterRecord&)>& visit) {
  ASSIGN_OR_RETURN(const UniqueFile file, OpenRegular(path));
  RecordReader reader(file.get());
  Parser parser(zone);
  std::string text;
  while (true) {
    const absl::StatusOr<bool> more = reader.Next(text);
    const absl::Status status = more.ok() ? parser.Parse(text, visit) : more.status();
    if (!status.ok()) {
      return absl::Status(status.code(),
                          absl::StrCat(path, ":", reader.line(), ": ", status.message()));
    }
    if (!*more) return absl::OkStatus();
    if (reader.bytes() > base::kDepositBytesMax) {
      return absl::ResourceExhaustedError(absl::StrCat(path, ": too large"));
    }
  }
}

}  // namespace tidemark::failover
