// tidemark-judge: reads deposits for tidemark-verifier and `tidemark verify`, confined. Not for
// people: its order comes from them, over a socket.

#include "verifier/service/judge_program.h"

int main() { tidemark::verifier::RunJudgeProgram(); }
