//! The mathematics: ristretto255 ElGamal, proofs, threshold decryption. Knows no elections, does no I/O.
