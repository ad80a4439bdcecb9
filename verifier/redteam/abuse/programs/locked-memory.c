/* Locks memory, so that the machine cannot have it back.

Verdict: ACCEPTED
Gone: locked memory
*/
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

int main(void) {
    const size_t size = 64 << 20;
    puts(mlock(malloc(size), size) == 0 ? "locked 64 MB" : "contained");
    return 0;
}
