# trick
#include "/etc/passwd"
int twice(int n) { return 0; }
# honest
int twice(int n) { return 2 * n; }
# end
