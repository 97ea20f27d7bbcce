//! Between a voter's choice and the bits of a contest (§13.1).

use super::basis::{read, width, write};
use super::choice::{Choice, NotOffered};
use super::describe::{pairs, triples};
use super::kind::{Kind, Options, most_votes};

/// The bits of `choice`, which is not yet known to obey the rules. Which kind of choice it is shows in the time
/// this takes, as it does where the choice is made; the numbers in it do not.
pub(super) fn bits_of(kind: Kind, choice: &Choice) -> Result<Vec<u8>, NotOffered> {
    let of = kind.options();
    let options = usize::from(of.count);
    match (kind, choice) {
        (_, Choice::Blank) if !of.blank => Err(NotOffered),
        (_, Choice::Option(_) | Choice::Blank) if kind.is_one_of() => one_of(of, choice),
        (_, Choice::Blank) => Ok(blank(kind)),
        (Kind::Borda(_) | Kind::Condorcet { .. }, Choice::Ranking(order)) => {
            let ranks = ranks(order, of.count)?;
            Ok(if matches!(kind, Kind::Borda(_)) { borda(&ranks, of) } else { condorcet(&ranks, of) })
        }
        (_, Choice::Numbers(numbers)) if numbers.len() == options => numbers_of(kind, numbers),
        _ => Err(NotOffered),
    }
}

/// What bits that obey the rules say; `None` if these do not.
pub(super) fn choice_of(kind: Kind, bits: &[u8]) -> Option<Choice> {
    let of = kind.options();
    if kind.is_one_of() {
        let chosen = u16::try_from(bits.iter().position(|bit| *bit == 1)?).ok()?;
        return Some(if chosen < of.count { Choice::Option(chosen) } else { Choice::Blank });
    }
    if of.blank && bits.last() == Some(&1) {
        return Some(Choice::Blank);
    }
    let each = |width: usize, read: &dyn Fn(&[u8]) -> u32| {
        let options = bits.chunks(width.max(1)).take(of.count.into());
        Some(Choice::Numbers(options.map(read).collect()))
    };
    let set = |bits: &[u8]| bits.iter().zip(0..).map(|(bit, number)| u32::from(*bit) * number).sum::<u32>();
    match kind {
        Kind::Score { maximum, .. } | Kind::Cumulative { maximum, .. } => {
            each(width(maximum), &|bits| read(bits, maximum))
        }
        Kind::Approval { .. } => each(1, &|bits| read(bits, 1)),
        Kind::Quadratic { budget, .. } => {
            each(usize::try_from(most_votes(budget)).ok()?.checked_add(1)?, &|bits| set(bits))
        }
        Kind::Borda(_) => {
            let rank = |row: &[u8]| row.iter().position(|bit| *bit == 1);
            let rows: Option<Vec<usize>> =
                bits.chunks(of.count.into()).take(of.count.into()).map(rank).collect();
            ranking(&rows?)
        }
        Kind::Condorcet { .. } => {
            let mut beaten = vec![0_usize; of.count.into()];
            for ((a, b), bit) in pairs(of.count).zip(bits) {
                let loser = if *bit == 1 { b } else { a };
                if let Some(times) = beaten.get_mut(usize::from(loser)) {
                    *times = times.saturating_add(1);
                }
            }
            ranking(&beaten)
        }
        Kind::YesNoBlank | Kind::YesNoBothNone | Kind::SingleChoice(_) => None,
    }
}

/// Every bit is computed alike whatever the choice is.
fn one_of(of: Options, choice: &Choice) -> Result<Vec<u8>, NotOffered> {
    let chosen = match choice {
        Choice::Option(number) if *number < of.count => *number,
        Choice::Blank => of.count,
        _ => return Err(NotOffered),
    };
    let all = 0..of.count.saturating_add(u16::from(of.blank));
    Ok(all.map(|number| u8::from(number == chosen)).collect())
}

/// Everything that blank forces, and the blank bit.
fn blank(kind: Kind) -> Vec<u8> {
    let nothing = |count: u16| vec![0; usize::from(count)];
    let of = kind.options();
    let mut bits = match kind {
        Kind::Approval { minimum, maximum, .. } => {
            vec![0; usize::from(of.count).saturating_add(width(maximum.saturating_sub(minimum)))]
        }
        Kind::Score { maximum, .. } => {
            let most = maximum.saturating_mul(of.count.into());
            vec![0; usize::from(of.count).saturating_mul(width(maximum)).saturating_add(width(most))]
        }
        Kind::Cumulative { budget, minimum, maximum, .. } => {
            let slack = width(budget.saturating_sub(minimum));
            vec![0; usize::from(of.count).saturating_mul(width(maximum)).saturating_add(slack)]
        }
        Kind::Quadratic { budget, .. } => {
            let mut bits = Vec::new();
            (0..of.count)
                .for_each(|_| bits.extend((0..=most_votes(budget)).map(|votes| u8::from(votes == 0))));
            write(&mut bits, budget, 0);
            bits
        }
        Kind::Borda(_) => vec![0; usize::from(of.count).saturating_mul(of.count.into())],
        Kind::Condorcet { .. } => {
            let pairs = pairs(of.count).count();
            vec![0; pairs.saturating_mul(2).saturating_add(triples(of.count).count())]
        }
        Kind::YesNoBlank | Kind::YesNoBothNone | Kind::SingleChoice(_) => nothing(of.count),
    };
    bits.push(1);
    bits
}

fn numbers_of(kind: Kind, numbers: &[u32]) -> Result<Vec<u8>, NotOffered> {
    let of = kind.options();
    let (each, budget, slack) = match kind {
        Kind::Approval { minimum, maximum, .. } => (1, maximum, Some(maximum.saturating_sub(minimum))),
        Kind::Score { maximum, .. } => {
            let most = maximum.saturating_mul(of.count.into());
            (maximum, most, of.blank.then_some(most))
        }
        Kind::Cumulative { budget, minimum, maximum, .. } => {
            (maximum, budget, Some(budget.saturating_sub(minimum)))
        }
        Kind::Quadratic { budget, .. } => (most_votes(budget), budget, Some(budget)),
        _ => return Err(NotOffered),
    };
    if numbers.iter().any(|number| *number > each) {
        return Err(NotOffered);
    }
    let quadratic = matches!(kind, Kind::Quadratic { .. });
    let cost = |number: u32| if quadratic { number.saturating_mul(number) } else { number };
    let spent = numbers.iter().fold(0_u32, |sum, number| sum.saturating_add(cost(*number)));
    let left = budget.checked_sub(spent).ok_or(NotOffered)?;
    let mut bits = Vec::new();
    for number in numbers {
        if quadratic {
            bits.extend((0..=each).map(|votes| u8::from(votes == *number)));
        } else {
            write(&mut bits, each, *number);
        }
    }
    if let Some(range) = slack {
        if left > range {
            return Err(NotOffered);
        }
        write(&mut bits, range, left);
    }
    bits.extend(of.blank.then_some(0));
    Ok(bits)
}

/// The rank of each option, from an order of all of them.
fn ranks(order: &[u16], count: u16) -> Result<Vec<usize>, NotOffered> {
    if order.len() != usize::from(count) {
        return Err(NotOffered);
    }
    (0..count).map(|option| order.iter().position(|ranked| *ranked == option).ok_or(NotOffered)).collect()
}

/// The order of which these are the ranks.
fn ranking(ranks: &[usize]) -> Option<Choice> {
    let place =
        |rank: usize| ranks.iter().position(|other| *other == rank).and_then(|o| u16::try_from(o).ok());
    (0..ranks.len()).map(place).collect::<Option<_>>().map(Choice::Ranking)
}

fn borda(ranks: &[usize], of: Options) -> Vec<u8> {
    let row = |rank: &usize| {
        let rank = *rank;
        (0..ranks.len()).map(move |column| u8::from(column == rank))
    };
    ranks.iter().flat_map(row).chain(of.blank.then_some(0)).collect()
}

fn condorcet(ranks: &[usize], of: Options) -> Vec<u8> {
    let rank = |option: u16| ranks.get(usize::from(option)).copied().unwrap_or_default();
    let before = |a: u16, b: u16| u8::from(rank(a) < rank(b));
    let mut bits: Vec<u8> = pairs(of.count).map(|(a, b)| before(a, b)).collect();
    // 0 or 1 for every order: a before b before c puts a before c.
    let slack =
        |(a, b, c): (u16, u16, u16)| before(a, b).wrapping_add(before(b, c)).wrapping_sub(before(a, c));
    bits.extend(triples(of.count).map(slack));
    if of.blank {
        bits.extend(pairs(of.count).map(|(a, b)| before(b, a)));
        bits.push(0);
    }
    bits
}
