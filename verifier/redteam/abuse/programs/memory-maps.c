/* Splits a mapping into as many pieces as the kernel keeps count of.

Verdict: ACCEPTED
Gone: its mappings
*/
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/mman.h>

int main(void) {
    const size_t page = 4096, pages = 1 << 20;
    char *memory = mmap(NULL, page * pages, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    size_t split = 0;
    while (split < pages && mprotect(memory + split * page, page, PROT_NONE) == 0) split += 2;
    puts(split < pages ? "contained" : "a million mappings");
    return 0;
}
