//! A record in one file: an uncompressed tar of exactly the log's files, in one order and with one form of header (§11.17).
//!
//! Nothing in the file is believed, the list of its members no more than their bytes: it says where bytes lie, and the reader
//! authenticates them like those of any other source.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use plebiscite_board::checkpoint::Checkpoint;
use plebiscite_board::entry_bundle;
use plebiscite_board::merkle::{Tree, leaf_hash};
use plebiscite_board::note::Note;
use plebiscite_board::reader::{Fetch, FetchError};
use plebiscite_board::tile::{TILE_WIDTH, TileKind, TilePath, level_size, tile_bytes};
use plebiscite_files::Links;
use thiserror::Error;

use super::{ensure_plain, limit_of, source_error};
use crate::check::heads::COSIGNED;

/// A block of tar.
pub const BLOCK: usize = 512;
/// The longest path that a header holds.
const NAME_LIMIT: usize = 100;
/// Most files of a bundle: those of a log of half a thousand million entries. What is remembered of each is its place.
const FILES_LIMIT: usize = 1 << 22;
/// Tile levels that a log of 2^63 entries can have.
const LEVELS: u8 = 8;

/// Why a file is no bundle.
#[derive(Debug, Error)]
pub enum BundleFileError {
    /// It cannot be read or written.
    #[error("{}: {error}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// It is not of the one form.
    #[error("{} is no record in one file: at byte {at}: {what}", path.display())]
    Form {
        /// The file.
        path: PathBuf,
        /// Where.
        at: u64,
        /// What is wrong there.
        what: &'static str,
    },
    /// What the source gives is not what the tree commits to.
    #[error("{path} of the source is not what the verified log commits to")]
    False {
        /// The file of the log.
        path: String,
    },
    /// The source could not be asked.
    #[error(transparent)]
    Fetch(#[from] FetchError),
}

/// A record in one file, opened: where each file of the log lies in it.
#[derive(Clone, Debug)]
pub struct Bundle {
    path: PathBuf,
    members: BTreeMap<String, (u64, u64)>,
}

impl Bundle {
    /// Opens a bundle and reads the headers of its members.
    ///
    /// # Errors
    /// [`BundleFileError`] for anything that [`write_bundle`] does not write.
    pub fn open(path: &Path) -> Result<Self, BundleFileError> {
        let failed = |error| BundleFileError::File { path: path.to_owned(), error };
        let mut file = plebiscite_files::open(path, Links::Follow).map_err(failed)?;
        let end = file.metadata().map_err(failed)?.len();
        let mut members = BTreeMap::new();
        let mut at = 0;
        loop {
            let header_at = at;
            let form = |what| BundleFileError::Form { path: path.to_owned(), at: header_at, what };
            let block = read_block(&mut file).map_err(failed)?.ok_or_else(|| form("it is cut off"))?;
            if block == [0; BLOCK] {
                let last = read_block(&mut file).map_err(failed)?;
                let whole = last == Some([0; BLOCK]) && at.checked_add(2 * BLOCK as u64) == Some(end);
                return if whole {
                    Ok(Self { path: path.to_owned(), members })
                } else {
                    Err(form("it does not end as it must"))
                };
            }
            let (name, length) = parse_header(&block).ok_or_else(|| form("not a header of this form"))?;
            if length > limit_of(&name) {
                return Err(form("a file longer than any of its kind"));
            }
            let begin = at.saturating_add(BLOCK as u64);
            if members.len() >= FILES_LIMIT || members.insert(name, (begin, length)).is_some() {
                return Err(form("a file that stands there already, or one too many"));
            }
            at = begin.saturating_add(padded(length));
            if at > end {
                return Err(form("it is cut off"));
            }
            // What fills the last block is zero: every byte of a bundle is either authenticated or known.
            let filling = at.saturating_sub(begin.saturating_add(length));
            file.seek(SeekFrom::Start(at.saturating_sub(filling))).map_err(failed)?;
            let mut zeros = vec![0; usize::try_from(filling).unwrap_or(BLOCK)];
            file.read_exact(&mut zeros).map_err(failed)?;
            if zeros.iter().any(|byte| *byte != 0) {
                return Err(form("a block that is not filled with zeros"));
            }
        }
    }
}

impl Fetch for Bundle {
    fn fetch(&self, path: &str) -> Result<Vec<u8>, FetchError> {
        ensure_plain(path)?;
        let missing = || FetchError::Missing { path: path.to_owned() };
        let (begin, length) = *self.members.get(path).ok_or_else(missing)?;
        let failed = |error| source_error(path, error);
        let mut file = plebiscite_files::open(&self.path, Links::Follow).map_err(failed)?;
        file.seek(SeekFrom::Start(begin)).map_err(failed)?;
        // No longer than a file of its kind may be: checked when the bundle was opened.
        let mut bytes = vec![0; usize::try_from(length).map_err(|error| source_error(path, error))?];
        file.read_exact(&mut bytes).map_err(failed)?;
        Ok(bytes)
    }
}

/// Writes a verified log as a bundle. Hashes come from the tree that its verifier computed, entries from the source, each
/// compared with the tree; so what is written is what was verified, or nothing is.
///
/// # Errors
/// [`BundleFileError`].
pub fn write_bundle(
    path: &Path,
    source: &impl Fetch,
    tree: &Tree,
    note: &[u8],
    progress: &mut dyn FnMut(u64, u64),
) -> Result<(), BundleFileError> {
    let failed = |error| BundleFileError::File { path: path.to_owned(), error };
    let size = size_of(note).filter(|size| *size <= tree.size());
    let size = size.ok_or_else(|| BundleFileError::False { path: "checkpoint".to_owned() })?;
    let mut out = std::io::BufWriter::new(File::create(path).map_err(failed)?);
    let mut put = |name: &str, bytes: &[u8]| {
        out.write_all(&header(name, bytes.len() as u64))?;
        out.write_all(bytes)?;
        out.write_all(&vec![0; (padded(bytes.len() as u64) as usize).saturating_sub(bytes.len())])
    };
    put("checkpoint", note).map_err(failed)?;
    for name in COSIGNED {
        // Hints beside the log; one that cannot be had, or that is of a later log, is none.
        if let Ok(bytes) = source.fetch(name)
            && size_of(&bytes).is_some_and(|of| of <= size)
        {
            put(name, &bytes).map_err(failed)?;
        }
    }
    let files = paths(size);
    for (done, tile) in files.iter().enumerate() {
        let name = tile.path();
        let wrong = || BundleFileError::False { path: name.clone() };
        let bytes = match tile.kind {
            TileKind::Hashes(level) => tile_bytes(tree, level, tile.number, tile.width).ok_or_else(wrong)?,
            TileKind::Entries => {
                let bytes = source.fetch(&name)?;
                if holds(tree, tile, &bytes) { bytes } else { return Err(wrong()) }
            }
        };
        put(&name, &bytes).map_err(failed)?;
        progress((done as u64).saturating_add(1), files.len() as u64);
    }
    out.write_all(&[0; 2 * BLOCK]).map_err(failed)?;
    let file = out.into_inner().map_err(|error| failed(error.into_error()))?;
    file.sync_all().map_err(failed)
}

/// Every tile and entry bundle of a log, in the order of the file.
fn paths(size: u64) -> Vec<TilePath> {
    let tiles = |count: u64| 0..count.div_ceil(TILE_WIDTH);
    let hashes = (0..LEVELS).flat_map(|level| {
        tiles(level_size(level, size)).filter_map(move |number| TilePath::hashes(level, number, size))
    });
    hashes.chain(tiles(size).filter_map(|number| TilePath::entries(number, size))).collect()
}

fn holds(tree: &Tree, tile: &TilePath, bytes: &[u8]) -> bool {
    let Ok(entries) = entry_bundle::decode(bytes) else { return false };
    let first = tile.number.saturating_mul(TILE_WIDTH);
    entries.len() == usize::from(tile.width)
        && entries.iter().zip(first..).all(|(entry, index)| tree.node(0, index) == Some(leaf_hash(entry)))
}

fn size_of(note: &[u8]) -> Option<u64> {
    let note = Note::parse(note).ok()?;
    Checkpoint::parse(&note.text).ok().map(|checkpoint| checkpoint.size)
}

/// None at the end of the file, or within a block.
fn read_block(file: &mut File) -> Result<Option<[u8; BLOCK]>, std::io::Error> {
    let mut block = [0; BLOCK];
    match file.read_exact(&mut block) {
        Ok(()) => Ok(Some(block)),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(error),
    }
}

const fn padded(length: u64) -> u64 {
    length.div_ceil(BLOCK as u64).saturating_mul(BLOCK as u64)
}

/// The one header of a file of this name and length: ustar, mode 644, no owner, no time.
#[must_use]
pub fn header(name: &str, length: u64) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    let mut field = |at: usize, bytes: &[u8]| {
        block.iter_mut().skip(at).zip(bytes).for_each(|(to, from)| *to = *from);
    };
    field(0, name.as_bytes());
    field(100, b"0000644\0");
    field(108, b"0000000\0");
    field(116, b"0000000\0");
    field(124, format!("{length:011o}\0").as_bytes());
    field(136, b"00000000000\0");
    field(148, b"        ");
    field(156, b"0");
    field(257, b"ustar\x0000");
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    let sum = format!("{sum:06o}\0 ");
    block.iter_mut().skip(148).zip(sum.as_bytes()).for_each(|(to, from)| *to = *from);
    block
}

/// Name and length of a header, if it is byte for byte the one that is written for them.
fn parse_header(block: &[u8; BLOCK]) -> Option<(String, u64)> {
    let name: Vec<u8> = block.iter().copied().take(NAME_LIMIT).take_while(|byte| *byte != 0).collect();
    let name = String::from_utf8(name).ok()?;
    ensure_plain(&name).ok()?;
    let known = name == "checkpoint" || COSIGNED.contains(&name.as_str()) || TilePath::parse(&name).is_ok();
    let digits: Vec<u8> = block.iter().copied().skip(124).take(11).collect();
    let length = u64::from_str_radix(std::str::from_utf8(&digits).ok()?, 8).ok()?;
    (known && header(&name, length) == *block).then_some((name, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_read_back_and_every_changed_byte_of_it_is_refused() {
        let good = header("tile/entries/x001/067.p/17", 70_001);
        assert_eq!(parse_header(&good), Some(("tile/entries/x001/067.p/17".to_owned(), 70_001)));
        for place in 0..BLOCK {
            let mut bad = good;
            bad[place] ^= 1;
            assert_ne!(parse_header(&bad), parse_header(&good), "byte {place}");
        }
    }

    #[test]
    fn only_files_of_a_log_are_members() {
        for name in ["checkpoint", "cosigned/latest", "tile/0/000", "tile/entries/000.p/3"] {
            assert!(parse_header(&header(name, 5)).is_some(), "{name}");
        }
        for name in [
            "",
            "../checkpoint",
            "/checkpoint",
            "notes.txt",
            "tile/0/0",
            "tile/0/000.p/256",
            "cosigned/other",
        ] {
            assert!(parse_header(&header(name, 5)).is_none(), "{name}");
        }
    }

    #[test]
    fn the_files_of_a_log_are_counted_as_the_board_counts_them() {
        let count = |size| paths(size).len();
        assert_eq!((count(0), count(1), count(256), count(257)), (0, 2, 3, 5));
        // 274 tiles at level 0, 2 at level 1, 1 at level 2, and 274 bundles.
        assert_eq!(count(70_000), 274 + 2 + 1 + 274);
    }
}
