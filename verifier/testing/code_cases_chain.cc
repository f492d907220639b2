// Cases about a DIFF on its bases.
#include "verifier/testing/code_cases.h"

namespace tidemark::verifier {
namespace {

// The good deposit as the DIFF of a night on which everything changed, and the FULL before it.
constexpr Edit kDiff{"type=\"FULL\"", "type=\"DIFF\" prevId=\"20261121001\""};
constexpr Edit kEarlierId{"20261122001", "20261121001"};
constexpr Edit kEarlier{"2026-11-22T00:00:00Z", "2026-11-21T00:00:00Z"};

void DiffName(CheckOptions& options) { options.file_name = "test_2026-11-22_diff_S1_R0.xml"; }
void NoName(CheckOptions& options) { options.file_name = std::nullopt; }

}  // namespace

std::vector<CodeCase> ChainCases() {
  std::vector<CodeCase> cases = {
      {"ChainBroken",
       "TDM_CHAIN_BROKEN",
       {{"type=\"FULL\"", "type=\"DIFF\" prevId=\"20261121000\""}},
       {},
       {kDiff},
       DiffName},
      {"ChainWatermarkBackward",
       "TDM_CHAIN_WATERMARK_BACKWARD",
       {kDiff, {"2026-11-22T00:00:00Z", "2026-11-20T23:59:59Z"}},
       {},
       {kDiff, {"2026-11-22T00:00:00Z", "2026-11-21T00:00:00Z"}},
       NoName},
      {"ChainDepositRepeated", "TDM_CHAIN_DEPOSIT_REPEATED", {kDiff}, {}, {kDiff}, DiffName},
      {"ChainDepositUnused", "TDM_CHAIN_DEPOSIT_UNUSED", {kDiff}, {}, {kDiff}, DiffName},
      {"DeleteOfNothing",
       "TDM_DELETE_OF_NOTHING",
       {kDiff,
        {"<rde:contents>",
         "<rde:deletes><rdeDomain:delete><rdeDomain:name>two.test</rdeDomain:name>"
         "</rdeDomain:delete></rde:deletes><rde:contents>"}},
       {},
       {kDiff,
        {"<rde:contents>",
         "<rde:deletes><rdeDomain:delete><rdeDomain:name>ONE.test</rdeDomain:name>"
         "</rdeDomain:delete></rde:deletes><rde:contents>"}},
       DiffName},
  };
  const std::vector<Edit> full = {kEarlierId, kEarlier};
  for (CodeCase& each : cases) {
    each.bases = {full};
    each.good_bases = {full};
  }
  cases[2].bases = {full, full};
  cases[3].bases = {full, {{"20261122001", "20261120001"}, kEarlier}};
  return cases;
}

}  // namespace tidemark::verifier
