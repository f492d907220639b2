// Private to enrolment/: the names in a server's certificate.
// Threads: pure functions. Errors: INVALID_ARGUMENT: not HOST:PORT.
#ifndef TIDEMARK_ESCROW_AGENT_ENROLMENT_SERVER_NAMES_H_
#define TIDEMARK_ESCROW_AGENT_ENROLMENT_SERVER_NAMES_H_

#include <string>

#include "absl/status/status.h"
#include "crypto/pki.h"

namespace tidemark::escrow_agent {

// The name that clients look for in the server's certificate, whatever its address is.
inline constexpr char kServerName[] = "tidemarkd";

absl::Status CheckListen(const std::string& listen);
// Makes `request` one for a server that listens there.
absl::Status NameServer(const std::string& listen, crypto::CertificateRequest& request);

}  // namespace tidemark::escrow_agent

#endif  // TIDEMARK_ESCROW_AGENT_ENROLMENT_SERVER_NAMES_H_
