//! The voter file: CSV with the columns voter, region, language, read strictly (§24.5).

use std::collections::HashMap;
use std::io::Read;

use plebiscite_election::encoding::clean;
use thiserror::Error;

/// The columns, in this order and no other.
pub const COLUMNS: [&str; 3] = ["voter", "region", "language"];
/// Longest cell, in bytes.
const CELL_LIMIT: usize = 200;
/// Most distinct regions or languages: their places are u16.
const NAMES_LIMIT: usize = 65_535;

/// One voter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Who it is, in the registrar's own words: a number or a name, never published.
    pub voter: String,
    /// Place of the region in [`People::regions`].
    pub region: u16,
    /// Place of the language in [`People::languages`].
    pub language: u16,
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

/// Why a voter file is refused. Names lines, never a voter.
#[derive(Debug, Error)]
pub enum RollCsvError {
    /// Not CSV in UTF-8, or a row with another number of cells.
    #[error("the voter file is not CSV of three columns: {0}")]
    Csv(#[from] csv::Error),
    /// Another first line.
    #[error("the first line of the voter file must read voter,region,language")]
    Header,
    /// A cell that is empty or unclean.
    #[error("line {line}: the {column} {fault}")]
    Cell {
        /// The line, from 1.
        line: u64,
        /// The column.
        column: &'static str,
        /// What is wrong with it.
        fault: &'static str,
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
    if !reader.headers()?.iter().eq(COLUMNS) {
        return Err(RollCsvError::Header);
    }
    let mut people = People::default();
    let mut names = [Names::default(), Names::default()];
    let mut lines: HashMap<String, u64> = HashMap::new();
    let mut row = csv::StringRecord::new();
    while reader.read_record(&mut row)? {
        let line = row.position().map_or(0, csv::Position::line);
        let mut cells = row.iter().zip(COLUMNS).map(|(cell, column)| check_cell(cell, column, line));
        let mut next = || cells.next().unwrap_or(Err(RollCsvError::Header));
        let (voter, region, language) = (next()?, next()?, next()?);
        if let Some(earlier) = lines.insert(voter.to_owned(), line) {
            return Err(RollCsvError::Duplicate { earlier, line });
        }
        let [regions, languages] = &mut names;
        let person = Person {
            voter: voter.to_owned(),
            region: regions.place(region)?,
            language: languages.place(language)?,
        };
        people.people.push(person);
    }
    if people.people.is_empty() {
        return Err(RollCsvError::Empty);
    }
    let [regions, languages] = names;
    Ok(People { regions: regions.list, languages: languages.list, ..people })
}

/// Distinct names with their places.
#[derive(Default)]
struct Names {
    list: Vec<String>,
    places: HashMap<String, u16>,
}

impl Names {
    fn place(&mut self, name: &str) -> Result<u16, RollCsvError> {
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

fn check_cell<'c>(cell: &'c str, column: &'static str, line: u64) -> Result<&'c str, RollCsvError> {
    let fault = |fault| Err(RollCsvError::Cell { line, column, fault });
    if cell.is_empty() {
        return fault("is empty");
    }
    if cell.len() > CELL_LIMIT {
        return fault("is longer than 200 bytes");
    }
    if cell.trim() != cell {
        return fault("begins or ends with white space");
    }
    if !clean(cell) {
        return fault("has control characters, or is not in Unicode's composed form (NFC)");
    }
    // The codes are given out as CSV again, and spreadsheets run such cells.
    if cell.starts_with(['=', '+', '-', '@']) {
        return fault("begins with a sign that spreadsheets take for a formula");
    }
    Ok(cell)
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
        let rows: Vec<_> = people.people.iter().map(|p| (p.voter.as_str(), p.region, p.language)).collect();
        assert_eq!(rows, [("7", 0, 0), ("Ä, B", 1, 1), ("9", 0, 1)]);
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
