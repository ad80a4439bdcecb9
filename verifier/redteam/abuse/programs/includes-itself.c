/* Includes itself, twice each time.

Verdict: COMPILE_ERROR
Gone: the compiler
*/
#include __FILE__
#include __FILE__
int main(void) { return 0; }
