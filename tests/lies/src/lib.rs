//! Lies told by holders of true keys, each beside its accepted twin: the same log without the one change.
//!
//! The teller holds the board's key, so that tree and checkpoint are rebuilt and signed again, and whichever other keys
//! the lie needs. `tests/cheating` shows that each is caught by the one check that is meant for it, at its entry; the
//! comparison of the two verifiers gives both logs of every lie to both.
#![expect(clippy::unwrap_used, reason = "a story that cannot be set up must fail where it stands")]
#![expect(clippy::indexing_slicing, reason = "likewise")]

mod acts;
mod ballots;
mod count;
mod makers;
mod messages;
mod setup;
mod signers;

pub use ballots::resign;

use plebiscite_election::contest::Choice;
use plebiscite_support::{Election, Shape};

/// Yes.
pub const YES: Choice = Choice::Option(0);
/// No.
pub const NO: Choice = Choice::Option(1);

/// Two logs that differ by a lie.
#[derive(Debug)]
pub struct Told {
    /// An election whose keys sign the board's checkpoints.
    pub election: Election,
    /// The accepted twin.
    pub honest: Vec<Vec<u8>>,
    /// With the lie.
    pub lying: Vec<Vec<u8>>,
    /// The entry that is refused.
    pub at: u64,
}

/// A lie by name, the check that is meant for it, and how it is told.
pub type Lie = (&'static str, &'static str, fn() -> Told);

/// All lies, by what they are about.
pub const ABOUT: &[(&str, &[Lie])] = &[
    ("ballots", ballots::LIES),
    ("acts of officials", acts::LIES),
    ("what comes before the opening", setup::LIES),
    ("seal and count", count::LIES),
    ("what dishonest programs and boards make", makers::LIES),
    ("messages in chunks", messages::LIES),
    ("who signed the seal", signers::LIES),
];

/// The lies about this.
///
/// # Panics
/// Where [`ABOUT`] has no such name.
#[must_use]
pub fn about(what: &str) -> &'static [Lie] {
    ABOUT.iter().find(|(name, _)| *name == what).unwrap().1
}

/// After what stands, `honest` entries; or `lie`, whose last one is refused.
fn next(election: Election, honest: &[Vec<u8>], lie: &[Vec<u8>]) -> Told {
    let after = |more: &[Vec<u8>]| [election.entries.as_slice(), more].concat();
    let at = (election.entries.len() + lie.len() - 1) as u64;
    Told { honest: after(honest), lying: after(lie), at, election }
}

/// An election in which voting is open.
fn opened() -> Election {
    Election::opened(Shape::default())
}

/// Open, with seven voters' ballots, one of whom voted twice.
#[must_use]
pub fn voted() -> Election {
    let mut election = opened();
    for (voter, choice) in
        [(0, YES), (1, YES), (2, NO), (3, Choice::Blank), (5, YES), (6, NO), (7, NO), (2, YES)]
    {
        election.cast(voter, &[choice]);
    }
    election
}
