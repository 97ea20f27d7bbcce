//! Files that are there whole after a power cut, or as they were before.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use plebiscite_files::ReadError;
use thiserror::Error;

/// A file or folder could not be read, written or synced.
#[derive(Debug, Error)]
#[error("{path}: {error}")]
pub struct FileError {
    /// The file.
    pub path: PathBuf,
    /// What the system said.
    pub error: io::Error,
}

impl FileError {
    /// Of this file.
    #[must_use]
    pub fn of(path: &Path, error: io::Error) -> Self {
        Self { path: path.to_owned(), error }
    }
}

/// Longest file that a program keeps for itself and reads whole.
const LONGEST: u64 = 1 << 32;

/// A plain file's bytes; none if there is no such file. No pipe in its place is waited for.
///
/// # Errors
/// [`FileError`].
pub fn read_if_there(path: &Path) -> Result<Option<Vec<u8>>, FileError> {
    read_up_to(path, LONGEST)
}

/// As [`read_if_there`], of a file that is at most `limit` bytes long.
///
/// # Errors
/// [`FileError`].
pub fn read_up_to(path: &Path, limit: u64) -> Result<Option<Vec<u8>>, FileError> {
    match plebiscite_files::read(path, limit) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.is_missing() => Ok(None),
        Err(ReadError::File(error)) => Err(FileError::of(path, error)),
        Err(long) => Err(FileError::of(path, io::Error::new(io::ErrorKind::FileTooLarge, long.to_string()))),
    }
}

/// Writes a file so that after a power cut either the old or the new one is there, whole. Its folder is there.
///
/// # Errors
/// [`FileError`].
pub fn write_durably(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let failed = |error| FileError::of(path, error);
    let draft = path.with_extension("new");
    // What stands in the draft's place, a link or a pipe among it, is not written into.
    match fs::remove_file(&draft) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
        _ => (),
    }
    let mut file = File::create_new(&draft).map_err(failed)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(failed)?;
    fs::rename(&draft, path).map_err(failed)?;
    // A bare name has an empty parent, which is no folder that can be opened.
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)
}

/// Makes a folder with those above it.
///
/// # Errors
/// [`FileError`].
pub fn make_folder(path: &Path) -> Result<(), FileError> {
    fs::create_dir_all(path).map_err(|error| FileError::of(path, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_a_missing_one_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        assert!(read_if_there(&path).unwrap().is_none());
        write_durably(&path, b"one").unwrap();
        write_durably(&path, b"two").unwrap();
        assert_eq!(read_if_there(&path).unwrap().unwrap(), b"two");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        assert!(write_durably(&folder.path().join("none/a"), b"x").is_err());
        assert!(read_if_there(folder.path()).is_err());
    }
}
