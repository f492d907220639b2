// One owner name of a zone comparison: what the deposit and the zone have of it, and the verdict.
// Private to verifier/zone.
#ifndef TIDEMARK_VERIFIER_ZONE_OWNER_H_
#define TIDEMARK_VERIFIER_ZONE_OWNER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "rde/records.h"
#include "verifier/finding_log.h"
#include "verifier/zone/master_file.h"

namespace tidemark::verifier {

// Kinds and sides of the sorted entries. Within an owner the order of kinds does not matter.
namespace entry {
inline constexpr char kNs = static_cast<char>(ZoneType::kNs);
inline constexpr char kDs = static_cast<char>(ZoneType::kDs);
inline constexpr char kA = static_cast<char>(ZoneType::kA);
inline constexpr char kAaaa = static_cast<char>(ZoneType::kAaaa);
inline constexpr char kDomain = 'd';     // the deposit has it; the note says why it is withheld
inline constexpr char kKey = 'k';        // a key record in place of DS: tag and algorithm
inline constexpr char kMirrored = 'm';   // an NNDN that is delegated as its original
inline constexpr char kUsed = 'u';       // a delegation names this server
inline constexpr char kOwnServer = 'o';  // the TLD's own server
inline constexpr char kDeposit = 'D';
inline constexpr char kZone = 'Z';
}  // namespace entry

// 18 bytes.
std::string PackPlace(const rde::Position& at);
rde::Position UnpackPlace(absl::string_view packed);
inline constexpr size_t kPlaceBytes = 18;

class ZoneOwner {
 public:
  absl::string_view name() const { return name_; }
  void Begin(absl::string_view name);
  // An entry; equal data come together.
  void Take(char kind, absl::string_view data, absl::string_view value);
  // Raises what differs. Ends the owner.
  void Judge(absl::string_view tld, FindingLog& log);

 private:
  // What one side has of one type; both is counted and not kept.
  struct Difference {
    int64_t both = 0;
    int64_t in_deposit = 0;  // alone
    int64_t in_zone = 0;
    std::string first_in_deposit;
    std::string first_in_zone;
    bool differs() const { return in_deposit + in_zone > 0; }
  };
  struct Set {
    char kind = 0;
    std::string data;
    bool in_deposit = false;
    bool in_zone = false;
  };

  void EndData();
  Difference* Of(char kind);  // null for markers
  void JudgeDelegation(FindingLog& log) const;
  void JudgeDs(const Subject& subject, FindingLog& log) const;
  void JudgeGlue(FindingLog& log) const;

  std::string name_;
  Set open_;
  Difference ns_, ds_, addresses_;
  // With keys in place of DS: what the zone's DS are of, and the keys.
  std::vector<std::string> keys_;
  std::vector<std::string> ds_keys_;
  bool in_deposit_ = false;
  std::string withheld_;
  bool mirrored_ = false;
  bool used_ = false;
  bool own_server_ = false;
  std::optional<rde::Position> place_;          // in the deposit
  std::optional<rde::Position> address_place_;  // in the deposit
  int64_t zone_line_ = 0;                       // of the first record
};

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_ZONE_OWNER_H_
