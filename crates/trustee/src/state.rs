//! What a trustee keeps between two starts of its program, as one sequence of bytes for its vault (§24.6).
//!
//! `1 ‖ flags u8 ‖ [attempt u32 ‖ stage u8 ‖ secrets] ‖ [round attempt u32 ‖ round u8 ‖ message] ‖
//! [share attempt u32 ‖ restored u8 ‖ share] ‖ [seal digest 32 ‖ confirmation ‖ decryption] ‖
//! count u32 ‖ (successor number u32 ‖ digest 32)*`; each part in brackets is
//! there if its flag is set; byte strings have a u32 length, lists of them a u32 count.

use std::collections::BTreeMap;
use std::fmt;

use plebiscite_election::encoding::{EncodingError, Reader};
use thiserror::Error;
use zeroize::Zeroizing;

const VERSION: u8 = 1;
const ATTEMPT: u8 = 1;
const SENT: u8 = 2;
const SHARE: u8 = 4;
const SEAL: u8 = 8;

/// Why bytes of a vault are no state.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum StateError {
    /// Not the layout.
    #[error("the vault's contents are malformed: {0}")]
    Encoding(#[from] EncodingError),
    /// Written by a later version.
    #[error("the vault's contents are of version {found}, which this program does not know")]
    Version {
        /// The version found.
        found: u8,
    },
}

/// A trustee's whole memory of one election. Secrets are wiped on drop.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct State {
    /// Secrets of the ceremony attempt that is under way.
    pub attempt: Option<Attempt>,
    /// The last ceremony message, as it was or will be sent.
    pub sent: Option<Sent>,
    /// The share, from R4 on.
    pub share: Option<KeptShare>,
    /// The one seal.
    pub seal: Option<BoundSeal>,
    /// The one successor act that was signed, by its number: SHA-256 of its unsigned bytes.
    pub successors: BTreeMap<u32, [u8; 32]>,
}

/// Secrets between two rounds.
#[derive(Clone, PartialEq, Eq)]
pub struct Attempt {
    /// The ceremony attempt.
    pub number: u32,
    /// After which round, 0 to 3.
    pub stage: u8,
    /// The stage's secret bytes.
    pub secrets: Zeroizing<Vec<u8>>,
}

/// One message of the ceremony: only these bytes are ever sent for its slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The ceremony attempt.
    pub attempt: u32,
    /// The round, 0 to 4.
    pub round: u8,
    /// Head and chunks.
    pub entries: Vec<Vec<u8>>,
}

/// The share of the election's keys.
#[derive(Clone, PartialEq, Eq)]
pub struct KeptShare {
    /// The ceremony attempt that made it.
    pub attempt: u32,
    /// It came from a backup, without the memory of a confirmed seal.
    pub restored: bool,
    /// The share's secret bytes.
    pub secrets: Zeroizing<Vec<u8>>,
}

/// The one seal that this trustee has bound itself to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoundSeal {
    /// Its digest.
    pub digest: [u8; 32],
    /// The confirmation entry; empty while there is none: the holder has decrypted on the confirmations of others, or the
    /// share is a restored one, which makes none.
    pub confirmation: Vec<u8>,
    /// Head and chunks of the partial decryptions; empty before they are made.
    pub decryption: Vec<Vec<u8>>,
}

impl State {
    /// The bytes for the vault.
    #[must_use]
    pub fn encode(&self) -> Zeroizing<Vec<u8>> {
        let flags = [
            (self.attempt.is_some(), ATTEMPT),
            (self.sent.is_some(), SENT),
            (self.share.is_some(), SHARE),
            (self.seal.is_some(), SEAL),
        ];
        let mut out = Zeroizing::new(Vec::with_capacity(self.length()));
        out.push(VERSION);
        out.push(flags.iter().filter(|(set, _)| *set).map(|(_, bit)| bit).sum());
        if let Some(Attempt { number, stage, secrets }) = &self.attempt {
            out.extend_from_slice(&number.to_be_bytes());
            out.push(*stage);
            put(&mut out, secrets);
        }
        if let Some(Sent { attempt, round, entries }) = &self.sent {
            out.extend_from_slice(&attempt.to_be_bytes());
            out.push(*round);
            put_list(&mut out, entries);
        }
        if let Some(KeptShare { attempt, restored, secrets }) = &self.share {
            out.extend_from_slice(&attempt.to_be_bytes());
            out.push(u8::from(*restored));
            put(&mut out, secrets);
        }
        if let Some(BoundSeal { digest, confirmation, decryption }) = &self.seal {
            out.extend_from_slice(digest);
            put(&mut out, confirmation);
            put_list(&mut out, decryption);
        }
        out.extend_from_slice(&u32::try_from(self.successors.len()).unwrap_or(u32::MAX).to_be_bytes());
        for (number, digest) in &self.successors {
            out.extend_from_slice(&number.to_be_bytes());
            out.extend_from_slice(digest);
        }
        out
    }

    /// Reads exactly what [`Self::encode`] wrote.
    ///
    /// # Errors
    /// [`StateError`].
    pub fn decode(bytes: &[u8]) -> Result<Self, StateError> {
        let mut reader = Reader::new(bytes);
        let version = reader.u8("version")?;
        if version != VERSION {
            return Err(StateError::Version { found: version });
        }
        let flags = reader.u8("flags")?;
        if flags & !(ATTEMPT | SENT | SHARE | SEAL) != 0 {
            return Err(EncodingError::Range { field: "flags" }.into());
        }
        let r = &mut reader;
        let has = |bit: u8| flags & bit != 0;
        let state = Self {
            attempt: has(ATTEMPT).then(|| read_attempt(r)).transpose()?,
            sent: has(SENT).then(|| read_sent(r)).transpose()?,
            share: has(SHARE).then(|| read_share(r)).transpose()?,
            seal: has(SEAL).then(|| read_seal(r)).transpose()?,
            successors: read_successors(r)?,
        };
        reader.finish()?;
        Ok(state)
    }

    /// The part that a backup keeps: the share, marked so that it never confirms.
    #[must_use]
    pub fn backup(&self) -> Option<Self> {
        let share = self.share.as_ref()?;
        let share = KeptShare { attempt: share.attempt, restored: true, secrets: share.secrets.clone() };
        Some(Self { share: Some(share), ..Self::default() })
    }

    /// An upper bound, so that no reallocation leaves a copy of secrets behind.
    fn length(&self) -> usize {
        let list = |entries: &[Vec<u8>]| 4 + entries.iter().map(|entry| 4 + entry.len()).sum::<usize>();
        let mut length = 2 + 4 * 16 + 36 * self.successors.len();
        length += self.attempt.as_ref().map_or(0, |attempt| attempt.secrets.len());
        length += self.sent.as_ref().map_or(0, |sent| list(&sent.entries));
        length += self.share.as_ref().map_or(0, |share| share.secrets.len());
        length += self.seal.as_ref().map_or(0, |seal| 32 + seal.confirmation.len() + list(&seal.decryption));
        length
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State")
            .field("attempt", &self.attempt.as_ref().map(|attempt| (attempt.number, attempt.stage)))
            .field("sent", &self.sent.as_ref().map(|sent| (sent.attempt, sent.round)))
            .field("share", &self.share.as_ref().map(|share| share.attempt))
            .field("seal", &self.seal.as_ref().map(|seal| hex::encode(seal.digest)))
            .finish()
    }
}

/// Lengths within a vault of at most 64 MiB fit a u32.
fn put(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend_from_slice(&u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
    out.extend_from_slice(bytes);
}

fn put_list(out: &mut Vec<u8>, entries: &[Vec<u8>]) {
    out.extend_from_slice(&u32::try_from(entries.len()).unwrap_or(u32::MAX).to_be_bytes());
    entries.iter().for_each(|entry| put(out, entry));
}

fn take<'a>(reader: &mut Reader<'a>, field: &'static str) -> Result<&'a [u8], EncodingError> {
    let length = usize::try_from(reader.u32(field)?).map_err(|_| EncodingError::Range { field })?;
    reader.bytes(length, field)
}

fn take_list(reader: &mut Reader<'_>, field: &'static str) -> Result<Vec<Vec<u8>>, EncodingError> {
    let count = reader.u32(field)?;
    (0..count).map(|_| take(reader, field).map(<[u8]>::to_vec)).collect()
}

fn secret(reader: &mut Reader<'_>, field: &'static str) -> Result<Zeroizing<Vec<u8>>, EncodingError> {
    take(reader, field).map(|bytes| Zeroizing::new(bytes.to_vec()))
}

fn read_attempt(reader: &mut Reader<'_>) -> Result<Attempt, EncodingError> {
    let (number, stage) = (reader.u32("attempt")?, reader.u8("stage")?);
    if stage > 3 {
        return Err(EncodingError::Range { field: "stage" });
    }
    Ok(Attempt { number, stage, secrets: secret(reader, "secrets")? })
}

fn read_sent(reader: &mut Reader<'_>) -> Result<Sent, EncodingError> {
    Ok(Sent {
        attempt: reader.u32("attempt")?,
        round: reader.u8("round")?,
        entries: take_list(reader, "message")?,
    })
}

fn read_share(reader: &mut Reader<'_>) -> Result<KeptShare, EncodingError> {
    let attempt = reader.u32("attempt")?;
    let restored = match reader.u8("restored")? {
        0 => false,
        1 => true,
        _ => return Err(EncodingError::Range { field: "restored" }),
    };
    Ok(KeptShare { attempt, restored, secrets: secret(reader, "share")? })
}

fn read_seal(reader: &mut Reader<'_>) -> Result<BoundSeal, EncodingError> {
    Ok(BoundSeal {
        digest: reader.array("seal digest")?,
        confirmation: take(reader, "confirmation")?.to_vec(),
        decryption: take_list(reader, "partial decryptions")?,
    })
}

fn read_successors(reader: &mut Reader<'_>) -> Result<BTreeMap<u32, [u8; 32]>, EncodingError> {
    let field = "successors";
    let mut successors: BTreeMap<u32, [u8; 32]> = BTreeMap::new();
    for _ in 0..reader.u32(field)? {
        let number = reader.u32(field)?;
        if successors.last_key_value().is_some_and(|(last, _)| *last >= number) {
            return Err(EncodingError::Range { field });
        }
        successors.insert(number, reader.array(field)?);
    }
    Ok(successors)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full() -> State {
        State {
            attempt: Some(Attempt { number: 3, stage: 2, secrets: Zeroizing::new(vec![9; 70]) }),
            sent: Some(Sent { attempt: 3, round: 2, entries: vec![vec![1; 5], vec![]] }),
            share: Some(KeptShare { attempt: 2, restored: false, secrets: Zeroizing::new(vec![8; 40]) }),
            seal: Some(BoundSeal { digest: [7; 32], confirmation: vec![4; 6], decryption: vec![vec![5; 3]] }),
            successors: BTreeMap::from([(1, [1; 32]), (2, [2; 32])]),
        }
    }

    #[test]
    fn a_state_comes_back_as_it_was_written_whatever_parts_it_has() {
        for parts in 0..16u8 {
            let mut state = full();
            if parts & 1 == 0 {
                state.attempt = None;
            }
            if parts & 2 == 0 {
                state.sent = None;
            }
            if parts & 4 == 0 {
                state.share = None;
            }
            if parts & 8 == 0 {
                state.seal = None;
            }
            let bytes = state.encode();
            assert!(bytes.len() <= state.length());
            assert_eq!(State::decode(&bytes).unwrap(), state);
        }
        assert_eq!(State::decode(&[1, 0, 0, 0, 0, 0]).unwrap(), State::default());
    }

    #[test]
    fn cut_lengthened_and_foreign_bytes_are_refused() {
        let bytes = full().encode();
        assert!(State::decode(&bytes).is_ok());
        for length in 0..bytes.len() {
            assert!(State::decode(&bytes[..length]).is_err(), "{length} bytes");
        }
        assert!(State::decode(&[bytes.as_slice(), &[0]].concat()).is_err());
        assert_eq!(State::decode(&[2, 0]), Err(StateError::Version { found: 2 }));
        assert!(State::decode(&[1, 16]).is_err());
        // A count that no memory could hold ends at the first missing entry.
        assert!(State::decode(&[1, 0, 255, 255, 255, 255]).is_err());
        assert!(State::decode(&[1, SENT, 0, 0, 0, 1, 0, 255, 255, 255, 255]).is_err());
    }

    #[test]
    fn a_backup_keeps_the_share_only_and_marks_it() {
        let backup = full().backup().unwrap();
        assert!(backup.attempt.is_none() && backup.seal.is_none() && backup.sent.is_none());
        assert!(backup.share.unwrap().restored);
        assert!(State::default().backup().is_none());
    }

    #[test]
    fn debug_shows_no_secret() {
        let shown = format!("{:?}", full());
        assert!(!shown.contains("9, 9") && !shown.contains("8, 8"), "{shown}");
    }
}
