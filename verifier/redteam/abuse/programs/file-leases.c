/* Has itself told when others open the files and directories that it shares with them.

Verdict: ACCEPTED
Gone: leases and watches
*/
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int main(void) {
    int directory = open("/usr/bin", O_RDONLY), file = open("/etc/passwd", O_RDONLY), found = 0;
    if (fcntl(directory, F_NOTIFY, DN_ACCESS | DN_MULTISHOT) == 0) found = puts("F_NOTIFY");
    if (fcntl(file, F_SETLEASE, F_RDLCK) == 0) found = puts("F_SETLEASE");
    if (!found) puts("contained");
    return 0;
}
