// What each object is in rows of the tables of schema.h.
//
// Names of domains, hosts and NNDNs are folded as the store's keys are (lower case, no final dot),
// so that they can be joined; the deposit's spelling stands beside where it differs. Dates outside
// the years 1 to 9999, or finer than a microsecond, or that are none, go into flawed_dates as text.
//
// Threads: one.
#ifndef TIDEMARK_FAILOVER_POSTGRES_REGISTRY_ROWS_H_
#define TIDEMARK_FAILOVER_POSTGRES_REGISTRY_ROWS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "failover/postgres/table_sender.h"
#include "failover/store/registry_store.h"
#include "failover/zone/delegation.h"
#include "rde/records.h"

namespace tidemark::failover {

class RegistryRows {
 public:
  // All must outlive it. `store` is asked what is referred to, `delegations` what is inactive.
  RegistryRows(const RegistryStore& store, const Delegations& delegations, TableSender& sender)
      : store_(store), delegations_(delegations), sender_(sender) {}

  absl::Status Put(const rde::Domain& domain);
  absl::Status Put(const rde::Host& host);
  absl::Status Put(const rde::Contact& contact);
  absl::Status Put(const rde::Registrar& registrar);
  absl::Status Put(const rde::IdnTableRef& table);
  absl::Status Put(const rde::Nndn& nndn);
  absl::Status Put(const rde::Policy& policy);
  absl::Status Put(const rde::EppParams& params);
  absl::Status Put(const FormerRegistrars& former);
  absl::Status Put(absl::string_view tld, const rde::DepositInfo& deposit,
                   const rde::Header& header);

 private:
  // Where a row's flawed dates are noted.
  struct Place {
    Table table;
    absl::string_view key;
  };

  static std::string Folded(absl::string_view name);
  // The folded name, and the deposit's spelling if that is another.
  static void Name(CopyRows& row, absl::string_view folded, absl::string_view name);
  void Date(CopyRows& row, const rde::DateTime& date, const Place& place, absl::string_view column);
  void Sponsored(CopyRows& row, absl::string_view cl_id, const rde::RegistrarRef& cr,
                 const rde::DateTime& cr_date, const rde::RegistrarRef& up,
                 const rde::DateTime& up_date, const rde::DateTime& tr_date, const Place& place);
  void Transfer(Table table, absl::string_view key, const rde::TransferData& transfer);
  void PostalInfos(Table table, absl::string_view key, const std::vector<rde::PostalInfo>& infos);
  void Statuses(Table table, absl::string_view key, const std::vector<rde::StatusValue>& claimed,
                const std::vector<std::string>& in_force);
  // domain_rows.cc
  absl::Status DomainParts(absl::string_view name, const rde::Domain& domain);
  void SecDns(absl::string_view name, const rde::SecDns& sec_dns);

  const RegistryStore& store_;
  const Delegations& delegations_;
  TableSender& sender_;
  int64_t policies_ = 0;
};

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_POSTGRES_REGISTRY_ROWS_H_
