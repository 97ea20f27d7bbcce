//! The decision rule in numbers: what a roll of this size makes of every condition (§18), in exact arithmetic.

use plebiscite_election::cell::LEAST_HEADS;
use plebiscite_election::cell::reach::{Reach, reach};
use plebiscite_election::manifest::Manifest;
use plebiscite_election::manifest::document::{Base, Condition, ContestDocument, Document, RankedMethod};
use plebiscite_election::record::{Phase, Record};
use plebiscite_election::rule::condition::group;
use plebiscite_election::rule::fraction::{CommonShares, Fraction, Overflow};
use serde::Serialize;

use crate::outcome::every;

/// One condition with its numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explained {
    /// The contest's id; of a tie-break, that of the contest that asks for it; empty of what is about no contest.
    pub contest: String,
    /// `turnout`, `majority`, `regions`, `region`, `places`, `ranked`, `tie_break`, or `privacy`: from how many ballots on a
    /// count is opened.
    pub kind: &'static str,
    /// The least number that is enough, where the roll's size or the manifest fixes it; a fraction as the manifest writes it.
    pub least: Option<String>,
    /// Of how many.
    pub of: Option<String>,
    /// The whole in words.
    pub sentence: String,
}

/// Every contest's rule for the roll that a record has sealed, and for each region where a rule asks for regions.
///
/// # Errors
/// [`ExplainError`].
pub fn explain_record(record: &Record) -> Result<Vec<Explained>, ExplainError> {
    let manifest = record.manifest().ok_or(ExplainError::NoRoll)?;
    let numbers = record.eligible_by_region();
    if record.phase() < Phase::RollSealed || numbers.len() != manifest.regions().len() {
        return Err(ExplainError::NoRoll);
    }
    let regions = manifest.regions().iter().zip(numbers);
    let mut eligible: u64 = 0;
    for (region, count) in regions.clone() {
        let weighed = count.checked_mul(region.voter_weight.into()).ok_or(Overflow)?;
        eligible = eligible.checked_add(weighed).ok_or(Overflow)?;
    }
    let mut found = rules(manifest, eligible)?;
    for contest in asking_regions(manifest) {
        for (region, count) in regions.clone().filter(|(region, _)| !region.region_votes.is_zero()) {
            let name = every(&region.name);
            let needed = least(Fraction::new(1, 2)?, *count, true)?;
            let sentence = format!(
                "region {} ({name}): {} on the roll, {} region votes; in favour if it has more yes than no: {} of them decide it whatever the others do",
                region.id,
                group(*count),
                mixed(region.region_votes),
                group(needed),
            );
            found.push(Explained {
                contest: contest.to_owned(),
                kind: "region",
                least: Some(needed.to_string()),
                of: Some(count.to_string()),
                sentence,
            });
        }
    }
    found.extend(reached(manifest, numbers));
    Ok(found)
}

/// What the privacy minimums make of a roll of these sizes, a sentence for each count that is opened by itself.
fn reached(manifest: &Manifest, eligible: &[u64]) -> Vec<Explained> {
    let of = |reach: &Reach| {
        let warning = if reach.is_doubtful() { "WARNING: " } else { "" };
        Explained {
            contest: String::new(),
            kind: "privacy",
            least: Some(reach.least.to_string()),
            of: Some(reach.eligible.to_string()),
            sentence: format!("{warning}{}", reach.sentence(manifest)),
        }
    };
    match reach(manifest, eligible) {
        Ok(found) => found.iter().map(of).collect(),
        Err(error) => vec![Explained {
            contest: String::new(),
            kind: "privacy",
            least: None,
            of: None,
            sentence: format!("WARNING: such a roll is refused: {error}"),
        }],
    }
}

/// What the privacy minimums mean, before a roll is known; for an expected number of voters in numbers of it.
#[must_use]
pub fn minimums(document: &Document, expected: Option<u32>) -> Vec<String> {
    let privacy = &document.privacy;
    let (ballots, voters) = (u64::from(privacy.minimum_cell), u64::from(privacy.minimum_eligible));
    let opened = document.regions.iter().filter(|region| region.always_opened).count();
    let what = if document.regions.len() > 1 { "a region's count" } else { "the count" };
    let mut said = Vec::new();
    if opened < document.regions.len() {
        said.push(format!(
            "{what} is opened from {} ballots and {} voters on the roll on; with fewer of either it is never opened",
            group(ballots),
            group(voters)
        ));
    }
    if opened > 0 {
        said.push(format!(
            "always opened are {opened} of {} regions, from {LEAST_HEADS} ballots on; each needs {} voters on the roll, or the roll cannot be sealed",
            document.regions.len(),
            group(voters)
        ));
    }
    if privacy.small_poll.is_some() {
        said.push(format!(
            "if fewer than {} vote altogether, all ballots are counted as one, from {LEAST_HEADS} on",
            group(ballots)
        ));
    }
    let Some(expected) = expected.filter(|_| document.regions.len() == 1).map(u64::from) else { return said };
    let least = if opened > 0 || privacy.small_poll.is_some() { u64::from(LEAST_HEADS) } else { ballots };
    said.push(if expected < least.max(voters) {
        format!("of {} voters there is no result, however many vote", group(expected))
    } else {
        match expected.saturating_sub(least) {
            0 => format!("of {} voters all have to vote, or there is no result", group(expected)),
            most => format!(
                "of {} voters at most {} may stay away, or there is no result",
                group(expected),
                group(most)
            ),
        }
    });
    said
}

/// Contests that are decided by their results in regions too.
fn asking_regions(manifest: &Manifest) -> impl Iterator<Item = &str> {
    let document = manifest.document();
    let asks = |condition: &Condition| matches!(condition, Condition::Regions { no_data: false, .. });
    let rules = document.rules.iter().filter(move |rule| rule.conditions.iter().any(asks));
    let breaks = document.tie_breaks.iter().filter(|tie_break| tie_break.regions);
    rules.map(|rule| rule.contest.as_str()).chain(breaks.map(|tie_break| tie_break.contest.as_str()))
}

/// Why a rule cannot be explained from a record.
#[derive(Debug, thiserror::Error)]
pub enum ExplainError {
    /// No roll is sealed.
    #[error("no roll is sealed in this record yet; name the number of voters by --eligible")]
    NoRoll,
    /// The numbers do not fit.
    #[error(transparent)]
    Overflow(#[from] Overflow),
}

/// Every contest's rule for `eligible` voters, each counted with the voter weight of its region.
///
/// # Errors
/// [`Overflow`] where the numbers do not fit the arithmetic of the decision, as the verdict itself would refuse.
pub fn explain(manifest: &Manifest, eligible: u64) -> Result<Vec<Explained>, Overflow> {
    let mut found = rules(manifest, eligible)?;
    if manifest.regions().len() == 1 {
        let weight = manifest.regions().first().map_or(1, |region| u64::from(region.voter_weight));
        found.extend(reached(manifest, &[eligible.checked_div(weight).unwrap_or(eligible)]));
    } else {
        found.extend(minimums(manifest.document(), None).into_iter().map(|sentence| Explained {
            contest: String::new(),
            kind: "privacy",
            least: None,
            of: None,
            sentence,
        }));
        found.extend(too_few(manifest, eligible));
    }
    Ok(found)
}

/// That a roll has no result in whatever regions its voters are.
fn too_few(manifest: &Manifest, eligible: u64) -> Option<Explained> {
    let document = manifest.document();
    let lightest = document.regions.iter().map(|region| u64::from(region.voter_weight)).min()?.max(1);
    let most = eligible.checked_div(lightest)?;
    let privacy = &document.privacy;
    let from_three = privacy.small_poll.is_some() || document.regions.iter().any(|one| one.always_opened);
    let ballots = if from_three { u64::from(LEAST_HEADS) } else { u64::from(privacy.minimum_cell) };
    let least = ballots.max(privacy.minimum_eligible.into());
    (most < least).then(|| Explained {
        contest: String::new(),
        kind: "privacy",
        least: Some(least.to_string()),
        of: Some(most.to_string()),
        sentence: format!("WARNING: of {} voters there is no result, however many vote", group(most)),
    })
}

/// Every contest's rule alone.
fn rules(manifest: &Manifest, eligible: u64) -> Result<Vec<Explained>, Overflow> {
    let document = manifest.document();
    let mut found = Vec::new();
    for contest in &document.contests {
        if contest.is_yes_no() {
            let rule = document.rules.iter().find(|rule| rule.contest == contest.id());
            for condition in rule.map(|rule| rule.conditions.as_slice()).unwrap_or_default() {
                found.push(condition_explained(manifest.region_votes(), contest.id(), *condition, eligible)?);
            }
        } else {
            found.push(places(contest));
        }
    }
    for tie_break in &document.tie_breaks {
        let [first, second] = &tie_break.between;
        let how = if tie_break.regions {
            "the one with more votes that no more regions are against; where people and regions disagree, the shares of the \
             votes and of the region votes are added, and all equal is a tie"
        } else {
            "the one with more votes; as many for both is a tie"
        };
        found.push(Explained {
            contest: tie_break.contest.clone(),
            kind: "tie_break",
            least: None,
            of: None,
            sentence: format!("if both {first} and {second} are adopted, in force is {how}"),
        });
    }
    Ok(found)
}

/// The least whole number that reaches a share of a base.
///
/// # Errors
/// [`Overflow`].
pub fn least(share: Fraction, base: u64, strict: bool) -> Result<u64, Overflow> {
    let product = u128::from(base).checked_mul(share.numerator().into()).ok_or(Overflow)?;
    let below = u128::from(share.denominator());
    let whole = if strict {
        product.checked_div(below).and_then(|floor| floor.checked_add(1))
    } else {
        Some(product.div_ceil(below))
    };
    whole.and_then(|whole| u64::try_from(whole).ok()).ok_or(Overflow)
}

/// One condition of a contest for `eligible` voters, where regions weigh as much as `votes` says.
///
/// # Errors
/// [`Overflow`].
pub fn condition_explained(
    votes: &CommonShares,
    contest: &str,
    condition: Condition,
    eligible: u64,
) -> Result<Explained, Overflow> {
    let made = |kind, least: Option<String>, of: Option<String>, sentence| Explained {
        contest: contest.to_owned(),
        kind,
        least,
        of,
        sentence,
    };
    Ok(match condition {
        Condition::Turnout { no_data: true, of_eligible, strict } => made(
            "turnout",
            None,
            None,
            format!(
                "turnout ({} of the eligible) is that of a vote of which this election is a part: it is not decided here",
                share(of_eligible, strict)
            ),
        ),
        Condition::Turnout { of_eligible, strict, .. } => {
            let needed = least(of_eligible, eligible, strict)?;
            let sentence =
                format!("valid if {} of {} take part", at(of_eligible, eligible, strict)?, group(eligible));
            made("turnout", Some(needed.to_string()), Some(eligible.to_string()), sentence)
        }
        Condition::Majority { of: Base::Eligible, fraction, strict } => {
            let needed = least(fraction, eligible, strict)?;
            let sentence = format!(
                "adopted if {} of {} vote yes; who does not vote, and blank, count like no",
                at(fraction, eligible, strict)?,
                group(eligible)
            );
            made("majority", Some(needed.to_string()), Some(eligible.to_string()), sentence)
        }
        Condition::Majority { of: Base::Participants, fraction, strict } => {
            let sentence = format!(
                "adopted if {} of those who took part vote yes; blank counts like no; {}: {}",
                share(fraction, strict),
                edge(strict),
                example(fraction, strict, ("taking part", eligible))?
            );
            made("majority", None, None, sentence)
        }
        Condition::Majority { of: Base::Valid, fraction, strict } => {
            let sentence = format!(
                "adopted if {} of the valid votes (yes and no) are yes; blank does not count; {}: {}",
                share(fraction, strict),
                edge(strict),
                example(fraction, strict, ("valid votes", eligible))?
            );
            made("majority", None, None, sentence)
        }
        Condition::Regions { no_data: true, fraction, strict } => made(
            "regions",
            None,
            None,
            format!(
                "the results of regions ({} of the region votes) are not part of this election: it is not decided here",
                share(fraction, strict)
            ),
        ),
        Condition::Regions { fraction, strict, .. } => {
            let all = votes.fraction(votes.total())?;
            let needed = votes.fraction(least(fraction, votes.total(), strict)?)?;
            let sentence = format!(
                "adopted if regions with at least {} of {} region votes are in favour ({} of them; {}); a region is in favour \
                 if it has more yes than no, as many is not in favour",
                mixed(needed),
                mixed(all),
                share(fraction, strict),
                edge(strict)
            );
            made("regions", Some(needed.to_string()), Some(all.to_string()), sentence)
        }
    })
}

fn places(contest: &ContestDocument) -> Explained {
    let options = contest.options().len();
    let (kind, sentence) = match contest {
        ContestDocument::Condorcet { method, .. } => {
            let method = match method {
                RankedMethod::Schulze => "Schulze's method",
                RankedMethod::RankedPairs => "ranked pairs",
            };
            let sentence = format!(
                "elected is the one of {options} options that is unbeaten by {method}; several unbeaten are a tie, which is reported and never broken"
            );
            ("ranked", sentence)
        }
        ContestDocument::Score { places: 0, .. } => (
            "places",
            format!("a rating of {options} options: the totals are reported, and nobody is elected"),
        ),
        ContestDocument::SingleChoice { places, .. }
        | ContestDocument::Approval { places, .. }
        | ContestDocument::Score { places, .. }
        | ContestDocument::Cumulative { places, .. }
        | ContestDocument::Quadratic { places, .. }
        | ContestDocument::Borda { places, .. } => (
            "places",
            format!(
                "elected are the {places} of {options} options with the greatest totals; the same total at the last place is a tie, which is reported and never broken"
            ),
        ),
        ContestDocument::YesNoBlank { .. } | ContestDocument::YesNoBothNone { .. } => {
            ("places", String::new())
        }
    };
    Explained { contest: contest.id().to_owned(), kind, least: None, of: None, sentence }
}

/// `more than 6,142,243`, where the share itself is not enough; `at least 6,142,244` where it is.
fn at(fraction: Fraction, base: u64, strict: bool) -> Result<String, Overflow> {
    let needed = least(fraction, base, strict)?;
    Ok(if strict {
        format!("more than {}", group(needed.saturating_sub(1)))
    } else {
        format!("at least {}", group(needed))
    })
}

fn edge(strict: bool) -> &'static str {
    if strict { "exactly the share is not enough" } else { "exactly the share is enough" }
}

/// What a share takes of two numbers that follow each other, and that a roll of this size can reach.
fn example(fraction: Fraction, strict: bool, (what, eligible): (&str, u64)) -> Result<String, Overflow> {
    let one = |base: u64| -> Result<String, Overflow> {
        Ok(format!("of {} {what} {}", group(base), group(least(fraction, base, strict)?)))
    };
    match eligible.min(1_001) {
        all @ 2.. => Ok(format!("{}, {}", one(all.saturating_sub(1))?, one(all)?)),
        few => one(few),
    }
}

fn share(fraction: Fraction, strict: bool) -> String {
    let name = match (fraction.numerator(), fraction.denominator()) {
        (1, 1) => "all".to_owned(),
        (1, 2) => "half".to_owned(),
        (1, 3) => "a third".to_owned(),
        (2, 3) => "two thirds".to_owned(),
        (1, 4) => "a quarter".to_owned(),
        (3, 4) => "three quarters".to_owned(),
        _ => fraction.to_string(),
    };
    match (fraction == Fraction::ONE, strict) {
        (true, _) => name,
        (_, true) => format!("more than {name}"),
        (_, false) => format!("at least {name}"),
    }
}

/// `11 1/2` for 23/2.
fn mixed(fraction: Fraction) -> String {
    let (numerator, denominator) = (fraction.numerator(), fraction.denominator());
    let whole = numerator.checked_div(denominator).unwrap_or_default();
    match numerator.checked_rem(denominator).unwrap_or_default() {
        0 => group(whole),
        rest if whole == 0 => format!("{rest}/{denominator}"),
        rest => format!("{} {rest}/{denominator}", group(whole)),
    }
}
