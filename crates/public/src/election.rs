//! An election as everyone sees it, wherever its entries are kept: a server's store, a mirror's folder.

use std::sync::{Arc, RwLock};

use plebiscite_election::entry::ElectionId;
use thiserror::Error;

use crate::board::Board;

/// Symbols of an election's id in addresses.
pub const PREFIX: usize = 16;

/// An entry that stands could not be read: whoever keeps the entries has failed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct Unreadable(pub String);

/// Entries that stand, by their index.
pub trait Entries: Send + Sync {
    /// One entry; none beyond the end.
    ///
    /// # Errors
    /// [`Unreadable`].
    fn get(&self, index: u64) -> Result<Option<Vec<u8>>, Unreadable>;

    /// `count` entries from `first` on, all of which stand.
    ///
    /// # Errors
    /// [`Unreadable`].
    fn range(&self, first: u64, count: u16) -> Result<Vec<Vec<u8>>, Unreadable> {
        let missing = |index| Unreadable(format!("entry {index} is missing"));
        let range = first..first.saturating_add(u64::from(count));
        range.map(|index| self.get(index)?.ok_or_else(|| missing(index))).collect()
    }
}

/// An election that is published here.
pub trait Published: Send + Sync {
    /// Its id.
    fn id(&self) -> ElectionId;
    /// Its board.
    fn board(&self) -> &RwLock<Board>;
    /// Its entries.
    fn entries(&self) -> &dyn Entries;
    /// A cosigned checkpoint beside the log: `open`, `close` or `latest`; none if there is none yet.
    fn cosigned(&self, name: &str) -> Option<Vec<u8>>;
    /// When a mirror last saw that its copy is all that its source has, in seconds since 1970; none where this is no copy.
    fn copied(&self) -> Option<u64> {
        None
    }
}

/// All elections that are published here.
pub trait Elections: Send + Sync {
    /// The election whose id begins with these 16 hex.
    fn get(&self, prefix: &str) -> Option<Arc<dyn Published>>;
    /// All of them.
    fn all(&self) -> Vec<Arc<dyn Published>>;
}

/// The first 16 hex of an id.
#[must_use]
pub fn prefix_of(id: ElectionId) -> String {
    id.to_string().chars().take(PREFIX).collect()
}

/// The origin of an election's log.
#[must_use]
pub fn origin(id: ElectionId) -> String {
    format!("plebiscite/v1/{id}")
}

/// The election that an origin names.
#[must_use]
pub fn id_of(origin: &str) -> Option<ElectionId> {
    let mut id = [0; 32];
    hex::decode_to_slice(origin.strip_prefix("plebiscite/v1/")?, &mut id).ok()?;
    Some(ElectionId(id)).filter(|id| self::origin(*id) == origin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_names_one_election_and_is_written_in_one_way() {
        let id = ElectionId([0xab; 32]);
        assert_eq!(id_of(&origin(id)), Some(id));
        for other in [
            origin(id).to_uppercase(),
            origin(id).replace("ab", "AB"),
            origin(id) + "0",
            "example.org/log".into(),
        ] {
            assert_eq!(id_of(&other), None, "{other}");
        }
    }
}
