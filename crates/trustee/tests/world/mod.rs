//! A whole election in memory: the record, its tree, every role's key, and the roles' own library calls.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    dead_code,
    missing_docs
)]

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use ed25519_dalek::SigningKey;
use plebiscite_admin::act::{Wish, propose};
use plebiscite_admin::draft::{Keys, Plan, template, write};
use plebiscite_admin::questions::{Decided, QuestionKind};
use plebiscite_board::merkle::{Roots, Tree, leaf_hash};
use plebiscite_election::ballot::{EncryptedBallot, Seed, Selections, Tracker};
use plebiscite_election::context::BallotContext;
use plebiscite_election::credential::{Credential, CredentialPart, Registrar, list_commitment};
use plebiscite_election::entry::{
    Entry, Head, MessageKind, Role, RollCommitment, Seen, Slot, chunks_of, sign,
};
use plebiscite_election::manifest::Manifest;
use plebiscite_election::manifest::document::Text;
use plebiscite_election::manifest::key::PublicKey;
use plebiscite_election::manifest::time::Time;
use plebiscite_election::record::{Outcome, Record, Refusal};
use plebiscite_registrar::{Prepared, RollCodes, roll_csv};
use plebiscite_roles::proposal::{Proposal, check::follows};
use plebiscite_trustee::{
    Failure, Identity, Publisher, Refused, Standing, State, Store, ceremony, confirm, decrypt,
};
use sha2::{Digest, Sha256};

pub const OFFICIALS: u8 = 3;
pub const TRUSTEES: u8 = 3;
pub const VOTERS: usize = 4;

pub fn key(role: u8, number: u8) -> SigningKey {
    SigningKey::from_bytes(&[role.wrapping_mul(40).wrapping_add(number).wrapping_add(1); 32])
}

fn publics(role: u8, count: u8) -> Vec<PublicKey> {
    (0..count).map(|number| PublicKey(key(role, number).verifying_key().to_bytes())).collect()
}

/// A referendum among few: mostly three trustees, of whom two decrypt, and privacy minimums of three.
pub fn manifest(trustees: u8) -> Manifest {
    let time = |text: &str| Time::parse(text).unwrap();
    let keys = Keys {
        officials: publics(0, OFFICIALS),
        trustees: publics(1, trustees),
        registrars: publics(2, 1),
        witnesses: Vec::new(),
    };
    let drafted = template(&Plan {
        title: "Shall it be so?".to_owned(),
        keys,
        board: PublicKey(key(3, 0).verifying_key().to_bytes()),
        opens: time("2027-05-30T08:00:00Z"),
        closes: time("2027-05-30T20:00:00Z"),
        kinds: vec![QuestionKind::YesNoBlank],
        decided: Decided::usual(),
        voters: None,
    })
    .unwrap();
    let mut document = drafted.document().clone();
    document.privacy.minimum_cell = 3;
    document.privacy.minimum_eligible = 3;
    document.privacy.small_numbers_sentence =
        Some(Text(BTreeMap::from([("en".to_owned(), "Few votes are opened together.".to_owned())])));
    write(&document).unwrap()
}

/// What a trustee's disk and network saw, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    Saved(Vec<u8>),
    Published(Vec<Vec<u8>>),
}

/// Disk and network of one trustee.
#[derive(Clone, Default)]
pub struct Wire {
    pub events: Rc<RefCell<Vec<Event>>>,
    pub disk_full: bool,
    pub cut: bool,
}

impl Store for Wire {
    fn save(&mut self, state: &State) -> Result<(), Failure> {
        if self.disk_full {
            return Err("no space".into());
        }
        self.events.borrow_mut().push(Event::Saved(state.encode().to_vec()));
        Ok(())
    }
}

impl Publisher for Wire {
    fn publish(&mut self, entries: &[Vec<u8>]) -> Result<(), Failure> {
        if self.cut {
            return Err("no network".into());
        }
        self.events.borrow_mut().push(Event::Published(entries.to_vec()));
        Ok(())
    }
}

impl Wire {
    pub fn published(&self) -> Vec<Vec<u8>> {
        self.events
            .borrow()
            .iter()
            .filter_map(
                |event| if let Event::Published(entries) = event { Some(entries.clone()) } else { None },
            )
            .next_back()
            .unwrap_or_default()
    }
}

pub struct World {
    pub manifest: Manifest,
    pub record: Record,
    pub tree: Tree,
    pub states: Vec<State>,
    pub credentials: Vec<Credential>,
    fresh: u64,
}

impl World {
    /// An election whose manifest stands.
    pub fn begun() -> Self {
        Self::begun_by(TRUSTEES)
    }

    fn begun_by(trustees: u8) -> Self {
        let manifest = manifest(trustees);
        let states = vec![State::default(); usize::from(trustees)];
        let (record, tree) = (Record::new(), Tree::new());
        let mut world = Self { manifest, record, tree, states, credentials: Vec::new(), fresh: 0 };
        let mut proposal = Proposal::manifest(&world.manifest);
        for official in 0..2 {
            proposal.sign((Role::Official, official), &key(0, official as u8), 2).unwrap();
        }
        world.enter_all(&proposal.entries()).unwrap();
        world
    }

    /// An election whose keys are confirmed.
    pub fn with_keys() -> Self {
        Self::with_keys_of(TRUSTEES)
    }

    fn with_keys_of(trustees: u8) -> Self {
        let mut world = Self::begun_by(trustees);
        for _round in 0..5 {
            for number in 1..=u16::from(trustees) {
                let wire = world.ceremony(number, Wire::default()).1;
                world.enter_all(&wire.published()).unwrap();
            }
        }
        world
    }

    /// An open vote.
    pub fn open() -> Self {
        Self::open_with(TRUSTEES)
    }

    fn open_with(trustees: u8) -> Self {
        let mut world = Self::with_keys_of(trustees);
        world.roll();
        world.act(&Wish::RollSeal);
        world.act(&Wish::Open(String::new()));
        world
    }

    /// A sealed vote of these choices (bits yes, no, blank).
    pub fn sealed(choices: &[[u8; 3]]) -> Self {
        Self::sealed_with(TRUSTEES, choices)
    }

    /// The same with another number of trustees.
    pub fn sealed_with(trustees: u8, choices: &[[u8; 3]]) -> Self {
        let mut world = Self::open_with(trustees);
        for (voter, choice) in choices.iter().enumerate() {
            world.vote(voter, choice);
        }
        world.act(&Wish::Close(None, "the day is over".to_owned()));
        world.act(&Wish::Seal);
        world
    }

    pub fn fresh(&mut self) -> [u8; 32] {
        self.fresh += 1;
        Sha256::digest(self.fresh.to_be_bytes()).into()
    }

    pub fn seen(&self) -> Seen {
        let size = self.record.size();
        Seen { size, root: self.tree.root_at(size).unwrap().0 }
    }

    pub fn enter(&mut self, entry: &[u8]) -> Result<Outcome, Refusal> {
        let outcome = self.record.apply(entry, &self.tree)?;
        self.tree.push(leaf_hash(entry));
        Ok(outcome)
    }

    pub fn enter_all(&mut self, entries: &[Vec<u8>]) -> Result<(), Refusal> {
        entries.iter().try_for_each(|entry| self.enter(entry).map(|_| ()))
    }

    /// One call of the trustee's program for the ceremony; its state is kept only if it was saved.
    pub fn ceremony(&mut self, number: u16, mut wire: Wire) -> (Result<ceremony::Progress, Refused>, Wire) {
        let (fresh, seen, place) = (self.fresh(), self.seen(), usize::from(number - 1));
        let key = key(1, place as u8);
        let mut state = self.states[place].clone();
        let standing = Standing { record: &self.record, seen };
        let mut publisher = wire.clone();
        let done = ceremony::advance(
            &mut state,
            standing,
            Identity { number, key: &key },
            &fresh,
            &mut wire,
            &mut publisher,
        );
        self.restart(place, &wire);
        (done, wire)
    }

    pub fn confirm(&mut self, number: u16, mut wire: Wire) -> (Result<confirm::Sealed, Refused>, Wire) {
        let (seen, place) = (self.seen(), usize::from(number - 1));
        let key = key(1, place as u8);
        let mut state = self.states[place].clone();
        let standing = Standing { record: &self.record, seen };
        let mut publisher = wire.clone();
        let done =
            confirm::confirm(&mut state, standing, Identity { number, key: &key }, &mut wire, &mut publisher);
        self.restart(place, &wire);
        (done, wire)
    }

    /// The confirmation as a file: stored before it is given, published nowhere.
    pub fn bind(&mut self, number: u16, mut wire: Wire) -> (Result<Vec<u8>, Refused>, Wire) {
        let (seen, place) = (self.seen(), usize::from(number - 1));
        let key = key(1, place as u8);
        let mut state = self.states[place].clone();
        let standing = Standing { record: &self.record, seen };
        let done = confirm::bind(&mut state, standing, Identity { number, key: &key }, &mut wire);
        self.restart(place, &wire);
        (done, wire)
    }

    pub fn decrypt(&mut self, number: u16, mut wire: Wire) -> (Result<decrypt::Decrypted, Refused>, Wire) {
        let (fresh, seen, place) = (self.fresh(), self.seen(), usize::from(number - 1));
        let key = key(1, place as u8);
        let mut state = self.states[place].clone();
        let standing = Standing { record: &self.record, seen };
        let mut publisher = wire.clone();
        let done = decrypt::decrypt(
            &mut state,
            standing,
            Identity { number, key: &key },
            &fresh,
            &mut wire,
            &mut publisher,
        );
        self.restart(place, &wire);
        (done, wire)
    }

    /// Head and chunks of any content in a trustee's name for a round of the attempt in force.
    pub fn round_message(&self, number: u16, round: u8, content: &[u8]) -> Vec<Vec<u8>> {
        let attempt = self.record.ceremony().unwrap().attempt;
        let slot = Slot { message: MessageKind::Round(round), attempt, signer: number };
        let mut head = Head::of(self.manifest.id(), slot, content, self.seen());
        let key = key(1, (number - 1) as u8);
        head.signatures.insert(number, sign(Role::Trustee, &key, &head.unsigned_bytes()));
        std::iter::once(head.encode())
            .chain(chunks_of(slot, content).iter().map(|chunk| chunk.encode()))
            .collect()
    }

    /// What a restart finds: the last state that was saved, read back from its bytes.
    fn restart(&mut self, place: usize, wire: &Wire) {
        let saved = wire
            .events
            .borrow()
            .iter()
            .filter_map(|event| if let Event::Saved(bytes) = event { Some(bytes.clone()) } else { None })
            .next_back();
        if let Some(bytes) = saved {
            self.states[place] = State::decode(&bytes).unwrap();
        }
    }

    /// Proposes an act, has all who must sign it check and sign it, and enters it.
    pub fn act(&mut self, wish: &Wish) {
        let mut proposal = propose(wish, &self.record, &self.tree, self.seen()).unwrap();
        for official in 0..2 {
            // Each reads the file that the one before wrote.
            proposal = Proposal::read(&proposal.to_file().unwrap()).unwrap();
            follows(&proposal, &self.record, &self.tree).unwrap();
            proposal.sign((Role::Official, official), &key(0, official as u8), 2).unwrap();
        }
        if proposal.cosigners() == Some(Role::Registrar) {
            follows(&proposal, &self.record, &self.tree).unwrap();
            proposal.sign((Role::Registrar, 0), &key(2, 0), 1).unwrap();
        }
        self.enter_all(&proposal.entries()).unwrap();
    }

    /// One registrar prepares a roll, commits and publishes.
    pub fn roll(&mut self) {
        let csv: String = (0..VOTERS).map(|voter| format!("{voter},all,en\n")).collect();
        let people = roll_csv::read(format!("voter,region,language\n{csv}").as_bytes()).unwrap();
        let (prepared, _) = Prepared::make(people, &self.fresh()).unwrap();
        let setup = self.record.setup_context().unwrap();
        let regions = prepared.regions_in(&self.manifest).unwrap();
        let attempts = (self.record.roll_attempt(), setup.attempt);
        let codes = RollCodes::draw(attempts, Registrar::First, *prepared.digest(), VOTERS, rand::random);
        let list = codes.list(&setup, &regions, &self.fresh()).unwrap();
        let commitment = list_commitment(&setup, attempts.0, Registrar::First, &Sha256::digest(&list).into());
        let election = setup.election;
        let entry =
            RollCommitment { election, attempt: attempts.0, registrar: 0, commitment, signature: [0; 64] };
        self.enter(&entry.signed(&key(2, 0)).encode()).unwrap();
        let slot = Slot { message: MessageKind::RollList, attempt: attempts.0, signer: 0 };
        let mut head = Head::of(election, slot, &list, self.seen());
        head.signatures.insert(0, sign(Role::Registrar, &key(2, 0), &head.unsigned_bytes()));
        self.enter(&head.encode()).unwrap();
        for chunk in chunks_of(slot, &list) {
            self.enter(&chunk.encode()).unwrap();
        }
        let parts = codes.codes().map(|code| CredentialPart::derive(&code.unwrap(), &election));
        self.credentials = parts.map(|part| Credential::combine(&[part], 1).unwrap()).collect();
    }

    pub fn vote(&mut self, voter: usize, bits: &[u8; 3]) {
        let parameters = self.record.parameters().unwrap().clone();
        let credential = &self.credentials[voter];
        let place = BallotContext {
            index: voter as u32,
            credential: credential.public_bytes(),
            region: 0,
            seq: 0,
            prev: Tracker([0; 32]),
        };
        let selections = Selections::new(&parameters, vec![bits.to_vec()]).unwrap();
        let ballot =
            EncryptedBallot::new(&parameters, place, selections, Seed::from_fresh([voter as u8 + 1; 32]))
                .unwrap();
        let cast = ballot.cast(&parameters, credential, &[9; 32]).unwrap();
        self.enter(&Entry::Ballot(cast.into_bytes()).encode()).unwrap();
    }
}
