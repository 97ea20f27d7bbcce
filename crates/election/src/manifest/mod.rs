//! The manifest: the officials' document that makes an election what it is (§12).
//!
//! [`Manifest::parse`] is the only way in. What it returns has been judged whole: every rule of
//! §12 holds, every question is compiled, every key decodes. The exact bytes are kept; their
//! SHA-256 is the election id.

mod check;
pub mod document;
pub mod error;
pub mod faults;
#[cfg(test)]
pub(crate) mod fixture;
mod form;
pub mod key;
mod loose;
mod question;
mod remedy;
pub mod strict;
pub mod text;
pub mod time;
mod typed;
pub mod warning;

use ed25519_dalek::VerifyingKey;
use plebiscite_board::cosignature::WitnessKey;
use plebiscite_board::policy::Policy;
use plebiscite_crypto::proof::linear_bits::LinearForm;
use serde::Serialize;
use sha2::{Digest, Sha256};

use self::check::Faults;
use self::document::{Document, Region, Rule};
use self::error::ManifestError;
use self::time::Time;
use self::warning::Warning;
use crate::contest::{Contest, ContestIndex};
use crate::rule::fraction::CommonShares;

/// SHA-256 of the manifest's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ElectionId(pub [u8; 32]);

impl ElectionId {
    /// The id of the election whose manifest is `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

impl std::fmt::Display for ElectionId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

/// Which region, in the manifest's order, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct RegionIndex(pub u16);

impl std::fmt::Display for RegionIndex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A checked manifest.
#[derive(Debug, Clone)]
pub struct Manifest {
    bytes: Vec<u8>,
    id: ElectionId,
    document: Document,
    contests: Vec<Contest>,
    siblings: Vec<Option<RegionIndex>>,
    region_votes: CommonShares,
    keys: RoleKeys,
}

/// Every key that the manifest names, decoded, in its order.
#[derive(Debug, Clone)]
struct RoleKeys {
    officials: Vec<VerifyingKey>,
    trustees: Vec<VerifyingKey>,
    registrars: Vec<VerifyingKey>,
    board: VerifyingKey,
    witnesses: Vec<VerifyingKey>,
}

impl Manifest {
    /// The longest manifest: 16 chunks of 32,768 bytes.
    pub const MAX_LEN: usize = 16 * 32_768;

    /// Reads and judges a manifest.
    ///
    /// # Errors
    /// [`ManifestError`] names the first rule of §12 that is broken, and where. Public bytes only: not
    /// constant time.
    pub fn parse(bytes: &[u8]) -> Result<Self, ManifestError> {
        Self::judge(bytes, &mut Faults::up_to(1))
    }

    /// The one judge: of the first fault, or of as many as there is room for.
    fn judge(bytes: &[u8], faults: &mut Faults) -> Result<Self, ManifestError> {
        let len = bytes.len();
        faults.ensure(len <= Self::MAX_LEN, "", || ManifestError::TooLong { len })?;
        let document: Document = strict::read(bytes)?;
        let checked = check::check(&document, faults)?;
        Ok(Self {
            bytes: bytes.to_vec(),
            id: ElectionId::of(bytes),
            document,
            contests: checked.contests,
            siblings: checked.siblings,
            region_votes: checked.region_votes,
            keys: checked.keys,
        })
    }

    /// The election id.
    pub fn id(&self) -> ElectionId {
        self.id
    }

    /// The exact bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Every field as written.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// What may be done better, with how to do it (§12.12). None of it makes the manifest invalid.
    pub fn warnings(&self) -> Vec<Warning> {
        warning::warnings(&self.document)
    }

    /// What may be done better about the times, given what time it is (§12.12).
    pub fn dated_warnings(&self, now: Time) -> Vec<Warning> {
        warning::dated(&self.document, now)
    }

    /// Whether this is a rehearsal.
    pub fn is_test(&self) -> bool {
        self.document.test
    }

    /// The compiled contests, in order; at least one.
    pub fn contests(&self) -> &[Contest] {
        &self.contests
    }

    /// One compiled contest.
    pub fn contest(&self, index: ContestIndex) -> Option<&Contest> {
        self.contests.get(usize::from(index.0))
    }

    /// The linear bit form of each contest, in order.
    pub fn forms(&self) -> impl ExactSizeIterator<Item = &LinearForm> {
        self.contests.iter().map(Contest::form)
    }

    /// How many decryption keys the ceremony makes: one for each tallied number of each contest.
    pub fn key_count(&self) -> usize {
        self.contests.last().map_or(0, |contest| contest.keys().end)
    }

    /// How many generators `G_i` the widest contest needs.
    pub fn generator_count(&self) -> usize {
        self.forms().map(LinearForm::bits).max().unwrap_or(0)
    }

    /// The bytes of all contests of one ballot together.
    pub fn contests_len(&self) -> usize {
        self.forms().map(LinearForm::wire_len).sum()
    }

    /// The regions, in order; at least one.
    pub fn regions(&self) -> &[Region] {
        &self.document.regions
    }

    /// One region.
    pub fn region(&self, index: RegionIndex) -> Option<&Region> {
        self.document.regions.get(usize::from(index.0))
    }

    /// The region with this id.
    pub fn region_of(&self, id: &str) -> Option<RegionIndex> {
        position(self.document.regions.iter().map(|region| region.id.as_str()), id).map(RegionIndex)
    }

    /// The sibling of a region, if it has one.
    pub fn sibling(&self, index: RegionIndex) -> Option<RegionIndex> {
        self.siblings.get(usize::from(index.0)).copied().flatten()
    }

    /// What each region weighs in a majority of regions, over one denominator.
    pub fn region_votes(&self) -> &CommonShares {
        &self.region_votes
    }

    /// The decision rule of a yes/no contest; `None` for other kinds.
    pub fn rule(&self, index: ContestIndex) -> Option<&Rule> {
        let id = self.contest(index)?.id();
        self.document.rules.iter().find(|rule| rule.contest == id)
    }

    /// The officials' keys.
    pub fn officials(&self) -> &[VerifyingKey] {
        &self.keys.officials
    }

    /// `u`: how many officials sign an act.
    pub fn officials_quorum(&self) -> usize {
        usize::from(self.document.officials.quorum)
    }

    /// The trustees' signature keys; the trustee of index `i` (from 1) is at `i − 1`.
    pub fn trustees(&self) -> &[VerifyingKey] {
        &self.keys.trustees
    }

    /// `t`: how many trustees decrypt.
    pub fn threshold(&self) -> usize {
        usize::from(self.document.trustees.threshold)
    }

    /// `c = ⌈(n + t)/2⌉`: how many trustees confirm a seal.
    pub fn confirmations(&self) -> usize {
        self.keys.trustees.len().saturating_add(self.threshold()).div_ceil(2)
    }

    /// The registrars' keys: one or two.
    pub fn registrars(&self) -> &[VerifyingKey] {
        &self.keys.registrars
    }

    /// The greatest size of the roll.
    pub fn roll_maximum(&self) -> u32 {
        self.document.roll.maximum
    }

    /// The board's first key.
    pub fn board_key(&self) -> &VerifyingKey {
        &self.keys.board
    }

    /// The witnesses' keys; may be empty.
    pub fn witnesses(&self) -> &[VerifyingKey] {
        &self.keys.witnesses
    }

    /// `f`: how many faulty witnesses are to be survived.
    pub fn faulty_witnesses(&self) -> usize {
        usize::from(self.document.witnesses.faulty)
    }

    /// How many cosignatures a receipt's checkpoint needs.
    pub fn witness_quorum(&self) -> usize {
        usize::from(self.document.witnesses.quorum)
    }

    /// The witness policy: any `quorum` of the witnesses (§11.10). None where the manifest names no witness.
    pub fn witness_policy(&self) -> Option<Policy> {
        let names = self.document.witnesses.keys.iter().map(|member| &member.name);
        let keys = names.zip(&self.keys.witnesses).map(|(name, key)| WitnessKey::new(name, *key).ok());
        let keys: Vec<WitnessKey> = keys.collect::<Option<_>>()?;
        if keys.is_empty() { None } else { Policy::of(keys, self.witness_quorum()).ok() }
    }
}

/// The place of `id` in a list that is known to have at most 65,536 members.
fn position<'a>(mut ids: impl Iterator<Item = &'a str>, id: &str) -> Option<u16> {
    ids.position(|other| other == id).and_then(|place| u16::try_from(place).ok())
}
