//! The documents of a result: the protocol on paper in a language, and the counts as a table, which is that of the pages.

mod protocol;
mod words;

use plebiscite_election::record::Record;
pub(crate) use plebiscite_pages::counts::{answers, tallied};
use thiserror::Error;

pub use protocol::{Certified, protocol};

/// Why there are no documents.
#[derive(Debug, Error)]
pub enum DocumentError {
    /// No result stands.
    #[error("no result stands in the record yet")]
    NoResult,
    /// It cannot be printed.
    #[error(transparent)]
    Paper(#[from] plebiscite_paper::PaperError),
}

impl From<plebiscite_paper::Missing> for DocumentError {
    fn from(missing: plebiscite_paper::Missing) -> Self {
        Self::Paper(missing.into())
    }
}

/// The counts as CSV, as [`plebiscite_pages::counts::table`] writes them and as servers and mirrors give them out.
///
/// # Errors
/// [`DocumentError::NoResult`].
pub fn table(record: &Record) -> Result<Vec<u8>, DocumentError> {
    let table = plebiscite_pages::counts::table(record).ok_or(DocumentError::NoResult)?;
    Ok(table.into_bytes())
}
