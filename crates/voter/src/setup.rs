//! Before anything is encrypted: manifest, confirmations of all trustees, roll seal, opening, no close (§25.1).

use ed25519_dalek::VerifyingKey;
use plebiscite_board::checkpoint::{CheckpointError, SignedCheckpoint};
use plebiscite_board::note::NoteKey;
use plebiscite_crypto::threshold::CeremonyParams;
use plebiscite_crypto::threshold::ceremony::KeyConfirmation;
use plebiscite_election::ballot::ElectionParameters;
use plebiscite_election::context::{ElectionContext, SetupContext, roll_base_point};
use plebiscite_election::entry::{
    Act, Body, ElectionId, Entry, MessageKind, Role, RollSeal, SignatureError, Signatures, Succeeded,
};
use plebiscite_election::manifest::Manifest;
use plebiscite_election::manifest::key::PublicKey;
use plebiscite_election::record::Record;
use thiserror::Error;

/// The entries that a client reads before it votes, each authenticated against one checkpoint by whoever read it, with
/// its index where the order matters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SetupEntries {
    /// The manifest's head and chunks.
    pub manifest: Vec<Vec<u8>>,
    /// Head and chunks of each trustee's confirmation of the keys.
    pub confirmations: Vec<Vec<Vec<u8>>>,
    /// The roll seal.
    pub roll_seal: Option<(u64, Vec<u8>)>,
    /// The opening.
    pub open: Option<(u64, Vec<u8>)>,
    /// Extensions, ascending.
    pub extensions: Vec<(u64, Vec<u8>)>,
    /// Successor keys, ascending.
    pub successors: Vec<(u64, Vec<u8>)>,
    /// The close.
    pub close: Option<(u64, Vec<u8>)>,
    /// The cancellation.
    pub cancel: Option<(u64, Vec<u8>)>,
}

/// An election that has been checked against the letter's id, ready for ballots.
#[derive(Clone, Debug)]
pub struct Setup {
    id: ElectionId,
    manifest: Manifest,
    parameters: ElectionParameters,
    roll_size: u32,
    closing_time: u64,
    officials: Vec<VerifyingKey>,
    successions: Vec<Succession>,
    /// With the size from which on each signs checkpoints, ascending.
    boards: Vec<(u64, NoteKey)>,
    board: NoteKey,
    opened_at: u64,
    closed: bool,
    cancelled: bool,
}

/// Why a client refuses to vote here.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SetupError {
    /// The manifest is not that of the letter, or not whole.
    #[error("the manifest is not that of the election on your letter: {0}")]
    Manifest(String),
    /// Something that must stand before voting does not.
    #[error("{0} is missing: voting is not open")]
    Missing(&'static str),
    /// An entry is not what the hints say it is.
    #[error("what was given as {0} is something else")]
    Kind(&'static str),
    /// A signature is missing or false.
    #[error("{what}: {error}")]
    Signature {
        /// Under what.
        what: &'static str,
        /// What is wrong.
        error: SignatureError,
    },
    /// Not all trustees confirm the same keys.
    #[error("trustee {trustee} does not confirm the same keys as the others")]
    Confirmation {
        /// Who.
        trustee: u16,
    },
    /// Keys, ceremony or roll differ between what was confirmed, sealed and opened.
    #[error("{0} is not the one that was confirmed and sealed")]
    Differs(&'static str),
    /// An act of officials that did not see an earlier one which is shown: that withdrew it (§20.2).
    #[error("{0} was withdrawn by an earlier entry of the officials")]
    Withdrawn(&'static str),
    /// Voting has ended.
    #[error("voting has ended: {0}")]
    Ended(&'static str),
    /// The checkpoint is not this election's.
    #[error("the board's checkpoint is refused: {0}")]
    Checkpoint(#[from] CheckpointError),
}

impl Setup {
    /// Checks everything that a client checks before it encrypts, in the order of §25.1. `checkpoint` is the note that the
    /// entries were authenticated against.
    ///
    /// # Errors
    /// [`SetupError`], the first check that fails.
    pub fn verify(
        expected: ElectionId,
        entries: &SetupEntries,
        checkpoint: &[u8],
    ) -> Result<(Self, SignedCheckpoint), SetupError> {
        Self::verify_for(expected, entries, checkpoint, true)
    }

    /// The same checks for whoever looks and does not vote: voting may have ended.
    ///
    /// # Errors
    /// [`SetupError`], the first check that fails; never [`SetupError::Ended`].
    pub fn verify_to_look(
        expected: ElectionId,
        entries: &SetupEntries,
        checkpoint: &[u8],
    ) -> Result<(Self, SignedCheckpoint), SetupError> {
        Self::verify_for(expected, entries, checkpoint, false)
    }

    fn verify_for(
        expected: ElectionId,
        entries: &SetupEntries,
        checkpoint: &[u8],
        voting: bool,
    ) -> Result<(Self, SignedCheckpoint), SetupError> {
        let manifest = manifest(expected, &entries.manifest)?;
        let mut keys = Keys::of(&manifest, expected, entries)?;
        let (confirmation, attempt) = confirmation(&manifest, expected, &entries.confirmations)?;
        let (sealed_at, seal) = entries.roll_seal.as_ref().ok_or(SetupError::Missing("the roll seal"))?;
        let seal: Act<RollSeal> = match Entry::decode(seal) {
            Ok(Entry::RollSeal(act)) => act,
            _ => return Err(SetupError::Kind("the roll seal")),
        };
        keys.shown("the roll seal", expected, *sealed_at, &seal)?;
        let (opened_at, open) = entries.open.as_ref().ok_or(SetupError::Missing("the opening"))?;
        let open = match Entry::decode(open) {
            Ok(Entry::Open(act)) => act,
            _ => return Err(SetupError::Kind("the opening")),
        };
        keys.shown("the opening", expected, *opened_at, &open)?;
        let key_digest = confirmation.keys.digest();
        for (same, what) in [
            (seal.body.base == roll_base_point().0, "the roll's base point"),
            (open.body.key_digest == key_digest, "the opening's keys"),
            (open.body.ceremony_digest == confirmation.ceremony, "the opening's ceremony"),
            (open.body.roll_root == seal.body.roll_root, "the opening's roll"),
        ] {
            if !same {
                return Err(SetupError::Differs(what));
            }
        }
        if voting && entries.close.is_some() {
            return Err(SetupError::Ended("a close stands in the log"));
        }
        if voting && entries.cancel.is_some() {
            return Err(SetupError::Ended("the election was cancelled"));
        }
        let closing_time = keys.closing_time(expected, entries)?;
        keys.none_is_withdrawn()?;
        let setup = SetupContext { election: expected, attempt };
        let context = ElectionContext::new(
            setup,
            key_digest,
            confirmation.ceremony,
            seal.body.roll_root,
            roll_base_point(),
        )
        .map_err(|_| SetupError::Differs("the roll's base point"))?;
        let parameters = ElectionParameters::of(context, &manifest, &confirmation.keys)
            .map_err(|_| SetupError::Differs("the number of keys"))?;
        let (boards, board) = (keys.boards(expected)?, keys.last_board(expected)?);
        let Keys { officials, successions, .. } = keys;
        let signed = SignedCheckpoint::verify(checkpoint, &board)?;
        let roll_size = seal.body.count;
        let cancelled = entries.cancel.is_some();
        let setup = Self {
            id: expected,
            manifest,
            parameters,
            roll_size,
            closing_time,
            officials,
            successions,
            boards,
            board,
            opened_at: *opened_at,
            closed: entries.close.is_some(),
            cancelled,
        };
        Ok((setup, signed))
    }

    /// The election's id.
    #[must_use]
    pub const fn id(&self) -> ElectionId {
        self.id
    }

    /// The manifest.
    #[must_use]
    pub const fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Context, forms and keys of ballots.
    #[must_use]
    pub const fn parameters(&self) -> &ElectionParameters {
        &self.parameters
    }

    /// Number of rows of the roll.
    #[must_use]
    pub const fn roll_size(&self) -> u32 {
        self.roll_size
    }

    /// The closing time in force, seconds since 1970 UTC.
    #[must_use]
    pub const fn closing_time(&self) -> u64 {
        self.closing_time
    }

    /// The index of the opening: what a client votes by stands up to here.
    #[must_use]
    pub const fn opened_at(&self) -> u64 {
        self.opened_at
    }

    /// Whether a close stands in the log. Its signatures are not judged here: it can only make a client refuse.
    #[must_use]
    pub const fn is_closed(&self) -> bool {
        self.closed
    }

    /// Whether a cancellation stands in the log. Its signatures are not judged here: it can only make a client refuse.
    #[must_use]
    pub const fn is_cancelled(&self) -> bool {
        self.cancelled
    }

    /// The key that signs the board's checkpoints, under the election's origin.
    #[must_use]
    pub const fn board(&self) -> &NoteKey {
        &self.board
    }

    /// The board's key that signs checkpoints of this size: a successor entered at a size signs what is above it.
    #[must_use]
    pub fn board_at(&self, size: u64) -> &NoteKey {
        let in_force = self.boards.iter().rev().find(|(from, _)| *from == 0 || size > *from);
        in_force.map_or(&self.board, |(_, key)| key)
    }

    /// Checks the signatures of an act of this election that is entry number `index`, by the keys in force there: `u` officials
    /// and, where the kind has them, all registrars.
    ///
    /// # Errors
    /// [`SetupError::Signature`] or [`SetupError::Kind`].
    pub fn verify_act<B: Body>(
        &self,
        what: &'static str,
        index: u64,
        act: &Act<B>,
    ) -> Result<(), SetupError> {
        let keys = Keys {
            officials: self.officials.clone(),
            successions: self.successions.clone(),
            boards: Vec::new(),
            acts: Vec::new(),
            manifest: &self.manifest,
        };
        keys.verify(what, self.id, index, act)
    }
}

/// The manifest of the letter: judged as the record judges it, so that id, layout and signatures all hold.
pub(crate) fn manifest(expected: ElectionId, entries: &[Vec<u8>]) -> Result<Manifest, SetupError> {
    let manifest =
        Record::manifest_of(entries).map_err(|refusal| SetupError::Manifest(refusal.to_string()))?;
    let manifest = manifest.filter(|manifest| manifest.id() == expected);
    manifest.ok_or_else(|| SetupError::Manifest("its id is another".to_owned()))
}

/// An official's key that is in force behind the entry that names it.
#[derive(Clone, Debug)]
struct Succession {
    index: u64,
    official: u16,
    key: VerifyingKey,
}

/// Keys in force, each act's by its place in the log.
pub(crate) struct Keys<'m> {
    /// Those of the manifest.
    officials: Vec<VerifyingKey>,
    /// What took their place, ascending.
    successions: Vec<Succession>,
    /// The board's, with the size from which on each signs checkpoints; the last one signs what the board shows now.
    boards: Vec<(u64, VerifyingKey)>,
    /// The officials' acts that are shown, as they come.
    acts: Vec<Shown>,
    manifest: &'m Manifest,
}

/// Where an act of officials stands, and how many entries they had seen.
struct Shown {
    index: u64,
    seen: u64,
    what: &'static str,
}

impl<'m> Keys<'m> {
    /// Those of the manifest, and every successor in force.
    pub(crate) fn of(
        manifest: &'m Manifest,
        election: ElectionId,
        entries: &SetupEntries,
    ) -> Result<Self, SetupError> {
        let mut keys = Self {
            officials: manifest.officials().to_vec(),
            successions: Vec::new(),
            boards: vec![(0, *manifest.board_key())],
            acts: Vec::new(),
            manifest,
        };
        keys.successors(election, entries)?;
        Ok(keys)
    }

    /// The board's keys under the election's origin, with the size from which on each signs. Never empty.
    pub(crate) fn boards(&self, election: ElectionId) -> Result<Vec<(u64, NoteKey)>, SetupError> {
        let origin = format!("plebiscite/v1/{election}");
        let named = |(from, key): &(u64, VerifyingKey)| {
            Ok((*from, NoteKey::new(&origin, *key).map_err(CheckpointError::Note)?))
        };
        self.boards.iter().map(named).collect()
    }

    /// The one that signs what the board shows now.
    pub(crate) fn last_board(&self, election: ElectionId) -> Result<NoteKey, SetupError> {
        let last = self.boards(election)?.pop();
        last.map(|(_, key)| key).ok_or(SetupError::Missing("the board's key"))
    }

    fn verify<B: Body>(
        &self,
        what: &'static str,
        election: ElectionId,
        index: u64,
        act: &Act<B>,
    ) -> Result<(), SetupError> {
        if act.election != election {
            return Err(SetupError::Kind(what));
        }
        let unsigned = act.unsigned_bytes();
        let signature = |error| SetupError::Signature { what, error };
        let official = |number: u16| self.official_at(number, index);
        act.officials
            .verify(Role::Official, self.manifest.officials_quorum(), official, &unsigned)
            .map_err(signature)?;
        match B::COSIGNERS {
            Some(Role::Registrar) => {
                let registrars = self.manifest.registrars();
                let key = |number: u16| registrars.get(usize::from(number));
                act.cosigners.verify(Role::Registrar, registrars.len(), key, &unsigned).map_err(signature)
            }
            Some(Role::Trustee) => {
                let key = |number: u16| self.manifest.trustees().get(usize::from(number).checked_sub(1)?);
                act.cosigners
                    .verify(Role::Trustee, self.manifest.confirmations(), key, &unsigned)
                    .map_err(signature)
            }
            _ => Ok(()),
        }
    }

    /// The same of an act that is shown as standing in the log.
    fn shown<B: Body>(
        &mut self,
        what: &'static str,
        election: ElectionId,
        index: u64,
        act: &Act<B>,
    ) -> Result<(), SetupError> {
        self.verify(what, election, index, act)?;
        self.acts.push(Shown { index, seen: act.seen.size, what });
        Ok(())
    }

    /// Each act that is shown has seen the one before it (`entry-once`, §20.2). Otherwise a board whose log every record refuses
    /// could have a client believe in a key, a closing time or an opening that officials have withdrawn, or that stood elsewhere.
    pub(crate) fn none_is_withdrawn(&mut self) -> Result<(), SetupError> {
        self.acts.sort_by_key(|act| act.index);
        let mut before = None;
        for act in &self.acts {
            if before.is_some_and(|before| act.seen <= before) {
                return Err(SetupError::Withdrawn(act.what));
            }
            before = Some(act.index);
        }
        Ok(())
    }

    /// The key of an official that is in force for an entry: that of the last successor before it, or the manifest's.
    fn official_at(&self, number: u16, index: u64) -> Option<&VerifyingKey> {
        let before = self.successions.iter().rev();
        let last = before.into_iter().find(|one| one.official == number && one.index < index);
        last.map(|one| &one.key).or_else(|| self.officials.get(usize::from(number)))
    }

    /// Lets successors take effect, in their order: numbers from 1 on, the board's entered at the size that it names. With
    /// [`Self::none_is_withdrawn`], no hint can bring a key back that was superseded before the last one shown.
    fn successors(&mut self, election: ElectionId, entries: &SetupEntries) -> Result<(), SetupError> {
        for (number, (index, entry)) in (1u32..).zip(&entries.successors) {
            let act = match Entry::decode(entry) {
                Ok(Entry::Successor(act)) => act,
                _ => return Err(SetupError::Kind("a successor key")),
            };
            // The board's stands at the size that it names, an official's there or behind it (§20.4).
            let placed = match act.body.of {
                Succeeded::Board => act.seen.size == *index,
                Succeeded::Official(_) => act.seen.size <= *index,
            };
            if act.body.number != number || !placed {
                return Err(SetupError::Differs("the number or place of a successor key"));
            }
            self.shown("a successor key", election, *index, &act)?;
            let key = PublicKey(act.body.key).decode().map_err(|_| SetupError::Kind("a successor key"))?;
            match act.body.of {
                Succeeded::Board => self.boards.push((*index, key)),
                Succeeded::Official(number) => {
                    if usize::from(number) >= self.officials.len() {
                        return Err(SetupError::Kind("a successor key"));
                    }
                    self.successions.push(Succession { index: *index, official: number, key });
                }
            }
        }
        Ok(())
    }

    /// The closing time after all extensions, each naming the one before it and a later one that the manifest allows.
    pub(crate) fn closing_time(
        &mut self,
        election: ElectionId,
        entries: &SetupEntries,
    ) -> Result<u64, SetupError> {
        let schedule = &self.manifest.document().schedule;
        let (mut time, latest) = (schedule.closes.unix(), schedule.latest_close.unix());
        for (index, entry) in &entries.extensions {
            let act = match Entry::decode(entry) {
                Ok(Entry::Extension(act)) => act,
                _ => return Err(SetupError::Kind("an extension")),
            };
            self.shown("an extension", election, *index, &act)?;
            if act.body.old != time || act.body.new <= time || act.body.new > latest {
                return Err(SetupError::Differs("the closing time of an extension"));
            }
            time = act.body.new;
        }
        Ok(time)
    }
}

/// The keys that all `n` trustees confirm with the same bytes, and the attempt that made them.
fn confirmation(
    manifest: &Manifest,
    election: ElectionId,
    messages: &[Vec<Vec<u8>>],
) -> Result<(KeyConfirmation, u32), SetupError> {
    let missing = SetupError::Missing("a trustee's confirmation of the keys");
    if messages.len() != manifest.trustees().len() {
        return Err(missing);
    }
    let mut agreed: Option<(Vec<u8>, u32)> = None;
    for ((trustee, key), entries) in (1u16..).zip(manifest.trustees()).zip(messages) {
        let (content, attempt) = message(election, trustee, key, entries)?;
        match &agreed {
            None => agreed = Some((content, attempt)),
            Some((first, number)) if *first == content && *number == attempt => {}
            Some(_) => return Err(SetupError::Confirmation { trustee }),
        }
    }
    let (content, attempt) = agreed.ok_or(missing)?;
    let shape = SetupError::Kind("a confirmation of the keys");
    let n = u16::try_from(manifest.trustees().len()).map_err(|_| shape.clone())?;
    let t = u16::try_from(manifest.threshold()).map_err(|_| shape.clone())?;
    let keys = u32::try_from(manifest.key_count()).map_err(|_| shape.clone())?;
    let params = CeremonyParams::new(t, n, keys).map_err(|_| shape.clone())?;
    Ok((KeyConfirmation::decode(&content, &params).map_err(|_| shape)?, attempt))
}

/// The content of one trustee's confirmation, signed by exactly that trustee.
fn message(
    election: ElectionId,
    trustee: u16,
    key: &VerifyingKey,
    entries: &[Vec<u8>],
) -> Result<(Vec<u8>, u32), SetupError> {
    let what = "a confirmation of the keys";
    let (head, chunks) = entries.split_first().ok_or(SetupError::Missing(what))?;
    let head = match Entry::decode(head) {
        Ok(Entry::Head(head)) => head,
        _ => return Err(SetupError::Kind(what)),
    };
    let own = head.slot.message == MessageKind::Round(4)
        && head.slot.signer == trustee
        && head.election == election;
    if !own {
        return Err(SetupError::Kind(what));
    }
    let signatures: &Signatures = &head.signatures;
    let key_of = |signer: u16| (signer == trustee).then_some(key);
    let signed = signatures.verify(Role::Trustee, 1, key_of, &head.unsigned_bytes());
    signed.map_err(|error| SetupError::Signature { what, error })?;
    let mut content = Vec::new();
    for chunk in chunks {
        match Entry::decode(chunk) {
            Ok(Entry::Chunk(chunk)) if chunk.slot == head.slot => content.extend_from_slice(&chunk.bytes),
            _ => return Err(SetupError::Kind(what)),
        }
    }
    // The head's own making of the content again: length, number of chunks and root must all be the signed ones.
    let again = plebiscite_election::entry::Head::of(election, head.slot, &content, head.seen);
    if (again.length, again.chunks, again.root) == (head.length, head.chunks, head.root) {
        Ok((content, head.slot.attempt))
    } else {
        Err(SetupError::Differs(what))
    }
}
