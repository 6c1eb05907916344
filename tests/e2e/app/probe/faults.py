"""Ways to end badly."""


def divide(number):
    return number / 0  # the line that fails


def outer():
    divide(1)
