// Records to messages of proto/registry.proto and back: for those who store rows of one kind. Every
// field of rde/records.h makes the round trip. A record of any kind as bytes: rde/codec/codec.h.
//
// Encode() reuses the message: it clears it first. Decode() fills a default-constructed record.
#ifndef TIDEMARK_RDE_CODEC_MESSAGES_H_
#define TIDEMARK_RDE_CODEC_MESSAGES_H_

#include "proto/registry.pb.h"
#include "rde/records.h"

namespace tidemark::rde {

void Encode(const Domain& in, registry::v1::Domain& out);
void Encode(const Host& in, registry::v1::Host& out);
void Encode(const Contact& in, registry::v1::Contact& out);
void Encode(const Registrar& in, registry::v1::Registrar& out);
void Encode(const IdnTableRef& in, registry::v1::IdnTableRef& out);
void Encode(const Nndn& in, registry::v1::Nndn& out);
void Encode(const EppParams& in, registry::v1::EppParams& out);
void Encode(const Policy& in, registry::v1::Policy& out);
void Encode(const Header& in, registry::v1::Header& out);
void Encode(const Delete& in, registry::v1::Delete& out);
void Encode(const UnknownObject& in, registry::v1::UnknownObject& out);
void Encode(const DepositInfo& in, registry::v1::Deposit& out);

void Decode(const registry::v1::Domain& in, Domain& out);
void Decode(const registry::v1::Host& in, Host& out);
void Decode(const registry::v1::Contact& in, Contact& out);
void Decode(const registry::v1::Registrar& in, Registrar& out);
void Decode(const registry::v1::IdnTableRef& in, IdnTableRef& out);
void Decode(const registry::v1::Nndn& in, Nndn& out);
void Decode(const registry::v1::EppParams& in, EppParams& out);
void Decode(const registry::v1::Policy& in, Policy& out);
void Decode(const registry::v1::Header& in, Header& out);
void Decode(const registry::v1::Delete& in, Delete& out);
void Decode(const registry::v1::UnknownObject& in, UnknownObject& out);
void Decode(const registry::v1::Deposit& in, DepositInfo& out);

}  // namespace tidemark::rde

#endif  // TIDEMARK_RDE_CODEC_MESSAGES_H_
