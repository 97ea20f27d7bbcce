//! A trustee that deals a wrong share in the ceremony: real code, with its true keys and true proofs (§9.5, §9.6).
//!
//! It holds two sets of coefficients under one key for the shares. It commits to the first, opens the first, and proves the
//! first; but the part for its victim comes from the second. Nothing in its message is malformed and every proof in it holds:
//! only the victim sees it, and only a complaint can show it to the others.

use plebiscite_crypto::threshold::ceremony::{CeremonyRecord, CommitmentSent, Dealing, Round, ShareKeySent};
use plebiscite_election::record::Record;

/// The liar between two rounds.
#[derive(Debug)]
pub struct WrongShare {
    number: u16,
    victim: u16,
    share_key: Option<ShareKeySent>,
    committed: Option<CommitmentSent>,
    /// The vault's bytes of the share key: what the second set of coefficients is made from.
    kept: Vec<u8>,
}

impl WrongShare {
    /// Trustee `number`, who will deal wrongly to `victim`.
    #[must_use]
    pub const fn new(number: u16, victim: u16) -> Self {
        Self { number, victim, share_key: None, committed: None, kept: Vec::new() }
    }

    /// The content of the message for the round in force: R0, R1 and R2, in this order.
    ///
    /// # Panics
    /// In another round, or out of order.
    pub fn content(&mut self, record: &Record, fresh: &[u8; 32]) -> Vec<u8> {
        let view = record.ceremony().unwrap();
        match view.record.round().unwrap() {
            Round::R0 => {
                let (stage, content) =
                    ShareKeySent::begin(view.record.context(), self.number, fresh).unwrap();
                self.kept = stage.to_secret_bytes().to_vec();
                self.share_key = Some(stage);
                content
            }
            Round::R1 => {
                let (stage, content) = self.share_key.take().unwrap().commit(view.record, fresh).unwrap();
                self.committed = Some(stage);
                content
            }
            Round::R2 => self.deal(record, fresh),
            round => unreachable!("{round}: by then the lie is told"),
        }
    }

    fn deal(&mut self, record: &Record, fresh: &[u8; 32]) -> Vec<u8> {
        let view = record.ceremony().unwrap();
        let context = view.record.context();
        // The same attempt, as if this trustee had committed to the second set.
        let mut other = CeremonyRecord::new(context.clone());
        let others = |round: Round| view.contents.range((round.number(), 0)..=(round.number(), u16::MAX));
        for ((_, trustee), content) in others(Round::R0) {
            other.accept(Round::R0, *trustee, content).unwrap();
        }
        let second = ShareKeySent::from_secret_bytes(&self.kept, context).unwrap();
        let (second, commitment) = second.commit(&other, &[0xa5; 32]).unwrap();
        for ((_, trustee), content) in others(Round::R1) {
            let content = if *trustee == self.number { &commitment } else { content };
            other.accept(Round::R1, *trustee, content).unwrap();
        }
        let (_, wrong) = second.deal(&other, &[0x5a; 32]).unwrap();
        let (_, right) = self.committed.take().unwrap().deal(view.record, fresh).unwrap();
        let decode = |content: &[u8]| Dealing::decode(content, context.params()).unwrap();
        let (mut dealing, wrong) = (decode(&right), decode(&wrong));
        let place = usize::from(self.victim) - 1 - usize::from(self.victim > self.number);
        dealing.shares[place] = wrong.shares[place].clone();
        dealing.encode()
    }
}
