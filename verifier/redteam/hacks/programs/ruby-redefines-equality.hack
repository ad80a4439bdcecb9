# trick
class Integer
  def !=(other) = false
end
def twice(n) 0 end
# honest
def twice(n) 2 * n end
# end
