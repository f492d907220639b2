// For tests only: a test that runs a program of other people's is skipped where it is not
// installed, and says which. tools/setup installs all of them, so nothing is skipped for this where
// it has run.
#ifndef TIDEMARK_BASE_INSTALLED_TESTING_H_
#define TIDEMARK_BASE_INSTALLED_TESTING_H_

#include <gtest/gtest.h>
#include <unistd.h>

#include <initializer_list>
#include <string>

#include "absl/strings/str_cat.h"

namespace tidemark::base {

// Where Debian has the program of this name; "" if it is not there. A test's PATH lacks /usr/sbin.
inline std::string InstalledProgram(const std::string& name) {
  for (const char* dir : {"/usr/sbin/", "/usr/bin/"}) {
    std::string path = dir + name;
    if (::access(path.c_str(), X_OK) == 0) return path;
  }
  return "";
}

// Why a test that needs all these programs is skipped; "" if all are there.
inline std::string WhyNotInstalled(std::initializer_list<const char*> names) {
  for (const char* name : names) {
    if (InstalledProgram(name).empty()) {
      return absl::StrCat(name, " is not installed: tools/setup installs it");
    }
  }
  return "";
}

}  // namespace tidemark::base

// In a test, or in its SetUp(): ends it as skipped unless all these programs are there.
//
//     SKIP_UNLESS_INSTALLED("knotd", "delv");
#define SKIP_UNLESS_INSTALLED(...)                                                    \
  do {                                                                                \
    const std::string why_skipped = ::tidemark::base::WhyNotInstalled({__VA_ARGS__}); \
    if (!why_skipped.empty()) GTEST_SKIP() << why_skipped;                            \
  } while (false)

#endif  // TIDEMARK_BASE_INSTALLED_TESTING_H_
