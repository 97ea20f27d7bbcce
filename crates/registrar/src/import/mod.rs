//! Voter files as other programs write them: encoding, separator and columns are found, every row is judged, and nothing
//! is taken unless all rows are right (§24.5).

pub mod columns;
pub mod encoding;
mod rows;
pub mod table;

use plebiscite_election::manifest::Manifest;
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::roll_csv::People;
use columns::{Columns, ColumnsError, Named};
use encoding::{Encoding, TextError};
use table::{HeadingError, Separator};

/// Longest voter file that is read.
pub const FILE_LIMIT: u64 = 2 * 1024 * 1024 * 1024;

/// What the registrar says about a file; whatever is left open is found.
#[derive(Clone, Debug, Default)]
pub struct Options<'m> {
    /// How it is encoded.
    pub encoding: Option<Encoding>,
    /// What separates its cells.
    pub separator: Option<Separator>,
    /// Its own names of columns.
    pub named: Named,
    /// The manifest, whose regions and languages are demanded.
    pub manifest: Option<&'m Manifest>,
}

/// One thing that is wrong with a row. Names the line and never the voter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The line, from 1.
    pub line: u64,
    /// The column, by the file's own name; empty where it is the whole row.
    pub column: String,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub advice: String,
}

/// A voter file of which every row is right.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The voters, in the file's order.
    pub people: People,
    /// SHA-256 of the file's bytes: registrars compare it to know that they imported the same.
    pub fingerprint: [u8; 32],
    /// How it is encoded.
    pub encoding: Encoding,
    /// Whether the encoding was guessed by what the letters look like.
    pub guessed: bool,
    /// What separates its cells.
    pub separator: Separator,
    /// Which columns were taken.
    pub columns: Columns,
    /// Cells in which spaces were taken away or letters composed (NFC).
    pub normalised: u64,
    /// Rows that hold no more than separators.
    pub blank_rows: u64,
    /// Voters whose name and address are those of another voter before them.
    pub same_person: u64,
}

/// Why a voter file is not taken.
#[derive(Debug, Error)]
pub enum ImportError {
    /// No text.
    #[error(transparent)]
    Text(#[from] TextError),
    /// No first line.
    #[error(transparent)]
    Heading(#[from] HeadingError),
    /// Not the columns.
    #[error(transparent)]
    Columns(#[from] ColumnsError),
    /// No voter.
    #[error("the file names columns and no voters: export the voters again")]
    NoVoters,
    /// More regions or languages than there are places.
    #[error("the file has more than 65,535 regions or languages: is the right column taken for them?")]
    TooManyNames,
    /// Rows at fault.
    #[error("{} of the file's cells and rows are wrong", .0.len())]
    Rows(Vec<Fault>),
}

/// Reads a voter file whole. `progress` is told how many bytes of how many are done.
///
/// # Errors
/// [`ImportError`]; of rows, all faults.
pub fn import(
    bytes: Vec<u8>,
    options: &Options<'_>,
    progress: &dyn Fn(u64, u64),
) -> Result<Imported, ImportError> {
    let fingerprint = Sha256::digest(&bytes).into();
    let decoded = encoding::decode(bytes, options.encoding)?;
    let heading = table::heading(&decoded.text, options.separator)?;
    let columns = columns::find(&heading.names, &options.named)?;
    let text = decoded.text.get(heading.begins..).unwrap_or_default();
    let single_byte = matches!(decoded.encoding, Encoding::Windows1251 | Encoding::Windows1252);
    let lines_before = if heading.begins > 0 { 1 } else { 0 };
    let mut judge = rows::Judge::new(&columns, heading.names.len(), options.manifest, single_byte);
    judge.all(text, heading.separator, lines_before, progress)?;
    let judged = judge.finish()?;
    Ok(Imported {
        people: judged.people,
        fingerprint,
        encoding: decoded.encoding,
        guessed: decoded.guessed,
        separator: heading.separator,
        columns,
        normalised: judged.normalised,
        blank_rows: judged.blank_rows,
        same_person: judged.same_person,
    })
}

/// The faults as CSV: line, column, what is wrong, what to do. No cell of it is run by a spreadsheet.
///
/// # Errors
/// It cannot be written.
pub fn faults_csv(faults: &[Fault]) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["line", "column", "what is wrong", "what to do"])?;
    for fault in faults {
        let cells = [&fault.line.to_string(), &fault.column, &fault.what, &fault.advice];
        writer.write_record(cells.map(|cell| crate::cell::escaped(cell)))?;
    }
    writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}

#[cfg(test)]
mod tests;
