//! A manifest that names the keys of this crate: small, and with every sentence that small numbers need.

use std::collections::BTreeMap;

use plebiscite_election::manifest::document::{
    Base, Board, Condition, ContestDocument, Document, Member, Officials, Privacy, Region, Registrars, Roll,
    Rule, Schedule, Text, TieBreak, Trustees, Witnesses,
};
use plebiscite_election::manifest::key::PublicKey;
use plebiscite_election::manifest::time::Time;
use plebiscite_election::rule::fraction::Fraction;

use crate::key_of;
use crate::questions::{Of, single_choice, yes_no_blank};

/// Which voters there are: eligible ones by region.
pub type Voters = Vec<u32>;

/// What kind of election to hold.
#[derive(Clone, Debug)]
pub struct Shape {
    /// `u` of `m` officials.
    pub officials: (u16, u16),
    /// `t` of `n` trustees.
    pub trustees: (u16, u16),
    /// One or two registrars.
    pub registrars: u16,
    /// Eligible voters by region; all regions are always opened.
    pub voters: Voters,
    /// Whether the first contest is the one of yes, no and blank.
    pub question: bool,
    /// Options of a second contest, a single choice with blank; 0: there is none.
    pub options: u16,
    /// Further contests, behind these.
    pub contests: Vec<ContestDocument>,
    /// Tie-breaks between them.
    pub tie_breaks: Vec<TieBreak>,
    /// Least numbers of ballots and credentials of an opened cell.
    pub minimum: (u32, u32),
    /// Witnesses: how many are named, how many must cosign, how many faulty ones are to be survived.
    pub witnesses: (u16, u16, u16),
    /// Set to make another election of the same shape.
    pub title: String,
}

impl Default for Shape {
    fn default() -> Self {
        Self {
            officials: (2, 3),
            trustees: (3, 5),
            registrars: 2,
            voters: vec![5, 4],
            question: true,
            options: 0,
            contests: Vec::new(),
            tie_breaks: Vec::new(),
            minimum: (3, 3),
            witnesses: (0, 0, 0),
            title: "A vote in a test".to_owned(),
        }
    }
}

pub(crate) fn text(words: &str) -> Text {
    Text(BTreeMap::from([("en".to_owned(), words.to_owned())]))
}

fn members(role: &str, count: u16) -> Vec<Member> {
    let member = |number: usize| Member {
        name: format!("{role} {}", number + 1),
        key: PublicKey(key_of(role, number).verifying_key().to_bytes()),
    };
    (0..usize::from(count)).map(member).collect()
}

/// Witnesses, whose names are key names of signed notes.
fn witnesses(shape: &Shape) -> Witnesses {
    let (named, quorum, faulty) = shape.witnesses;
    let keys = members("witness", named)
        .into_iter()
        .map(|member| Member { name: member.name.replace(' ', ""), ..member });
    Witnesses { faulty, quorum, keys: keys.collect() }
}

/// The manifest's document.
#[must_use]
pub fn document(shape: &Shape) -> Document {
    let (t, n) = shape.trustees;
    let small = shape.minimum.0 < 10 || shape.minimum.1 < 10;
    let time = |words: &str| Time::parse(words).unwrap();
    Document {
        protocol: "plebiscite/v1".to_owned(),
        test: false,
        binding: shape.registrars == 2 && n >= 5 && t >= 3,
        languages: vec!["en".to_owned()],
        title: text(&shape.title),
        contests: contests(shape),
        regions: regions(shape),
        privacy: Privacy {
            minimum_cell: shape.minimum.0,
            minimum_eligible: shape.minimum.1,
            small_numbers_sentence: small.then(|| text("Results of very small groups are opened.")),
            small_poll: None,
        },
        rules: rules(shape),
        tie_breaks: shape.tie_breaks.clone(),
        officials: Officials { quorum: shape.officials.0, keys: members("official", shape.officials.1) },
        trustees: Trustees {
            threshold: t,
            members: members("trustee", n),
            one_trustee_can_block: (t + 2 > n).then(|| text("Any one trustee can block the result.")),
            minority_can_read: (2 * t <= n).then(|| text("A minority of trustees can read single ballots.")),
        },
        registrars: Registrars {
            members: members("registrar", shape.registrars),
            one_registrar_can_vote: None,
        },
        roll: Roll { maximum: shape.voters.iter().sum::<u32>().max(1) + 10 },
        board: Board { key: PublicKey(key_of("board", 0).verifying_key().to_bytes()) },
        witnesses: witnesses(shape),
        schedule: Schedule {
            opens: time("2027-06-06T06:00:00Z"),
            closes: time("2027-06-06T18:00:00Z"),
            latest_close: time("2027-06-07T18:00:00Z"),
            earliest_early_close: Some(time("2027-06-06T12:00:00Z")),
            grace_seconds: 300,
        },
        shares_destroyed_after_days: 90,
    }
}

fn contests(shape: &Shape) -> Vec<ContestDocument> {
    let referendum = yes_no_blank("question");
    let of = Of { id: "choice", options: shape.options, blank: true };
    let choice = (shape.options > 0).then(|| single_choice(of));
    let referendum = shape.question.then_some(referendum);
    referendum.into_iter().chain(choice).chain(shape.contests.iter().cloned()).collect()
}

fn rules(shape: &Shape) -> Vec<Rule> {
    let rule =
        |contest: &ContestDocument| Rule { contest: contest.id().to_owned(), conditions: conditions() };
    contests(shape).iter().filter(|contest| contest.is_yes_no()).map(rule).collect()
}

fn regions(shape: &Shape) -> Vec<Region> {
    let region = |number: usize| Region {
        id: format!("r{number}"),
        name: text(&format!("Region {number}")),
        sibling: None,
        always_opened: true,
        voter_weight: 1,
        region_votes: Fraction::whole(1),
    };
    (0..shape.voters.len()).map(region).collect()
}

fn conditions() -> Vec<Condition> {
    let half = Fraction::new(1, 2).unwrap();
    vec![
        Condition::Majority { of: Base::Valid, fraction: half, strict: true },
        Condition::Regions { fraction: half, strict: true, no_data: false },
    ]
}
