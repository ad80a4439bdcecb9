# trick
at_exit { exit!(0) }
def twice(n) = 0
# honest
def twice(n) = 2 * n
# end
