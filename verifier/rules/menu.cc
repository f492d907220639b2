// The menu against the header's counts: RST rde-05, standards.md section 10, trap 9.
#include <set>
#include <string>

#include "verifier/rules/rule.h"

namespace tidemark::verifier {
namespace {

class MenuRule final : public Rule {
 public:
  using Rule::Rule;

  void Finish() override {
    if (!j_.header.has_value()) return;
    const std::set<std::string> menu(j_.deposit->menu_uris.begin(), j_.deposit->menu_uris.end());
    std::set<std::string> header;
    for (const rde::HeaderCount& count : j_.header->counts) header.insert(count.uri);
    for (const std::string& uri : menu) {
      if (header.contains(uri)) continue;
      const bool harmless = uri == rde::kHeaderUri || uri == rde::kPolicyUri;
      j_.log.Raise(harmless && !j_.rules().menu_equals_header ? Code::kMenuListsUncounted
                                                              : Code::kMenuAndHeaderUrisDiffer,
                   Subject{"menu", "", j_.deposit_at}, Printable(uri),
                   " is in the menu and not in the header");
    }
    // The header of a DIFF or INCR counts the whole repository; its menu names what is in the file.
    if (j_.is_differential()) return;
    for (const std::string& uri : header) {
      if (menu.contains(uri)) continue;
      j_.log.Raise(Code::kMenuAndHeaderUrisDiffer, AboutHeader(j_), Printable(uri),
                   " is in the header and not in the menu");
    }
  }
};

}  // namespace

std::unique_ptr<Rule> NewMenuRule(Judgement& judgement) { return Rule::New<MenuRule>(judgement); }

}  // namespace tidemark::verifier
