#include "absl/strings/str_cat.h"
#include "tools/generator/differential.h"
#include "tools/generator/fields.h"
#include "tools/generator/objects.h"
#include "tools/generator/people.h"

namespace tidemark::generator {
namespace {

constexpr absl::string_view kFirstWords[] = {"Amber", "Blue",   "Cobalt", "Dune",   "Ember",
                                             "Fjord", "Golden", "Harbor", "Indigo", "Juniper"};
constexpr absl::string_view kSecondWords[] = {"Names", "Domains", "Registrar", "Internet",
                                              "Online"};
constexpr absl::string_view kRegistrarForm = " Ltd";

std::string Text(absl::string_view text) { return std::string(text); }

const char* StateName(VariantState state) {
  switch (state) {
    case VariantState::kWithheld:
      return "withheld";
    case VariantState::kBlocked:
      return "blocked";
    case VariantState::kMirrored:
    case VariantState::kMirroredByServers:
      break;
  }
  return "mirrored";
}

}  // namespace

void Objects::MakeRegistrar(uint32_t number, rde::Registrar& out) const {
  const Dice dice = model_.DiceOf(Stream::kRegistrar, number);
  const absl::string_view first = kFirstWords[number % std::size(kFirstWords)];
  const absl::string_view second =
      kSecondWords[number / std::size(kFirstWords) % std::size(kSecondWords)];
  const Country& country = Countries()[number % Countries().size()];
  const City& city = country.cities[0];
  out = {};
  RegistrarId(number, out.id);
  out.name = absl::StrCat(first, " ", second, kRegistrarForm);
  out.gurid = absl::StrCat(kFirstGurid + number);
  out.status = number == 3 ? "readonly" : "ok";
  rde::PostalInfo& info = out.postal_infos.emplace_back();
  info.type = "int";
  info.address.streets = {
      absl::StrCat(1 + dice.Below(200, kFieldHouse), " ", country.streets[0].ascii)};
  info.address.city = Text(city.name.ascii);
  info.address.cc = Text(country.code);
  out.voice.number = absl::StrCat(country.calling_code, ".55501", 10 + number);
  const std::string host = absl::StrCat("registrar", kFirstGurid + number, ".net");
  out.email = absl::StrCat("abuse@", host);
  out.url = absl::StrCat("https://www.", host, "/");
  out.whois_name = absl::StrCat("whois.", host);
  out.whois_url = absl::StrCat("https://whois.", host, "/");
  const UnixSeconds first_watermark = model_.WatermarkOf(0);
  const UnixSeconds created =
      Between(AddYears(first_watermark, -15), AddYears(first_watermark, -14) - kDay,
              dice.Roll(kFieldCreated));
  SetDate(created, out.cr_date);
  if (dice.Below(2, kFieldModified) == 0) {
    SetDate(Between(created, first_watermark - kDay, dice.Roll(kFieldModifiedAt)), out.up_date);
  }
}

void Objects::MakeVariant(const DomainPlan& plan, int variant, rde::Nndn& out) {
  DomainPlan blocked = plan;
  blocked.variant = variant;
  names_.LabelOf(blocked, label_);
  names_.LabelOf(plan, original_label_);
  FullName(label_, out.a_name);
  out.u_name = label_.unicode + "." + model_.options().tld;
  out.idn_table_id = Text(IdnTableId(plan.script));
  FullName(original_label_, out.original_name);
  const VariantState state = model_.StateOfVariant(plan.number, variant);
  out.name_state = StateName(state);
  out.mirroring_ns = state != VariantState::kMirrored;
  SetDate(CreatedAt(plan), out.cr_date);
}

void Objects::MakeReserved(const char* label, rde::Nndn& out) const {
  out = {};
  out.a_name = absl::StrCat(label, ".", model_.options().tld);
  out.name_state = "blocked";
  SetDate(AddYears(model_.WatermarkOf(0), -15), out.cr_date);
}

std::vector<rde::IdnTableRef> Objects::IdnTables() const {
  std::vector<rde::IdnTableRef> tables;
  for (Script script : {Script::kGerman, Script::kRussian, Script::kChinese}) {
    const absl::string_view id = IdnTableId(script);
    const std::string site = absl::StrCat("https://nic.", model_.options().tld, "/idn/");
    tables.push_back({Text(id), absl::StrCat(site, id, ".txt"), absl::StrCat(site, "policy.html")});
  }
  return tables;
}

std::vector<rde::Policy> Objects::Policies() const {
  if (model_.options().data_model == DataModel::kMinimum) return {};
  // There isRequired of the field says so.
  if (model_.options().csv_uris.contains(std::string(rde::kCsvDomainUri))) return {};
  const std::string scope = "//rde:deposit/rde:contents/rdeDomain:domain";
  return {{scope, "rdeDomain:registrant", {}},
          {scope, "rdeDomain:contact[@type='admin']", {}},
          {scope, "rdeDomain:contact[@type='tech']", {}}};
}

rde::EppParams Objects::EppParams() const {
  rde::EppParams params;
  params.versions = {"1.0"};
  params.languages = {"en"};
  params.obj_uris = {"urn:ietf:params:xml:ns:domain-1.0"};
  if (model_.options().host_model == HostModel::kObjects) {
    params.obj_uris.push_back("urn:ietf:params:xml:ns:host-1.0");
  }
  if (model_.options().data_model == DataModel::kMaximum) {
    params.obj_uris.push_back("urn:ietf:params:xml:ns:contact-1.0");
  }
  params.ext_uris = {"urn:ietf:params:xml:ns:secDNS-1.1", "urn:ietf:params:xml:ns:rgp-1.0"};
  params.dcp_xml =
      "<epp:access><epp:all/></epp:access><epp:statement><epp:purpose><epp:admin/><epp:prov/>"
      "</epp:purpose><epp:recipient><epp:ours/><epp:public/></epp:recipient><epp:retention>"
      "<epp:stated/></epp:retention></epp:statement>";
  return params;
}

rde::Header Objects::Header() const {
  rde::Header header;
  header.tld = model_.options().tld;
  auto count = [&](absl::string_view uri, uint64_t value) {
    const std::string csv_uri(rde::CsvUriOf(uri));
    const bool csv = model_.options().csv_uris.contains(csv_uri);
    header.counts.push_back({csv ? csv_uri : Text(uri), "", "", static_cast<int64_t>(value)});
  };
  count(rde::kDomainUri, census_.domains);
  if (model_.options().host_model == HostModel::kObjects) count(rde::kHostUri, census_.hosts);
  if (model_.options().data_model == DataModel::kMaximum) {
    count(rde::kContactUri, census_.contacts);
  }
  count(rde::kRegistrarUri, model_.registrars());
  count(rde::kIdnUri, IdnTables().size());
  count(rde::kNndnUri, census_.nndns);
  count(rde::kEppParamsUri, 1);
  if (const size_t policies = Policies().size(); policies > 0) count(rde::kPolicyUri, policies);
  return header;
}

rde::DepositInfo Objects::DepositInfo() const {
  rde::DepositInfo info;
  const GeneratorOptions& options = model_.options();
  info.type = KindName(options.kind);
  info.id = FormatCompactDate(model_.watermark()) + "001";
  if (options.kind != DepositKind::kFull) {
    info.prev_id = FormatCompactDate(model_.WatermarkOf(BaseOf(options).night)) + "001";
  }
  info.resend = 0;
  SetDate(model_.watermark(), info.watermark);
  info.menu_version = "1.0";
  for (const rde::HeaderCount& count : Header().counts) info.menu_uris.push_back(count.uri);
  return info;
}

}  // namespace tidemark::generator
