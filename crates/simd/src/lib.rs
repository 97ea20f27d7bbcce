//! Eight points of ristretto255 at a time: decoding and sums with AVX-512 IFMA, chosen at run time.
//!
//! dalek's curve25519 vectorises sums but no decoder, and decoding takes most of the time of a batch verification. Here eight
//! encodings are decoded together, one in each lane of a register, and the points stay in that form: sums of their multiples
//! are computed by buckets, eight at a time, and the only answer that leaves is whether a sum is the identity.
//!
//! Everything is for public data: variable time, nothing is wiped. What is accepted is what dalek accepts, encoding by
//! encoding (RFC 9496), which the tests compare. On other processors there is no [`Ifma`], and callers use dalek.
//!
//! The only `unsafe` of the project stands in this crate: in `lanes`, where registers are read from and written to memory,
//! and in `ifma`, where functions are called whose instructions the processor has been asked for.

#[cfg(target_arch = "x86_64")]
mod decode;
#[cfg(target_arch = "x86_64")]
mod digits;
#[cfg(target_arch = "x86_64")]
mod field;
#[cfg(target_arch = "x86_64")]
mod ifma;
#[cfg(target_arch = "x86_64")]
mod lanes;
#[cfg(target_arch = "x86_64")]
mod point;
#[cfg(target_arch = "x86_64")]
mod points;
#[cfg(target_arch = "x86_64")]
mod sum;

#[cfg(not(target_arch = "x86_64"))]
mod absent;

#[cfg(not(target_arch = "x86_64"))]
pub use absent::{Ifma, Points};
#[cfg(target_arch = "x86_64")]
pub use ifma::Ifma;
#[cfg(target_arch = "x86_64")]
pub use points::Points;

/// With this variable of the environment set to `1`, no instructions beyond dalek's are used.
pub const PORTABLE: &str = "PLEBISCITE_PORTABLE";
