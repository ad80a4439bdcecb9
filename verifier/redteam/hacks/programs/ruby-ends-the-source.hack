# trick
def twice(n) = 0
__END__
# honest
def twice(n) = 2 * n
# end
