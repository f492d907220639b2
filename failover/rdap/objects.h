// The object classes of RFC 9083 section 5, as the topmost object of an answer. Private to rdap/.
#ifndef TIDEMARK_FAILOVER_RDAP_OBJECTS_H_
#define TIDEMARK_FAILOVER_RDAP_OBJECTS_H_

#include "failover/lookup/lookup.h"
#include "failover/rdap/page.h"

namespace tidemark::failover::rdap {

void WriteDomain(const DomainFacts& domain, Page& page);
void WriteNameserver(const ServerFacts& server, Page& page);
void WriteRegistrar(const RegistrarFacts& registrar, Page& page);
void WriteContact(const ContactFacts& contact, Page& page);

// The entity of a sponsoring registrar inside another object.
void WriteSponsor(const RegistrarFacts& registrar, Page& page);
// Members that a name server has wherever it stands.
void WriteServerMembers(const ServerFacts& server, Page& page);

}  // namespace tidemark::failover::rdap

#endif  // TIDEMARK_FAILOVER_RDAP_OBJECTS_H_
