// What all rules of one run share: options, what was read so far, findings, skips and keys.
#ifndef TIDEMARK_VERIFIER_RULES_JUDGEMENT_H_
#define TIDEMARK_VERIFIER_RULES_JUDGEMENT_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/limits.h"
#include "base/scratch.h"
#include "crypto/sealed_scratch.h"
#include "rde/records.h"
#include "verifier/check.h"
#include "verifier/finding.h"
#include "verifier/finding_log.h"
#include "verifier/key_index.h"
#include "verifier/keys.h"
#include "verifier/recoverability.h"
#include "verifier/ruleset.h"
#include "verifier/statistics.h"
#include "verifier/status_names.h"

namespace tidemark::verifier {

struct UriCount {
  int64_t objects = 0;
  rde::Position first;
};

// One that can't be opened may not be needed: then only what needed it is not judged.
inline std::shared_ptr<base::ScratchSpace> OpenScratch(const Resources& resources) {
  if (resources.scratch != nullptr) return resources.scratch;
  auto space = crypto::NewSealedScratchSpace({.dir = resources.scratch_dir});
  return space.ok() ? *std::move(space) : base::NewUnavailableScratchSpace(space.status());
}

struct Judgement {
  explicit Judgement(CheckOptions check_options)
      : options(std::move(check_options)),
        scratch(OpenScratch(options.resources)),
        keys(*scratch, options.resources.memory_bytes_max) {
    ChooseRuleset();
  }

  const CheckOptions options;
  FindingLog log;
  std::set<Skip> skipped;
  std::set<Code> withdrawn;
  KeyHasher hasher;
  const std::shared_ptr<base::ScratchSpace> scratch;
  KeyIndex keys;

  // Of the options, unless it is known only once the deposit is opened.
  std::optional<std::string> file_name = options.file_name;

  // Read so far.
  std::optional<rde::DepositInfo> deposit;
  rde::Position deposit_at;
  std::optional<rde::Header> header;  // the first
  rde::Position header_at;
  StatusSet statuses = 0;  // of the domain, host or contact that rules look at
  std::map<std::string, UriCount, std::less<>> counts;  // objects in contents, without headers
  Statistics statistics;
  // Object types of the CSV model, and where the deposit first defines one of their tables.
  std::map<std::string, rde::Position, std::less<>> csv_uris;
  bool unread_csv = false;  // tables were defined, and nobody read their files
  Recoverability recoverability;
  bool over_limit = false;                        // Keep()
  bool replayed = false;                          // the deposit came with its bases
  const PreviousReport* compared_with = nullptr;  // of the options, if it was compared with

  // Ours, with what the deposit is compared with or what a rule needs: nobody's failure.
  absl::Status trouble;

  // What is in force. Final once the deposit element was read, which is before any record.
  const Ruleset& rules() const { return *rules_; }
  void ChooseRuleset() {
    rules_ = options.ruleset != nullptr ? options.ruleset
                                        : &RulesetInForce(options.profile, watermark());
  }
  bool is_full() const { return deposit.has_value() && deposit->type == "FULL"; }
  bool is_differential() const {
    return deposit.has_value() && (deposit->type == "DIFF" || deposit->type == "INCR");
  }
  // The records are the whole repository: a FULL's, or what a DIFF or INCR and its bases give.
  bool is_repository() const { return is_full() || replayed; }
  // DIFF or INCR, whose objects are judged without the repository that they change.
  bool is_excerpt() const { return is_differential() && !replayed; }
  const std::optional<absl::Time>& watermark() const {
    return deposit.has_value() ? deposit->watermark.time : no_time_;
  }
  int64_t count_of(absl::string_view uri) const {
    const auto it = counts.find(uri);
    return it == counts.end() ? 0 : it->second.objects;
  }
  // Of an object type in either model, by its namespace in the XML model.
  int64_t objects_of(absl::string_view xml_uri) const {
    return count_of(xml_uri) + count_of(rde::CsvUriOf(xml_uri));
  }
  bool in_csv(absl::string_view xml_uri) const { return csv_uris.contains(rde::CsvUriOf(xml_uri)); }
  // The TLD under judgement in lower case: --tld, else the header's. Empty while it is not known.
  absl::string_view tld() const { return tld_; }
  void set_tld(std::string tld) { tld_ = std::move(tld); }

  // Takes room for text that is kept to the end. False where there is none left: then the text is
  // not kept, which is a finding, and nothing of the whole deposit is judged.
  bool Keep(size_t bytes, const Subject& subject) {
    kept_bytes_ += bytes + base::kKeptEntryBytes;
    if (kept_bytes_ <= base::kKeptTextBytesMax) return true;
    over_limit = true;
    log.Raise(Code::kLimitExceeded, subject, "namespaces and policies of over ",
              base::kKeptTextBytesMax, " bytes");
    return false;
  }

  void SkipCode(Code code, absl::string_view why) { skipped.insert({code, std::string(why)}); }
  // It turned out only later that it cannot be judged: what was raised of it is taken back.
  void Withdraw(Code code, absl::string_view why) {
    withdrawn.insert(code);
    SkipCode(code, why);
  }

 private:
  const Ruleset* rules_ = nullptr;
  size_t kept_bytes_ = 0;
  const std::optional<absl::Time> no_time_;
  std::string tld_;
};

// Why nothing that needs the keys of all objects was judged.
inline std::string KeysLost(const absl::Status& status) {
  return absl::StrCat("what memory does not hold could not be kept: ", status.message());
}

// Short forms that rules use for what they raise about.
inline Subject AboutDeposit(const Judgement& j) { return {"deposit", "", j.deposit_at}; }
inline Subject AboutHeader(const Judgement& j) { return {"header", "", j.header_at}; }

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_RULES_JUDGEMENT_H_
