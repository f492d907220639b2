// What drills of many TLDs came to, for an exit status and one line.
#ifndef TIDEMARK_CLI_NIGHT_TALLY_H_
#define TIDEMARK_CLI_NIGHT_TALLY_H_

#include <cstddef>
#include <string>
#include <vector>

#include "cli/command.h"

namespace tidemark::cli {

class NightTally {
 public:
  void Add(const std::string& tld, Exit exit);
  // One that passed earlier in the same night, and was not drilled again.
  void AddPassedBefore() { ++passed_before_; }
  // One that nobody came to, since it was told to stop.
  void AddNotReached(const std::string& tld) { not_reached_.push_back(tld); }

  // That one is no makes the answer no, whatever could not be decided besides.
  Exit exit() const;
  // "drills of 5 TLDs: 3 pass, 1 NO: b, 1 could not run: c"; names at most 20 of each.
  std::string Summary() const;

 private:
  size_t passed_ = 0;
  size_t passed_before_ = 0;
  std::vector<std::string> no_;
  std::vector<std::string> could_not_run_;
  std::vector<std::string> not_reached_;
};

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLI_NIGHT_TALLY_H_
