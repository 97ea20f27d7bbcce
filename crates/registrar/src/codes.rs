//! The codes of one roll attempt: drawn, kept in a vault, and turned into the list that the registrar posts (§14.4).
//!
//! In the vault: `1 ‖ roll attempt u32 ‖ ceremony attempt u32 ‖ registrar u8 ‖ persons 32 ‖ count u32 ‖
//! count × (entropy 17)`. A code is drawn from its 17 bytes, of which the first 130 bits are used.

use std::fmt;

use plebiscite_election::context::SetupContext;
use plebiscite_election::credential::{
    Code, CodeError, CredentialPart, ListEntry, ListError, Registrar, make_list,
};
use plebiscite_election::encoding::{EncodingError, Reader};
use thiserror::Error;
use zeroize::Zeroizing;

const VERSION: u8 = 1;
/// Bytes of randomness that a code is drawn from.
const ENTROPY: usize = 17;
/// Bytes before the entropy.
const HEADER: usize = 46;

/// Why codes cannot be made or read back.
#[derive(Debug, Error)]
pub enum CodesError {
    /// Not the layout.
    #[error("the kept codes are malformed: {0}")]
    Encoding(#[from] EncodingError),
    /// Kept entropy that gives no code.
    #[error("the kept codes are malformed: row {index} gives no code")]
    Row {
        /// The row.
        index: usize,
    },
    /// Made for another file of persons.
    #[error("the codes of this roll attempt were made from another prepared roll")]
    OtherPersons,
    /// The list.
    #[error(transparent)]
    List(#[from] ListError),
}

/// All codes of one registrar in one roll attempt. Wiped on drop.
#[derive(Clone, PartialEq, Eq)]
pub struct RollCodes {
    /// The roll attempt.
    pub roll_attempt: u32,
    /// The ceremony attempt whose keys were confirmed.
    pub ceremony_attempt: u32,
    /// Whose codes.
    pub registrar: Registrar,
    /// Digest of the prepared roll.
    pub persons: [u8; 32],
    entropy: Zeroizing<Vec<u8>>,
}

impl fmt::Debug for RollCodes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { roll_attempt, registrar, .. } = self;
        f.debug_struct("RollCodes")
            .field("roll_attempt", roll_attempt)
            .field("registrar", registrar)
            .finish_non_exhaustive()
    }
}

impl RollCodes {
    /// Draws `count` codes with fresh bytes from `draw`.
    pub fn draw(
        (roll_attempt, ceremony_attempt): (u32, u32),
        registrar: Registrar,
        persons: [u8; 32],
        count: usize,
        mut draw: impl FnMut() -> [u8; ENTROPY],
    ) -> Self {
        let mut entropy = Zeroizing::new(Vec::with_capacity(count * ENTROPY));
        for _ in 0..count {
            // One draw in 1,024 fits both registrars' check symbols and is drawn anew.
            let fresh = loop {
                let fresh = Zeroizing::new(draw());
                if Code::from_entropy(registrar, &fresh).is_ok() {
                    break fresh;
                }
            };
            entropy.extend_from_slice(fresh.as_slice());
        }
        Self { roll_attempt, ceremony_attempt, registrar, persons, entropy }
    }

    /// How many codes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entropy.len() / ENTROPY
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entropy.is_empty()
    }

    /// The codes in roll order.
    pub fn codes(&self) -> impl Iterator<Item = Result<Code, CodeError>> + '_ {
        self.entropy.as_chunks::<ENTROPY>().0.iter().map(|fresh| Code::from_entropy(self.registrar, fresh))
    }

    /// One code, by the roll number.
    #[must_use]
    pub fn code(&self, number: u32) -> Option<Code> {
        let (rows, _) = self.entropy.as_chunks::<ENTROPY>();
        let fresh = rows.get(usize::try_from(number).ok()?)?;
        Code::from_entropy(self.registrar, fresh).ok()
    }

    /// The bytes for the vault.
    #[must_use]
    pub fn encode(&self) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(HEADER + self.entropy.len()));
        bytes.push(VERSION);
        bytes.extend_from_slice(&self.roll_attempt.to_be_bytes());
        bytes.extend_from_slice(&self.ceremony_attempt.to_be_bytes());
        bytes.push(self.registrar.number());
        bytes.extend_from_slice(&self.persons);
        // A roll has at most u32::MAX rows: the manifest's limit is a u32.
        bytes.extend_from_slice(&u32::try_from(self.len()).unwrap_or(u32::MAX).to_be_bytes());
        bytes.extend_from_slice(&self.entropy);
        bytes
    }

    /// Reads exactly what [`Self::encode`] wrote.
    ///
    /// # Errors
    /// [`CodesError`].
    pub fn decode(bytes: &[u8]) -> Result<Self, CodesError> {
        let mut reader = Reader::new(bytes);
        if reader.u8("version")? != VERSION {
            return Err(EncodingError::Range { field: "version" }.into());
        }
        let (roll_attempt, ceremony_attempt) = (reader.u32("roll attempt")?, reader.u32("ceremony attempt")?);
        let number = reader.u8("registrar")?;
        let registrar = Registrar::from_number(number).ok_or(EncodingError::Range { field: "registrar" })?;
        let persons = reader.array("persons")?;
        let count =
            usize::try_from(reader.u32("count")?).map_err(|_| EncodingError::Range { field: "count" })?;
        let length = count.checked_mul(ENTROPY).ok_or(EncodingError::Range { field: "count" })?;
        let entropy = Zeroizing::new(reader.bytes(length, "codes")?.to_vec());
        reader.finish()?;
        let codes = Self { roll_attempt, ceremony_attempt, registrar, persons, entropy };
        let wrong = codes.codes().position(|code| code.is_err());
        wrong.map_or(Ok(codes), |index| Err(CodesError::Row { index }))
    }

    /// The content of the list: parts, regions, and the proof that this registrar knows all their secrets.
    ///
    /// # Errors
    /// [`CodesError`].
    pub fn list(
        &self,
        setup: &SetupContext,
        regions: &[u16],
        fresh: &[u8; 32],
    ) -> Result<Vec<u8>, CodesError> {
        if regions.len() != self.len() {
            return Err(CodesError::OtherPersons);
        }
        // Room for all at once: a vector that grows leaves copies of secrets behind.
        let mut entries = Vec::with_capacity(self.len());
        for (index, (code, region)) in self.codes().zip(regions).enumerate() {
            let code = code.map_err(|_| CodesError::Row { index })?;
            entries.push(ListEntry { part: CredentialPart::derive(&code, &setup.election), region: *region });
        }
        Ok(make_list(setup, self.roll_attempt, self.registrar, &self.persons, &entries, fresh)?)
    }
}

#[cfg(test)]
mod tests {
    use plebiscite_election::credential::{ListReader, RollLimits};
    use plebiscite_election::manifest::ElectionId;
    use sha2::{Digest, Sha256};

    use super::*;

    fn drawn(count: usize) -> RollCodes {
        let mut step = 0u32;
        RollCodes::draw((2, 1), Registrar::Second, [5; 32], count, || {
            step += 1;
            *Sha256::digest(step.to_be_bytes()).first_chunk().unwrap()
        })
    }

    #[test]
    fn codes_come_back_from_the_vaults_bytes() {
        // Enough that ambiguous draws, one in 1,024, are among them.
        let codes = drawn(3_000);
        let read = RollCodes::decode(&codes.encode()).unwrap();
        assert!(read == codes);
        assert_eq!(read.codes().count(), 3_000);
        assert!(read.codes().all(|code| code.is_ok_and(|code| code.registrar() == Registrar::Second)));
    }

    #[test]
    fn cut_lengthened_and_foreign_bytes_are_refused() {
        let bytes = drawn(2).encode();
        assert!(RollCodes::decode(&bytes).is_ok());
        for length in 0..bytes.len() {
            assert!(RollCodes::decode(&bytes[..length]).is_err(), "{length}");
        }
        assert!(RollCodes::decode(&[bytes.as_slice(), &[0]].concat()).is_err());
        let mut third = bytes.clone();
        third[9] = 2;
        assert!(RollCodes::decode(&third).is_err());
    }

    #[test]
    fn the_list_is_one_that_every_reader_accepts_and_bound_to_its_attempt() {
        let setup = SetupContext { election: ElectionId([1; 32]), attempt: 1 };
        let content = drawn(4).list(&setup, &[0, 1, 0, 1], &[3; 32]).unwrap();
        let read = |attempt| {
            let mut reader =
                ListReader::new(setup, attempt, Registrar::Second, RollLimits { regions: 2, rows: 4 });
            reader.absorb(&content).and_then(|()| reader.finish())
        };
        assert_eq!(read(2).unwrap().persons(), &[5; 32]);
        assert!(read(3).is_err());
        assert!(matches!(drawn(4).list(&setup, &[0; 3], &[3; 32]), Err(CodesError::OtherPersons)));
    }

    #[test]
    fn debug_shows_no_code() {
        assert_eq!(format!("{:?}", drawn(1)), "RollCodes { roll_attempt: 2, registrar: Second, .. }");
    }
}
