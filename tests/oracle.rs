//! Random small elections beside a plain model that knows no cryptography: what is accepted, what counts, what is decided.
#![expect(clippy::unwrap_used, reason = "a story that cannot be set up must fail where it stands")]
#![expect(clippy::indexing_slicing, reason = "likewise")]

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use plebiscite_election::ballot::{SignedBallot, Tracker};
use plebiscite_election::contest::Choice;
use plebiscite_election::context::BallotContext;
use plebiscite_election::record::{Check, Record};
use plebiscite_election::rule::verdict::{ContestVerdict, Decision};
use plebiscite_support::{Dice, Election, Shape};

const ELECTIONS: u64 = 500;

/// What the model knows of a voter.
#[derive(Clone, Default)]
struct Voter {
    region: usize,
    /// The choices of the ballots that were made, in the order of their chain.
    made: Vec<Vec<Choice>>,
    /// How many of them stand: always the first ones.
    standing: usize,
}

impl Voter {
    fn counted(&self) -> Option<&[Choice]> {
        self.standing.checked_sub(1).map(|last| self.made[last].as_slice())
    }
}

fn shape(dice: &mut Dice) -> Shape {
    let trustees = [(1, 1), (2, 2), (2, 3)][dice.below(3)];
    let regions = 1 + dice.below(3);
    Shape {
        officials: [(1, 1), (2, 2), (2, 3)][dice.below(3)],
        trustees,
        registrars: if dice.below(2) == 0 { 1 } else { 2 },
        voters: (0..regions).map(|_| 3 + u32::try_from(dice.below(4)).unwrap()).collect(),
        options: [0, 0, 2, 3][dice.below(4)],
        title: format!("Election {}", dice.number()),
        ..Shape::default()
    }
}

/// Any choice; yes twice as often as the others, so that decisions are of both kinds.
fn choice(dice: &mut Dice, options: u16) -> Choice {
    match dice.below(usize::from(options) + 2) {
        0 => Choice::Blank,
        number => Choice::Option(u16::try_from(number - 1).unwrap() % options),
    }
}

fn choices(dice: &mut Dice, shape: &Shape) -> Vec<Choice> {
    let second = (shape.options > 0).then(|| choice(dice, shape.options));
    std::iter::once(choice(dice, 2)).chain(second).collect()
}

/// A voter's whole chain, made before any of it is delivered.
fn chain(election: &mut Election, voter: u32, made: &[Vec<Choice>]) -> Vec<SignedBallot> {
    let parameters = election.record.parameters().unwrap().clone();
    let row = election.record.credential(voter).unwrap();
    let mut prev = Tracker::NONE;
    let mut ballots = Vec::new();
    for (seq, choices) in (0..).zip(made) {
        let context =
            BallotContext { index: voter, credential: row.credential, region: row.region, seq, prev };
        let encrypted = election.encrypt_in(context, choices);
        prev = encrypted.tracker();
        let fresh = election.fresh();
        ballots.push(encrypted.cast(&parameters, &election.credentials[voter as usize], &fresh).unwrap());
    }
    ballots
}

/// Delivers all chains in any order, some ballots never, some again and again.
fn deliver(election: &mut Election, voters: &mut [Voter], dice: &mut Dice) -> u64 {
    let mut chains = Vec::new();
    let mut deliveries = Vec::new();
    for (voter, model) in (0u32..).zip(voters.iter()) {
        chains.push(chain(election, voter, &model.made));
        for place in 0..model.made.len() {
            deliveries.extend(std::iter::repeat_n((voter as usize, place), dice.below(3)));
        }
    }
    dice.shuffle(&mut deliveries);
    // Half of the elections have a network that keeps the order, so that long chains come through too.
    if dice.below(2) == 0 {
        deliveries.sort_by_key(|(_, place)| *place);
    }
    let mut refused = 0;
    for (voter, place) in deliveries {
        let entry = Election::ballot_entry(&chains[voter][place]);
        let judged = election.append(&entry);
        if place == voters[voter].standing {
            judged.unwrap();
            voters[voter].standing += 1;
        } else {
            assert_eq!(judged.unwrap_err().check, Check::BallotChain);
            refused += 1;
        }
    }
    refused
}

/// Counts of one region and contest by the model: each option, then blank.
fn model_counts(voters: &[Voter], region: usize, contest: usize, options: u16) -> Vec<u64> {
    let mut counts = vec![0; usize::from(options) + 1];
    for choices in voters.iter().filter(|voter| voter.region == region).filter_map(Voter::counted) {
        match choices[contest] {
            Choice::Option(number) => counts[usize::from(number)] += 1,
            Choice::Blank => counts[usize::from(options)] += 1,
            Choice::Numbers(_) | Choice::Ranking(_) => unreachable!("one is chosen in these contests"),
        }
    }
    counts
}

/// Compares counts and verdict of the record with the model; the number of opened regions.
fn compare(record: &Record, shape: &Shape, voters: &[Voter]) -> u64 {
    let result = record.result().unwrap();
    let contests: Vec<u16> = std::iter::once(2).chain((shape.options > 0).then_some(shape.options)).collect();
    let mut opened = Vec::new();
    // Every region is always opened and has no sibling: each is a cell, opened from three ballots on.
    assert_eq!(result.cells.len(), shape.voters.len());
    for (region, cell) in result.cells.iter().enumerate() {
        let heads = voters.iter().filter(|voter| voter.region == region && voter.standing > 0).count();
        assert_eq!(record.heads_by_region()[region], heads as u64);
        assert_eq!(cell.is_some(), heads >= 3, "region {region} with {heads} ballots");
        let Some(counts) = cell else { continue };
        opened.push(region);
        for (contest, options) in contests.iter().enumerate() {
            let model = model_counts(voters, region, contest, *options);
            assert_eq!(counts[contest], model[..usize::from(*options)], "region {region}, contest {contest}");
        }
    }
    let sum = |contest: usize, options: u16| -> Vec<u64> {
        let mut sum = vec![0; usize::from(options) + 1];
        for region in &opened {
            let counts = model_counts(voters, *region, contest, options);
            sum.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
        }
        sum
    };
    let referendum = sum(0, 2);
    match &result.verdict.contests[0] {
        ContestVerdict::YesNo(verdict) => {
            assert_eq!([verdict.yes, verdict.no, verdict.blank], referendum[..]);
            if opened.len() == shape.voters.len() {
                let in_favour = opened.iter().filter(|region| {
                    let counts = model_counts(voters, **region, 0, 2);
                    counts[0] > counts[1]
                });
                let adopted = referendum[0] > referendum[1] && in_favour.count() * 2 > opened.len();
                let expected = if adopted { Decision::Adopted } else { Decision::NotAdopted };
                assert_eq!(verdict.decision, expected);
            }
        }
        _ => unreachable!("the first contest is a referendum"),
    }
    if let Some(ContestVerdict::Options(verdict)) = result.verdict.contests.get(1) {
        let totals = sum(1, shape.options);
        assert_eq!(verdict.totals, totals[..usize::from(shape.options)]);
        assert_eq!(verdict.blank, totals[usize::from(shape.options)]);
    }
    opened.len() as u64
}

#[derive(Default)]
struct Seen {
    opened: AtomicU64,
    refused: AtomicU64,
    superseded: AtomicU64,
}

fn hold_one(seed: u64, seen: &Seen) {
    let mut dice = Dice::new(seed);
    let shape = shape(&mut dice);
    let mut election = Election::opened(shape.clone());
    let regions =
        (0..shape.voters.len()).flat_map(|region| std::iter::repeat_n(region, shape.voters[region] as usize));
    let mut voters: Vec<Voter> = regions
        .map(|region| {
            let ballots = [0, 1, 1, 1, 2, 3][dice.below(6)];
            let made = (0..ballots).map(|_| choices(&mut dice, &shape)).collect();
            Voter { region, made, standing: 0 }
        })
        .collect();
    let refused = deliver(&mut election, &mut voters, &mut dice);
    let standing: usize = voters.iter().map(|voter| voter.standing).sum();
    assert_eq!(election.record.ballots(), standing as u64);
    election.finish();
    let opened = compare(&election.record, &shape, &voters);
    // What the log tells a stranger is the same; a tenth is enough, for every verifier replays as `apply` judges.
    if seed.is_multiple_of(10) {
        let replayed = Election::replay(&election.entries).unwrap();
        assert_eq!(compare(&replayed, &shape, &voters), opened);
    }
    let superseded: usize = voters.iter().map(|voter| voter.standing.saturating_sub(1)).sum();
    seen.opened.fetch_add(opened, Ordering::Relaxed);
    seen.refused.fetch_add(refused, Ordering::Relaxed);
    seen.superseded.fetch_add(superseded as u64, Ordering::Relaxed);
}

#[test]
fn five_hundred_random_elections_count_and_decide_as_a_plain_model_does() {
    let seen = Seen::default();
    let next = AtomicU64::new(0);
    let work = || {
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= ELECTIONS {
                return;
            }
            hold_one(seed, &seen);
        }
    };
    thread::scope(|scope| {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        (0..cores).for_each(|_| {
            scope.spawn(work);
        });
    });
    // The model has met what it is for.
    let [opened, refused, superseded] =
        [&seen.opened, &seen.refused, &seen.superseded].map(|count| count.load(Ordering::Relaxed));
    assert!(
        opened > ELECTIONS / 2 && refused > ELECTIONS && superseded > ELECTIONS,
        "{opened} {refused} {superseded}"
    );
}
