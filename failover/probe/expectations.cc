#include "failover/probe/expectations.h"

#include <ldns/ldns.h>

#include <cerrno>
#include <cstdio>
#include <memory>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/status.h"
#include "failover/probe/record_text.h"

namespace tidemark::failover::probe {
namespace {

struct FileClose {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
struct RecordFree {
  void operator()(ldns_rr* rr) const { ldns_rr_free(rr); }
};

// $ORIGIN, the last owner and the default TTL of a master file while it is read.
struct ReadingState {
  ~ReadingState() {
    ldns_rdf_deep_free(origin);
    ldns_rdf_deep_free(previous);
  }
  uint32_t ttl = 0;
  ldns_rdf* origin = nullptr;
  ldns_rdf* previous = nullptr;
  int line = 0;
};

void AddLine(std::string& lines, absl::string_view line) {
  absl::StrAppend(&lines, lines.empty() ? "" : "\n", line);
}

TextSet Lines(absl::string_view lines) {
  TextSet set;
  for (const absl::string_view line : absl::StrSplit(lines, '\n', absl::SkipEmpty())) {
    set.emplace(line);
  }
  return set;
}

}  // namespace

absl::StatusOr<Expectations> Expectations::Read(const std::string& master_file,
                                                absl::string_view tld) {
  const std::unique_ptr<std::FILE, FileClose> file(std::fopen(master_file.c_str(), "re"));
  if (file == nullptr) return base::ErrnoStatus(errno, master_file);
  Expectations out;
  ReadingState state;
  while (std::feof(file.get()) == 0) {
    ldns_rr* raw = nullptr;
    const ldns_status status = ldns_rr_new_frm_fp_l(&raw, file.get(), &state.ttl, &state.origin,
                                                    &state.previous, &state.line);
    const std::unique_ptr<ldns_rr, RecordFree> rr(raw);
    if (status == LDNS_STATUS_SYNTAX_EMPTY || status == LDNS_STATUS_SYNTAX_TTL ||
        status == LDNS_STATUS_SYNTAX_ORIGIN) {
      continue;
    }
    if (status != LDNS_STATUS_OK) {
      return absl::InvalidArgumentError(
          absl::StrCat(master_file, ":", state.line, ": ", ldns_get_errorstr_by_id(status)));
    }
    const std::string owner = OwnerOf(rr.get());
    switch (ldns_rr_get_type(rr.get())) {
      case LDNS_RR_TYPE_NS: {
        if (owner == tld) {
          out.AddOwnServer(NameText(ldns_rr_rdf(rr.get(), 0)));
          break;
        }
        const auto [entry, is_new] = out.compact_.try_emplace(owner);
        if (is_new) out.names_.push_back(owner);
        AddLine(entry->second.servers, NameText(ldns_rr_rdf(rr.get(), 0)));
        break;
      }
      case LDNS_RR_TYPE_DS: {
        const auto [entry, is_new] = out.compact_.try_emplace(owner);
        if (is_new) out.names_.push_back(owner);
        AddLine(entry->second.ds, DsTextOf(rr.get()));
        break;
      }
      case LDNS_RR_TYPE_A:
      case LDNS_RR_TYPE_AAAA:
        AddLine(out.addresses_[owner], TextOf(ldns_rr_rdf(rr.get(), 0)));
        break;
      default:
        break;
    }
  }
  return out;
}

void Expectations::Add(const std::string& name, std::string servers, std::string ds) {
  const auto [entry, is_new] =
      compact_.try_emplace(name, Compact{std::move(servers), std::move(ds)});
  if (is_new) names_.push_back(name);
}

void Expectations::SetAddresses(const std::string& server, std::string addresses) {
  addresses_[server] = std::move(addresses);
}

TextSet Expectations::AddressesAt(const std::string& name) const {
  const auto found = addresses_.find(name);
  if (!own_servers_.contains(name) || hidden_servers_.contains(name) || found == addresses_.end()) {
    return {};
  }
  return Lines(found->second);
}

Delegation Expectations::Find(absl::string_view name) const {
  const Compact& compact = compact_.find(name)->second;
  Delegation out{.servers = Lines(compact.servers), .ds = Lines(compact.ds), .glue = {}};
  for (const std::string& server : out.servers) {
    const auto found = addresses_.find(server);
    if (found == addresses_.end()) continue;
    for (const std::string& address : Lines(found->second)) {
      out.glue.insert(absl::StrCat(server, " ", address));
    }
  }
  return out;
}

}  // namespace tidemark::failover::probe
