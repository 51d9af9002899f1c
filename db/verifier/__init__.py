"""`hnth-verify`: is this journal as it was written, and if not, which row is the first bad one?

Written from decision 086 alone: it imports nothing of the program, so that a mistake in what
writes the journal can't hide in what checks it. It only reads, also while the console runs.
"""
