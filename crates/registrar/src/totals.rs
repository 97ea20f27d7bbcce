//! How many voters a roll has, by region, language and channel; and what differs between two rolls.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use plebiscite_election::counted::{counted, either};
use plebiscite_election::manifest::Manifest;
use plebiscite_election::proposal::caution::of_sizes;
use serde::Serialize;

use crate::Prepared;
use crate::roll_csv::{Channel, People, Person};

/// Voters by channel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Count {
    /// Get a letter.
    pub letter: u64,
    /// Get an e-mail.
    pub email: u64,
    /// Vote on paper, without a credential.
    pub paper: u64,
}

impl Count {
    fn add(&mut self, channel: Channel) {
        match channel {
            Channel::Letter => self.letter += 1,
            Channel::Email => self.email += 1,
            Channel::Paper => self.paper += 1,
        }
    }

    /// All of them.
    #[must_use]
    pub const fn all(self) -> u64 {
        self.letter + self.email + self.paper
    }
}

/// A roll's totals.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// All voters.
    pub voters: u64,
    /// Those who get a credential.
    pub credentials: u64,
    /// Those who vote on paper.
    pub paper: u64,
    /// By region's id.
    pub regions: BTreeMap<String, Count>,
    /// By language's tag.
    pub languages: BTreeMap<String, Count>,
}

impl Totals {
    /// Of an imported file.
    #[must_use]
    pub fn of(people: &People) -> Self {
        Self::count(people.people.iter().map(|person| {
            let name =
                |names: &[String], place: u16| names.get(usize::from(place)).cloned().unwrap_or_default();
            (name(&people.regions, person.region), name(&people.languages, person.language), person.channel)
        }))
    }

    /// Of a prepared roll.
    #[must_use]
    pub fn of_prepared(prepared: &Prepared) -> Self {
        Self::count(prepared.people().iter().chain(prepared.paper()).map(|person| {
            (prepared.region(person).to_owned(), prepared.language(person).to_owned(), person.channel)
        }))
    }

    /// The counts that the manifest's privacy minimums leave without a result whatever happens, or unless most people vote: a
    /// sentence each. Voters on paper are on no roll, and count for none.
    #[must_use]
    pub fn cautions(&self, manifest: &Manifest) -> Vec<String> {
        let size =
            |id: &str| self.regions.get(id).map_or(0, |count| count.letter.saturating_add(count.email));
        let sizes: Vec<u64> = manifest.regions().iter().map(|region| size(&region.id)).collect();
        of_sizes(manifest, &sizes)
    }

    fn count(voters: impl Iterator<Item = (String, String, Channel)>) -> Self {
        let mut totals = Self::default();
        for (region, language, channel) in voters {
            totals.voters += 1;
            if channel == Channel::Paper {
                totals.paper += 1
            } else {
                totals.credentials += 1
            }
            totals.regions.entry(region).or_default().add(channel);
            totals.languages.entry(language).or_default().add(channel);
        }
        totals
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let widest = self.regions.keys().chain(self.languages.keys()).map(|name| name.chars().count()).max();
        let width = widest.unwrap_or(0).max(8);
        for (what, counts) in [("region", &self.regions), ("language", &self.languages)] {
            writeln!(
                f,
                "{what:<width$}  {:>9}  {:>9}  {:>9}  {:>9}",
                "letter", "e-mail", "paper", "together"
            )?;
            for (name, count) in counts {
                let Count { letter, email, paper } = count;
                writeln!(f, "{name:<width$}  {letter:>9}  {email:>9}  {paper:>9}  {:>9}", count.all())?;
            }
        }
        let Self { voters, credentials, paper, .. } = self;
        write!(
            f,
            "{}: {credentials} {} a credential, {paper} {} on paper",
            counted(*voters, "voter"),
            either(*credentials, "gets", "get"),
            either(*paper, "votes", "vote")
        )
    }
}

/// What one voter's row was, and is, where it differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Moved {
    /// The voter.
    pub voter: String,
    /// The region before.
    pub from: String,
    /// The region now.
    pub to: String,
}

/// What differs between two rolls.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Voters of the new roll only.
    pub added: Vec<String>,
    /// Voters of the old roll only.
    pub removed: Vec<String>,
    /// Voters whose region is another.
    pub moved: Vec<Moved>,
    /// Voters of the same region, whose language, name, address or channel is another.
    pub changed: Vec<String>,
}

impl Difference {
    /// Whether the rolls hold the same.
    #[must_use]
    pub const fn is_none(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.moved.is_empty() && self.changed.is_empty()
    }

    /// Compares two rolls, each voter with its region and language; lists are in the rolls' order.
    #[must_use]
    pub fn between(old: &People, new: &People) -> Self {
        let names = |people: &'_ People, person: &Person| {
            let at =
                |names: &[String], place: u16| names.get(usize::from(place)).cloned().unwrap_or_default();
            (at(&people.regions, person.region), at(&people.languages, person.language))
        };
        let mut before: HashMap<&str, &Person> =
            old.people.iter().map(|person| (&*person.voter, person)).collect();
        let mut difference = Self::default();
        for person in &new.people {
            let Some(earlier) = before.remove(&*person.voter) else {
                difference.added.push(person.voter.to_string());
                continue;
            };
            let ((from, old_language), (to, language)) = (names(old, earlier), names(new, person));
            let rest = |person: &Person| (person.name.clone(), person.address.clone(), person.channel);
            if from != to {
                difference.moved.push(Moved { voter: person.voter.to_string(), from, to });
            } else if old_language != language || rest(earlier) != rest(person) {
                difference.changed.push(person.voter.to_string());
            }
        }
        let gone = old.people.iter().filter(|person| before.contains_key(&*person.voter));
        difference.removed = gone.map(|person| person.voter.to_string()).collect();
        difference
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.added.iter().try_for_each(|voter| writeln!(f, "added    {voter}"))?;
        self.removed.iter().try_for_each(|voter| writeln!(f, "removed  {voter}"))?;
        self.moved
            .iter()
            .try_for_each(|Moved { voter, from, to }| writeln!(f, "moved    {voter}: {from} → {to}"))?;
        self.changed.iter().try_for_each(|voter| writeln!(f, "changed  {voter}"))?;
        let counts = [&self.added, &self.removed, &self.changed].map(Vec::len);
        let [added, removed, changed] = counts;
        write!(
            f,
            "{added} added, {removed} removed, {} moved to another region, {changed} otherwise changed",
            self.moved.len()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::{Options, import};

    fn people(rows: &str) -> People {
        let file = format!("voter,region,language,channel\n{rows}");
        import(file.into_bytes(), &Options::default(), &|_, _| ()).unwrap().people
    }

    #[test]
    fn voters_are_counted_by_region_language_and_channel() {
        let people = people("1,ZH,de,letter\n2,ZH,fr,paper\n3,BE,fr,letter\n");
        let totals = Totals::of(&people);
        assert_eq!((totals.voters, totals.credentials, totals.paper), (3, 2, 1));
        assert_eq!(totals.regions["ZH"], Count { letter: 1, email: 0, paper: 1 });
        assert_eq!(totals.languages["fr"].all(), 2);
        let prepared = Prepared::make(people, &[1; 32]).unwrap().0;
        assert_eq!(Totals::of_prepared(&prepared), totals);
        assert!(totals.to_string().ends_with("3 voters: 2 get a credential, 1 votes on paper"));
    }

    #[test]
    fn what_a_second_import_changed_is_named_voter_by_voter() {
        let old = people("1,ZH,de,letter\n2,ZH,fr,letter\n3,BE,fr,letter\n4,BE,fr,letter\n");
        let new = people("5,ZH,de,letter\n3,BE,fr,paper\n2,BE,fr,letter\n1,ZH,de,letter\n");
        let difference = Difference::between(&old, &new);
        assert_eq!(difference.added, ["5"]);
        assert_eq!(difference.removed, ["4"]);
        assert_eq!(difference.changed, ["3"]);
        let [Moved { voter, from, to }] = difference.moved.as_slice() else { panic!("{difference:?}") };
        assert_eq!((voter.as_str(), from.as_str(), to.as_str()), ("2", "ZH", "BE"));
        assert!(!difference.is_none() && Difference::between(&old, &old).is_none());
        assert!(
            difference
                .to_string()
                .ends_with("1 added, 1 removed, 1 moved to another region, 1 otherwise changed")
        );
    }
}
