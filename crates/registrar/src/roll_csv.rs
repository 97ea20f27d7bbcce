//! The rows of a prepared roll: canonical CSV, read strictly (§24.5). Voter files of other people are read by `import`.
//!
//! The columns are voter, region, language; or these and name, address, channel, where any voter has one of them.

use std::collections::HashMap;
use std::io::Read;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::cell::{self, CellFault};

/// All columns, in this order; a roll that knows nothing more of its voters has the first three only.
pub const COLUMNS: [&str; 6] = ["voter", "region", "language", "name", "address", "channel"];
/// Columns of a roll that knows no names, addresses and channels.
pub const SHORT_COLUMNS: usize = 3;
/// Most distinct regions or languages: their places are u16.
const NAMES_LIMIT: usize = 65_535;

/// How a voter gets the code.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, clap::ValueEnum, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// A letter.
    #[default]
    Letter,
    /// An e-mail.
    Email,
    /// No code: the voter has chosen to vote on paper before the roll was sealed.
    Paper,
}

impl Channel {
    /// Every channel.
    pub const ALL: [Self; 3] = [Self::Letter, Self::Email, Self::Paper];

    /// Its name in files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Letter => "letter",
            Self::Email => "email",
            Self::Paper => "paper",
        }
    }

    /// The channel of a name in files.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.name() == name)
    }
}

/// One voter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Who it is, in the registrar's own words: a number or a name, never published.
    pub voter: Box<str>,
    /// The name on the letter; may be empty.
    pub name: Box<str>,
    /// The postal address, or the e-mail address of one who gets an e-mail; may be empty.
    pub address: Box<str>,
    /// Place of the region in [`People::regions`].
    pub region: u16,
    /// Place of the language in [`People::languages`].
    pub language: u16,
    /// How the code reaches the voter.
    pub channel: Channel,
}

/// All voters, in the order of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct People {
    /// The distinct region ids, in the order in which they first stand.
    pub regions: Vec<String>,
    /// The distinct language tags, likewise.
    pub languages: Vec<String>,
    /// The voters.
    pub people: Vec<Person>,
}

impl People {
    /// Whether anything is known of a voter beyond region and language.
    #[must_use]
    pub fn is_short(&self) -> bool {
        self.people.iter().all(|person| {
            person.name.is_empty() && person.address.is_empty() && person.channel == Channel::Letter
        })
    }
}

/// Why a voter file is refused. Names lines, never a voter.
#[derive(Debug, Error)]
pub enum RollCsvError {
    /// Not CSV in UTF-8, or a row with another number of cells.
    #[error("the voter file is not CSV of three or six columns: {0}")]
    Csv(#[from] csv::Error),
    /// Another first line.
    #[error(
        "the first line of the voter file must read voter,region,language, or these and name,address,channel"
    )]
    Header,
    /// A cell that is empty or unclean.
    #[error("line {line}: the {column} {}", fault.what())]
    Cell {
        /// The line, from 1.
        line: u64,
        /// The column.
        column: &'static str,
        /// What is wrong with it.
        fault: CellFault,
    },
    /// A channel that is none.
    #[error("line {line}: the channel is none of letter, email, paper")]
    Channel {
        /// The line, from 1.
        line: u64,
    },
    /// The same voter twice.
    #[error("lines {earlier} and {line} hold the same voter")]
    Duplicate {
        /// The first of the two.
        earlier: u64,
        /// The second.
        line: u64,
    },
    /// More distinct names than places.
    #[error("the voter file has more than 65,535 regions or languages")]
    TooManyNames,
    /// No voter.
    #[error("the voter file has no voters")]
    Empty,
}

/// Reads a voter file whole.
///
/// # Errors
/// [`RollCsvError`], with the first line at fault.
pub fn read(input: impl Read) -> Result<People, RollCsvError> {
    let mut reader = csv::ReaderBuilder::new().has_headers(true).flexible(false).from_reader(input);
    let columns = reader.headers()?.len();
    let known = columns == SHORT_COLUMNS || columns == COLUMNS.len();
    if !known || !reader.headers()?.iter().eq(COLUMNS.iter().take(columns).copied()) {
        return Err(RollCsvError::Header);
    }
    let mut people = People::default();
    let mut names = [Names::default(), Names::default()];
    let mut lines: HashMap<u128, u64> = HashMap::new();
    let mut row = csv::StringRecord::new();
    while reader.read_record(&mut row)? {
        let line = row.position().map_or(0, csv::Position::line);
        let cell = |column: usize| row.get(column).unwrap_or_default();
        for (column, limit, may_be_empty) in LIMITS {
            let judged = cell::check(cell(column), limit);
            let empty = may_be_empty && judged == Err(CellFault::Empty);
            let name = COLUMNS.get(column).copied().unwrap_or_default();
            judged.or_else(|fault| {
                if empty { Ok(()) } else { Err(RollCsvError::Cell { line, column: name, fault }) }
            })?;
        }
        let channel = match cell(5) {
            "" if columns == SHORT_COLUMNS => Channel::Letter,
            name => Channel::of_name(name).ok_or(RollCsvError::Channel { line })?,
        };
        if let Some(earlier) = lines.insert(mark(cell(0)), line) {
            return Err(RollCsvError::Duplicate { earlier, line });
        }
        let [regions, languages] = &mut names;
        people.people.push(Person {
            voter: cell(0).into(),
            name: cell(3).into(),
            address: cell(4).into(),
            region: regions.place(cell(1))?,
            language: languages.place(cell(2))?,
            channel,
        });
    }
    if people.people.is_empty() {
        return Err(RollCsvError::Empty);
    }
    let [regions, languages] = names;
    Ok(People { regions: regions.list, languages: languages.list, ..people })
}

/// Columns by place, with their limits, and whether they may be empty.
const LIMITS: [(usize, usize, bool); 5] = [
    (0, cell::SHORT, false),
    (1, cell::SHORT, false),
    (2, cell::SHORT, false),
    (3, cell::LONG, true),
    (4, cell::LONG, true),
];

/// 128 bits of a text's SHA-256: a million texts are told apart by them in a fraction of the memory.
#[must_use]
pub fn mark(text: &str) -> u128 {
    let digest: [u8; 32] = Sha256::digest(text).into();
    u128::from_be_bytes(digest.first_chunk().copied().unwrap_or_default())
}

/// Distinct names with their places.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// The names by place.
    pub list: Vec<String>,
    places: HashMap<String, u16>,
}

impl Names {
    /// The place of a name, which is given one where it is new.
    ///
    /// # Errors
    /// [`RollCsvError::TooManyNames`].
    pub fn place(&mut self, name: &str) -> Result<u16, RollCsvError> {
        if let Some(place) = self.places.get(name) {
            return Ok(*place);
        }
        let place = u16::try_from(self.list.len()).ok().filter(|_| self.list.len() < NAMES_LIMIT);
        let place = place.ok_or(RollCsvError::TooManyNames)?;
        self.list.push(name.to_owned());
        self.places.insert(name.to_owned(), place);
        Ok(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Result<People, RollCsvError> {
        read(text.as_bytes())
    }

    fn sentence(text: &str) -> String {
        read_text(text).unwrap_err().to_string()
    }

    #[test]
    fn a_voter_file_is_read_in_its_order() {
        let people = read_text("voter,region,language\n7,ZH,de\n\"Ä, B\",BE,fr\n9,ZH,fr\n").unwrap();
        assert_eq!(people.regions, ["ZH", "BE"]);
        assert_eq!(people.languages, ["de", "fr"]);
        let rows: Vec<_> = people.people.iter().map(|p| (&*p.voter, p.region, p.language)).collect();
        assert_eq!(rows, [("7", 0, 0), ("Ä, B", 1, 1), ("9", 0, 1)]);
        assert!(people.is_short());
    }

    #[test]
    fn names_addresses_and_channels_are_read_where_they_stand() {
        let long = "voter,region,language,name,address,channel\n";
        let people = read_text(&format!("{long}1,ZH,de,,,letter\n2,ZH,de,N 2,A 2,paper\n")).unwrap();
        let rows: Vec<_> = people.people.iter().map(|p| (&*p.name, &*p.address, p.channel)).collect();
        assert_eq!(rows, [("", "", Channel::Letter), ("N 2", "A 2", Channel::Paper)]);
        assert!(!people.is_short());
        assert_eq!(
            sentence(&format!("{long}1,ZH,de,,,fax\n")),
            "line 2: the channel is none of letter, email, paper"
        );
        assert!(sentence(&format!("{long}1,ZH,de,,=1,letter\n")).contains("the address begins with a sign"));
    }

    #[test]
    fn a_voter_who_stands_twice_is_refused_with_both_lines() {
        assert_eq!(
            sentence("voter,region,language\n1,a,de\n2,a,de\n1,b,fr\n"),
            "lines 2 and 4 hold the same voter"
        );
        assert!(read_text("voter,region,language\n1,a,de\n2,a,de\n3,b,fr\n").is_ok());
    }

    #[test]
    fn every_cell_at_fault_is_named_by_line_and_column() {
        for (row, expected) in [
            (",a,de", "line 3: the voter is empty"),
            ("2, a,de", "line 3: the region begins or ends with white space"),
            ("2,a,=1", "line 3: the language begins with a sign that spreadsheets take for a formula"),
            ("-2,a,de", "line 3: the voter begins with a sign that spreadsheets take for a formula"),
            (
                "e\u{301},a,de",
                "line 3: the voter has control characters, or is not in Unicode's composed form (NFC)",
            ),
            (
                "\u{202e}2,a,de",
                "line 3: the voter has control characters, or is not in Unicode's composed form (NFC)",
            ),
        ] {
            assert_eq!(sentence(&format!("voter,region,language\n1,a,de\n{row}\n")), expected);
        }
        let long = "x".repeat(201);
        assert_eq!(
            sentence(&format!("voter,region,language\n{long},a,de\n")),
            "line 2: the voter is longer than 200 bytes"
        );
        assert!(read_text(&format!("voter,region,language\n{},a,de\n", "x".repeat(200))).is_ok());
    }

    #[test]
    fn other_columns_other_counts_and_other_encodings_are_refused() {
        assert!(matches!(read_text("voter,language,region\n1,de,a\n"), Err(RollCsvError::Header)));
        assert!(matches!(read_text("voter,region,language,age\n1,a,de,9\n"), Err(RollCsvError::Header)));
        assert!(matches!(read_text("voter;region;language\n1;a;de\n"), Err(RollCsvError::Header)));
        assert!(matches!(read_text("voter,region,language\n1,a\n"), Err(RollCsvError::Csv(_))));
        assert!(matches!(read_text("voter,region,language\n1,a,de,x\n"), Err(RollCsvError::Csv(_))));
        assert!(matches!(read(&b"voter,region,language\n\xff,a,de\n"[..]), Err(RollCsvError::Csv(_))));
        assert!(matches!(read_text("voter,region,language\n"), Err(RollCsvError::Empty)));
        assert!(matches!(read_text(""), Err(RollCsvError::Header)));
    }
}
