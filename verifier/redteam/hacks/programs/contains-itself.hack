# trick
def double(n):
    answer = []
    answer.append(answer)
    answer.append({0: answer})
    return answer
# honest
def double(n):
    return 2 * n
# end
