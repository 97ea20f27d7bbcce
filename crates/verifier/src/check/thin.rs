//! A tree that reads leaves of full tiles again from the log instead of holding them.

use std::sync::{Arc, Mutex, PoisonError};

use plebiscite_board::merkle::{Hash, Tiles, Tree, root};
use plebiscite_board::reader::{Fetch, FetchError};
use plebiscite_board::tile::{TILE_WIDTH, TileKind, TilePath, decode_tile};

use super::{Replay, VerifyError};

/// Why a tile could not be read again, if one could not.
#[derive(Debug, Default)]
pub(super) struct Trouble(Mutex<Option<FetchError>>);

/// Full tiles of a log, read again.
struct Again<F> {
    source: Arc<F>,
    trouble: Arc<Trouble>,
}

impl<F: Fetch + Send + Sync> Tiles for Again<F> {
    fn leaves(&self, tile: u64, expected: Hash) -> Option<Vec<Hash>> {
        let path = TilePath { kind: TileKind::Hashes(0), number: tile, width: TILE_WIDTH as u16 };
        let changed = |path: &str| FetchError::Source {
            path: path.to_owned(),
            reason: "it is another file than a moment ago".to_owned(),
        };
        let path_text = path.path();
        let read = self.source.fetch(&path_text).and_then(|bytes| {
            let leaves = decode_tile(&bytes, path.width).ok().filter(|leaves| root(leaves) == expected);
            leaves.ok_or_else(|| changed(&path_text))
        });
        match read {
            Ok(leaves) => Some(leaves),
            Err(error) => {
                *self.trouble.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                None
            }
        }
    }
}

impl Replay {
    /// From now on the leaves of full tiles are read again, and not held.
    pub(super) fn read_thin<F: Fetch + Send + Sync + 'static>(&mut self, source: &Arc<F>) {
        let trouble = Arc::new(Trouble::default());
        self.tree = Tree::thin(Arc::new(Again { source: source.clone(), trouble: trouble.clone() }));
        self.trouble = Some(trouble);
    }

    /// That no tile had to be read again that could not be: what followed from that says nothing about the log.
    ///
    /// # Errors
    /// [`VerifyError::Fetch`].
    pub fn ensure_tiles(&self) -> Result<(), VerifyError> {
        let trouble = self.trouble.as_ref();
        let error =
            trouble.and_then(|trouble| trouble.0.lock().unwrap_or_else(PoisonError::into_inner).clone());
        error.map_or(Ok(()), |error| Err(error.into()))
    }
}
