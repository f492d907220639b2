// The header's counts against ours, and objects that nobody announced: RST rde-06, RFC 9022 8 (2).
#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "verifier/rules/rule.h"

namespace tidemark::verifier {
namespace {

class HeaderCountsRule final : public Rule {
 public:
  using Rule::Rule;

  void OnDelete(const rde::Delete& object, const Subject& subject) override {
    if (!deleted_.contains(object.uri)) deleted_.emplace(object.uri, subject.at);
  }

  void Finish() override {
    if (j_.is_excerpt()) RaiseUnlisted();
    if (!j_.header.has_value()) return;
    if (!j_.is_excerpt()) RaiseUnannounced();
    if (j_.is_excerpt()) {
      j_.SkipCode(Code::kObjectCountMismatch,
                  "the header of a DIFF or INCR counts the repository after it was applied: "
                  "comparing needs the base deposit");
    } else if (j_.unread_csv) {
      j_.SkipCode(Code::kObjectCountMismatch, "the deposit has CSV files, which were not read");
    } else if (j_.is_repository()) {
      Compare();
    }
  }

 private:
  static bool IsOfRfc9022(absl::string_view uri) {
    static constexpr absl::string_view kUris[] = {
        rde::kHeaderUri, rde::kDomainUri, rde::kHostUri,      rde::kContactUri, rde::kRegistrarUri,
        rde::kIdnUri,    rde::kNndnUri,   rde::kEppParamsUri, rde::kPolicyUri};
    return std::find(std::begin(kUris), std::end(kUris), uri) != std::end(kUris) ||
           !rde::XmlUriOf(uri).empty();
  }

  using UriCounts = decltype(Judgement::counts);

  // The namespaces that `announced` has not got, as their first objects stand in the file.
  template <typename Announced>
  std::vector<const UriCounts::value_type*> Others(const Announced& announced) const {
    std::vector<const UriCounts::value_type*> others;
    for (const auto& count : j_.counts) {
      if (!announced.contains(count.first)) others.push_back(&count);
    }
    std::stable_sort(others.begin(), others.end(), [](const auto* a, const auto* b) {
      const rde::Position& at_a = a->second.first;
      const rde::Position& at_b = b->second.first;
      return std::tie(at_a.file, at_a.offset) < std::tie(at_b.file, at_b.offset);
    });
    return others;
  }

  void RaiseUnannounced() {
    std::set<std::string> announced(j_.deposit->menu_uris.begin(), j_.deposit->menu_uris.end());
    for (const rde::HeaderCount& count : j_.header->counts) announced.insert(count.uri);
    for (const auto* other : Others(announced)) {
      const auto& [uri, count] = *other;
      j_.log.Raise(Code::kUnexpectedObject, Subject{"namespace", uri, count.first}, count.objects,
                   " objects of a type that neither menu nor header lists");
    }
  }

  // RFC 8909 section 5.1.2: the menu names what contents and deletes are of. The header of a DIFF
  // or INCR names what the repository has, so it says nothing about the file.
  void RaiseUnlisted() {
    const std::set<std::string> menu(j_.deposit->menu_uris.begin(), j_.deposit->menu_uris.end());
    // Deletes come first, as in the file.
    for (const auto& [uri, at] : deleted_) {
      // Deletes of both models are called by the XML model's namespace.
      if (menu.contains(uri) || menu.contains(std::string(rde::CsvUriOf(uri)))) continue;
      j_.log.Raise(Code::kUnexpectedObject, Subject{"namespace", uri, at},
                   "deletes of a type that the menu does not list");
    }
    for (const auto* other : Others(menu)) {
      const auto& [uri, count] = *other;
      j_.log.Raise(Code::kUnexpectedObject, Subject{"namespace", uri, count.first}, count.objects,
                   " objects of a type that the menu does not list");
    }
  }

  void Compare() {
    for (const rde::HeaderCount& count : j_.header->counts) {
      if (!count.rcdn.empty() || !count.registrar_id.empty()) {
        j_.SkipCode(Code::kObjectCountMismatch,
                    "counts limited to an rcdn or a registrarId are not compared");
        continue;
      }
      if (j_.replayed && !IsOfRfc9022(count.uri)) {
        j_.SkipCode(Code::kObjectCountMismatch,
                    "objects outside RFC 9022 have no key by which a DIFF or INCR replaces them");
        continue;
      }
      // A count that is no number is the schema's to report.
      if (!count.value.has_value()) continue;
      const int64_t ours = count.uri == rde::kHeaderUri ? 1 : j_.count_of(count.uri);
      if (*count.value != ours) {
        j_.log.Raise(Code::kObjectCountMismatch, AboutHeader(j_), Printable(count.uri),
                     ": the header says ", *count.value, ", the deposit has ", ours);
      }
    }
  }

  std::map<std::string, std::optional<rde::Position>> deleted_;  // by namespace, the first of each
};

}  // namespace

std::unique_ptr<Rule> NewHeaderCountsRule(Judgement& judgement) {
  return Rule::New<HeaderCountsRule>(judgement);
}

}  // namespace tidemark::verifier
