//! The roll: the sums of all registrars' parts, and its root (§14.5).

use std::collections::HashSet;

use curve25519_dalek::traits::{Identity, IsIdentity};
use plebiscite_board::merkle;
use plebiscite_crypto::engine::Engine;
use plebiscite_crypto::group::{Point, PointBytes};
use thiserror::Error;

use super::code::Registrar;
use super::list::{ListRow, RegistrarList, first_duplicate};
use crate::cores;

/// Rows that one core adds up at a time.
const SHARE: usize = 1024;

/// One row of the roll: a public credential and its region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RollRow {
    /// `K`, the sum of all registrars' parts.
    pub credential: PointBytes,
    /// Region by its position in the manifest.
    pub region: u16,
}

/// The whole roll with its root. Made only from lists that were verified.
#[derive(Clone, Debug)]
pub struct Roll {
    rows: Vec<RollRow>,
    root: [u8; 32],
}

/// Why lists do not make a roll, or a row is not in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum RollError {
    /// Not exactly one list of each registrar, in order.
    #[error("the roll needs one list of each registrar, in order")]
    Lists,
    /// Lists of different lengths.
    #[error("the registrars' lists have {first} and {second} rows")]
    Count {
        /// Rows of the first registrar.
        first: usize,
        /// Rows of the second.
        second: usize,
    },
    /// Lists made from different voter files.
    #[error("the registrars' lists were not made from the same voter file")]
    Persons,
    /// The lists disagree on a region.
    #[error("row {index}: the registrars name different regions")]
    Region {
        /// The row.
        index: usize,
    },
    /// The parts cancel out, or one is no point.
    #[error("row {index}: the credential is the identity, or a part is no point")]
    Credential {
        /// The row.
        index: usize,
    },
    /// The same credential twice.
    #[error("rows {earlier} and {index} have the same credential")]
    Duplicate {
        /// The first of the two.
        earlier: usize,
        /// The second.
        index: usize,
    },
    /// The path does not lead from the row to the root.
    #[error("row {index} is not under the roll root")]
    Path {
        /// The row.
        index: usize,
    },
}

impl Roll {
    /// Adds the registrars' lists up, row by row, and computes the root. Public data only.
    ///
    /// # Errors
    /// [`RollError`], naming the row.
    pub fn combine(lists: &[&RegistrarList]) -> Result<Self, RollError> {
        let first = agreed(lists)?;
        let added = |share, rows: &[ListRow]| add_rows(lists, share * SHARE, rows);
        let shares = cores::in_shares(first.rows(), SHARE, added).into_iter();
        let rows = shares.collect::<Result<Vec<Vec<RollRow>>, _>>()?.concat();
        if let Some((earlier, index)) = first_duplicate(&rows, |row| row.credential) {
            return Err(RollError::Duplicate { earlier, index });
        }
        Ok(Self::of(rows))
    }

    /// The roll of lists that the caller has combined before, whose credentials it kept (§11.18). They are believed only as
    /// far as a root says that is compared afterwards, with the seal's.
    ///
    /// # Errors
    /// [`RollError`]: not so many as the lists have rows, or the lists do not fit together.
    pub fn of_kept(lists: &[&RegistrarList], credentials: &[PointBytes]) -> Result<Self, RollError> {
        let first = agreed(lists)?;
        let (rows, kept) = (first.rows().len(), credentials.len());
        if rows != kept {
            return Err(RollError::Count { first: rows, second: kept });
        }
        let row = |(credential, row): (&PointBytes, &ListRow)| RollRow {
            credential: *credential,
            region: row.region,
        };
        Ok(Self::of(credentials.iter().zip(first.rows()).map(row).collect()))
    }

    fn of(rows: Vec<RollRow>) -> Self {
        let leaves: Vec<merkle::Hash> =
            cores::in_shares(&rows, SHARE, |share, rows| leaf_hashes(share * SHARE, rows)).concat();
        Self { root: merkle::root(&leaves).0, rows }
    }

    /// The rows, in roll order; a voter's roll number is its row's position.
    #[must_use]
    pub fn rows(&self) -> &[RollRow] {
        &self.rows
    }

    /// One row.
    #[must_use]
    pub fn row(&self, index: u32) -> Option<&RollRow> {
        self.rows.get(usize::try_from(index).ok()?)
    }

    /// The tree over the rows' leaves, for inclusion paths of [`verify_roll_row`]: 64 bytes a row, built in one pass.
    #[must_use]
    pub fn tree(&self) -> merkle::Tree {
        merkle::Tree::of(self.rows.iter().enumerate().map(|(index, row)| leaf_hash(index, row)))
    }

    /// RFC 6962 root over the rows' leaves.
    #[must_use]
    pub const fn root(&self) -> &[u8; 32] {
        &self.root
    }
}

/// The first registrar's list, where there is one of each registrar, in order, and all fit together.
fn agreed<'l>(lists: &[&'l RegistrarList]) -> Result<&'l RegistrarList, RollError> {
    let (first, others) = lists.split_first().ok_or(RollError::Lists)?;
    if !lists.iter().map(|list| list.registrar()).eq(Registrar::ALL.into_iter().take(lists.len())) {
        return Err(RollError::Lists);
    }
    others.iter().try_for_each(|other| agree(first, other))?;
    Ok(first)
}

/// The leaf of a row: index u32 ‖ K 32 ‖ region u16.
#[must_use]
pub fn roll_leaf(index: u32, row: &RollRow) -> [u8; 38] {
    let mut leaf = [0; 38];
    let fields = index.to_be_bytes().into_iter().chain(row.credential.0).chain(row.region.to_be_bytes());
    leaf.iter_mut().zip(fields).for_each(|(place, byte)| *place = byte);
    leaf
}

/// The sum of one credential's parts; none where a part is no point or the parts cancel out.
#[must_use]
pub fn combine_parts(parts: &[PointBytes]) -> Option<Point> {
    let mut sum = Point::identity();
    for part in parts {
        sum += part.decode().ok()?;
    }
    (!sum.is_identity()).then_some(sum)
}

/// Checks that a row stands under a roll root.
///
/// # Errors
/// [`RollError::Path`].
pub fn verify_roll_row(
    index: u32,
    row: &RollRow,
    size: u32,
    path: &[[u8; 32]],
    root: &[u8; 32],
) -> Result<(), RollError> {
    let path: Vec<merkle::Hash> = path.iter().copied().map(merkle::Hash).collect();
    let leaf = merkle::leaf_hash(&roll_leaf(index, row));
    merkle::verify_inclusion(leaf, u64::from(index), u64::from(size), &path, merkle::Hash(*root))
        .map_err(|_| RollError::Path { index: index as usize })
}

/// Every credential and part that has ever stood in this election: a new one may not be among them.
#[derive(Clone, Debug, Default)]
pub struct UsedCredentials {
    /// A few, as they came.
    noted: HashSet<PointBytes>,
    /// The parts of the sealed roll, ascending: 32 bytes each, and no more.
    sealed: Vec<PointBytes>,
}

impl UsedCredentials {
    /// Notes one more key, unless it is there already.
    #[must_use = "a key that was used before is refused"]
    pub fn note(&mut self, key: PointBytes) -> bool {
        !self.contains(&key) && self.noted.insert(key)
    }

    /// Notes the parts of the sealed roll, in the place of any that were.
    pub fn note_sealed(&mut self, parts: impl Iterator<Item = PointBytes>) {
        let mut sealed: Vec<PointBytes> = parts.collect();
        cores::sort_by_key(&mut sealed, |part| *part);
        sealed.shrink_to_fit();
        self.sealed = sealed;
    }

    /// Whether a key was used before.
    #[must_use]
    pub fn contains(&self, key: &PointBytes) -> bool {
        self.noted.contains(key) || self.sealed.binary_search(key).is_ok()
    }
}

fn agree(first: &RegistrarList, other: &RegistrarList) -> Result<(), RollError> {
    let (ours, theirs) = (first.rows(), other.rows());
    if ours.len() != theirs.len() {
        return Err(RollError::Count { first: ours.len(), second: theirs.len() });
    }
    if first.persons() != other.persons() {
        return Err(RollError::Persons);
    }
    match ours.iter().zip(theirs).position(|(a, b)| a.region != b.region) {
        Some(index) => Err(RollError::Region { index }),
        None => Ok(()),
    }
}

/// Adds up some rows, from number `first` on; `rows` are those of the first list, and all lists have as many.
fn add_rows(lists: &[&RegistrarList], first: usize, rows: &[ListRow]) -> Result<Vec<RollRow>, RollError> {
    let row = |row: &ListRow, credential| RollRow { credential, region: row.region };
    if lists.len() == 1 {
        return Ok(rows.iter().map(|own| row(own, own.part)).collect());
    }
    let parts = lists.iter().flat_map(|list| list.rows().iter().skip(first).take(rows.len()));
    let parts: Vec<PointBytes> = parts.map(|row| row.part).collect();
    // A share's rows are few: their places fit into 32 bits.
    let places = |number: usize| (0..lists.len()).map(move |list| (number + list * rows.len()) as u32);
    let places: Vec<Vec<u32>> = (0..rows.len()).map(|number| places(number).collect()).collect();
    let places: Vec<&[u32]> = places.iter().map(Vec::as_slice).collect();
    let refuse = |number: usize| RollError::Credential { index: first + number };
    let sums =
        Engine::fastest().sums(&parts, &places).map_err(|fault| refuse(fault.place % rows.len().max(1)))?;
    let credential = |(number, (own, sum)): (usize, (&ListRow, &PointBytes))| {
        if *sum == PointBytes::IDENTITY { Err(refuse(number)) } else { Ok(row(own, *sum)) }
    };
    rows.iter().zip(&sums).enumerate().map(credential).collect()
}

fn leaf_hashes(first: usize, rows: &[RollRow]) -> Vec<merkle::Hash> {
    (first..).zip(rows).map(|(index, row)| leaf_hash(index, row)).collect()
}

fn leaf_hash(index: usize, row: &RollRow) -> merkle::Hash {
    // A list has at most u32::MAX rows: its header counts them in a u32.
    merkle::leaf_hash(&roll_leaf(u32::try_from(index).unwrap_or(u32::MAX), row))
}
