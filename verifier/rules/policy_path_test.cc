#include "verifier/rules/policy_path.h"

#include <gtest/gtest.h>

#include "base/testing.h"

namespace tidemark::verifier {
namespace {

using base::StatusIs;

constexpr char kScope[] = "//rde:deposit/rde:contents/rdeDomain:domain";

rde::Policy Policy(std::string scope, std::string element) {
  rde::Policy policy;
  policy.scope = std::move(scope);
  policy.element = std::move(element);
  return policy;
}

TEST(PolicyPath, UnboundPrefixesAreConventional) {
  ASSERT_OK_AND_ASSIGN(const PolicyPath path, ParsePolicy(Policy(kScope, "rdeDomain:registrant")));
  EXPECT_EQ(path.object_uri, rde::kDomainUri);
  EXPECT_EQ(path.object, "domain");
  EXPECT_EQ(path.ElementText(), "registrant");
}

TEST(PolicyPath, BoundPrefixesWin) {
  rde::Policy policy = Policy("//e:deposit/e:contents/rdeHost:domain", "d:registrant");
  policy.bindings = {{"e", std::string(rde::kRdeUri)},
                     {"d", "urn:other"},
                     {"d", std::string(rde::kDomainUri)},
                     {"rdeHost", std::string(rde::kDomainUri)}};
  ASSERT_OK_AND_ASSIGN(const PolicyPath path, ParsePolicy(policy));
  EXPECT_EQ(path.object_uri, rde::kDomainUri);
}

TEST(PolicyPath, PredicateInEitherQuotes) {
  for (const char* element :
       {"rdeDomain:contact[@type='admin']", "rdeDomain:contact[@type=\"admin\"]"}) {
    ASSERT_OK_AND_ASSIGN(const PolicyPath path, ParsePolicy(Policy(kScope, element)));
    EXPECT_EQ(path.ElementText(), "contact[@type='admin']");
  }
}

TEST(PolicyPath, AnythingElseIsInvalid) {
  for (const char* scope :
       {"", "/rde:deposit/rde:contents/rdeDomain:domain", "//rde:deposit/rdeDomain:domain",
        "//rde:deposit/rde:contents/rdeDomain:domain/rdeDomain:ns", "//rde:deposit/rde:contents/",
        "//rde:deposit/rde:deletes/rdeDomain:domain", "//deposit/contents/domain",
        "//rde:deposit/rde:contents/nobody:domain"}) {
    EXPECT_THAT(ParsePolicy(Policy(scope, "rdeDomain:registrant")),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << scope;
  }
  for (const char* element :
       {"", "registrant", ":registrant", "rdeDomain:", "rdeHost:addr", "rdeDomain:contact[1]",
        "rdeDomain:contact[@type=admin]", "rdeDomain:contact[@type='admin]",
        "rdeDomain:contact[@='admin']", "rdeDomain:contact[@type='admin'"}) {
    EXPECT_THAT(ParsePolicy(Policy(kScope, element)), StatusIs(absl::StatusCode::kInvalidArgument))
        << element;
  }
}

}  // namespace
}  // namespace tidemark::verifier
