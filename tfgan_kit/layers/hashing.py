"""Random-looking numbers as a pure function of whole numbers, also in exported networks."""

# A prime: squares of numbers below it fit into 64 bits, and whole numbers are computed in the same
# way by every runtime that a network is exported to.
PRIME = 2**31 - 1
_ROUNDS = 3
# A multiplier and offsets, arbitrary numbers below the prime.
_FACTOR, _FIRST, _SECOND = 1_640_531_527, 1_181_783_497, 1_013_904_223


def mixed(numbers):
    """Mixes int64 numbers into int64 numbers from 0 to `PRIME` - 1 that look random."""
    numbers %= PRIME
    for _ in range(_ROUNDS):
        numbers = (numbers * numbers + _FIRST) % PRIME
        numbers = (numbers * _FACTOR + _SECOND) % PRIME
    return numbers
