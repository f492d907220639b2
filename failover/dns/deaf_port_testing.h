// As if more came to a port of knotd than it reads: while this lives, no question over UDP reaches
// it. Sockets share a port with others of their user (SO_REUSEPORT), and a filter has the kernel
// give all to the last of ours, which nobody reads.
#ifndef TIDEMARK_FAILOVER_DNS_DEAF_PORT_TESTING_H_
#define TIDEMARK_FAILOVER_DNS_DEAF_PORT_TESTING_H_

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <vector>

namespace tidemark::failover {

class DeafPort {
 public:
  DeafPort(const std::string& ip4, int port) {
    // More than knotd has there, so that the last number is one of ours, whoever came first.
    constexpr uint32_t kSockets = 256;
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port));
    EXPECT_EQ(inet_pton(AF_INET, ip4.c_str(), &address.sin_addr), 1);
    const int on = 1;
    for (uint32_t i = 0; i < kSockets; ++i) {
      sockets_.push_back(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
      EXPECT_EQ(setsockopt(sockets_.back(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)), 0);
      EXPECT_EQ(bind(sockets_.back(), reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    }
    sock_filter last = {BPF_RET | BPF_K, 0, 0, kSockets - 1};
    const sock_fprog program = {1, &last};
    EXPECT_EQ(setsockopt(sockets_.back(), SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &program,
                         sizeof(program)),
              0);
  }
  ~DeafPort() {
    for (const int fd : sockets_) close(fd);
  }
  DeafPort(const DeafPort&) = delete;
  DeafPort& operator=(const DeafPort&) = delete;

 private:
  std::vector<int> sockets_;
};

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_DNS_DEAF_PORT_TESTING_H_
