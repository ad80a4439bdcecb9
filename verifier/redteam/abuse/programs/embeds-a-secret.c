/* Has the assembler embed files of the machine.

Verdict: COMPILE_ERROR
Gone: nothing
*/
__asm__(".incbin \"/etc/shadow\"");
int main(void) { return 0; }
