//! Loose seal confirmations: what trustees signed and the log may lack (§23.6).
//!
//! A board can keep a confirmation out of its log, and out of all but one of several logs. A trustee's word counts all the
//! same: with `c` of them, logged or not, the log with the seal that they confirmed is the record.

use std::collections::{BTreeMap, BTreeSet};

use plebiscite_board::merkle::{Hash, Roots};
use plebiscite_election::counted::numbered;
use plebiscite_election::entry::{Entry, SealConfirmation};
use serde::Serialize;

use super::Replay;
use super::names::LogCheck;

/// A file that was given as a confirmation.
#[derive(Clone, Debug)]
pub struct Loose {
    source: String,
    read: Option<SealConfirmation>,
}

/// What the loose confirmations came to beside one log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Weighed {
    /// How many trustees must confirm a seal.
    pub needed: usize,
    /// Trustees whose confirmation of this log's seal stands in the log.
    pub logged: Vec<u16>,
    /// Trustees whose loose confirmation of this log's seal counts.
    pub loose: Vec<u16>,
    /// Each file that counts nothing for this log's seal, and why.
    #[serde(skip)]
    pub ignored: Vec<String>,
}

impl Loose {
    /// Reads a file; one that is no confirmation counts nothing, and is named as that.
    #[must_use]
    pub fn read(source: String, bytes: &[u8]) -> Self {
        let read = match Entry::decode(bytes) {
            Ok(Entry::SealConfirmation(confirmation)) => Some(confirmation),
            _ => None,
        };
        Self { source, read }
    }
}

/// Weighs loose confirmations with those that stand in the logs, before the record is chosen among these.
pub fn weigh(logs: &mut [(String, Replay)], files: &[Loose]) {
    if files.is_empty() {
        return;
    }
    // Every trustee's word for a seal, by the seal's digest, wherever it stands.
    let mut words: BTreeMap<[u8; 32], BTreeSet<u16>> = BTreeMap::new();
    for (_, replay) in &*logs {
        if let Some(seal) = replay.record.seal() {
            words.entry(seal.digest).or_default().extend(replay.record.confirmations().keys());
        }
    }
    for file in files {
        let confirmed = file.read.as_ref().filter(|word| {
            let sound = logs.iter().any(|(_, replay)| replay.signed_by_trustee(word).is_ok());
            let holders = || logs.iter().filter(|(_, replay)| replay.seals(word));
            // Where no log has this seal, nothing but the signature can be judged.
            sound && (holders().next().is_none() || holders().any(|(_, replay)| replay.covers(word).is_ok()))
        });
        if let Some(word) = confirmed {
            words.entry(word.seal_digest).or_default().insert(word.trustee);
        }
    }
    logs.iter_mut().for_each(|(_, replay)| replay.weigh(files, &words));
}

impl Replay {
    /// The trustees who confirmed the seal of this log, in it or beside it.
    pub(crate) fn confirmers(&self) -> BTreeSet<u16> {
        let loose = self.loose.iter().flat_map(|weighed| weighed.loose.iter().copied());
        self.record.confirmations().keys().copied().chain(loose).collect()
    }

    fn weigh(&mut self, files: &[Loose], words: &BTreeMap<[u8; 32], BTreeSet<u16>>) {
        let logged: Vec<u16> = self.record.confirmations().keys().copied().collect();
        let seal = self.record.seal().map(|seal| seal.digest);
        let heard = seal.and_then(|digest| words.get(&digest)).into_iter().flatten();
        let loose = heard.copied().filter(|trustee| !logged.contains(trustee)).collect();
        let ignored = files.iter().filter_map(|file| {
            self.counts(file, words).err().map(|reason| format!("{}: {reason}", file.source))
        });
        let (needed, ignored) = (self.record.confirmations_needed(), ignored.collect());
        self.loose = Some(Weighed { needed, logged, loose, ignored });
        self.hear_again();
        let other = words
            .iter()
            .find(|(digest, trustees)| seal != Some(**digest) && needed > 0 && trustees.len() >= needed);
        if let Some((digest, trustees)) = other {
            let reason = format!(
                "{} confirmed another seal, {}: the log that holds it is the record, and not this one",
                numbered("trustee", &trustees.iter().copied().collect::<Vec<_>>()),
                hex::encode(digest)
            );
            self.fail(LogCheck::Fork, None, reason);
        }
    }

    /// Whether a file counts for this log's seal.
    fn counts(&self, file: &Loose, words: &BTreeMap<[u8; 32], BTreeSet<u16>>) -> Result<(), String> {
        let word = file.read.as_ref().ok_or_else(|| "not a seal confirmation".to_owned())?;
        self.signed_by_trustee(word)?;
        if !self.seals(word) {
            return Err(format!(
                "trustee {} confirmed another seal, {}",
                word.trustee,
                hex::encode(word.seal_digest)
            ));
        }
        let heard = words.get(&word.seal_digest).is_some_and(|trustees| trustees.contains(&word.trustee));
        if heard { Ok(()) } else { self.covers(word) }
    }

    /// Of this election, by one of its trustees.
    fn signed_by_trustee(&self, word: &SealConfirmation) -> Result<(), String> {
        let manifest =
            self.record.manifest().ok_or_else(|| "no manifest stands to judge it by".to_owned())?;
        if word.election != manifest.id() {
            return Err("it is of another election".to_owned());
        }
        let key = usize::from(word.trustee).checked_sub(1).and_then(|place| manifest.trustees().get(place));
        let key = key.ok_or_else(|| format!("there is no trustee {}", word.trustee))?;
        word.verify(key).map_err(|error| error.to_string())
    }

    fn seals(&self, word: &SealConfirmation) -> bool {
        self.record.seal().is_some_and(|seal| seal.digest == word.seal_digest)
    }

    /// Made on this log, as far as it is known here, and on one that held the seal.
    fn covers(&self, word: &SealConfirmation) -> Result<(), String> {
        let seal = self.record.seal().ok_or_else(|| "no seal stands".to_owned())?;
        if word.seen.size <= seal.index {
            return Err(format!("trustee {} signed it before the seal stood", word.trustee));
        }
        match self.tree.root_at(word.seen.size) {
            Some(root) if root != Hash(word.seen.root) => {
                Err(format!("trustee {} signed it on another log", word.trustee))
            }
            _ => Ok(()),
        }
    }
}
