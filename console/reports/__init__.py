"""What is told of a session once it is over: figures, the document made of them, its files.

Knows the domain and nothing else; events and minutes are given to it, words too.
"""
