// Prints the tables of docs/findings.md, to be copied there when a test says that they are old:
//
//   bazel run //verifier/testing:findings_tables
#include <cstdio>
#include <string>

#include "verifier/ruleset.h"

int main() { std::fputs(tidemark::verifier::RulesetTable().c_str(), stdout); }
