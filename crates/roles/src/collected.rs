//! Proposals that collect signatures on a server (§24.11): found, signed, sent back, and entered by whoever signs last.
//!
//! Nothing that the server says is believed. An act is decoded and named here, judged against the record that this program
//! verified itself, and what comes back is entered only if it is the very act that was signed, with signatures that hold. So a
//! server can keep an act from a signer, and nothing else.

use std::path::{Path, PathBuf};

use plebiscite_election::counted::counted;
use plebiscite_election::entry::{ElectionId, Entry, Role};
use plebiscite_verifier::printable::Printable;
use plebiscite_verifier::source::{Client, Limits};

use crate::cli::{Exit, Stop};
use crate::keys::RoleKey;
use crate::program::{Log, Place, Verified, print_line, read_proposal};
use crate::proposal::check::key_of;
use crate::proposal::{Proposal, cautions, numbered, words};
use crate::remote::Remote;
use crate::signing::{At, Course, Held};

/// Digits of a proposal's number that are shown.
const SHOWN: usize = 12;
/// Fewest digits by which one may be asked for.
const FEWEST: usize = 4;

/// Which proposal: a file, or one on the server of the record.
#[derive(Clone, Debug, clap::Args)]
#[group(id = "subject", required = true, multiple = false)]
pub struct Subject {
    /// The proposal file; the signature is added to it.
    file: Option<PathBuf>,
    /// A proposal on the record's server, by the first digits of its number.
    #[arg(long, value_name = "NUMBER")]
    proposal: Option<String>,
}

impl Subject {
    /// The file, where it is one.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// The proposal, of which nothing was checked yet but that it is one.
    ///
    /// # Errors
    /// The file is none, or the server shows no such one.
    pub fn read(&self, log: &Log) -> Result<Proposal, Stop> {
        match (&self.file, &self.proposal) {
            (Some(file), _) => read_proposal(file),
            (None, Some(digits)) => find(log, log.named_election()?, digits),
            (None, None) => Err(Stop::new(Exit::Usage, "name a proposal file, or --proposal NUMBER")),
        }
    }

    /// Shows the act, asks, signs, and puts the signature where the proposal came from. The caller has checked that the act
    /// follows from the record that its own program verified.
    ///
    /// # Errors
    /// No consent, the role does not sign this act, or the server does not take it.
    pub fn sign(
        &self,
        (place, log): (&Place, &Log),
        verified: &Verified,
        proposal: Proposal,
        signer: (Role, u16),
        key: &RoleKey,
    ) -> Result<Exit, Stop> {
        match &self.file {
            Some(file) => {
                warn(&proposal, verified)?;
                let course = course(&proposal, verified, log)?;
                place.sign_shown(file, proposal, signer, key, &course)
            }
            None => sign_and_send((place, log), verified, proposal, signer, key),
        }
    }
}

/// The first digits of a proposal's number, as they are shown and asked for.
#[must_use]
pub fn digits(proposal: &Proposal) -> String {
    let number = proposal.number().map(hex::encode).unwrap_or_default();
    number.chars().take(SHOWN).collect()
}

/// What collects signatures on a server.
#[derive(Debug)]
pub struct Listed {
    /// Acts, each once. Whether they follow from the record is the caller's to judge.
    pub proposals: Vec<Proposal>,
    /// How many more the server listed that are no act of this election.
    pub strange: usize,
}

/// What collects signatures on the record's server.
///
/// # Errors
/// The record is a folder, or the server was not reached.
pub fn listed(log: &Log, election: ElectionId) -> Result<Listed, Stop> {
    let entries = remote(log, election)?.proposals()?;
    let mut listed = Listed { proposals: Vec::new(), strange: 0 };
    for entry in entries {
        let read = Entry::decode(&entry).ok().and_then(|entry| Proposal::of(entry).ok());
        match read.filter(|proposal| proposal.election() == Some(election)) {
            Some(proposal) if listed.proposals.iter().all(|known| known.number() != proposal.number()) => {
                listed.proposals.push(proposal);
            }
            _ => listed.strange = listed.strange.saturating_add(1),
        }
    }
    Ok(listed)
}

/// The one proposal whose number begins with these digits.
///
/// # Errors
/// There is none, or more than one.
pub fn find(log: &Log, election: ElectionId, digits: &str) -> Result<Proposal, Stop> {
    if digits.len() < FEWEST || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        let sentence = format!("a proposal is named by at least {FEWEST} hexadecimal digits of its number");
        return Err(Stop::new(Exit::Usage, sentence));
    }
    let wanted = digits.to_ascii_lowercase();
    let is = |proposal: &Proposal| {
        proposal.number().is_some_and(|number| hex::encode(number).starts_with(&wanted))
    };
    let mut found = listed(log, election)?.proposals.into_iter().filter(is);
    match (found.next(), found.next()) {
        (Some(proposal), None) => Ok(proposal),
        (Some(_), Some(_)) => Err(Stop::new(
            Exit::Usage,
            format!("more than one proposal begins with {wanted}: give more digits"),
        )),
        (None, _) => Err(Stop::new(
            Exit::NotYet,
            format!(
                "the server shows no proposal {wanted}: it was entered, a later act withdrew it, or it is kept from you; its \
                 file can still be signed"
            ),
        )),
    }
}

/// What an act takes on the record that was verified, and how its signers are told.
///
/// # Errors
/// The record holds no manifest.
pub fn course<'v>(proposal: &Proposal, verified: &'v Verified, log: &Log) -> Result<Course<'v>, Stop> {
    let election = log.election.clone().unwrap_or_else(|| verified.election.to_string());
    let at = At { record: log.record.clone(), election };
    let course = Course::of_act(proposal, &verified.record, at);
    course.ok_or_else(|| Stop::new(Exit::NotYet, "the record holds no manifest"))
}

/// Says in plain numbers what a signer ought to know before it is asked.
///
/// # Errors
/// Standard output is closed.
pub fn warn(proposal: &Proposal, verified: &Verified) -> Result<(), Stop> {
    for caution in cautions(proposal, &verified.record) {
        print_line(&format!("WARNING: {caution}"))?;
    }
    Ok(())
}

/// Shows an act, asks, signs, and sends it to the record's server for the others; the last signature enters it.
///
/// # Errors
/// As [`Subject::sign`].
pub fn sign_and_send(
    (place, log): (&Place, &Log),
    verified: &Verified,
    mut proposal: Proposal,
    (role, number): (Role, u16),
    key: &RoleKey,
) -> Result<Exit, Stop> {
    print_line(&Printable(&words(&proposal)).to_string())?;
    warn(&proposal, verified)?;
    if proposal.awaits(&verified.record).is_empty() {
        // Nobody has entered it: whoever signed last could not, or was kept from it.
        place.consent("No signature is missing. Enter it?")?;
        return enter(log, verified, &proposal, "");
    }
    let mut signed = proposal.clone();
    signed.sign((role, number), key.signing_key(), proposal.takes_of(role, &verified.record))?;
    let last = if signed.awaits(&verified.record).is_empty() {
        " It is the last signature that the act takes: it is then entered."
    } else {
        ""
    };
    place.consent(&format!("Sign this as {}?{last}", numbered(role, number)))?;
    proposal = signed;
    send(log, verified, &proposal)
}

/// Sends a signed act to the record's server; where no signature is missing any more, it is entered.
///
/// # Errors
/// The server does not take it, or answers with another act or false signatures; or the act is not entered.
pub fn send(log: &Log, verified: &Verified, proposal: &Proposal) -> Result<Exit, Stop> {
    let remote = remote(log, verified.election)?;
    let [entry] = proposal.entries().try_into().map_err(|_| Stop::input("a manifest is signed as a file"))?;
    let answered = remote.post_proposal(&entry)?;
    let kept = joined(verified, proposal, &answered)?;
    let awaited = awaited(&kept, verified);
    if !awaited.is_empty() {
        let number = digits(&kept);
        print_line(&format!("signed; proposal {number} on the server awaits {awaited}"))?;
        let lines = course(&kept, verified, log)?.lines(&kept, Held::Number(&number));
        return lines.iter().try_fold(Exit::Pass, |_, line| print_line(line));
    }
    enter(log, verified, &kept, "signed; ")
}

fn enter(log: &Log, verified: &Verified, complete: &Proposal, said: &str) -> Result<Exit, Stop> {
    let posted = log.post(verified.election, &complete.entries())?;
    let index = posted.first().map_or(0, |entry| entry.index);
    print_line(&format!("{said}{} stands as entry {index}", complete.kind().name()))
}

/// What the server has of this act, if that is this act with true signatures.
fn joined(verified: &Verified, proposal: &Proposal, answered: &[u8]) -> Result<Proposal, Stop> {
    let wrong = |what: &str| Stop::new(Exit::CheckFailed, format!("the server answered with {what}"));
    let entry = Entry::decode(answered).map_err(|_| wrong("something that is no entry"))?;
    let kept = Proposal::of(entry)?;
    if kept.number() != proposal.number() {
        return Err(wrong("another act than the one that was signed"));
    }
    kept.verify_signatures(|role, number| key_of(&verified.record, role, number))?;
    Ok(kept)
}

/// Who has yet to sign, in words; empty where nobody has.
#[must_use]
pub fn awaited(proposal: &Proposal, verified: &Verified) -> String {
    let awaited = proposal.awaits(&verified.record).into_iter();
    let some = awaited.map(|(role, count)| counted(count, &format!("more {}", role.name())));
    some.collect::<Vec<_>>().join(" and ")
}

fn remote(log: &Log, election: ElectionId) -> Result<Remote, Stop> {
    Ok(Remote::new(log.site()?, election, Client::new(Limits::for_acts()))?)
}
