// A TCP proxy in front of a server that counts what goes through and can cut every connection.
//
// Real sockets: both sides end at once, in the middle of whatever is on its way, and what is not
// handed on by then is lost. Bytes are counted as they come from the clients, TLS and all.
// Threads: one of its own and two for each connection; the methods are safe for concurrent use.
#ifndef TIDEMARK_TESTS_SUPPORT_CUTTING_PROXY_H_
#define TIDEMARK_TESTS_SUPPORT_CUTTING_PROXY_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"

namespace tidemark::tests {

class CuttingProxy final {
 public:
  // In front of "HOST:PORT", HOST being an IPv4 address. Each time that the clients have sent
  // `cut_every_bytes` more, all connections are cut, at most `cuts_max` times.
  struct Options {
    std::string target;
    uint64_t cut_every_bytes = 0;  // 0: never
    int cuts_max = 0;
  };
  static absl::StatusOr<std::unique_ptr<CuttingProxy>> Start(const Options& options);
  ~CuttingProxy();

  std::string address() const { return address_; }
  uint64_t bytes_from_clients() const { return bytes_; }
  int cuts() const { return cuts_; }

 private:
  struct Connection;
  explicit CuttingProxy(const Options& options);
  void Accept();
  void Pump(Connection& connection, bool from_client);
  void CountFromClient(uint64_t bytes) ABSL_LOCKS_EXCLUDED(mutex_);
  void CutAll() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Options options_;
  std::string address_;
  int listener_ = -1;
  std::atomic<uint64_t> bytes_ = 0;
  std::atomic<int> cuts_ = 0;
  absl::Mutex mutex_;
  std::list<std::unique_ptr<Connection>> connections_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace tidemark::tests

#endif  // TIDEMARK_TESTS_SUPPORT_CUTTING_PROXY_H_
