//! tlog-tiles: 256 hashes a tile, and the one spelling of each path (§11.2).

use thiserror::Error;

use crate::merkle::{Hash, Tree};

/// Hashes in a full tile, and entries in a full bundle.
pub const TILE_WIDTH: u64 = 256;
/// Levels of the tree in one level of tiles.
const TILE_HEIGHT: u32 = 8;

/// What a path names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TileKind {
    /// Hashes of this level of tiles.
    Hashes(u8),
    /// Entries.
    Entries,
}

/// One tile: full, or the first `width` of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TilePath {
    /// Hashes of a level, or entries.
    pub kind: TileKind,
    /// Its number within the level.
    pub number: u64,
    /// 1 to 255 for a partial tile, 256 for a full one.
    pub width: u16,
}

/// Why text is no tile's path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("not the path of a tile")]
pub struct PathError;

impl TilePath {
    /// The path's one spelling: `tile/<L>/<N>[.p/<W>]`, N in groups of three digits, all but the last prefixed `x`.
    #[must_use]
    pub fn path(&self) -> String {
        let level = match self.kind {
            TileKind::Hashes(level) => level.to_string(),
            TileKind::Entries => "entries".to_owned(),
        };
        let mut groups = vec![format!("{:03}", self.number % 1_000)];
        let mut rest = self.number / 1_000;
        while rest > 0 {
            groups.push(format!("x{:03}", rest % 1_000));
            rest /= 1_000;
        }
        groups.reverse();
        let partial =
            if u64::from(self.width) == TILE_WIDTH { String::new() } else { format!(".p/{}", self.width) };
        format!("tile/{level}/{}{partial}", groups.join("/"))
    }

    /// Reads a path; accepts only the spelling that [`Self::path`] gives.
    ///
    /// # Errors
    /// [`PathError`].
    pub fn parse(text: &str) -> Result<Self, PathError> {
        let rest = text.strip_prefix("tile/").ok_or(PathError)?;
        let (level, rest) = rest.split_once('/').ok_or(PathError)?;
        let kind = if level == "entries" {
            TileKind::Entries
        } else {
            TileKind::Hashes(level.parse().ok().filter(|level| *level < 64).ok_or(PathError)?)
        };
        let (number, width) = match rest.split_once(".p/") {
            Some((number, width)) => {
                (number, width.parse().ok().filter(|width| (1..256).contains(width)).ok_or(PathError)?)
            }
            None => (rest, TILE_WIDTH as u16),
        };
        let mut value = 0u64;
        for group in number.split('/') {
            let digits = group.strip_prefix('x').unwrap_or(group);
            let part: u64 = digits.parse().ok().filter(|_| digits.len() == 3).ok_or(PathError)?;
            value = value.checked_mul(1_000).and_then(|value| value.checked_add(part)).ok_or(PathError)?;
        }
        let path = Self { kind, number: value, width };
        if path.path() == text { Ok(path) } else { Err(PathError) }
    }

    /// The tile of hashes that holds node `index` of a tile level, as wide as a log of `size` entries makes it.
    #[must_use]
    pub fn hashes(level: u8, number: u64, size: u64) -> Option<Self> {
        Some(Self {
            kind: TileKind::Hashes(level),
            number,
            width: width_at(level_size(level, size), number)?,
        })
    }

    /// The bundle with this number, as wide as a log of `size` entries makes it.
    #[must_use]
    pub fn entries(number: u64, size: u64) -> Option<Self> {
        Some(Self { kind: TileKind::Entries, number, width: width_at(size, number)? })
    }
}

/// How many hashes a level of tiles has in a log of `size` entries.
#[must_use]
pub fn level_size(level: u8, size: u64) -> u64 {
    size.checked_shr(TILE_HEIGHT.saturating_mul(u32::from(level))).unwrap_or(0)
}

/// Width of tile `number` in a level of `count` hashes; none where it would be empty.
fn width_at(count: u64, number: u64) -> Option<u16> {
    let left = count.checked_sub(number.checked_mul(TILE_WIDTH)?)?.min(TILE_WIDTH);
    u16::try_from(left).ok().filter(|width| *width > 0)
}

/// The bytes of a tile of hashes, from the tree that holds them.
#[must_use]
pub fn tile_bytes(tree: &Tree, level: u8, number: u64, width: u16) -> Option<Vec<u8>> {
    let first = number.checked_mul(TILE_WIDTH)?;
    let height = TILE_HEIGHT.checked_mul(u32::from(level))?;
    let hash = |offset: u64| tree.node(height, first.checked_add(offset)?);
    let hashes: Option<Vec<[u8; 32]>> =
        (0..u64::from(width)).map(|offset| hash(offset).map(|hash| hash.0)).collect();
    Some(hashes?.concat())
}

/// Why bytes are not a tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a tile of {width} hashes has {found} bytes")]
pub struct TileError {
    /// Hashes that the path names.
    pub width: u16,
    /// Bytes found.
    pub found: usize,
}

/// The hashes in a tile's bytes: exactly as many as its path says.
///
/// # Errors
/// [`TileError`].
pub fn decode_tile(bytes: &[u8], width: u16) -> Result<Vec<Hash>, TileError> {
    if bytes.len() != 32 * usize::from(width) {
        return Err(TileError { width, found: bytes.len() });
    }
    Ok(bytes.as_chunks::<32>().0.iter().copied().map(Hash).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_spelled_one_way() {
        let full = TilePath { kind: TileKind::Hashes(0), number: 1_234_067, width: 256 };
        assert_eq!(full.path(), "tile/0/x001/x234/067");
        let partial = TilePath { kind: TileKind::Entries, number: 5, width: 17 };
        assert_eq!(partial.path(), "tile/entries/005.p/17");
        for path in [full, partial] {
            assert_eq!(TilePath::parse(&path.path()), Ok(path));
        }
        for bad in [
            "",
            "tile",
            "tile/",
            "tile/0/",
            "tile/0/5",
            "tile/0/0005",
            "tile/00/005",
            "tile/64/005",
            "tile/0/005.p/0",
            "tile/0/005.p/256",
            "tile/0/005.p/017",
            "tile/0/x000/005",
            "tile/0/001/005",
            "tile/0/x1/005",
            "tile/0/+05",
            "tile/0/005/",
            "tile/0/../005",
            "tile/-1/005",
            "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
            "tile/0/٠٠٥",
        ] {
            assert_eq!(TilePath::parse(bad), Err(PathError), "{bad}");
        }
    }

    #[test]
    fn widths_follow_from_the_size() {
        // C2SP's own example: a log of 70,000 entries.
        assert_eq!(TilePath::hashes(0, 272, 70_000).unwrap().width, 256);
        assert_eq!(TilePath::hashes(0, 273, 70_000).unwrap().width, 112);
        assert_eq!(TilePath::hashes(1, 0, 70_000).unwrap().width, 256);
        assert_eq!(TilePath::hashes(1, 1, 70_000).unwrap().width, 17);
        assert_eq!(TilePath::hashes(2, 0, 70_000).unwrap().width, 1);
        assert_eq!(TilePath::hashes(3, 0, 70_000), None);
        assert_eq!(TilePath::hashes(0, 274, 70_000), None);
        assert_eq!(TilePath::hashes(9, 0, u64::MAX), None);
        assert_eq!(TilePath::entries(u64::MAX, u64::MAX), None);
    }
}
