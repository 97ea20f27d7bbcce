//! With how many trustees what still works: what a lost share costs, in numbers of this election (§9.9, §10.6, §24.6).

use std::collections::BTreeSet;

use plebiscite_election::record::{Phase, Record};
use serde::Serialize;

/// Who is lost, as far as the asker knows. A trustee with a backup of its share still decrypts, and never confirms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Losses {
    /// Trustees that have lost share and memory.
    pub lost: BTreeSet<u16>,
    /// Those of them that have a backup of the share.
    pub with_backup: BTreeSet<u16>,
}

/// What still works.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Recovery {
    /// `n`.
    pub trustees: usize,
    /// `t`: so many decrypt.
    pub decrypt_needed: usize,
    /// `c`: so many confirm the seal.
    pub confirm_needed: usize,
    /// So many may be missing for ever before no seal can be confirmed any more.
    pub may_miss_confirming: usize,
    /// So many may be missing for ever, backups included, before nothing can be decrypted any more.
    pub may_miss_decrypting: usize,
    /// Trustees that have confirmed, or can, with the losses given.
    pub can_confirm: Vec<u16>,
    /// Trustees that have decrypted truly, or can, with the losses given.
    pub can_decrypt: Vec<u16>,
    /// Whether there can still be a result with the losses given.
    pub result_possible: bool,
    /// The same in words.
    pub words: Vec<String>,
}

/// What works with these losses, by a verified record. None before its manifest stands.
#[must_use]
pub fn recovery(record: &Record, losses: &Losses) -> Option<Recovery> {
    let manifest = record.manifest()?;
    let (n, t, c) = (manifest.trustees().len(), manifest.threshold(), record.confirmations_needed());
    let all = || (1..=u16::MAX).take(n);
    let confirmed = record.confirmations();
    let can_confirm: Vec<u16> =
        all().filter(|j| confirmed.contains_key(j) || !losses.lost.contains(j)).collect();
    let valid = record.valid_partials();
    // A false set has no second try, whoever still holds the share.
    let false_sets: Vec<u16> = all().filter(|j| !valid.contains(j) && has_decrypted(record, *j)).collect();
    let holds = |j: &u16| {
        let from_backup = losses.with_backup.contains(j) && others(&can_confirm, *j) >= c;
        !losses.lost.contains(j) || from_backup
    };
    let can_decrypt: Vec<u16> =
        all().filter(|j| valid.contains(j) || (!false_sets.contains(j) && holds(j))).collect();
    let over = record.phase() >= Phase::Result;
    let possible = match record.phase() {
        Phase::Cancelled => false,
        _ if over => true,
        _ if record.keys().is_none() => losses.lost.is_empty(),
        Phase::Confirmed => can_decrypt.len() >= t,
        _ => can_confirm.len() >= c && can_decrypt.len() >= t,
    };
    let mut found = Recovery {
        trustees: n,
        decrypt_needed: t,
        confirm_needed: c,
        may_miss_confirming: n.saturating_sub(c),
        may_miss_decrypting: n.saturating_sub(t),
        can_confirm,
        can_decrypt,
        result_possible: possible,
        words: Vec::new(),
    };
    found.words = words(record, losses, &found);
    Some(found)
}

fn others(confirming: &[u16], own: u16) -> usize {
    confirming.iter().filter(|j| **j != own).count()
}

/// Whether partial decryptions of this trustee stand, true or false.
fn has_decrypted(record: &Record, trustee: u16) -> bool {
    record.is_taken(crate::decrypt::slot(trustee))
}

fn words(record: &Record, losses: &Losses, found: &Recovery) -> Vec<String> {
    let (n, t, c) = (found.trustees, found.decrypt_needed, found.confirm_needed);
    let mut words = Vec::new();
    if record.phase() == Phase::Cancelled {
        words.push("the election is cancelled: no share is needed any more".to_owned());
        return words;
    }
    if record.phase() >= Phase::Result {
        words.push("the result stands: no share is needed any more, and a lost one costs nothing".to_owned());
        return words;
    }
    if record.keys().is_none() {
        words.push(format!(
            "the keys are made by all {n} trustees together: until all have confirmed them, one that is missing ends the attempt"
        ));
        words.push(
            "a trustee that lost its memory but has its signing key takes part in the next attempt, once the officials \
             have ended this one; one without its key is replaced by a new manifest, before any letter is printed"
                .to_owned(),
        );
        return words;
    }
    words.push(format!(
        "{c} of {n} trustees confirm the seal, so {} may be missing; {t} of {n} decrypt, so {} may be missing",
        found.may_miss_confirming, found.may_miss_decrypting
    ));
    words.push(format!(
        "a share restored from a backup decrypts once {c} other trustees have confirmed, and never confirms; fewer than {t} \
         shares open nothing"
    ));
    if record.phase() < Phase::RollSealed {
        words.push(
            "no letter is printed yet: the officials can found the election anew with a new manifest"
                .to_owned(),
        );
    }
    if !losses.lost.is_empty() || record.phase() >= Phase::Sealed {
        words.push(standing(record, losses, found));
    }
    words
}

/// What the losses given leave.
fn standing(record: &Record, losses: &Losses, found: &Recovery) -> String {
    let (t, c) = (found.decrypt_needed, found.confirm_needed);
    let lost = match losses.lost.len() {
        0 => String::new(),
        _ => {
            let names: Vec<String> = losses.lost.iter().map(u16::to_string).collect();
            format!("without trustees {}: ", names.join(", "))
        }
    };
    let confirmed = record.confirmations().len();
    let confirming = if confirmed >= c {
        format!("the seal is confirmed by {confirmed}")
    } else {
        let can = found.can_confirm.len();
        let verdict = if can >= c { "enough" } else { "too few, and no seal can ever be confirmed" };
        format!("{can} have confirmed or can, and {c} are needed: {verdict}")
    };
    let can = found.can_decrypt.len();
    let verdict = if can >= t { "enough" } else { "too few, and the votes can never be counted" };
    let end = if found.result_possible {
        "there can be a result"
    } else {
        "there can be no result: the officials cancel, and the vote is held again"
    };
    format!("{lost}{confirming}; {can} have decrypted or can, and {t} are needed: {verdict}; {end}")
}
