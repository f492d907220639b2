// The label on a sealed deposit, against what is inside: TDM_MANIFEST_MISMATCH.
//
// Catalogue, schedule and retention live by the clear manifest, without ever opening a deposit.
#ifndef TIDEMARK_VERIFIER_SERVICE_LABEL_H_
#define TIDEMARK_VERIFIER_SERVICE_LABEL_H_

#include <vector>

#include "proto/custody.pb.h"
#include "proto/service.pb.h"
#include "rde/records.h"
#include "verifier/check.h"

namespace tidemark::verifier {

// Compares TLD, id, resend, kind, watermark (to the second) and prevId with what `checker` has
// read. What the deposit does not say, or says unreadably, is another finding's.
void CompareLabel(const tidemark::v1::ClearManifest& manifest, DepositChecker& checker);

// A label as the deposit element that it stands for: identity, kind, watermark and prevId.
rde::DepositInfo InfoOf(const tidemark::v1::ClearManifest& manifest);
rde::DepositInfo InfoOf(const tidemark::v1::DepositSummary& summary);

// Of a TLD's list those that others may be replayed on: what policy deleted is not among them, nor
// a resend that did not pass where a lower one of the same id did. Retention keeps by the same
// rule.
std::vector<tidemark::v1::DepositSummary> UsableAsBases(
    std::vector<tidemark::v1::DepositSummary> deposits);

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_SERVICE_LABEL_H_
