// A deposit that a person has, judged on bases that a person has (verifier/base_chain.h).
//
// The bases may be whatever DepositInput reads, in either model, and in any order. Each is read
// twice: for its deposit element, which says where in the chain it stands, and for good. In a chain
// that has domains in the CSV model all its deposits are read once more before, since their rows
// may name hosts and registrars by what another deposit says of them (rde/csv/chain_names.h).
//
// A base that is no deposit is a finding; one that cannot be read is an error. Threads: one.
// Memory: `resources.memory_bytes_max`; content on scratch is sealed.
#ifndef TIDEMARK_VERIFIER_BASE_FILES_H_
#define TIDEMARK_VERIFIER_BASE_FILES_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "verifier/check.h"
#include "verifier/input/deposit_input.h"

namespace tidemark::verifier {

using OpenInput =
    std::function<absl::StatusOr<std::unique_ptr<DepositInput>>(const std::string& path)>;

struct BaseFiles {
  std::vector<std::string> paths;
  OpenInput open;        // required; more than once for one path
  ReadXmlFrom read_xml;  // required: of the bases and of the last one
};

// `name`: of the last one, for findings. INVALID_ARGUMENT for XML in a stream on bases whose
// domains are in CSV files: it would have to be read twice.
absl::Status ReadInputOnBases(DepositInput& last, const std::string& name, const BaseFiles& bases,
                              const Resources& resources, DepositChecker& checker);

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_BASE_FILES_H_
