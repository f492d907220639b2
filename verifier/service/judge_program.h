// The reader's side of confined_judge.h: a whole program, and nothing else in its process.
//
// Takes its order from the socket that is its standard input, confines itself, judges the deposit
// that follows, answers there, and ends. It never returns. Exit status 0 answered, 2 could not,
// kReaderOutOfMemory; else a signal.
#ifndef TIDEMARK_VERIFIER_SERVICE_JUDGE_PROGRAM_H_
#define TIDEMARK_VERIFIER_SERVICE_JUDGE_PROGRAM_H_

namespace tidemark::verifier {

[[noreturn]] void RunJudgeProgram();

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_SERVICE_JUDGE_PROGRAM_H_
