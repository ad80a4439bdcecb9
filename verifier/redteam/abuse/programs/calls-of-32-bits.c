/* Makes a system call by its 32-bit number, which would mean another call to a filter of 64-bit numbers.

Verdict: RUNTIME_ERROR
Gone: no core dump
*/
#include <stdio.h>

int main(void) {
#ifdef __x86_64__
    long result = 20; /* getpid */
    __asm__ volatile("int $0x80" : "+a"(result) : : "memory");
    printf("pid %ld\n", result);
#else
    __builtin_trap();
#endif
    return 0;
}
