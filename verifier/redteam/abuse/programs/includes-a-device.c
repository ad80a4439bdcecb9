/* Has the compiler read a file that never ends.

Verdict: COMPILE_ERROR
Gone: the compiler
*/
#include "/dev/urandom"
int main(void) { return 0; }
