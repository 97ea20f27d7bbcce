//! A record in a folder: a file server's, a mirror's, a stick's.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::PathBuf;

use plebiscite_board::reader::{Fetch, FetchError};

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
        let limit = limit_of(path);
        let whole = self.root.join(path);
        let failed = |error: std::io::Error| match error.kind() {
            ErrorKind::NotFound => FetchError::Missing { path: path.to_owned() },
            _ => source_error(path, error),
        };
        // A pipe would be waited for without end.
        if !whole.metadata().map_err(failed)?.is_file() {
            return Err(source_error(path, "not a plain file"));
        }
        let file = File::open(whole).map_err(failed)?;
        let mut bytes = Vec::new();
        file.take(limit + 1).read_to_end(&mut bytes).map_err(|error| source_error(path, error))?;
        if bytes.len() as u64 > limit {
            return Err(FetchError::TooLong { path: path.to_owned(), limit });
        }
        Ok(bytes)
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
