//! The log itself: checkpoint, tiles, bundles. The only read path, over HTTP and in folders alike.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use plebiscite_board::entry_bundle;
use plebiscite_board::tile::{TILE_WIDTH, TileKind, TilePath, level_size};
use plebiscite_serving::problem::Problem;

use crate::answer::{blocking, bytes, published, read};
use crate::board::Board;
use crate::election::Entries;
use crate::router::Public;

const IMMUTABLE: &str = "public, max-age=31536000, immutable";
const OCTETS: &str = "application/octet-stream";

/// The signed checkpoint, never cached without asking again.
///
/// # Errors
/// There is nothing at this address.
pub async fn checkpoint(
    State(public): State<Arc<Public>>,
    Path(prefix): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let election = published(&*public.elections, &prefix)?;
    let note = blocking(move || {
        let board = read(&*election)?;
        Ok(board.signed().map(|signed| (signed.note().to_vec(), signed.checkpoint().root.0)))
    });
    let (note, root) = note.await?.ok_or_else(Problem::not_found)?;
    let tag = format!("\"{}\"", hex::encode(root));
    let same = headers.get(header::IF_NONE_MATCH).is_some_and(|given| given.as_bytes() == tag.as_bytes());
    let mut response = if same {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        bytes(note, "text/plain; charset=utf-8", "no-cache")
    };
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    Ok(response)
}

/// A checkpoint that witnesses cosigned: the last one before the close, the first with it, or the newest.
///
/// # Errors
/// There is nothing at this address.
pub async fn cosigned(
    State(public): State<Arc<Public>>,
    Path((prefix, name)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let note = published(&*public.elections, &prefix)?.cosigned(&name).ok_or_else(Problem::not_found)?;
    Ok(bytes(note, "text/plain; charset=utf-8", "no-cache"))
}

/// A tile of hashes or a bundle of entries: full ones and every partial one up to the signed size, immutable.
///
/// # Errors
/// There is nothing at this address.
pub async fn tile(
    State(public): State<Arc<Public>>,
    Path((prefix, path)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let election = published(&*public.elections, &prefix)?;
    let path = TilePath::parse(&format!("tile/{path}")).map_err(|_| Problem::not_found())?;
    let found = blocking(move || {
        let size = {
            let board = read(&*election)?;
            if let TileKind::Hashes(level) = path.kind {
                return Ok(hashes(&board, level, &path));
            }
            board.published_size()
        };
        bundle(election.entries(), &path, size)
    });
    found.await?.map(|found| bytes(found, OCTETS, IMMUTABLE)).ok_or_else(Problem::not_found)
}

fn hashes(board: &Board, level: u8, path: &TilePath) -> Option<Vec<u8>> {
    let end = path.number.checked_mul(TILE_WIDTH)?.checked_add(u64::from(path.width))?;
    if end > level_size(level, board.published_size()) { None } else { board.log.tile(path) }
}

fn bundle(entries: &dyn Entries, path: &TilePath, published: u64) -> Result<Option<Vec<u8>>, Problem> {
    let first = path.number.checked_mul(TILE_WIDTH);
    let Some((first, end)) = first.and_then(|first| Some((first, first.checked_add(u64::from(path.width))?)))
    else {
        return Ok(None);
    };
    if end > published {
        return Ok(None);
    }
    let entries = entries.range(first, path.width).map_err(|_| Problem::stopping())?;
    entry_bundle::encode(&entries).map(Some).map_err(|_| Problem::stopping())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop where it fails")]

    use std::sync::Mutex;

    use super::*;
    use crate::election::Unreadable;

    /// Entries that write down which of them were read.
    #[derive(Default)]
    struct Watched(Mutex<Vec<u64>>);

    impl Entries for Watched {
        fn get(&self, index: u64) -> Result<Option<Vec<u8>>, Unreadable> {
            self.0.lock().unwrap().push(index);
            Ok(Some(index.to_be_bytes().to_vec()))
        }
    }

    /// A tile of hashes is read from the tree in memory: [`hashes`] is not even handed the entries.
    #[test]
    fn a_bundle_reads_its_own_entries_and_no_other_however_long_the_log_is() {
        for published in [300, 70_000, 12_000_000] {
            for (name, expected) in [
                ("tile/entries/000", 0..256),
                ("tile/entries/001.p/44", 256..300),
                ("tile/entries/000.p/7", 0..7),
            ] {
                let (watched, path) = (Watched::default(), TilePath::parse(name).unwrap());
                let Ok(Some(found)) = bundle(&watched, &path, published) else { panic!("{name}") };
                assert_eq!(watched.0.into_inner().unwrap(), expected.clone().collect::<Vec<u64>>());
                assert_eq!(entry_bundle::decode(&found).unwrap().len() as u64, expected.end - expected.start);
            }
        }
        // Beyond the end nothing is read at all.
        let watched = Watched::default();
        for name in ["tile/entries/001", "tile/entries/001.p/45", "tile/entries/x999/999"] {
            assert!(matches!(bundle(&watched, &TilePath::parse(name).unwrap(), 300), Ok(None)), "{name}");
        }
        assert!(watched.0.into_inner().unwrap().is_empty());
    }
}
