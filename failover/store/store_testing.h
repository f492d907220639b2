// For tests only: a store of one's own, filled record by record.
#ifndef TIDEMARK_FAILOVER_STORE_STORE_TESTING_H_
#define TIDEMARK_FAILOVER_STORE_STORE_TESTING_H_

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/testing.h"
#include "failover/store/registry_store.h"

namespace tidemark::failover {

class StoreTest : public ::testing::Test {
 protected:
  StoreTest() : dir_(base::TestDir() + "/registry") {}

  void Create(size_t run_bytes_max = 32 << 20) {
    ASSERT_OK_AND_ASSIGN(loader_,
                         RegistryLoader::Create({.dir = dir_, .run_bytes_max = run_bytes_max}));
  }
  void Put(const rde::Record& record) { ASSERT_OK(loader_->Put(record, {.line = ++line_})); }
  void Finish() {
    ASSERT_OK_AND_ASSIGN(summary_, loader_->Finish());
    loader_.reset();
    ASSERT_OK_AND_ASSIGN(store_, RegistryStore::Open(dir_));
  }

  const std::string dir_;
  int64_t line_ = 0;
  std::unique_ptr<RegistryLoader> loader_;
  LoadSummary summary_;
  std::unique_ptr<RegistryStore> store_;
};

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_STORE_STORE_TESTING_H_
