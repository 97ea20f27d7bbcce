//! One ballot's way: selections → encrypted → cast | tested; and its verification (§15, §16).

mod encrypt;
mod opening;
mod parameters;
mod seed;
mod selections;
mod tracker;
mod verify;
mod wire;

pub use encrypt::{CastError, EncryptedBallot, SignedBallot};
pub use opening::{Opening, OpeningError, verify_opening};
pub use parameters::{ContestParameters, ElectionParameters, ParameterError};
pub use seed::Seed;
pub use selections::{SelectionError, Selections};
pub use tracker::{ControlCode, ControlCodeError, Tracker};
pub use verify::{
    BallotError, PreparedBallot, SignatureChecked, VerifiedBallot, verify_many, verify_many_with,
};
pub use wire::{BALLOT_HEADER_BYTES, BallotHeader, DecodedBallot, SIGNATURE_BYTES, WireError};

#[cfg(test)]
mod tests;
