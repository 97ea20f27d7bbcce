//! Schulze's method with winning votes: the options that no other has a stronger path to (§18.5).
//!
//! M. Schulze, "A new monotonic, clone-independent, reversal symmetric, and condorcet-consistent single-winner
//! election method", Social Choice and Welfare 36 (2011), §2 and §5.

use super::ranked::{Matrix, entry};

/// The unbeaten options, in the manifest's order; at least one where there are options.
pub fn schulze(preferences: &Matrix) -> Vec<u16> {
    let strongest = strongest_paths(preferences);
    let options = 0..preferences.len();
    let unbeaten = |a: usize| options.clone().all(|b| entry(&strongest, a, b) >= entry(&strongest, b, a));
    options.clone().filter(|a| unbeaten(*a)).filter_map(|a| u16::try_from(a).ok()).collect()
}

/// The strength of the strongest path between each two options: Floyd and Warshall's widest paths.
fn strongest_paths(preferences: &Matrix) -> Matrix {
    let options = preferences.len();
    let majority = |a: usize, b: usize| {
        let (for_it, against) = (entry(preferences, a, b), entry(preferences, b, a));
        if for_it > against { for_it } else { 0 }
    };
    let mut strength: Matrix = (0..options).map(|a| (0..options).map(|b| majority(a, b)).collect()).collect();
    for through in 0..options {
        for a in 0..options {
            for b in (0..options).filter(|b| *b != a) {
                let path = entry(&strength, a, through).min(entry(&strength, through, b));
                if let Some(direct) = strength.get_mut(a).and_then(|row| row.get_mut(b)) {
                    *direct = path.max(*direct);
                }
            }
        }
    }
    strength
}
