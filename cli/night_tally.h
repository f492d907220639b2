// What drills of many TLDs came to, for an exit status and one line.
#ifndef TIDEMARK_CLI_NIGHT_TALLY_H_
#define TIDEMARK_CLI_NIGHT_TALLY_H_

#include <string>
#include <utility>
#include <vector>

#include "cli/command.h"

namespace tidemark::cli {

enum class DrillEnd {
  kPassed,
  kPassedBefore,  // earlier in the same night: it was not drilled again
  kNo,
  kCouldNotRun,
  kBrokenOff,   // it was told to stop
  kNotReached,  // nobody came to it, since it was told to stop
};

class NightTally {
 public:
  void Add(const std::string& tld, DrillEnd end) { ends_.emplace_back(tld, end); }

  const std::vector<std::pair<std::string, DrillEnd>>& ends() const { return ends_; }
  // That one is no makes the answer no, whatever could not be decided besides.
  Exit exit() const;
  // "drills of 5 TLDs: 3 pass, 1 NO: b, 1 could not run: c"; names at most 20 of each.
  std::string Summary() const;

 private:
  std::vector<std::string> Of(DrillEnd end) const;

  std::vector<std::pair<std::string, DrillEnd>> ends_;
};

// What the latest night of each TLD came to, for the exit status of whoever drills night after
// night. That somebody stops it says nothing about a TLD: what it breaks off, or does not reach, is
// left as it was the night before.
class LatestNights {
 public:
  // A TLD that is not in it is drilled no more, and forgotten.
  void Add(const NightTally& night);
  // The latest night could not begin.
  void AddNone() { has_begun_ = false; }

  // As that of one night: kNo if one TLD's is; kUndecided if one could not run, or the latest night
  // could not begin.
  Exit exit() const;
  // The line of one night, of all that is known.
  std::string Summary() const { return nights_.Summary(); }

 private:
  NightTally nights_;
  bool has_begun_ = true;
};

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLI_NIGHT_TALLY_H_
