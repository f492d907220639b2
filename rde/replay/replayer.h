// From a chain of deposits to the repository that they give together: RFC 8909 section 5.2.
//
//   Replayer replayer({.space = &space}, sink);
//   for (each base, oldest first) ReadDeposit(source, replayer.BeginBase("name.xml"));
//   ReadDeposit(source, replayer.BeginLast());
//   RETURN_IF_ERROR(replayer.Finish());       // `sink` gets the repository
//
// The chain begins with a FULL (rde/replay/chain.h plans it). Deletes in a FULL are ignored. Of
// every later deposit all deletes come first, then all contents; an INCR supersedes what came since
// the FULL. What belongs together: domains and NNDN by name in either case, contacts, registrars
// and IDN tables by id, hosts by ROID; a host is deleted by ROID or by name, and a name deletes
// every host that has it then (hosts may share one).
//
// What has neither key nor delete cannot be replayed object by object, so that the newest deposit
// that has some of it speaks for all: EPP parameters and policies come from there, whole. A
// registry has no other way to change them than to send them again. Objects outside RFC 9022, and
// objects whose key is absent or longer than any schema allows, are all kept.
//
// The sink gets names of files and flaws while the deposits are read, OnDeposit of the last, its
// definitions of CSV tables, its header, then the objects that remain, deposit by deposit in
// document order: what is unchanged stands where the base has it. Of one key that a FULL holds
// twice both come, so that rules find them; of one that a DIFF or INCR holds twice the last.
// Deletes never come. If a deposit ended early, lacks a file, or was none, the sink gets no
// objects: a part of a chain is no repository.
//
// Positions: file 0 is the last deposit's XML; all other files get numbers here (OnFile).
//
// Memory: `memory_bytes_max`, beyond which only scratch grows, and 30 bytes a deposit. Errors:
// those of ScratchSpace, latched, also in status(). Threads: one at a time. Threat: deposits are
// hostile; keys are compared, never trusted. Flaws never name a contact.
#ifndef TIDEMARK_RDE_REPLAY_REPLAYER_H_
#define TIDEMARK_RDE_REPLAY_REPLAYER_H_

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "base/scratch.h"
#include "rde/reader.h"
#include "rde/records.h"

namespace tidemark::rde {

// Less memory than this is taken for this.
inline constexpr uint64_t kReplayMemoryBytesMin = 48ull << 20;

struct ReplayOptions {
  base::ScratchSpace* space = nullptr;  // required; must outlive the replayer
  uint64_t memory_bytes_max = 64ull << 20;
};

enum class ReplayFlawKind {
  kDeleteInFull,     // which a rebuild ignores
  kDeleteOfNothing,  // the repository had no such object before the deposit
  kRepeated,         // twice in contents, or twice in deletes, of one DIFF or INCR
  kOtherTld,         // a base is of another TLD than the last deposit
};
inline constexpr size_t kReplayFlawKinds = 4;

struct ReplayFlaw {
  std::string uri;  // namespace of the object
  std::string key;  // its name, ROID or id; never a contact's
  Position at;
  std::string detail;
};

// Of one kind: how many, and the first ones by place.
struct ReplayFlaws {
  int64_t count = 0;
  std::vector<ReplayFlaw> first;
};

class Replayer {
 public:
  // `out` must outlive the replayer.
  Replayer(const ReplayOptions& options, RecordSink& out);
  ~Replayer();
  Replayer(const Replayer&) = delete;
  Replayer& operator=(const Replayer&) = delete;

  // The sink for the next deposit; good until the next one begins. No more than
  // base::kChainDepositsMax.
  RecordSink& BeginBase(absl::string_view file_name);
  RecordSink& BeginLast();

  // The first error; what is read after it is lost.
  const absl::Status& status() const;

  // Once, after the last deposit was read.
  absl::Status Finish();
  // Whether Finish() delivered a repository.
  bool delivered() const;
  const ReplayFlaws& flaws(ReplayFlawKind kind) const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tidemark::rde

#endif  // TIDEMARK_RDE_REPLAY_REPLAYER_H_
