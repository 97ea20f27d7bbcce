//! The transparency log by C2SP's documents. Knows no votes: entries are bytes.
