//! Where a record's files come from: a folder, one file, or a server. Nothing that either gives is believed.

#[cfg(feature = "fetch")]
pub mod bundle;
#[cfg(feature = "fetch")]
mod client;
#[cfg(feature = "fetch")]
mod folder;
mod http;
#[cfg(feature = "fetch")]
mod opened;
#[cfg(feature = "fetch")]
mod plain;
mod remote;

use plebiscite_board::reader::FetchError;

#[cfg(feature = "fetch")]
pub use bundle::{Bundle, BundleFileError, write_bundle};
#[cfg(feature = "fetch")]
pub use client::{Client, Limits};
#[cfg(feature = "fetch")]
pub use folder::Folder;
pub use http::{Answer, Http, HttpError, base_address};
#[cfg(feature = "fetch")]
pub use opened::{Source, SourceError};
#[cfg(feature = "fetch")]
pub use plain::{Asking, FOLDER_ADDRESS};
pub use remote::Remote;

/// Longest checkpoint that is read, in bytes.
pub const CHECKPOINT_LIMIT: u64 = 64 * 1024;
/// Longest entry bundle: 256 entries of 65,535 bytes, each with its two bytes of length.
pub const BUNDLE_LIMIT: u64 = 256 * (65_535 + 2);
/// Longest tile: 256 hashes.
pub const TILE_LIMIT: u64 = 8_192;

/// The most that a file of the log may hold, by its path.
fn limit_of(path: &str) -> u64 {
    if path == "checkpoint" || path.starts_with("cosigned/") {
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
}
