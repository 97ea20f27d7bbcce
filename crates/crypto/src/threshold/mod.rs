//! The trustees: how `n` of them make the election keys together, and how any `t` of them decrypt a sum.
//!
//! Specification §9 (the ceremony) and §10 (threshold decryption). Pure functions: every random byte is
//! passed in, every message is bytes in and bytes out, and nothing here knows how a message travels.
//! The decryption keys themselves are never assembled: there is a share per trustee and a combination of
//! partial decryptions, and nothing that adds shares up.

pub mod ceremony;
pub mod decryption;
pub mod lagrange;
mod params;
mod wire;

pub use params::{CeremonyParams, ParamsError};
pub use wire::ContentError;
