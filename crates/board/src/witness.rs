//! tlog-witness: the request of a log, the rules of a witness, the answer (§11.11). No I/O: whoever calls keeps the state.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use thiserror::Error;

use crate::checkpoint::{Checkpoint, CheckpointError, SignedCheckpoint};
use crate::merkle::{Hash, ProofError, verify_consistency};
use crate::note::{Note, NoteError, NoteKey};

/// Most hashes of a consistency proof.
const PATH_LIMIT: usize = 63;
/// Longest request that a witness reads, in bytes.
pub const REQUEST_LIMIT: usize = 128 * 1024;

/// A checkpoint with the proof that it extends one of `old` entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddCheckpoint {
    /// Size of the checkpoint that the witness cosigned last.
    pub old: u64,
    /// The consistency proof.
    pub path: Vec<Hash>,
    /// The checkpoint's note.
    pub note: Vec<u8>,
}

/// Why a witness does not cosign.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum WitnessError {
    /// Not the format, or a checkpoint smaller than the old size (status 400).
    #[error("the request is malformed")]
    Malformed,
    /// A log that this witness does not watch (404).
    #[error("this log is not watched here")]
    Unknown,
    /// No signature of the log's key (403).
    #[error("the checkpoint is not signed by the log's key: {0}")]
    Unsigned(CheckpointError),
    /// Another size was cosigned last (409); the answer's body is this size.
    #[error("{size} entries were cosigned last")]
    Conflict {
        /// The size.
        size: u64,
    },
    /// The same size with another root: the log is forked (422). Both heads are evidence.
    #[error("another root of the same size was cosigned: the log is forked")]
    Fork,
    /// The proof does not show that the log only grew (422).
    #[error("not shown to extend what was cosigned: {0}")]
    Proof(ProofError),
}

impl AddCheckpoint {
    /// The request's body.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut text = format!("old {}\n", self.old);
        for hash in &self.path {
            text.push_str(&STANDARD.encode(hash.0));
            text.push('\n');
        }
        text.push('\n');
        [text.as_bytes(), &self.note].concat()
    }

    /// Reads a request. Nothing is verified.
    ///
    /// # Errors
    /// [`WitnessError::Malformed`].
    pub fn parse(bytes: &[u8]) -> Result<Self, WitnessError> {
        let malformed = WitnessError::Malformed;
        if bytes.len() > REQUEST_LIMIT {
            return Err(malformed);
        }
        let text = std::str::from_utf8(bytes).map_err(|_| malformed.clone())?;
        let (head, note) = text.split_once("\n\n").ok_or_else(|| malformed.clone())?;
        let mut lines = head.split('\n');
        let number =
            lines.next().and_then(|line| line.strip_prefix("old ")).ok_or_else(|| malformed.clone())?;
        let old: u64 = number.parse().map_err(|_| malformed.clone())?;
        let hash = |line: &str| STANDARD.decode(line).ok().and_then(|hash| hash.try_into().ok()).map(Hash);
        let path: Option<Vec<Hash>> = lines.map(hash).collect();
        let path = path.filter(|path| path.len() <= PATH_LIMIT).ok_or_else(|| malformed.clone())?;
        if old.to_string() != number {
            return Err(malformed);
        }
        Ok(Self { old, path, note: note.as_bytes().to_vec() })
    }

    /// The origin that the checkpoint claims.
    ///
    /// # Errors
    /// [`WitnessError::Malformed`] where there is no checkpoint.
    pub fn origin(&self) -> Result<String, WitnessError> {
        let note = Note::parse(&self.note).map_err(|_| WitnessError::Malformed)?;
        Checkpoint::parse(&note.text).map(|checkpoint| checkpoint.origin).map_err(|_| WitnessError::Malformed)
    }

    /// Judges a request against the last checkpoint cosigned for this origin, in C2SP's order. What is given back has
    /// to be durable before it is cosigned.
    ///
    /// # Errors
    /// [`WitnessError`].
    pub fn judge(
        &self,
        keys: &[NoteKey],
        last: Option<&Checkpoint>,
    ) -> Result<SignedCheckpoint, WitnessError> {
        let mut unsigned = None;
        let mut signed = None;
        for key in keys {
            match SignedCheckpoint::verify(&self.note, key) {
                Ok(found) => signed = Some(found),
                // One false line of a known key refuses the note, whoever else signed it (§11.4).
                Err(error @ CheckpointError::Note(NoteError::Wrong { .. })) => {
                    return Err(WitnessError::Unsigned(error));
                }
                Err(error) => unsigned = Some(error),
            }
        }
        let signed = match (signed, unsigned) {
            (Some(signed), _) => signed,
            (None, Some(error)) => return Err(WitnessError::Unsigned(error)),
            (None, None) => return Err(WitnessError::Unknown),
        };
        let new = signed.checkpoint();
        let size = last.map_or(0, |last| last.size);
        if self.old > new.size {
            return Err(WitnessError::Malformed);
        }
        // A fork of the same size is one whatever old size was claimed.
        if last.is_some_and(|last| last.size == new.size && last.root != new.root) {
            return Err(WitnessError::Fork);
        }
        if self.old != size {
            return Err(WitnessError::Conflict { size });
        }
        let root = last.map_or_else(crate::merkle::empty_root, |last| last.root);
        verify_consistency(size, root, new.size, new.root, &self.path).map_err(WitnessError::Proof)?;
        Ok(signed)
    }
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::SigningKey;

    use super::*;
    use crate::merkle::{Roots, Tree, leaf_hash};

    fn key() -> SigningKey {
        SigningKey::from_bytes(&[1; 32])
    }

    fn own() -> Vec<NoteKey> {
        vec![NoteKey::new("log", key().verifying_key()).unwrap()]
    }

    fn tree(count: u8, salt: u8) -> Tree {
        Tree::of((0..count).map(|n| leaf_hash(&[n, if n < 5 { 0 } else { salt }])))
    }

    fn head(tree: &Tree) -> Checkpoint {
        Checkpoint { origin: "log".to_owned(), size: tree.size(), root: tree.root_at(tree.size()).unwrap() }
    }

    fn request(tree: &Tree, old: u64) -> AddCheckpoint {
        let path = tree.consistency_proof(old, tree.size()).unwrap_or_default();
        AddCheckpoint { old, path, note: head(tree).sign(&key()).unwrap().note().to_vec() }
    }

    #[test]
    fn a_log_that_only_grows_is_cosigned_from_the_first_checkpoint_on() {
        let mut last: Option<Checkpoint> = None;
        for count in [0, 3, 3, 7, 20] {
            let tree = tree(count, 0);
            let sent = request(&tree, last.as_ref().map_or(0, |last| last.size));
            let read = AddCheckpoint::parse(&sent.encode()).unwrap();
            assert_eq!(read, sent);
            assert_eq!(read.origin().unwrap(), "log");
            last = Some(read.judge(&own(), last.as_ref()).unwrap().checkpoint().clone());
        }
        assert_eq!(last.unwrap().size, 20);
    }

    #[test]
    fn forks_rollbacks_and_same_size_forks_are_refused_by_name() {
        let last = head(&tree(9, 0));
        let judge = |request: &AddCheckpoint| request.judge(&own(), Some(&last)).map(|_| ());
        assert_eq!(judge(&request(&tree(12, 0), 9)), Ok(()));
        assert_eq!(judge(&request(&tree(12, 1), 9)), Err(WitnessError::Proof(ProofError::Root)));
        assert_eq!(judge(&request(&tree(9, 1), 9)), Err(WitnessError::Fork));
        assert_eq!(judge(&request(&tree(9, 1), 0)), Err(WitnessError::Fork));
        assert_eq!(judge(&request(&tree(7, 0), 7)), Err(WitnessError::Conflict { size: 9 }));
        assert_eq!(judge(&request(&tree(7, 0), 9)), Err(WitnessError::Malformed));
        assert_eq!(judge(&request(&tree(12, 0), 0)), Err(WitnessError::Conflict { size: 9 }));
        let strange = vec![NoteKey::new("log", SigningKey::from_bytes(&[2; 32]).verifying_key()).unwrap()];
        let refused = request(&tree(12, 0), 9).judge(&strange, Some(&last));
        assert!(matches!(refused, Err(WitnessError::Unsigned(_))));
        assert!(matches!(request(&tree(12, 0), 9).judge(&[], Some(&last)), Err(WitnessError::Unknown)));
        // The proof must be empty where nothing was cosigned before.
        let mut padded = request(&tree(12, 0), 0);
        padded.path.push(leaf_hash(b"x"));
        assert!(matches!(padded.judge(&own(), None), Err(WitnessError::Proof(_))));
        assert!(request(&tree(12, 0), 0).judge(&own(), None).is_ok());
    }

    #[test]
    fn of_two_keys_of_a_log_either_is_enough_and_neither_may_be_false() {
        let second = SigningKey::from_bytes(&[2; 32]);
        let both = vec![own().remove(0), NoteKey::new("log", second.verifying_key()).unwrap()];
        let first = request(&tree(9, 0), 0);
        let true_line = head(&tree(9, 0)).sign(&second).unwrap();
        let false_line = head(&tree(9, 1)).sign(&second).unwrap();
        let with = |other: &SignedCheckpoint| {
            let mut note = Note::parse(&first.note).unwrap();
            note.signatures.extend(Note::parse(other.note()).unwrap().signatures);
            AddCheckpoint { note: note.encode(), ..first.clone() }
        };
        assert!(first.judge(&both, None).is_ok());
        assert!(with(&true_line).judge(&both, None).is_ok());
        for order in [[0, 1], [1, 0]] {
            let keys = order.map(|place| both[place].clone());
            assert!(matches!(with(&false_line).judge(&keys, None), Err(WitnessError::Unsigned(_))));
        }
        // Of a key that is not known, a false line says nothing.
        assert!(with(&false_line).judge(&own(), None).is_ok());
    }

    #[test]
    fn bytes_that_are_no_request_are_refused_and_never_more_than_that() {
        let bytes = request(&tree(12, 0), 9).encode();
        for cut in 0..bytes.len() - 1 {
            let judged = AddCheckpoint::parse(&bytes[..cut]).and_then(|request| request.judge(&own(), None));
            assert!(judged.is_err(), "{cut}");
        }
        for bad in ["", "old\n\n", "old 01\n\nx", "old -1\n\nx", "old 1\nAA\n\nx", "new 1\n\nx"] {
            assert_eq!(AddCheckpoint::parse(bad.as_bytes()), Err(WitnessError::Malformed));
        }
        let long = format!("old 1\n{}\n\nx", vec!["A".repeat(43) + "="; 64].join("\n"));
        assert_eq!(AddCheckpoint::parse(long.as_bytes()), Err(WitnessError::Malformed));
    }
}
