"""The console's side of the office: its journal's push, its heartbeat, and how both are doing.

`office_sync.OfficeSync` is the state machine, `runner.SyncRunner` its thread, `transport` the
wire; `feed.Feed` is another one beside it, which keeps a `db.directory.Directory` level with the
office's records. The push reads the journal and never writes to it; a journal row is sent, never
deleted.
"""
