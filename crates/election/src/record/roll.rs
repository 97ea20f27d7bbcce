//! The roll's place in the log: commitments, lists, attempts, the seal (§14, §20.6).

use std::collections::BTreeMap;
use std::sync::Arc;

use plebiscite_board::merkle::Roots;
use plebiscite_crypto::group::PointBytes;

use super::refusal::{Check, Outcome, Reason, Refusal, ensure};
use super::{Phase, Record};
use crate::ballot::ElectionParameters;
use crate::context::{ElectionContext, SetupContext, roll_base_point};
use crate::cores;
use crate::credential::{
    ListError, ListReader, Registrar, RegistrarList, Roll, RollLimits, RollRow, UsedCredentials, list_length,
};
use crate::entry::{Act, Chunk, Head, Role, RollAttemptEnded, RollCommitment, RollSeal};

/// The roll attempt in force, and the roll once sealed.
#[derive(Debug)]
pub(super) struct RollState {
    attempt: u32,
    commitments: BTreeMap<u16, [u8; 32]>,
    /// Size of the log once all commitments stood: what lists must have seen.
    committed: u64,
    readers: BTreeMap<u16, Reading>,
    lists: BTreeMap<u16, RegistrarList>,
    used: UsedCredentials,
    sealed: Option<Roll>,
    /// Roll indices in the order of their credentials: 4 bytes a row.
    order: Vec<u32>,
    /// Rows of credentials that replaced others.
    replacing: BTreeMap<PointBytes, u32>,
    replaced: BTreeMap<u32, Replaced>,
    replacements: u32,
    kept: Option<KeptRoll>,
}

/// Credentials of a roll that was sealed among these first entries, by whoever judged them before.
#[derive(Debug)]
struct KeptRoll {
    entries: u64,
    credentials: Vec<PointBytes>,
}

/// A list whose chunks are coming.
#[derive(Debug)]
enum Reading {
    /// All chunks so far may stand.
    Open(Box<ListReader>),
    /// The next chunk was refused, and there is no other under the signed head. It stays unentered: whoever replays the
    /// log never sees it, so what is remembered here is what the chunks before it showed, as a replay would.
    False { shown: Vec<PointBytes>, refusal: Refusal },
}

/// The latest replacement of one row's credential.
#[derive(Clone, Copy, Debug)]
struct Replaced {
    credential: PointBytes,
    entry: u64,
}

impl Default for RollState {
    fn default() -> Self {
        Self {
            attempt: 1,
            commitments: BTreeMap::new(),
            committed: 0,
            readers: BTreeMap::new(),
            lists: BTreeMap::new(),
            used: UsedCredentials::default(),
            sealed: None,
            order: Vec::new(),
            replacing: BTreeMap::new(),
            replaced: BTreeMap::new(),
            replacements: 0,
            kept: None,
        }
    }
}

impl Record {
    /// The same record, for whoever judged the first `entries` of this very log before, the roll's seal among them, and kept
    /// the roll's credentials (§11.18): these registrars' lists are read and not proven again, and the credentials are not
    /// added up again but held against the root that the seal signs.
    #[must_use]
    pub fn with_kept_roll(mut self, entries: u64, credentials: Vec<PointBytes>) -> Self {
        self.roll.kept = Some(KeptRoll { entries, credentials });
        self
    }

    /// Whether credentials were kept of a roll that is not sealed yet. Where the first `entries` are over, these entries are
    /// others, or the roll was sealed behind them: lists that begin among them and end behind were not proven by anyone.
    #[must_use]
    pub const fn awaits_kept_roll(&self) -> bool {
        self.roll.kept.is_some()
    }

    fn kept_roll(&self) -> Option<&KeptRoll> {
        self.roll.kept.as_ref().filter(|kept| self.size < kept.entries)
    }

    /// The roll attempt in force, from 1.
    #[must_use]
    pub const fn roll_attempt(&self) -> u32 {
        self.roll.attempt
    }

    /// Registrars whose commitment of the attempt in force stands.
    pub fn roll_commitments(&self) -> impl Iterator<Item = u16> {
        self.roll.commitments.keys().copied()
    }

    /// Registrars whose list of the attempt in force is complete.
    pub fn roll_lists(&self) -> impl Iterator<Item = u16> {
        self.roll.lists.keys().copied()
    }

    /// The least size of the log that lists of the attempt in force must have seen; once all commitments stand.
    #[must_use]
    pub fn roll_committed(&self) -> Option<u64> {
        let all = self.parties.as_ref()?.registrar_count();
        (self.roll.commitments.len() == all).then_some(self.roll.committed)
    }

    /// The sealed roll.
    #[must_use]
    pub const fn roll(&self) -> Option<&Roll> {
        self.roll.sealed.as_ref()
    }

    /// The credential in force and the region of a row.
    #[must_use]
    pub fn credential(&self, index: u32) -> Option<RollRow> {
        let row = self.roll.sealed.as_ref()?.row(index)?;
        let credential =
            self.roll.replaced.get(&index).map_or(row.credential, |replaced| replaced.credential);
        Some(RollRow { credential, region: row.region })
    }

    /// The row that a credential has or had, by the sealed roll or by a replacement.
    #[must_use]
    pub fn row_of(&self, credential: &PointBytes) -> Option<u32> {
        self.roll.sealed_row(credential).or_else(|| self.roll.replacing.get(credential).copied())
    }

    /// The entry of the latest replacement of a row's credential.
    #[must_use]
    pub fn replacement_entry(&self, index: u32) -> Option<u64> {
        self.roll.replaced.get(&index).map(|replaced| replaced.entry)
    }

    /// How many replacements stand.
    #[must_use]
    pub const fn replacements(&self) -> u32 {
        self.roll.replacements
    }

    /// The base of the registrars' proofs.
    #[must_use]
    pub fn setup_context(&self) -> Option<SetupContext> {
        let election = self.election()?;
        Some(SetupContext { election, attempt: self.keys()?.attempt })
    }

    fn registrar(&self, number: u16) -> Result<Registrar, Refusal> {
        let known = usize::from(number) < self.parties()?.registrar_count();
        let registrar = Registrar::ALL.get(usize::from(number)).copied().filter(|_| known);
        registrar
            .ok_or_else(|| Refusal::new(Check::EntrySignatures, Reason::Outside { what: "the registrar" }))
    }

    pub(super) fn roll_commitment(&mut self, entry: &RollCommitment) -> Result<Outcome, Refusal> {
        self.ensure_election(entry.election)?;
        self.registrar(entry.registrar)?;
        let parties = self.parties()?;
        let all = parties.registrar_count();
        ensure(entry.attempt == self.roll.attempt, Check::RollCommitment, || Reason::NotFollowing {
            field: "roll attempt",
        })?;
        ensure(!self.roll.commitments.contains_key(&entry.registrar), Check::RollCommitment, || {
            Reason::Twice { what: "this registrar's commitment" }
        })?;
        if let Some(key) = parties.registrar(entry.registrar) {
            entry.verify(key).map_err(|error| Refusal::new(Check::EntrySignatures, error))?;
        }
        self.roll.commitments.insert(entry.registrar, entry.commitment);
        if self.roll.commitments.len() == all {
            self.roll.committed = self.size + 1;
        }
        Ok(Outcome::Accepted)
    }

    pub(super) fn roll_list_head(&mut self, head: &Head, roots: &dyn Roots) -> Result<(), Refusal> {
        self.ensure_election(head.election)?;
        let registrar = self.registrar(head.slot.signer)?;
        ensure(head.slot.attempt == self.roll.attempt, Check::RollList, || Reason::NotFollowing {
            field: "roll attempt",
        })?;
        let committed = self.roll_committed().ok_or_else(|| {
            Refusal::new(Check::RollCommitment, Reason::Missing { what: "a registrar's commitment" })
        })?;
        self.sets.ensure_free(head.slot, Check::RollList)?;
        let manifest = self.checked_manifest()?;
        let rows = manifest.roll_maximum();
        ensure(head.length <= list_length(rows), Check::RollList, || Reason::Outside { what: "the length" })?;
        self.ensure_seen(&head.seen, committed, roots)?;
        self.ensure_signer(head, Role::Registrar)?;
        let setup = self.setup_context().ok_or_else(|| {
            Refusal::new(Check::RollList, Reason::Missing { what: "the confirmation of the keys" })
        })?;
        let regions = u16::try_from(manifest.regions().len()).unwrap_or(u16::MAX);
        let reader = ListReader::new(setup, self.roll.attempt, registrar, RollLimits { regions, rows });
        let reader = if self.kept_roll().is_some() { reader.vouched() } else { reader };
        self.roll.readers.insert(head.slot.signer, Reading::Open(Box::new(reader)));
        Ok(())
    }

    pub(super) fn roll_list_chunk(&mut self, chunk: &Chunk) -> Result<Outcome, Refusal> {
        let registrar = chunk.slot.signer;
        let missing = || Refusal::new(Check::RollList, Reason::Missing { what: "the head of this list" });
        let mut reader = match self.roll.readers.remove(&registrar).ok_or_else(missing)? {
            Reading::Open(reader) => reader,
            Reading::False { shown, refusal } => {
                self.roll.readers.insert(registrar, Reading::False { shown, refusal: refusal.clone() });
                return Err(refusal);
            }
        };
        let before = reader.rows_read().len();
        if let Err(error) = reader.absorb(&chunk.bytes) {
            return self.false_list(registrar, shown_parts(&reader, before), list_refusal(&error));
        }
        if self.sets.is_last(chunk) {
            let shown = shown_parts(&reader, before);
            let list = reader.finish().map_err(|error| list_refusal(&error));
            if let Err(refusal) = list.and_then(|list| self.roll.complete(registrar, list)) {
                return self.false_list(registrar, shown, refusal);
            }
        } else {
            self.roll.readers.insert(registrar, Reading::Open(reader));
        }
        self.sets.take(chunk);
        Ok(Outcome::Accepted)
    }

    /// Refuses a list's chunk, and every later offer of it, by the same reason.
    fn false_list(
        &mut self,
        registrar: u16,
        shown: Vec<PointBytes>,
        refusal: Refusal,
    ) -> Result<Outcome, Refusal> {
        self.roll.readers.insert(registrar, Reading::False { shown, refusal: refusal.clone() });
        Err(refusal)
    }

    pub(super) fn roll_attempt_ended(
        &mut self,
        act: &Act<RollAttemptEnded>,
        roots: &dyn Roots,
    ) -> Result<Outcome, Refusal> {
        self.ensure_act(act, roots)?;
        ensure(act.body.number == self.roll.attempt, Check::RollCommitment, || Reason::NotFollowing {
            field: "roll attempt",
        })?;
        ensure(!self.roll.commitments.is_empty(), Check::RollCommitment, || Reason::Missing {
            what: "a first commitment",
        })?;
        let next = self.roll.attempt.checked_add(1);
        let next = next.ok_or_else(|| {
            Refusal::new(Check::RollCommitment, Reason::Outside { what: "the roll attempt" })
        })?;
        self.roll.end_attempt(next);
        self.sets.void_open();
        Ok(self.acted())
    }

    /// The roll that stands complete, and the seal that registrars and officials must sign for it.
    ///
    /// # Errors
    /// A list is missing, or the lists do not make a roll.
    pub fn roll_seal_body(&self) -> Result<(RollSeal, Roll), Refusal> {
        let all = self.parties()?.registrar_count();
        ensure(self.roll.lists.len() == all, Check::RollSeal, || Reason::Missing {
            what: "a registrar's list",
        })?;
        let lists: Vec<&RegistrarList> = self.roll.lists.values().collect();
        let refuse = |error: crate::credential::RollError| {
            Refusal::new(Check::RollSeal, Reason::False(error.to_string()))
        };
        let roll = match self.kept_roll() {
            Some(kept) => Roll::of_kept(&lists, &kept.credentials).map_err(refuse)?,
            None => Roll::combine(&lists).map_err(refuse)?,
        };
        let used = roll.rows().iter().any(|row| self.roll.used.contains(&row.credential));
        ensure(!used, Check::RollSeal, || Reason::Twice { what: "a credential of an earlier attempt" })?;
        let count = u32::try_from(roll.rows().len())
            .map_err(|_| Refusal::new(Check::RollSeal, Reason::Outside { what: "the size of the roll" }))?;
        let seal = RollSeal {
            attempt: self.roll.attempt,
            count,
            roll_root: *roll.root(),
            base: roll_base_point().0,
        };
        Ok((seal, roll))
    }

    pub(super) fn roll_seal(&mut self, act: &Act<RollSeal>, roots: &dyn Roots) -> Result<Outcome, Refusal> {
        self.ensure_act(act, roots)?;
        let (expected, roll) = self.roll_seal_body()?;
        ensure(act.body == expected, Check::RollSeal, || Reason::NotFollowing { field: "roll" })?;
        let manifest = self.checked_manifest()?;
        let mut eligible = vec![0u64; manifest.regions().len()];
        for row in roll.rows() {
            if let Some(count) = eligible.get_mut(usize::from(row.region)) {
                *count += 1;
            }
        }
        let least = u64::from(manifest.document().privacy.minimum_eligible);
        let enough = manifest
            .regions()
            .iter()
            .zip(&eligible)
            .all(|(region, count)| !region.always_opened || *count >= least);
        ensure(enough, Check::RollSeal, || Reason::Outside {
            what: "the number of eligible voters of an always-opened region",
        })?;
        let parameters = self.parameters_for(&roll)?;
        self.vote.begin(Arc::new(parameters), roll.rows().len(), eligible);
        self.roll.seal(roll);
        self.phase = Phase::RollSealed;
        Ok(self.acted())
    }

    /// Context, forms and keys of this election's ballots.
    fn parameters_for(&self, roll: &Roll) -> Result<ElectionParameters, Refusal> {
        let missing =
            || Refusal::new(Check::RollSeal, Reason::Missing { what: "the confirmation of the keys" });
        let refuse = |error: String| Refusal::new(Check::RollSeal, Reason::False(error));
        let keys = self.keys().ok_or_else(missing)?;
        let setup = self.setup_context().ok_or_else(missing)?;
        let context = ElectionContext::new(
            setup,
            keys.key_digest,
            keys.ceremony_digest,
            *roll.root(),
            roll_base_point(),
        )
        .map_err(|error| refuse(error.to_string()))?;
        let manifest = self.checked_manifest()?;
        ElectionParameters::of(context, &manifest, &keys.keys).map_err(|error| refuse(error.to_string()))
    }

    pub(super) fn replace_credential(&mut self, index: u32, new: PointBytes, parts: &[PointBytes]) {
        for key in parts.iter().chain([&new]) {
            // With one registrar the part is the credential: noting it twice is no fault.
            let _ = self.roll.used.note(*key);
        }
        self.roll.replacing.insert(new, index);
        self.roll.replaced.insert(index, Replaced { credential: new, entry: self.size });
        self.roll.replacements += 1;
    }

    pub(super) fn was_used(&self, key: &PointBytes) -> bool {
        self.roll.sealed_row(key).is_some() || self.roll.used.contains(key)
    }
}

impl RollState {
    fn complete(&mut self, registrar: u16, list: RegistrarList) -> Result<(), Refusal> {
        let committed = self.commitments.get(&registrar) == Some(list.commitment());
        ensure(committed, Check::RollCommitment, || Reason::NotFollowing {
            field: "the list, by its commitment,",
        })?;
        let used = list.rows().iter().any(|row| self.used.contains(&row.part));
        ensure(!used, Check::RollList, || Reason::Twice { what: "a part of an earlier attempt" })?;
        self.lists.insert(registrar, list);
        Ok(())
    }

    /// Notes everything that the attempt showed, so that none of it can come again, and begins the next.
    fn end_attempt(&mut self, next: u32) {
        let lists: Vec<&RegistrarList> = self.lists.values().collect();
        if let Ok(roll) = Roll::combine(&lists) {
            note_all(&mut self.used, roll.rows().iter().map(|row| row.credential));
        }
        note_all(&mut self.used, lists.iter().flat_map(|list| list.rows()).map(|row| row.part));
        for reading in self.readers.values() {
            match reading {
                Reading::Open(reader) => {
                    note_all(&mut self.used, reader.rows_read().iter().map(|row| row.part));
                }
                Reading::False { shown, .. } => note_all(&mut self.used, shown.iter().copied()),
            }
        }
        self.attempt = next;
        self.commitments.clear();
        self.readers.clear();
        self.lists.clear();
    }

    fn seal(&mut self, roll: Roll) {
        // One registrar's parts are the credentials, which the roll has.
        if self.lists.len() > 1 {
            self.used.note_sealed(self.lists.values().flat_map(RegistrarList::rows).map(|row| row.part));
        }
        let rows = roll.rows();
        // A list has at most u32::MAX rows: its header counts them in a u32.
        let mut order: Vec<u32> = (0u32..).zip(rows).map(|(index, _)| index).collect();
        cores::sort_by_key(&mut order, |index| rows.get(*index as usize).map(|row| row.credential));
        self.order = order;
        self.lists.clear();
        self.readers.clear();
        self.kept = None;
        self.sealed = Some(roll);
    }

    /// The row of a credential of the sealed roll.
    fn sealed_row(&self, credential: &PointBytes) -> Option<u32> {
        let roll = self.sealed.as_ref()?;
        let of = |index: &u32| roll.row(*index).map(|row| row.credential);
        let place = self.order.binary_search_by_key(&Some(*credential), of).ok()?;
        self.order.get(place).copied()
    }
}

/// The parts of a list's first rows.
fn shown_parts(reader: &ListReader, rows: usize) -> Vec<PointBytes> {
    reader.rows_read().iter().take(rows).map(|row| row.part).collect()
}

fn list_refusal(error: &ListError) -> Refusal {
    Refusal::new(Check::RollList, Reason::False(error.to_string()))
}

/// Notes keys as used; those that were noted before stay so.
fn note_all(used: &mut UsedCredentials, keys: impl Iterator<Item = PointBytes>) {
    for key in keys {
        let _ = used.note(key);
    }
}
