//! What a plain folder says about where things stand, so that one ballot or one row is found without reading everything
//! (§11.13). Untrusted: every answer is proved by the tiles.
//!
//! `index/setup` is the JSON of the API's `setup`; `index/tracker/<xx>` and `index/credential/<xx>` are sorted lists by
//! first byte; `index/roll/` is the sealed roll as a log of its own; `index/heads/<N>` says for 256 rows each where
//! replacement and last ballot stand.

use std::path::Path;

use plebiscite_board::log::Log;
use plebiscite_board::tile::TILE_WIDTH;
use plebiscite_election::credential::roll_leaf;
use plebiscite_election::hints::{NONE, ROLL, SETUP, heads_path, list_path};
use plebiscite_election::record::Record;
use plebiscite_serving::durable::FileError;

use crate::board::Board;
use crate::election::{Entries, Unreadable};
use crate::folder::{FolderError, put, put_bundles, put_tiles};

/// The rows of the sealed roll, as the entries of a log.
struct Rows<'r>(&'r Record);

impl Entries for Rows<'_> {
    fn get(&self, index: u64) -> Result<Option<Vec<u8>>, Unreadable> {
        let index = u32::try_from(index).map_err(|error| Unreadable(error.to_string()))?;
        let row = self.0.roll().and_then(|roll| roll.row(index));
        Ok(row.map(|row| roll_leaf(index, row).to_vec()))
    }
}

/// Writes all hints of a board as it stands. They may lag behind a log that grows.
///
/// # Errors
/// [`FolderError`].
pub fn write(folder: &Path, board: &Board) -> Result<(), FolderError> {
    let setup = serde_json::to_vec(&board.index.hints()).unwrap_or_default();
    put(folder, SETUP, &setup)?;
    let trackers = board.index.ballots().map(|(tracker, index)| (tracker.0, index.to_be_bytes().to_vec()));
    by_first_byte(folder, "tracker", trackers.collect())?;
    let Some((roll, tree)) = board.record.roll().zip(board.roll_tree()) else { return Ok(()) };
    let size = tree.size();
    let rows = 0..u32::try_from(size).unwrap_or(u32::MAX);
    let in_force = rows.clone().filter_map(|index| {
        let row = board.record.credential(index).or_else(|| roll.row(index).copied())?;
        Some((row.credential.0, index.to_be_bytes().to_vec()))
    });
    by_first_byte(folder, "credential", in_force.collect())?;
    let log = Log::open(String::new(), tree.clone(), None);
    if let Ok(log) = log {
        let place = folder.join(ROLL);
        put_bundles(&place, &Rows(&board.record), 0, size)?;
        put_tiles(&place, &log, 0, size)?;
    }
    let rows: Vec<u32> = rows.collect();
    for (number, rows) in (0..).zip(rows.chunks(TILE_WIDTH as usize)) {
        let places = rows.iter().flat_map(|row| {
            let head = board.record.head(*row).map(|head| head.entry);
            [board.record.replacement_entry(*row), head].map(|entry| entry.unwrap_or(NONE).to_be_bytes())
        });
        put(folder, &heads_path(number), &places.flatten().collect::<Vec<u8>>())?;
    }
    Ok(())
}

/// Writes records as 256 files by the first byte of their keys, each sorted. Files without records are empty.
fn by_first_byte(folder: &Path, name: &str, mut records: Vec<([u8; 32], Vec<u8>)>) -> Result<(), FileError> {
    records.sort_unstable();
    for byte in 0..=u8::MAX {
        let from = records.partition_point(|(key, _)| key.first() < Some(&byte));
        let to = records.partition_point(|(key, _)| key.first() <= Some(&byte));
        let own = records.get(from..to).unwrap_or_default();
        let bytes: Vec<u8> = own.iter().flat_map(|(key, rest)| key.iter().chain(rest).copied()).collect();
        put(folder, &list_path(name, byte), &bytes)?;
    }
    Ok(())
}
