// What cli/tidemark_judge_main.cc is, for the tests of this package.
#include "verifier/service/judge_program.h"

int main() { tidemark::verifier::RunJudgeProgram(); }
