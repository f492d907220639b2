// What all parts of the page are made of.
#include "verifier/reports/html_parts.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"

namespace tidemark::verifier {
namespace {

// "domain (CSV)"; "" for what we do not know.
std::string NameOf(absl::string_view uri) {
  if (!absl::ConsumePrefix(&uri, "urn:ietf:params:xml:ns:")) return "";
  absl::ConsumeSuffix(&uri, "-1.0");
  if (absl::ConsumePrefix(&uri, "rde")) return std::string(uri);
  if (absl::ConsumePrefix(&uri, "csv")) return absl::StrCat(uri, " (CSV)");
  return std::string(uri);
}

const char* PathOf(Mark mark) {
  switch (mark) {
    case Mark::kTick:
      return "M12 21l6 6 11-13";
    case Mark::kCross:
      return "M13 13l14 14M27 13L13 27";
    case Mark::kQuestion:
      return "M15 16a5 5 0 1 1 7 4.6q-2 1-2 3.4M20 29v.5";
    case Mark::kDash:
      return "M13 20h14";
  }
  return "";
}

}  // namespace

std::string Escaped(absl::string_view text) {
  std::string out = absl::StrReplaceAll(
      text, {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}, {"'", "&#39;"}});
  for (char& c : out) {
    if (!absl::ascii_isprint(static_cast<unsigned char>(c))) c = '?';
  }
  return out;
}

std::string WithCommas(int64_t n) {
  const std::string digits = absl::StrCat(n);
  std::string out;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0 && digits[i - 1] != '-') out.push_back(',');
    out.push_back(digits[i]);
  }
  return out;
}

std::string Percent(int64_t part, int64_t whole) {
  if (whole <= 0) return "0.0%";
  return absl::StrFormat("%.1f%%", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

std::string MarkPicture(Mark mark) {
  return absl::StrCat(
      "<svg class=\"mark\" viewBox=\"0 0 40 40\" aria-hidden=\"true\"><circle cx=\"20\" cy=\"20\" "
      "r=\"18\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"2.5\"/><path d=\"",
      PathOf(mark),
      "\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"3\" stroke-linecap=\"round\" "
      "stroke-linejoin=\"round\"/></svg>");
}

std::string BarCell(double share) {
  return absl::StrFormat(
      "<td class=\"bar\"><svg viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" "
      "aria-hidden=\"true\"><rect class=\"track\" width=\"100\" height=\"10\" rx=\"2\"/>"
      "<rect class=\"fill\" width=\"%.2f\" height=\"10\" rx=\"2\"/></svg></td>",
      100.0 * std::clamp(share, 0.0, 1.0));
}

std::string ChangeCell(double change) {
  const double width = 50.0 * std::min(std::abs(change), 1.0);
  return absl::StrFormat(
      "<td class=\"bar\"><svg viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" "
      "aria-hidden=\"true\"><rect class=\"track\" width=\"100\" height=\"10\" rx=\"2\"/>"
      "<rect class=\"%s\" x=\"%.2f\" width=\"%.2f\" height=\"10\"/>"
      "<rect class=\"middle\" x=\"49.7\" width=\"0.6\" height=\"10\"/></svg></td>",
      change < 0 ? "loss" : "gain", change < 0 ? 50.0 - width : 50.0, width);
}

std::string NamespaceText(absl::string_view uri) {
  const std::string name = NameOf(uri);
  if (name.empty()) return Escaped(uri);
  return absl::StrCat(Escaped(name), "<small>", Escaped(uri), "</small>");
}

}  // namespace tidemark::verifier
