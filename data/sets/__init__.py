"""The table of data sets. Importing it imports nothing heavy."""
