//! A server in memory over an election of `plebiscite-support`: honest, unless a test tells it which lie to tell.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use plebiscite_board::merkle::{Tree, leaf_hash};
use plebiscite_board::tlog_proof::TlogProof;
use plebiscite_crypto::group::PointBytes;
use plebiscite_election::ballot::DecodedBallot;
use plebiscite_election::credential::roll_leaf;
use plebiscite_election::entry::{Entry, MessageKind};
use plebiscite_election::view::{ProvenEntry, ProvenRow, ViewSizes, VoterView};
use plebiscite_support::{Election, write_folder};
use plebiscite_verifier::source::{Answer, Http, HttpError};
use serde_json::{Value, json};

/// Where the server answers.
pub const ORIGIN: &str = "http://board.test";

type Lie = Box<dyn FnMut(&str, &mut Answer) + Send>;

/// The server. Clones are the same one.
#[derive(Clone)]
pub struct Board(Arc<Mutex<Inner>>);

struct Inner {
    election: Election,
    lie: Option<Lie>,
    /// Addresses that were asked, in order.
    asked: Vec<String>,
    folder: tempfile::TempDir,
}

impl Board {
    /// Serves an election.
    pub fn new(election: Election) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self(Arc::new(Mutex::new(Inner { election, lie: None, asked: Vec::new(), folder })))
    }

    /// Looks at the election, or takes a step in it.
    pub fn with<T>(&self, step: impl FnOnce(&mut Election) -> T) -> T {
        step(&mut self.0.lock().unwrap().election)
    }

    /// Changes answers from now on.
    pub fn lie(&self, lie: impl FnMut(&str, &mut Answer) + Send + 'static) {
        self.0.lock().unwrap().lie = Some(Box::new(lie));
    }

    /// Tells the truth again.
    pub fn repent(&self) {
        self.0.lock().unwrap().lie = None;
    }

    /// All addresses that were asked.
    pub fn asked(&self) -> Vec<String> {
        self.0.lock().unwrap().asked.clone()
    }

    fn answer(&self, address: &str, sent: Option<&[u8]>) -> Answer {
        let mut inner = self.0.lock().unwrap();
        inner.asked.push(address.to_owned());
        let path = address.strip_prefix(ORIGIN).unwrap();
        let mut answer = inner.honest(path, sent);
        if let Some(lie) = &mut inner.lie {
            lie(path, &mut answer);
        }
        answer
    }
}

impl Http for Board {
    fn get(&self, address: &str, _: u64) -> Result<Answer, HttpError> {
        answered(address, self.answer(address, None))
    }

    fn post(&self, address: &str, _: &str, body: &[u8], _: u64) -> Result<Answer, HttpError> {
        answered(address, self.answer(address, Some(body)))
    }
}

/// A lie with status 0 is a server that is not reached.
fn answered(address: &str, answer: Answer) -> Result<Answer, HttpError> {
    if answer.status == 0 {
        return Err(HttpError::Unreached { address: address.to_owned(), reason: "broken off".to_owned() });
    }
    Ok(answer)
}

impl Inner {
    fn honest(&mut self, path: &str, sent: Option<&[u8]>) -> Answer {
        let prefix = self.election.id().to_string()[..16].to_owned();
        if let Some(file) = path.strip_prefix(&format!("/e/{prefix}/")) {
            write_folder(self.folder.path(), &self.election.entries, self.election.checkpoint().note());
            return match std::fs::read(self.folder.path().join(file)) {
                Ok(bytes) => bytes_answer(bytes),
                Err(_) => problem(404, "not-found"),
            };
        }
        let Some(what) = path.strip_prefix(&format!("/api/v1/e/{prefix}/")) else {
            return problem(404, "not-found");
        };
        match (what, sent) {
            ("setup", None) => json_answer(&hints(&self.election)),
            ("ballots", Some(entry)) => self.take(entry),
            _ => match what.split_once('/') {
                Some(("roll", number)) => {
                    let row: Option<u32> = number.parse().ok();
                    self.view(row.filter(|row| (*row as usize) < self.election.credentials.len()))
                }
                Some(("credential", key)) => self.view(self.row_of(key)),
                _ => problem(404, "not-found"),
            },
        }
    }

    fn take(&mut self, entry: &[u8]) -> Answer {
        let known = self.election.entries.iter().position(|own| own == entry);
        let index = match known {
            Some(index) => index as u64,
            None => match self.election.append(entry) {
                Ok(_) => self.election.tree.size() - 1,
                Err(refusal) => return problem(409, refusal.check.name()),
            },
        };
        let path = self.election.tree.inclusion_proof(index, self.election.tree.size()).unwrap();
        let receipt = TlogProof { index, path, checkpoint: self.election.checkpoint().note().to_vec() };
        bytes_answer(receipt.encode())
    }

    fn row_of(&self, key: &str) -> Option<u32> {
        let key = PointBytes(hex::decode(key).unwrap().try_into().unwrap());
        let rows = 0..u32::try_from(self.election.credentials.len()).unwrap();
        rows.clone().find(|row| self.election.record.credential(*row).unwrap().credential == key)
    }

    fn view(&self, row: Option<u32>) -> Answer {
        let view = match row {
            Some(row) => view(&self.election, row),
            None => VoterView {
                checkpoint: self.election.checkpoint().note().to_vec(),
                row: None,
                replacement: None,
                head: None,
            },
        };
        bytes_answer(encoded(&self.election, &view))
    }
}

/// The honest answer about a roll number, in bytes.
pub fn answer_about(election: &Election, row: u32) -> Vec<u8> {
    encoded(election, &view(election, row))
}

/// The answer of a board that hides a voter's last ballot.
pub fn answer_without_head(election: &Election, row: u32) -> Vec<u8> {
    encoded(election, &VoterView { head: None, ..view(election, row) })
}

fn encoded(election: &Election, view: &VoterView) -> Vec<u8> {
    view.encode(&ViewSizes::of(election.record.manifest().unwrap())).unwrap()
}

/// The honest view of a row.
pub fn view(election: &Election, index: u32) -> VoterView {
    let roll = election.record.roll().unwrap();
    let tree = Tree::of((0u32..).zip(roll.rows()).map(|(index, row)| leaf_hash(&roll_leaf(index, row))));
    let row = roll.row(index).unwrap();
    let path = tree.inclusion_proof(u64::from(index), tree.size()).unwrap();
    let row = ProvenRow {
        index,
        credential: row.credential,
        region: row.region,
        path: path.iter().map(|hash| hash.0).collect(),
    };
    VoterView {
        checkpoint: election.checkpoint().note().to_vec(),
        row: Some(row),
        replacement: election.record.replacement_entry(index).map(|entry| proven(election, entry)),
        head: election.record.head(index).map(|head| proven(election, head.entry)),
    }
}

fn proven(election: &Election, index: u64) -> ProvenEntry {
    let path = election.tree.inclusion_proof(index, election.tree.size()).unwrap();
    ProvenEntry {
        index,
        path: path.iter().map(|hash| hash.0).collect(),
        bytes: election.entries[usize::try_from(index).unwrap()].clone(),
    }
}

/// Where the setup's entries stand.
pub fn hints(election: &Election) -> Value {
    let mut manifest = Vec::new();
    let mut confirmations: BTreeMap<u16, Vec<u64>> = BTreeMap::new();
    let (mut roll_seal, mut open, mut close, mut cancel) = (None, None, None, None);
    for (index, bytes) in (0u64..).zip(&election.entries) {
        let slot = match Entry::decode(bytes).unwrap() {
            Entry::Head(head) => head.slot,
            Entry::Chunk(chunk) => chunk.slot,
            other => {
                match other {
                    Entry::RollSeal(_) => roll_seal = Some(index),
                    Entry::Open(_) => open = Some(index),
                    Entry::ScheduledClose(_) | Entry::OfficialClose(_) => close = Some(index),
                    Entry::Cancel(_) => cancel = Some(index),
                    _ => {}
                }
                continue;
            }
        };
        match slot.message {
            MessageKind::Manifest => manifest.push(index),
            MessageKind::Round(4) => confirmations.entry(slot.signer).or_default().push(index),
            _ => {}
        }
    }
    json!({
        "size": election.entries.len(), "manifest": manifest,
        "confirmations": confirmations.into_values().collect::<Vec<_>>(),
        "roll_seal": roll_seal, "open": open, "extensions": [], "successors": [],
        "close": close, "cancel": cancel,
    })
}

/// The control code of the ballot that an entry holds.
pub fn tracker_of(election: &Election, entry: u64) -> String {
    let bytes = &election.entries[usize::try_from(entry).unwrap()];
    let parameters = election.record.parameters().unwrap();
    DecodedBallot::decode(parameters, &bytes[1..]).unwrap().tracker().to_string()
}

fn bytes_answer(body: Vec<u8>) -> Answer {
    Answer { status: 200, media_type: "application/octet-stream".to_owned(), retry_after: None, body }
}

fn json_answer(value: &Value) -> Answer {
    Answer { media_type: "application/json".to_owned(), ..bytes_answer(value.to_string().into_bytes()) }
}

fn problem(status: u16, code: &str) -> Answer {
    let body = json!({ "status": status, "code": code, "detail": "no" }).to_string().into_bytes();
    Answer { status, media_type: "application/problem+json".to_owned(), retry_after: None, body }
}
