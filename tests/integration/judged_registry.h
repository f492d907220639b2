// For tests of a rebuilt registry before judges that are not it: a deposit, others' or made up,
// rebuilt and served with knotd.
#ifndef TIDEMARK_TESTS_INTEGRATION_JUDGED_REGISTRY_H_
#define TIDEMARK_TESTS_INTEGRATION_JUDGED_REGISTRY_H_

#include <gtest/gtest.h>
#include <unistd.h>

#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/installed_testing.h"
#include "base/testing.h"
#include "failover/probe/deposit_witness.h"
#include "tests/support/deposits.h"
#include "tests/support/served_registry.h"

namespace tidemark::tests {

struct JudgedDeposit {
  std::string title;
  std::string others = "";  // a folder of ../shared/testdata; "": the generator's
  generator::GeneratorOptions made = {.domains = 2000};
};

inline std::string TitleOf(const ::testing::TestParamInfo<JudgedDeposit>& info) {
  return info.param.title;
}

class JudgedRegistry : public ::testing::TestWithParam<JudgedDeposit> {
 protected:
  // Skips where knotd or others' deposits are absent.
  void SetUp() override {
    SKIP_UNLESS_INSTALLED("knotd");
    dir_ = base::TestDir();
    if (GetParam().others.empty()) {
      ASSERT_OK_AND_ASSIGN(const GeneratedDeposit made, WriteDeposit(dir_, GetParam().made));
      deposit_ = made.deposit_path;
      source_zone_ = made.zone_path;
      return;
    }
    const std::optional<std::string> shared = base::SharedDir();
    if (!shared.has_value()) GTEST_SKIP() << base::kNoSharedDir;
    const std::string& tld = GetParam().others;
    const std::string folder = absl::StrCat(*shared, "/testdata/", tld, "/", tld);
    deposit_ = folder + "_2026-11-22_full_S1_R0.xml";
    source_zone_ = folder + ".zone";
    for (const std::string& path : {deposit_, source_zone_}) {
      if (access(path.c_str(), R_OK) != 0) GTEST_SKIP() << path << " is not there";
    }
  }

  // `config` is the text of a configuration, for rebuild and serve.
  void Serve(const std::string& config = "") {
    ServedRegistryOptions options{.dir = dir_, .deposit = deposit_, .config = ""};
    if (!config.empty()) {
      options.config = dir_ + "/serve.toml";
      ASSERT_OK(base::WriteFile(options.config, config, base::FileMode::kPublic));
    }
    ASSERT_OK_AND_ASSIGN(served_, ServedRegistry::Start(options));
  }

  absl::StatusOr<failover::DepositWitness> Witness(failover::WitnessOptions options) const {
    options.tld = served_->tld();
    return failover::DepositWitness::Read(WitnessedFile(deposit_), options);
  }

  std::string dir_;
  std::string deposit_;
  std::string source_zone_;
  std::unique_ptr<ServedRegistry> served_;
};

}  // namespace tidemark::tests

#endif  // TIDEMARK_TESTS_INTEGRATION_JUDGED_REGISTRY_H_
