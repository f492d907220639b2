// Status helpers: the two macros that keep error paths on one line, and annotation.
//
// absl::Status is the project's one error type (docs/STYLE.md, "Errors"). A flaw in a deposit is
// never a Status: it is a verifier::Finding.
#ifndef TIDEMARK_BASE_STATUS_H_
#define TIDEMARK_BASE_STATUS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace tidemark::base {

// The same code with "context: " before the message; OK stays OK. The message must name places
// and numbers, never content of a deposit or a key.
absl::Status Annotate(const absl::Status& status, absl::string_view context);

// A Status for the errno value of a failed system call on `what` (a path or an address).
// ENOENT is NOT_FOUND, EACCES and EPERM are PERMISSION_DENIED, EEXIST is ALREADY_EXISTS, ENOSPC
// and EDQUOT are RESOURCE_EXHAUSTED, everything else is UNAVAILABLE.
absl::Status ErrnoStatus(int error_number, absl::string_view what);

}  // namespace tidemark::base

#define TIDEMARK_CONCAT_INNER(a, b) a##b
#define TIDEMARK_CONCAT(a, b) TIDEMARK_CONCAT_INNER(a, b)

// Returns from the enclosing function if `expr`, an absl::Status, is not OK.
#define RETURN_IF_ERROR(expr)                                  \
  do {                                                         \
    if (::absl::Status tidemark_status = (expr);               \
        !tidemark_status.ok()) {                               \
      return tidemark_status;                                  \
    }                                                          \
  } while (false)

// Evaluates `expr`, an absl::StatusOr, and assigns its value to `lhs` or returns its status.
#define ASSIGN_OR_RETURN(lhs, expr) \
  ASSIGN_OR_RETURN_INNER(TIDEMARK_CONCAT(tidemark_statusor_, __LINE__), lhs, expr)
#define ASSIGN_OR_RETURN_INNER(var, lhs, expr) \
  auto var = (expr);                           \
  if (!var.ok()) return std::move(var).status(); \
  lhs = *std::move(var)

// Ends the process with the place and the condition. For our own mistakes only: what a peer, a
// file or an operator can cause is a Status.
#define CHECK(condition)                                                            \
  (static_cast<bool>(condition)                                                     \
       ? static_cast<void>(0)                                                       \
       : ::tidemark::base::CheckFailed(#condition, __FILE__, __LINE__))

namespace tidemark::base {
[[noreturn]] void CheckFailed(const char* condition, const char* file, int line);
}  // namespace tidemark::base

#endif  // TIDEMARK_BASE_STATUS_H_
