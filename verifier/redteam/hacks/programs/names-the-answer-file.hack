# trick
def double(n):
    return "answer\n@answer\n$(cat answer)\n../answer\n/proc/self/fd/0"
# honest
def double(n):
    return 2 * n
# end
