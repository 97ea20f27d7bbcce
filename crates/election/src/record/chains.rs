//! The last ballot of every credential, by roll index: 44 bytes a row.

use super::ChainHead;
use crate::ballot::Tracker;

/// What stands in `entry` where there is no ballot.
const NONE: [u8; 8] = [0xff; 8];

/// The heads of all chains.
#[derive(Debug, Default)]
pub(super) struct Chains {
    rows: Vec<Row>,
    heads: u32,
}

/// A head as bytes, so that no place is lost between rows.
#[derive(Clone, Copy, Debug)]
struct Row {
    entry: [u8; 8],
    seq: [u8; 4],
    tracker: [u8; 32],
}

impl Chains {
    /// Chains without ballots.
    pub(super) fn of(rows: usize) -> Self {
        Self { rows: vec![Row { entry: NONE, seq: [0; 4], tracker: [0; 32] }; rows], heads: 0 }
    }

    /// How many rows have a ballot.
    pub(super) const fn heads(&self) -> u32 {
        self.heads
    }

    /// The head of a row.
    pub(super) fn head(&self, index: u32) -> Option<ChainHead> {
        self.rows.get(usize::try_from(index).ok()?).and_then(Row::head)
    }

    /// Puts a row's new head in the place of the one before, which is given back. A row that is not there stays so.
    pub(super) fn put(&mut self, index: u32, head: ChainHead) -> Option<ChainHead> {
        let row = self.rows.get_mut(usize::try_from(index).ok()?)?;
        let before = row.head();
        let ChainHead { entry, seq, tracker } = head;
        *row = Row { entry: entry.to_be_bytes(), seq: seq.to_be_bytes(), tracker: tracker.0 };
        self.heads += u32::from(before.is_none());
        before
    }

    /// All heads, in roll order.
    pub(super) fn all(&self) -> impl Iterator<Item = (u32, ChainHead)> {
        (0u32..).zip(&self.rows).filter_map(|(index, row)| Some((index, row.head()?)))
    }

    /// Rows, with and without a ballot.
    pub(super) const fn rows(&self) -> usize {
        self.rows.len()
    }
}

impl Row {
    fn head(&self) -> Option<ChainHead> {
        (self.entry != NONE).then(|| ChainHead {
            entry: u64::from_be_bytes(self.entry),
            seq: u32::from_be_bytes(self.seq),
            tracker: Tracker(self.tracker),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_what_was_put_last_and_a_row_has_no_more_than_its_bytes() {
        let mut chains = Chains::of(3);
        let head = |entry, seq| ChainHead { entry, seq, tracker: Tracker([seq as u8 + 1; 32]) };
        assert_eq!((chains.head(1), chains.heads()), (None, 0));
        assert_eq!(chains.put(1, head(0, 0)), None);
        assert_eq!(chains.put(1, head(u64::from(u32::MAX) + 9, 1)), Some(head(0, 0)));
        assert_eq!(chains.put(3, head(0, 0)), None);
        assert_eq!(chains.head(1), Some(head(u64::from(u32::MAX) + 9, 1)));
        assert_eq!(chains.all().count(), 1);
        assert_eq!((chains.heads(), chains.rows(), size_of::<Row>()), (1, 3, 44));
    }
}
