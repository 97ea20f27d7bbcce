//! What the observers have confirmed: the manifest's witnesses, by their cosignatures under the log's head (§25.6).
//!
//! Only `cosigned/latest` is asked for, which names nobody, and the tiles between two sizes. It can come too late, or not at
//! all: that is said, and stops no one. What contradicts the book that was shown is evidence, and stops everything.

use plebiscite_board::checkpoint::{Checkpoint, SignedCheckpoint};
use plebiscite_board::merkle::{Hash, verify_consistency, verify_inclusion};
use plebiscite_board::note::Note;
use plebiscite_board::policy::Cosigned;
use plebiscite_board::reader::{Fetch, ReadError, Reader};
use plebiscite_board::tlog_proof::TlogProof;
use plebiscite_verifier::source::Http;

use crate::client::{Client, ClientError};

/// The path of the newest cosigned checkpoint beside a log.
const LATEST: &str = "cosigned/latest";

/// Seconds after which what the observers confirmed last is called old: ten of the board's usual intervals (§11.11).
const OLD: u64 = 600;

/// What the observers have confirmed of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observed {
    /// Observers that the manifest names.
    pub named: usize,
    /// How many must confirm.
    pub quorum: usize,
    /// How many have cosigned the checkpoint that was shown, if it holds the entry.
    pub confirmed_by: usize,
    /// Whether these are enough.
    pub confirmed: bool,
    /// Since when as many as are needed have looked: the time of the latest cosignature that completes the quorum, seconds
    /// since 1970 UTC by the observers' own clocks.
    pub time: Option<u64>,
    /// The cosigned checkpoint, where it holds the entry.
    checkpoint: Option<SignedCheckpoint>,
}

impl Observed {
    /// Whether what was confirmed is old by a clock that says `now` (seconds since 1970 UTC). A device's clock may be wrong:
    /// this is a reason to say something, and none to refuse.
    #[must_use]
    pub fn is_old(&self, now: u64) -> bool {
        self.time.is_some_and(|time| now > time.saturating_add(OLD))
    }
}

impl<H: Http + Clone> Client<H> {
    /// What the observers have confirmed of all that a client votes by: the entries up to the opening.
    ///
    /// # Errors
    /// As [`Self::observed`].
    pub fn observed_setup(&self) -> Result<Option<Observed>, ClientError> {
        self.observed(self.setup().opened_at(), &self.seen())
    }

    /// What the observers have confirmed of an entry that a checkpoint, `shown` to this device, holds. None where the
    /// manifest names no observers.
    ///
    /// # Errors
    /// [`ClientError::FalseCosignature`] where one of them did not sign what is shown as theirs, and
    /// [`ClientError::Contradiction`] where what they cosigned is another book: both checkpoints are evidence. That nothing
    /// was cosigned yet, or cannot be fetched, is no error.
    pub fn observed(&self, entry: u64, shown: &Checkpoint) -> Result<Option<Observed>, ClientError> {
        let manifest = self.setup().manifest();
        let Some(policy) = manifest.witness_policy() else { return Ok(None) };
        let mut observed = Observed {
            named: manifest.witnesses().len(),
            quorum: manifest.witness_quorum(),
            confirmed_by: 0,
            confirmed: false,
            time: None,
            checkpoint: None,
        };
        let Ok(bytes) = self.source()?.fetch(LATEST) else { return Ok(Some(observed)) };
        let refused = |reason: String| ClientError::FalseCosignature(reason);
        let note = Note::parse(&bytes).map_err(|error| refused(error.to_string()))?;
        let size = Checkpoint::parse(&note.text).map_err(|error| refused(error.to_string()))?.size;
        let signed = SignedCheckpoint::verify(&bytes, self.setup().board_at(size))
            .map_err(|error| refused(error.to_string()))?;
        let cosigned = policy.judge(&note).map_err(|error| refused(error.to_string()))?;
        // That it is another book is said whatever was cosigned: the board's key signed both.
        for known in [shown, &self.seen()] {
            match self.same_log(known, signed.checkpoint()) {
                Err(ClientError::Read(ReadError::Fetch(_))) => return Ok(Some(observed)),
                other => other?,
            }
        }
        if signed.checkpoint().size > entry {
            observed.confirmed_by = cosigned.times.iter().flatten().count();
            observed.confirmed = cosigned.quorum;
            observed.time = completed(&cosigned, observed.quorum);
            observed.checkpoint = Some(signed);
        }
        Ok(Some(observed))
    }

    /// The receipt of an entry with the checkpoint that the observers have confirmed; none where they have not. `leaf` is
    /// the entry's hash in the tree, which the new path is checked with.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn confirmed_receipt(
        &self,
        leaf: Hash,
        receipt: &TlogProof,
        observed: &Observed,
    ) -> Result<Option<Vec<u8>>, ClientError> {
        let Some(signed) = observed.checkpoint.as_ref().filter(|_| observed.confirmed) else {
            return Ok(None);
        };
        let old = Note::parse(&receipt.checkpoint).ok().and_then(|note| Checkpoint::parse(&note.text).ok());
        let old =
            old.ok_or_else(|| ClientError::Contradiction("the receipt has no checkpoint".to_owned()))?;
        let now = signed.checkpoint();
        let mut reader = Reader::open(self.source()?, now.clone())?;
        let path = reader.inclusion_from(receipt.index, old.size, &receipt.path)?;
        verify_inclusion(leaf, receipt.index, now.size, &path, now.root).map_err(|error| {
            ClientError::Contradiction(format!(
                "the book that the observers confirmed lacks the vote: {error}"
            ))
        })?;
        Ok(Some(TlogProof { index: receipt.index, path, checkpoint: signed.note().to_vec() }.encode()))
    }

    /// That two checkpoints are of one log: the larger extends the smaller.
    fn same_log(&self, one: &Checkpoint, other: &Checkpoint) -> Result<(), ClientError> {
        let (old, new) = if one.size <= other.size { (one, other) } else { (other, one) };
        let contradiction = || {
            ClientError::Contradiction(format!(
                "the observers confirmed another book of {} entries",
                other.size
            ))
        };
        if old.size == new.size {
            return if old.root == new.root { Ok(()) } else { Err(contradiction()) };
        }
        let mut reader = Reader::open(self.source()?, new.clone())?;
        let path = reader.consistency_proof(old.size)?;
        verify_consistency(old.size, old.root, new.size, new.root, &path).map_err(|_| contradiction())
    }
}

/// The time at which the quorum was complete, by the observers' latest cosignatures.
fn completed(cosigned: &Cosigned, quorum: usize) -> Option<u64> {
    let mut times: Vec<u64> = cosigned.times.iter().flatten().copied().collect();
    times.sort_unstable_by(|one, other| other.cmp(one));
    times.get(quorum.checked_sub(1)?).copied()
}
