//! The protocol, pure: bytes in; bytes, or a refusal by name, out.
//!
//! No I/O, no clock, no generator of randomness. [`record::Record`] is the only judge of what may stand in the log;
//! server and verifiers call it alike. Section numbers are those of `proofs/spec/protocol.md`.

pub mod ballot;
pub mod cell;
pub mod contest;
pub mod context;
pub mod cores;
pub mod counted;
pub mod credential;
pub mod encoding;
pub mod entry;
pub mod hints;
pub mod manifest;
pub mod proposal;
pub mod record;
pub mod rule;
pub mod view;
