//! Several logs of one election: which of them is the record (§23.6).

use plebiscite_board::note::NoteKey;
use plebiscite_election::manifest::Manifest;
use serde::Serialize;

use crate::check::Replay;
use crate::check::heads::{Heard, common};
use crate::check::names::LogCheck;
use crate::report::{Outcome, Report};

/// One of the logs that were given, beside the one that the report is of.
#[derive(Clone, Debug, Serialize)]
pub struct OtherLog {
    /// Where it came from.
    pub source: String,
    /// Entries of its checkpoint.
    pub size: u64,
    /// Root of its checkpoint.
    pub root: String,
    /// What its own checks came to.
    pub outcome: Outcome,
    /// The first check that failed in it.
    pub failed: Option<&'static str>,
    /// Entries that it has in common with the record.
    pub common: u64,
    /// How it stands to the record: `same`, `shorter`, `longer`, `outvoted`, `cut-off`, `forked`, `unread` where
    /// its files could not be read again for the comparison, or `false` where its own checks fail.
    pub stands: &'static str,
}

/// Chooses the record among logs of one election, by name, and judges the others against it. None where none is given.
///
/// The trustees' confirmations decide before a successor of the board's key, and that before the longer log.
#[must_use]
pub fn choose(logs: Vec<(String, Replay)>) -> Option<(Replay, Vec<OtherLog>)> {
    let rank = |replay: &Replay| {
        let whole = replay.failures.is_empty();
        (whole, whole && replay.confirmed(), successors(replay), replay.record.size())
    };
    let best = (0..logs.len()).rev().max_by_key(|place| logs.get(*place).map(|(_, replay)| rank(replay)))?;
    let mut logs = logs;
    let (_, mut record) = if best < logs.len() { logs.remove(best) } else { return None };
    let others = logs.into_iter().map(|(source, other)| against(&mut record, source, &other)).collect();
    Some((record, others))
}

/// How many keys of the board were succeeded in a log.
fn successors(replay: &Replay) -> usize {
    replay.record.board_keys_before(u64::MAX).count()
}

fn against(record: &mut Replay, source: String, other: &Replay) -> OtherLog {
    let report = Report::of(other);
    let shared = common(record, other);
    let ends = shared == record.tree.size() || shared == other.tree.size();
    let contradicts = !ends || record.record.election() != other.record.election();
    let signed = other.failures.iter().all(|failure| failure.check.name() != "log-checkpoint");
    let stands = if other.ensure_tiles().is_err() {
        // What cannot be read a second time shows nothing about the record.
        "unread"
    } else if !other.failures.is_empty() && (!contradicts || !signed) {
        "false"
    } else if record.record.election() != other.record.election() {
        "other-election"
    } else if !contradicts {
        match shared {
            shared if shared < record.tree.size() => "shorter",
            shared if shared < other.tree.size() => "longer",
            _ => "same",
        }
    } else if record.confirmed() {
        if signed {
            record.heard.push(Heard::Outvoted(shared + 1));
        }
        "outvoted"
    } else if successors(record) > successors(other) {
        if signed {
            record.heard.push(Heard::CutOff(other.tree.size()));
        }
        "cut-off"
    } else {
        let reason = format!("forked at size {}: another log of this election goes on otherwise", shared + 1);
        record.fail(LogCheck::Fork, None, reason);
        record.agreed = Some(record.agreed.map_or(shared, |before| before.min(shared)));
        "forked"
    };
    OtherLog {
        source,
        size: report.size,
        root: report.root.clone(),
        outcome: report.outcome,
        failed: report.failed().map(|check| check.name),
        common: shared,
        stands,
    }
}

/// The board's key that a manifest names, under the origin of its election: evidence that holds a manifest proves its own key.
///
/// # Errors
/// One sentence: the bytes are no manifest.
pub fn board_key_of(manifest: &[u8]) -> Result<NoteKey, String> {
    let manifest = Manifest::parse(manifest).map_err(|error| format!("the manifest in the file: {error}"))?;
    NoteKey::new(&format!("plebiscite/v1/{}", manifest.id()), *manifest.board_key())
        .map_err(|error| error.to_string())
}
