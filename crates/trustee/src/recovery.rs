//! With how many trustees what still works: what a lost share costs, in numbers of this election (§9.9, §10.6, §24.6).

use std::collections::BTreeSet;

use plebiscite_election::counted::{counted, either, numbered};
use plebiscite_election::record::{Phase, Record};
use serde::Serialize;

use crate::State;

/// Who is lost, as far as the asker knows. A trustee with a backup of its share never confirms, and decrypts where as many
/// others as confirm a seal are there to confirm it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Losses {
    /// Trustees that have lost share and memory.
    pub lost: BTreeSet<u16>,
    /// Those of them that have a backup of the share.
    pub with_backup: BTreeSet<u16>,
}

impl Losses {
    /// What a trustee's own folder shows: nothing is lost, or the share, or all but the share's backup.
    #[must_use]
    pub fn own(record: &Record, state: &State, own: u16) -> Self {
        let mut losses = Self::default();
        let Some(keys) = record.keys() else { return losses };
        let share = state.share.as_ref().filter(|share| share.attempt == keys.attempt);
        if share.is_none_or(|share| share.restored) {
            losses.lost.insert(own);
        }
        if share.is_some() && !losses.lost.is_empty() {
            losses.with_backup.insert(own);
        }
        losses
    }
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
    /// Whether a share restored from a backup can ever decrypt here: where all trustees must confirm, there are not enough others.
    pub backup_of_use: bool,
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
        backup_of_use: c < n,
        can_confirm,
        can_decrypt,
        result_possible: possible,
        words: Vec::new(),
    };
    found.words = words(record, losses, &found);
    Some(found)
}

/// Where every trustee must confirm, a share that never confirms replaces none: said in numbers. None elsewhere, and before the
/// manifest stands.
#[must_use]
pub fn irreplaceable(record: &Record) -> Option<String> {
    let (n, _, _) = numbers(record)?;
    never_replaced(record).map(|words| format!("all {n} trustees must confirm the seal, and {words}"))
}

/// The same without its reason.
fn never_replaced(record: &Record) -> Option<String> {
    let (n, t, c) = numbers(record)?;
    let after = if t < n {
        format!(
            "a folder that is lost before its trustee has confirmed ends the election without a result; after that, the \
             {} can still decrypt, of whom {t} must",
            counted(n - 1, "other trustee")
        )
    } else {
        "a folder that is lost before its trustee has decrypted ends the election without a result".to_owned()
    };
    (c >= n).then(|| {
        format!(
            "a share restored from a backup never confirms: in this election a lost folder cannot be replaced, by no backup; \
             {after}"
        )
    })
}

/// What a share restored from a backup does in this election. None before the manifest stands.
#[must_use]
pub fn restored_words(record: &Record) -> Option<String> {
    let (n, _, c) = numbers(record)?;
    Some(if c < n {
        format!(
            "a restored share never confirms a seal, and decrypts one that {} confirmed",
            counted(c, "other trustee") + either(c, " has", " have")
        )
    } else {
        format!(
            "a restored share does nothing in this election: it never confirms a seal, and decrypts only one that {c} other \
             trustees have confirmed, and there {} only {}",
            either(n - 1, "is", "are"),
            counted(n - 1, "other")
        )
    })
}

/// `n`, `t` and `c`.
fn numbers(record: &Record) -> Option<(usize, usize, usize)> {
    let manifest = record.manifest()?;
    let n = manifest.trustees().len();
    (n > 0).then(|| (n, manifest.threshold(), record.confirmations_needed()))
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
        words.extend(irreplaceable(record));
        return words;
    }
    let decrypting =
        format!("{t} of {n} decrypt, so {} may be missing", some_or_none(found.may_miss_decrypting));
    if let Some(never_replaced) = never_replaced(record) {
        let once = if found.may_miss_decrypting > 0 { " once all have confirmed" } else { "" };
        words.push(format!(
            "all {n} trustees must confirm the seal, so none may be missing; {decrypting}{once}"
        ));
        words.push(format!(
            "{never_replaced}; fewer than {} nothing",
            counted(t, "share") + either(t, " opens", " open")
        ));
    } else {
        let may_miss = found.may_miss_confirming;
        words.push(format!(
            "{c} of {n} trustees confirm the seal, so {may_miss} may be missing; {decrypting}"
        ));
        words.push(format!(
            "a share restored from a backup never confirms, and decrypts once {c} other trustees have confirmed: so {} may \
             lose {} before confirming, and with one more there is no result, backups or not; fewer than {} nothing",
            counted(may_miss, "trustee"),
            either(may_miss, "its folder", "their folders"),
            counted(t, "share") + either(t, " opens", " open")
        ));
    }
    if record.phase() < Phase::RollSealed {
        words.push(format!(
            "no letter is printed yet: the officials can found the election anew with a new manifest{}",
            // The smallest number of trustees that this threshold leaves one to spare of.
            if found.backup_of_use {
                String::new()
            } else {
                format!(
                    "; with {} trustees, {} would have to confirm, and one lost folder could be replaced",
                    t + 2,
                    t + 1
                )
            }
        ));
    }
    if !losses.lost.is_empty() || record.phase() >= Phase::Sealed {
        words.push(standing(record, losses, found));
    }
    words
}

fn some_or_none(count: usize) -> String {
    if count == 0 { "none".to_owned() } else { count.to_string() }
}

/// What the losses given leave.
fn standing(record: &Record, losses: &Losses, found: &Recovery) -> String {
    let (t, c) = (found.decrypt_needed, found.confirm_needed);
    let gone: Vec<u16> = losses.lost.difference(&losses.with_backup).copied().collect();
    let restored: Vec<u16> = losses.lost.intersection(&losses.with_backup).copied().collect();
    let mut lost = Vec::new();
    if !gone.is_empty() {
        lost.push(format!("without {}", numbered("trustee", &gone)));
    }
    if !restored.is_empty() {
        lost.push(format!("with only a backup of {}", numbered("trustee", &restored)));
    }
    let lost = if lost.is_empty() { String::new() } else { format!("{}: ", lost.join(" and ")) };
    let confirmed = record.confirmations().len();
    let confirming = if confirmed >= c {
        format!("the seal is confirmed by {confirmed}")
    } else {
        let can = found.can_confirm.len();
        let verdict = if can >= c { "enough" } else { "too few, and no seal can ever be confirmed" };
        format!("{can} {} confirmed or can, and {c} are needed: {verdict}", either(can, "has", "have"))
    };
    let can = found.can_decrypt.len();
    let verdict = if can >= t { "enough" } else { "too few, and the votes can never be counted" };
    let end = if found.result_possible {
        "there can be a result"
    } else if record.phase() < Phase::RollSealed {
        "there can be no result: the officials found the election anew with a new manifest"
    } else {
        "there can be no result: the officials cancel, and the vote is held again"
    };
    format!(
        "{lost}{confirming}; {can} {} decrypted or can, and {t} {} needed: {verdict}; {end}",
        either(can, "has", "have"),
        either(t, "is", "are")
    )
}
