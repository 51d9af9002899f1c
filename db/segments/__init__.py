"""Sealed segments: the rows of some chains as plain files that need no program of ours to be read.

`segment.write` makes the files of one segment, `whole_files` what it has in common with backups.
The format is told in decision 095; `db.verifier.segments` was written from that, not from here.
"""
