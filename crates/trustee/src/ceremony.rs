//! The ceremony, one round at a time: what is due, made, stored, and only then sent (§9.10).

use plebiscite_crypto::threshold::ceremony::{
    CommitmentSent, ComplaintsSent, DealingSent, Round, ShareKeySent,
};
use plebiscite_election::entry::MessageKind;
use plebiscite_election::record::{CeremonyView, Phase};
use zeroize::Zeroizing;

use crate::state::{Attempt, KeptShare, Sent};
use crate::{Identity, Publisher, Refused, Standing, State, Store, election_of, message};

/// What a call of [`advance`] came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// The message of this round was made, stored and sent.
    Sent {
        /// The ceremony attempt.
        attempt: u32,
        /// The round.
        round: u8,
    },
    /// The stored message of this round was sent again.
    Resent {
        /// The ceremony attempt.
        attempt: u32,
        /// The round.
        round: u8,
    },
    /// This trustee's message stands; others are awaited.
    Waiting {
        /// The ceremony attempt.
        attempt: u32,
        /// The round.
        round: u8,
        /// Whose messages are missing.
        awaited: Vec<u16>,
    },
    /// The attempt ended without keys; the officials begin the next.
    Ended {
        /// The ceremony attempt.
        attempt: u32,
    },
    /// All trustees have confirmed the keys, and the share is kept.
    Finished {
        /// The ceremony attempt.
        attempt: u32,
    },
}

/// Does what is due now: at most one round. Safe to call again at any time, after any interruption.
///
/// `fresh` is used for nothing else; a round that was stored does not use it.
///
/// # Errors
/// [`Refused`]; where it is [`Refused::Publish`], the stored message is sent by the next call.
pub fn advance(
    state: &mut State,
    standing: Standing<'_>,
    who: Identity<'_>,
    fresh: &[u8; 32],
    store: &mut dyn Store,
    publisher: &mut dyn Publisher,
) -> Result<Progress, Refused> {
    let view = standing.record.ceremony().ok_or(Refused::NotYet { what: "its manifest" })?;
    let attempt = view.attempt;
    refuse_earlier(state, attempt)?;
    if standing.record.phase() == Phase::Cancelled {
        return Err(Refused::Cancelled);
    }
    // An attempt that the officials ended has a round still, but not one in force.
    let in_force = view.record.round().filter(|_| standing.record.phase() == Phase::Ceremony);
    let Some(round) = in_force else {
        return Ok(ended(state, standing));
    };
    let number = round.number();
    refuse_earlier_round(state, attempt, number)?;
    let made = state.sent.as_ref().is_some_and(|sent| (sent.attempt, sent.round) == (attempt, number));
    if view.contents.contains_key(&(number, who.number)) {
        return if made {
            Ok(Progress::Waiting { attempt, round: number, awaited: view.record.missing() })
        } else {
            Err(Refused::ForeignMessage { round: round.to_string() })
        };
    }
    if !made {
        let next = prepare(state, standing, &view, who, round, fresh)?;
        store.save(&next).map_err(Refused::Store)?;
        *state = next;
    }
    let entries = state.sent.as_ref().map(|sent| sent.entries.as_slice()).unwrap_or_default();
    publisher.publish(entries).map_err(Refused::Publish)?;
    Ok(if made {
        Progress::Resent { attempt, round: number }
    } else {
        Progress::Sent { attempt, round: number }
    })
}

/// A record that has gone back behind what this vault has begun is another log, or an old copy of it.
fn refuse_earlier(state: &State, found: u32) -> Result<(), Refused> {
    let held = [
        state.sent.as_ref().map(|sent| sent.attempt),
        state.attempt.as_ref().map(|held| held.number),
        state.share.as_ref().map(|share| share.attempt),
    ];
    let begun = held.into_iter().flatten().max().unwrap_or(0);
    if found < begun { Err(Refused::EarlierAttempt { found, begun }) } else { Ok(()) }
}

/// Likewise within the attempt. A vault may know no message that it sent: a share from a backup does not, and R0 made anew
/// would wipe it.
fn refuse_earlier_round(state: &State, attempt: u32, found: u8) -> Result<(), Refused> {
    let reached = [
        state.sent.as_ref().filter(|sent| sent.attempt == attempt).map(|sent| sent.round),
        state.attempt.as_ref().filter(|held| held.number == attempt).map(|held| held.stage),
        state.share.as_ref().filter(|share| share.attempt == attempt).map(|_| Round::R4.number()),
    ];
    let later = reached.into_iter().flatten().any(|reached| reached > found);
    if later { Err(Refused::EarlierRound { attempt }) } else { Ok(()) }
}

fn ended(state: &State, standing: Standing<'_>) -> Progress {
    let attempt = standing.record.ceremony().map_or(0, |view| view.attempt);
    let kept = state.share.as_ref().is_some_and(|share| share.attempt == attempt);
    if standing.record.keys().is_some() && kept {
        Progress::Finished { attempt }
    } else {
        Progress::Ended { attempt }
    }
}

/// The state after this round, with the message in it.
fn prepare(
    state: &State,
    standing: Standing<'_>,
    view: &CeremonyView<'_>,
    who: Identity<'_>,
    round: Round,
    fresh: &[u8; 32],
) -> Result<State, Refused> {
    let mut next = state.clone();
    let content = match round {
        Round::R0 => {
            let (stage, content) = ShareKeySent::begin(view.record.context(), who.number, fresh)?;
            // Wholly fresh: nothing of an earlier attempt remains.
            next = State { seal: next.seal, successors: next.successors, ..State::default() };
            keep(&mut next, view.attempt, 0, stage.to_secret_bytes());
            content
        }
        Round::R1 => {
            let stage = ShareKeySent::from_secret_bytes(secrets(state, view, 0)?, view.record.context())?;
            let (stage, content) = stage.commit(view.record, fresh)?;
            keep(&mut next, view.attempt, 1, stage.to_secret_bytes());
            content
        }
        Round::R2 => {
            let stage = CommitmentSent::from_secret_bytes(secrets(state, view, 1)?, view.record.context())?;
            let (stage, content) = stage.deal(view.record, fresh)?;
            keep(&mut next, view.attempt, 2, stage.to_secret_bytes());
            content
        }
        Round::R3 => {
            let stage = DealingSent::from_secret_bytes(secrets(state, view, 2)?, view.record.context())?;
            let (stage, content) = stage.complain(view.record, fresh)?;
            keep(&mut next, view.attempt, 3, stage.to_secret_bytes());
            content
        }
        Round::R4 => {
            let stage = ComplaintsSent::from_secret_bytes(secrets(state, view, 3)?, view.record.context())?;
            let (share, content) = stage.confirm(view.record)?;
            // The same write that keeps the share destroys everything that it was made from.
            next.attempt = None;
            next.share =
                Some(KeptShare { attempt: view.attempt, restored: false, secrets: share.to_secret_bytes() });
            content
        }
    };
    let election = election_of(standing.record)?;
    let kind = MessageKind::Round(round.number());
    let entries = message(election, who, kind, view.attempt, &content, standing.seen);
    next.sent = Some(Sent { attempt: view.attempt, round: round.number(), entries });
    Ok(next)
}

fn keep(state: &mut State, number: u32, stage: u8, secrets: Zeroizing<Vec<u8>>) {
    state.attempt = Some(Attempt { number, stage, secrets });
}

/// The secrets that the round before left behind.
fn secrets<'s>(state: &'s State, view: &CeremonyView<'_>, stage: u8) -> Result<&'s [u8], Refused> {
    let held = state.attempt.as_ref().filter(|held| (held.number, held.stage) == (view.attempt, stage));
    held.map(|held| held.secrets.as_slice())
        .ok_or_else(|| Refused::ForeignMessage { round: format!("R{stage}") })
}
