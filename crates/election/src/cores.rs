//! Work that is shared out among all cores. A worker in a browser has one, and what shares work out would be loaded there for
//! nothing: there one share follows another.

#[cfg(not(target_arch = "wasm32"))]
use rayon::prelude::*;

/// How many there are.
#[must_use]
pub fn count() -> usize {
    #[cfg(not(target_arch = "wasm32"))]
    return rayon::current_num_threads();
    #[cfg(target_arch = "wasm32")]
    1
}

/// Does some work on every share of so many items, the last of which may have fewer: what became of each, in order. The work
/// is told which share it has, from 0.
pub fn in_shares<I: Sync, T: Send>(
    items: &[I],
    share: usize,
    work: impl Fn(usize, &[I]) -> T + Sync + Send,
) -> Vec<T> {
    let share = share.max(1);
    #[cfg(not(target_arch = "wasm32"))]
    return items.par_chunks(share).enumerate().map(|(number, items)| work(number, items)).collect();
    #[cfg(target_arch = "wasm32")]
    items.chunks(share).enumerate().map(|(number, items)| work(number, items)).collect()
}

/// Sorts; which of equal ones comes first is open.
pub fn sort_by_key<I: Send, K: Ord>(items: &mut [I], key: impl Fn(&I) -> K + Sync) {
    #[cfg(not(target_arch = "wasm32"))]
    items.par_sort_unstable_by_key(key);
    #[cfg(target_arch = "wasm32")]
    items.sort_unstable_by_key(key);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_is_in_one_share_and_what_became_of_them_keeps_their_order() {
        let items: Vec<usize> = (0..1_000).collect();
        for share in [0, 1, 3, 999, 1_000, 5_000] {
            let seen = in_shares(&items, share, |number, items| (number, items.to_vec()));
            assert!(seen.iter().enumerate().all(|(place, (number, _))| place == *number), "{share}");
            let joined: Vec<usize> = seen.into_iter().flat_map(|(_, items)| items).collect();
            assert_eq!(joined, items, "{share}");
        }
        assert!(in_shares(&[] as &[u8], 3, |_, _| ()).is_empty());
        let mut backwards: Vec<usize> = (0..1_000).rev().collect();
        sort_by_key(&mut backwards, |item| *item);
        assert_eq!(backwards, items);
    }
}
