//! Merkle trees of RFC 6962 over SHA-256: roots, inclusion and consistency (§11.1).
//!
//! A leaf is H(00 ‖ entry), a node H(01 ‖ left ‖ right), the empty tree H(""). Trees split at the largest power of two
//! below their size.

use std::sync::Arc;

use sha2::{Digest, Sha256};
use thiserror::Error;

/// A hash of the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; 32]);

/// Why a proof does not show what it should.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ProofError {
    /// The index is not below the size, or the older size is above the newer one.
    #[error("index or size is out of range")]
    Range,
    /// Not as many hashes as these sizes need.
    #[error("the path has {found} hashes, where {needed} are needed")]
    Length {
        /// Hashes in the path.
        found: usize,
        /// Hashes that the sizes need.
        needed: usize,
    },
    /// The path leads to another root.
    #[error("the path leads to another root")]
    Root,
}

/// Answers for roots of earlier sizes of one log.
pub trait Roots {
    /// The root of the first `size` entries; none where `size` is larger than the log.
    fn root_at(&self, size: u64) -> Option<Hash>;
}

/// Hash of an entry as a leaf.
#[must_use]
pub fn leaf_hash(entry: &[u8]) -> Hash {
    Hash(Sha256::new().chain_update([0]).chain_update(entry).finalize().into())
}

/// Hash of two subtrees.
#[must_use]
pub fn node_hash(left: Hash, right: Hash) -> Hash {
    Hash(Sha256::new().chain_update([1]).chain_update(left.0).chain_update(right.0).finalize().into())
}

/// Root of the empty tree.
#[must_use]
pub fn empty_root() -> Hash {
    Hash(Sha256::digest([]).into())
}

/// Root over leaf hashes.
#[must_use]
pub fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => empty_root(),
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(split(leaves.len() as u64) as usize);
            node_hash(root(left), root(right))
        }
    }
}

/// Inclusion paths of all leaves, each from the leaf's sibling up: n·log n hashes.
#[must_use]
pub fn inclusion_proofs(leaves: &[Hash]) -> Vec<Vec<Hash>> {
    if leaves.len() <= 1 {
        return vec![Vec::new(); leaves.len()];
    }
    let (left, right) = leaves.split_at(split(leaves.len() as u64) as usize);
    let (left_root, right_root) = (root(left), root(right));
    let mut proofs = inclusion_proofs(left);
    proofs.iter_mut().for_each(|path| path.push(right_root));
    let mut others = inclusion_proofs(right);
    others.iter_mut().for_each(|path| path.push(left_root));
    proofs.append(&mut others);
    proofs
}

/// The largest power of two below `size`, for `size` of two and more.
const fn split(size: u64) -> u64 {
    let half = size.div_ceil(2);
    if half.is_power_of_two() { half } else { half.next_power_of_two() }
}

/// Checks that a leaf stands at `index` of the tree of `size` entries with this root.
///
/// # Errors
/// [`ProofError`].
pub fn verify_inclusion(
    leaf: Hash,
    index: u64,
    size: u64,
    path: &[Hash],
    expected: Hash,
) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::Range);
    }
    let needed = inclusion_sides(index, size);
    if path.len() != needed.len() {
        return Err(ProofError::Length { found: path.len(), needed: needed.len() });
    }
    let reached = path.iter().zip(needed).fold(leaf, |hash, (sibling, right)| {
        if right { node_hash(hash, *sibling) } else { node_hash(*sibling, hash) }
    });
    if reached == expected { Ok(()) } else { Err(ProofError::Root) }
}

/// From the leaf up: whether the sibling stands to the right.
fn inclusion_sides(index: u64, size: u64) -> Vec<bool> {
    let (mut first, mut last) = (index, size - 1);
    let mut sides = Vec::new();
    while last > 0 {
        if first & 1 == 1 {
            sides.push(false);
        } else if first < last {
            sides.push(true);
        }
        first >>= 1;
        last >>= 1;
    }
    sides
}

/// Checks that the tree of `new` entries extends the tree of `old` entries.
///
/// # Errors
/// [`ProofError`].
pub fn verify_consistency(
    old: u64,
    old_root: Hash,
    new: u64,
    new_root: Hash,
    path: &[Hash],
) -> Result<(), ProofError> {
    if old > new {
        return Err(ProofError::Range);
    }
    if old == 0 || old == new {
        let same = if old == 0 { old_root == empty_root() } else { old_root == new_root };
        return match (path.is_empty(), same) {
            (false, _) => Err(ProofError::Length { found: path.len(), needed: 0 }),
            (true, true) => Ok(()),
            (true, false) => Err(ProofError::Root),
        };
    }
    let wrong_length = |needed| ProofError::Length { found: path.len(), needed };
    let (mut first, mut last) = (old - 1, new - 1);
    while first & 1 == 1 {
        first >>= 1;
        last >>= 1;
    }
    let mut rest = path.iter();
    let start =
        if first == 0 { old_root } else { *rest.next().ok_or_else(|| wrong_length(path.len() + 1))? };
    let (mut old_hash, mut new_hash) = (start, start);
    while last > 0 {
        if first & 1 == 1 || first == last {
            let sibling = *rest.next().ok_or_else(|| wrong_length(path.len() + 1))?;
            old_hash = node_hash(sibling, old_hash);
            new_hash = node_hash(sibling, new_hash);
            while first & 1 == 0 && first != 0 {
                first >>= 1;
                last >>= 1;
            }
        } else {
            let sibling = *rest.next().ok_or_else(|| wrong_length(path.len() + 1))?;
            new_hash = node_hash(new_hash, sibling);
        }
        first >>= 1;
        last >>= 1;
    }
    if rest.next().is_some() {
        return Err(wrong_length(path.len().saturating_sub(1)));
    }
    if old_hash == old_root && new_hash == new_root { Ok(()) } else { Err(ProofError::Root) }
}

/// Every complete subtree of a growing tree, level by level: what roots and proofs of any earlier size are made of.
///
/// Memory: 64 bytes an entry; a thin one a quarter of a byte.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    /// `levels[l][i]` is the root of leaves `i·2^l … (i+1)·2^l − 1`; of a thin tree, below [`THIN`], counted from the first
    /// that is held.
    levels: Vec<Vec<Hash>>,
    thin: Option<Thin>,
}

/// Height of a full tile: a thin tree holds nothing below it but its right edge.
const THIN: u32 = 8;
/// Leaves of a full tile.
const TILE: u64 = 1 << THIN;

/// Leaf hashes of full tiles, for a thin tree. Nothing they give is believed.
pub trait Tiles: Send + Sync {
    /// The 256 leaf hashes of the full tile with this root; none where they cannot be had.
    fn leaves(&self, tile: u64, root: Hash) -> Option<Vec<Hash>>;
}

/// What a thin tree reads again instead of holding it.
#[derive(Clone)]
struct Thin {
    tiles: Arc<dyn Tiles>,
    /// Leaves that are not held: a multiple of a tile's.
    dropped: u64,
}

impl std::fmt::Debug for Thin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Thin").field("dropped", &self.dropped).finish_non_exhaustive()
    }
}

impl Tree {
    /// The empty tree.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The empty tree, which reads the leaves of full tiles again instead of holding them, each tile against its root.
    #[must_use]
    pub fn thin(tiles: Arc<dyn Tiles>) -> Self {
        Self { levels: Vec::new(), thin: Some(Thin { tiles, dropped: 0 }) }
    }

    /// The tree over leaf hashes.
    #[must_use]
    pub fn of(leaves: impl IntoIterator<Item = Hash>) -> Self {
        let mut tree = Self::new();
        leaves.into_iter().for_each(|leaf| tree.push(leaf));
        tree
    }

    /// Number of leaves.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.dropped() + self.levels.first().map_or(0, |leaves| leaves.len() as u64)
    }

    fn dropped(&self) -> u64 {
        self.thin.as_ref().map_or(0, |thin| thin.dropped)
    }

    /// Adds a leaf.
    pub fn push(&mut self, leaf: Hash) {
        let mut hash = leaf;
        let mut level = 0;
        loop {
            if self.levels.len() == level {
                self.levels.push(Vec::new());
            }
            let Some(row) = self.levels.get_mut(level) else { return };
            row.push(hash);
            if row.len() % 2 == 1 {
                break;
            }
            let (Some(right), Some(left)) = (row.last(), row.iter().rev().nth(1)) else { break };
            hash = node_hash(*left, *right);
            level += 1;
        }
        // What a full tile holds is dropped whole, so that the number of what is left is as even as it was.
        if level >= THIN as usize
            && let Some(thin) = &mut self.thin
        {
            self.levels.iter_mut().take(THIN as usize).for_each(Vec::clear);
            thin.dropped += TILE;
        }
    }

    /// A complete subtree's root: leaves `index·2^level` to `(index+1)·2^level − 1`. A thin tree has none where the tile
    /// cannot be read again as it was.
    #[must_use]
    pub fn node(&self, level: u32, index: u64) -> Option<Hash> {
        let held = |level: u32, index: u64| -> Option<Hash> {
            self.levels.get(level as usize)?.get(usize::try_from(index).ok()?).copied()
        };
        let Some(thin) = self.thin.as_ref().filter(|_| level < THIN) else { return held(level, index) };
        let before = thin.dropped >> level;
        if index >= before {
            return held(level, index - before);
        }
        let first = index << level;
        let expected = held(THIN, first / TILE)?;
        let leaves = thin.tiles.leaves(first / TILE, expected)?;
        if leaves.len() as u64 != TILE || root(&leaves) != expected {
            return None;
        }
        let start = usize::try_from(first % TILE).ok()?;
        leaves.get(start..start + (1 << level)).map(root)
    }

    /// The inclusion path of a leaf in the tree of `size` leaves, from the leaf's sibling up.
    #[must_use]
    pub fn inclusion_proof(&self, index: u64, size: u64) -> Option<Vec<Hash>> {
        if size > self.size() {
            return None;
        }
        inclusion_path(&mut |height, at| self.node(height, at).ok_or(()), index, size).ok()?
    }

    /// The consistency proof from the tree of `old` leaves to that of `new`.
    #[must_use]
    pub fn consistency_proof(&self, old: u64, new: u64) -> Option<Vec<Hash>> {
        if new > self.size() {
            return None;
        }
        consistency_path(&mut |height, at| self.node(height, at).ok_or(()), old, new).ok()?
    }
}

/// Where the roots of complete subtrees come from: height and index among those of this height.
pub type Nodes<'a, E> = &'a mut dyn FnMut(u32, u64) -> Result<Hash, E>;

/// Root of leaves `start … end − 1`, where `start` is a multiple of the largest power of two below their number.
///
/// # Errors
/// What `nodes` answers.
pub fn range_root<E>(nodes: Nodes<'_, E>, start: u64, end: u64) -> Result<Hash, E> {
    let size = end.saturating_sub(start);
    if size == 0 {
        return Ok(empty_root());
    }
    if size.is_power_of_two() {
        return nodes(size.trailing_zeros(), start >> size.trailing_zeros());
    }
    let middle = start + split(size);
    let left = range_root(nodes, start, middle)?;
    Ok(node_hash(left, range_root(nodes, middle, end)?))
}

/// The inclusion path of a leaf, from its sibling up; none where the index is not below the size.
///
/// # Errors
/// What `nodes` answers.
pub fn inclusion_path<E>(nodes: Nodes<'_, E>, index: u64, size: u64) -> Result<Option<Vec<Hash>>, E> {
    if index >= size {
        return Ok(None);
    }
    let (mut start, mut end) = (0, size);
    let mut path = Vec::new();
    while end - start > 1 {
        let middle = start + split(end - start);
        if index < middle {
            path.push(range_root(nodes, middle, end)?);
            end = middle;
        } else {
            path.push(range_root(nodes, start, middle)?);
            start = middle;
        }
    }
    path.reverse();
    Ok(Some(path))
}

/// The consistency proof from the tree of `old` leaves to that of `new`; none where `old` is larger.
///
/// # Errors
/// What `nodes` answers.
pub fn consistency_path<E>(nodes: Nodes<'_, E>, old: u64, new: u64) -> Result<Option<Vec<Hash>>, E> {
    if old > new {
        return Ok(None);
    }
    let mut path = Vec::new();
    if old == 0 || old == new {
        return Ok(Some(path));
    }
    let (mut start, mut end) = (0, new);
    while end != old {
        let middle = start + split(end - start);
        if old <= middle {
            path.push(range_root(nodes, middle, end)?);
            end = middle;
        } else {
            path.push(range_root(nodes, start, middle)?);
            start = middle;
        }
    }
    if start != 0 {
        path.push(range_root(nodes, start, end)?);
    }
    path.reverse();
    Ok(Some(path))
}

impl Roots for Tree {
    fn root_at(&self, size: u64) -> Option<Hash> {
        if size > self.size() {
            return None;
        }
        range_root(&mut |height, at| self.node(height, at).ok_or(()), 0, size).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaves(count: usize) -> Vec<Hash> {
        (0..count).map(|number| leaf_hash(&number.to_be_bytes())).collect()
    }

    #[test]
    fn growing_trees_have_the_roots_of_whole_ones_at_every_size() {
        let all = leaves(300);
        let tree = Tree::of(all.iter().copied());
        for size in 0..=300 {
            assert_eq!(tree.root_at(size as u64), Some(root(&all[..size])));
        }
        assert_eq!(tree.root_at(301), None);
    }

    /// Tiles of leaves in memory, of which one can be spoilt or gone.
    struct Kept(Vec<Hash>, std::sync::Mutex<Option<(u64, bool)>>);

    impl Tiles for Kept {
        fn leaves(&self, tile: u64, _: Hash) -> Option<Vec<Hash>> {
            let mut leaves = self.0[tile as usize * 256..][..256].to_vec();
            match *self.1.lock().unwrap() {
                Some((bad, true)) if bad == tile => return None,
                Some((bad, false)) if bad == tile => leaves[17].0[0] ^= 1,
                _ => {}
            }
            Some(leaves)
        }
    }

    #[test]
    fn a_thin_tree_has_the_roots_and_proofs_of_a_whole_one_and_none_where_a_tile_is_another_or_gone() {
        let all = leaves(1_100);
        let tiles = Arc::new(Kept(all.clone(), std::sync::Mutex::new(None)));
        let (mut thin, mut whole) = (Tree::thin(tiles.clone()), Tree::new());
        for (size, leaf) in (1u64..).zip(&all) {
            thin.push(*leaf);
            whole.push(*leaf);
            assert_eq!((thin.size(), thin.root_at(size)), (whole.size(), whole.root_at(size)));
            assert!(thin.levels.iter().take(8).all(|row| row.len() < 257));
        }
        for size in (0..=1_101).step_by(7).chain([256, 512, 768, 1_024]) {
            assert_eq!(thin.root_at(size), whole.root_at(size), "{size}");
            assert_eq!(thin.inclusion_proof(size / 2, size), whole.inclusion_proof(size / 2, size));
            assert_eq!(thin.consistency_proof(size / 3, size), whole.consistency_proof(size / 3, size));
        }
        for gone in [true, false] {
            *tiles.1.lock().unwrap() = Some((1, gone));
            assert_eq!(thin.root_at(300), None);
            assert_eq!((thin.root_at(200), thin.root_at(512)), (whole.root_at(200), whole.root_at(512)));
        }
        *tiles.1.lock().unwrap() = None;
        assert_eq!(thin.root_at(300), whole.root_at(300));
    }

    #[test]
    fn every_leaf_has_a_path_and_no_other_place_has() {
        for size in [1u64, 2, 3, 5, 8, 13, 64, 100] {
            let all = leaves(size as usize);
            let tree = Tree::of(all.iter().copied());
            let whole = root(&all);
            let paths = inclusion_proofs(&all);
            for index in 0..size {
                let path = tree.inclusion_proof(index, size).unwrap();
                assert_eq!(path, paths[index as usize]);
                let leaf = all[index as usize];
                assert_eq!(verify_inclusion(leaf, index, size, &path, whole), Ok(()));
                assert!(verify_inclusion(leaf, (index + 1) % (size + 1), size, &path, whole).is_err());
                assert_eq!(verify_inclusion(leaf, size, size, &path, whole), Err(ProofError::Range));
                let longer = [path.as_slice(), &[leaf]].concat();
                assert!(verify_inclusion(leaf, index, size, &longer, whole).is_err());
                if let Some((_, shorter)) = path.split_last() {
                    assert!(verify_inclusion(leaf, index, size, shorter, whole).is_err());
                }
            }
        }
    }

    #[test]
    fn consistency_holds_between_all_sizes_and_for_no_other_root() {
        let all = leaves(70);
        let tree = Tree::of(all.iter().copied());
        for old in 0..=70 {
            for new in old..=70 {
                let path = tree.consistency_proof(old, new).unwrap();
                let (a, b) = (tree.root_at(old).unwrap(), tree.root_at(new).unwrap());
                assert_eq!(verify_consistency(old, a, new, b, &path), Ok(()), "{old} {new}");
                assert!(verify_consistency(old, leaf_hash(b"x"), new, b, &path).is_err());
                if old != 0 {
                    assert!(verify_consistency(old, a, new, leaf_hash(b"x"), &path).is_err());
                }
                let longer = [path.as_slice(), &[a]].concat();
                assert!(verify_consistency(old, a, new, b, &longer).is_err());
                if let Some((_, shorter)) = path.split_last() {
                    assert!(verify_consistency(old, a, new, b, shorter).is_err());
                }
            }
        }
        assert!(tree.consistency_proof(3, 71).is_none());
    }
}
