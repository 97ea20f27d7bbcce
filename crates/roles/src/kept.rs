//! The last checkpoint that a role verified, per election: what comes next must extend it (§24.3).
//!
//! `<folder>/<election>/checkpoint` is the note, byte for byte. Where a later one does not extend it, both are kept beside
//! it as `evidence-…`: under the board's own signatures they show the fork or the rollback to anyone.

use std::path::PathBuf;

use plebiscite_board::checkpoint::{Checkpoint, SignedCheckpoint};
use plebiscite_board::merkle::{Hash, Roots};
use plebiscite_board::note::Note;
use plebiscite_election::manifest::ElectionId;
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::cli::Exit;
use crate::files::{self, Access, FileError};

/// Longest note that is kept.
const LIMIT: u64 = 64 * 1024;

/// Why a checkpoint is not taken as the next.
#[derive(Debug, Error)]
pub enum KeptError {
    /// The file itself.
    #[error(transparent)]
    File(#[from] FileError),
    /// The kept file is no checkpoint any more.
    #[error("{} is not a checkpoint", path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
    },
    /// The log is another one than before.
    #[error("the log does not extend the checkpoint kept before ({kept} entries; now {new}): both are kept in {}", evidence.display())]
    NotExtended {
        /// Entries of the kept checkpoint.
        kept: u64,
        /// Entries of the new one.
        new: u64,
        /// The folder with both.
        evidence: PathBuf,
    },
}

impl KeptError {
    pub(crate) const fn exit(&self) -> Exit {
        match self {
            Self::NotExtended { .. } => Exit::CheckFailed,
            Self::File(_) | Self::Damaged { .. } => Exit::Input,
        }
    }
}

/// The place of one election's last checkpoint in a role's folder.
#[derive(Clone, Debug)]
pub struct Kept {
    folder: PathBuf,
}

impl Kept {
    /// The place for an election, made if need be.
    ///
    /// # Errors
    /// [`KeptError::File`].
    pub fn open(folder: &std::path::Path, election: ElectionId) -> Result<Self, KeptError> {
        let folder = folder.join(election.to_string());
        files::make_folder(&folder)?;
        Ok(Self { folder })
    }

    /// The kept note, if there is one.
    ///
    /// # Errors
    /// [`KeptError::Damaged`] if what is kept is none: it must not be taken for "none yet".
    pub fn last(&self) -> Result<Option<(Checkpoint, Vec<u8>)>, KeptError> {
        let path = self.path();
        let note = match files::read(&path, LIMIT) {
            Err(error) if error.is_missing() => return Ok(None),
            note => note?,
        };
        let text = Note::parse(&note).ok().map(|note| note.text);
        let checkpoint =
            text.and_then(|text| Checkpoint::parse(&text).ok()).ok_or(KeptError::Damaged { path })?;
        Ok(Some((checkpoint, note)))
    }

    /// Keeps a verified checkpoint, if the log whose roots these are extends the last one. A smaller log is a rollback.
    ///
    /// # Errors
    /// [`KeptError::NotExtended`]; the last checkpoint then stays, and both are kept as evidence.
    pub fn advance(&self, new: &SignedCheckpoint, roots: &dyn Roots) -> Result<(), KeptError> {
        let Some((last, note)) = self.last()? else {
            return Ok(files::replace(&self.path(), new.note(), Access::Private)?);
        };
        let next = new.checkpoint();
        if last.origin != next.origin || last.size > next.size || roots.root_at(last.size) != Some(last.root)
        {
            return Err(self.evidence(&last, &note, new)?);
        }
        if last.size < next.size {
            files::replace(&self.path(), new.note(), Access::Private)?;
        }
        Ok(())
    }

    fn evidence(
        &self,
        last: &Checkpoint,
        note: &[u8],
        new: &SignedCheckpoint,
    ) -> Result<KeptError, KeptError> {
        for note in [note, new.note()] {
            let digest = Hash(Sha256::digest(note).into());
            let name = format!("evidence-{}", hex::encode(digest.0.get(..8).unwrap_or_default()));
            files::replace(&self.folder.join(name), note, Access::Private)?;
        }
        Ok(KeptError::NotExtended {
            kept: last.size,
            new: new.checkpoint().size,
            evidence: self.folder.clone(),
        })
    }

    fn path(&self) -> PathBuf {
        self.folder.join("checkpoint")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ed25519_dalek::SigningKey;
    use plebiscite_board::merkle::{Tree, leaf_hash};
    use plebiscite_board::note::NoteKey;

    fn log(entries: &[&str]) -> (SignedCheckpoint, Tree) {
        let key = SigningKey::from_bytes(&[5; 32]);
        let tree = Tree::of(entries.iter().map(|entry| leaf_hash(entry.as_bytes())));
        let size = entries.len() as u64;
        let checkpoint = Checkpoint { origin: "log".to_owned(), size, root: tree.root_at(size).unwrap() };
        let signed = checkpoint.sign(&key).unwrap();
        let note_key = NoteKey::new("log", key.verifying_key()).unwrap();
        (SignedCheckpoint::verify(signed.note(), &note_key).unwrap(), tree)
    }

    fn kept() -> (tempfile::TempDir, Kept) {
        let folder = tempfile::tempdir().unwrap();
        let kept = Kept::open(folder.path(), ElectionId([3; 32])).unwrap();
        (folder, kept)
    }

    fn evidence_in(kept: &Kept) -> usize {
        let names = std::fs::read_dir(&kept.folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name.starts_with("evidence-")).count()
    }

    #[test]
    fn a_log_that_grows_is_kept() {
        let (_folder, kept) = kept();
        assert!(kept.last().unwrap().is_none());
        for entries in [&["a"][..], &["a", "b"], &["a", "b"], &["a", "b", "c", "d"]] {
            let (checkpoint, tree) = log(entries);
            kept.advance(&checkpoint, &tree).unwrap();
            assert_eq!(kept.last().unwrap().unwrap().0.size, entries.len() as u64);
        }
        assert_eq!(evidence_in(&kept), 0);
    }

    #[test]
    fn a_rollback_a_fork_and_a_fork_of_the_same_size_are_refused_with_both_kept() {
        for bad in [&["a"][..], &["a", "x", "c"], &["a", "x"]] {
            let (_folder, kept) = kept();
            let (good, tree) = log(&["a", "b"]);
            kept.advance(&good, &tree).unwrap();
            let (checkpoint, tree) = log(bad);
            assert!(matches!(kept.advance(&checkpoint, &tree), Err(KeptError::NotExtended { kept: 2, .. })));
            assert_eq!(kept.last().unwrap().unwrap().1, good.note());
            assert_eq!(evidence_in(&kept), 2);
        }
    }

    #[test]
    fn a_damaged_kept_checkpoint_is_not_taken_for_none() {
        let (_folder, kept) = kept();
        let (checkpoint, tree) = log(&["a"]);
        kept.advance(&checkpoint, &tree).unwrap();
        std::fs::write(kept.path(), b"").unwrap();
        assert!(matches!(kept.advance(&checkpoint, &tree), Err(KeptError::Damaged { .. })));
    }
}
