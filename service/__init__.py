"""What stands between people and the engine: HTTP, the ledger, who may do what."""
