//! One registrar's list: its part of every credential, with a proof that it knows all their secrets (§14.4).
//!
//! Content: count u32 ‖ persons 32 ‖ keys digest 32 ‖ list proof 64 ‖ count × (K_part 32 ‖ region u16). It is read as a
//! stream, chunk after chunk, so that a roll of millions needs no second copy in memory.

use plebiscite_crypto::group::{Point, PointBytes, encode_point};
use plebiscite_crypto::proof::knowledge::{ListKnowledgeProof, ListKnowledgeVerifier, prove_list};
use plebiscite_crypto::transcript::domain;
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use thiserror::Error;
use zeroize::Zeroizing;

use super::code::Registrar;
use super::secret::CredentialPart;
use crate::context::SetupContext;

/// Bytes before the rows.
pub const LIST_HEADER_BYTES: usize = 132;
/// Bytes of a row.
pub const LIST_ROW_BYTES: usize = 34;

/// Bytes of a list of `count` rows.
#[must_use]
pub const fn list_length(count: u32) -> u64 {
    LIST_HEADER_BYTES as u64 + count as u64 * LIST_ROW_BYTES as u64
}

/// One row of a list: a registrar's part of one credential, and the voter's region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListRow {
    /// `x_part·G`.
    pub part: PointBytes,
    /// Region by its position in the manifest.
    pub region: u16,
}

/// What a registrar puts in one row.
#[derive(Clone, Debug)]
pub struct ListEntry {
    /// Its part of the credential.
    pub part: CredentialPart,
    /// Region by its position in the manifest.
    pub region: u16,
}

/// What the manifest allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RollLimits {
    /// Number of regions; a row's region is below it.
    pub regions: u16,
    /// Greatest number of rows.
    pub rows: u32,
}

/// A list that has been read whole and whose proof holds. Only [`ListReader::finish`] makes one.
#[derive(Clone, Debug)]
pub struct RegistrarList {
    registrar: Registrar,
    persons: [u8; 32],
    rows: Vec<ListRow>,
    digest: [u8; 32],
    commitment: [u8; 32],
}

/// Why a list is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("list of registrar {}: {fault}", registrar.number())]
pub struct ListError {
    /// Whose list.
    pub registrar: Registrar,
    /// What is wrong with it.
    pub fault: ListFault,
}

/// What is wrong with a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ListFault {
    /// More rows than the manifest allows.
    #[error("{rows} rows, where the manifest allows {limit}")]
    TooLong {
        /// Rows announced.
        rows: u64,
        /// The manifest's limit.
        limit: u32,
    },
    /// Bytes end before the last row.
    #[error("ends after {rows} whole rows of {announced}")]
    Short {
        /// Whole rows read.
        rows: usize,
        /// Rows announced, 0 if not even the header was read.
        announced: u32,
    },
    /// Bytes follow the last row.
    #[error("bytes follow the last row")]
    Trailing,
    /// The proof is not a canonical encoding.
    #[error("the list proof is malformed")]
    MalformedProof,
    /// A part is no canonical point, or the identity.
    #[error("row {index}: the public part is no point of the group, or the identity")]
    Part {
        /// The row.
        index: usize,
    },
    /// A region that the manifest does not have.
    #[error("row {index}: region {region} is not in the manifest")]
    Region {
        /// The row.
        index: usize,
        /// The region given.
        region: u16,
    },
    /// The same part twice.
    #[error("rows {earlier} and {index} hold the same part")]
    Duplicate {
        /// The first of the two.
        earlier: usize,
        /// The second.
        index: usize,
    },
    /// The header's digest is not the rows'.
    #[error("the digest of the parts is not that of the rows")]
    KeysDigest,
    /// Knowledge of the secrets is not proven.
    #[error("the proof of knowledge of all secrets does not hold")]
    Proof,
    /// A part that another registrar's code made (registrar's side).
    #[error("row {index}: the code is another registrar's")]
    Foreign {
        /// The row.
        index: usize,
    },
}

/// Makes the content of a registrar's list. The parts' secrets are copied once and wiped.
///
/// `persons` is the salted digest of the normalised voter file; both registrars' are equal if they serve the same persons
/// in the same order.
///
/// # Errors
/// [`ListError`] where a part is another registrar's or there are more rows than a u32 counts.
pub fn make_list(
    setup: &SetupContext,
    roll_attempt: u32,
    registrar: Registrar,
    persons: &[u8; 32],
    entries: &[ListEntry],
    fresh: &[u8; 32],
) -> Result<Vec<u8>, ListError> {
    let refuse = |fault| ListError { registrar, fault };
    if let Some(index) = entries.iter().position(|entry| entry.part.registrar() != registrar) {
        return Err(refuse(ListFault::Foreign { index }));
    }
    let rows = entries.len() as u64;
    let count = u32::try_from(rows).map_err(|_| refuse(ListFault::TooLong { rows, limit: u32::MAX }))?;
    let parts: Vec<PointBytes> = entries.par_iter().map(|entry| encode_point(&entry.part.public())).collect();
    let keys = parts.iter().fold(Sha256::new(), |digest, part| digest.chain_update(part.0)).finalize().into();
    let secrets: Zeroizing<Vec<_>> =
        Zeroizing::new(entries.iter().map(|entry| *entry.part.scalar()).collect());
    let mut t = setup.registrar_list(roll_attempt, registrar);
    let proof = prove_list(&mut t, &base(), &secrets, &keys, count, fresh);

    let mut content = Vec::with_capacity(LIST_HEADER_BYTES + entries.len() * LIST_ROW_BYTES);
    content.extend_from_slice(&count.to_be_bytes());
    content.extend_from_slice(persons);
    content.extend_from_slice(&keys);
    content.extend_from_slice(&proof.encode());
    for (part, entry) in parts.iter().zip(entries) {
        content.extend_from_slice(&part.0);
        content.extend_from_slice(&entry.region.to_be_bytes());
    }
    Ok(content)
}

/// §14.4: what a registrar posts before either opens its list:
/// SHA-256(domain ‖ election id ‖ roll attempt u32 ‖ registrar u8 ‖ SHA-256 of the list's content).
#[must_use]
pub fn list_commitment(
    setup: &SetupContext,
    roll_attempt: u32,
    registrar: Registrar,
    list_digest: &[u8; 32],
) -> [u8; 32] {
    Sha256::new()
        .chain_update(domain::LIST_COMMITMENT)
        .chain_update(setup.election.0)
        .chain_update(roll_attempt.to_be_bytes())
        .chain_update([registrar.number()])
        .chain_update(list_digest)
        .finalize()
        .into()
}

/// Reads and verifies a registrar's list from its bytes in any pieces. Public data only: not constant time.
#[derive(Debug)]
pub struct ListReader {
    setup: SetupContext,
    roll_attempt: u32,
    registrar: Registrar,
    limits: RollLimits,
    pending: Vec<u8>,
    content: Sha256,
    keys: Sha256,
    header: Option<Header>,
    rows: Vec<ListRow>,
}

#[derive(Debug)]
struct Header {
    count: u32,
    persons: [u8; 32],
    keys: [u8; 32],
    verifier: ListKnowledgeVerifier,
}

impl ListReader {
    /// Begins with a list's first byte.
    #[must_use]
    pub fn new(setup: SetupContext, roll_attempt: u32, registrar: Registrar, limits: RollLimits) -> Self {
        Self {
            setup,
            roll_attempt,
            registrar,
            limits,
            pending: Vec::new(),
            content: Sha256::new(),
            keys: Sha256::new(),
            header: None,
            rows: Vec::new(),
        }
    }

    /// The rows read so far.
    #[must_use]
    pub fn rows_read(&self) -> &[ListRow] {
        &self.rows
    }

    /// Takes the next bytes. After an error the reader is of no further use.
    ///
    /// # Errors
    /// [`ListError`], as soon as a row shows it.
    pub fn absorb(&mut self, bytes: &[u8]) -> Result<(), ListError> {
        self.content.update(bytes);
        let mut held = std::mem::take(&mut self.pending);
        held.extend_from_slice(bytes);
        let mut rest = held.as_slice();
        if self.header.is_none() {
            let Some((header, after)) = rest.split_first_chunk::<LIST_HEADER_BYTES>() else {
                self.pending = held;
                return Ok(());
            };
            self.header = Some(self.read_header(header)?);
            rest = after;
        }
        let (rows, left) = rest.as_chunks::<LIST_ROW_BYTES>();
        self.absorb_rows(rows)?;
        let open = self.header.as_ref().is_some_and(|header| self.rows.len() < header.count as usize);
        if !open && !left.is_empty() {
            return Err(self.refuse(ListFault::Trailing));
        }
        self.pending = left.to_vec();
        Ok(())
    }

    /// Ends the list: all rows are there, none twice, and the proof holds.
    ///
    /// # Errors
    /// [`ListError`].
    pub fn finish(self) -> Result<RegistrarList, ListError> {
        let Self { setup, roll_attempt, registrar, pending, content, keys, header, rows, .. } = self;
        let refuse = |fault| ListError { registrar, fault };
        let short = |announced| refuse(ListFault::Short { rows: rows.len(), announced });
        let header = header.ok_or_else(|| short(0))?;
        if rows.len() != header.count as usize || !pending.is_empty() {
            return Err(short(header.count));
        }
        if header.keys != <[u8; 32]>::from(keys.finalize()) {
            return Err(refuse(ListFault::KeysDigest));
        }
        if let Some((earlier, index)) = first_duplicate(&rows, |row| row.part) {
            return Err(refuse(ListFault::Duplicate { earlier, index }));
        }
        header.verifier.finish().map_err(|_| refuse(ListFault::Proof))?;
        let digest = content.finalize().into();
        let commitment = list_commitment(&setup, roll_attempt, registrar, &digest);
        Ok(RegistrarList { registrar, persons: header.persons, rows, digest, commitment })
    }

    fn read_header(&self, bytes: &[u8; LIST_HEADER_BYTES]) -> Result<Header, ListError> {
        let malformed = || self.refuse(ListFault::MalformedProof);
        let (count, rest) = bytes.split_first_chunk::<4>().ok_or_else(malformed)?;
        let (persons, rest) = rest.split_first_chunk::<32>().ok_or_else(malformed)?;
        let (keys, rest) = rest.split_first_chunk::<32>().ok_or_else(malformed)?;
        let proof = rest.first_chunk::<64>().ok_or_else(malformed)?;
        let count = u32::from_be_bytes(*count);
        if count > self.limits.rows {
            return Err(self.refuse(ListFault::TooLong { rows: count.into(), limit: self.limits.rows }));
        }
        let proof = ListKnowledgeProof::decode(proof).map_err(|_| malformed())?;
        let mut t = self.setup.registrar_list(self.roll_attempt, self.registrar);
        let verifier =
            ListKnowledgeVerifier::new(&mut t, &base(), keys, count, &proof).map_err(|_| malformed())?;
        Ok(Header { count, persons: *persons, keys: *keys, verifier })
    }

    fn absorb_rows(&mut self, rows: &[[u8; LIST_ROW_BYTES]]) -> Result<(), ListError> {
        let first = self.rows.len();
        let registrar = self.registrar;
        let refuse = |fault| ListError { registrar, fault };
        let Some(header) = self.header.as_mut() else { return Ok(()) };
        if rows.len() > header.count as usize - first {
            return Err(refuse(ListFault::Trailing));
        }
        let regions = self.limits.regions;
        let read = |(offset, bytes): (usize, &[u8; LIST_ROW_BYTES])| {
            read_row(bytes, regions, first + offset).map_err(refuse)
        };
        let decoded: Vec<(ListRow, Point)> =
            rows.par_iter().enumerate().map(read).collect::<Result<_, _>>()?;
        decoded.iter().for_each(|(row, _)| self.keys.update(row.part.0));
        let points: Vec<Point> = decoded.iter().map(|(_, point)| *point).collect();
        header.verifier.absorb(&points).map_err(|_| refuse(ListFault::Proof))?;
        self.rows.extend(decoded.into_iter().map(|(row, _)| row));
        Ok(())
    }

    const fn refuse(&self, fault: ListFault) -> ListError {
        ListError { registrar: self.registrar, fault }
    }
}

impl RegistrarList {
    /// Whose list it is.
    #[must_use]
    pub const fn registrar(&self) -> Registrar {
        self.registrar
    }

    /// The salted digest of the voter file that it was made from.
    #[must_use]
    pub const fn persons(&self) -> &[u8; 32] {
        &self.persons
    }

    /// Its rows, in roll order.
    #[must_use]
    pub fn rows(&self) -> &[ListRow] {
        &self.rows
    }

    /// SHA-256 of the content.
    #[must_use]
    pub const fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// What its registrar must have posted before.
    #[must_use]
    pub const fn commitment(&self) -> &[u8; 32] {
        &self.commitment
    }
}

/// The first key that stands twice, with both places; by sorting, so that no attacker chooses hash collisions.
pub(super) fn first_duplicate<T>(rows: &[T], key: impl Fn(&T) -> PointBytes) -> Option<(usize, usize)> {
    let mut order: Vec<(PointBytes, usize)> =
        rows.iter().enumerate().map(|(index, row)| (key(row), index)).collect();
    order.sort_unstable();
    order
        .iter()
        .zip(order.iter().skip(1))
        .filter(|((earlier, _), (later, _))| earlier == later)
        .map(|((_, earlier), (_, later))| (*earlier, *later))
        .min_by_key(|(_, later)| *later)
}

/// The roll's base point, `G`.
const fn base() -> Point {
    curve25519_dalek::constants::RISTRETTO_BASEPOINT_POINT
}

fn read_row(bytes: &[u8; LIST_ROW_BYTES], regions: u16, index: usize) -> Result<(ListRow, Point), ListFault> {
    let (part, region) = bytes.split_first_chunk::<32>().ok_or(ListFault::Part { index })?;
    let region = u16::from_be_bytes(*region.first_chunk().ok_or(ListFault::Part { index })?);
    if region >= regions {
        return Err(ListFault::Region { index, region });
    }
    let part = PointBytes(*part);
    let point = part.decode().map_err(|_| ListFault::Part { index })?;
    Ok((ListRow { part, region }, point))
}
