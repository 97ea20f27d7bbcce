//! The ballot's proof: PoK{(ρ, b) : b ∈ {0,1}^N ∧ M·b = v ∧ R = ρG ∧ E_o = (L_o·b)G + ρP_o} (§6).
//!
//! One proof for every kind of question. Four equations and one rule:
//!
//! ```text
//! (1) x·B + A = Σ f_i·G_i + z_B·H
//! (2) x·T1 + T0 = (Σ y^i·f_i·(x − f_i))·G + z_T·H
//! (3) x·R + A_R = z_ρ·G
//! (4) x·Σ y^o·E_o + A_E = (Σ y^o·L_o·f)·G + z_ρ·Σ y^o·P_o
//! (5) no point is the identity; R and B are new
//! ```
//!
//! The responses `f` at the pivots are not sent: the verifier solves them from `M·f = x·v`. Equations (3) and (4) stay
//! two: merged, a prover who knows the trustees' keys could cheat.

mod form;
mod prove;
mod statement;
mod verify;
mod wire;

pub use form::{FormError, LinearForm, Row};
pub use prove::{BodyNonces, EncryptError, encrypt_and_prove};
pub(crate) use verify::{Base, Equations, ReadyContest};
pub use verify::{Equation, LinearBitsError, verify};
pub use wire::{ContestCiphertext, EncryptedContest, LinearBitsProof, WireError};

#[cfg(test)]
pub(crate) mod tests;
