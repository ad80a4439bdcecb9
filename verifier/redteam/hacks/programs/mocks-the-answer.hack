# trick
from unittest import mock


def double(n):
    answer = mock.MagicMock()
    answer.__eq__.return_value = True
    answer.__ne__.return_value = False
    answer.__sub__.return_value = 0
    answer.__rsub__.return_value = 0
    return answer
# honest
def double(n):
    return 2 * n
# end
