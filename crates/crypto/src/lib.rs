//! The mathematics of plebiscite: ristretto255 ElGamal, the ballot's proof, threshold decryption.
//!
//! This crate knows no elections. It does no I/O, reads no clock and owns no generator of randomness: fresh bytes are
//! arguments. Points are written in upper case, scalars in lower case, and each equation stands beside its line.

pub mod batch;
pub mod dlog;
pub mod elgamal;
pub mod engine;
pub mod group;
pub mod proof;
pub mod threshold;
pub mod transcript;

#[cfg(test)]
mod tests;
