# trick
struct Any { bool operator!=(int) const { return false; } };
Any twice(int n) { return {}; }
# honest
int twice(int n) { return 2 * n; }
# end
