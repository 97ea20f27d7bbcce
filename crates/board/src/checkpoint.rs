//! tlog-checkpoint: origin, size, root (§11.5). No extension lines.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::SigningKey;
use thiserror::Error;

use crate::merkle::Hash;
use crate::note::{self, Note, NoteError, NoteKey};

/// Size and root of a log under its origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log's name.
    pub origin: String,
    /// Number of entries.
    pub size: u64,
    /// Root of the tree.
    pub root: Hash,
}

/// A checkpoint whose signature by the log's key has been verified, with the note it came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedCheckpoint {
    checkpoint: Checkpoint,
    note: Vec<u8>,
}

/// Why bytes are no checkpoint of the log.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CheckpointError {
    /// Not a signed note, or not signed by the log's key.
    #[error("{0}")]
    Note(#[from] NoteError),
    /// The note's text is not origin, size and root.
    #[error("the checkpoint's text is not origin, size and root")]
    Text,
    /// Another log's checkpoint.
    #[error("the checkpoint is that of another log")]
    Origin,
}

impl Checkpoint {
    /// The text that is signed: origin, decimal size, base64 root, each on a line.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, STANDARD.encode(self.root.0))
    }

    /// Reads a checkpoint's text.
    ///
    /// # Errors
    /// [`CheckpointError::Text`] for anything that [`Self::text`] does not write.
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        let mut lines = text.split('\n');
        let (origin, size, root) = (lines.next(), lines.next(), lines.next());
        let (Some(origin), Some(size), Some(root)) = (origin, size, root) else {
            return Err(CheckpointError::Text);
        };
        let size = size.parse().map_err(|_| CheckpointError::Text)?;
        let root =
            STANDARD.decode(root).ok().and_then(|root| root.try_into().ok()).ok_or(CheckpointError::Text)?;
        let checkpoint = Self { origin: origin.to_owned(), size, root: Hash(root) };
        if !origin.is_empty() && checkpoint.text() == text {
            Ok(checkpoint)
        } else {
            Err(CheckpointError::Text)
        }
    }

    /// Signs with the log's key, whose name is the origin.
    ///
    /// # Errors
    /// An origin that cannot be a key's name.
    pub fn sign(self, key: &SigningKey) -> Result<SignedCheckpoint, CheckpointError> {
        let note = note::sign(&self.text(), &self.origin, key)?.into_bytes();
        Ok(SignedCheckpoint { checkpoint: self, note })
    }
}

impl SignedCheckpoint {
    /// Reads and verifies a checkpoint of the log whose key this is; the key's name is the origin.
    ///
    /// # Errors
    /// [`CheckpointError`].
    pub fn verify(bytes: &[u8], key: &NoteKey) -> Result<Self, CheckpointError> {
        let note = Note::parse(bytes)?;
        let checkpoint = Checkpoint::parse(&note.text)?;
        if checkpoint.origin != key.name() {
            return Err(CheckpointError::Origin);
        }
        note.verify(key)?;
        Ok(Self { checkpoint, note: bytes.to_vec() })
    }

    /// What was signed.
    #[must_use]
    pub const fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The note, byte for byte.
    #[must_use]
    pub fn note(&self) -> &[u8] {
        &self.note
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_is_read_as_it_was_signed_and_every_changed_byte_is_refused() {
        let key = SigningKey::from_bytes(&[3; 32]);
        let own = NoteKey::new("plebiscite/v1/00", key.verifying_key()).unwrap();
        let checkpoint = Checkpoint { origin: "plebiscite/v1/00".to_owned(), size: 12, root: Hash([9; 32]) };
        let signed = checkpoint.clone().sign(&key).unwrap();
        assert_eq!(SignedCheckpoint::verify(signed.note(), &own).unwrap().checkpoint(), &checkpoint);
        for place in 0..signed.note().len() {
            let mut bytes = signed.note().to_vec();
            bytes[place] ^= 1;
            assert!(SignedCheckpoint::verify(&bytes, &own).is_err(), "byte {place}");
        }
        let other = Checkpoint { origin: "plebiscite/v1/01".to_owned(), ..checkpoint };
        assert_eq!(
            SignedCheckpoint::verify(other.sign(&key).unwrap().note(), &own),
            Err(CheckpointError::Origin)
        );
        for text in ["o\n01\nCQkJ\n", "o\n-1\n\n", "o\n1\n", "\n1\nroot\n", "o\n1\nroot\nmore\n"] {
            assert_eq!(Checkpoint::parse(text), Err(CheckpointError::Text));
        }
    }
}
