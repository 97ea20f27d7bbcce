//! Reading a log from an untrusted source: nothing is used before it is authenticated (§11.8).
//!
//! The right-edge partial tiles are fetched and the root is recomputed from them; a full tile is accepted only if its
//! 256-fold hash stands in an authenticated parent; an entry only if its leaf hash is the authenticated one. So one
//! corrupted byte in any file is refused, wherever the files come from.

use std::collections::BTreeMap;
use std::sync::Arc;

use thiserror::Error;

use crate::checkpoint::Checkpoint;
use crate::entry_bundle::decode_exact;
use crate::merkle::{self, Hash, consistency_path, inclusion_path, leaf_hash, node_hash, range_root};
use crate::tile::{TILE_WIDTH, TileKind, TilePath, decode_tile, level_size};

/// Tile levels that a log of 2^63 entries can have.
const LEVELS: u8 = 8;

/// Where files come from: a folder, a server, anything. Nothing it gives is believed.
pub trait Fetch {
    /// The bytes of one file of the log, by its path (`checkpoint`, `tile/…`).
    ///
    /// # Errors
    /// [`FetchError`].
    fn fetch(&self, path: &str) -> Result<Vec<u8>, FetchError>;
}

/// One source for several readers.
impl<F: Fetch + ?Sized> Fetch for Arc<F> {
    fn fetch(&self, path: &str) -> Result<Vec<u8>, FetchError> {
        (**self).fetch(path)
    }
}

/// Why a file could not be had.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FetchError {
    /// There is no such file.
    #[error("{path} is not there")]
    Missing {
        /// The file.
        path: String,
    },
    /// The file is longer than any that may stand there.
    #[error("{path} is longer than {limit} bytes")]
    TooLong {
        /// The file.
        path: String,
        /// The most that a file of its kind can have.
        limit: u64,
    },
    /// The source could not be asked, or answered with something else.
    #[error("{path}: {reason}")]
    Source {
        /// The file.
        path: String,
        /// What went wrong.
        reason: String,
    },
}

/// Why something could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ReadError {
    /// A file could not be had.
    #[error("{0}")]
    Fetch(#[from] FetchError),
    /// A file is not what the checkpoint commits to.
    #[error("{path} is not what the checkpoint commits to")]
    False {
        /// The file.
        path: String,
    },
    /// An index or size beyond the checkpoint.
    #[error("{index} is beyond the checkpoint's size")]
    Beyond {
        /// The index or size asked for.
        index: u64,
    },
}

/// Reads one log at one checkpoint.
#[derive(Debug)]
pub struct Reader<F> {
    source: F,
    checkpoint: Checkpoint,
    /// Right-edge partial tiles, authenticated by the root, by level.
    edge: BTreeMap<u8, (u64, Vec<Hash>)>,
    /// The last full tile of each level that was authenticated.
    cache: BTreeMap<u8, (u64, Vec<Hash>)>,
    /// The last bundle that was authenticated.
    bundle: Option<(u64, Vec<Vec<u8>>)>,
}

impl<F: Fetch> Reader<F> {
    /// Authenticates the right edge against the checkpoint's root. Whose signature the checkpoint carries is the
    /// caller's to check.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn open(source: F, checkpoint: Checkpoint) -> Result<Self, ReadError> {
        let mut edge = BTreeMap::new();
        for level in 0..LEVELS {
            let count = level_size(level, checkpoint.size);
            let width = count % TILE_WIDTH;
            if width > 0 {
                let number = count / TILE_WIDTH;
                let path = TilePath {
                    kind: TileKind::Hashes(level),
                    number,
                    width: u16::try_from(width).unwrap_or(0),
                };
                edge.insert(level, (number, fetch_tile(&source, &path)?));
            }
        }
        let reader = Self { source, checkpoint, edge, cache: BTreeMap::new(), bundle: None };
        if reader.edge_root() == reader.checkpoint.root {
            Ok(reader)
        } else {
            Err(ReadError::False { path: "the right edge of the tree".to_owned() })
        }
    }

    /// The checkpoint that everything is read at.
    #[must_use]
    pub const fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The source.
    #[must_use]
    pub const fn source(&self) -> &F {
        &self.source
    }

    /// All entries of bundle `number`, authenticated.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn bundle(&mut self, number: u64) -> Result<&[Vec<u8>], ReadError> {
        if self.bundle.as_ref().is_none_or(|(held, _)| *held != number) {
            let first = number.saturating_mul(TILE_WIDTH);
            let path =
                TilePath::entries(number, self.checkpoint.size).ok_or(ReadError::Beyond { index: first })?;
            // The tiles first, from the top: where several files are false, every reader names the same (§11.8).
            let leaves = self.tile(0, number)?.to_vec();
            let text = path.path();
            let bytes = fetch(&self.source, &text)?;
            let refused = || ReadError::False { path: text.clone() };
            let entries = decode_exact(&bytes, path.width).map_err(|_| refused())?;
            let authentic = leaves.len() >= entries.len()
                && entries.iter().zip(leaves).all(|(entry, leaf)| leaf_hash(entry) == leaf);
            if !authentic {
                return Err(refused());
            }
            self.bundle = Some((number, entries.into_iter().map(<[u8]>::to_vec).collect()));
        }
        Ok(self.bundle.as_ref().map_or(&[], |(_, entries)| entries))
    }

    /// One entry, authenticated.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn entry(&mut self, index: u64) -> Result<Vec<u8>, ReadError> {
        let beyond = ReadError::Beyond { index };
        if index >= self.checkpoint.size {
            return Err(beyond);
        }
        let place = usize::try_from(index % TILE_WIDTH).map_err(|_| beyond.clone())?;
        self.bundle(index / TILE_WIDTH)?.get(place).cloned().ok_or(beyond)
    }

    /// The leaf hash of one entry, authenticated, without the entry.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn leaf_hash(&mut self, index: u64) -> Result<Hash, ReadError> {
        if index >= self.checkpoint.size {
            return Err(ReadError::Beyond { index });
        }
        self.node(0, index)
    }

    /// The inclusion path of an entry to the checkpoint's root.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn inclusion_proof(&mut self, index: u64) -> Result<Vec<Hash>, ReadError> {
        let size = self.checkpoint.size;
        inclusion_path(&mut |height, at| self.node(height, at), index, size)?
            .ok_or(ReadError::Beyond { index })
    }

    /// The inclusion path of an entry to the checkpoint's root, from its path in the tree of another size of the same log.
    /// What is asked of the source depends on the two sizes, and not on which of the entries behind an old edge it is: a node
    /// that the old path holds is not fetched again. Nothing of the old path is believed; whoever uses the new one verifies it.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn inclusion_from(
        &mut self,
        index: u64,
        old_size: u64,
        old_path: &[Hash],
    ) -> Result<Vec<Hash>, ReadError> {
        let size = self.checkpoint.size;
        // Put in one by one: to collect is to sort, and code that sorts is long where browsers load it.
        let mut known: BTreeMap<(u32, u64), Hash> = BTreeMap::new();
        known.extend(siblings(index, old_size).into_iter().zip(old_path.iter().copied()));
        let mut node = |height, at| match known.get(&(height, at)) {
            Some(hash) => Ok(*hash),
            None => self.node(height, at),
        };
        inclusion_path(&mut node, index, size)?.ok_or(ReadError::Beyond { index })
    }

    /// The consistency proof from an older size to the checkpoint.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn consistency_proof(&mut self, old: u64) -> Result<Vec<Hash>, ReadError> {
        let size = self.checkpoint.size;
        consistency_path(&mut |height, at| self.node(height, at), old, size)?
            .ok_or(ReadError::Beyond { index: old })
    }

    /// The root of the first `size` entries.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn root_at(&mut self, size: u64) -> Result<Hash, ReadError> {
        if size > self.checkpoint.size {
            return Err(ReadError::Beyond { index: size });
        }
        range_root(&mut |height, at| self.node(height, at), 0, size)
    }

    /// Root of a complete subtree: within one tile, whose level is a multiple of eight below the height.
    fn node(&mut self, height: u32, index: u64) -> Result<Hash, ReadError> {
        let level = u8::try_from(height / 8).map_err(|_| ReadError::Beyond { index })?;
        let first = index << (height % 8);
        let start = usize::try_from(first % TILE_WIDTH).map_err(|_| ReadError::Beyond { index })?;
        let count = 1usize << (height % 8);
        let tile = self.tile(level, first / TILE_WIDTH)?;
        let hashes = tile.get(start..start + count).ok_or(ReadError::Beyond { index })?;
        Ok(merkle::root(hashes))
    }

    /// An authenticated tile: on the right edge, held, or fetched and checked against its parent.
    fn tile(&mut self, level: u8, number: u64) -> Result<&[Hash], ReadError> {
        let on_edge = self.edge.get(&level).is_some_and(|(held, _)| *held == number);
        let cached = self.cache.get(&level).is_some_and(|(held, _)| *held == number);
        if !on_edge && !cached {
            let path = TilePath { kind: TileKind::Hashes(level), number, width: TILE_WIDTH as u16 };
            let beyond = ReadError::Beyond { index: number };
            if level >= LEVELS || number >= level_size(level.saturating_add(1), self.checkpoint.size) {
                return Err(beyond);
            }
            let place = usize::try_from(number % TILE_WIDTH).map_err(|_| beyond.clone())?;
            let expected = *self.tile(level + 1, number / TILE_WIDTH)?.get(place).ok_or(beyond)?;
            let hashes = fetch_tile(&self.source, &path)?;
            if merkle::root(&hashes) != expected {
                return Err(ReadError::False { path: path.path() });
            }
            self.cache.insert(level, (number, hashes));
        }
        let held = if on_edge { self.edge.get(&level) } else { self.cache.get(&level) };
        Ok(held.map_or(&[], |(_, hashes)| hashes))
    }

    /// The root that the right edge gives: peaks from the highest level down, folded from the right.
    fn edge_root(&self) -> Hash {
        let mut peaks = Vec::new();
        for (_, hashes) in self.edge.values().rev() {
            let mut rest = hashes.as_slice();
            while !rest.is_empty() {
                let width = 1 << rest.len().ilog2();
                let (peak, after) = rest.split_at(width);
                peaks.push(merkle::root(peak));
                rest = after;
            }
        }
        peaks
            .into_iter()
            .rev()
            .reduce(|right, left| node_hash(left, right))
            .unwrap_or_else(merkle::empty_root)
    }
}

/// The siblings on an entry's path, each as the height and the number of a complete subtree, from the leaf's up; one that is
/// no complete subtree as one that there is none of.
fn siblings(index: u64, size: u64) -> Vec<(u32, u64)> {
    let mut siblings = Vec::new();
    let (mut start, mut end) = (0_u64, size);
    while index < end && end - start > 1 {
        let middle = start + (1 << (end - start - 1).ilog2());
        let (from, to) = if index < middle { (middle, end) } else { (start, middle) };
        (start, end) = if index < middle { (start, middle) } else { (middle, end) };
        let count = to - from;
        let whole = count.is_power_of_two() && from % count == 0;
        siblings.push(if whole { (count.trailing_zeros(), from / count) } else { (u32::MAX, 0) });
    }
    siblings.reverse();
    siblings
}

/// A file's bytes; one that is too long for what it should be is false, not missing.
fn fetch(source: &impl Fetch, path: &str) -> Result<Vec<u8>, ReadError> {
    source.fetch(path).map_err(|error| match error {
        FetchError::TooLong { path, .. } => ReadError::False { path },
        other => other.into(),
    })
}

fn fetch_tile(source: &impl Fetch, path: &TilePath) -> Result<Vec<Hash>, ReadError> {
    let text = path.path();
    decode_tile(&fetch(source, &text)?, path.width).map_err(|_| ReadError::False { path: text })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry_bundle;
    use crate::merkle::{Roots, Tree};
    use crate::tile::tile_bytes;

    /// A log in a map, as a folder would hold it.
    #[derive(Clone)]
    struct Files(BTreeMap<String, Vec<u8>>);

    impl Fetch for &Files {
        fn fetch(&self, path: &str) -> Result<Vec<u8>, FetchError> {
            self.0.get(path).cloned().ok_or_else(|| FetchError::Missing { path: path.to_owned() })
        }
    }

    fn entry(index: u64) -> Vec<u8> {
        format!("entry {index}").into_bytes()
    }

    fn files(size: u64) -> (Files, Checkpoint, Tree) {
        let tree = Tree::of((0..size).map(|index| leaf_hash(&entry(index))));
        let mut files = BTreeMap::new();
        for level in 0..LEVELS {
            for number in 0..level_size(level, size).div_ceil(TILE_WIDTH) {
                let path = TilePath::hashes(level, number, size).unwrap();
                files.insert(path.path(), tile_bytes(&tree, level, number, path.width).unwrap());
            }
        }
        for number in 0..size.div_ceil(TILE_WIDTH) {
            let path = TilePath::entries(number, size).unwrap();
            let entries: Vec<_> =
                (0..u64::from(path.width)).map(|n| entry(number * TILE_WIDTH + n)).collect();
            files.insert(path.path(), entry_bundle::encode(&entries).unwrap());
        }
        let checkpoint = Checkpoint { origin: "log".to_owned(), size, root: tree.root_at(size).unwrap() };
        (Files(files), checkpoint, tree)
    }

    fn read_all(files: &Files, checkpoint: &Checkpoint) -> Result<Vec<Vec<u8>>, ReadError> {
        let mut reader = Reader::open(files, checkpoint.clone())?;
        (0..checkpoint.size).map(|index| reader.entry(index)).collect()
    }

    #[test]
    fn a_log_is_read_whole_with_its_proofs() {
        for size in [0, 1, 2, 255, 256, 257, 511, 512, 700] {
            let (files, checkpoint, tree) = files(size);
            let all: Vec<_> = (0..size).map(entry).collect();
            assert_eq!(read_all(&files, &checkpoint).unwrap(), all);
            let mut reader = Reader::open(&files, checkpoint).unwrap();
            for index in (0..size).step_by(37) {
                assert_eq!(
                    reader.inclusion_proof(index).unwrap(),
                    tree.inclusion_proof(index, size).unwrap()
                );
                assert_eq!(reader.root_at(index).unwrap(), tree.root_at(index).unwrap());
                assert_eq!(
                    reader.consistency_proof(index).unwrap(),
                    tree.consistency_proof(index, size).unwrap()
                );
            }
            assert_eq!(reader.entry(size), Err(ReadError::Beyond { index: size }));
            assert_eq!(reader.root_at(u64::MAX), Err(ReadError::Beyond { index: u64::MAX }));
        }
    }

    /// A source that writes down what it is asked.
    struct Asked<'f>(&'f Files, std::cell::RefCell<Vec<String>>);

    impl Fetch for &Asked<'_> {
        fn fetch(&self, path: &str) -> Result<Vec<u8>, FetchError> {
            self.1.borrow_mut().push(path.to_owned());
            self.0.fetch(path)
        }
    }

    #[test]
    fn a_path_grows_and_shrinks_with_its_log_and_what_is_fetched_for_it_does_not_name_the_entry() {
        let (files, _, tree) = files(700);
        for (old, new) in [(1, 2), (5, 700), (300, 700), (256, 512), (257, 258), (400, 400), (700, 300)] {
            let (narrow, checkpoint) = narrowed(&files, &tree, new);
            let mut requests = std::collections::BTreeSet::new();
            for index in (0..old.min(new)).step_by(7) {
                let asked = Asked(&narrow, std::cell::RefCell::default());
                let mut reader = Reader::open(&asked, checkpoint.clone()).unwrap();
                let path = tree.inclusion_proof(index, old).unwrap();
                let grown = reader.inclusion_from(index, old, &path).unwrap();
                assert_eq!(grown, tree.inclusion_proof(index, new).unwrap(), "{index} of {old} in {new}");
                requests.insert(asked.1.take());
            }
            assert!(requests.len() <= 2, "{old} to {new}: {requests:?}");
        }
        let mut reader = Reader::open(&files, checkpoint_at(&tree, 700)).unwrap();
        let mut bad = tree.inclusion_proof(9, 300).unwrap();
        bad[0].0[0] ^= 1;
        let grown = reader.inclusion_from(9, 300, &bad).unwrap();
        let root = tree.root_at(700).unwrap();
        assert!(merkle::verify_inclusion(leaf_hash(&entry(9)), 9, 700, &grown, root).is_err());
        assert_eq!(reader.inclusion_from(700, 300, &bad), Err(ReadError::Beyond { index: 700 }));
    }

    fn checkpoint_at(tree: &Tree, size: u64) -> Checkpoint {
        Checkpoint { origin: "log".to_owned(), size, root: tree.root_at(size).unwrap() }
    }

    /// The same files with the partial tiles of a smaller size.
    fn narrowed(files: &Files, tree: &Tree, size: u64) -> (Files, Checkpoint) {
        let mut all = files.clone();
        for level in 0..LEVELS {
            for number in 0..level_size(level, size).div_ceil(TILE_WIDTH) {
                let path = TilePath::hashes(level, number, size).unwrap();
                all.0.insert(path.path(), tile_bytes(tree, level, number, path.width).unwrap());
            }
        }
        (all, checkpoint_at(tree, size))
    }

    /// One bit of every file of the log (every tile of every level, every bundle) at every size from 1 to 3,000, another
    /// byte at each size; the log grows by one entry a step, so that only what an entry changes is made anew. What is whole
    /// is read before and after.
    #[test]
    fn one_corrupted_byte_in_any_file_is_refused_at_every_size_to_3_000() {
        let (mut log, mut tree, mut refused) = (Files(BTreeMap::new()), Tree::new(), 0u32);
        for size in 1..=3_000u64 {
            tree.push(leaf_hash(&entry(size - 1)));
            grow(&mut log, &tree, size);
            let root = tree.root_at(size).unwrap();
            let checkpoint = Checkpoint { origin: "log".to_owned(), size, root };
            let names: Vec<_> = log.0.keys().cloned().collect();
            let expected: u64 = (0..2).map(|level| level_size(level, size).div_ceil(TILE_WIDTH)).sum();
            assert_eq!(names.len() as u64, expected + size.div_ceil(TILE_WIDTH), "{size}");
            for (number, name) in names.iter().enumerate() {
                let place = (number * 7_919 + size as usize * 31) % log.0[name].len();
                log.0.get_mut(name).unwrap()[place] ^= 1 << (number % 8);
                assert!(touches(&log, &checkpoint, name).is_err(), "{size}: {name}");
                log.0.get_mut(name).unwrap()[place] ^= 1 << (number % 8);
                refused += 1;
            }
            // The twin: the edge and, in turn, one of the rest, none of it corrupted any more.
            touches(&log, &checkpoint, &names[size as usize % names.len()]).unwrap();
            if size % 500 == 0 {
                assert_eq!(read_all(&log, &checkpoint).unwrap().len() as u64, size);
            }
        }
        assert!(refused > 36_000, "{refused}");
    }

    /// Brings the files of a log of one entry less to this size.
    fn grow(files: &mut Files, tree: &Tree, size: u64) {
        let before = size - 1;
        for level in 0..LEVELS {
            let (old, new) = (level_size(level, before), level_size(level, size));
            if old == new {
                continue;
            }
            if let Some(path) = TilePath::hashes(level, old / TILE_WIDTH, before) {
                files.0.remove(&path.path());
            }
            let path = TilePath::hashes(level, old / TILE_WIDTH, size).unwrap();
            files.0.insert(path.path(), tile_bytes(tree, level, path.number, path.width).unwrap());
        }
        let partial = TilePath::entries(before / TILE_WIDTH, before);
        let mut bundle = partial.and_then(|path| files.0.remove(&path.path())).unwrap_or_default();
        entry_bundle::push(&mut bundle, &entry(before)).unwrap();
        files.0.insert(TilePath::entries(before / TILE_WIDTH, size).unwrap().path(), bundle);
    }

    /// Around the boundary of the third level of tiles, of the many files one in 97.
    #[test]
    fn one_corrupted_byte_is_refused_where_a_third_level_begins() {
        for size in [65_535, 65_536, 65_537] {
            let (mut log, checkpoint, _) = files(size);
            let names: Vec<_> = log.0.keys().cloned().collect();
            for (number, name) in names.iter().enumerate().filter(|(number, _)| number % 97 == 0) {
                let place = (number * 7_919 + size as usize) % log.0[name].len();
                assert!(touches(&log, &checkpoint, name).is_ok(), "{size}: {name}");
                log.0.get_mut(name).unwrap()[place] ^= 1 << (number % 8);
                assert!(touches(&log, &checkpoint, name).is_err(), "{size}: {name}");
                log.0.get_mut(name).unwrap()[place] ^= 1 << (number % 8);
            }
        }
    }

    /// Reads what a file is needed for, and little else, so that every size can be tried.
    fn touches(files: &Files, checkpoint: &Checkpoint, name: &str) -> Result<(), ReadError> {
        let mut reader = Reader::open(files, checkpoint.clone())?;
        let path = TilePath::parse(name).unwrap();
        let level = match path.kind {
            TileKind::Hashes(level) => level,
            TileKind::Entries => 0,
        };
        let first = path.number * TILE_WIDTH.pow(u32::from(level) + 1);
        reader.entry(first.min(checkpoint.size - 1)).map(|_| ())
    }

    #[test]
    fn of_several_false_files_the_tile_nearest_the_root_is_named() {
        let (files, checkpoint, _) = files(65_536 + 300);
        let with = |names: &[&str], missing: &[&str]| {
            let mut bad = files.clone();
            names.iter().for_each(|name| bad.0.get_mut(*name).unwrap()[40] ^= 1);
            missing.iter().for_each(|name| drop(bad.0.remove(*name)));
            Reader::open(&bad, checkpoint.clone()).unwrap().entry(0)
        };
        let named = |path: &str| Err(ReadError::False { path: path.to_owned() });
        let (top, tile, bundle) = ("tile/1/000", "tile/0/000", "tile/entries/000");
        assert!(with(&[], &[]).is_ok());
        assert_eq!(with(&[bundle], &[]), named(bundle));
        assert_eq!(with(&[tile, bundle], &[]), named(tile));
        assert_eq!(with(&[tile], &[bundle]), named(tile));
        assert_eq!(with(&[top, tile, bundle], &[]), named(top));
        assert_eq!(with(&[top], &[tile, bundle]), named(top));
        assert!(matches!(with(&[bundle], &[tile]), Err(ReadError::Fetch(_))));
    }

    #[test]
    fn a_tile_of_another_width_is_refused() {
        let (files, checkpoint, _) = files(300);
        for (name, change) in [("tile/0/000", -32i32), ("tile/0/001.p/44", 32), ("tile/entries/000", -1)] {
            let mut bad = files.clone();
            let bytes = bad.0.get_mut(name).unwrap();
            bytes.resize((bytes.len() as i32 + change) as usize, 0);
            assert!(read_all(&bad, &checkpoint).is_err(), "{name}");
        }
    }
}
