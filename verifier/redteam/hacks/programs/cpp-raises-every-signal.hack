# trick
#include <csignal>
#include <unistd.h>
int main() { for (int s = 1; s < 32; ++s) signal(s, [](int) { _exit(0); }); raise(SIGSEGV); }
# honest
#include <iostream>
int main() { int n; std::cin >> n; std::cout << 2 * n << std::endl; }
# end
