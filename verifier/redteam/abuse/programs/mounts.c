/* Asks for mounts, in their old and new forms, and for another root.

Verdict: ACCEPTED
Gone: mounts
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
    TRY(mount);
    TRY(umount2);
    TRY(pivot_root);
    TRY(chroot);
    TRY(fsopen);
    TRY(fsconfig);
    TRY(fsmount);
    TRY(fspick);
    TRY(open_tree);
    TRY(move_mount);
    TRY(mount_setattr);
    TRY(swapon);
    TRY(swapoff);
    if (!found) puts("contained");
    return 0;
}
