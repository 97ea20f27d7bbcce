//! The transparency log, by C2SP's documents: one file a specification (§11).
//!
//! This crate knows no votes: entries are bytes. It does no I/O, reads no clock and draws no randomness. A log is a name
//! (its origin) and a key, never an address; whoever holds the files can serve it.

pub mod checkpoint;
pub mod cosignature;
pub mod entry_bundle;
pub mod evidence;
pub mod log;
pub mod merkle;
pub mod note;
pub mod policy;
pub mod reader;
#[cfg(feature = "ml-dsa")]
pub mod second;
pub mod tile;
pub mod tlog_proof;
pub mod witness;
