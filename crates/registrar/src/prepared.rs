//! The prepared roll: what both registrars work from, so that a row is the same person to both (§14.4, §24.5).
//!
//! `plebiscite roll/v1\n` ‖ salt, 64 hexadecimal digits ‖ `\n` ‖ canonical CSV of voter, region, language, and of name,
//! address, channel where any voter has one. The rows are ordered by SHA-256(salt ‖ voter), so that a roll number tells
//! nothing of the voter file's order. The file's SHA-256 is the `persons` digest of every list; the salt keeps it from
//! being guessed. Voters who chose paper stand in the file, so that both registrars leave out the same ones, and have no
//! roll number.

use plebiscite_election::manifest::Manifest;
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::roll_csv::{self, Channel, People, Person, RollCsvError};

const FIRST_LINE: &str = "plebiscite roll/v1";
/// Longest prepared file that is read: ten million voters with long names.
pub const FILE_LIMIT: u64 = 2 * 1024 * 1024 * 1024;

/// A prepared roll.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prepared {
    people: People,
    paper: Vec<Person>,
    digest: [u8; 32],
}

/// Why a file is no prepared roll, or not this election's.
#[derive(Debug, Error)]
pub enum PreparedError {
    /// Not the layout.
    #[error("the file is no prepared roll: {0}")]
    Format(&'static str),
    /// The rows.
    #[error(transparent)]
    Rows(#[from] RollCsvError),
    /// No credential to make.
    #[error("all voters of the file have chosen paper, so there is no credential to make")]
    OnlyPaper,
    /// A region that the manifest does not have.
    #[error("region {region:?} of the roll is not in the manifest")]
    Region {
        /// The region's id.
        region: String,
    },
    /// A language that the manifest does not have.
    #[error("language {language:?} of the roll is not in the manifest")]
    Language {
        /// The language's tag.
        language: String,
    },
    /// More voters than the manifest allows.
    #[error("the roll has {rows} voters, and the manifest allows {limit}")]
    TooLong {
        /// How many.
        rows: usize,
        /// The manifest's limit.
        limit: u32,
    },
}

impl Prepared {
    /// Prepares a voter file under a fresh salt; gives the file's bytes with what they hold.
    ///
    /// # Errors
    /// [`PreparedError::Rows`] where the rows cannot be written.
    pub fn make(mut people: People, salt: &[u8; 32]) -> Result<(Self, Vec<u8>), PreparedError> {
        people.people.sort_by_cached_key(|person| place(salt, &person.voter));
        let bytes = encode(&people, salt)?;
        Ok((Self::of(renumbered(people), Sha256::digest(&bytes).into())?, bytes))
    }

    /// Reads exactly what [`Self::make`] wrote.
    ///
    /// # Errors
    /// [`PreparedError`].
    pub fn read(bytes: &[u8]) -> Result<Self, PreparedError> {
        let format = PreparedError::Format;
        let rest = bytes.strip_prefix(FIRST_LINE.as_bytes()).ok_or(format("its first line is another"))?;
        let rest = rest.strip_prefix(b"\n").ok_or(format("its first line is another"))?;
        let (salt, rows) = rest.split_first_chunk::<64>().ok_or(format("its salt is cut off"))?;
        let rows = rows.strip_prefix(b"\n").ok_or(format("its salt is cut off"))?;
        let mut decoded = [0; 32];
        hex::decode_to_slice(salt, &mut decoded).map_err(|_| format("its salt is not hexadecimal"))?;
        let people = roll_csv::read(rows)?;
        let keys: Vec<_> = people.people.iter().map(|person| place(&decoded, &person.voter)).collect();
        if !keys.is_sorted() {
            return Err(format("its rows are not in their order"));
        }
        if encode(&people, &decoded)? != bytes {
            return Err(format("it is not written as this program writes it"));
        }
        Self::of(people, Sha256::digest(bytes).into())
    }

    /// Parts those who get a credential from those who vote on paper.
    fn of(mut people: People, digest: [u8; 32]) -> Result<Self, PreparedError> {
        let is_paper = |person: &mut Person| person.channel == Channel::Paper;
        let paper = people.people.extract_if(.., is_paper).collect();
        if people.people.is_empty() {
            return Err(PreparedError::OnlyPaper);
        }
        Ok(Self { people, paper, digest })
    }

    /// Whether a file says that it is a prepared roll.
    #[must_use]
    pub fn is_one(bytes: &[u8]) -> bool {
        bytes.starts_with(FIRST_LINE.as_bytes())
    }

    /// All voters, those who chose paper last.
    #[must_use]
    pub fn into_people(self) -> People {
        let mut people = self.people;
        people.people.extend(self.paper);
        people
    }

    /// SHA-256 of the file: the fingerprint that both registrars compare, and the `persons` of their lists.
    #[must_use]
    pub const fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// The voters who have chosen paper, in the file's order; they have no credential and no roll number.
    #[must_use]
    pub fn paper(&self) -> &[Person] {
        &self.paper
    }

    /// The voters with a credential, in roll order.
    #[must_use]
    pub fn people(&self) -> &[Person] {
        &self.people.people
    }

    /// A person's region id.
    #[must_use]
    pub fn region(&self, person: &Person) -> &str {
        self.people.regions.get(usize::from(person.region)).map_or("", String::as_str)
    }

    /// A person's language tag.
    #[must_use]
    pub fn language(&self, person: &Person) -> &str {
        self.people.languages.get(usize::from(person.language)).map_or("", String::as_str)
    }

    /// Each voter's region by its place in the manifest, in roll order.
    ///
    /// # Errors
    /// A region or language that the manifest does not have, or too many voters.
    pub fn regions_in(&self, manifest: &Manifest) -> Result<Vec<u16>, PreparedError> {
        let (rows, limit) = (self.people().len(), manifest.roll_maximum());
        if u32::try_from(rows).map_or(true, |rows| rows > limit) {
            return Err(PreparedError::TooLong { rows, limit });
        }
        let known = &manifest.document().languages;
        if let Some(language) = self.people.languages.iter().find(|language| !known.contains(language)) {
            return Err(PreparedError::Language { language: language.clone() });
        }
        let places: Vec<u16> = self
            .people
            .regions
            .iter()
            .map(|id| {
                manifest
                    .region_of(id)
                    .map(|place| place.0)
                    .ok_or_else(|| PreparedError::Region { region: id.clone() })
            })
            .collect::<Result<_, _>>()?;
        Ok(self
            .people()
            .iter()
            .filter_map(|person| places.get(usize::from(person.region)).copied())
            .collect())
    }
}

/// Where a voter stands in the order.
fn place(salt: &[u8; 32], voter: &str) -> [u8; 32] {
    Sha256::new().chain_update(salt).chain_update(voter).finalize().into()
}

/// Numbers regions and languages anew, in the order in which a reader of the file meets them.
fn renumbered(people: People) -> People {
    let order = |of: fn(&Person) -> u16, names: &[String]| {
        let mut seen = vec![None; names.len()];
        let mut list = Vec::new();
        for person in &people.people {
            let place = usize::from(of(person));
            if let Some(slot @ None) = seen.get_mut(place) {
                *slot = u16::try_from(list.len()).ok();
                list.extend(names.get(place).cloned());
            }
        }
        (seen, list)
    };
    let (region_places, regions) = order(|person| person.region, &people.regions);
    let (language_places, languages) = order(|person| person.language, &people.languages);
    let at =
        |places: &[Option<u16>], old: u16| places.get(usize::from(old)).copied().flatten().unwrap_or(old);
    let mut people = people.people;
    for person in &mut people {
        person.region = at(&region_places, person.region);
        person.language = at(&language_places, person.language);
    }
    People { regions, languages, people }
}

fn encode(people: &People, salt: &[u8; 32]) -> Result<Vec<u8>, PreparedError> {
    let mut writer =
        csv::WriterBuilder::new().from_writer(format!("{FIRST_LINE}\n{}\n", hex::encode(salt)).into_bytes());
    let columns = if people.is_short() { roll_csv::SHORT_COLUMNS } else { roll_csv::COLUMNS.len() };
    writer.write_record(roll_csv::COLUMNS.iter().take(columns)).map_err(RollCsvError::from)?;
    for person in &people.people {
        let name =
            |names: &'_ [String], place: u16| names.get(usize::from(place)).cloned().unwrap_or_default();
        let (region, language) =
            (name(&people.regions, person.region), name(&people.languages, person.language));
        let cells: [&str; 6] =
            [&person.voter, &region, &language, &person.name, &person.address, person.channel.name()];
        writer.write_record(cells.iter().take(columns)).map_err(RollCsvError::from)?;
    }
    writer.into_inner().map_err(|_| PreparedError::Format("its rows cannot be written"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROLL: &str = "voter,region,language\n1,a,de\n2,b,fr\n3,a,fr\n4,b,de\n\"5, q\",b,de\n";

    fn made(salt: u8) -> (Prepared, Vec<u8>) {
        Prepared::make(roll_csv::read(ROLL.as_bytes()).unwrap(), &[salt; 32]).unwrap()
    }

    #[test]
    fn the_second_registrar_reads_what_the_first_prepared() {
        let (prepared, bytes) = made(1);
        assert_eq!(Prepared::read(&bytes).unwrap(), prepared);
        let pair =
            |person: &Person| (prepared.region(person).to_owned(), prepared.language(person).to_owned());
        let five = prepared.people().iter().find(|person| &*person.voter == "5, q").unwrap();
        assert_eq!(pair(five), ("b".to_owned(), "de".to_owned()));
    }

    #[test]
    fn voters_who_chose_paper_stand_in_the_file_and_have_no_roll_number() {
        let long = "voter,region,language,name,address,channel\n";
        let rows = "1,a,de,,,letter\n2,b,fr,,,paper\n3,a,fr,,x@example.org,email\n";
        let make = |rows: &str| {
            Prepared::make(roll_csv::read(format!("{long}{rows}").as_bytes()).unwrap(), &[1; 32])
        };
        let (prepared, bytes) = make(rows).unwrap();
        assert_eq!(Prepared::read(&bytes).unwrap(), prepared);
        let voters = |people: &[Person]| people.iter().map(|p| p.voter.to_string()).collect::<Vec<_>>();
        let mut with_credential = voters(prepared.people());
        with_credential.sort();
        assert_eq!(
            (with_credential, voters(prepared.paper())),
            (vec!["1".into(), "3".into()], vec!["2".into()])
        );
        let all_letters = make(&rows.replace("paper", "letter")).unwrap().0;
        assert_ne!(all_letters.digest(), prepared.digest(), "the registrars would see that they disagree");
        assert!(matches!(make("1,a,de,,,paper\n"), Err(PreparedError::OnlyPaper)));
    }

    #[test]
    fn another_salt_gives_another_order_and_another_digest() {
        let order =
            |salt| made(salt).0.people().iter().map(|person| person.voter.clone()).collect::<Vec<_>>();
        assert_ne!(made(1).0.digest(), made(2).0.digest());
        assert!((2..20).any(|salt| order(salt) != order(1)), "the voter file's order never shows");
        assert_eq!(order(1).len(), 5);
    }

    #[test]
    fn a_changed_reordered_or_cut_file_is_refused() {
        let (_, bytes) = made(1);
        let text = String::from_utf8(bytes.clone()).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let joined = |lines: &[&str]| lines.join("\n") + "\n";
        assert!(Prepared::read(joined(&lines).as_bytes()).is_ok());
        let mut swapped = lines.clone();
        swapped.swap(3, 4);
        assert!(matches!(
            Prepared::read(joined(&swapped).as_bytes()),
            Err(PreparedError::Format("its rows are not in their order"))
        ));
        let other_salt = text.replacen(&hex::encode([1; 32]), &hex::encode([2; 32]), 1);
        assert!(Prepared::read(other_salt.as_bytes()).is_err());
        assert!(Prepared::read(text.trim_end().as_bytes()).is_err());
        assert!(Prepared::read(text.replacen("voter,", "\"voter\",", 1).as_bytes()).is_err());
        for length in [0, 10, 19, 60, 84, 90] {
            assert!(Prepared::read(&bytes[..length]).is_err(), "{length}");
        }
    }
}
