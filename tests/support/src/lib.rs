//! Small elections in memory, held with all roles' real code: for tests of every crate and for the stories.
//!
//! Whoever holds an [`Election`] holds every role's key. So a test can tell any lie with real keys, rebuild the tree,
//! sign the checkpoint again, and see whether the one check that should catch it does. All randomness is derived from a
//! counter: a story runs the same way each time.
#![expect(clippy::unwrap_used, reason = "a test that cannot set up its election must fail where it stands")]
#![expect(clippy::indexing_slicing, reason = "likewise")]

mod chain;
pub mod cheat;
mod choices;
mod detours;
mod dice;
mod folder;
mod languages;
mod manifest;
pub mod patience;
pub mod questions;
mod steps;
pub mod tools;

pub use chain::{chain, one_ballot};
pub use choices::any_choice;
pub use dice::Dice;
pub use folder::{files_of, write_folder};
pub use languages::{in_languages, of_cantons};
pub use manifest::{Shape, Voters, document};

use ed25519_dalek::SigningKey;
use plebiscite_board::checkpoint::{Checkpoint, SignedCheckpoint};
use plebiscite_board::merkle::{Roots, Tree, leaf_hash};
use plebiscite_crypto::threshold::ceremony::Share;
use plebiscite_election::credential::{Code, Credential};
use plebiscite_election::entry::{
    Act, Body, ElectionId, Head, Role, Seen, Signatures, Slot, chunks_of, sign,
};
use plebiscite_election::record::{Outcome, Record, Refusal};
use sha2::{Digest, Sha256};

/// One election with every key of every role.
#[derive(Debug)]
pub struct Election {
    /// What kind of election it is.
    pub shape: Shape,
    /// The manifest's bytes.
    pub manifest: Vec<u8>,
    /// Officials' keys, in the manifest's order.
    pub officials: Vec<SigningKey>,
    /// Trustees' keys; the first is trustee 1.
    pub trustees: Vec<SigningKey>,
    /// Registrars' keys.
    pub registrars: Vec<SigningKey>,
    /// The board's key.
    pub board: SigningKey,
    /// The log's entries.
    pub entries: Vec<Vec<u8>>,
    /// Their tree.
    pub tree: Tree,
    /// What the log says.
    pub record: Record,
    /// Trustees' shares, by trustee from 1 at place 0, after the ceremony.
    pub shares: Vec<Share>,
    /// Voters' codes, one of each registrar, by roll index, after the roll.
    pub codes: Vec<Vec<Code>>,
    /// Voters' credentials, by roll index, after the roll.
    pub credentials: Vec<Credential>,
    counter: u64,
}

/// The key of one role, the same in every run.
#[must_use]
pub fn key_of(role: &str, number: usize) -> SigningKey {
    SigningKey::from_bytes(&Sha256::digest(format!("test key {role} {number}")).into())
}

impl Election {
    /// An election of this shape whose log is empty.
    #[must_use]
    pub fn new(shape: Shape) -> Self {
        let bytes = serde_json::to_vec_pretty(&document(&shape)).unwrap();
        Self::of_manifest(shape, bytes)
    }

    /// An election with this manifest, which names the keys of [`key_of`].
    #[must_use]
    pub fn of_manifest(shape: Shape, manifest: Vec<u8>) -> Self {
        let keys = |role, count: u16| (0..usize::from(count)).map(|number| key_of(role, number)).collect();
        Self {
            officials: keys("official", shape.officials.1),
            trustees: keys("trustee", shape.trustees.1),
            registrars: keys("registrar", shape.registrars),
            board: key_of("board", 0),
            manifest,
            shape,
            entries: Vec::new(),
            tree: Tree::new(),
            record: Record::new(),
            shares: Vec::new(),
            codes: Vec::new(),
            credentials: Vec::new(),
            counter: 0,
        }
    }

    /// 32 bytes that were not given out before.
    pub fn fresh(&mut self) -> [u8; 32] {
        self.counter += 1;
        Sha256::digest(format!("fresh {}", self.counter)).into()
    }

    /// The election's id.
    #[must_use]
    pub fn id(&self) -> ElectionId {
        ElectionId::of(&self.manifest)
    }

    /// Size and root of the log now.
    #[must_use]
    pub fn seen(&self) -> Seen {
        let size = self.tree.size();
        Seen { size, root: self.tree.root_at(size).unwrap().0 }
    }

    /// Judges an entry and, unless it is refused, appends it.
    ///
    /// # Errors
    /// The record's refusal; nothing has changed.
    pub fn append(&mut self, entry: &[u8]) -> Result<Outcome, Refusal> {
        let outcome = self.record.apply(entry, &self.tree)?;
        self.force(entry);
        Ok(outcome)
    }

    /// Appends an entry without asking the record: what a lying board does. The record stays as it was.
    pub fn force(&mut self, entry: &[u8]) {
        self.entries.push(entry.to_vec());
        self.tree.push(leaf_hash(entry));
    }

    /// Appends entries of which none may be refused.
    pub fn append_all(&mut self, entries: &[Vec<u8>]) {
        for entry in entries {
            self.append(entry).unwrap();
        }
    }

    /// Replays other entries from the first on; the refusal and its index, if one is refused.
    ///
    /// # Errors
    /// Index and refusal of the first refused entry.
    pub fn replay(entries: &[Vec<u8>]) -> Result<Record, (usize, Refusal)> {
        let mut record = Record::new();
        let mut tree = Tree::new();
        for (index, entry) in entries.iter().enumerate() {
            record.apply(entry, &tree).map_err(|refusal| (index, refusal))?;
            tree.push(leaf_hash(entry));
        }
        Ok(record)
    }

    /// The checkpoint of the log as it is, signed by the board.
    #[must_use]
    pub fn checkpoint(&self) -> SignedCheckpoint {
        checkpoint_of(self.id(), &self.tree, &self.board)
    }

    /// An act signed by the first `u` officials and all cosigners that its kind needs, on the log as it is.
    #[must_use]
    pub fn act<B: Body>(&self, body: B) -> Vec<u8> {
        self.act_on(self.seen(), body)
    }

    /// An act on another log than the present one.
    #[must_use]
    pub fn act_on<B: Body>(&self, seen: Seen, body: B) -> Vec<u8> {
        let mut act = Act::unsigned(self.id(), seen, body);
        let unsigned = act.unsigned_bytes();
        let quorum = usize::from(self.shape.officials.0);
        act.officials = signatures(Role::Official, &self.officials[..quorum], 0, &unsigned);
        act.cosigners = match B::COSIGNERS {
            Some(Role::Registrar) => signatures(Role::Registrar, &self.registrars, 0, &unsigned),
            Some(Role::Trustee) => {
                let (t, n) = self.shape.trustees;
                signatures(Role::Trustee, &self.trustees[..usize::from(n + t).div_ceil(2)], 1, &unsigned)
            }
            _ => Signatures::default(),
        };
        act.encode()
    }

    /// Head and chunks of a message by one trustee or registrar, on the log as it is.
    #[must_use]
    pub fn message(&self, role: Role, slot: Slot, content: &[u8]) -> Vec<Vec<u8>> {
        let key = match role {
            Role::Trustee => &self.trustees[usize::from(slot.signer) - 1],
            _ => &self.registrars[usize::from(slot.signer)],
        };
        let mut head = Head::of(self.id(), slot, content, self.seen());
        head.signatures.insert(slot.signer, sign(role, key, &head.unsigned_bytes()));
        with_chunks(&head, content)
    }
}

/// A head and its chunks as entries.
#[must_use]
pub fn with_chunks(head: &Head, content: &[u8]) -> Vec<Vec<u8>> {
    std::iter::once(head.encode())
        .chain(chunks_of(head.slot, content).iter().map(|chunk| chunk.encode()))
        .collect()
}

/// Signatures by these keys, numbered from `first` on.
#[must_use]
pub fn signatures(role: Role, keys: &[SigningKey], first: u16, unsigned: &[u8]) -> Signatures {
    let mut all = Signatures::default();
    for (number, key) in (first..).zip(keys) {
        all.insert(number, sign(role, key, unsigned));
    }
    all
}

/// A checkpoint of a tree under an election's origin.
#[must_use]
pub fn checkpoint_of(id: ElectionId, tree: &Tree, board: &SigningKey) -> SignedCheckpoint {
    let origin = format!("plebiscite/v1/{id}");
    Checkpoint { origin, size: tree.size(), root: tree.root_at(tree.size()).unwrap() }.sign(board).unwrap()
}
