# trick
#line 1 "/etc/passwd"
#pragma GCC poison main
#pragma GCC optimize("O0; exit 0")
int main() { return 0; }
# honest
#include <iostream>
int main() { int n; std::cin >> n; std::cout << 2 * n << std::endl; }
# end
