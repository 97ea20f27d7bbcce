//! A vote as it is put to the roles' programs: its texts, its law, and how many of each region chose what.

use std::collections::BTreeMap;

use plebiscite_election::contest::Choice;
use plebiscite_election::manifest::document::{Condition, ContestDocument, Text};

/// A vote of history, scaled, or one of seeded choices.
#[derive(Debug)]
pub struct Vote {
    /// The folder of its roles, and what the demo calls it.
    pub scene: &'static str,
    /// The languages of its texts; voters' letters take turns.
    pub languages: &'static [&'static str],
    /// Its title.
    pub title: Text,
    /// The question.
    pub contest: ContestDocument,
    /// The law; empty where the question is no yes or no.
    pub conditions: Vec<Condition>,
    /// The smallest number of ballots, and of eligible voters, of anything that is counted by itself; and the sentence that
    /// voters must see where these are small.
    pub cells: (u32, u32, Option<Text>),
    /// Its regions.
    pub regions: Vec<Region>,
    /// How the voters vote.
    pub ways: Ways,
}

/// What voters do besides voting once: each is one in so many.
#[derive(Clone, Copy, Debug)]
pub struct Ways {
    /// Votes for the other side first, and then again for its own.
    pub again: u64,
    /// Tests its device first.
    pub tests: u64,
    /// Tries something that must be refused.
    pub tries: u64,
    /// How many of those who took part are left out, for people who try the pages.
    pub left: usize,
}

/// A region, scaled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    /// Its name.
    pub name: Text,
    /// Its id in the manifest and in the roll.
    pub code: String,
    /// Eligible voters.
    pub eligible: u64,
    /// What its voters choose, and how many of them each.
    pub choices: Vec<(Choice, u64)>,
    /// Its weight in the majority of the regions: `1` or `1/2`.
    pub votes: String,
    /// Whether rounding tied or turned it, and was mended.
    pub adjusted: bool,
}

impl Region {
    /// Ballots that count.
    pub fn participants(&self) -> u64 {
        self.choices.iter().map(|(_, count)| count).sum()
    }

    /// Those of one choice.
    pub fn count(&self, choice: &Choice) -> u64 {
        self.choices.iter().filter(|(own, _)| own == choice).map(|(_, count)| count).sum()
    }
}

impl Vote {
    /// A sum over the regions.
    pub fn sum(&self, of: impl Fn(&Region) -> u64) -> u64 {
        self.regions.iter().map(of).sum()
    }

    /// Says what is about to be held.
    pub fn introduce(&self) {
        let title = self.title.0.get("en").map_or(self.scene, String::as_str);
        println!("{title}");
        println!(
            "{} eligible, {} take part, in {}",
            self.sum(|region| region.eligible),
            self.sum(Region::participants),
            if self.regions.len() == 1 {
                "one region".to_owned()
            } else {
                format!("{} regions", self.regions.len())
            }
        );
        let adjusted: Vec<&str> =
            self.regions.iter().filter(|region| region.adjusted).map(|region| region.code.as_str()).collect();
        if !adjusted.is_empty() {
            println!("rounding tied or turned, and was mended, in: {}", adjusted.join(", "));
        }
    }
}

/// Yes.
pub const YES: Choice = Choice::Option(0);
/// No.
pub const NO: Choice = Choice::Option(1);
/// Both, where it is counted apart.
pub const BOTH: Choice = Choice::Option(2);

/// A text by language.
pub fn text<const N: usize>(of: [(&str, &str); N]) -> Text {
    Text(
        of.into_iter()
            .map(|(language, words)| (language.to_owned(), words.to_owned()))
            .collect::<BTreeMap<_, _>>(),
    )
}

/// A count scaled 1:N, rounded half up, at least one.
pub fn scaled(count: u64, scale: u64) -> u64 {
    ((2 * count + scale) / (2 * scale)).max(1)
}
