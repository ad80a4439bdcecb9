/* As vfork-and-wait, but the child becomes its parent's sibling, so that the parent seems to have none.

Verdict: ACCEPTED
Gone: the sibling
*/
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int wait_for_ever(void *unused) {
    (void)unused;
    for (;;) pause();
}

int main(void) {
    char *stack = malloc(65536);
    int pid = clone(wait_for_ever, stack + 65536, CLONE_VM | CLONE_VFORK | CLONE_PARENT | 17, NULL);
    puts(pid == -1 && errno == EPERM ? "contained" : "got a sibling");
    return 0;
}
