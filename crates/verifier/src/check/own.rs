//! An auditor's own files: what every one of them begins and ends with, and why one is refused (§23.8, §23.9).
//!
//! domain ‖ length of the version u8 ‖ the program's version ‖ election id 32 ‖ size u64 ‖ root 32 ‖ body ‖ SHA-256 of all that.
//! The digest shows that a file is whole; it is no signature. Whoever can write the file can say anything in it.

use plebiscite_board::merkle::Hash;
use plebiscite_election::encoding::{EncodingError, Reader, Writer};
use plebiscite_election::manifest::ElectionId;
use plebiscite_election::record::KeptError;
use sha2::{Digest, Sha256};
use thiserror::Error;

/// The version that these files bind: another one may judge otherwise.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Which log a file speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bound {
    /// Its election.
    pub election: ElectionId,
    /// How many entries.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

/// Why one of an auditor's own files is refused. Nothing is said about the record then.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum OwnError {
    /// Not of this form.
    #[error("it is no file of this kind: {0}")]
    Form(#[from] EncodingError),
    /// It begins otherwise.
    #[error("it is no file of this kind")]
    Kind,
    /// It is not as it was written.
    #[error("its digest is not that of its bytes")]
    Digest,
    /// Another version of the program wrote it.
    #[error("version {found} of this program wrote it, and this is {VERSION}")]
    Version {
        /// The version.
        found: String,
    },
    /// It is of another election.
    #[error("it is of election {found}, and this is the log of another")]
    Election {
        /// Its election.
        found: ElectionId,
    },
    /// It covers more entries than the log has.
    #[error("it covers {size} entries, and the log has {log}")]
    Longer {
        /// Entries covered.
        size: u64,
        /// Entries of the log.
        log: u64,
    },
    /// It is of another log.
    #[error("it is of another log: the first {size} entries of this one have another root")]
    Root {
        /// Entries covered.
        size: u64,
    },
    /// What it says of the ballots does not fit.
    #[error("{0}")]
    Votes(#[from] KeptError),
    /// What was judged is judged otherwise now.
    #[error("entry {entry} is judged otherwise than when the file was written")]
    Judged {
        /// The entry.
        entry: u64,
    },
    /// A range that is none of this log.
    #[error("{from}..{to} is no range of a log of {size} entries")]
    Range {
        /// Its first entry.
        from: u64,
        /// The entry after its last.
        to: u64,
        /// Entries of the log.
        size: u64,
    },
    /// Two files cover one entry.
    #[error("entry {entry} is covered twice")]
    Overlap {
        /// The entry.
        entry: u64,
    },
    /// No file covers an entry.
    #[error("entry {entry} is covered by no file")]
    Gap {
        /// The entry.
        entry: u64,
    },
    /// Ballots of a range were verified against other rows of the roll, or other ballots were.
    #[error(
        "the ballots of {from}..{to} are not those that were verified, or were verified against another roll"
    )]
    Contexts {
        /// Its first entry.
        from: u64,
        /// The entry after its last.
        to: u64,
    },
    /// The log's checkpoint is none of an election.
    #[error("the log has no checkpoint of an election")]
    NoElection,
}

/// Puts a body between what every file begins and ends with.
pub(super) fn seal(domain: &[u8], bound: &Bound, body: &[u8]) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.raw(domain).u8(u8::try_from(VERSION.len()).unwrap_or(u8::MAX)).raw(VERSION.as_bytes());
    writer.raw(&bound.election.0).u64(bound.size).raw(&bound.root.0).raw(body);
    let mut bytes = writer.finish();
    let digest = Sha256::digest(&bytes);
    bytes.extend_from_slice(&digest);
    bytes
}

/// The body of a file that is whole and of this version.
pub(super) fn unseal<'b>(domain: &[u8], bytes: &'b [u8]) -> Result<(Bound, &'b [u8]), OwnError> {
    if !bytes.starts_with(domain) {
        return Err(OwnError::Kind);
    }
    let (content, digest) = bytes.split_last_chunk::<32>().ok_or(OwnError::Digest)?;
    if <[u8; 32]>::from(Sha256::digest(content)) != *digest {
        return Err(OwnError::Digest);
    }
    let mut reader = Reader::new(content);
    reader.bytes(domain.len(), "domain")?;
    let length = reader.u8("length of the version")?;
    let version = reader.bytes(usize::from(length), "version")?;
    if version != VERSION.as_bytes() {
        return Err(OwnError::Version { found: String::from_utf8_lossy(version).into_owned() });
    }
    let election = ElectionId(reader.array("election")?);
    let bound = Bound { election, size: reader.u64("size")?, root: Hash(reader.array("root")?) };
    Ok((bound, reader.rest()))
}

impl Bound {
    /// Whether this is the election that a log's name says.
    pub(super) fn ensure_election(&self, origin: &str) -> Result<(), OwnError> {
        if origin == format!("plebiscite/v1/{}", self.election) {
            Ok(())
        } else {
            Err(OwnError::Election { found: self.election })
        }
    }
}

/// The election that a log's name says.
pub(super) fn election_of(origin: &str) -> Result<ElectionId, OwnError> {
    let mut id = [0; 32];
    let digits = origin.strip_prefix("plebiscite/v1/").ok_or(OwnError::NoElection)?;
    hex::decode_to_slice(digits, &mut id).map_err(|_| OwnError::NoElection)?;
    Ok(ElectionId(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOMAIN: &[u8] = b"plebiscite/v1 test\n";

    #[test]
    fn a_file_is_read_as_it_was_written_and_every_changed_byte_of_it_is_refused() {
        let bound = Bound { election: ElectionId([3; 32]), size: 9, root: Hash([4; 32]) };
        let file = seal(DOMAIN, &bound, b"a body");
        assert_eq!(unseal(DOMAIN, &file), Ok((bound, b"a body".as_slice())));
        assert_eq!(unseal(b"plebiscite/v1 other\n", &file), Err(OwnError::Kind));
        for place in 0..file.len() {
            let mut bad = file.clone();
            bad[place] ^= 1;
            assert!(matches!(unseal(DOMAIN, &bad), Err(OwnError::Digest | OwnError::Kind)), "{place}");
            assert!(unseal(DOMAIN, &file[..place]).is_err(), "{place}");
        }
        assert_eq!(unseal(DOMAIN, &[file.as_slice(), &[0]].concat()), Err(OwnError::Digest));
    }

    #[test]
    fn a_file_of_another_version_is_refused_although_its_digest_holds() {
        let bound = Bound { election: ElectionId([3; 32]), size: 9, root: Hash([4; 32]) };
        let mut file = seal(DOMAIN, &bound, b"");
        file.truncate(file.len() - 32);
        file[DOMAIN.len() + 1] ^= 1;
        let digest = Sha256::digest(&file);
        file.extend_from_slice(&digest);
        assert!(matches!(unseal(DOMAIN, &file), Err(OwnError::Version { .. })));
    }

    #[test]
    fn a_logs_name_says_its_election() {
        let id = ElectionId([0xab; 32]);
        assert_eq!(election_of(&format!("plebiscite/v1/{id}")), Ok(id));
        assert_eq!(election_of("plebiscite/v1/ab"), Err(OwnError::NoElection));
        assert_eq!(election_of(&id.to_string()), Err(OwnError::NoElection));
    }
}
