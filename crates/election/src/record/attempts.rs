//! What became of every ceremony attempt: whose messages stand, who complained about whom, how it ended (§9.9, §20.5).
//!
//! It follows from the log and decides nothing: the programs show it, so that the end of an attempt is understood by
//! those who were there and by those who come later.

use std::collections::BTreeMap;

use plebiscite_crypto::threshold::ceremony::{Fault, FaultKind};

use super::Record;

/// One ceremony attempt, as the log tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Its number, from 1.
    pub number: u32,
    /// Index of the entry that completed each message, by round and trustee. A false one stands too.
    pub messages: BTreeMap<(u8, u16), u64>,
    /// What ended it by name, in the order of the message that showed it. Empty unless [`AttemptEnd::Faults`].
    pub faults: Vec<NamedFault>,
    /// How it ended; none while it is in force, and where the election was cancelled during it.
    pub end: Option<AttemptEnd>,
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttemptEnd {
    /// All `n` have confirmed the keys.
    Confirmed,
    /// A message was false, or proved that another's was.
    Faults,
    /// The officials ended it, for the silence of a trustee.
    Silence {
        /// Whose message was missing.
        trustee: u16,
        /// In which round.
        round: u8,
        /// Index of the officials' act.
        entry: u64,
    },
}

/// A fault with the message that showed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamedFault {
    /// Index of the entry that completed the message.
    pub entry: u64,
    /// Who sent the message.
    pub sender: u16,
    /// Whose fault it is, and what.
    pub fault: Fault,
}

/// A complaint with its verdict. There is no complaint without one: each is somebody's fault (§9.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// Who complained.
    pub complainer: u16,
    /// About whom.
    pub dealer: u16,
    /// The verdict: whose fault it is, and what.
    pub verdict: NamedFault,
}

impl Attempt {
    pub(super) const fn begun(number: u32) -> Self {
        Self { number, messages: BTreeMap::new(), faults: Vec::new(), end: None }
    }

    /// The complaints that stand, in the order of their message.
    #[must_use]
    pub fn complaints(&self) -> Vec<Complaint> {
        self.faults.iter().copied().filter_map(NamedFault::complaint).collect()
    }
}

impl NamedFault {
    /// The complaint that this fault is the verdict of, if it is one's.
    #[must_use]
    pub const fn complaint(self) -> Option<Complaint> {
        let dealer = match self.fault.kind {
            FaultKind::WrongShare { .. } => self.fault.trustee,
            FaultKind::UnfoundedComplaint { dealer } | FaultKind::ComplaintProof { dealer } => dealer,
            _ => return None,
        };
        Some(Complaint { complainer: self.sender, dealer, verdict: self })
    }
}

impl Record {
    /// All ceremony attempts in order; the last is the one in force, or the last one that was.
    #[must_use]
    pub fn attempts(&self) -> &[Attempt] {
        &self.attempts
    }

    /// The attempt in force.
    pub(super) fn attempt_mut(&mut self) -> Option<&mut Attempt> {
        self.attempts.last_mut()
    }
}
