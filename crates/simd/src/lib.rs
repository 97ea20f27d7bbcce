//! Eight points of ristretto255 at a time: decoding and sums with AVX-512 IFMA or with AVX2, chosen at run time.
//!
//! dalek's curve25519 vectorises sums but no decoder, and decoding takes most of the time of a batch verification. Here eight
//! encodings are decoded together, one a lane, and the points stay in that form: sums of their multiples are computed by
//! buckets, eight at a time, and the only answer that leaves is whether a sum is the identity.
//!
//! Everything is for public data: variable time, nothing is wiped. What is accepted is what dalek accepts, encoding by
//! encoding (RFC 9496), which the tests compare. On other processors there are no [`Lanes`], and callers use dalek.
//!
//! `ifma` and `avx2` each have a field, its points, their decoder and the sums of eight lists, because what a limb may hold
//! differs; everything else is shared.
//!
//! The only `unsafe` of the project stands in this crate: in `ifma` and `avx2`, where functions are called whose
//! instructions the processor has been asked for, in their `registers`, where registers are read from and written to memory,
//! and in `avx2::field`, in one empty line of assembly.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod buckets;
#[cfg(target_arch = "x86_64")]
mod digits;
#[cfg(target_arch = "x86_64")]
mod ifma;
#[cfg(target_arch = "x86_64")]
mod lanes;
#[cfg(target_arch = "x86_64")]
mod limbs;
#[cfg(target_arch = "x86_64")]
#[cfg(test)]
mod reference;
#[cfg(target_arch = "x86_64")]
mod sum;

#[cfg(not(target_arch = "x86_64"))]
mod absent;

#[cfg(not(target_arch = "x86_64"))]
pub use absent::{Lanes, Points};
#[cfg(target_arch = "x86_64")]
pub use lanes::{Lanes, Points};

/// With this variable of the environment set to `1`, no instructions beyond dalek's are used.
pub const PORTABLE: &str = "PLEBISCITE_PORTABLE";
