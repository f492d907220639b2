// Labels of the deposits that the judges' tests give: the clear manifests of DepositText() and of a
// DIFF on it.
#ifndef TIDEMARK_VERIFIER_SERVICE_JUDGE_TESTING_H_
#define TIDEMARK_VERIFIER_SERVICE_JUDGE_TESTING_H_

#include <string>

#include "proto/custody.pb.h"

namespace tidemark::verifier {

tidemark::v1::ClearManifest GoodManifest();

// A DIFF with nothing but a header, and the label that fits it.
std::string DiffText();
tidemark::v1::ClearManifest DiffManifest();

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_SERVICE_JUDGE_TESTING_H_
