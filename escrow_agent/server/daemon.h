// tidemarkd as a function: configuration, vault, server, and the wait for a signal.
//
// Two programs are made of it: tidemarkd, and one for tests that dies at a point of the write path.
//
// Threads: call it once, from main, before there is any other thread (signals are blocked first,
// so that the server's threads never see them).
#ifndef TIDEMARK_ESCROW_AGENT_SERVER_DAEMON_H_
#define TIDEMARK_ESCROW_AGENT_SERVER_DAEMON_H_

#include <functional>
#include <string>

#include "absl/strings/string_view.h"

namespace tidemark::escrow_agent {

struct DaemonOptions {
  std::string config_path;
  // "": what the configuration says. The file gets "HOST:PORT\n" once the server takes calls.
  std::string ready_file = "";
  // Called at vault::kCrashPoints; empty in production.
  std::function<void(absl::string_view point)> at_point = nullptr;
};

// Serves until SIGTERM or SIGINT; SIGHUP reads certificate, key, authority and refused serials
// anew. The exit status: 0 stopped cleanly, 2 could not start (the reason, and what to do, is on
// standard error).
int RunTidemarkd(const DaemonOptions& options);

}  // namespace tidemark::escrow_agent

#endif  // TIDEMARK_ESCROW_AGENT_SERVER_DAEMON_H_
