//! The rows of a voter file: which sign separates its cells, and where the lines are.

use thiserror::Error;

use super::columns::known;

/// What separates cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Separator {
    /// `,`
    Comma,
    /// `;`
    Semicolon,
    /// A tab.
    Tab,
}

impl Separator {
    /// Every separator; of two that fit equally, the first.
    pub const ALL: [Self; 3] = [Self::Comma, Self::Semicolon, Self::Tab];

    /// Its sign.
    #[must_use]
    pub const fn sign(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
        }
    }

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Comma => "comma",
            Self::Semicolon => "semicolon",
            Self::Tab => "tab",
        }
    }
}

/// The first line and what separates the cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// The names of the columns.
    pub names: Vec<String>,
    /// What separates cells.
    pub separator: Separator,
    /// Where the heading begins in the text: after a spreadsheet's own first line `sep=;`, if it has one.
    pub begins: usize,
}

/// Why a heading cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum HeadingError {
    /// Not CSV.
    #[error("the first line is not CSV ({0}): it must name the columns")]
    Csv(String),
    /// One column, by every separator.
    #[error(
        "the first line has one column only: separate the columns by comma, semicolon or tab, and name them in the first line"
    )]
    OneColumn,
}

/// A reader of a text's rows by a separator; rows of any number of cells are read, and judged later.
#[must_use]
pub fn reader(text: &str, separator: Separator) -> csv::Reader<&[u8]> {
    let mut builder = csv::ReaderBuilder::new();
    builder.has_headers(false).flexible(true).delimiter(separator.sign()).from_reader(text.as_bytes())
}

/// Reads the first line, by the separator that was named or the one under which most columns are known.
///
/// # Errors
/// [`HeadingError`].
pub fn heading(text: &str, named: Option<Separator>) -> Result<Heading, HeadingError> {
    let (begins, told) = spreadsheet_line(text);
    let rest = text.get(begins..).unwrap_or_default();
    let candidates = match named.or(told) {
        Some(separator) => vec![separator],
        None => Separator::ALL.to_vec(),
    };
    let mut best: Option<(usize, Heading)> = None;
    for separator in candidates {
        let mut row = csv::StringRecord::new();
        reader(rest, separator)
            .read_record(&mut row)
            .map_err(|error| HeadingError::Csv(error.to_string()))?;
        let names: Vec<String> = row.iter().map(|name| name.trim().to_owned()).collect();
        let worth = known(&names) * 1_000 + names.len();
        if best.as_ref().is_none_or(|(other, _)| worth > *other) {
            best = Some((worth, Heading { names, separator, begins }));
        }
    }
    let heading = best.map(|(_, heading)| heading).ok_or(HeadingError::OneColumn)?;
    if heading.names.len() < 2 { Err(HeadingError::OneColumn) } else { Ok(heading) }
}

/// The line `sep=;` by which a spreadsheet tells its own separator.
fn spreadsheet_line(text: &str) -> (usize, Option<Separator>) {
    let line = text.split_inclusive('\n').next().unwrap_or_default();
    let told = line
        .trim_end_matches(['\n', '\r'])
        .strip_prefix("sep=")
        .and_then(|sign| Separator::ALL.into_iter().find(|separator| sign.as_bytes() == [separator.sign()]));
    if told.is_some() { (line.len(), told) } else { (0, None) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_separator_is_found_by_the_columns_that_it_gives() {
        for (text, separator) in [
            ("voter,region,language\n", Separator::Comma),
            ("voter;region;language\n", Separator::Semicolon),
            ("voter\tregion\tlanguage\n", Separator::Tab),
            ("\"ФИО, полностью\";номер;регион;язык\n", Separator::Semicolon),
            ("sep=;\nvoter;region;language\n", Separator::Semicolon),
        ] {
            let heading = heading(text, None).unwrap();
            assert_eq!(heading.separator, separator, "{text}");
            assert!(heading.names.len() >= 3);
        }
        let named = heading("a,b;c\n", Some(Separator::Semicolon)).unwrap();
        assert_eq!(named.names, ["a,b", "c"]);
    }

    #[test]
    fn one_column_is_refused_with_what_to_do() {
        assert_eq!(heading("voter|region|language\n1|a|de\n", None), Err(HeadingError::OneColumn));
        assert!(heading("voter,region\n", None).is_ok());
    }
}
