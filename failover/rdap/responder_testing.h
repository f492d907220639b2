// For tests only: a responder over a small registry, and what its answers hold.
#ifndef TIDEMARK_FAILOVER_RDAP_RESPONDER_TESTING_H_
#define TIDEMARK_FAILOVER_RDAP_RESPONDER_TESTING_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "base/testing.h"
#include "failover/lookup/registry_testing.h"
#include "failover/rdap/responder.h"

namespace tidemark::failover::rdap {

using nlohmann::json;

class ResponderTest : public ::testing::Test {
 protected:
  void Open(const std::vector<rde::Record>& records = SmallRegistry(),
            RddsConfig config = TestConfig()) {
    ASSERT_OK_AND_ASSIGN(registry_, MakeTestRegistry(records, std::move(config)));
    responder_ = std::make_unique<Responder>(*registry_.lookup);
  }
  json Get(const std::string& target, int status = 200) {
    answer_ = responder_->Respond(target);
    EXPECT_EQ(answer_.status, status) << target << "\n" << answer_.body;
    const json body = json::parse(answer_.body, nullptr, false);
    EXPECT_FALSE(body.is_discarded()) << answer_.body;
    EXPECT_EQ(body["rdapConformance"][0], "rdap_level_0");
    return body;
  }

  TestRegistry registry_;
  std::unique_ptr<Responder> responder_;
  Answer answer_;
};

// The entity of a role; null if there is none.
inline json EntityOf(const json& body, const std::string& role) {
  for (const json& entity : body["entities"]) {
    if (entity["roles"][0] == role) return entity;
  }
  return nullptr;
}

// The values of a property of an entity's card.
inline std::vector<json> CardValues(const json& entity, const std::string& property) {
  std::vector<json> values;
  for (const json& entry : entity["vcardArray"][1]) {
    if (entry[0] == property) values.push_back(entry[3]);
  }
  return values;
}

}  // namespace tidemark::failover::rdap

#endif  // TIDEMARK_FAILOVER_RDAP_RESPONDER_TESTING_H_
