//! tlog-proof: a receipt anyone can check offline (§11.6).
//!
//! `c2sp.org/tlog-proof@v1`, `index N`, the path from the leaf's sibling up, a blank line, the checkpoint verbatim.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use thiserror::Error;

use crate::checkpoint::{CheckpointError, SignedCheckpoint};
use crate::merkle::{Hash, ProofError, leaf_hash, verify_inclusion};
use crate::note::NoteKey;

const HEADER: &str = "c2sp.org/tlog-proof@v1";
/// Longest path: a tree of 2^63 leaves.
const PATH_LIMIT: usize = 63;

/// That an entry stands at an index of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlogProof {
    /// The entry's index.
    pub index: u64,
    /// From the leaf's sibling up.
    pub path: Vec<Hash>,
    /// The signed checkpoint, verbatim.
    pub checkpoint: Vec<u8>,
}

/// Why a receipt does not show what it should.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TlogProofError {
    /// Not the format.
    #[error("not a tlog-proof")]
    Malformed,
    /// Its checkpoint is refused.
    #[error("{0}")]
    Checkpoint(#[from] CheckpointError),
    /// The path does not lead from the entry to the checkpoint.
    #[error("{0}")]
    Path(#[from] ProofError),
}

impl TlogProof {
    /// The receipt's text.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut text = format!("{HEADER}\nindex {}\n", self.index);
        for hash in &self.path {
            text.push_str(&STANDARD.encode(hash.0));
            text.push('\n');
        }
        text.push('\n');
        [text.as_bytes(), &self.checkpoint].concat()
    }

    /// Reads a receipt. Nothing is verified. An `extra` line is read over, as the format allows one.
    ///
    /// # Errors
    /// [`TlogProofError::Malformed`].
    pub fn parse(bytes: &[u8]) -> Result<Self, TlogProofError> {
        let malformed = TlogProofError::Malformed;
        let text = std::str::from_utf8(bytes).map_err(|_| malformed.clone())?;
        let (head, checkpoint) = text.split_once("\n\n").ok_or_else(|| malformed.clone())?;
        let mut lines = head.split('\n').peekable();
        if lines.next() != Some(HEADER) {
            return Err(malformed);
        }
        lines.next_if(|line| line.strip_prefix("extra ").is_some_and(|extra| STANDARD.decode(extra).is_ok()));
        let number =
            lines.next().and_then(|line| line.strip_prefix("index ")).ok_or_else(|| malformed.clone())?;
        let index: u64 = number.parse().map_err(|_| malformed.clone())?;
        if index.to_string() != number {
            return Err(malformed);
        }
        let hash = |line: &str| STANDARD.decode(line).ok().and_then(|hash| hash.try_into().ok()).map(Hash);
        let path: Option<Vec<Hash>> = lines.map(hash).collect();
        let path = path.filter(|path| path.len() <= PATH_LIMIT).ok_or(malformed)?;
        Ok(Self { index, path, checkpoint: checkpoint.as_bytes().to_vec() })
    }

    /// Checks that this very entry stands at the index in the log whose key this is.
    ///
    /// # Errors
    /// [`TlogProofError`].
    pub fn verify(&self, entry: &[u8], key: &NoteKey) -> Result<SignedCheckpoint, TlogProofError> {
        let signed = SignedCheckpoint::verify(&self.checkpoint, key)?;
        let checkpoint = signed.checkpoint();
        verify_inclusion(leaf_hash(entry), self.index, checkpoint.size, &self.path, checkpoint.root)?;
        Ok(signed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checkpoint::Checkpoint;
    use crate::merkle::{Roots, Tree};
    use ed25519_dalek::SigningKey;

    #[test]
    fn a_receipt_holds_for_its_entry_index_and_log_only() {
        let key = SigningKey::from_bytes(&[5; 32]);
        let own = NoteKey::new("log", key.verifying_key()).unwrap();
        let entries: Vec<Vec<u8>> = (0..11u8).map(|n| vec![n; 4]).collect();
        let tree = Tree::of(entries.iter().map(|entry| leaf_hash(entry)));
        let checkpoint = Checkpoint { origin: "log".to_owned(), size: 11, root: tree.root_at(11).unwrap() };
        let checkpoint = checkpoint.sign(&key).unwrap().note().to_vec();
        let receipt = TlogProof { index: 6, path: tree.inclusion_proof(6, 11).unwrap(), checkpoint };
        let bytes = receipt.encode();
        assert_eq!(TlogProof::parse(&bytes), Ok(receipt.clone()));
        assert!(receipt.verify(&entries[6], &own).is_ok());
        assert!(receipt.verify(&entries[7], &own).is_err());
        assert!(TlogProof { index: 7, ..receipt.clone() }.verify(&entries[6], &own).is_err());
        for place in 0..bytes.len() {
            let mut bad = bytes.clone();
            bad[place] ^= 1;
            let refused = TlogProof::parse(&bad).and_then(|proof| proof.verify(&entries[6], &own));
            assert!(refused.is_err(), "byte {place}");
        }
        assert!(TlogProof::parse(&bytes[1..]).is_err());
        let with_extra = String::from_utf8(bytes).unwrap().replacen("index", "extra AAAA\nindex", 1);
        assert_eq!(TlogProof::parse(with_extra.as_bytes()), Ok(receipt));
    }
}
