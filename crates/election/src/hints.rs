//! What a plain folder says about where things stand (§11.13): paths and layouts of untrusted hints, nothing more.

use plebiscite_board::tile::{TILE_WIDTH, TileKind, TilePath};

/// What stands in a file of heads where there is no entry.
pub const NONE: u64 = u64::MAX;
/// Bytes of one row in a file of heads: where its latest replacement and its last ballot stand, u64 each.
pub const HEADS_RECORD: usize = 16;
/// Bytes of one record by tracker: tracker, index of the ballot u64.
pub const TRACKER_RECORD: usize = 40;
/// Bytes of one record by credential: `K` in force, roll index u32.
pub const CREDENTIAL_RECORD: usize = 36;
/// The JSON of the API's `setup`.
pub const SETUP: &str = "index/setup";
/// Where the sealed roll lies, as the tiles and bundles of a log of its own.
pub const ROLL: &str = "index/roll";

/// The file of rows `256 · number` and following.
#[must_use]
pub fn heads_path(number: u64) -> String {
    let tile = TilePath { kind: TileKind::Entries, number, width: TILE_WIDTH as u16 };
    tile.path().replacen("tile/entries", "index/heads", 1)
}

/// The file of the trackers, or the credentials, that begin with a byte.
#[must_use]
pub fn list_path(name: &str, first: u8) -> String {
    format!("index/{name}/{first:02x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_lie_in_files_named_like_tiles() {
        assert_eq!(heads_path(0), "index/heads/000");
        assert_eq!(heads_path(46_875), "index/heads/x046/875");
        assert_eq!(list_path("tracker", 0x0a), "index/tracker/0a");
    }
}
