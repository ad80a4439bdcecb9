# trick
constexpr long f(long n) { long s = 0; for (long i = 0; i < 4000000000000; ++i) s += i * n; return s; }
constexpr long value = f(3);
int main() { return value; }
# honest
#include <iostream>
int main() { int n; std::cin >> n; std::cout << 2 * n << std::endl; }
# end
