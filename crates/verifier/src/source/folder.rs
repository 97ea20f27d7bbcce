//! A record in a folder: a file server's, a mirror's, a stick's.

use std::path::PathBuf;

use plebiscite_board::reader::{Fetch, FetchError};
use plebiscite_files::ReadError;

use super::{SourceError, ensure_plain, limit_of, source_error};

/// A folder that holds `checkpoint` and `tile/…`.
#[derive(Clone, Debug)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// A folder that is there.
    ///
    /// # Errors
    /// [`SourceError::NotAFolder`].
    pub fn open(root: PathBuf) -> Result<Self, SourceError> {
        if root.is_dir() { Ok(Self { root }) } else { Err(SourceError::NotAFolder { path: root }) }
    }
}

impl Fetch for Folder {
    fn fetch(&self, path: &str) -> Result<Vec<u8>, FetchError> {
        ensure_plain(path)?;
        plebiscite_files::read(&self.root.join(path), limit_of(path)).map_err(|error| match error {
            ReadError::TooLong { limit } => FetchError::TooLong { path: path.to_owned(), limit },
            error if error.is_missing() => FetchError::Missing { path: path.to_owned() },
            error => source_error(path, error),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_read_up_to_their_limit_and_missing_ones_are_named() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("tile/0")).unwrap();
        std::fs::write(folder.path().join("tile/0/000"), [1; 8_192]).unwrap();
        std::fs::write(folder.path().join("tile/0/001"), [1; 8_193]).unwrap();
        let source = Folder::open(folder.path().to_owned()).unwrap();
        assert_eq!(source.fetch("tile/0/000").unwrap().len(), 8_192);
        assert!(matches!(source.fetch("tile/0/001"), Err(FetchError::TooLong { limit: 8_192, .. })));
        assert!(matches!(source.fetch("tile/0/002"), Err(FetchError::Missing { .. })));
        assert!(matches!(source.fetch("tile/0"), Err(FetchError::Source { .. })));
    }
}
