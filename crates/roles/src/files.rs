//! Files that outlive a crash: written beside their place, synced, renamed, and the folder synced.
//!
//! A file written here is either the old one or the whole new one, whatever happens in between.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use plebiscite_files::{Links, ReadError};
use thiserror::Error;

use crate::modes;

/// Who may read a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// The owner only (mode 0600 where the system has modes).
    Private,
    /// Everyone, as the system's settings say.
    Public,
}

/// A file could not be read or written.
#[derive(Debug, Error)]
pub enum FileError {
    /// The system refused.
    #[error("cannot {what} {}: {source}", path.display())]
    System {
        /// What was tried: read, write, sync, lock.
        what: &'static str,
        /// On which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file that must not be overwritten stands already.
    #[error("{} exists already and is not overwritten", path.display())]
    Exists {
        /// Which file.
        path: PathBuf,
    },
    /// A file is larger than anything that belongs there.
    #[error("{} is larger than {limit} bytes", path.display())]
    TooLarge {
        /// Which file.
        path: PathBuf,
        /// The greatest length that is read.
        limit: u64,
    },
    /// A path that names no file.
    #[error("{} does not name a file", path.display())]
    NoName {
        /// The path.
        path: PathBuf,
    },
}

impl FileError {
    /// Whether the file is simply not there.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::System { source, .. } if source.kind() == io::ErrorKind::NotFound)
    }
}

/// Replaces a file as a whole and makes it durable before it returns.
///
/// # Errors
/// [`FileError`]; the old file then still stands.
pub fn replace(path: &Path, content: &[u8], access: Access) -> Result<(), FileError> {
    let beside = write_beside(path, content, access)?;
    fs::rename(&beside, path).map_err(system("write", path)).inspect_err(|_| discard(&beside))?;
    sync_folder_of(path)
}

/// Writes a file that must not be there yet, and makes it durable before it returns.
///
/// # Errors
/// [`FileError::Exists`] if it stands already, else as [`replace`].
pub fn create(path: &Path, content: &[u8], access: Access) -> Result<(), FileError> {
    let beside = write_beside(path, content, access)?;
    let linked = fs::hard_link(&beside, path);
    discard(&beside);
    match linked {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            Err(FileError::Exists { path: path.to_owned() })
        }
        other => other.map_err(system("write", path)),
    }?;
    sync_folder_of(path)
}

/// Writes a file that is not there yet, or holds just this already: no other file is ever written over.
///
/// # Errors
/// [`FileError::Exists`] where another file stands.
pub fn create_or_same(path: &Path, content: &[u8], access: Access) -> Result<(), FileError> {
    match read(path, content.len() as u64) {
        Ok(found) if found == content => Ok(()),
        _ => create(path, content, access),
    }
}

/// Reads a whole plain file of at most `limit` bytes: no pipe is waited for.
///
/// # Errors
/// [`FileError`]; [`FileError::is_missing`] tells a file that is not there from others.
pub fn read(path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
    plebiscite_files::read(path, limit).map_err(|error| match error {
        ReadError::TooLong { limit } => FileError::TooLarge { path: path.to_owned(), limit },
        ReadError::File(source) => system("read", path)(source),
    })
}

/// Held by one program at a time, as long as it lives. The system releases it when the program ends, however it ends.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// Waits until no other program holds the lock of this path, and holds it. The file says nothing and stays.
///
/// # Errors
/// [`FileError::System`], also where the file system knows no locks.
pub fn lock(path: &Path) -> Result<Lock, FileError> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    modes::owner_only(&mut options);
    let file = plebiscite_files::plain(&mut options, path, Links::Follow)
        .and_then(|file| file.lock().map(|()| file))
        .map_err(system("lock", path))?;
    Ok(Lock { _file: file })
}

/// Makes a folder, and those above it, for the owner only.
///
/// # Errors
/// [`FileError::System`].
pub fn make_folder(path: &Path) -> Result<(), FileError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    modes::owner_only_folder(&mut builder);
    builder.create(path).map_err(system("make", path))
}

fn write_beside(path: &Path, content: &[u8], access: Access) -> Result<PathBuf, FileError> {
    let name = path.file_name().ok_or_else(|| FileError::NoName { path: path.to_owned() })?;
    let mut beside_name = std::ffi::OsString::from(".");
    beside_name.push(name);
    beside_name.push(format!(".{}", hex::encode(rand::random::<[u8; 8]>())));
    let beside = path.with_file_name(beside_name);
    let written = new_file(&beside, access).and_then(|mut file| {
        file.write_all(content)?;
        file.sync_all()
    });
    written.map_err(system("write", path)).inspect_err(|_| discard(&beside))?;
    Ok(beside)
}

fn new_file(path: &Path, access: Access) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    if access == Access::Private {
        modes::owner_only(&mut options);
    }
    options.open(path)
}

/// Best effort: what remains carries no meaning, and the error that led here is the one to report.
fn discard(path: &Path) {
    let _ = fs::remove_file(path);
}

/// A rename is durable only once its folder is.
fn sync_folder_of(path: &Path) -> Result<(), FileError> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    modes::sync_folder(folder).map_err(system("sync", folder))
}

fn system<'a>(what: &'static str, path: &'a Path) -> impl FnOnce(io::Error) -> FileError + 'a {
    move |source| FileError::System { what, path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names_in(folder: &Path) -> Vec<String> {
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn a_file_is_replaced_as_a_whole_and_leaves_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state");
        replace(&path, b"first", Access::Private).unwrap();
        replace(&path, b"second, longer", Access::Private).unwrap();
        assert_eq!(read(&path, 100).unwrap(), b"second, longer");
        assert_eq!(names_in(folder.path()), ["state"]);
    }

    #[test]
    fn a_file_that_stands_is_not_created_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        create(&path, b"first", Access::Private).unwrap();
        assert!(matches!(create(&path, b"second", Access::Private), Err(FileError::Exists { .. })));
        assert_eq!(read(&path, 100).unwrap(), b"first");
        assert_eq!(names_in(folder.path()), ["key"]);
    }

    #[test]
    fn a_file_that_stands_is_left_where_it_is_the_same_and_refused_where_it_is_another() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("confirmation");
        for _ in 0..2 {
            create_or_same(&path, b"first", Access::Public).unwrap();
        }
        for other in [b"other".as_slice(), b"", b"first and more"] {
            assert!(matches!(create_or_same(&path, other, Access::Public), Err(FileError::Exists { .. })));
        }
        assert_eq!(read(&path, 100).unwrap(), b"first");
        assert!(create_or_same(folder.path(), b"first", Access::Public).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn private_files_and_folders_are_for_their_owner_only() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("a/b");
        make_folder(&inner).unwrap();
        let path = inner.join("secret");
        replace(&path, b"x", Access::Private).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::metadata(&inner).unwrap().permissions().mode() & 0o777, 0o700);
    }

    #[test]
    fn a_file_over_the_limit_is_refused_and_one_at_the_limit_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("list");
        replace(&path, &[7; 10], Access::Public).unwrap();
        assert_eq!(read(&path, 10).unwrap(), [7; 10]);
        assert!(matches!(read(&path, 9), Err(FileError::TooLarge { limit: 9, .. })));
    }

    #[test]
    fn a_lock_is_waited_for_until_its_holder_lets_go() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let held = lock(&path).unwrap();
        let (told, heard) = std::sync::mpsc::channel();
        let second = std::thread::spawn(move || told.send(lock(&path).is_ok()).unwrap());
        let pause = std::time::Duration::from_millis(200);
        assert!(heard.recv_timeout(pause).is_err(), "two hold it at a time");
        drop(held);
        assert_eq!(heard.recv_timeout(std::time::Duration::from_secs(30)), Ok(true));
        second.join().unwrap();
        assert!(lock(&folder.path().join("no folder/lock")).unwrap_err().is_missing());
    }

    #[test]
    fn a_missing_file_is_told_apart_from_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        assert!(read(&folder.path().join("none"), 10).unwrap_err().is_missing());
        assert!(!read(folder.path(), 10).unwrap_err().is_missing());
    }
}
