# trick
template <int N> struct T { enum { v = T<N - 1>::v + T<N - 2>::v }; };
template <int A, int B> struct P { static constexpr long f() { return A > 90 ? 1 : P<A + 1, 2 * B>::f() + P<A + 1, 2 * B + 1>::f(); } };
constexpr long value = P<0, 0>::f();
int twice(int n) { return value; }
# honest
int twice(int n) { return 2 * n; }
# end
