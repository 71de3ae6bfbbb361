"""Worker processes: the ledger lists the work, the broker points to it, the engine does it."""
