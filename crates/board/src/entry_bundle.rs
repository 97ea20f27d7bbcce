//! Entry bundles: (length u16 ‖ entry)*, at most 256 entries (§11.3).

use thiserror::Error;

use crate::tile::TILE_WIDTH;

/// Longest entry.
pub const ENTRY_LIMIT: usize = 65_535;

/// Why bytes are no bundle, or an entry fits none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum BundleError {
    /// An entry is longer than its length field can say.
    #[error("an entry of {length} bytes is longer than 65,535")]
    TooLong {
        /// Its length.
        length: usize,
    },
    /// The bytes end inside an entry.
    #[error("the bundle ends inside entry {entry}")]
    Short {
        /// Its number in the bundle.
        entry: usize,
    },
    /// More or fewer entries than the path says.
    #[error("the bundle does not have {expected} entries")]
    Count {
        /// Entries that the path names.
        expected: usize,
    },
}

/// Appends an entry to a bundle's bytes.
///
/// # Errors
/// [`BundleError::TooLong`]; the bundle is as before.
pub fn push(bundle: &mut Vec<u8>, entry: &[u8]) -> Result<(), BundleError> {
    let length = u16::try_from(entry.len()).map_err(|_| BundleError::TooLong { length: entry.len() })?;
    bundle.extend_from_slice(&length.to_be_bytes());
    bundle.extend_from_slice(entry);
    Ok(())
}

/// The bytes of entries one after another.
///
/// # Errors
/// [`BundleError::TooLong`].
pub fn encode<E: AsRef<[u8]>>(entries: &[E]) -> Result<Vec<u8>, BundleError> {
    let mut bundle = Vec::new();
    entries.iter().try_for_each(|entry| push(&mut bundle, entry.as_ref()))?;
    Ok(bundle)
}

/// The entries of a bundle, at most 256.
///
/// # Errors
/// [`BundleError::Short`], or [`BundleError::Count`] where there are more than 256.
pub fn decode(bytes: &[u8]) -> Result<Vec<&[u8]>, BundleError> {
    let mut entries = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let short = BundleError::Short { entry: entries.len() };
        let (length, after) = rest.split_first_chunk::<2>().ok_or(short)?;
        let (entry, after) = after.split_at_checked(usize::from(u16::from_be_bytes(*length))).ok_or(short)?;
        entries.push(entry);
        if entries.len() as u64 > TILE_WIDTH {
            return Err(BundleError::Count { expected: TILE_WIDTH as usize });
        }
        rest = after;
    }
    Ok(entries)
}

/// The entries of a bundle that has exactly `width` of them.
///
/// # Errors
/// [`BundleError`].
pub fn decode_exact(bytes: &[u8], width: u16) -> Result<Vec<&[u8]>, BundleError> {
    let entries = decode(bytes)?;
    let expected = usize::from(width);
    if entries.len() == expected { Ok(entries) } else { Err(BundleError::Count { expected }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_come_back_and_nothing_else_does() {
        let entries: Vec<Vec<u8>> = vec![b"one".to_vec(), Vec::new(), vec![7; 65_535]];
        let bytes = encode(&entries).unwrap();
        assert_eq!(decode_exact(&bytes, 3).unwrap(), entries);
        assert_eq!(decode_exact(&bytes, 2), Err(BundleError::Count { expected: 2 }));
        assert_eq!(decode(&bytes[..bytes.len() - 1]), Err(BundleError::Short { entry: 2 }));
        assert_eq!(decode(&[0]), Err(BundleError::Short { entry: 0 }));
        assert_eq!(encode(&[vec![0; 65_536]]), Err(BundleError::TooLong { length: 65_536 }));
        assert!(decode(&[0; 2 * 256]).is_ok());
        assert_eq!(decode(&[0; 2 * 257]), Err(BundleError::Count { expected: 256 }));
    }
}
