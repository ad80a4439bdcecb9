# trick
#include "/dev/zero"
int main() {}
# honest
#include <iostream>
int main() { int n; std::cin >> n; std::cout << 2 * n << std::endl; }
# end
