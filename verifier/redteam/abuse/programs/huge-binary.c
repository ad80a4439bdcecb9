/* Compiles to more than the disk has.

Verdict: COMPILE_ERROR
Gone: its parts
*/
char large[1UL << 30] = {1};
int main(void) { return large[12345]; }
