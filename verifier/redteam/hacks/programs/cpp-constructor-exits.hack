# trick
#include <unistd.h>
__attribute__((constructor)) static void early() { _exit(0); }
int twice(int n) { return 0; }
# honest
int twice(int n) { return 2 * n; }
# end
