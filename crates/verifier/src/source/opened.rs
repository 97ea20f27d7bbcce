//! A record's source by its address: a folder, a record in one file, or a server.

use std::path::PathBuf;

use plebiscite_board::reader::{Fetch, FetchError};
use thiserror::Error;

use super::{Bundle, BundleFileError, Client, Folder, HttpError, Remote};

/// A record's address is neither a folder nor an address of the web.
#[derive(Debug, Error)]
pub enum SourceError {
    /// There is no such folder or file.
    #[error("{} is neither a folder nor a file", path.display())]
    NotAFolder {
        /// What was given.
        path: PathBuf,
    },
    /// A file that is no record.
    #[error(transparent)]
    Bundle(#[from] BundleFileError),
    /// An address that cannot be asked.
    #[error(transparent)]
    Http(#[from] HttpError),
}

/// A record's files, wherever they are.
#[derive(Debug)]
pub enum Source {
    /// In a folder.
    Folder(Folder),
    /// In one file.
    Bundle(Bundle),
    /// On a server.
    Remote(Remote<Client>),
}

impl Source {
    /// A folder, a record in one file, or an address beginning with `http://` or `https://`: the log's prefix, with or without its last slash.
    ///
    /// # Errors
    /// [`SourceError`]. A server is not asked yet.
    pub fn open(address: &str) -> Result<Self, SourceError> {
        if address.starts_with("http://") || address.starts_with("https://") {
            return Ok(Self::Remote(Remote::with(address, Client::default())?));
        }
        let path = std::path::Path::new(address);
        if path.is_file() {
            return Ok(Self::Bundle(Bundle::open(path)?));
        }
        Ok(Self::Folder(Folder::open(path.to_owned())?))
    }

    /// Whether the files come over the network.
    #[must_use]
    pub const fn is_remote(&self) -> bool {
        matches!(self, Self::Remote(_))
    }
}

impl Fetch for Source {
    fn fetch(&self, path: &str) -> Result<Vec<u8>, FetchError> {
        match self {
            Self::Folder(folder) => folder.fetch(path),
            Self::Bundle(bundle) => bundle.fetch(path),
            Self::Remote(remote) => remote.fetch(path),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_folder_a_file_or_of_the_web() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!Source::open(folder.path().to_str().unwrap()).unwrap().is_remote());
        let file = folder.path().join("notes.txt");
        std::fs::write(&file, "not a record").unwrap();
        assert!(matches!(Source::open(file.to_str().unwrap()), Err(SourceError::Bundle(_))));
        assert!(Source::open("http://127.0.0.1:1/e/0011223344556677/").unwrap().is_remote());
        assert!(matches!(Source::open("ftp://127.0.0.1/"), Err(SourceError::NotAFolder { .. })));
        assert!(matches!(Source::open("http://"), Err(SourceError::Http(_))));
    }
}
