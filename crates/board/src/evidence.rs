//! Two signed checkpoints of one log that cannot both be true, in a file that needs nothing else (§11.12).
//!
//! Of one size, two roots are enough. Of two sizes, the larger log's own root at the smaller size stands beside them, with
//! the consistency proof that it is that log's.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use thiserror::Error;

use crate::checkpoint::{CheckpointError, SignedCheckpoint};
use crate::merkle::{Hash, ProofError, verify_consistency};
use crate::note::NoteKey;

const HEADER: &str = "plebiscite-evidence/v1";
/// Longest file that is read, in bytes.
pub const EVIDENCE_LIMIT: usize = 4 << 20;
/// Longest path.
const PATH_LIMIT: usize = 63;

/// Two checkpoints, and what shows that they contradict each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The notes, byte for byte.
    pub notes: [Vec<u8>; 2],
    /// Of notes of different sizes: the larger log's root at the smaller size, and the proof of it.
    pub prefix: Option<(Hash, Vec<Hash>)>,
    /// The bytes by which a reader knows the log's key, if they are kept too: a manifest, whose hash the origin names.
    pub authority: Option<Vec<u8>>,
}

/// What a piece of evidence shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fork {
    /// The log's name.
    pub origin: String,
    /// The size at which the two logs differ at the latest.
    pub size: u64,
    /// Both roots at that size, in the notes' order.
    pub roots: [Hash; 2],
}

/// Why a file shows no fork.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EvidenceError {
    /// Not the format.
    #[error("not a file of evidence")]
    Malformed,
    /// A checkpoint is refused.
    #[error("checkpoint {number}: {error}")]
    Checkpoint {
        /// 1 or 2.
        number: usize,
        /// Why.
        error: CheckpointError,
    },
    /// Different sizes, and no proof of the larger log's root at the smaller one.
    #[error("two checkpoints of different sizes, without proof that the larger does not extend the smaller")]
    NoProof,
    /// The proof is none.
    #[error("the proof of the larger log's root at the smaller size fails: {0}")]
    Proof(ProofError),
    /// The two agree.
    #[error("the two checkpoints do not contradict each other")]
    Consistent,
}

impl Evidence {
    /// The file's bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = format!("{HEADER}\n").into_bytes();
        for note in &self.notes {
            section(&mut bytes, "checkpoint", note);
        }
        if let Some((root, path)) = &self.prefix {
            let lines: Vec<String> =
                [root].into_iter().chain(path).map(|hash| STANDARD.encode(hash.0)).collect();
            section(&mut bytes, "prefix", lines.join("\n").as_bytes());
        }
        if let Some(authority) = &self.authority {
            section(&mut bytes, "authority", authority);
        }
        bytes
    }

    /// Reads a file. Nothing is verified.
    ///
    /// # Errors
    /// [`EvidenceError::Malformed`] for anything that [`Self::encode`] does not write.
    pub fn parse(bytes: &[u8]) -> Result<Self, EvidenceError> {
        let malformed = EvidenceError::Malformed;
        if bytes.len() > EVIDENCE_LIMIT {
            return Err(malformed);
        }
        let rest = bytes.strip_prefix(HEADER.as_bytes()).and_then(|rest| rest.strip_prefix(b"\n"));
        let mut rest = rest.ok_or_else(|| malformed.clone())?;
        let mut take = |name: &str| -> Result<Option<Vec<u8>>, EvidenceError> {
            let Some(after) = rest.strip_prefix(name.as_bytes()).and_then(|rest| rest.strip_prefix(b" "))
            else {
                return Ok(None);
            };
            let end = after.iter().position(|byte| *byte == b'\n').ok_or(EvidenceError::Malformed)?;
            let (number, after) = after.split_at_checked(end).ok_or(EvidenceError::Malformed)?;
            let number = std::str::from_utf8(number).ok().and_then(|number| number.parse().ok());
            let content =
                after.get(1..).zip(number).and_then(|(after, length)| after.split_at_checked(length));
            let (content, after) = content.ok_or(EvidenceError::Malformed)?;
            rest = after;
            Ok(Some(content.to_vec()))
        };
        let (first, second) = (take("checkpoint")?, take("checkpoint")?);
        let notes = [first.ok_or_else(|| malformed.clone())?, second.ok_or_else(|| malformed.clone())?];
        let prefix = take("prefix")?.map(|lines| hashes(&lines)).transpose()?;
        let authority = take("authority")?;
        let read = Self { notes, prefix, authority };
        if rest.is_empty() && read.encode() == bytes { Ok(read) } else { Err(malformed) }
    }

    /// Checks that one key signed both, and that they cannot be of one log.
    ///
    /// # Errors
    /// [`EvidenceError`].
    pub fn judge(&self, key: &NoteKey) -> Result<Fork, EvidenceError> {
        let signed = |number: usize, note: &[u8]| {
            SignedCheckpoint::verify(note, key).map_err(|error| EvidenceError::Checkpoint { number, error })
        };
        let [first, second] = &self.notes;
        let (first, second) = (signed(1, first)?, signed(2, second)?);
        let (a, b) = (first.checkpoint(), second.checkpoint());
        let origin = a.origin.clone();
        if a.size == b.size {
            let roots = [a.root, b.root];
            return if a.root == b.root {
                Err(EvidenceError::Consistent)
            } else {
                Ok(Fork { origin, size: a.size, roots })
            };
        }
        let (smaller, larger) = if a.size < b.size { (a, b) } else { (b, a) };
        let (root, path) = self.prefix.as_ref().ok_or(EvidenceError::NoProof)?;
        // The empty tree has one root, and every log extends it.
        if *root == smaller.root || smaller.size == 0 {
            return Err(EvidenceError::Consistent);
        }
        verify_consistency(smaller.size, *root, larger.size, larger.root, path)
            .map_err(EvidenceError::Proof)?;
        let roots = if a.size < b.size { [a.root, *root] } else { [*root, b.root] };
        Ok(Fork { origin, size: smaller.size, roots })
    }
}

fn section(bytes: &mut Vec<u8>, name: &str, content: &[u8]) {
    bytes.extend_from_slice(format!("{name} {}\n", content.len()).as_bytes());
    bytes.extend_from_slice(content);
}

/// A root and a path, one hash a line.
fn hashes(lines: &[u8]) -> Result<(Hash, Vec<Hash>), EvidenceError> {
    let text = std::str::from_utf8(lines).map_err(|_| EvidenceError::Malformed)?;
    let hash = |line: &str| STANDARD.decode(line).ok().and_then(|hash| hash.try_into().ok()).map(Hash);
    let all: Option<Vec<Hash>> = text.split('\n').map(hash).collect();
    let all = all.filter(|all| all.len() <= PATH_LIMIT + 1).ok_or(EvidenceError::Malformed)?;
    let (root, path) = all.split_first().ok_or(EvidenceError::Malformed)?;
    Ok((*root, path.to_vec()))
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::SigningKey;

    use super::*;
    use crate::checkpoint::Checkpoint;
    use crate::merkle::{Roots, Tree, leaf_hash};

    fn key() -> SigningKey {
        SigningKey::from_bytes(&[1; 32])
    }

    fn own() -> NoteKey {
        NoteKey::new("log", key().verifying_key()).unwrap()
    }

    fn tree(count: u8, salt: u8) -> Tree {
        Tree::of((0..count).map(|n| leaf_hash(&[n, if n < 5 { 0 } else { salt }])))
    }

    fn note(tree: &Tree) -> Vec<u8> {
        let root = tree.root_at(tree.size()).unwrap();
        let head = Checkpoint { origin: "log".to_owned(), size: tree.size(), root };
        head.sign(&key()).unwrap().note().to_vec()
    }

    fn evidence(a: &Tree, b: &Tree) -> Evidence {
        let (smaller, larger) = if a.size() < b.size() { (a, b) } else { (b, a) };
        let proof = || {
            Some((larger.root_at(smaller.size())?, larger.consistency_proof(smaller.size(), larger.size())?))
        };
        let prefix = if a.size() == b.size() { None } else { proof() };
        Evidence { notes: [note(a), note(b)], prefix, authority: Some(b"manifest".to_vec()) }
    }

    #[test]
    fn two_heads_that_contradict_each_other_are_shown_and_no_others() {
        for (a, b, size) in
            [((9, 0), (9, 1), 9), ((9, 0), (14, 1), 9), ((14, 1), (9, 0), 9), ((6, 1), (7, 0), 6)]
        {
            let shown = evidence(&tree(a.0, a.1), &tree(b.0, b.1));
            assert_eq!(Evidence::parse(&shown.encode()), Ok(shown.clone()));
            assert_eq!(shown.judge(&own()).unwrap().size, size);
        }
        for (a, b) in [((9, 0), (9, 0)), ((9, 0), (14, 0)), ((5, 0), (14, 1)), ((0, 0), (4, 0))] {
            let shown = evidence(&tree(a.0, a.1), &tree(b.0, b.1));
            assert_eq!(shown.judge(&own()), Err(EvidenceError::Consistent), "{a:?} {b:?}");
        }
    }

    #[test]
    fn nobody_is_accused_by_a_made_up_proof_or_by_another_key() {
        let shown = evidence(&tree(9, 0), &tree(14, 0));
        let mut made_up = shown.clone();
        made_up.prefix = Some((leaf_hash(b"x"), shown.prefix.clone().unwrap().1));
        assert!(matches!(made_up.judge(&own()), Err(EvidenceError::Proof(_))));
        let bare = Evidence { prefix: None, ..evidence(&tree(9, 0), &tree(14, 1)) };
        assert_eq!(bare.judge(&own()), Err(EvidenceError::NoProof));
        let other = NoteKey::new("log", SigningKey::from_bytes(&[2; 32]).verifying_key()).unwrap();
        let refused = evidence(&tree(9, 0), &tree(9, 1)).judge(&other);
        assert!(matches!(refused, Err(EvidenceError::Checkpoint { number: 1, .. })));
    }

    #[test]
    fn bytes_that_are_no_evidence_are_refused_and_never_more_than_that() {
        let bytes = evidence(&tree(9, 0), &tree(14, 1)).encode();
        let authority = bytes.len() - b"authority 8\nmanifest".len();
        for cut in (0..bytes.len()).filter(|cut| *cut != authority) {
            let judged = Evidence::parse(&bytes[..cut]).and_then(|evidence| evidence.judge(&own()));
            assert!(judged.is_err(), "{cut}");
        }
        for place in 0..authority {
            let mut bad = bytes.clone();
            bad[place] ^= 1;
            let judged = Evidence::parse(&bad).and_then(|evidence| evidence.judge(&own()));
            assert!(judged.is_err(), "byte {place}");
        }
        for bad in
            ["", "plebiscite-evidence/v1\n", "plebiscite-evidence/v1\ncheckpoint 99999999999999999999\nx"]
        {
            assert_eq!(Evidence::parse(bad.as_bytes()), Err(EvidenceError::Malformed));
        }
    }
}
