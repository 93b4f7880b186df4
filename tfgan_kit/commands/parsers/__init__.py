"""The parser of each command. Importing these modules imports nothing heavy.

Names that only other packages know, such as those of methods, are passed as arguments.
"""
