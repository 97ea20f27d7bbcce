//! Files that others may have put in their place: opened only where they are plain files, read only up to a limit.
//!
//! Whoever opens a pipe waits until somebody writes to it, and a device may never end. A path is therefore opened without
//! waiting, and what was opened is asked what it is: between two questions about a path it can become something else.

mod unix;

use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::path::Path;

use thiserror::Error;

/// What becomes of a path that is a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Links {
    /// It is followed: its owner has named it, or put it there.
    Follow,
    /// It is refused: what it leads to is not what was meant.
    Refuse,
}

/// Why a file was not read.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The system refused, or it is no plain file.
    #[error(transparent)]
    File(#[from] io::Error),
    /// There is more in it than belongs there.
    #[error("it is longer than {limit} bytes")]
    TooLong {
        /// The greatest length that is read.
        limit: u64,
    },
}

impl ReadError {
    /// Whether there is no such file.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::File(error) if error.kind() == io::ErrorKind::NotFound)
    }
}

/// Opens a plain file for reading, without waiting for anything.
///
/// # Errors
/// It cannot be opened, or it is a pipe, a device, a folder or a socket.
pub fn open(path: &Path, links: Links) -> io::Result<File> {
    plain(OpenOptions::new().read(true), path, links)
}

/// Opens a plain file that is there for reading and writing.
///
/// # Errors
/// As [`open`].
pub fn open_to_write(path: &Path, links: Links) -> io::Result<File> {
    plain(OpenOptions::new().read(true).write(true), path, links)
}

/// Opens a plain file by options of the caller's own, which may make it.
///
/// # Errors
/// As [`open`].
pub fn plain(options: &mut OpenOptions, path: &Path, links: Links) -> io::Result<File> {
    unix::without_waiting(options, links);
    if links == Links::Refuse && path.symlink_metadata().is_ok_and(|about| about.is_symlink()) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is a link"));
    }
    let file = options.open(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(not_plain()) }
}

/// Reads a whole plain file of at most `limit` bytes.
///
/// # Errors
/// [`ReadError`].
pub fn read(path: &Path, limit: u64) -> Result<Vec<u8>, ReadError> {
    let file = open(path, Links::Follow)?;
    // Room for all at once: what is read may be secret, and a vector that grows leaves copies behind.
    let length = file.metadata()?.len();
    let mut content = Vec::with_capacity(usize::try_from(length.min(limit)).unwrap_or(0));
    file.take(limit.saturating_add(1)).read_to_end(&mut content)?;
    if content.len() as u64 > limit { Err(ReadError::TooLong { limit }) } else { Ok(content) }
}

/// Whether a path is still the file that was opened: what is removed by its name must be what was looked at.
///
/// # Errors
/// Either cannot be asked.
pub fn is_still(path: &Path, file: &File) -> io::Result<bool> {
    Ok(unix::is_same(&path.symlink_metadata()?, &file.metadata()?))
}

fn not_plain() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "it is no plain file but a folder, a pipe or a device")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_file_is_read_up_to_its_limit_and_a_missing_one_is_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, [7; 10]).unwrap();
        assert_eq!(read(&path, 10).unwrap(), [7; 10]);
        assert!(matches!(read(&path, 9), Err(ReadError::TooLong { limit: 9 })));
        assert!(read(&folder.path().join("none"), 9).unwrap_err().is_missing());
        let of_folder = read(folder.path(), 9).unwrap_err();
        assert!(!of_folder.is_missing() && of_folder.to_string().contains("no plain file"), "{of_folder}");
    }

    #[test]
    fn a_file_is_written_through_the_handle_that_was_looked_at() {
        use std::io::Write as _;
        let folder = tempfile::tempdir().unwrap();
        let (path, other) = (folder.path().join("a"), folder.path().join("b"));
        fs::write(&path, "one").unwrap();
        let mut file = open_to_write(&path, Links::Refuse).unwrap();
        assert!(is_still(&path, &file).unwrap());
        fs::rename(&path, &other).unwrap();
        fs::write(&path, "put in its place").unwrap();
        assert!(!is_still(&path, &file).unwrap() && is_still(&other, &file).unwrap());
        file.write_all(b"two").unwrap();
        assert_eq!((fs::read(&other).unwrap(), fs::read(&path).unwrap().len()), (b"two".to_vec(), 16));
        assert!(is_still(&folder.path().join("none"), &file).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_or_refused_and_devices_are_never_read() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        fs::write(&file, "one").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        assert_eq!(read(&link, 10).unwrap(), b"one");
        assert!(open(&link, Links::Follow).is_ok());
        assert_eq!(open(&link, Links::Refuse).unwrap_err().to_string(), "it is a link");
        assert!(open(&file, Links::Refuse).is_ok());
        let device = Path::new("/dev/zero");
        assert!(read(device, 10).unwrap_err().to_string().contains("a device"));
        assert!(plain(OpenOptions::new().write(true).create(true), device, Links::Follow).is_err());
    }

    /// With nobody at the other end a pipe would be waited for without end: each of these must come back.
    #[cfg(unix)]
    #[test]
    fn a_pipe_is_refused_and_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let (pipe, link) = (folder.path().join("pipe"), folder.path().join("link"));
        let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
        assert!(made.success());
        std::os::unix::fs::symlink(&pipe, &link).unwrap();
        let (told, heard) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            told.send(read(&pipe, 10).map(|_| ()).unwrap_err().to_string()).unwrap();
            told.send(read(&link, 10).map(|_| ()).unwrap_err().to_string()).unwrap();
            let mut options = OpenOptions::new();
            let lock = plain(options.write(true).create(true), &pipe, Links::Follow);
            told.send(lock.map(|_| ()).unwrap_err().to_string()).unwrap();
            told.send(open_to_write(&pipe, Links::Refuse).map(|_| ()).unwrap_err().to_string()).unwrap();
        });
        for _ in 0..4 {
            let refused =
                heard.recv_timeout(std::time::Duration::from_secs(20)).expect("a pipe was waited for");
            assert!(!refused.is_empty());
        }
    }
}
