//! What a program keeps of its own log between two starts: what spares it curve arithmetic at the next (§11.18).
//!
//! Two files beside the log, on the program's own disk. `verified` has seven lines: what it is, the program's version, size,
//! root, number of ballots, what these add up to, SHA-256 of the lines before. `verified-roll` has the credentials of the
//! sealed roll. At every start all entries are read, the tree is computed again and the record is judged in its order; proofs,
//! signatures, registrars' lists and sums of the first `size` entries are taken as they were found before, if the root over
//! these entries is the one written here. Credentials are held against the root that the roll's seal signs.

use std::path::{Path, PathBuf};

use plebiscite_board::merkle::Hash;
use plebiscite_crypto::group::PointBytes;
use plebiscite_election::credential::Roll;
use plebiscite_serving::durable::{FileError, read_if_there, write_durably};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::board::Board;
use crate::election::Unreadable;

/// First line.
const FORM: &str = "plebiscite/v1 verified";
/// First line of the roll's file.
const ROLL_FORM: &[u8] = b"plebiscite/v1 roll\n";
/// Another version may judge otherwise.
const VERSION: &str = env!("CARGO_PKG_VERSION");
/// How many entries more make it worth to be written again: their proofs take a second at most.
pub const EVERY: u64 = 8_192;

/// Entries that this program has judged, and what follows from them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// How many.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
    /// Ballots among them.
    pub ballots: u64,
    /// What these ballots add up to, as [`plebiscite_election::record::Record::kept_sums`] gives it.
    pub sums: Vec<u8>,
}

/// Everything that was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Of the entries.
    pub verified: Verified,
    /// The sealed roll's credentials, where a roll was sealed.
    pub credentials: Option<Vec<PointBytes>>,
}

/// Why a file spares nothing: everything is verified.
#[derive(Debug, Error)]
pub enum VerifiedError {
    /// It cannot be read.
    #[error("{0}")]
    File(#[from] FileError),
    /// It is not as it was written.
    #[error("{path}: it is not as it was written")]
    Changed {
        /// Which.
        path: PathBuf,
    },
    /// Another version of the program wrote it.
    #[error("{path}: another version of this program wrote it")]
    Version {
        /// Which.
        path: PathBuf,
    },
}

/// Why nothing was kept: voting goes on without it, and the next start verifies more again.
#[derive(Debug, Error)]
pub enum KeepError {
    /// A file cannot be written.
    #[error("{0}")]
    File(#[from] FileError),
    /// What the ballots add up to cannot be said.
    #[error("{0}")]
    Unreadable(#[from] Unreadable),
}

/// The two files, and how far they say something.
#[derive(Debug)]
pub struct Remembered {
    verified: PathBuf,
    roll: PathBuf,
    /// What the first says, or was to say.
    size: u64,
    /// Whether the second is there, or was to be.
    has_roll: bool,
}

impl Remembered {
    /// The files in this folder; `before` stands before their names, such as a dot.
    #[must_use]
    pub fn in_folder(folder: &Path, before: &str) -> Self {
        Self {
            verified: folder.join(format!("{before}verified")),
            roll: folder.join(format!("{before}verified-roll")),
            size: 0,
            has_roll: false,
        }
    }

    /// Reads what was kept; none where nothing was. The roll without the other file says nothing; where the roll alone is
    /// spoilt, it alone is missing, and `spoilt` is told.
    ///
    /// # Errors
    /// [`VerifiedError`].
    pub fn read(&mut self, spoilt: impl FnOnce(VerifiedError)) -> Result<Option<Known>, VerifiedError> {
        (self.size, self.has_roll) = (0, false);
        let Some(bytes) = read_if_there(&self.verified)? else { return Ok(None) };
        let verified = parse(&bytes).map_err(|wrong| wrong.at(&self.verified))?;
        let roll = read_if_there(&self.roll).map_err(VerifiedError::from).and_then(|bytes| {
            let changed = || VerifiedError::Changed { path: self.roll.clone() };
            bytes.map(|bytes| parse_roll(&bytes).ok_or_else(changed)).transpose()
        });
        let credentials = roll.unwrap_or_else(|error| {
            spoilt(error);
            None
        });
        (self.size, self.has_roll) = (verified.size, credentials.is_some());
        Ok(Some(Known { verified, credentials }))
    }

    /// What was read is not believed after all.
    pub const fn forget(&mut self) {
        (self.size, self.has_roll) = (0, false);
    }

    /// Whether so much has come that it is worth to be kept.
    #[must_use]
    pub fn is_due(&self, board: &Board) -> bool {
        let sealed = board.record.roll().is_some() && !self.has_roll;
        sealed || board.log.size() >= self.size.saturating_add(EVERY)
    }

    /// What the board says now, to be written. `read` gives entries once more.
    ///
    /// # Errors
    /// An entry cannot be read again.
    pub fn gather(
        &mut self,
        board: &mut Board,
        read: impl FnMut(u64) -> Result<Vec<u8>, Unreadable>,
    ) -> Result<Gathered, Unreadable> {
        // Where this or the writing fails it is tried again when as much more has come, and not at once.
        self.size = board.log.size();
        let roll = board.record.roll().filter(|_| !self.has_roll).map(roll_bytes);
        self.has_roll |= roll.is_some();
        Ok(Gathered { verified: text(&board.verified(read)?, VERSION), roll })
    }

    /// Writes it durably. The board need not be held meanwhile.
    ///
    /// # Errors
    /// [`FileError`].
    pub fn write(&self, gathered: &Gathered) -> Result<(), FileError> {
        // The roll first: without the other file it says nothing.
        gathered.roll.as_ref().map_or(Ok(()), |roll| write_durably(&self.roll, roll))?;
        write_durably(&self.verified, gathered.verified.as_bytes())
    }

    /// Both.
    ///
    /// # Errors
    /// [`KeepError`].
    pub fn keep(
        &mut self,
        board: &mut Board,
        read: impl FnMut(u64) -> Result<Vec<u8>, Unreadable>,
    ) -> Result<(), KeepError> {
        let gathered = self.gather(board, read)?;
        Ok(self.write(&gathered)?)
    }
}

/// What is to be written.
#[derive(Debug)]
pub struct Gathered {
    verified: String,
    roll: Option<Vec<u8>>,
}

/// What is wrong with a file's bytes.
enum Wrong {
    Changed,
    Version,
}

impl Wrong {
    fn at(&self, path: &Path) -> VerifiedError {
        let path = path.to_owned();
        match self {
            Self::Changed => VerifiedError::Changed { path },
            Self::Version => VerifiedError::Version { path },
        }
    }
}

fn text(verified: &Verified, version: &str) -> String {
    let Verified { size, root, ballots, sums } = verified;
    let lines =
        format!("{FORM}\n{version}\n{size}\n{}\n{ballots}\n{}\n", hex::encode(root.0), hex::encode(sums));
    format!("{lines}{}\n", hex::encode(Sha256::digest(&lines)))
}

fn parse(bytes: &[u8]) -> Result<Verified, Wrong> {
    let text_read = std::str::from_utf8(bytes).map_err(|_| Wrong::Changed)?;
    let mut lines = text_read.split('\n');
    let mut line = || lines.next().ok_or(Wrong::Changed);
    let (form, version) = (line()?, line()?);
    let size = line()?.parse().map_err(|_| Wrong::Changed)?;
    let mut root = [0; 32];
    hex::decode_to_slice(line()?, &mut root).map_err(|_| Wrong::Changed)?;
    let ballots = line()?.parse().map_err(|_| Wrong::Changed)?;
    let sums = hex::decode(line()?).map_err(|_| Wrong::Changed)?;
    let found = Verified { size, root: Hash(root), ballots, sums };
    // What is read is what would be written, byte for byte.
    if form != FORM || text(&found, version) != text_read {
        return Err(Wrong::Changed);
    }
    if version == VERSION { Ok(found) } else { Err(Wrong::Version) }
}

fn roll_bytes(roll: &Roll) -> Vec<u8> {
    let rows = roll.rows();
    let mut bytes = Vec::with_capacity(ROLL_FORM.len() + 32 * (rows.len() + 1));
    bytes.extend_from_slice(ROLL_FORM);
    rows.iter().for_each(|row| bytes.extend_from_slice(&row.credential.0));
    let digest = Sha256::digest(&bytes);
    bytes.extend_from_slice(&digest);
    bytes
}

fn parse_roll(bytes: &[u8]) -> Option<Vec<PointBytes>> {
    let (content, digest) = bytes.split_last_chunk::<32>()?;
    let (rows, rest) = content.strip_prefix(ROLL_FORM)?.as_chunks::<32>();
    let whole = rest.is_empty() && <[u8; 32]>::from(Sha256::digest(content)) == *digest;
    whole.then(|| rows.iter().map(|row| PointBytes(*row)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_as_it_was_written_and_every_changed_byte_is_refused() {
        let verified = Verified { size: 1_234, root: Hash([7; 32]), ballots: 1_000, sums: vec![1, 2, 3] };
        let good = text(&verified, VERSION).into_bytes();
        assert!(parse(&good).is_ok_and(|read| read == verified));
        for place in 0..good.len() {
            let mut bad = good.clone();
            bad[place] ^= 1;
            assert!(parse(&bad).is_err(), "{place}");
            assert!(parse(&good[..place]).is_err(), "{place}");
        }
        assert!(parse(&[good.as_slice(), b"\n"].concat()).is_err());
        assert!(matches!(parse(text(&verified, "0.0.0").as_bytes()), Err(Wrong::Version)));
    }

    #[test]
    fn credentials_are_read_as_they_were_written_and_every_changed_byte_is_refused() {
        let rows = [PointBytes([3; 32]), PointBytes([5; 32])];
        let mut good = [ROLL_FORM, &rows[0].0, &rows[1].0].concat();
        good.extend_from_slice(&Sha256::digest(&good));
        assert_eq!(parse_roll(&good), Some(rows.to_vec()));
        for place in 0..good.len() {
            let mut bad = good.clone();
            bad[place] ^= 1;
            assert_eq!(parse_roll(&bad), None, "{place}");
            assert_eq!(parse_roll(&good[..place]), None, "{place}");
        }
        assert_eq!(parse_roll(&[good.as_slice(), &[0; 32]].concat()), None);
    }
}
