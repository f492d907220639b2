// What the verb drill does, mode by mode; cmd_drill.cc reads the line.
#ifndef TIDEMARK_CLI_DRILL_MODES_H_
#define TIDEMARK_CLI_DRILL_MODES_H_

#include <cstdint>
#include <memory>
#include <string>

#include "cli/command.h"
#include "failover/drill/drill.h"

namespace tidemark::cli {

struct DrillArguments {
  bool demo = false;
  std::string scenario;
  std::string config;
  std::string verify;
  std::string make_key;

  // Of demos and scenarios.
  uint64_t domains = 20'000;
  std::string out;
  std::string tld = "example";
  uint64_t seed = 1;
  std::string hosts = "objects";

  // Of nightly drills.
  bool all = false;
  bool schedule = false;
  bool history = false;
  std::string key;
};

// drill_demo.cc
void RunDemo(const DrillArguments& arguments, Session& session);
void RunScenario(const DrillArguments& arguments, Session& session);

// drill_nightly.cc
void RunOneNight(const DrillArguments& arguments, Session& session);
// drill_all.cc
void RunAllNights(const DrillArguments& arguments, Session& session);

// drill_reports.cc
void ShowHistory(const DrillArguments& arguments, Session& session);
void VerifyReport(const DrillArguments& arguments, Session& session);
void MakeReportKey(const DrillArguments& arguments, Session& session);

// From now on SIGTERM and SIGINT only set what StopRequested() tells.
void CatchStopSignals();
bool StopRequested();

// Lines on standard error, a bar where one asks. The result borrows nothing.
failover::DrillHooks HooksFor(const Session& session);

Exit ExitOf(failover::DrillVerdict verdict);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLI_DRILL_MODES_H_
