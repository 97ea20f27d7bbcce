//! What a cell of a voter file may hold, and what to do where it holds something else.

use plebiscite_election::encoding::clean;

/// Longest cell of a voter, a region or a language, in bytes.
pub const SHORT: usize = 200;
/// Longest name or address, in bytes.
pub const LONG: usize = 400;

/// What is wrong with a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellFault {
    /// Nothing stands there.
    Empty,
    /// Too many bytes.
    Long {
        /// The most that is taken.
        limit: usize,
    },
    /// White space around the text.
    Space,
    /// Control characters, or not NFC.
    Unclean,
    /// It begins as a formula of a spreadsheet does.
    Formula,
    /// A letter was lost when the file was saved.
    Lost,
    /// A number that a spreadsheet has shortened.
    Shortened,
}

impl CellFault {
    /// What is wrong, as a sentence that reads on after the column.
    #[must_use]
    pub fn what(self) -> String {
        match self {
            Self::Empty => "is empty".to_owned(),
            Self::Long { limit } => format!("is longer than {limit} bytes"),
            Self::Space => "begins or ends with white space".to_owned(),
            Self::Unclean => "has control characters, or is not in Unicode's composed form (NFC)".to_owned(),
            Self::Formula => "begins with a sign that spreadsheets take for a formula".to_owned(),
            Self::Lost => "has lost a letter".to_owned(),
            Self::Shortened => "is a number that a spreadsheet has shortened".to_owned(),
        }
    }

    /// What to do about it.
    #[must_use]
    pub const fn advice(self) -> &'static str {
        match self {
            Self::Empty => "fill it in, or take the row out",
            Self::Long { .. } => "shorten it",
            Self::Space => "take the white space away",
            Self::Unclean => "type the cell anew",
            Self::Formula => {
                "take the sign =, +, -, @ away, or put a letter before it: whoever opens the letters' file in a spreadsheet would run it"
            }
            Self::Lost => {
                "save the file as UTF-8 from the program that it comes from: the encoding it was saved in lacks the letter"
            }
            Self::Shortened => {
                "format the column as text in the spreadsheet, enter the numbers again, and save the file as UTF-8"
            }
        }
    }
}

/// Judges one cell as it will be kept.
///
/// # Errors
/// The first fault.
pub fn check(cell: &str, limit: usize) -> Result<(), CellFault> {
    if cell.is_empty() {
        return Err(CellFault::Empty);
    }
    if cell.len() > limit {
        return Err(CellFault::Long { limit });
    }
    if cell.trim() != cell {
        return Err(CellFault::Space);
    }
    if !clean(cell) {
        return Err(CellFault::Unclean);
    }
    if is_formula(cell) {
        return Err(CellFault::Formula);
    }
    Ok(())
}

/// Whether a spreadsheet would take the cell for a formula; the wide forms of the signs are taken for the narrow ones.
#[must_use]
pub fn is_formula(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'])
}

/// A text of somebody else's as a cell that no spreadsheet runs: an apostrophe goes before a formula.
#[must_use]
pub fn escaped(cell: &str) -> String {
    if is_formula(cell) { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_found_and_escaped_and_other_cells_left_alone() {
        for formula in ["=1+1", "+7", "-1", "@SUM(A1)", "\tx", "＝1"] {
            assert!(check(formula, SHORT).is_err(), "{formula}");
            assert_eq!(escaped(formula), format!("'{formula}"));
        }
        for plain in ["a-1", "1+1", "voter-000001", "Қостанай, Абай даңғылы 1"] {
            assert_eq!(check(plain, SHORT), Ok(()));
            assert_eq!(escaped(plain), plain);
        }
    }
}
