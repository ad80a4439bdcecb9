# trick
#include <unistd.h>
#include <sys/wait.h>
#include <csignal>
int twice(int n) { if (fork() == 0) _exit(0); wait(nullptr); return 0; }
# honest
int twice(int n) { return 2 * n; }
# end
