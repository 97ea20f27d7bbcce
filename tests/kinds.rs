//! Elections of every kind of question, held whole: what is decrypted is what a plain count of the choices gives.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop where it fails"
)]

use plebiscite_election::contest::{Choice, Contest};
use plebiscite_election::manifest::document::ContestDocument;
use plebiscite_election::rule::places::Places;
use plebiscite_election::rule::verdict::{ContestVerdict, Preferred};
use plebiscite_support::questions::{
    Of, approval, borda, condorcet, counter_proposal, cumulative, quadratic, score, yes_no_both_none,
};
use plebiscite_support::{Dice, Election, Shape, any_choice};

fn shape(contests: Vec<ContestDocument>) -> Shape {
    Shape {
        trustees: (2, 3),
        registrars: 1,
        voters: vec![7, 5],
        question: false,
        contests,
        ..Shape::default()
    }
}

/// Every voter casts once, every third again; the last choice counts. Gives the choices that count, by region.
fn voted(election: &mut Election, dice: &mut Dice) -> Vec<Vec<Vec<Choice>>> {
    let contests: Vec<Contest> = election.record.manifest().unwrap().contests().to_vec();
    let mut counted = vec![Vec::new(); 2];
    for voter in 0..12_u32 {
        let region = election.record.credential(voter).unwrap().region;
        let mut last = Vec::new();
        for _ in 0..1 + u32::from(voter % 3 == 0) {
            last = contests.iter().map(|contest| any_choice(contest, dice)).collect::<Vec<_>>();
            election.cast(voter, &last);
        }
        counted[usize::from(region)].push(last);
    }
    counted
}

fn plain(contest: &Contest, number: usize, choices: &[Vec<Choice>]) -> Vec<u64> {
    let mut sums = vec![0; contest.form().tallied()];
    for choice in choices {
        let tally = contest.form().tally_of(&contest.bits(&choice[number]).unwrap()).unwrap();
        sums.iter_mut().zip(tally).for_each(|(sum, one)| *sum += u64::try_from(one).unwrap());
    }
    sums
}

#[test]
fn what_is_decrypted_of_every_kind_is_the_plain_count_of_every_region() {
    let of = |id: &'static str, blank: bool| Of { id, options: 3, blank };
    let kinds = vec![
        yes_no_both_none("four"),
        approval(of("approval", true), 1, 2),
        score(of("score", false), 10),
        cumulative(of("cumulative", true), 7, 2, 5),
        quadratic(of("quadratic", false), 9),
        borda(of("borda", true)),
        condorcet(of("ranked", true), plebiscite_election::manifest::document::RankedMethod::RankedPairs),
    ];
    let mut dice = Dice::new(11);
    let mut election = Election::opened(shape(kinds));
    let counted = voted(&mut election, &mut dice);
    election.finish();
    let contests = election.record.manifest().unwrap().contests();
    let result = election.record.result().unwrap();
    for (region, cell) in result.cells.iter().enumerate() {
        let cell = cell.as_ref().unwrap();
        for (number, contest) in contests.iter().enumerate() {
            assert_eq!(
                cell[number],
                plain(contest, number, &counted[region]),
                "{} of {region}",
                contest.id()
            );
        }
    }
    let everyone: Vec<Vec<Choice>> = counted.concat();
    let whole = |number: usize| plain(&contests[number], number, &everyone);
    for (number, verdict) in result.verdict.contests.iter().enumerate() {
        let totals = whole(number);
        match verdict {
            ContestVerdict::YesNo(verdict) => {
                assert_eq!([verdict.yes, verdict.no, verdict.both.unwrap()], totals[..]);
            }
            ContestVerdict::Options(verdict) => assert_eq!(verdict.totals, totals[..3]),
            ContestVerdict::Ranked(verdict) => {
                let ranked = 12 - verdict.blank;
                assert_eq!(verdict.preferences[0], [0, totals[0], totals[1]]);
                assert_eq!(verdict.preferences[2], [ranked - totals[1], ranked - totals[2], 0]);
                assert_ne!(verdict.places, Places::Undecided);
            }
        }
    }
}

#[test]
fn of_two_adopted_proposals_the_voters_choose() {
    let (contests, tie_break) = counter_proposal(true);
    let held = |preferred: [u16; 2]| {
        let both = Shape { question: true, tie_breaks: vec![tie_break.clone()], ..shape(contests.clone()) };
        let mut election = Election::opened(both);
        for voter in 0..12 {
            let region = usize::from(election.record.credential(voter).unwrap().region);
            let choice = Choice::Option(preferred[region]);
            election.cast(voter, &[Choice::Option(0), Choice::Option(0), choice]);
        }
        election.finish();
        election.record.result().unwrap().verdict.tie_breaks[0].clone()
    };
    assert_eq!(held([0, 0]).outcome, Preferred::First);
    assert_eq!(held([1, 1]).outcome, Preferred::Second);
    // Seven voters of one region for the first, five of the other for the second: as many regions, more people.
    let people = held([0, 1]);
    assert_eq!((people.votes, people.outcome), ([7, 5], Preferred::First));
}

#[test]
fn the_readme_shows_a_question_as_a_manifest_takes_it() {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let shown = readme.lines().find(|line| line.starts_with("{\"kind\": \"approval\"")).unwrap();
    let question: ContestDocument = serde_json::from_str(shown).unwrap();
    let contest = Contest::compile(&question, 0, 1_000).unwrap();
    assert_eq!((contest.id(), contest.options(), contest.offers_blank()), ("board", 3, false));
    let election = Election::opened(shape(vec![question]));
    assert_eq!(election.record.manifest().unwrap().key_count(), 3);
}
