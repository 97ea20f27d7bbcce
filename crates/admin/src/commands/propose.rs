//! The acts: each is proposed from a record that was verified now, as a file or on the server, for the others to sign.

use std::path::PathBuf;

use plebiscite_admin::act::{Wish, WishError, propose, same_close, usual_close};
use plebiscite_admin::members::key;
use plebiscite_admin::outcome;
use plebiscite_election::credential::ReplacementReason;
use plebiscite_election::entry::{Role, StatementKind, Succeeded};
use plebiscite_election::manifest::key::PublicKey;
use plebiscite_election::manifest::time::Time;
use plebiscite_election::record::Phase;
use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::collected::{course, digits, listed, sign_and_send, warn};
use plebiscite_roles::files;
use plebiscite_roles::program::{Log, Place, print_line, write_new_proposal};
use plebiscite_roles::proposal::{Proposal, check::follows, words};
use plebiscite_roles::signing::Held;

use super::template::time;

/// What every act takes.
#[derive(clap::Args)]
#[command(group(clap::ArgGroup::new("way").required(true).multiple(true)))]
pub struct Common {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    log: Log,
    /// Where to write the proposal, unsigned, for the officials to sign one after the other.
    #[arg(long, value_name = "FILE", group = "way")]
    propose: Option<PathBuf>,
    /// Sign it, and post it to the record's server, where the other officials find it.
    #[arg(long, group = "way")]
    post: bool,
}

/// A reason that stands in the record.
#[derive(clap::Args)]
pub struct Reason {
    /// Why; it stands in the record for ever.
    #[arg(long, default_value = "")]
    reason: String,
}

#[derive(clap::Subcommand)]
pub enum Act {
    /// Propose to end the ceremony attempt, because a trustee's message is missing.
    AttemptEnded {
        #[command(flatten)]
        common: Common,
        /// The trustee; the first one awaited unless given.
        #[arg(long)]
        trustee: Option<u16>,
    },
    /// Propose to begin the next ceremony attempt.
    AttemptBegins {
        #[command(flatten)]
        common: Common,
    },
    /// Propose to end the roll attempt: all its codes become void.
    RollAttemptEnded {
        #[command(flatten)]
        common: Common,
    },
    /// Propose to seal the roll.
    RollSeal {
        #[command(flatten)]
        common: Common,
    },
    /// Propose to open the vote.
    Open {
        #[command(flatten)]
        common: Common,
        #[command(flatten)]
        reason: Reason,
    },
    /// Propose to move the closing time.
    Extend {
        #[command(flatten)]
        common: Common,
        /// The new closing time, like 2027-05-30T20:00:00Z.
        #[arg(long, value_parser = time)]
        to: Time,
        #[command(flatten)]
        reason: Reason,
    },
    /// Propose to close the vote.
    Close {
        #[command(flatten)]
        common: Common,
        /// The time that the close names; now, where the manifest allows an early close by now, and else the closing time in
        /// force, once it has come.
        #[arg(long, value_parser = time)]
        time: Option<Time>,
        #[command(flatten)]
        reason: Reason,
    },
    /// Propose to cancel the election: there will never be a result.
    Cancel {
        #[command(flatten)]
        common: Common,
        #[command(flatten)]
        reason: Reason,
    },
    /// Propose to seal what is counted.
    Seal {
        #[command(flatten)]
        common: Common,
    },
    /// Propose to certify the result.
    Certify {
        #[command(flatten)]
        common: Common,
    },
    /// Propose a statement.
    Statement {
        #[command(flatten)]
        common: Common,
        /// What it is about.
        #[arg(long, value_enum)]
        about: About,
        /// A file with its text.
        #[arg(long, value_name = "FILE")]
        text: PathBuf,
    },
    /// Propose to replace a lost letter.
    Replacement {
        #[command(flatten)]
        common: Common,
        /// The voter's roll number.
        #[arg(long)]
        roll_number: u32,
        /// Why.
        #[arg(long, value_enum)]
        reason: Why,
    },
    /// Propose a successor of the board's key, or of an official's.
    Successor {
        #[command(flatten)]
        common: Common,
        /// The new public key.
        #[arg(long, value_parser = key)]
        key: PublicKey,
        /// The official, by number from 1 as `status` counts; the board unless given.
        #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
        official: Option<u16>,
    },
}

#[derive(Clone, Copy, clap::ValueEnum)]
pub enum About {
    Mirrors,
    Pages,
}

#[derive(Clone, Copy, clap::ValueEnum)]
pub enum Why {
    NotReceived,
    Lost,
    Unreadable,
    Disclosed,
    Misdelivered,
}

pub fn run(act: &Act) -> Result<Exit, Stop> {
    let (common, wish) = wish(act)?;
    let verified = common.place.verified(&common.log)?;
    let now = super::now()?;
    let (wish, any_time) = match wish {
        Wish::Close(None, reason) if verified.record.phase() == Phase::Open => {
            (Wish::Close(Some(usual_close(&verified.record, now).map_err(stop)?), reason), true)
        }
        other => (other, false),
    };
    let proposal = propose(&wish, &verified.record, &verified.tree, verified.seen).map_err(stop)?;
    super::say_if_test(verified.record.manifest().is_some_and(|manifest| manifest.is_test()))?;
    follows(&proposal, &verified.record, &verified.tree)?;
    for line in outcome::act(&proposal, &verified.record, now) {
        print_line(&line)?;
    }
    if let Some(path) = &common.propose {
        write_new_proposal(path, &proposal)?;
        if !common.post {
            print_line(&words(&proposal))?;
            warn(&proposal, &verified)?;
            let file = path.to_string_lossy();
            let course = course(&proposal, &verified, &common.log)?;
            let lines = course.lines(&proposal, Held::File(&file));
            lines.iter().try_for_each(|line| print_line(line).map(|_| ()))?;
            return print_line(&format!(
                "once no signature is missing: {}",
                course.posting(Held::File(&file))
            ));
        }
    }
    let said = words(&proposal);
    let alike = |other: &Proposal| {
        words(other) == said || (any_time && same_close(&proposal, other, &verified.record, now))
    };
    let same = |other: &Proposal| alike(other) && follows(other, &verified.record, &verified.tree).is_ok();
    if let Some(same) = listed(&common.log, verified.election)?.proposals.iter().find(|other| same(other)) {
        let digits = digits(same);
        let lines = course(same, &verified, &common.log)?.lines(same, Held::Number(&digits));
        return Err(Stop::new(
            Exit::Usage,
            format!("this is proposed already, as {digits}; {}", lines.join("; ")),
        ));
    }
    let key = common.place.key(super::ROLE)?;
    let number = verified.number(Role::Official, &key.public())?;
    sign_and_send((&common.place, &common.log), &verified, proposal, (Role::Official, number), &key)
}

/// What was asked for is refused, or not yet possible.
fn stop(error: WishError) -> Stop {
    let exit = match error {
        WishError::BeyondLatest { .. }
        | WishError::NoLater { .. }
        | WishError::TooEarly { .. }
        | WishError::HasVoted { .. } => Exit::CheckFailed,
        _ => Exit::NotYet,
    };
    Stop::new(exit, error)
}

fn wish(act: &Act) -> Result<(&Common, Wish), Stop> {
    Ok(match act {
        Act::AttemptEnded { common, trustee } => (common, Wish::AttemptEnded(*trustee)),
        Act::AttemptBegins { common } => (common, Wish::AttemptBegins),
        Act::RollAttemptEnded { common } => (common, Wish::RollAttemptEnded),
        Act::RollSeal { common } => (common, Wish::RollSeal),
        Act::Open { common, reason } => (common, Wish::Open(reason.reason.clone())),
        Act::Extend { common, to, reason } => (common, Wish::Extend(*to, reason.reason.clone())),
        Act::Close { common, time, reason } => {
            (common, Wish::Close(time.map(|time| time.unix()), reason.reason.clone()))
        }
        Act::Cancel { common, reason } => (common, Wish::Cancel(reason.reason.clone())),
        Act::Seal { common } => (common, Wish::Seal),
        Act::Certify { common } => (common, Wish::Certify),
        Act::Statement { common, about, text } => {
            let limit = plebiscite_election::entry::STATEMENT_LIMIT as u64;
            let text = String::from_utf8(files::read(text, limit)?)
                .map_err(|_| Stop::input("the statement is not UTF-8"))?;
            (common, Wish::Statement(about.kind(), text))
        }
        Act::Replacement { common, roll_number, reason } => {
            (common, Wish::Replacement(*roll_number, reason.reason()))
        }
        Act::Successor { common, key, official } => {
            let official = official.map(|number| Succeeded::Official(number.saturating_sub(1)));
            (common, Wish::Successor(official.unwrap_or(Succeeded::Board), key.0))
        }
    })
}

impl About {
    const fn kind(self) -> StatementKind {
        match self {
            Self::Mirrors => StatementKind::Mirrors,
            Self::Pages => StatementKind::Pages,
        }
    }
}

impl Why {
    const fn reason(self) -> ReplacementReason {
        match self {
            Self::NotReceived => ReplacementReason::NotReceived,
            Self::Lost => ReplacementReason::Lost,
            Self::Unreadable => ReplacementReason::Unreadable,
            Self::Disclosed => ReplacementReason::Disclosed,
            Self::Misdelivered => ReplacementReason::Misdelivered,
        }
    }
}
