//! Any legal choice of any contest, by dice.

use plebiscite_election::contest::{Choice, Contest, Kind, most_votes};

use crate::Dice;

/// A legal choice; blank in one of eight where it is offered.
#[must_use]
pub fn any_choice(contest: &Contest, dice: &mut Dice) -> Choice {
    if contest.offers_blank() && dice.below(8) == 0 {
        return Choice::Blank;
    }
    let options = contest.options();
    let choice = match contest.kind() {
        Kind::YesNoBlank | Kind::YesNoBothNone | Kind::SingleChoice(_) => {
            Choice::Option(u16::try_from(dice.below(usize::from(options))).unwrap())
        }
        Kind::Approval { minimum, maximum, .. } => {
            Choice::Numbers(spread(dice, options, |_| 1, minimum, maximum, 1))
        }
        Kind::Score { maximum, .. } => {
            Choice::Numbers((0..options).map(|_| below(dice, maximum + 1)).collect())
        }
        Kind::Cumulative { budget, minimum, maximum, .. } => {
            Choice::Numbers(spread(dice, options, |_| 1, minimum, budget, maximum))
        }
        Kind::Quadratic { budget, .. } => {
            Choice::Numbers(spread(dice, options, |votes| 2 * votes + 1, 0, budget, most_votes(budget)))
        }
        Kind::Borda(_) | Kind::Condorcet { .. } => {
            let mut order: Vec<u16> = (0..options).collect();
            dice.shuffle(&mut order);
            Choice::Ranking(order)
        }
    };
    debug_assert!(contest.bits(&choice).is_ok());
    choice
}

/// Gives one more to any option, as long as that costs no more than is left and until at least `least` is spent;
/// `cost` is what the next one costs an option that has so many.
fn spread(
    dice: &mut Dice,
    options: u16,
    cost: impl Fn(u32) -> u32,
    least: u32,
    budget: u32,
    most: u32,
) -> Vec<u32> {
    let mut numbers = vec![0; usize::from(options)];
    let mut spent = 0;
    let wanted = least + below(dice, budget - least + 1);
    loop {
        let open: Vec<usize> = (0..numbers.len())
            .filter(|option| numbers[*option] < most && spent + cost(numbers[*option]) <= wanted)
            .collect();
        if open.is_empty() {
            return numbers;
        }
        let option = *dice.of(&open);
        spent += cost(numbers[option]);
        numbers[option] += 1;
    }
}

fn below(dice: &mut Dice, bound: u32) -> u32 {
    u32::try_from(dice.below(usize::try_from(bound).unwrap())).unwrap()
}
