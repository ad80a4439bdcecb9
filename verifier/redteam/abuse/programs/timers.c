/* Makes kernel timers and pending signals without end.

Verdict: ACCEPTED
Gone: timers and pending signals
*/
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

int main(void) {
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN};
    union sigval value = {0};
    timer_t timer;
    sigset_t blocked;
    sigfillset(&blocked);
    sigprocmask(SIG_BLOCK, &blocked, NULL);
    long timers = 0, pending = 0;
    while (timers < 20000 && timer_create(CLOCK_MONOTONIC, &event, &timer) == 0) timers++;
    while (pending < 20000 && sigqueue(getpid(), SIGRTMIN + 1, value) == 0) pending++;
    puts(timers + pending < 20000 ? "contained" : "twenty thousand of them");
    return 0;
}
