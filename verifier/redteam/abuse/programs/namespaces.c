/* Asks for namespaces of every kind, one at a time, by unshare and by clone, and enters those of init.

Verdict: ACCEPTED
Gone: namespaces
*/
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct {
    const char *name;
    long flag;
} kinds[] = {
    {"mount", 0x00020000}, {"cgroup", 0x02000000}, {"uts", 0x04000000},  {"ipc", 0x08000000},
    {"user", 0x10000000},  {"pid", 0x20000000},    {"net", 0x40000000},  {"user and mount", 0x10020000},
    {"time", 0x00000080},
};

int main(void) {
    int found = 0;
    for (unsigned i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (unshare((int)kinds[i].flag) == 0) found = printf("unshare %s\n", kinds[i].name);
        if (kinds[i].flag == 0x80) continue; /* clone has no such flag: these are bits of the exit signal */
        long child = syscall(SYS_clone, kinds[i].flag | 17, 0, 0, 0, 0);
        if (child == 0) _exit(0);
        if (child > 0) found = printf("clone %s\n", kinds[i].name);
    }
    int fd = open("/proc/1/ns/mnt", O_RDONLY);
    if (syscall(SYS_setns, fd, 0) == 0) found = puts("setns");
    while (wait(NULL) > 0) continue;
    if (!found) puts("contained");
    return 0;
}
