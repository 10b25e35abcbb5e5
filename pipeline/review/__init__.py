"""Correct what was found, and make training data of it: select, export, import, compare two annotators, accept."""
