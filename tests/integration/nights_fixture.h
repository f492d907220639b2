// For tests only: a registry that deposits night after night into one real agent.
#ifndef TIDEMARK_TESTS_INTEGRATION_NIGHTS_FIXTURE_H_
#define TIDEMARK_TESTS_INTEGRATION_NIGHTS_FIXTURE_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "crypto/object_id.h"
#include "escrow_agent/client/deposit_client.h"
#include "escrow_agent/client/index/object_index.h"
#include "tests/integration/custody_fixture.h"

namespace tidemark::tests {

// A registry of objects that do not compress.
class Registry {
 public:
  explicit Registry(int objects) {
    for (int i = 0; i < objects; ++i) objects_.push_back(Object(i));
  }

  void Change(size_t i) { objects_[i] = Object(static_cast<int>(i)); }
  void Shuffle() { std::shuffle(objects_.begin(), objects_.end(), random_); }
  const std::string& object(size_t i) const { return objects_[i]; }

  std::string Deposit(const std::string& id, const std::string& type = "FULL",
                      size_t first = 0) const {
    std::string out = absl::StrCat(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rde:deposit type=\"", type, "\" id=\"", id,
        "\" resend=\"0\" xmlns:rde=\"urn:ietf:params:xml:ns:rde-1.0\"\n"
        " xmlns:h=\"urn:ietf:params:xml:ns:rdeHeader-1.0\"\n"
        " xmlns:d=\"urn:ietf:params:xml:ns:rdeDomain-1.0\">\n"
        "<rde:watermark>2026-11-22T00:00:00Z</rde:watermark>\n<rde:rdeMenu>\n"
        "<rde:version>1.0</rde:version>\n"
        "<rde:objURI>urn:ietf:params:xml:ns:rdeDomain-1.0</rde:objURI>\n</rde:rdeMenu>\n"
        "<rde:contents>\n<h:header><h:tld>example</h:tld></h:header>\n");
    for (size_t i = first; i < objects_.size(); ++i) absl::StrAppend(&out, objects_[i], "\n");
    return absl::StrCat(out, "</rde:contents>\n</rde:deposit>\n");
  }

 private:
  std::string Object(int number) {
    std::string noise;
    for (int i = 0; i < 60; ++i) absl::StrAppend(&noise, random_());
    return absl::StrCat("<d:domain>\n <d:name>d", number, ".example</d:name>\n <d:x>", noise,
                        "</d:x>\n</d:domain>");
  }

  std::mt19937_64 random_{1};
  std::vector<std::string> objects_;
};

inline constexpr int kObjects = 3000;

class NightsTest : public ::testing::Test {
 protected:
  NightsTest() : registry_(kObjects) {
    absl::StatusOr<std::unique_ptr<Custody>> custody = Custody::Start();
    EXPECT_OK(custody.status());
    custody_ = *std::move(custody);
  }

  // Deposits, and expects it back. What it cost is in the result.
  escrow_agent::DepositResult Night(const std::string& content) {
    absl::StatusOr<escrow_agent::DepositResult> result = custody_->Deposit(content);
    EXPECT_OK(result.status());
    EXPECT_OK(result->index_status);
    const absl::StatusOr<std::string> opened = custody_->Open(result->id);
    EXPECT_OK(opened.status());
    EXPECT_TRUE(*opened == content) << "of " << result->id.ToString();
    return *std::move(result);
  }

  escrow_agent::DepositorConfig Config() {
    return *custody_->Depositor(custody_->dir() + "/depositor/depositor.toml");
  }

  static std::unique_ptr<escrow_agent::ObjectIndex> IndexOf(
      const escrow_agent::DepositorConfig& config) {
    return *escrow_agent::ObjectIndex::Open(
        escrow_agent::IndexPath(config, "example"),
        {.vault_id = config.agent.vault_id,
         .tld = "example",
         .secret_check = crypto::ObjectHasher(config.object_secrets.at("example")).Check()});
  }
  std::unique_ptr<escrow_agent::ObjectIndex> Index() { return IndexOf(Config()); }

  Registry registry_;
  std::unique_ptr<Custody> custody_;
};

}  // namespace tidemark::tests

#endif  // TIDEMARK_TESTS_INTEGRATION_NIGHTS_FIXTURE_H_
