//! Each kind of question as equations over bits (§13.1): all that a kind has to say to the compiler.

use super::basis::{basis, width};
use super::compile::{CompileError, Description, Equation, MAX_BITS, check_bits};
use super::kind::{Kind, Options, most_votes};

type Terms = Vec<(usize, i64)>;

/// The bits, rules and tallied numbers of a kind.
///
/// # Errors
/// [`CompileError::Bits`] before anything of that size is made.
pub(super) fn describe(kind: Kind) -> Result<Description, CompileError> {
    check_bits(bits(kind))?;
    Ok(match kind {
        Kind::YesNoBlank => one_of(2, true),
        Kind::YesNoBothNone => one_of(3, true),
        Kind::SingleChoice(of) => one_of(usize::from(of.count), of.blank),
        Kind::Approval { of, minimum, maximum } => {
            points(of, 1, maximum, maximum.saturating_sub(minimum), true)
        }
        Kind::Score { of, maximum } => {
            let most = maximum.saturating_mul(of.count.into());
            points(of, maximum, most, most, of.blank)
        }
        Kind::Cumulative { of, budget, minimum, maximum } => {
            points(of, maximum, budget, budget.saturating_sub(minimum), true)
        }
        Kind::Quadratic { of, budget } => quadratic(of, budget),
        Kind::Borda(of) => borda(of),
        Kind::Condorcet { of, .. } => condorcet(of),
    })
}

/// How many bits a kind has, found without making them; saturating.
fn bits(kind: Kind) -> usize {
    let of = kind.options();
    let options = usize::from(of.count);
    let blank = usize::from(of.blank);
    let each =
        |bits: usize, slack: usize| options.saturating_mul(bits).saturating_add(slack).saturating_add(blank);
    match kind {
        Kind::YesNoBlank | Kind::YesNoBothNone | Kind::SingleChoice(_) => each(1, 0),
        Kind::Approval { minimum, maximum, .. } => each(1, width(maximum.saturating_sub(minimum))),
        Kind::Score { maximum, .. } => {
            // §12.3 bounds the product.
            let most = maximum.saturating_mul(of.count.into());
            each(width(maximum), if of.blank { width(most) } else { 0 })
        }
        Kind::Cumulative { budget, minimum, maximum, .. } => {
            each(width(maximum), width(budget.saturating_sub(minimum)))
        }
        Kind::Quadratic { budget, .. } => {
            let votes = usize::try_from(most_votes(budget)).unwrap_or(usize::MAX);
            each(votes.saturating_add(1), width(budget))
        }
        Kind::Borda(_) => each(options, 0),
        Kind::Condorcet { .. } if options > usize::try_from(MAX_BITS).unwrap_or(usize::MAX).isqrt() => {
            usize::MAX
        }
        Kind::Condorcet { .. } => {
            let pairs = pairs(of.count).count();
            let opposites = if of.blank { pairs } else { 0 };
            triples(of.count).count().saturating_add(pairs).saturating_add(opposites).saturating_add(blank)
        }
    }
}

/// Exactly one bit is set; the first `options` bits are tallied, a blank bit follows from the count.
fn one_of(options: usize, blank: bool) -> Description {
    let bits = options.saturating_add(usize::from(blank));
    let terms = (0..bits).map(|index| (index, 1)).collect();
    Description {
        bits,
        equations: vec![Equation { terms, value: 1 }],
        tallied: (0..options).map(|index| vec![(index, 1)]).collect(),
    }
}

/// Numbers 0 to `each` for the options, all together at most `budget` and at least `budget − slack`; blank
/// takes the whole budget. Without `bounded` the numbers are free.
fn points(of: Options, each: u32, budget: u32, slack: u32, bounded: bool) -> Description {
    let weights: Vec<i64> = basis(each).into_iter().map(i64::from).collect();
    let mut bits = Bits::default();
    let mut tallied: Vec<Terms> = (0..of.count).map(|_| bits.weighted(weights.iter().copied())).collect();
    let mut equations = Vec::new();
    if bounded {
        let mut terms: Terms = tallied.iter().flatten().copied().collect();
        terms.extend(bits.weighted(basis(slack).into_iter().map(i64::from)));
        terms.extend(bits.blank(of, i64::from(budget), &mut tallied));
        equations.push(Equation { terms, value: i64::from(budget) });
    }
    Description { bits: bits.0, equations, tallied }
}

/// For each option one bit of `0 … V` votes; the squares and the slack are the budget.
fn quadratic(of: Options, budget: u32) -> Description {
    let most = i64::from(most_votes(budget));
    let mut bits = Bits::default();
    let (mut equations, mut tallied, mut cost) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..of.count {
        let none = bits.one();
        let votes: Terms = bits.weighted(1..=most);
        let all = [none].into_iter().chain(votes.iter().map(|term| term.0));
        equations.push(Equation { terms: all.map(|bit| (bit, 1)).collect(), value: 1 });
        cost.extend(votes.iter().map(|(bit, votes)| (*bit, votes.saturating_mul(*votes))));
        tallied.push(votes);
    }
    cost.extend(bits.weighted(basis(budget).into_iter().map(i64::from)));
    cost.extend(bits.blank(of, i64::from(budget), &mut tallied));
    equations.push(Equation { terms: cost, value: i64::from(budget) });
    Description { bits: bits.0, equations, tallied }
}

/// A permutation matrix: a row for each option, a column for each rank; blank is the matrix of zeros.
fn borda(of: Options) -> Description {
    let options = usize::from(of.count);
    let mut bits = Bits::default();
    let rows: Vec<Vec<usize>> = (0..options).map(|_| (0..options).map(|_| bits.one()).collect()).collect();
    let points = || (0..i64::from(of.count)).rev();
    let worth = |row: &Vec<usize>| {
        row.iter().copied().zip(points()).filter(|(_, points)| *points > 0).collect::<Terms>()
    };
    let mut tallied: Vec<Terms> = rows.iter().map(worth).collect();
    let blank = bits.blank(of, 1, &mut tallied);
    let row_sums = rows.iter().cloned();
    let last = options.saturating_sub(1);
    let columns =
        (0..last).map(|rank| rows.iter().filter_map(|row| row.get(rank).copied()).collect::<Vec<_>>());
    let sum = |members: Vec<usize>| {
        let terms = members.into_iter().map(|bit| (bit, 1)).chain(blank).collect();
        Equation { terms, value: 1 }
    };
    let equations = row_sums.chain(columns).map(sum).collect();
    Description { bits: bits.0, equations, tallied }
}

/// A bit for each pair, and for each triple one that keeps the pairs from going round.
fn condorcet(of: Options) -> Description {
    let mut bits = Bits::default();
    // Put in one by one: to collect is to sort, and code that sorts is long where browsers load it.
    let mut before = std::collections::BTreeMap::new();
    before.extend(pairs(of.count).map(|pair| (pair, bits.one())));
    // Every pair of `triples` is a pair of `pairs`, so nothing is left out here.
    let bit = |a: u16, b: u16| before.get(&(a, b)).copied().unwrap_or_default();
    let mut equations = Vec::new();
    for (a, b, c) in triples(of.count) {
        let slack = bits.one();
        let terms = vec![(bit(a, b), 1), (bit(a, c), -1), (bit(b, c), 1), (slack, -1)];
        equations.push(Equation { terms, value: 0 });
    }
    let mut tallied: Vec<Terms> = before.values().map(|pair| vec![(*pair, 1)]).collect();
    if of.blank {
        let opposites: Vec<usize> = before.values().map(|_| bits.one()).collect();
        let blank = bits.blank(of, 1, &mut tallied);
        equations.extend(before.values().zip(opposites).map(|(pair, opposite)| {
            let terms = [(*pair, 1), (opposite, 1)].into_iter().chain(blank).collect();
            Equation { terms, value: 1 }
        }));
    }
    Description { bits: bits.0, equations, tallied }
}

/// `(a, b)` with `a < b < count`, in order.
pub(super) fn pairs(count: u16) -> impl Iterator<Item = (u16, u16)> {
    (0..count).flat_map(move |a| (a.saturating_add(1)..count).map(move |b| (a, b)))
}

/// `(a, b, c)` with `a < b < c < count`, in order.
pub(super) fn triples(count: u16) -> impl Iterator<Item = (u16, u16, u16)> {
    pairs(count).flat_map(move |(a, b)| (b.saturating_add(1)..count).map(move |c| (a, b, c)))
}

/// Hands out bits in order.
#[derive(Default)]
struct Bits(usize);

impl Bits {
    fn one(&mut self) -> usize {
        let next = self.0;
        self.0 = self.0.saturating_add(1);
        next
    }

    /// A bit for each weight.
    fn weighted(&mut self, weights: impl Iterator<Item = i64>) -> Terms {
        weights.map(|weight| (self.one(), weight)).collect()
    }

    /// The blank bit with its coefficient, and its tallied number; nothing where blank is not offered.
    fn blank(&mut self, of: Options, coefficient: i64, tallied: &mut Vec<Terms>) -> Option<(usize, i64)> {
        of.blank.then(|| {
            let bit = self.one();
            tallied.push(vec![(bit, 1)]);
            (bit, coefficient)
        })
    }
}
