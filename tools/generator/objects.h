// The registry's objects as records of a deposit.
//
// Every Make function overwrites the whole record, keeping its buffers. Threads: one at a time.
#ifndef TIDEMARK_TOOLS_GENERATOR_OBJECTS_H_
#define TIDEMARK_TOOLS_GENERATOR_OBJECTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "rde/records.h"
#include "tools/generator/addresses.h"
#include "tools/generator/census.h"
#include "tools/generator/model.h"

namespace tidemark::generator {

// IANA ids of the registrars count from here.
inline constexpr uint32_t kFirstGurid = 2001;

class Objects {
 public:
  // Both must outlive the object.
  Objects(const Model& model, const Census& census);

  void MakeDomain(const DomainPlan& plan, rde::Domain& out);
  void MakeContact(uint64_t number, rde::Contact& out);
  void MakeHost(const HostKey& key, rde::Host& out);
  // `host` need not be one of the registry's.
  void HostName(const HostKey& host, std::string& out) { names_.HostName(host, out); }
  void MakeRegistrar(uint32_t number, rde::Registrar& out) const;
  // A variant of the domain's Chinese label, kept back or mirrored.
  void MakeVariant(const DomainPlan& plan, int variant, rde::Nndn& out);
  void MakeReserved(const char* label, rde::Nndn& out) const;
  // As MakeDomain(), with a roid that no domain has.
  void MakeSecondDomain(const DomainPlan& plan, rde::Domain& out);

  std::vector<rde::IdnTableRef> IdnTables() const;
  std::vector<rde::Policy> Policies() const;
  rde::EppParams EppParams() const;
  rde::Header Header() const;
  rde::DepositInfo DepositInfo() const;

  // When the domain was created; its hosts are younger.
  UnixSeconds CreatedAt(const DomainPlan& plan) const;

 private:
  void Roid(char letter, uint64_t number, std::string& out) const;
  static void RegistrarId(uint32_t number, std::string& out);
  static void ContactId(uint64_t number, std::string& out);
  static void SetDate(UnixSeconds time, rde::DateTime& out);
  // The last modification of an object: a change on a later night, or perhaps one before night 0.
  void SetUpdate(const Dice& dice, const Changes& changes, UnixSeconds created, uint32_t registrar,
                 rde::RegistrarRef& rr, rde::DateTime& date) const;
  // Somewhere between the two.
  static UnixSeconds Between(UnixSeconds from, UnixSeconds to, uint64_t roll);
  void FullName(const Label& label, std::string& out) const;

  void SetDomainStatuses(const DomainPlan& plan, const Dice& dice, rde::Domain& out) const;
  void SetDomainDates(const DomainPlan& plan, const Dice& dice, rde::Domain& out) const;
  void SetDomainTransfer(const DomainPlan& plan, const Dice& dice, UnixSeconds created,
                         rde::Domain& out) const;
  void SetDomainHosts(const DomainPlan& plan, rde::Domain& out);
  void SetDomainDs(const DomainPlan& plan, rde::Domain& out);
  UnixSeconds PastExpiry(const Dice& dice) const;

  const Model& model_;
  const Census& census_;
  Names names_;
  const Labels mail_labels_;
  Label label_;
  Label original_label_;
  std::string host_name_;
  Addresses addresses_;
  std::vector<DsFields> ds_;
};

}  // namespace tidemark::generator

#endif  // TIDEMARK_TOOLS_GENERATOR_OBJECTS_H_
