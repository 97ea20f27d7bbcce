//! Which options win the places of a contest: those with the greatest totals (§18.3).

use serde::Serialize;

/// Who wins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "result", rename_all = "snake_case")]
pub enum Places {
    /// Some heads have no result, so no winner is named.
    Undecided,
    /// Every place is won. Options from 0, most votes first.
    Decided {
        /// The winners.
        elected: Vec<u16>,
    },
    /// More options than places are left have the same total at the last place. It is not broken.
    Tied {
        /// The winners above the tie, most votes first.
        elected: Vec<u16>,
        /// The options of the tie, in the manifest's order.
        tied: Vec<u16>,
        /// How many places are left for them.
        places_left: u16,
    },
}

/// The `places` options with the greatest totals. Winners of equal totals stand in the manifest's
/// order, which decides nothing among them: all of them have won.
pub fn greatest(totals: &[u64], places: u16) -> Places {
    let mut order: Vec<(u64, u16)> = totals.iter().copied().zip(0..).collect();
    order.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    let last = usize::from(places).checked_sub(1).and_then(|last| order.get(last)).map(|option| option.0);
    let next = order.get(usize::from(places)).map(|option| option.0);
    let numbers = |keep: &dyn Fn(u64) -> bool| -> Vec<u16> {
        order.iter().filter(|option| keep(option.0)).map(|option| option.1).collect()
    };
    match last {
        Some(cut) if next == Some(cut) => {
            let elected = numbers(&|total| total > cut);
            let above = u16::try_from(elected.len()).unwrap_or(places);
            let tied = numbers(&|total| total == cut);
            Places::Tied { elected, tied, places_left: places.saturating_sub(above) }
        }
        _ => {
            let elected = order.iter().take(usize::from(places)).map(|option| option.1).collect();
            Places::Decided { elected }
        }
    }
}

impl Places {
    /// Appends the bytes of §18.4.
    pub(super) fn encode_into(&self, bytes: &mut Vec<u8>) {
        let (elected, tied, left): (&[u16], &[u16], u16) = match self {
            Self::Undecided => (&[], &[], 0),
            Self::Decided { elected } => (elected, &[], 0),
            Self::Tied { elected, tied, places_left } => (elected, tied, *places_left),
        };
        bytes.push(self.code());
        encode_list(elected, bytes);
        encode_list(tied, bytes);
        bytes.extend(left.to_be_bytes());
    }

    /// 0 undecided, 1 decided, 2 tie.
    pub(super) fn code(&self) -> u8 {
        match self {
            Self::Undecided => 0,
            Self::Decided { .. } => 1,
            Self::Tied { .. } => 2,
        }
    }
}

/// Appends a list of different options with its length.
pub(super) fn encode_list(options: &[u16], bytes: &mut Vec<u8>) {
    // An option's number is a u16, so there are at most 65,536; §12.3 says 1,024.
    bytes.extend(u16::try_from(options.len()).unwrap_or(u16::MAX).to_be_bytes());
    bytes.extend(options.iter().flat_map(|option| option.to_be_bytes()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_greatest_totals_win() {
        assert_eq!(greatest(&[3, 9, 5], 1), Places::Decided { elected: vec![1] });
        assert_eq!(greatest(&[3, 9, 5], 2), Places::Decided { elected: vec![1, 2] });
    }

    #[test]
    fn a_rating_without_places_elects_nobody() {
        assert_eq!(greatest(&[3, 9, 9], 0), Places::Decided { elected: vec![] });
    }

    #[test]
    fn equal_totals_above_the_last_place_are_no_tie() {
        assert_eq!(greatest(&[5, 9, 9, 1], 2), Places::Decided { elected: vec![1, 2] });
        assert_eq!(greatest(&[9, 5, 9, 1], 3), Places::Decided { elected: vec![0, 2, 1] });
    }

    #[test]
    fn equal_totals_at_the_last_place_are_a_tie_and_not_broken() {
        let tied = |elected: &[u16], tied: &[u16], places_left| Places::Tied {
            elected: elected.to_vec(),
            tied: tied.to_vec(),
            places_left,
        };
        assert_eq!(greatest(&[4, 4], 1), tied(&[], &[0, 1], 1));
        assert_eq!(greatest(&[4, 7, 4, 1], 2), tied(&[1], &[0, 2], 1));
        assert_eq!(greatest(&[0, 0, 0], 2), tied(&[], &[0, 1, 2], 2));
        assert_eq!(greatest(&[5, 9, 5, 5], 3), tied(&[1], &[0, 2, 3], 2));
    }

    #[test]
    fn the_bytes_tell_every_outcome_apart() {
        let encode = |places: &Places| {
            let mut bytes = Vec::new();
            places.encode_into(&mut bytes);
            bytes
        };
        assert_eq!(encode(&Places::Undecided), [0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(encode(&greatest(&[3, 9], 1)), [1, 0, 1, 0, 1, 0, 0, 0, 0]);
        assert_eq!(encode(&greatest(&[3, 3], 1)), [2, 0, 0, 0, 2, 0, 0, 0, 1, 0, 1]);
    }
}
