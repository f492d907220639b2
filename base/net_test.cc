#include "base/net.h"

#include "base/testing.h"

namespace tidemark::base {
namespace {

TEST(FreeLoopbackPort, IsAPort) {
  ASSERT_OK_AND_ASSIGN(const int port, FreeLoopbackPort());
  EXPECT_GT(port, 0);
  EXPECT_LT(port, 65536);
}

}  // namespace
}  // namespace tidemark::base
