//! Who has done what and who is awaited: the whole of a trustee's view, for people and as one document (§24.7).

use plebiscite_crypto::threshold::ceremony::{Complaints, Round};
use plebiscite_election::counted::{counted, either, numbered};
use plebiscite_election::entry::Entry;
use plebiscite_election::record::{Attempt, Record};
use plebiscite_roles::called::Called;
use serde::Serialize;

use crate::next::{Next, missing, next};
use crate::recovery::{Losses, Recovery, recovery, restored_words};
use crate::shown::{listed, title_of};
use crate::words::{complaint_words, end_words, fault_words, name_of, round_words, verdict_word};
use crate::{State, decrypt};

/// The rounds in order.
const ROUNDS: [Round; 5] = [Round::R0, Round::R1, Round::R2, Round::R3, Round::R4];

/// The stable document of `status --json`.
#[derive(Clone, Debug, Serialize)]
pub struct Status {
    /// The election id.
    pub election: String,
    /// Its title, in the manifest's first language.
    pub title: String,
    /// The phase's name.
    pub phase: &'static str,
    /// Entries of the log.
    pub size: u64,
    /// The trustees' names, in order of their numbers.
    pub trustees: Vec<String>,
    /// What this folder holds.
    pub own: Own,
    /// All ceremony attempts, the one in force last.
    pub ceremony: Vec<AttemptView>,
    /// The seal and who has confirmed it; none before it stands.
    pub seal: Option<SealView>,
    /// The partial decryptions; none before enough trustees have confirmed, or where nothing is decrypted.
    pub decryptions: Option<DecryptionsView>,
    /// Faults that stand in the log, of the ceremony and of decryptions.
    pub faults: Vec<FaultView>,
    /// With how many trustees what still works.
    pub recovery: Option<Recovery>,
    /// The next step.
    pub next: Next,
}

/// What this trustee's folder holds.
#[derive(Clone, Debug, Serialize)]
pub struct Own {
    /// This trustee's number.
    pub number: u16,
    /// Attempt and round of the last message that was made.
    pub last_message: Option<(u32, u8)>,
    /// Whether that message stands in the log.
    pub last_message_stands: bool,
    /// Whom the last message complains about, if it is one of R3: also before it stands.
    pub complains_about: Vec<u16>,
    /// The ceremony attempt of the share that is kept.
    pub share_of_attempt: Option<u32>,
    /// The share came from a backup.
    pub restored: bool,
    /// What a restored share does in this election, in words; none where the share is no restored one.
    pub restored_share: Option<String>,
    /// The one seal that this trustee has bound itself to.
    pub bound_to_seal: Option<String>,
}

/// One attempt.
#[derive(Clone, Debug, Serialize)]
pub struct AttemptView {
    /// Its number.
    pub number: u32,
    /// How it stands or ended, in words.
    pub how: String,
    /// Round by round.
    pub rounds: Vec<RoundView>,
    /// The complaints with their verdicts.
    pub complaints: Vec<ComplaintView>,
    /// The faults that ended it, in words.
    pub faults: Vec<String>,
}

/// One round.
#[derive(Clone, Debug, Serialize)]
pub struct RoundView {
    /// Its number, 0 to 4.
    pub round: u8,
    /// What it is about.
    pub what: &'static str,
    /// Whose messages stand.
    pub sent: Vec<u16>,
    /// Of these, whose message showed a fault.
    pub faulty: Vec<u16>,
    /// Who is awaited; empty unless the round is in force.
    pub awaited: Vec<u16>,
}

/// One complaint.
#[derive(Clone, Debug, Serialize)]
pub struct ComplaintView {
    /// Who complained.
    pub complainer: u16,
    /// About whom.
    pub dealer: u16,
    /// `upheld`, `unfounded` or `unproven`.
    pub verdict: &'static str,
    /// Whose fault it is.
    pub at_fault: u16,
    /// Index of the entry that completed the complaint.
    pub entry: u64,
    /// All of it in words.
    pub words: String,
}

/// The seal.
#[derive(Clone, Debug, Serialize)]
pub struct SealView {
    /// Its digest.
    pub digest: String,
    /// Its index.
    pub entry: u64,
    /// Who has confirmed it.
    pub confirmed_by: Vec<u16>,
    /// `c`.
    pub needed: usize,
    /// Who has not confirmed it.
    pub missing: Vec<u16>,
}

/// The partial decryptions.
#[derive(Clone, Debug, Serialize)]
pub struct DecryptionsView {
    /// Whose are true.
    pub valid: Vec<u16>,
    /// Whose stand and are false, or are not complete.
    pub not_valid: Vec<u16>,
    /// `t`.
    pub needed: usize,
    /// Who has sent none.
    pub missing: Vec<u16>,
}

/// One fault.
#[derive(Clone, Debug, Serialize)]
pub struct FaultView {
    /// Index of the entry that showed it.
    pub entry: u64,
    /// Whose it is.
    pub trustee: u16,
    /// What is false.
    pub what: String,
}

/// The view of a verified record with this trustee's memory.
#[must_use]
pub fn status(record: &Record, state: &State, own: u16, called: &Called) -> Status {
    let manifest = record.manifest().map(AsRef::as_ref);
    let count = manifest.map_or(0, |manifest| manifest.trustees().len());
    Status {
        election: record.election().map(|id| id.to_string()).unwrap_or_default(),
        title: manifest.map(title_of).unwrap_or_default(),
        phase: record.phase().name(),
        size: record.size(),
        trustees: (1..=u16::MAX).take(count).map(|number| name_of(manifest, number)).collect(),
        own: own_view(record, state, own),
        ceremony: record.attempts().iter().map(|attempt| attempt_view(record, attempt)).collect(),
        seal: record.seal().map(|seal| SealView {
            digest: hex::encode(seal.digest),
            entry: seal.index,
            confirmed_by: record.confirmations().keys().copied().collect(),
            needed: record.confirmations_needed(),
            missing: missing(record, |number| record.confirmations().contains_key(&number)),
        }),
        decryptions: decryptions(record),
        faults: record
            .faults()
            .iter()
            .map(|fault| FaultView { entry: fault.entry, trustee: fault.trustee, what: fault.what.clone() })
            .collect(),
        recovery: recovery(record, &Losses::own(record, state, own)),
        next: next(record, state, own, called),
    }
}

fn own_view(record: &Record, state: &State, own: u16) -> Own {
    let last = state.sent.as_ref();
    let restored = state.share.as_ref().is_some_and(|share| share.restored);
    let stands = last.is_some_and(|sent| {
        let attempts = record.attempts().iter();
        attempts
            .filter(|attempt| attempt.number == sent.attempt)
            .any(|attempt| attempt.messages.contains_key(&(sent.round, own)))
    });
    Own {
        number: own,
        last_message: last.map(|sent| (sent.attempt, sent.round)),
        last_message_stands: stands,
        complains_about: own_complaints(record, state, own),
        share_of_attempt: state.share.as_ref().map(|share| share.attempt),
        restored,
        restored_share: restored_words(record).filter(|_| restored),
        bound_to_seal: state.seal.as_ref().map(|bound| hex::encode(bound.digest)),
    }
}

/// Whom this trustee's own message of R3 complains about, as it is stored, sent or not.
#[must_use]
pub fn own_complaints(record: &Record, state: &State, own: u16) -> Vec<u16> {
    let Some(sent) = state.sent.as_ref().filter(|sent| sent.round == Round::R3.number()) else {
        return Vec::new();
    };
    let Some(view) = record.ceremony().filter(|view| view.attempt == sent.attempt) else { return Vec::new() };
    let chunks = sent.entries.iter().filter_map(|entry| match Entry::decode(entry) {
        Ok(Entry::Chunk(chunk)) => Some(chunk.bytes),
        _ => None,
    });
    let content = chunks.collect::<Vec<_>>().concat();
    let complaints = Complaints::decode(&content, view.record.context().params(), own);
    complaints.map_or_else(|_| Vec::new(), |all| all.0.iter().map(|complaint| complaint.dealer).collect())
}

fn attempt_view(record: &Record, attempt: &Attempt) -> AttemptView {
    let in_force = record.ceremony().filter(|view| attempt.end.is_none() && view.attempt == attempt.number);
    let round = in_force.as_ref().and_then(|view| view.record.round());
    let awaited = in_force.map(|view| view.record.missing()).unwrap_or_default();
    let rounds = ROUNDS.iter().map(|each| {
        let number = each.number();
        let sent = attempt.messages.keys().filter(|(round, _)| *round == number);
        let sent: Vec<u16> = sent.map(|(_, trustee)| *trustee).collect();
        let showed = |trustee: &u16| {
            let entry = attempt.messages.get(&(number, *trustee));
            attempt.faults.iter().any(|named| Some(&named.entry) == entry)
        };
        RoundView {
            round: number,
            what: round_words(*each),
            faulty: sent.iter().copied().filter(showed).collect(),
            awaited: if round == Some(*each) { awaited.clone() } else { Vec::new() },
            sent,
        }
    });
    let complaint = |found: &plebiscite_election::record::Complaint| ComplaintView {
        complainer: found.complainer,
        dealer: found.dealer,
        verdict: verdict_word(found),
        at_fault: found.verdict.fault.trustee,
        entry: found.verdict.entry,
        words: complaint_words(found),
    };
    AttemptView {
        number: attempt.number,
        how: end_words(attempt),
        rounds: rounds.collect(),
        complaints: attempt.complaints().iter().map(complaint).collect(),
        faults: attempt.faults.iter().map(|named| fault_words(&named.fault)).collect(),
    }
}

fn decryptions(record: &Record) -> Option<DecryptionsView> {
    record.decryption()?;
    let valid = record.valid_partials();
    let taken = missing(record, |number| !record.is_taken(decrypt::slot(number)));
    Some(DecryptionsView {
        not_valid: taken.iter().copied().filter(|number| !valid.contains(number)).collect(),
        needed: record.manifest().map_or(0, |manifest| manifest.threshold()),
        missing: missing(record, |number| record.is_taken(decrypt::slot(number))),
        valid,
    })
}

impl Status {
    /// The lines that are printed.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let mut lines = vec![
            format!("election {} ({})", self.title, self.election),
            format!("phase {}, {}", self.phase, counted(self.size, "entry")),
            format!("you are {}", self.name(self.own.number)),
        ];
        lines.extend(self.own_lines());
        lines.push("trustees:".to_owned());
        lines.extend(self.trustees.iter().map(|name| format!("  {name}")));
        self.ceremony.iter().for_each(|attempt| lines.extend(attempt.lines(self.trustees.len())));
        if let Some(seal) = &self.seal {
            lines.push(format!("seal {}, entry {}", seal.digest, seal.entry));
            lines.push(format!(
                "  confirmed by {} ({} needed); not by {}",
                numbered("trustee", &seal.confirmed_by),
                seal.needed,
                listed(&seal.missing)
            ));
        }
        if let Some(found) = &self.decryptions {
            lines.push("decryptions".to_owned());
            lines.push(format!(
                "  true ones of {} ({} needed); none yet of {}",
                numbered("trustee", &found.valid),
                found.needed,
                numbered("trustee", &found.missing)
            ));
            if !found.not_valid.is_empty() {
                lines.push(format!("  false or incomplete: {}", numbered("trustee", &found.not_valid)));
            }
        }
        for fault in &self.faults {
            lines.push(format!("fault at entry {}: trustee {}: {}", fault.entry, fault.trustee, fault.what));
        }
        if let Some(recovery) = &self.recovery {
            lines.extend(recovery.words.iter().map(|words| format!("recovery: {words}")));
        }
        lines.push(format!("next: {}", self.next.what));
        lines.extend(self.next.command.iter().map(|command| format!("  {command}")));
        lines
    }

    fn name(&self, number: u16) -> String {
        let place = usize::from(number).checked_sub(1);
        place
            .and_then(|place| self.trustees.get(place))
            .cloned()
            .unwrap_or_else(|| format!("trustee {number}"))
    }

    fn own_lines(&self) -> Vec<String> {
        let Own { last_message, last_message_stands, complains_about, .. } = &self.own;
        let mut lines = Vec::new();
        if let Some((attempt, round)) = last_message {
            let stands =
                if *last_message_stands { "it stands" } else { "it is stored and does not stand yet" };
            lines.push(format!("  last message: attempt {attempt}, round R{round}; {stands}"));
        }
        if !complains_about.is_empty() {
            lines.push(format!(
                "  your message of R3 complains about {}: it opens what {} sent to you before everyone, and ends the attempt by \
                 the name of whoever is at fault",
                numbered("trustee", complains_about),
                either(complains_about.len(), "it", "they")
            ));
        }
        lines.push(match self.own.share_of_attempt {
            Some(attempt) if self.own.restored => {
                let does = self.own.restored_share.as_deref().unwrap_or("a restored share never confirms");
                format!("  share of attempt {attempt}, restored from a backup: {does}")
            }
            Some(attempt) => format!("  share of attempt {attempt}"),
            None => "  no share".to_owned(),
        });
        lines.extend(self.own.bound_to_seal.iter().map(|digest| format!("  bound to the seal {digest}")));
        lines
    }
}

impl AttemptView {
    /// A line a round, a column a trustee: `x` stands, `!` showed a fault, `?` awaited, `.` nothing.
    fn lines(&self, trustees: usize) -> Vec<String> {
        let mut lines = vec![format!("ceremony: {}", self.how)];
        let numbers = || (1..=u16::MAX).take(trustees);
        let heading: String = numbers().map(|number| format!("{number:>4}")).collect();
        lines.push(format!("  {:<24}{heading}", "round"));
        for round in &self.rounds {
            let mark = |number: u16| match number {
                number if round.faulty.contains(&number) => "!",
                number if round.sent.contains(&number) => "x",
                number if round.awaited.contains(&number) => "?",
                _ => ".",
            };
            let marks: String = numbers().map(|number| format!("{:>4}", mark(number))).collect();
            let awaited = match round.awaited.as_slice() {
                [] => String::new(),
                awaited => format!("   awaited: {}", listed(awaited)),
            };
            lines.push(format!("  {:<24}{marks}{awaited}", format!("R{} {}", round.round, round.what)));
        }
        for complaint in &self.complaints {
            lines.push(format!(
                "  complaint, {} (entry {}): {}",
                complaint.verdict, complaint.entry, complaint.words
            ));
        }
        lines.extend(self.faults.iter().map(|fault| format!("  fault: {fault}")));
        lines
    }
}
