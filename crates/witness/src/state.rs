//! The last checkpoint cosigned for one log, as its file holds it (§11.11).
//!
//! `sha256 <hex of what follows this line>`, `time <seconds>`, then the note: nothing where nothing was cosigned yet. A file
//! that is missing or has one bit changed is not read as something smaller: it is not read at all.

use plebiscite_board::checkpoint::Checkpoint;
use plebiscite_board::note::Note;
use sha2::{Digest, Sha256};

/// The last checkpoint cosigned for an origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Last {
    /// When, seconds since 1970.
    pub time: u64,
    /// What.
    pub checkpoint: Checkpoint,
    /// The note, with the signatures of the log's keys only.
    pub note: Vec<u8>,
}

/// The file's bytes; of a log for which nothing was cosigned yet where there is no `last`.
#[must_use]
pub fn encode(last: Option<&Last>) -> Vec<u8> {
    let (time, note) = last.map_or((0, [].as_slice()), |last| (last.time, last.note.as_slice()));
    let content = [format!("time {time}\n").as_bytes(), note].concat();
    [format!("sha256 {}\n", hex::encode(Sha256::digest(&content))).as_bytes(), &content].concat()
}

/// Reads what [`encode`] wrote for this origin; none if it is damaged or another log's.
#[must_use]
pub fn decode(bytes: &[u8], origin: &str) -> Option<Option<Last>> {
    let (_, content) = line(bytes)?;
    let (time, note) = line(content)?;
    let time = std::str::from_utf8(time).ok()?.strip_prefix("time ")?.parse().ok()?;
    let last = if note.is_empty() {
        None
    } else {
        let checkpoint = Checkpoint::parse(&Note::parse(note).ok()?.text).ok()?;
        Some(Last { time, checkpoint, note: note.to_vec() })
    };
    // A file that was copied over from another log is not this one's.
    let own = last.as_ref().is_none_or(|last| last.checkpoint.origin == origin);
    (own && encode(last.as_ref()) == bytes).then_some(last)
}

/// The first line, and what follows it.
fn line(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    Some((bytes.get(..end)?, bytes.get(end + 1..)?))
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::SigningKey;
    use plebiscite_board::merkle::leaf_hash;

    use super::*;

    fn last() -> Last {
        let checkpoint = Checkpoint { origin: "log".to_owned(), size: 9, root: leaf_hash(b"x") };
        let note = checkpoint.clone().sign(&SigningKey::from_bytes(&[1; 32])).unwrap().note().to_vec();
        Last { time: 7, checkpoint, note }
    }

    #[test]
    fn a_state_is_read_as_it_was_written_and_no_changed_bit_or_cut_is() {
        for state in [None, Some(last())] {
            let bytes = encode(state.as_ref());
            assert_eq!(decode(&bytes, "log"), Some(state));
            for place in 0..bytes.len() {
                assert_eq!(decode(&bytes[..place], "log"), None, "{place} bytes");
                for bit in 0..8 {
                    let mut bad = bytes.clone();
                    bad[place] ^= 1 << bit;
                    assert_eq!(decode(&bad, "log"), None, "bit {bit} of byte {place}");
                }
            }
        }
        assert_eq!(decode(&encode(Some(&last())), "other"), None);
    }
}
