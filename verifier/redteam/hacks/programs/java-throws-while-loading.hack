# trick
class Sums { static { if (true) throw new RuntimeException("later"); } static int twice(int n) { return 0; } }
# honest
class Sums { static int twice(int n) { return 2 * n; } }
# end
