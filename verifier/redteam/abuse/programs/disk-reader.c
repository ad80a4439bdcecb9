/* Reads system files past the page cache without end: always waiting for a disk, never computing.

Verdict: TIME_LIMIT or IDLE_LIMIT
Gone: nothing
*/
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

int main(void) {
    const char *paths[] = {"/usr/bin/gcc", "/usr/lib/x86_64-linux-gnu/libc.so.6", "/usr/bin/python3.11"};
    void *buffer;
    if (posix_memalign(&buffer, 4096, 1 << 20)) return 1;
    for (;;) {
        for (int i = 0; i < 3; i++) {
            int file = open(paths[i], O_RDONLY | O_DIRECT);
            while (file >= 0 && read(file, buffer, 1 << 20) > 0) continue;
            close(file);
        }
    }
}
