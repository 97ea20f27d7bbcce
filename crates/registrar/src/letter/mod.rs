//! One voter's letter: what it says, composed once for paper and for e-mail (§24.5).

pub mod email;
pub mod font;
pub mod page;
pub mod pdf;
pub mod qr;
pub mod words;

use plebiscite_election::credential::{Code, Fingerprint, Registrar, ReplacementReason};
use plebiscite_election::manifest::Manifest;
use plebiscite_election::manifest::document::Text;
use plebiscite_election::manifest::time::Time;
use thiserror::Error;
use zeroize::Zeroizing;

use crate::letters::link;
use words::{Words, words_of};

/// What all letters of one registrar in one election have in common.
#[derive(Clone, Debug)]
pub struct Vote<'m> {
    /// The manifest of the verified record.
    pub manifest: &'m Manifest,
    /// Whose letters.
    pub registrar: Registrar,
    /// When voting closes, in seconds since 1970 UTC: the time in force.
    pub closes: u64,
    /// The site that links lead to.
    pub site: String,
    /// The telephone number on every letter.
    pub phone: String,
    /// A web address for more, if there is one.
    pub web: Option<String>,
    /// The zone in which times are shown.
    pub zone: Zone,
}

/// Whom a letter is for.
#[derive(Clone, Copy, Debug)]
pub struct Recipient<'a> {
    /// The name, or whatever stands for it, in the registrar's own words.
    pub name: &'a str,
    /// The postal or e-mail address; may be empty.
    pub address: &'a str,
    /// The region's id.
    pub region: &'a str,
    /// The language's tag.
    pub language: &'a str,
    /// The roll number.
    pub number: u32,
    /// The code.
    pub code: &'a Code,
    /// Why the letter replaces an earlier one, if it does.
    pub replaces: Option<ReplacementReason>,
}

/// A zone by its distance from UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Zone {
    minutes: i32,
}

/// Not a distance from UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a zone is written as its distance from UTC, like +05:00 or -03:30")]
pub struct ZoneError;

impl std::str::FromStr for Zone {
    type Err = ZoneError;

    fn from_str(text: &str) -> Result<Self, ZoneError> {
        let (sign, rest) = match text.split_at_checked(1) {
            Some(("+", rest)) => (1, rest),
            Some(("-", rest)) => (-1, rest),
            _ => return Err(ZoneError),
        };
        let (hours, minutes) = rest.split_once(':').ok_or(ZoneError)?;
        let number = |text: &str, below: i32| {
            let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse::<i32>().ok().filter(|number| digits && *number < below).ok_or(ZoneError)
        };
        Ok(Self { minutes: sign * (number(hours, 15)? * 60 + number(minutes, 60)?) })
    }
}

impl Zone {
    /// A time in words of a language, with the zone.
    fn moment(self, seconds: u64, words: &Words) -> Option<String> {
        let shifted = seconds.checked_add_signed(i64::from(self.minutes) * 60)?;
        let text = Time::from_unix(shifted).ok()?.to_string();
        let (date, clock) = text.split_once('T')?;
        let mut parts = date.split('-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        let zone = match (self.minutes.signum(), self.minutes.abs() / 60, self.minutes.abs() % 60) {
            (0, ..) => "UTC".to_owned(),
            (sign, hours, 0) => format!("UTC{}{hours}", if sign > 0 { '+' } else { '-' }),
            (sign, hours, minutes) => format!("UTC{}{hours}:{minutes:02}", if sign > 0 { '+' } else { '-' }),
        };
        let clock = format!("{} ({zone})", clock.get(..5)?);
        let month = month.parse::<usize>().ok()?.checked_sub(1)?;
        Some((words.moment)(day.parse().ok()?, month, year.parse().ok()?, &clock))
    }
}

/// A letter, sentence by sentence. The code is wiped when it is dropped.
pub struct Letter {
    /// The language's words.
    pub words: &'static Words,
    /// Whose letter it is.
    pub sender: String,
    /// Name and address.
    pub name: String,
    /// The address; may be empty.
    pub address: String,
    /// What is voted on.
    pub title: String,
    /// The sentence of a rehearsal.
    pub test: Option<&'static str>,
    /// When voting begins and ends.
    pub dates: String,
    /// Why it replaces an earlier letter.
    pub replaces: Option<String>,
    /// The code as it is typed.
    pub code: Zeroizing<String>,
    /// The link with the code.
    pub link: Zeroizing<String>,
    /// What to do, in order: three steps, and one for the other letter's code where there are two registrars.
    pub steps: Vec<String>,
    /// With two registrars, why there are two codes.
    pub two: Option<String>,
    /// The roll number.
    pub number: String,
    /// The region's name.
    pub region: String,
    /// The election's fingerprint.
    pub fingerprint: String,
    /// Whom to call.
    pub help: String,
    /// Where more is said.
    pub more: Option<String>,
}

/// Why a letter cannot be written.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LetterError {
    /// The manifest lacks what the letter needs.
    #[error("the manifest has no {what} for the letter of roll number {number}")]
    Manifest {
        /// What.
        what: &'static str,
        /// Whose letter.
        number: u32,
    },
    /// A character that the font lacks.
    #[error("the letters' font has no {character:?}, which the {what} of roll number {number} has")]
    Character {
        /// The character.
        character: char,
        /// Where it stands.
        what: &'static str,
        /// Whose letter.
        number: u32,
    },
    /// More than a page or a window holds.
    #[error("the {what} of roll number {number} does not fit its place in the letter: shorten it")]
    Room {
        /// What.
        what: &'static str,
        /// Whose letter.
        number: u32,
    },
    /// The PDF is refused by the rules of PDF/A.
    #[error("the letters are no PDF/A: {0}")]
    Pdf(String),
}

impl Letter {
    /// Composes the letter of a voter.
    ///
    /// # Errors
    /// [`LetterError::Manifest`].
    pub fn compose(vote: &Vote<'_>, to: &Recipient<'_>) -> Result<Self, LetterError> {
        let words = words_of(to.language);
        let missing = |what| move || LetterError::Manifest { what, number: to.number };
        let document = vote.manifest.document();
        let in_own = |text: &Text| text.get(to.language).map(str::to_owned);
        let region = document.regions.iter().find(|region| region.id == to.region);
        let opens =
            vote.zone.moment(document.schedule.opens.unix(), words).ok_or_else(missing("opening time"))?;
        let closes = vote.zone.moment(vote.closes, words).ok_or_else(missing("closing time"))?;
        let names: Vec<&str> =
            document.registrars.members.iter().map(|member| member.name.as_str()).collect();
        let own = usize::from(vote.registrar.number());
        let sender = (*names.get(own).ok_or_else(missing("registrar"))?).to_owned();
        let other = names.iter().enumerate().find(|(number, _)| *number != own).map(|(_, name)| *name);
        let election = vote.manifest.id();
        let id = election.to_string();
        let site = vote.site.trim_end_matches('/');
        let address = format!("{site}/e/{}/", id.get(..16).unwrap_or(&id));
        let [scan, enter, answer] = words.steps.map(|step| step(&address));
        let second = other.map(|_| words.second.to_owned());
        Ok(Self {
            words,
            name: to.name.to_owned(),
            address: to.address.to_owned(),
            title: in_own(&document.title).ok_or_else(missing("title in the voter's language"))?,
            test: document.test.then_some(words.test),
            dates: (words.dates)(&opens, &closes),
            replaces: to.replaces.map(|reason| (words.replaces)((words.reason)(reason))),
            code: Zeroizing::new(to.code.printed().as_str().to_owned()),
            link: link(site, &election, to.code),
            steps: [scan, enter].into_iter().chain(second).chain([answer]).collect(),
            two: other.map(|other| (words.two)(&sender, other)),
            number: to.number.to_string(),
            region: region.and_then(|region| in_own(&region.name)).ok_or_else(missing("region"))?,
            fingerprint: Fingerprint::of(&election).to_string(),
            help: (words.help)(&vote.phone),
            more: vote.web.as_ref().map(|web| (words.more)(web)),
            sender,
        })
    }
}

#[cfg(test)]
mod tests;
