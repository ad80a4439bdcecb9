/* Makes system calls by their x32 numbers, which differ from the filtered ones in one bit.

The kernel knows none of them, or a filter around the service kills who tries: either will do.

Verdict: ACCEPTED
Gone: nothing
*/
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    const long x32 = 0x40000000;
    long calls[] = {SYS_getpid, SYS_ptrace, SYS_unshare, SYS_socket, SYS_add_key};
    int found = 0;
    for (unsigned i = 0; i < sizeof calls / sizeof *calls; i++) {
        int status = -1;
        pid_t child = fork();
        if (child == 0) _exit(syscall(x32 | calls[i], -1, -1, -1, -1, -1) != -1 || errno != ENOSYS);
        waitpid(child, &status, 0);
        if (status != 0 && !(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS)) found = printf("%ld\n", calls[i]);
    }
    if (!found) puts("contained");
    return 0;
}
