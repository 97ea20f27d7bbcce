//! What an honest board would answer, built from the record, for tests that then change one thing.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test must fail where it stands")]
#![allow(dead_code, reason = "each test file uses its part")]

use std::collections::BTreeMap;

use plebiscite_board::merkle::{Tree, leaf_hash};
use plebiscite_board::tlog_proof::TlogProof;
use plebiscite_election::credential::roll_leaf;
use plebiscite_election::entry::{Entry, MessageKind};
use plebiscite_election::view::{ProvenEntry, ProvenRow, ViewSizes, VoterView};
use plebiscite_support::{Election, Shape};
use plebiscite_voter::setup::{Setup, SetupEntries};

pub fn opened() -> Election {
    Election::opened(Shape::default())
}

/// The setup's entries as the log has them.
pub fn setup_entries(election: &Election) -> SetupEntries {
    let mut all = SetupEntries::default();
    let mut confirmations: BTreeMap<u16, Vec<Vec<u8>>> = BTreeMap::new();
    for (index, bytes) in (0u64..).zip(&election.entries) {
        let one = Some((index, bytes.clone()));
        let slot = match Entry::decode(bytes).unwrap() {
            Entry::Head(head) => Some(head.slot),
            Entry::Chunk(chunk) => Some(chunk.slot),
            Entry::RollSeal(_) => {
                all.roll_seal = one;
                None
            }
            Entry::Open(_) => {
                all.open = one;
                None
            }
            Entry::ScheduledClose(_) | Entry::OfficialClose(_) => {
                all.close = one;
                None
            }
            Entry::Cancel(_) => {
                all.cancel = one;
                None
            }
            Entry::Extension(_) => {
                all.extensions.extend(one);
                None
            }
            Entry::Successor(_) => {
                all.successors.extend(one);
                None
            }
            _ => None,
        };
        match slot.map(|slot| (slot.message, slot.signer)) {
            Some((MessageKind::Manifest, _)) => all.manifest.push(bytes.clone()),
            Some((MessageKind::Round(4), signer)) => {
                confirmations.entry(signer).or_default().push(bytes.clone())
            }
            _ => {}
        }
    }
    all.confirmations = confirmations.into_values().collect();
    all
}

pub fn setup(election: &Election) -> Setup {
    Setup::verify_to_look(election.id(), &setup_entries(election), election.checkpoint().note()).unwrap().0
}

pub fn sizes(election: &Election) -> ViewSizes {
    ViewSizes::of(election.record.manifest().unwrap())
}

/// An entry of the log with its path.
pub fn proven(election: &Election, index: u64) -> ProvenEntry {
    let path = election.tree.inclusion_proof(index, election.tree.size()).unwrap();
    ProvenEntry {
        index,
        path: path.iter().map(|hash| hash.0).collect(),
        bytes: election.entries[index as usize].clone(),
    }
}

/// A row of the sealed roll with its path.
pub fn row(election: &Election, index: u32) -> ProvenRow {
    let roll = election.record.roll().unwrap();
    let tree = Tree::of((0u32..).zip(roll.rows()).map(|(index, row)| leaf_hash(&roll_leaf(index, row))));
    let row = roll.row(index).unwrap();
    let path = tree.inclusion_proof(u64::from(index), tree.size()).unwrap();
    ProvenRow {
        index,
        credential: row.credential,
        region: row.region,
        path: path.iter().map(|hash| hash.0).collect(),
    }
}

/// The honest view of a row.
pub fn view(election: &Election, index: u32) -> VoterView {
    VoterView {
        checkpoint: election.checkpoint().note().to_vec(),
        row: Some(row(election, index)),
        replacement: election.record.replacement_entry(index).map(|entry| proven(election, entry)),
        head: election.record.head(index).map(|head| proven(election, head.entry)),
    }
}

pub fn bytes(election: &Election, view: &VoterView) -> Vec<u8> {
    view.encode(&sizes(election)).unwrap()
}

/// The honest receipt of an entry.
pub fn receipt(election: &Election, index: u64) -> TlogProof {
    let path = election.tree.inclusion_proof(index, election.tree.size()).unwrap();
    TlogProof { index, path, checkpoint: election.checkpoint().note().to_vec() }
}
