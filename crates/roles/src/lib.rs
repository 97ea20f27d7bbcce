//! What every role's program shares: vaults, kept checkpoints, exit codes, fetching and submitting.
