// Records to stored messages and back. Every field of rde/records.h makes the round trip.
//
// Encode() reuses the message: it clears it first. Decode() fills a default-constructed record.
#ifndef TIDEMARK_FAILOVER_STORE_ENCODING_H_
#define TIDEMARK_FAILOVER_STORE_ENCODING_H_

#include "proto/registry.pb.h"
#include "rde/records.h"

namespace tidemark::failover {

void Encode(const rde::Domain& in, registry::v1::Domain& out);
void Encode(const rde::Host& in, registry::v1::Host& out);
void Encode(const rde::Contact& in, registry::v1::Contact& out);
void Encode(const rde::Registrar& in, registry::v1::Registrar& out);
void Encode(const rde::IdnTableRef& in, registry::v1::IdnTableRef& out);
void Encode(const rde::Nndn& in, registry::v1::Nndn& out);
void Encode(const rde::EppParams& in, registry::v1::EppParams& out);
void Encode(const rde::Policy& in, registry::v1::Policy& out);
void Encode(const rde::Header& in, registry::v1::Header& out);
void Encode(const rde::DepositInfo& in, registry::v1::Deposit& out);

void Decode(const registry::v1::Domain& in, rde::Domain& out);
void Decode(const registry::v1::Host& in, rde::Host& out);
void Decode(const registry::v1::Contact& in, rde::Contact& out);
void Decode(const registry::v1::Registrar& in, rde::Registrar& out);
void Decode(const registry::v1::IdnTableRef& in, rde::IdnTableRef& out);
void Decode(const registry::v1::Nndn& in, rde::Nndn& out);
void Decode(const registry::v1::EppParams& in, rde::EppParams& out);
void Decode(const registry::v1::Policy& in, rde::Policy& out);
void Decode(const registry::v1::Header& in, rde::Header& out);
void Decode(const registry::v1::Deposit& in, rde::DepositInfo& out);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_STORE_ENCODING_H_
