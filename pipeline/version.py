"""The version of the program, which every table carries."""

__version__ = "0.1.0"
