"""What fails."""


def fail():
    raise ValueError("deep inside")
