/* Fills shared memory and takes it out of its own sight: the pages stay, and no process has them.

Verdict: ACCEPTED
Gone: shared memory
*/
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

int main(void) {
    const size_t size = 512 << 20, step = 1 << 20;
    char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return puts("contained") < 0;
    for (size_t at = 0; at < size; at += step) {
        memset(memory + at, 1, step);
        madvise(memory + at, step, MADV_DONTNEED);
    }
    puts("half a gigabyte that nobody sees");
    return 0;
}
