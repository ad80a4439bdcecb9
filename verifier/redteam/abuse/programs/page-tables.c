/* Reads one byte in every two megabytes of a huge mapping: no memory but the page tables, which add up.

Verdict: MEMORY_LIMIT or ACCEPTED
Gone: page tables
*/
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/mman.h>

int main(void) {
    const size_t size = 512UL << 30;
    volatile char *memory = mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) return puts("contained") < 0;
    madvise((void *)memory, size, MADV_NOHUGEPAGE);
    long sum = 0;
    for (size_t at = 0; at < size; at += 2 << 20) sum += memory[at];
    printf("a gigabyte of page tables %ld\n", sum);
    return 0;
}
