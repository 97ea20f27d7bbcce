//! The mirror: copies an election's public book from a server, a folder or another mirror, checks everything as it
//! comes, and serves the copy read-only, with the same pages.
//!
//! A mirror needs no trust: whoever reads from it checks the same signatures and proofs. It never drops what it holds:
//! a source that contradicts it leaves evidence instead.

pub mod app;
pub mod copied;
pub mod heads;
pub mod pace;
pub mod pull;
