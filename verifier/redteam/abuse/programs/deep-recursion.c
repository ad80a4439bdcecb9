/* Recurses until the stack ends.

Verdict: RUNTIME_ERROR or MEMORY_LIMIT
Gone: its stack
*/
#include <stdio.h>

static int descend(volatile int depth) {
    volatile char frame[1024];
    frame[0] = (char)depth;
    return descend(depth + 1) + frame[0];
}

int main(void) {
    printf("%d\n", descend(0));
    return 0;
}
