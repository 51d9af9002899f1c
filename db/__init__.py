"""The local store: the journal (evidence) and the samples (quality figures) of one console.

`writer.JournalWriter` is the only door for writing, `queries.JournalReader` and
`queries.SampleReader` the doors for reading, `verify.verify_file` the independent check.
Nothing here knows the console: rows are bytes with a kind, faults are codes with parameters.
"""
