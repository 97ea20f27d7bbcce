//! Ranked contests: the published example, what the methods promise, and naive methods beside them.

use crate::rule::ranked::Matrix;
use crate::rule::ranked_pairs::ranked_pairs;
use crate::rule::schulze::schulze;

/// The matrix of ballots: how many, and their order.
fn matrix(options: usize, ballots: &[(u64, &str)]) -> Matrix {
    let mut matrix = vec![vec![0; options]; options];
    for (count, order) in ballots {
        let order: Vec<usize> = order.bytes().map(|letter| usize::from(letter - b'A')).collect();
        for (place, a) in order.iter().enumerate() {
            order[place + 1..].iter().for_each(|b| matrix[*a][*b] += count);
        }
    }
    matrix
}

#[test]
fn the_published_example_has_e_by_schulze_and_a_by_ranked_pairs() {
    // M. Schulze (2011), example 1 in its 45-voter form; the figures are counted here, not copied.
    let ballots = [
        (5, "ACBED"),
        (5, "ADECB"),
        (8, "BEDAC"),
        (3, "CABED"),
        (7, "CAEBD"),
        (2, "CBADE"),
        (7, "DCEBA"),
        (8, "EBADC"),
    ];
    let matrix = matrix(5, &ballots);
    assert_eq!((matrix[1][3], matrix[4][3], matrix[0][3], matrix[2][1]), (33, 31, 30, 29));
    assert_eq!(schulze(&matrix), [4]);
    let pairs = ranked_pairs(&matrix);
    assert_eq!(pairs.unbeaten, [0]);
    assert!(pairs.skipped_by_order.is_empty());
}

#[test]
fn an_option_that_beats_every_other_wins_by_both_methods() {
    let matrix = matrix(4, &[(3, "BACD"), (2, "DBCA"), (2, "CBDA")]);
    assert_eq!((schulze(&matrix), ranked_pairs(&matrix).unbeaten), (vec![1], vec![1]));
}

#[test]
fn a_perfect_cycle_is_a_tie_and_the_manifests_order_is_said_where_it_decides() {
    let circle = matrix(3, &[(1, "ABC"), (1, "BCA"), (1, "CAB")]);
    assert_eq!(schulze(&circle), [0, 1, 2]);
    let pairs = ranked_pairs(&circle);
    // A before B and B before C are locked first; C before A closes the cycle, and is exactly as strong.
    assert_eq!((pairs.unbeaten, pairs.skipped_by_order), (vec![0], vec![[2, 0]]));
    let unequal = matrix(3, &[(3, "ABC"), (3, "BCA"), (2, "CAB")]);
    // B before C by 6, A before B by 5, C before A by 5: of the last two, the manifest's order takes A before B.
    assert_eq!(ranked_pairs(&unequal).skipped_by_order, [[2, 0]]);
    let clear = matrix(3, &[(4, "ABC"), (3, "BCA"), (2, "CAB")]);
    assert!(ranked_pairs(&clear).skipped_by_order.is_empty());
}

#[test]
fn pairs_without_a_majority_leave_a_tie() {
    let even = matrix(2, &[(2, "AB"), (2, "BA")]);
    assert_eq!((schulze(&even), ranked_pairs(&even).unbeaten), (vec![0, 1], vec![0, 1]));
    let nobody = matrix(3, &[]);
    assert_eq!((schulze(&nobody), ranked_pairs(&nobody).unbeaten), (vec![0, 1, 2], vec![0, 1, 2]));
}

/// Schulze by all paths without repeated options, one by one.
fn naive_schulze(matrix: &Matrix) -> Vec<u16> {
    fn strongest(matrix: &Matrix, from: usize, to: usize, used: &mut Vec<usize>) -> u64 {
        let mut best = 0;
        for next in 0..matrix.len() {
            if used.contains(&next) || matrix[from][next] <= matrix[next][from] {
                continue;
            }
            let link = matrix[from][next];
            if next == to {
                best = best.max(link);
                continue;
            }
            used.push(next);
            best = best.max(link.min(strongest(matrix, next, to, used)));
            used.pop();
        }
        best
    }
    let beats =
        |a: usize, b: usize| strongest(matrix, a, b, &mut vec![a]) > strongest(matrix, b, a, &mut vec![b]);
    let all = 0..matrix.len();
    all.clone()
        .filter(|a| !all.clone().any(|b| b != *a && beats(b, *a)))
        .map(|a| u16::try_from(a).unwrap())
        .collect()
}

/// Ranked pairs by the transitive closure of what is locked, made anew for each pair.
fn naive_pairs(matrix: &Matrix) -> Vec<u16> {
    let n = matrix.len();
    let mut pairs: Vec<(usize, usize)> = (0..n)
        .flat_map(|a| (0..n).map(move |b| (a, b)))
        .filter(|(a, b)| matrix[*a][*b] > matrix[*b][*a])
        .collect();
    // Stable: pairs stand in the manifest's order already.
    pairs.sort_by(|x, y| (matrix[y.0][y.1], matrix[x.1][x.0]).cmp(&(matrix[x.0][x.1], matrix[y.1][y.0])));
    let mut reach = vec![vec![false; n]; n];
    for (a, b) in pairs {
        if reach[b][a] {
            continue;
        }
        let to: Vec<usize> = (0..n).filter(|x| *x == a || reach[*x][a]).collect();
        let from: Vec<usize> = (0..n).filter(|x| *x == b || reach[b][*x]).collect();
        to.iter().for_each(|x| from.iter().for_each(|y| reach[*x][*y] = true));
    }
    (0..n).filter(|a| (0..n).all(|b| !reach[b][*a])).map(|a| u16::try_from(a).unwrap()).collect()
}

#[test]
fn both_methods_agree_with_naive_ones_on_many_matrices() {
    let mut state = 7_u64;
    let mut below = |limit: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % limit
    };
    let (mut ties, mut ordered) = (0, 0);
    for round in 0..3_000 {
        let n = 2 + usize::try_from(round % 5).unwrap();
        // Few voters: many equal pairs and cycles.
        let voters = 1 + below(7);
        let mut matrix = vec![vec![0; n]; n];
        for (a, b) in (0..n).flat_map(|a| (a + 1..n).map(move |b| (a, b))) {
            matrix[a][b] = below(voters + 1);
            matrix[b][a] = voters - matrix[a][b];
        }
        let (schulze, pairs) = (schulze(&matrix), ranked_pairs(&matrix));
        assert_eq!(schulze, naive_schulze(&matrix), "{matrix:?}");
        assert_eq!(pairs.unbeaten, naive_pairs(&matrix), "{matrix:?}");
        assert!(!schulze.is_empty() && !pairs.unbeaten.is_empty());
        ties += usize::from(schulze.len() > 1);
        ordered += usize::from(!pairs.skipped_by_order.is_empty());
    }
    assert!(ties > 100 && ordered > 100, "{ties} {ordered}");
}
