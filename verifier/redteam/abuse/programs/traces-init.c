/* Takes hold of init the way a debugger would.

Verdict: ACCEPTED
Gone: nothing
*/
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static int reached(const char *what, long result) {
    if (result == -1 && (errno == ENOSYS || errno == EPERM)) return 0;
    printf("%s\n", what);
    return 1;
}

int main(void) {
    char byte;
    struct iovec here = {&byte, 1}, there = {(void *)0x400000, 1};
    long handle = syscall(434 /* pidfd_open */, 1, 0);
    int found = reached("ptrace", ptrace(PTRACE_SEIZE, 1, NULL, NULL));
    found += reached("process_vm_readv", process_vm_readv(1, &here, 1, &there, 1, 0));
    found += reached("process_vm_writev", process_vm_writev(1, &here, 1, &there, 1, 0));
    found += reached("pidfd_getfd", syscall(438, handle, 3, 0));
    found += reached("process_madvise", syscall(440, handle, &there, 1, 4, 0));
    found += reached("kcmp of memory", syscall(SYS_kcmp, 1, getpid(), 1, 0, 0));
    found += reached("kcmp of descriptors", syscall(SYS_kcmp, 1, getpid(), 0, 0, 0));
    if (!found) puts("contained");
    return 0;
}
