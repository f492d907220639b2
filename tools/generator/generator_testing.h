// For tests only: a deposit and its zone in memory.
#ifndef TIDEMARK_TOOLS_GENERATOR_GENERATOR_TESTING_H_
#define TIDEMARK_TOOLS_GENERATOR_GENERATOR_TESTING_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "base/testing.h"
#include "tools/generator/generator.h"

namespace tidemark::generator {

struct Night {
  std::string deposit;
  std::string zone;
};

inline Night Make(const GeneratorOptions& options) {
  Night night;
  base::StringSink deposit(night.deposit, 64 << 20);
  base::StringSink zone(night.zone, 64 << 20);
  EXPECT_OK(Generate(options, deposit, zone));
  return night;
}

inline GeneratorOptions Domains(uint64_t domains) {
  GeneratorOptions options;
  options.domains = domains;
  return options;
}

}  // namespace tidemark::generator

#endif  // TIDEMARK_TOOLS_GENERATOR_GENERATOR_TESTING_H_
