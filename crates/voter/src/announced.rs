//! An election that is not open yet: its manifest, checked against the id of the letter, and nothing else of it (§25.1).
//!
//! Whoever opens the link too early is told when to come back. That the opening does not stand yet is the board's word: a
//! board that hides it keeps voters away, and can do that by silence as well.

use plebiscite_board::checkpoint::SignedCheckpoint;
use plebiscite_election::entry::ElectionId;
use plebiscite_election::manifest::Manifest;

use crate::setup::{Keys, SetupEntries, SetupError, manifest};

/// An election before its opening.
#[derive(Clone, Debug)]
pub struct Announced {
    id: ElectionId,
    manifest: Manifest,
    closing_time: u64,
    cancelled: bool,
}

impl Announced {
    /// Checks the manifest and the checkpoint that the entries were authenticated against.
    ///
    /// # Errors
    /// [`SetupError`]: another manifest, false keys, a checkpoint that the board did not sign.
    pub fn verify(
        expected: ElectionId,
        entries: &SetupEntries,
        checkpoint: &[u8],
    ) -> Result<(Self, SignedCheckpoint), SetupError> {
        let manifest = manifest(expected, &entries.manifest)?;
        let mut keys = Keys::of(&manifest, expected, entries)?;
        let signed = SignedCheckpoint::verify(checkpoint, &keys.last_board(expected)?)?;
        let closing_time = keys.closing_time(expected, entries)?;
        keys.none_is_withdrawn()?;
        let cancelled = entries.cancel.is_some();
        Ok((Self { id: expected, manifest, closing_time, cancelled }, signed))
    }

    /// The election's id.
    #[must_use]
    pub const fn id(&self) -> ElectionId {
        self.id
    }

    /// The manifest.
    #[must_use]
    pub const fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The closing time in force, seconds since 1970 UTC.
    #[must_use]
    pub const fn closing_time(&self) -> u64 {
        self.closing_time
    }

    /// Whether a cancellation stands in the log. Its signatures are not judged here: it can only make a client refuse.
    #[must_use]
    pub const fn is_cancelled(&self) -> bool {
        self.cancelled
    }
}
