# trick
#include <cstdlib>
int twice(int n) { std::exit(0); }
# honest
int twice(int n) { return 2 * n; }
# end
