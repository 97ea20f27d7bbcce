//! Proposals that collect signatures here: a notice board of officials' acts on their way (§24.11).
//!
//! Nothing rests on it. Whoever signs checks the act against the record that its own program verified, and a complete act
//! is posted like any other entry. What is kept is bounded for each official, so that none can crowd out another, and what
//! can no longer come to stand is dropped. The writer keeps it, in the log's own store.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::http::StatusCode;
use plebiscite_election::entry::{Entry, Role};
use plebiscite_election::proposal::check::{ActError, key_of, may_still_stand};
use plebiscite_election::proposal::{Proposal, ProposalError};
use plebiscite_election::record::Record;
use plebiscite_serving::problem::Problem;
use serde::Serialize;

/// Proposals that one official may have begun.
pub const PER_OFFICIAL: usize = 8;
/// Bytes of all proposals that one official has begun.
pub const BYTES_PER_OFFICIAL: usize = 64 << 10;
/// How long a proposal is kept after it was begun.
pub const AGE: Duration = Duration::from_secs(14 * 24 * 60 * 60);

/// A proposal's number.
pub type Number = [u8; 32];

/// A proposal, and who began it when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The act with the signatures that came so far.
    pub proposal: Proposal,
    /// The official who counts as having begun it.
    pub begun_by: u16,
    /// When, in seconds since 1970.
    pub since: u64,
}

/// What is to be written: a proposal's new bytes, or none where it is dropped.
pub type Change = (Number, Option<Vec<u8>>);

/// The proposals of one election.
#[derive(Debug, Default)]
pub struct Proposals {
    held: BTreeMap<Number, Held>,
    /// Size of the log, number of successors and minute at which all were looked through last.
    looked: Option<(u64, u32, u64)>,
}

/// A proposal as it is shown. A reader believes nothing but what `entry` itself proves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// Its number.
    pub id: String,
    /// The act's kind.
    pub kind: &'static str,
    /// Officials who have signed.
    pub officials: Vec<u16>,
    /// Registrars or trustees who have signed.
    pub cosigners: Vec<u16>,
    /// Whether every signature is there that the entry takes: it can be posted.
    pub complete: bool,
    /// When it was begun, in seconds since 1970.
    pub since: u64,
    /// The entry with the signatures so far, in hex.
    pub entry: String,
}

impl Held {
    /// As the store keeps it: official u16 ‖ seconds u64 ‖ entry.
    fn encode(&self) -> Vec<u8> {
        let entry = self.proposal.entries().into_iter().next().unwrap_or_default();
        [self.begun_by.to_be_bytes().as_slice(), &self.since.to_be_bytes(), &entry].concat()
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let (begun_by, rest) = bytes.split_first_chunk()?;
        let (since, entry) = rest.split_first_chunk()?;
        let proposal = Proposal::of(Entry::decode(entry).ok()?).ok()?;
        Some(Self { proposal, begun_by: u16::from_be_bytes(*begun_by), since: u64::from_be_bytes(*since) })
    }

    fn shown(&self, number: &Number, record: &Record) -> Shown {
        let cosigners = self.proposal.cosigners().map(|role| self.proposal.signers(role));
        Shown {
            id: hex::encode(number),
            kind: self.proposal.kind().name(),
            officials: self.proposal.signers(Role::Official),
            cosigners: cosigners.unwrap_or_default(),
            complete: self.proposal.awaits(record).is_empty(),
            since: self.since,
            entry: self.proposal.entries().first().map(hex::encode).unwrap_or_default(),
        }
    }
}

impl Proposals {
    /// Those that the store kept. What is none is left out: nothing rests on it.
    #[must_use]
    pub fn of(kept: impl IntoIterator<Item = (Number, Vec<u8>)>) -> Self {
        let read = |(number, bytes): (Number, Vec<u8>)| {
            Held::decode(&bytes)
                .filter(|held| held.proposal.number() == Some(number))
                .map(|held| (number, held))
        };
        Self { held: kept.into_iter().filter_map(read).collect(), looked: None }
    }

    /// All of them, as they are shown, the oldest first.
    #[must_use]
    pub fn shown(&self, record: &Record) -> Vec<Shown> {
        let mut all: Vec<Shown> = self.held.iter().map(|(number, held)| held.shown(number, record)).collect();
        all.sort_by(|one, other| (one.since, &one.id).cmp(&(other.since, &other.id)));
        all
    }

    /// Whether a proposal of this number is there.
    #[must_use]
    pub fn holds(&self, number: &Number) -> bool {
        self.held.contains_key(number)
    }

    /// Takes a proposal over whose signatures and content were checked, if it may still come to stand: as a new one, or its
    /// signatures into the one that is there. Gives back how it is shown, and what is to be written.
    ///
    /// # Errors
    /// The problem: it is too late for it, or its official has begun too many.
    pub fn offer(
        &mut self,
        proposal: Proposal,
        record: &Record,
        now: u64,
    ) -> Result<(Shown, Option<Change>), Problem> {
        may_still_stand(&proposal, record).map_err(|error| refused(&error))?;
        // Once more, by the keys that are in force now: one may have been succeeded since the signatures were looked at.
        proposal
            .verify_signatures(|role, number| key_of(record, role, number))
            .map_err(|error| refused(&error.into()))?;
        let number = proposal.number().ok_or_else(|| refused(&ProposalError::NotAnAct.into()))?;
        if let Some(held) = self.held.get_mut(&number) {
            let before = held.encode();
            held.proposal.join(&proposal, record);
            let bytes = held.encode();
            let change = (bytes != before).then_some((number, Some(bytes)));
            return Ok((held.shown(&number, record), change));
        }
        let held = self.begin(proposal, now)?;
        let shown = held.shown(&number, record);
        let change = (number, Some(held.encode()));
        self.held.insert(number, held);
        Ok((shown, Some(change)))
    }

    /// A new proposal counts for the first of its officials who has room for it.
    fn begin(&self, proposal: Proposal, now: u64) -> Result<Held, Problem> {
        let signers = proposal.signers(Role::Official);
        let mut held = Held { proposal, begun_by: 0, since: now };
        if signers.is_empty() {
            return Err(unsigned());
        }
        let length = held.encode().len();
        let room = |official: &u16| {
            let own = || self.held.values().filter(|held| held.begun_by == *official);
            let bytes: usize = own().map(|held| held.encode().len()).sum();
            own().count() < PER_OFFICIAL && bytes.saturating_add(length) <= BYTES_PER_OFFICIAL
        };
        let Some(official) = signers.iter().copied().find(room) else {
            let detail = format!(
                "every official who has signed this has begun as much as is kept of one: {PER_OFFICIAL} proposals of \
                 {BYTES_PER_OFFICIAL} bytes together; send it as a file, or wait until some are entered or withdrawn"
            );
            return Err(Problem::new(StatusCode::CONFLICT, "proposals-full", detail));
        };
        held.begun_by = official;
        Ok(held)
    }

    /// Drops what stands by now, what can no longer come to stand, what was signed by a key that was succeeded, and what is
    /// old. Costs nothing while the log does not grow.
    pub fn sweep(&mut self, record: &Record, now: u64) -> Vec<Change> {
        let looked = (record.size(), record.successors(), now / 60);
        if self.held.is_empty() || self.looked == Some(looked) {
            return Vec::new();
        }
        let same_keys = self.looked.is_some_and(|(_, successors, _)| successors == record.successors());
        self.looked = Some(looked);
        let gone = |held: &Held| {
            let signed = same_keys
                || held.proposal.verify_signatures(|role, number| key_of(record, role, number)).is_ok();
            let young = now.saturating_sub(held.since) <= AGE.as_secs();
            !signed || !young || may_still_stand(&held.proposal, record).is_err()
        };
        let gone: Vec<Number> =
            self.held.iter().filter(|(_, held)| gone(held)).map(|(number, _)| *number).collect();
        gone.into_iter()
            .map(|number| {
                self.held.remove(&number);
                (number, None)
            })
            .collect()
    }
}

/// The problem of an act that is not taken as a proposal: where a check of the record says the same, under its name.
#[must_use]
pub fn refused(error: &ActError) -> Problem {
    let (status, code) = match error {
        ActError::Refusal(refusal) => return Problem::refused(refusal),
        ActError::Proposal(ProposalError::Signature(_)) => (StatusCode::FORBIDDEN, "entry-signatures"),
        ActError::Proposal(_) => (StatusCode::UNPROCESSABLE_ENTITY, "proposal-encoding"),
        ActError::OtherElection => (StatusCode::UNPROCESSABLE_ENTITY, "entry-election"),
        ActError::OtherLog { .. } => (StatusCode::UNPROCESSABLE_ENTITY, "entry-seen"),
        ActError::Withdrawn { .. } => (StatusCode::CONFLICT, "entry-once"),
        ActError::Phase { .. } => (StatusCode::CONFLICT, "entry-order"),
        ActError::NotFollowing { .. } => (StatusCode::UNPROCESSABLE_ENTITY, "proposal-body"),
    };
    Problem::new(status, code, error.to_string())
}

/// Nobody but an official begins a proposal.
pub fn unsigned() -> Problem {
    let detail = "a proposal begins with the signature of an official";
    Problem::new(StatusCode::FORBIDDEN, "proposal-unsigned", detail)
}

#[cfg(test)]
mod tests {
    use plebiscite_election::entry::{Act, Cancel, OfficialStatement, Role, StatementKind};
    use plebiscite_support::{Election, Shape};

    use super::*;

    const NOW: u64 = 1_800_000_000;

    fn signed(election: &Election, entry: Entry, officials: &[usize]) -> Proposal {
        let mut proposal = Proposal::of(entry).unwrap();
        for number in officials {
            proposal
                .sign(
                    (Role::Official, u16::try_from(*number).unwrap()),
                    &election.officials[*number],
                    officials.len(),
                )
                .unwrap();
        }
        proposal
    }

    fn cancel(election: &Election, reason: &str, officials: &[usize]) -> Proposal {
        let act = Act::unsigned(election.id(), election.seen(), Cancel { reason: reason.to_owned() });
        signed(election, Entry::Cancel(act), officials)
    }

    fn statement(election: &Election, text: String, official: usize) -> Proposal {
        let body = OfficialStatement { kind: StatementKind::Mirrors, text };
        signed(
            election,
            Entry::OfficialStatement(Act::unsigned(election.id(), election.seen(), body)),
            &[official],
        )
    }

    fn founded() -> Election {
        let mut election = Election::new(Shape::default());
        election.set_up();
        election
    }

    #[test]
    fn signatures_come_together_and_no_more_are_kept_than_the_entry_takes() {
        let election = founded();
        let mut held = Proposals::default();
        let (first, change) = held.offer(cancel(&election, "r", &[0]), &election.record, NOW).unwrap();
        assert!(!first.complete && change.is_some());
        // The same again changes nothing.
        assert_eq!(held.offer(cancel(&election, "r", &[0]), &election.record, NOW).unwrap(), (first, None));
        let (both, _) = held.offer(cancel(&election, "r", &[2]), &election.record, NOW).unwrap();
        assert_eq!((both.officials.as_slice(), both.complete), ([0, 2].as_slice(), true));
        let (third, change) = held.offer(cancel(&election, "r", &[1]), &election.record, NOW).unwrap();
        assert_eq!((third, change), (both.clone(), None));
        // What was collected is the entry that the record takes.
        let mut election = election;
        election.append(&hex::decode(&both.entry).unwrap()).unwrap();
        assert_eq!(held.sweep(&election.record, NOW).len(), 1);
        assert!(held.shown(&election.record).is_empty());
    }

    #[test]
    fn an_official_fills_its_own_room_and_nobody_elses() {
        let mut election = Election::opened(Shape::default());
        election.cast(0, &[plebiscite_election::contest::Choice::Option(0)]);
        let mut held = Proposals::default();
        for number in 0..PER_OFFICIAL {
            let reason = number.to_string();
            held.offer(cancel(&election, &reason, &[0]), &election.record, NOW).unwrap();
        }
        let refused = held.offer(cancel(&election, "one more", &[0]), &election.record, NOW).unwrap_err();
        assert_eq!(refused.code(), "proposals-full");
        held.offer(cancel(&election, "one more", &[1]), &election.record, NOW).unwrap();
        // Bytes count too.
        let long = |letter: &str| letter.repeat(32_000);
        held.offer(statement(&election, long("a"), 2), &election.record, NOW).unwrap();
        held.offer(statement(&election, long("b"), 2), &election.record, NOW).unwrap();
        let refused = held.offer(statement(&election, long("c"), 2), &election.record, NOW).unwrap_err();
        assert_eq!(refused.code(), "proposals-full");
        // A signature joins what another began, however much she has begun herself.
        held.offer(cancel(&election, "one more", &[0]), &election.record, NOW).unwrap();
    }

    #[test]
    fn what_is_stale_old_or_signed_by_a_succeeded_key_is_dropped_and_the_rest_stays() {
        let mut election = Election::opened(Shape::default());
        let mut held = Proposals::default();
        held.offer(cancel(&election, "r", &[0]), &election.record, NOW).unwrap();
        assert!(held.sweep(&election.record, NOW).is_empty());
        let younger = AGE.as_secs();
        assert!(held.sweep(&election.record, NOW + younger).is_empty());
        assert_eq!(held.sweep(&election.record, NOW + younger + 60).len(), 1);
        // A later act withdraws it.
        held.offer(cancel(&election, "r", &[0]), &election.record, NOW).unwrap();
        let extension = election.extension("2027-06-06T19:00:00Z");
        election.append(&extension).unwrap();
        assert_eq!(held.sweep(&election.record, NOW).len(), 1);
        let late = cancel(&Election::opened(Shape::default()), "r", &[0]);
        assert_eq!(held.offer(late, &election.record, NOW).unwrap_err().code(), "entry-once");
        // A seal is withdrawn by no act, but by the succession of a key that signed it.
        election.close();
        let Ok(Entry::Seal(mut seal)) = Entry::decode(&election.seal_entry()) else { unreachable!() };
        seal.officials.0.truncate(1);
        let seal = Proposal::of(Entry::Seal(seal)).unwrap();
        held.offer(seal, &election.record, NOW).unwrap();
        assert!(held.sweep(&election.record, NOW).is_empty());
        let succeed = |election: &mut Election, number, of, key: u8| {
            let key = ed25519_dalek::SigningKey::from_bytes(&[key; 32]).verifying_key().to_bytes();
            let of = plebiscite_election::entry::Succeeded::Official(of);
            let act = election.act(plebiscite_election::entry::Successor { number, of, key });
            election.append(&act).unwrap();
        };
        succeed(&mut election, 1, 2, 91);
        assert!(held.sweep(&election.record, NOW).is_empty(), "another official's key was succeeded");
        succeed(&mut election, 2, 0, 92);
        assert_eq!(held.sweep(&election.record, NOW).len(), 1);
    }

    #[test]
    fn what_the_store_kept_comes_back_and_what_is_none_is_left_out() {
        let election = founded();
        let mut held = Proposals::default();
        let (shown, change) = held.offer(cancel(&election, "r", &[0]), &election.record, NOW).unwrap();
        let (number, bytes) = change.unwrap();
        let bytes = bytes.unwrap();
        let back = |number, bytes: &[u8]| Proposals::of([(number, bytes.to_vec())]).shown(&election.record);
        assert_eq!(back(number, &bytes), [shown]);
        assert!(back([7; 32], &bytes).is_empty());
        (0..bytes.len()).for_each(|length| assert!(back(number, &bytes[..length]).is_empty()));
    }

    #[test]
    fn nothing_begins_without_an_officials_signature() {
        let election = founded();
        let mut held = Proposals::default();
        let refused = held.offer(cancel(&election, "r", &[]), &election.record, NOW).unwrap_err();
        assert_eq!(refused.code(), "proposal-unsigned");
        held.offer(cancel(&election, "r", &[1]), &election.record, NOW).unwrap();
    }
}
