#include "rde/xml/prolog.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace tidemark::rde::xml {
namespace {

constexpr absl::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

bool EatSpace(absl::string_view& text) {
  const size_t size = text.size();
  while (!text.empty() && IsSpace(text.front())) text.remove_prefix(1);
  return text.size() != size;
}

bool Eat(absl::string_view& text, absl::string_view literal) {
  if (!absl::StartsWith(text, literal)) return false;
  text.remove_prefix(literal.size());
  return true;
}

// UTF-16 and UTF-32 by their byte order marks, or by the zero bytes of their first character.
bool IsWide(absl::string_view head) {
  if (absl::StartsWith(head, "\xFE\xFF") || absl::StartsWith(head, "\xFF\xFE")) return true;
  if (head.size() < 2) return false;
  if ((head[0] == '\0') != (head[1] == '\0')) return true;
  // UTF-32, big end first: three zero bytes, or a mark after two.
  return head.size() >= 4 && head[0] == '\0' && (head[2] != '\0' || head[3] != '\0');
}

// One of `version`, `encoding`, `standalone`: S name Eq quoted. False if it is not there.
bool EatPseudoAttribute(absl::string_view& text, absl::string_view name, absl::string_view& value) {
  absl::string_view rest = text;
  if (!EatSpace(rest) || !Eat(rest, name)) return false;
  EatSpace(rest);
  if (!Eat(rest, "=")) return false;
  EatSpace(rest);
  if (rest.empty() || (rest[0] != '"' && rest[0] != '\'')) return false;
  const size_t end = rest.find(rest[0], 1);
  if (end == absl::string_view::npos) return false;
  value = rest.substr(1, end - 1);
  text = rest.substr(end + 1);
  return true;
}

// XML 1.0, fifth edition: a version 1.x document is read as 1.0.
bool IsVersion(absl::string_view version) {
  return absl::StartsWith(version, "1.") && version.size() > 2 &&
         version.find_first_not_of("0123456789", 2) == absl::string_view::npos;
}

Prolog Fail(ErrorKind kind, size_t offset, absl::string_view detail) {
  Prolog prolog;
  prolog.error = Error{kind, Position{1, static_cast<int64_t>(offset)}, std::string(detail)};
  return prolog;
}

// `declaration` is what stands between "<?xml" and "?>".
Prolog InspectDeclaration(absl::string_view declaration, size_t offset) {
  Prolog prolog;
  absl::string_view version, encoding, standalone;
  if (!EatPseudoAttribute(declaration, "version", version) || !IsVersion(version)) {
    return Fail(ErrorKind::kNotWellFormed, offset, "XML declaration without version 1.x");
  }
  if (EatPseudoAttribute(declaration, "encoding", encoding)) {
    prolog.ascii_only = absl::EqualsIgnoreCase(encoding, "US-ASCII");
    if (!prolog.ascii_only && !absl::EqualsIgnoreCase(encoding, "UTF-8")) {
      return Fail(ErrorKind::kNotWellFormed, offset,
                  "wrong encoding declaration: neither UTF-8 nor US-ASCII");
    }
  }
  if (EatPseudoAttribute(declaration, "standalone", standalone) && standalone != "yes" &&
      standalone != "no") {
    return Fail(ErrorKind::kNotWellFormed, offset, "XML declaration: standalone is not yes or no");
  }
  EatSpace(declaration);
  if (!declaration.empty()) {
    return Fail(ErrorKind::kNotWellFormed, offset, "malformed XML declaration");
  }
  return prolog;
}

}  // namespace

Prolog Inspect(absl::string_view head, bool at_end) {
  Prolog prolog;
  if (head.size() < 4 && !at_end) {
    prolog.need_more = true;
    return prolog;
  }
  if (head.empty()) return Fail(ErrorKind::kNotWellFormed, 0, "the file is empty");
  if (IsWide(head)) return Fail(ErrorKind::kNotUtf8, 0, "UTF-16 or UTF-32; UTF-8 is required");
  const size_t mark = absl::StartsWith(head, kByteOrderMark) ? kByteOrderMark.size() : 0;
  const absl::string_view text = head.substr(mark);
  constexpr absl::string_view kStart = "<?xml";
  const absl::string_view start = text.substr(0, kStart.size() + 1);
  if (start.size() <= kStart.size() && absl::StartsWith(kStart, start) && !at_end) {
    prolog.need_more = true;
    return prolog;
  }
  if (!absl::StartsWith(start, kStart) || start.size() <= kStart.size() || !IsSpace(start.back())) {
    prolog.byte_order_mark_bytes = mark;
    return prolog;
  }
  const size_t end = text.substr(0, kXmlDeclarationBytesMax).find("?>");
  if (end == absl::string_view::npos) {
    if (!at_end && text.size() < kXmlDeclarationBytesMax) {
      prolog.need_more = true;
      return prolog;
    }
    return Fail(ErrorKind::kNotWellFormed, mark,
                absl::StrCat("XML declaration without end in ", kXmlDeclarationBytesMax, " bytes"));
  }
  prolog = InspectDeclaration(text.substr(kStart.size(), end - kStart.size()), mark);
  prolog.byte_order_mark_bytes = mark;
  prolog.declaration_bytes = end + 2;
  return prolog;
}

}  // namespace tidemark::rde::xml
