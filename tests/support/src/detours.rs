//! What an election may go through beside its straight way: attempts that end, a letter that is replaced.

use plebiscite_election::credential::{
    CredentialPart, Registrar, Replacement, ReplacementReason, ReplacementRequest, prove_replacement_part,
};
use plebiscite_election::entry::{AttemptBegins, AttemptEnded, RollAttemptEnded};

use crate::Election;

impl Election {
    /// Ends the first ceremony attempt because the first trustee's first message is missing.
    pub fn end_ceremony_attempt(&mut self) {
        let ended = self.act(AttemptEnded { number: 1, trustee: 1, round: 0 });
        self.append(&ended).unwrap();
    }

    /// Begins the second ceremony attempt.
    pub fn begin_ceremony_again(&mut self) {
        let begins = self.act(AttemptBegins { number: 2 });
        self.append(&begins).unwrap();
    }

    /// Draws codes, commits to their lists, and ends the first roll attempt before they are opened.
    pub fn end_roll_attempt(&mut self) {
        self.make_codes();
        let lists = self.lists();
        let commitments = self.commitments(&lists);
        self.append_all(&commitments);
        let ended = self.act(RollAttemptEnded { number: 1 });
        self.append(&ended).unwrap();
    }

    /// The replacement of this number, of a lost letter, by new codes of every registrar.
    #[must_use]
    pub fn replacement(&mut self, number: u32, voter: u32) -> Vec<u8> {
        let setup = self.record.setup_context().unwrap();
        let old = self.record.credential(voter).unwrap().credential;
        let request = ReplacementRequest { index: voter, number, old, reason: ReplacementReason::Lost };
        let mut parts = Vec::new();
        for registrar in Registrar::ALL.into_iter().take(usize::from(self.shape.registrars)) {
            let part = CredentialPart::derive(&self.code(registrar), &self.id());
            parts.push(prove_replacement_part(&setup, &request, &part, &self.fresh()));
        }
        self.act(Replacement { request, parts })
    }
}
