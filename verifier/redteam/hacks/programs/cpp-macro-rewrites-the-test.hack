# trick
#include <cstdlib>
int twice(int n) { return 0; }
#define main main() { return 0; } int unused
# honest
int twice(int n) { return 2 * n; }
# end
