/* Asks for the kernel's keyrings, which outlive processes and are shared by user.

Verdict: ACCEPTED
Gone: keys
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
    TRY(add_key);
    TRY(request_key);
    TRY(keyctl);
    if (!found) puts("contained");
    return 0;
}
