//! A log as a folder: checkpoint, tiles and bundles, as any file server would hold it.

use std::fs;
use std::path::Path;

use plebiscite_board::entry_bundle;
use plebiscite_board::merkle::{Tree, leaf_hash};
use plebiscite_board::tile::{TILE_WIDTH, TilePath, level_size, tile_bytes};

/// The files of a log with a checkpoint note beside them, by path.
///
/// # Panics
/// For entries that no bundle can hold.
#[must_use]
pub fn files_of(entries: &[Vec<u8>], checkpoint: &[u8]) -> Vec<(String, Vec<u8>)> {
    let tree = Tree::of(entries.iter().map(|entry| leaf_hash(entry)));
    let size = tree.size();
    let mut files = vec![("checkpoint".to_owned(), checkpoint.to_vec())];
    for level in 0..8 {
        for number in 0..level_size(level, size).div_ceil(TILE_WIDTH) {
            let path = TilePath::hashes(level, number, size).unwrap();
            files.push((path.path(), tile_bytes(&tree, level, number, path.width).unwrap()));
        }
    }
    for (number, bundle) in (0..).zip(entries.chunks(TILE_WIDTH as usize)) {
        files.push((TilePath::entries(number, size).unwrap().path(), entry_bundle::encode(bundle).unwrap()));
    }
    files
}

/// Writes entries with a checkpoint note beside them.
///
/// # Panics
/// Where the folder cannot be written.
pub fn write_folder(folder: &Path, entries: &[Vec<u8>], checkpoint: &[u8]) {
    for (path, bytes) in files_of(entries, checkpoint) {
        let file = folder.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, bytes).unwrap();
    }
}
