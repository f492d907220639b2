"""How the loops over every line, row and object of a deposit are compiled."""

# What inlining costs in size is worth it where code runs a million times a second.
HOT = [
    "-O3",
    "-fomit-frame-pointer",
    # Which function a virtual one is would be guessed, and the base's own is what it never is here.
    "-fno-devirtualize-speculatively",
]
