#include "failover/postgres/schema.h"

#include "absl/strings/str_cat.h"
#include "failover/store/registry_store.h"

namespace tidemark::failover {
namespace {

// Keys compare by bytes, as the store has them, whatever the database's language is.
#define KEY "text COLLATE \"C\""
#define SPONSORED                                                                 \
  "cl_id " KEY ", cr_id " KEY ", cr_client text, cr_date timestamptz, up_id " KEY \
  ", up_client text, up_date timestamptz, tr_date timestamptz"
#define POSTAL_INFO                                                                     \
  "position integer NOT NULL, type text, name text, org text, street text[] NOT NULL, " \
  "city text, sp text, pc text, cc text"
#define STATUS "position integer NOT NULL, status text, lang text, reason text"
#define TRANSFER                                                                \
  "status text, re_id " KEY ", re_client text, re_date timestamptz, ac_id " KEY \
  ", ac_client text, ac_date timestamptz, ex_date timestamptz"
#define PHONES "voice text, voice_x text, fax text, fax_x text, email text"

constexpr TableDefinition kDefinitions[kTables] = {
    {"deposit",
     "tld " KEY " NOT NULL, type text, id text, prev_id text, resend integer, "
     "watermark timestamptz, menu_version text, menu_uris text[] NOT NULL, "
     "header_registrar text, header_ppsp text, header_reseller text, content_tag text",
     "tld"},
    {"header_counts",
     "position integer NOT NULL, uri text, rcdn text, registrar text, value bigint", "position"},
    {"epp_params",
     "only_row boolean NOT NULL, versions text[] NOT NULL, languages text[] NOT NULL, "
     "obj_uris text[] NOT NULL, ext_uris text[] NOT NULL, dcp_xml text",
     "only_row"},
    {"policies",
     "position integer NOT NULL, scope text, element text, prefixes text[] NOT NULL, "
     "uris text[] NOT NULL",
     "position"},
    {"registrars",
     "id " KEY " NOT NULL, name text, iana_id text, status text, " PHONES
     ", url text, whois_name text, whois_url text, cr_date timestamptz, up_date timestamptz",
     "id"},
    {"registrar_postal_infos", "registrar " KEY " NOT NULL, " POSTAL_INFO, "registrar, position"},
    {"idn_tables", "id " KEY " NOT NULL, url text, url_policy text", "id"},
    {"contacts",
     "id " KEY " NOT NULL, roid text, " PHONES ", " SPONSORED
     ", disclose_flag boolean, disclose_name text[], disclose_org text[], disclose_addr text[], "
     "disclose_voice boolean, disclose_fax boolean, disclose_email boolean",
     "id"},
    {"contact_statuses",
     "contact " KEY " NOT NULL, " STATUS ", claimed boolean NOT NULL, in_force boolean NOT NULL",
     "contact, position"},
    {"contact_postal_infos", "contact " KEY " NOT NULL, " POSTAL_INFO, "contact, position"},
    {"contact_transfers", "contact " KEY " NOT NULL, " TRANSFER, "contact"},
    // A flawed host may have no name.
    {"hosts", "roid " KEY " NOT NULL, name " KEY ", deposit_name text, " SPONSORED, "roid"},
    {"host_statuses",
     "host " KEY " NOT NULL, " STATUS ", claimed boolean NOT NULL, in_force boolean NOT NULL",
     "host, position"},
    {"host_addresses",
     "host " KEY " NOT NULL, position integer NOT NULL, version text, address text",
     "host, position"},
    {"domains",
     "name " KEY " NOT NULL, deposit_name text, roid text, u_name text, idn_table " KEY
     ", original_name " KEY ", registrant " KEY ", " SPONSORED
     ", ex_date timestamptz, has_sec_dns boolean NOT NULL, max_sig_life integer",
     "name"},
    {"domain_statuses",
     "domain " KEY " NOT NULL, " STATUS ", claimed boolean NOT NULL, in_force boolean NOT NULL",
     "domain, position"},
    {"domain_rgp_statuses", "domain " KEY " NOT NULL, " STATUS, "domain, position"},
    {"domain_contacts",
     "domain " KEY " NOT NULL, position integer NOT NULL, type text, contact " KEY,
     "domain, position"},
    {"domain_hosts",
     "domain " KEY " NOT NULL, position integer NOT NULL, host " KEY ", deposit_host text",
     "domain, position"},
    {"domain_host_attributes",
     "domain " KEY " NOT NULL, position integer NOT NULL, host " KEY
     ", versions text[] NOT NULL, addresses text[] NOT NULL",
     "domain, position"},
    {"domain_ds",
     "domain " KEY " NOT NULL, position integer NOT NULL, key_tag integer NOT NULL, "
     "algorithm integer NOT NULL, digest_type integer NOT NULL, digest text, key_flags integer, "
     "key_protocol integer, key_algorithm integer, public_key text",
     "domain, position"},
    {"domain_keys",
     "domain " KEY " NOT NULL, position integer NOT NULL, flags integer NOT NULL, "
     "protocol integer NOT NULL, algorithm integer NOT NULL, public_key text",
     "domain, position"},
    {"domain_transfers", "domain " KEY " NOT NULL, " TRANSFER, "domain"},
    {"nndns",
     "name " KEY " NOT NULL, deposit_name text, u_name text, idn_table " KEY ", original_name " KEY
     ", state text, mirroring_ns boolean NOT NULL, cr_date timestamptz",
     "name"},
    {"former_registrars",
     "object text NOT NULL, key " KEY " NOT NULL, cl_id text, cr_id text, up_id text, re_id text, "
     "ac_id text, name text, iana_id text",
     "object, key"},
    {"flawed_dates",
     "from_table text NOT NULL, from_key " KEY " NOT NULL, from_column text NOT NULL, "
     "value text NOT NULL",
     ""},
};

#undef KEY
#undef SPONSORED
#undef POSTAL_INFO
#undef STATUS
#undef TRANSFER
#undef PHONES

// A row of the first is a part of the second: always there, since both come from one object.
constexpr Reference kParts[] = {
    {"registrar_postal_infos", "registrar", "registrar", "registrars", "id"},
    {"contact_statuses", "contact", "contact", "contacts", "id"},
    {"contact_postal_infos", "contact", "contact", "contacts", "id"},
    {"contact_transfers", "contact", "contact", "contacts", "id"},
    {"host_statuses", "host", "host", "hosts", "roid"},
    {"host_addresses", "host", "host", "hosts", "roid"},
    {"domain_statuses", "domain", "domain", "domains", "name"},
    {"domain_rgp_statuses", "domain", "domain", "domains", "name"},
    {"domain_contacts", "domain", "domain", "domains", "name"},
    {"domain_hosts", "domain", "domain", "domains", "name"},
    {"domain_host_attributes", "domain", "domain", "domains", "name"},
    {"domain_ds", "domain", "domain", "domains", "name"},
    {"domain_keys", "domain", "domain", "domains", "name"},
    {"domain_transfers", "domain", "domain", "domains", "name"},
};

}  // namespace

const TableDefinition& DefinitionOf(Table table) { return kDefinitions[table]; }

const std::vector<Reference>& References() {
  static const auto* const references = new std::vector<Reference>{
      {"domains", "name", "cl_id", "registrars", "id"},
      {"domains", "name", "cr_id", "registrars", "id"},
      {"domains", "name", "up_id", "registrars", "id"},
      {"domains", "name", "registrant", "contacts", "id"},
      {"domains", "name", "idn_table", "idn_tables", "id"},
      {"domain_contacts", "domain", "contact", "contacts", "id"},
      {"domain_hosts", "domain", "host", "host_names", "name"},
      {"domain_transfers", "domain", "re_id", "registrars", "id"},
      {"domain_transfers", "domain", "ac_id", "registrars", "id"},
      {"hosts", "roid", "name", "host_names", "name"},
      {"hosts", "roid", "cl_id", "registrars", "id"},
      {"hosts", "roid", "cr_id", "registrars", "id"},
      {"hosts", "roid", "up_id", "registrars", "id"},
      {"contacts", "id", "cl_id", "registrars", "id"},
      {"contacts", "id", "cr_id", "registrars", "id"},
      {"contacts", "id", "up_id", "registrars", "id"},
      {"contact_transfers", "contact", "re_id", "registrars", "id"},
      {"contact_transfers", "contact", "ac_id", "registrars", "id"},
      {"nndns", "name", "idn_table", "idn_tables", "id"},
  };
  return *references;
}

std::string CreateTables() {
  std::string sql;
  for (const TableDefinition& table : kDefinitions) {
    absl::StrAppend(&sql, "CREATE TABLE ", table.name, " (", table.columns, ");\n");
  }
  absl::StrAppend(&sql,
                  "CREATE TABLE host_names (name text COLLATE \"C\" NOT NULL);\n"
                  "CREATE TABLE dangling_references (from_table text NOT NULL, from_key text "
                  "COLLATE \"C\" NOT NULL, from_column text NOT NULL, to_table text NOT NULL, "
                  "to_key text COLLATE \"C\" NOT NULL);\n");
  return sql;
}

std::vector<std::string> AddKeys() {
  std::vector<std::string> sql = {
      absl::StrCat("INSERT INTO host_names SELECT DISTINCT name FROM hosts WHERE name IS NOT NULL "
                   "AND octet_length(name) <= ",
                   kStoreKeyBytesMax),
      "ALTER TABLE host_names ADD PRIMARY KEY (name)",
  };
  for (const TableDefinition& table : kDefinitions) {
    if (*table.primary_key == '\0') continue;
    sql.push_back(
        absl::StrCat("ALTER TABLE ", table.name, " ADD PRIMARY KEY (", table.primary_key, ")"));
  }
  for (const Reference& part : kParts) sql.push_back(AddForeignKey(part));
  return sql;
}

const std::vector<SearchedColumn>& SearchedColumns() {
  static const auto* const columns = new std::vector<SearchedColumn>{
      {"hosts", "name"},         {"domains", "registrant"},      {"domains", "original_name"},
      {"domains", "cl_id"},      {"domain_contacts", "contact"}, {"domain_hosts", "host"},
      {"nndns", "original_name"}};
  return *columns;
}

std::string CreateIndex(const SearchedColumn& column, IndexKind kind) {
  return absl::StrCat("CREATE INDEX ON ", column.table, " USING ",
                      kind == IndexKind::kTree ? "btree" : "hash", " (", column.column, ")");
}

std::string Analyze() {
  std::string sql = "ANALYZE host_names";
  for (const TableDefinition& table : kDefinitions) absl::StrAppend(&sql, ", ", table.name);
  return sql;
}

std::string ListDangling(const Reference& r) {
  return absl::StrCat("INSERT INTO dangling_references SELECT '", r.table, "', f.", r.key, ", '",
                      r.column, "', '", r.to_table, "', f.", r.column, " FROM ", r.table,
                      " f WHERE f.", r.column, " IS NOT NULL AND NOT EXISTS (SELECT FROM ",
                      r.to_table, " t WHERE t.", r.to_column, " = f.", r.column, ")");
}

std::string AddForeignKey(const Reference& r) {
  return absl::StrCat("ALTER TABLE ", r.table, " ADD FOREIGN KEY (", r.column, ") REFERENCES ",
                      r.to_table, " (", r.to_column, ")");
}

}  // namespace tidemark::failover
