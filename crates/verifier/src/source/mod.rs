//! Where a record's files come from: a folder, or a server. Nothing that either gives is believed.

mod folder;
mod http;
mod remote;

use std::path::PathBuf;

use plebiscite_board::reader::{Fetch, FetchError};
use thiserror::Error;

pub use folder::Folder;
pub use http::{Answer, Client, HttpError, Limits, base_address};
pub use remote::Remote;

/// Longest checkpoint that is read, in bytes.
pub const CHECKPOINT_LIMIT: u64 = 64 * 1024;
/// Longest entry bundle: 256 entries of 65,535 bytes, each with its two bytes of length.
pub const BUNDLE_LIMIT: u64 = 256 * (65_535 + 2);
/// Longest tile: 256 hashes.
pub const TILE_LIMIT: u64 = 8_192;

/// A record's address is neither a folder nor an address of the web.
#[derive(Debug, Error)]
pub enum SourceError {
    /// There is no such folder.
    #[error("{} is not a folder", path.display())]
    NotAFolder {
        /// What was given.
        path: PathBuf,
    },
    /// An address that cannot be asked.
    #[error(transparent)]
    Http(#[from] HttpError),
}

/// A record's files, wherever they are.
#[derive(Debug)]
pub enum Source {
    /// In a folder.
    Folder(Folder),
    /// On a server.
    Remote(Remote),
}

impl Source {
    /// A folder, or an address beginning with `http://` or `https://`: the log's prefix, with or without its last slash.
    ///
    /// # Errors
    /// [`SourceError`]. A server is not asked yet.
    pub fn open(address: &str) -> Result<Self, SourceError> {
        if address.starts_with("http://") || address.starts_with("https://") {
            return Ok(Self::Remote(Remote::open(address)?));
        }
        Ok(Self::Folder(Folder::open(address.into())?))
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
            Self::Remote(remote) => remote.fetch(path),
        }
    }
}

/// The most that a file of the log may hold, by its path.
fn limit_of(path: &str) -> u64 {
    if path == "checkpoint" {
        CHECKPOINT_LIMIT
    } else if path.starts_with("tile/entries/") {
        BUNDLE_LIMIT
    } else {
        TILE_LIMIT
    }
}

/// Files are asked for by the reader's own paths; anything else is refused before it meets a file system or a server.
fn ensure_plain(path: &str) -> Result<(), FetchError> {
    let plain =
        path.split('/').all(|part| !part.is_empty() && !part.starts_with('.') && part.bytes().all(is_plain));
    if plain { Ok(()) } else { Err(source_error(path, "not a path of a log")) }
}

const fn is_plain(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'.'
}

fn source_error(path: &str, reason: impl ToString) -> FetchError {
    FetchError::Source { path: path.to_owned(), reason: reason.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_a_log_are_asked_for() {
        for good in ["checkpoint", "tile/0/x001/067", "tile/entries/000.p/17"] {
            assert!(ensure_plain(good).is_ok(), "{good}");
        }
        for bad in
            ["", "/etc/hosts", "tile/../checkpoint", "tile//0", "tile/0?x", "a\\b", "TILE", "tile/0/\n"]
        {
            assert!(ensure_plain(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_address_is_a_folder_or_of_the_web() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!Source::open(folder.path().to_str().unwrap()).unwrap().is_remote());
        assert!(Source::open("http://127.0.0.1:1/e/0011223344556677/").unwrap().is_remote());
        assert!(matches!(Source::open("ftp://127.0.0.1/"), Err(SourceError::NotAFolder { .. })));
        assert!(matches!(Source::open("http://"), Err(SourceError::Http(_))));
    }
}
