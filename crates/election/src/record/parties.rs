//! Whose keys are in force: those that the manifest names, and their successors (§20.4).

use std::collections::BTreeSet;

use ed25519_dalek::VerifyingKey;

use super::refusal::{Check, Reason, Refusal, ensure};
use crate::entry::{Role, SignatureError, Signatures, Succeeded, Successor};
use crate::manifest::Manifest;
use crate::manifest::key::PublicKey;

/// Keys and quorums of one election, at one index of its log.
#[derive(Debug)]
pub(super) struct Parties {
    officials: Vec<VerifyingKey>,
    quorum: usize,
    trustees: Vec<VerifyingKey>,
    confirmations: usize,
    registrars: Vec<VerifyingKey>,
    /// Board keys with the size from which on each signs checkpoints.
    board: Vec<(u64, VerifyingKey)>,
    used: BTreeSet<[u8; 32]>,
}

impl Parties {
    /// The keys that a manifest names. Its parser has checked that all are distinct and decodable.
    pub(super) fn of(manifest: &Manifest) -> Self {
        let board = *manifest.board_key();
        let groups = [
            manifest.officials(),
            manifest.trustees(),
            manifest.registrars(),
            manifest.witnesses(),
            &[board],
        ];
        // Put in one by one: to collect is to sort, and code that sorts is long where browsers load it.
        let mut used = BTreeSet::new();
        used.extend(groups.into_iter().flatten().map(VerifyingKey::to_bytes));
        Self {
            officials: manifest.officials().to_vec(),
            quorum: manifest.officials_quorum(),
            trustees: manifest.trustees().to_vec(),
            confirmations: manifest.confirmations(),
            registrars: manifest.registrars().to_vec(),
            board: vec![(0, board)],
            used,
        }
    }

    /// `c`: how many trustees confirm a seal.
    pub(super) const fn confirmations_needed(&self) -> usize {
        self.confirmations
    }

    /// Number of registrars, 1 or 2.
    pub(super) fn registrar_count(&self) -> usize {
        self.registrars.len()
    }

    pub(super) fn trustee(&self, number: u16) -> Option<&VerifyingKey> {
        self.trustees.get(usize::from(number).checked_sub(1)?)
    }

    pub(super) fn registrar(&self, number: u16) -> Option<&VerifyingKey> {
        self.registrars.get(usize::from(number))
    }

    pub(super) fn official(&self, number: u16) -> Option<&VerifyingKey> {
        self.officials.get(usize::from(number))
    }

    /// The board's key in force now.
    pub(super) fn board(&self) -> Option<&VerifyingKey> {
        self.board.last().map(|(_, key)| key)
    }

    /// The key that signs checkpoints of this size: a successor entered at `size` signs what is above it.
    pub(super) fn board_at(&self, size: u64) -> Option<&VerifyingKey> {
        self.board.iter().rev().find(|(from, _)| *from == 0 || size > *from).map(|(_, key)| key)
    }

    /// The keys that signed checkpoints of smaller sizes than this, and no longer sign this one.
    pub(super) fn board_before(&self, size: u64) -> impl Iterator<Item = &VerifyingKey> {
        let succeeded = self.board.iter().skip(1).filter(|(from, _)| size > *from).count();
        self.board.iter().take(succeeded).map(|(_, key)| key)
    }

    /// Whether a key was ever named.
    pub(super) fn was_named(&self, key: &[u8; 32]) -> bool {
        self.used.contains(key)
    }

    /// Exactly `u` officials.
    pub(super) fn verify_officials(
        &self,
        signatures: &Signatures,
        unsigned: &[u8],
    ) -> Result<(), SignatureError> {
        signatures.verify(Role::Official, self.quorum, |signer| self.official(signer), unsigned)
    }

    /// All registrars, or exactly `c` trustees.
    pub(super) fn verify_cosigners(
        &self,
        role: Role,
        signatures: &Signatures,
        unsigned: &[u8],
    ) -> Result<(), SignatureError> {
        match role {
            Role::Registrar => {
                signatures.verify(role, self.registrars.len(), |signer| self.registrar(signer), unsigned)
            }
            Role::Trustee => {
                signatures.verify(role, self.confirmations_needed(), |signer| self.trustee(signer), unsigned)
            }
            Role::Official => self.verify_officials(signatures, unsigned),
            Role::Board => signatures.verify(role, 1, |_| self.board(), unsigned),
        }
    }

    /// Puts a successor, which is entry number `index`, into force. Changes nothing where it is refused.
    pub(super) fn succeed(&mut self, successor: &Successor, index: u64) -> Result<(), Refusal> {
        let key = PublicKey(successor.key)
            .decode()
            .map_err(|_| Refusal::new(Check::Successor, Reason::Outside { what: "the new key" }))?;
        ensure(!self.used.contains(&successor.key), Check::Successor, || Reason::Twice {
            what: "the new key",
        })?;
        match successor.of {
            Succeeded::Board => self.board.push((index, key)),
            Succeeded::Official(number) => {
                let place = self.officials.get_mut(usize::from(number));
                *place.ok_or_else(|| {
                    Refusal::new(Check::Successor, Reason::Outside { what: "the official" })
                })? = key;
            }
        }
        self.used.insert(successor.key);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::fixture::{document, key, parse};

    fn successor(of: Succeeded, key: [u8; 32]) -> Successor {
        Successor { number: 1, of, key }
    }

    #[test]
    fn a_refused_successor_leaves_every_key_as_it_was() {
        let mut parties = Parties::of(&parse(&document()).unwrap());
        let new = key(200).0;
        let keys = |parties: &Parties| {
            (parties.board().copied(), parties.officials.clone(), parties.used.len(), parties.board.len())
        };
        let before = keys(&parties);
        let refused = [
            successor(Succeeded::Official(3), new),
            successor(Succeeded::Board, key(70).0),
            successor(Succeeded::Board, key(80).0),
            successor(Succeeded::Board, [0; 32]),
        ];
        for successor in &refused {
            assert!(parties.succeed(successor, 9).is_err());
            assert_eq!(keys(&parties), before);
        }
        parties.succeed(&successor(Succeeded::Official(2), new), 9).unwrap();
        assert_eq!(parties.official(2).unwrap().to_bytes(), new);
        assert!(parties.succeed(&successor(Succeeded::Board, new), 10).is_err(), "a key comes once");
        parties.succeed(&successor(Succeeded::Board, key(201).0), 10).unwrap();
        assert_eq!(parties.board_at(10).unwrap().to_bytes(), key(70).0);
        assert_eq!(parties.board_at(11).unwrap().to_bytes(), key(201).0);
    }
}
