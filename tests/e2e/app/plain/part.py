"""A module of it."""


def double(number):
    return 2 * number  # the line of double
