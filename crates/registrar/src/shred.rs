//! A file is overwritten with random bytes, cut to nothing, and removed. What that does not reach is said in §24.10.

use std::fs::{self, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

use plebiscite_roles::modes;
use sha2::{Digest, Sha256};

use crate::certificate::Destroyed;

const BLOCK: usize = 64 * 1024;

/// What a file is, for the certificate. A link is refused: what it leads to would be destroyed under another's name.
///
/// # Errors
/// It cannot be read, or is no file of its own.
pub fn describe(path: &Path) -> io::Result<Destroyed> {
    let about = fs::symlink_metadata(path)?;
    if !about.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no file but a link or a folder"));
    }
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let (mut file, mut digest, mut block) = (fs::File::open(path)?, Sha256::new(), vec![0; BLOCK]);
    loop {
        match file.read(&mut block)? {
            0 => break,
            read => digest.update(block.get(..read).unwrap_or_default()),
        }
    }
    Ok(Destroyed { name, length: about.len(), sha256: hex::encode(digest.finalize()) })
}

/// Overwrites and removes a file; one that is gone is gone.
///
/// # Errors
/// It cannot be written or removed.
pub fn shred(path: &Path) -> io::Result<()> {
    let mut file = match OpenOptions::new().write(true).open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        other => other?,
    };
    let mut left = file.metadata()?.len();
    let mut block = vec![0; BLOCK];
    while left > 0 {
        rand::fill(block.as_mut_slice());
        let now = usize::try_from(left).unwrap_or(BLOCK).min(BLOCK);
        file.write_all(block.get(..now).unwrap_or_default())?;
        left = left.saturating_sub(now as u64);
    }
    file.sync_all()?;
    file.set_len(0)?;
    file.sync_all()?;
    drop(file);
    fs::remove_file(path)?;
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => modes::sync_folder(folder),
        _ => modes::sync_folder(Path::new(".")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_overwritten_before_it_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let (path, other_name) = (folder.path().join("codes.csv"), folder.path().join("other name"));
        let content: Vec<u8> = (0..BLOCK + 7).map(|n| n as u8).collect();
        fs::write(&path, &content).unwrap();
        let described = describe(&path).unwrap();
        assert_eq!((described.name.as_str(), described.length), ("codes.csv", content.len() as u64));
        assert_eq!(described.sha256, hex::encode(Sha256::digest(&content)));
        // Another name of the same file shows what became of its bytes.
        fs::hard_link(&path, &other_name).unwrap();
        shred(&path).unwrap();
        assert!(!path.exists());
        assert_eq!(fs::read(&other_name).unwrap(), b"");
        shred(&path).unwrap();
    }

    #[test]
    fn a_folder_and_a_file_that_is_not_there_are_not_described() {
        let folder = tempfile::tempdir().unwrap();
        assert!(describe(folder.path()).is_err());
        assert!(describe(&folder.path().join("none")).is_err());
    }
}
