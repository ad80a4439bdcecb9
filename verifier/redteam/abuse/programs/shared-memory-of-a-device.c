/* As shared-memory-unmapped, by way of /dev/zero.

Verdict: ACCEPTED
Gone: shared memory
*/
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>

int main(void) {
    int zero = open("/dev/zero", O_RDWR);
    char *memory = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_SHARED, zero, 0);
    puts(memory == MAP_FAILED ? "contained" : "shared memory without a file");
    return 0;
}
