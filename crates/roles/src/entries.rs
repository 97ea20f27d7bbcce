//! Entries in a file: what a program on a machine without a network hands to one that has it (§24.8).
//!
//! Nothing in such a file is secret, and nothing in it is believed: the board judges each entry when it is sent, and so
//! does every verifier. What is checked here only finds the wrong file before it is sent.

use std::path::Path;

use plebiscite_election::entry::{ElectionId, Entry};
use serde::Deserialize;
use thiserror::Error;

use crate::files::{self, Access, FileError};

/// What such a file calls itself.
const FORMAT: &str = "plebiscite-entries/v1";
/// Longest file that is written and read: a list of 30 million voters in hex.
pub const FILE_LIMIT: u64 = 2 * 1024 * 1024 * 1024;

/// Why a file is none of entries.
#[derive(Debug, Error)]
pub enum EntriesError {
    /// The file itself.
    #[error(transparent)]
    File(#[from] FileError),
    /// Not JSON of this form.
    #[error("this is no file of entries: {0}")]
    Json(#[from] serde_json::Error),
    /// Another format, or a later version.
    #[error("this is no file of entries of this version")]
    Format,
    /// No entry in it.
    #[error("the file holds no entries")]
    Empty,
    /// An election id that is none.
    #[error("the file names no election")]
    Election,
    /// One that is no entry.
    #[error("entry {position} of the file is not one of the protocol's: {why}")]
    Entry {
        /// Its place in the file, from 0.
        position: usize,
        /// What is wrong with it.
        why: String,
    },
    /// An entry of another election than the file's.
    #[error("entry {position} of the file is of another election than the file says")]
    OtherElection {
        /// Its place in the file, from 0.
        position: usize,
    },
}

/// As it lies in the file, whose text is not copied: hexadecimal digits need no escapes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File<'f> {
    format: &'f str,
    election: &'f str,
    #[serde(borrow)]
    entries: Vec<&'f str>,
}

/// Entries to be sent to one election's board, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entries {
    /// The election.
    pub election: ElectionId,
    /// The entries' bytes.
    pub entries: Vec<Vec<u8>>,
}

impl Entries {
    /// The file's bytes.
    #[must_use]
    pub fn to_file(&self) -> Vec<u8> {
        file_of(self.election, &self.entries)
    }

    /// Reads what [`Self::to_file`] wrote, in any layout of JSON.
    ///
    /// # Errors
    /// [`EntriesError`], naming the entry.
    pub fn parse(bytes: &[u8]) -> Result<Self, EntriesError> {
        let file: File = serde_json::from_slice(bytes)?;
        if file.format != FORMAT {
            return Err(EntriesError::Format);
        }
        let mut election = [0; 32];
        hex::decode_to_slice(file.election, &mut election).map_err(|_| EntriesError::Election)?;
        let election = ElectionId(election);
        if file.entries.is_empty() {
            return Err(EntriesError::Empty);
        }
        let entries = file.entries.iter().enumerate();
        let entries: Vec<Vec<u8>> =
            entries.map(|(position, text)| read(position, text, election)).collect::<Result<_, _>>()?;
        Ok(Self { election, entries })
    }

    /// Writes a file that is not there yet, or holds just this already: no other file is ever overwritten.
    ///
    /// # Errors
    /// [`FileError::Exists`] where another file stands.
    pub fn write(&self, path: &Path) -> Result<(), EntriesError> {
        Self::write_all(self.election, &self.entries, path)
    }

    /// As [`Self::write`], of entries that lie elsewhere.
    ///
    /// # Errors
    /// As [`Self::write`], and [`FileError::TooLarge`] for what would not be read.
    pub fn write_all(election: ElectionId, entries: &[Vec<u8>], path: &Path) -> Result<(), EntriesError> {
        let bytes = file_of(election, entries);
        if bytes.len() as u64 > FILE_LIMIT {
            return Err(FileError::TooLarge { path: path.to_owned(), limit: FILE_LIMIT }.into());
        }
        Ok(files::create_or_same(path, &bytes, Access::Public)?)
    }

    /// Reads a file.
    ///
    /// # Errors
    /// [`EntriesError`].
    pub fn open(path: &Path) -> Result<Self, EntriesError> {
        Self::parse(&files::read(path, FILE_LIMIT)?)
    }

    /// What the file holds, in words: the first entry, and how many follow it.
    #[must_use]
    pub fn words(&self) -> String {
        let first = self.entries.first().and_then(|bytes| Entry::decode(bytes).ok());
        let what = first.map_or_else(String::new, |entry| words(&entry));
        match self.entries.len().saturating_sub(1) {
            0 => what,
            chunks => format!("{what}, in {chunks} chunks"),
        }
    }
}

/// Two digits a byte, in memory that is taken once: a list of millions of voters is a long message.
fn file_of(election: ElectionId, entries: &[Vec<u8>]) -> Vec<u8> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let head = format!("{{\n  \"format\": \"{FORMAT}\",\n  \"election\": \"{election}\",\n  \"entries\": [");
    let digits: usize = entries.iter().map(|entry| 2 * entry.len() + 8).sum();
    let mut bytes = Vec::with_capacity(head.len() + digits + 8);
    bytes.extend_from_slice(head.as_bytes());
    for (place, entry) in entries.iter().enumerate() {
        bytes.extend_from_slice(if place == 0 { b"\n    \"" } else { b",\n    \"" });
        let digit = |half: u8| DIGITS.get(usize::from(half)).copied().unwrap_or_default();
        bytes.extend(entry.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]));
        bytes.push(b'"');
    }
    bytes.extend_from_slice(b"\n  ]\n}\n");
    bytes
}

fn read(position: usize, text: &str, election: ElectionId) -> Result<Vec<u8>, EntriesError> {
    let not_one = |why: String| EntriesError::Entry { position, why };
    let bytes = hex::decode(text).map_err(|error| not_one(error.to_string()))?;
    let entry = Entry::decode(&bytes).map_err(|error| not_one(error.to_string()))?;
    let named = match &entry {
        Entry::Head(head) => Some(head.election),
        Entry::SealConfirmation(confirmation) => Some(confirmation.election),
        Entry::RollCommitment(commitment) => Some(commitment.election),
        _ => None,
    };
    if named.is_some_and(|named| named != election) {
        return Err(EntriesError::OtherElection { position });
    }
    Ok(bytes)
}

fn words(entry: &Entry) -> String {
    use plebiscite_election::entry::MessageKind;
    match entry {
        Entry::Head(head) => {
            let (signer, attempt) = (head.slot.signer, head.slot.attempt);
            match head.slot.message {
                MessageKind::Round(round) => {
                    format!("trustee {signer}'s message of round R{round} of ceremony attempt {attempt}")
                }
                MessageKind::PartialDecryptions => format!("trustee {signer}'s partial decryptions"),
                MessageKind::RollList => format!("registrar {signer}'s list of roll attempt {attempt}"),
                MessageKind::Manifest => "a manifest".to_owned(),
            }
        }
        Entry::SealConfirmation(confirmation) => {
            format!(
                "trustee {}'s confirmation of the seal {}",
                confirmation.trustee,
                hex::encode(confirmation.seal_digest)
            )
        }
        other => format!("a {}", other.kind().name()),
    }
}

#[cfg(test)]
mod tests {
    use plebiscite_election::entry::{Head, MessageKind, SealConfirmation, Seen, Slot, chunks_of};

    use super::*;

    const ELECTION: ElectionId = ElectionId([7; 32]);

    fn message(election: ElectionId) -> Entries {
        let slot = Slot { message: MessageKind::Round(2), attempt: 1, signer: 3 };
        let content = vec![5; 70_000];
        let head = Head::of(election, slot, &content, Seen { size: 4, root: [6; 32] });
        let chunks = chunks_of(slot, &content);
        let entries = std::iter::once(head.encode()).chain(chunks.iter().map(|chunk| chunk.encode()));
        Entries { election, entries: entries.collect() }
    }

    #[test]
    fn a_message_comes_back_as_it_was_written_and_is_told_in_words() {
        let message = message(ELECTION);
        assert_eq!(Entries::parse(&message.to_file()).unwrap(), message);
        assert_eq!(message.words(), "trustee 3's message of round R2 of ceremony attempt 1, in 3 chunks");
        let value: serde_json::Value = serde_json::from_slice(&message.to_file()).unwrap();
        let mut pretty = serde_json::to_vec_pretty(&value).unwrap();
        assert_eq!(Entries::parse(&pretty).unwrap(), message, "another program may have written it");
        pretty.truncate(pretty.len() - 1);
        assert!(Entries::parse(&pretty).is_err());
        let confirmation = SealConfirmation {
            election: ELECTION,
            trustee: 2,
            seen: Seen { size: 4, root: [6; 32] },
            seal_digest: [9; 32],
            signature: [1; 64],
        };
        let file = Entries { election: ELECTION, entries: vec![confirmation.encode()] };
        let read = Entries::parse(&file.to_file()).unwrap();
        assert_eq!(read.words(), format!("trustee 2's confirmation of the seal {}", "09".repeat(32)));
    }

    #[test]
    fn a_file_is_never_written_over_but_by_its_own_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("r2.entries");
        message(ELECTION).write(&path).unwrap();
        message(ELECTION).write(&path).unwrap();
        let other = message(ElectionId([8; 32]));
        assert!(matches!(other.write(&path), Err(EntriesError::File(FileError::Exists { .. }))));
        assert_eq!(Entries::open(&path).unwrap(), message(ELECTION));
    }

    #[test]
    fn files_that_are_none_are_refused_by_what_is_wrong() {
        let good = String::from_utf8(message(ELECTION).to_file()).unwrap();
        assert!(Entries::parse(good.as_bytes()).is_ok());
        let read = |text: &str| Entries::parse(text.as_bytes()).unwrap_err();
        assert!(matches!(read("{}"), EntriesError::Json(_)));
        assert!(matches!(read(&good.replace("/v1", "/v2")), EntriesError::Format));
        assert!(matches!(read(&good.replace("\"entries\"", "\"more\"")), EntriesError::Json(_)));
        let other = good.replacen(&ELECTION.to_string(), &ElectionId([8; 32]).to_string(), 1);
        assert!(matches!(read(&other), EntriesError::OtherElection { position: 0 }));
        let last = hex::encode(message(ELECTION).entries.last().unwrap());
        let cut = good.replace(&last, &last[..8]);
        assert!(matches!(read(&cut), EntriesError::Entry { position: 3, .. }));
        assert!(matches!(read(&good.replace(&last, "zz")), EntriesError::Entry { position: 3, .. }));
        let none = "{\"format\":\"plebiscite-entries/v1\",\"election\":\"00\",\"entries\":[]}";
        assert!(matches!(read(none), EntriesError::Election));
        let id = ELECTION.to_string();
        assert!(matches!(read(&none.replace("\"00\"", &format!("\"{id}\""))), EntriesError::Empty));
    }
}
