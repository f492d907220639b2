// A process that is started with standard input, output or error closed gives their numbers to the
// next files that it opens, and then writes its messages into them: a log line into a database.
#ifndef TIDEMARK_BASE_STANDARD_DESCRIPTORS_H_
#define TIDEMARK_BASE_STANDARD_DESCRIPTORS_H_

#include <fcntl.h>
#include <unistd.h>

namespace tidemark::base {

// The first statement of a main: numbers 0, 1 and 2 are taken, by /dev/null where nothing else has
// them.
inline void KeepStandardDescriptors() {
  int fd;
  do {
    fd = ::open("/dev/null", O_RDWR);
  } while (fd >= 0 && fd <= STDERR_FILENO);
  if (fd >= 0) ::close(fd);
}

}  // namespace tidemark::base

#endif  // TIDEMARK_BASE_STANDARD_DESCRIPTORS_H_
