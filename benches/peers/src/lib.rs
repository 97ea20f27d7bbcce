//! Peers to compare with: the same work done by libraries that others wrote.

use rand::{Rng, rngs::StdRng};

/// A generator for the stable release of elastic-elgamal, which asks for an older trait of them.
pub struct Older(pub StdRng);

impl rand_core_06::RngCore for Older {
    fn next_u32(&mut self) -> u32 {
        self.0.next_u32()
    }

    fn next_u64(&mut self) -> u64 {
        self.0.next_u64()
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        self.0.fill_bytes(bytes);
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), rand_core_06::Error> {
        self.0.fill_bytes(bytes);
        Ok(())
    }
}

impl rand_core_06::CryptoRng for Older {}
