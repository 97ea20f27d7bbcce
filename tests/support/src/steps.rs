//! The steps of an election, each by the role that takes it.

use ed25519_dalek::SigningKey;
use plebiscite_crypto::threshold::ceremony::{CeremonyContext, CeremonyRecord, ShareKeySent};
use plebiscite_crypto::threshold::decryption::PartialDecryptions;
use plebiscite_election::ballot::{EncryptedBallot, Seed, Selections, SignedBallot, Tracker};
use plebiscite_election::contest::Choice;
use plebiscite_election::context::BallotContext;
use plebiscite_election::credential::{
    Code, Credential, CredentialPart, ListEntry, Registrar, list_commitment, make_list,
};
use plebiscite_election::entry::{
    Act, Certification, Extension, Head, Kind, MessageKind, OfficialClose, Role, RollCommitment, Seal,
    SealConfirmation, Seen, Slot,
};
use plebiscite_election::manifest::time::Time;
use plebiscite_election::record::{Outcome, Refusal};
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::{Election, Shape, signatures, with_chunks};

impl Election {
    /// Manifest, ceremony, roll, seal, opening: ready for ballots.
    #[must_use]
    pub fn opened(shape: Shape) -> Self {
        let mut election = Self::new(shape);
        election.set_up();
        election.hold_ceremony();
        election.publish_roll();
        election.seal_roll();
        election.open();
        election
    }

    /// The manifest's head and chunks, signed by `u` officials.
    #[must_use]
    pub fn manifest_entries(&self) -> Vec<Vec<u8>> {
        let slot = Slot { message: MessageKind::Manifest, attempt: 0, signer: 0 };
        let empty = Seen { size: 0, root: plebiscite_board::merkle::empty_root().0 };
        let mut head = Head::of(self.id(), slot, &self.manifest, empty);
        let quorum = usize::from(self.shape.officials.0);
        head.signatures = signatures(Role::Official, &self.officials[..quorum], 0, &head.unsigned_bytes());
        with_chunks(&head, &self.manifest)
    }

    /// Enters the manifest.
    pub fn set_up(&mut self) {
        let entries = self.manifest_entries();
        self.append_all(&entries);
    }

    /// The context of the ceremony attempt in force.
    #[must_use]
    pub fn ceremony_context(&self) -> CeremonyContext {
        self.record.ceremony().unwrap().record.context().clone()
    }

    /// The attempt as the log tells it.
    #[must_use]
    pub fn ceremony_record(&self) -> CeremonyRecord {
        self.record.ceremony().unwrap().record.clone()
    }

    /// A trustee's message of a round: head and chunks.
    #[must_use]
    pub fn round_message(&self, round: u8, trustee: u16, content: &[u8]) -> Vec<Vec<u8>> {
        let attempt = self.record.ceremony().unwrap().attempt;
        self.message(
            Role::Trustee,
            Slot { message: MessageKind::Round(round), attempt, signer: trustee },
            content,
        )
    }

    /// All five rounds by all trustees, each message through its own entry.
    pub fn hold_ceremony(&mut self) {
        let context = self.ceremony_context();
        let trustees: Vec<u16> = context.params().indices().collect();
        let mut stages = Vec::new();
        for trustee in &trustees {
            let (stage, content) = ShareKeySent::begin(&context, *trustee, &self.fresh()).unwrap();
            self.append_all(&self.round_message(0, *trustee, &content));
            stages.push(stage);
        }
        let stages = self.round(1, stages, |stage, record, fresh| stage.commit(record, fresh).unwrap());
        let stages = self.round(2, stages, |stage, record, fresh| stage.deal(record, fresh).unwrap());
        let stages = self.round(3, stages, |stage, record, fresh| stage.complain(record, fresh).unwrap());
        self.shares = self.round(4, stages, |stage, record, _| stage.confirm(record).unwrap());
    }

    fn round<S, N>(
        &mut self,
        round: u8,
        stages: Vec<S>,
        step: impl Fn(S, &CeremonyRecord, &[u8; 32]) -> (N, Vec<u8>),
    ) -> Vec<N> {
        let record = self.ceremony_record();
        let mut next = Vec::new();
        let mut messages = Vec::new();
        for (stage, trustee) in stages.into_iter().zip(1..) {
            let (stage, content) = step(stage, &record, &self.fresh());
            messages.extend(self.round_message(round, trustee, &content));
            next.push(stage);
        }
        self.append_all(&messages);
        next
    }

    /// Codes, commitments and lists of all registrars.
    pub fn publish_roll(&mut self) {
        self.make_codes();
        let lists = self.lists();
        let commitments: Vec<_> = self.commitments(&lists);
        self.append_all(&commitments);
        for (registrar, content) in (0u16..).zip(&lists) {
            let attempt = self.record.roll_attempt();
            let slot = Slot { message: MessageKind::RollList, attempt, signer: registrar };
            self.append_all(&self.message(Role::Registrar, slot, content));
        }
    }

    /// Draws a code of each registrar for every voter.
    pub fn make_codes(&mut self) {
        let voters: u32 = self.shape.voters.iter().sum();
        self.codes = (0..voters).map(|_| self.codes_of_one()).collect();
        let id = self.id();
        let registrars = u8::try_from(self.shape.registrars).unwrap();
        let credential = |codes: &Vec<Code>| {
            let parts: Vec<_> = codes.iter().map(|code| CredentialPart::derive(code, &id)).collect();
            Credential::combine(&parts, registrars).unwrap()
        };
        self.credentials = self.codes.par_iter().map(credential).collect();
    }

    fn codes_of_one(&mut self) -> Vec<Code> {
        let registrars = Registrar::ALL.into_iter().take(usize::from(self.shape.registrars));
        registrars.map(|registrar| self.code(registrar)).collect()
    }

    /// A fresh code of a registrar.
    pub fn code(&mut self, registrar: Registrar) -> Code {
        loop {
            let fresh = self.fresh();
            if let Ok(code) = Code::from_entropy(registrar, fresh.first_chunk().unwrap()) {
                return code;
            }
        }
    }

    /// The content of each registrar's list.
    #[must_use]
    pub fn lists(&mut self) -> Vec<Vec<u8>> {
        let setup = self.record.setup_context().unwrap();
        let attempt = self.record.roll_attempt();
        let regions: Vec<u16> = (0u16..)
            .zip(&self.shape.voters)
            .flat_map(|(region, count)| std::iter::repeat_n(region, *count as usize))
            .collect();
        let id = self.id();
        let mut lists = Vec::new();
        for number in 0..usize::from(self.shape.registrars) {
            let entries: Vec<ListEntry> = self
                .codes
                .par_iter()
                .zip(&regions)
                .map(|(codes, region)| ListEntry {
                    part: CredentialPart::derive(&codes[number], &id),
                    region: *region,
                })
                .collect();
            let fresh = self.fresh();
            lists.push(
                make_list(&setup, attempt, Registrar::ALL[number], &[7; 32], &entries, &fresh).unwrap(),
            );
        }
        lists
    }

    /// Each registrar's commitment to its list, as an entry.
    #[must_use]
    pub fn commitments(&self, lists: &[Vec<u8>]) -> Vec<Vec<u8>> {
        let setup = self.record.setup_context().unwrap();
        let attempt = self.record.roll_attempt();
        let commitment = |(number, list): (usize, &Vec<u8>)| {
            let digest = Sha256::digest(list).into();
            let commitment = list_commitment(&setup, attempt, Registrar::ALL[number], &digest);
            let registrar = u16::try_from(number).unwrap();
            let entry =
                RollCommitment { election: self.id(), attempt, registrar, commitment, signature: [0; 64] };
            entry.signed(&self.registrars[number]).encode()
        };
        lists.iter().enumerate().map(commitment).collect()
    }

    /// The roll seal.
    pub fn seal_roll(&mut self) {
        let (seal, _) = self.record.roll_seal_body().unwrap();
        let act = self.act(seal);
        self.append(&act).unwrap();
    }

    /// The opening.
    pub fn open(&mut self) {
        let body = self.record.open_body("as scheduled".to_owned()).unwrap();
        let act = self.act(body);
        self.append(&act).unwrap();
    }

    /// What the next ballot of a voter is bound to.
    #[must_use]
    pub fn ballot_context(&self, voter: u32) -> BallotContext {
        let row = self.record.credential(voter).unwrap();
        let head = self.record.head(voter);
        BallotContext {
            index: voter,
            credential: row.credential,
            region: row.region,
            seq: head.map_or(0, |head| head.seq + 1),
            prev: head.map_or(Tracker::NONE, |head| head.tracker),
        }
    }

    /// A ballot in a given place of a voter's chain, encrypted but not signed. One choice for each contest.
    #[must_use]
    pub fn encrypt_in(&mut self, context: BallotContext, choices: &[Choice]) -> EncryptedBallot {
        let manifest = self.record.manifest().unwrap().clone();
        let bits = manifest
            .contests()
            .iter()
            .zip(choices)
            .map(|(contest, choice)| contest.bits(choice).unwrap())
            .collect();
        let parameters = self.record.parameters().unwrap().clone();
        let selections = Selections::new(&parameters, bits).unwrap();
        EncryptedBallot::new(&parameters, context, selections, Seed::from_fresh(self.fresh())).unwrap()
    }

    /// The next ballot of a voter, signed, not entered.
    #[must_use]
    pub fn ballot(&mut self, voter: u32, choices: &[Choice]) -> SignedBallot {
        let context = self.ballot_context(voter);
        let encrypted = self.encrypt_in(context, choices);
        let parameters = self.record.parameters().unwrap().clone();
        let fresh = self.fresh();
        encrypted.cast(&parameters, &self.credentials[voter as usize], &fresh).unwrap()
    }

    /// The entry of a signed ballot.
    #[must_use]
    pub fn ballot_entry(ballot: &SignedBallot) -> Vec<u8> {
        [&[Kind::Ballot.byte()], ballot.bytes()].concat()
    }

    /// Casts a ballot: it must stand.
    pub fn cast(&mut self, voter: u32, choices: &[Choice]) -> SignedBallot {
        let ballot = self.ballot(voter, choices);
        self.append(&Self::ballot_entry(&ballot)).unwrap();
        ballot
    }

    /// An extension to a later closing time.
    #[must_use]
    pub fn extension(&self, new: &str) -> Vec<u8> {
        let old = self.record.closing_time().unwrap();
        self.act(Extension {
            old,
            new: Time::parse(new).unwrap().unix(),
            reason: "the post was late".to_owned(),
        })
    }

    /// Closes by the officials' decision, at the earliest time that the manifest allows.
    pub fn close(&mut self) {
        let time = Time::parse("2027-06-06T12:00:00Z").unwrap().unix();
        let act = self.act(OfficialClose { time, reason: "all have voted".to_owned() });
        self.append(&act).unwrap();
    }

    /// The seal that follows from the record, signed.
    #[must_use]
    pub fn seal_entry(&self) -> Vec<u8> {
        let (size, seal) = self.record.seal_body().unwrap();
        self.act_on(self.seen_at(size), seal)
    }

    /// Size and root of the log at an earlier size.
    #[must_use]
    pub fn seen_at(&self, size: u64) -> Seen {
        use plebiscite_board::merkle::Roots;
        Seen { size, root: self.tree.root_at(size).unwrap().0 }
    }

    /// Seals.
    pub fn seal(&mut self) {
        let entry = self.seal_entry();
        self.append(&entry).unwrap();
    }

    /// A trustee's confirmation of the seal that stands.
    #[must_use]
    pub fn confirmation(&self, trustee: u16) -> Vec<u8> {
        let seal_digest = self.record.seal().unwrap().digest;
        self.confirmation_of(trustee, seal_digest)
    }

    /// A trustee's confirmation of any seal digest.
    #[must_use]
    pub fn confirmation_of(&self, trustee: u16, seal_digest: [u8; 32]) -> Vec<u8> {
        let entry = SealConfirmation {
            election: self.id(),
            trustee,
            seen: self.seen(),
            seal_digest,
            signature: [0; 64],
        };
        entry.signed(self.trustee_key(trustee)).encode()
    }

    fn trustee_key(&self, trustee: u16) -> &SigningKey {
        &self.trustees[usize::from(trustee) - 1]
    }

    /// Confirmations by these trustees.
    pub fn confirm(&mut self, trustees: &[u16]) {
        for trustee in trustees {
            let entry = self.confirmation(*trustee);
            self.append(&entry).unwrap();
        }
    }

    /// A trustee's true partial decryptions.
    #[must_use]
    pub fn partials(&mut self, trustee: u16) -> PartialDecryptions {
        let input = self.record.decryption().unwrap();
        let fresh = self.fresh();
        PartialDecryptions::prove(&input.statement(trustee), &self.shares[usize::from(trustee) - 1], &fresh)
            .unwrap()
    }

    /// Partial decryptions as entries.
    #[must_use]
    pub fn partials_entries(&self, trustee: u16, content: &[u8]) -> Vec<Vec<u8>> {
        self.message(
            Role::Trustee,
            Slot { message: MessageKind::PartialDecryptions, attempt: 0, signer: trustee },
            content,
        )
    }

    /// Partial decryptions by these trustees.
    pub fn decrypt(&mut self, trustees: &[u16]) {
        for trustee in trustees {
            let content = self.partials(*trustee).encode();
            let entries = self.partials_entries(*trustee, &content);
            self.append_all(&entries);
        }
    }

    /// Enters the result that follows from the record.
    pub fn enter_result(&mut self) {
        let entry = self.record.expected_result().unwrap().encode();
        self.append(&entry).unwrap();
    }

    /// Certifies the result.
    ///
    /// # Errors
    /// The record's refusal.
    pub fn certify(&mut self) -> Result<Outcome, Refusal> {
        let result_digest = self.record.result().unwrap().digest;
        let act = self.act(Certification { result_digest });
        self.append(&act)
    }

    /// From the close to the certified result, by the trustees that it takes.
    pub fn finish(&mut self) {
        self.close();
        self.seal();
        let confirmations = u16::try_from(self.record.confirmations_needed()).unwrap();
        self.confirm(&(1..=confirmations).collect::<Vec<_>>());
        if self.record.decryption().is_some() {
            self.decrypt(&(1..=self.shape.trustees.0).collect::<Vec<_>>());
        }
        self.enter_result();
        self.certify().unwrap();
    }

    /// The seal's act that stands, decoded.
    #[must_use]
    pub fn seal_act(&self) -> Act<Seal> {
        let index = self.record.seal().unwrap().index;
        match plebiscite_election::entry::Entry::decode(&self.entries[usize::try_from(index).unwrap()])
            .unwrap()
        {
            plebiscite_election::entry::Entry::Seal(act) => act,
            other => unreachable!("entry {index} is a {}", other.kind().name()),
        }
    }
}
