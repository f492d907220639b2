// For tests: for every code the smallest edit of the good deposit that raises it, the codes that
// rightly come with it, and a neighbour that must raise nothing.
#ifndef TIDEMARK_VERIFIER_TESTING_CODE_CASES_H_
#define TIDEMARK_VERIFIER_TESTING_CODE_CASES_H_

#include <ostream>
#include <string>
#include <vector>

#include "verifier/testing/deposit_text.h"

namespace tidemark::verifier {

struct CodeCase {
  std::string name;  // of the test
  std::string code;
  std::vector<Edit> bad;
  std::vector<std::string> beside = {};  // other codes that the bad deposit raises as well
  std::vector<Edit> good = {};
  void (*adjust)(CheckOptions&) = nullptr;  // for both
  bool csv = false;                         // the edits are of csv_deposit_text.h's
  // Edits that make the deposits on which the bad one, and the good one, are judged.
  std::vector<std::vector<Edit>> bases = {};
  std::vector<std::vector<Edit>> good_bases = {};
};

inline void PrintTo(const CodeCase& param, std::ostream* out) { *out << param.name; }

std::vector<CodeCase> DepositCases();
std::vector<CodeCase> ChainCases();
std::vector<CodeCase> DomainCases();
std::vector<CodeCase> HostAndContactCases();
std::vector<CodeCase> OtherObjectCases();
std::vector<CodeCase> CsvCases();
std::vector<CodeCase> SanityCases();
std::vector<CodeCase> ComparisonCases();
std::vector<CodeCase> CloserCases();
// All of them.
std::vector<CodeCase> CodeCases();

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_TESTING_CODE_CASES_H_
