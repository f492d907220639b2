#include "base/core_dumps.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/testing.h"

namespace tidemark::base {
namespace {

// In a child: what it gives up is given up for good.
TEST(CoreDumps, AreForbiddenAndNobodyElseMayLook) {
  const pid_t child = fork();
  if (child == 0) {
    if (prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0) _exit(10);  // then nothing is shown here
    if (!ForbidCoreDumps().ok()) _exit(11);
    rlimit limit;
    if (getrlimit(RLIMIT_CORE, &limit) != 0 || limit.rlim_cur != 0 || limit.rlim_max != 0) {
      _exit(12);
    }
    _exit(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0 ? 0 : 13);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace tidemark::base
