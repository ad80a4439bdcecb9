/* Asks for what the kernel keeps for debuggers, drivers and administrators.

Verdict: ACCEPTED
Gone: nothing
*/
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

static int found;

/* The arguments name nothing that exists: a call that gets through does no more than complain about them. */
static void try(const char *name, long number) {
    long result = syscall(number, -1L, -1L, -1L, -1L, -1L, -1L);
    if (result == -1 && (errno == ENOSYS || errno == EPERM)) return;
    printf("%s\n", name);
    found = 1;
}
#define TRY(name) try(#name, SYS_##name)

int main(void) {
    TRY(bpf);
    TRY(perf_event_open);
    TRY(userfaultfd);
    TRY(memfd_secret);
    TRY(fanotify_init);
    TRY(kexec_load);
    TRY(kexec_file_load);
    TRY(init_module);
    TRY(finit_module);
    TRY(delete_module);
    TRY(acct);
    TRY(quotactl);
    TRY(syslog);
    TRY(reboot);
    TRY(sethostname);
    TRY(setdomainname);
    TRY(iopl);
    TRY(ioperm);
    TRY(modify_ldt);
    TRY(uselib);
    TRY(lookup_dcookie);
    TRY(mbind);
    TRY(set_mempolicy);
    TRY(migrate_pages);
    TRY(move_pages);
    TRY(personality);
    if (!found) puts("contained");
    return 0;
}
