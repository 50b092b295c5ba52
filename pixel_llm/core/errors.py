"""What is wrong with a pixel file, in parts."""


class PxiError(ValueError):
    """A pixel file that cannot be used.

    file      its name, as the caller gave it
    place     where in it: ``pixel 0``, ``chunk IDAT at byte 33``
    expected  what the format asks for at that place
    found     what stands there
    remedy    what a person can do about it
    """

    def __init__(self, file, place, expected, found, remedy):
        super().__init__(f"{file}: {place}: expected {expected}, found {found}. {remedy}")
        self.file = file
        self.place = place
        self.expected = expected
        self.found = found
        self.remedy = remedy

    def __reduce__(self):
        return PxiError, (self.file, self.place, self.expected, self.found, self.remedy)
