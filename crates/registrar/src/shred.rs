//! A file is overwritten with random bytes, cut to nothing, and removed. What that does not reach is said in §24.10.
//!
//! A file is opened once: what is overwritten is what was read and compared through the same handle. Before it is touched
//! it gets a name that says so, by which a start after a stop finds it again; under its own name it is whole, or another.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use plebiscite_files::Links;
use plebiscite_roles::modes;
use sha2::{Digest, Sha256};

use crate::certificate::Destroyed;

const BLOCK: usize = 64 * 1024;

/// What a file is, for the certificate. A link is refused: what it leads to would be destroyed under another's name.
///
/// # Errors
/// It cannot be read, or is no file of its own.
pub fn describe(path: &Path) -> io::Result<Destroyed> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    describe_open(&mut plebiscite_files::open(path, Links::Refuse)?, name)
}

/// Overwrites and removes the file that was described, and nothing else that stands in its place. Says whether there was one: one that is gone is gone.
///
/// # Errors
/// It cannot be written or removed, or it is not the file that was described.
pub fn shred(path: &Path, described: &Destroyed) -> io::Result<bool> {
    let doomed = doomed(path, described);
    // What a call before this one had begun.
    let begun = match plebiscite_files::open_to_write(&doomed, Links::Refuse) {
        Ok(mut file) => overwrite(&mut file).and_then(|()| remove(&doomed)).map(|()| true)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => false,
        Err(error) => return Err(error),
    };
    let mut file = match plebiscite_files::open_to_write(path, Links::Refuse) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(begun),
        other => other?,
    };
    if describe_open(&mut file, described.name.clone())? != *described {
        return Err(changed());
    }
    fs::rename(path, &doomed)?;
    if !plebiscite_files::is_still(&doomed, &file)? {
        // Put there between reading and renaming: it gets its name back, unless that is taken already.
        fs::hard_link(&doomed, path).and_then(|()| fs::remove_file(&doomed))?;
        return Err(changed());
    }
    sync_folder_of(&doomed)?;
    overwrite(&mut file)?;
    remove(&doomed)?;
    Ok(true)
}

/// The name of a file that is being destroyed, by what it held.
fn doomed(path: &Path, described: &Destroyed) -> PathBuf {
    path.with_file_name(format!(".destroying-{}", described.sha256))
}

fn changed() -> io::Error {
    let sentence = "it has changed since it was listed: look at it, and move it away or name it again";
    io::Error::new(io::ErrorKind::InvalidData, sentence)
}

fn describe_open(file: &mut File, name: String) -> io::Result<Destroyed> {
    let (mut digest, mut block, mut length) = (Sha256::new(), vec![0; BLOCK], 0u64);
    loop {
        match file.read(&mut block)? {
            0 => break,
            read => {
                digest.update(block.get(..read).unwrap_or_default());
                length = length.saturating_add(read as u64);
            }
        }
    }
    Ok(Destroyed { name, length, sha256: hex::encode(digest.finalize()) })
}

fn overwrite(file: &mut File) -> io::Result<()> {
    let mut left = file.metadata()?.len();
    let mut block = vec![0; BLOCK];
    file.seek(SeekFrom::Start(0))?;
    while left > 0 {
        rand::fill(block.as_mut_slice());
        let now = usize::try_from(left).unwrap_or(BLOCK).min(BLOCK);
        file.write_all(block.get(..now).unwrap_or_default())?;
        left = left.saturating_sub(now as u64);
    }
    file.sync_all()?;
    file.set_len(0)?;
    file.sync_all()
}

fn remove(path: &Path) -> io::Result<()> {
    fs::remove_file(path)?;
    sync_folder_of(path)
}

fn sync_folder_of(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => modes::sync_folder(folder),
        _ => modes::sync_folder(Path::new(".")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shred_it(path: &Path) -> io::Result<bool> {
        shred(path, &describe(path)?)
    }

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
        assert!(shred(&path, &described).unwrap());
        assert!(!path.exists());
        assert_eq!(fs::read(&other_name).unwrap(), b"");
        assert!(!shred(&path, &described).unwrap(), "gone is gone");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_folder_and_a_file_that_is_not_there_are_not_described() {
        let folder = tempfile::tempdir().unwrap();
        assert!(describe(folder.path()).is_err());
        assert_eq!(describe(&folder.path().join("none")).unwrap_err().kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn what_was_put_in_a_files_place_after_it_was_listed_is_not_destroyed() {
        let folder = tempfile::tempdir().unwrap();
        let (path, precious) = (folder.path().join("roll.csv"), folder.path().join("precious"));
        fs::write(&path, "voters").unwrap();
        let described = describe(&path).unwrap();
        fs::write(&path, "VOTERS").unwrap();
        assert!(shred(&path, &described).unwrap_err().to_string().contains("changed since it was listed"));
        assert_eq!(fs::read(&path).unwrap(), b"VOTERS");
        fs::write(&path, "voters").unwrap();
        assert!(shred(&path, &described).unwrap(), "the same bytes are what was listed");
        #[cfg(unix)]
        {
            fs::write(&precious, "voters").unwrap();
            std::os::unix::fs::symlink(&precious, &path).unwrap();
            assert_eq!(describe(&path).unwrap_err().to_string(), "it is a link");
            assert_eq!(shred(&path, &described).unwrap_err().to_string(), "it is a link");
            assert_eq!(fs::read(&precious).unwrap(), b"voters");
        }
    }

    /// A stop in the middle leaves a file with another content under the name that says so.
    #[test]
    fn what_a_stop_has_left_half_done_is_finished() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("codes.csv");
        fs::write(&path, "codes").unwrap();
        let described = describe(&path).unwrap();
        fs::rename(&path, doomed(&path, &described)).unwrap();
        fs::write(doomed(&path, &described), "x").unwrap();
        assert!(shred(&path, &described).unwrap());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        // Two files of one content, the first of them half done.
        let other = folder.path().join("copy.csv");
        fs::write(&other, "codes").unwrap();
        fs::write(doomed(&path, &described), "").unwrap();
        assert!(shred(&path, &described).unwrap() && other.exists());
        assert!(shred_it(&other).unwrap());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
