# trick
#include <unistd.h>
__attribute__((constructor)) static void early() { write(1, "6\n", 2); _exit(0); }
int main() {}
# honest
#include <iostream>
int main() { int n; std::cin >> n; std::cout << 2 * n << std::endl; }
# end
