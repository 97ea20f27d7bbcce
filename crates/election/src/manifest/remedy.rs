//! How each rule that is broken is put right, in words for whoever drafts a manifest.

use super::error::ManifestError as E;
use super::strict::StrictFault;
use super::text::TextFault;
use crate::contest::compile::CompileError;

/// What to do about a fault.
pub(super) fn remedy(error: &E) -> String {
    let words: &str = match error {
        E::TooLong { .. } => "shorten the texts, or have fewer regions or questions",
        E::Strict(fault) => return strict(fault),
        E::Protocol { .. } => "write \"plebiscite/v1\"",
        E::Count { least, most, .. } => return format!("have {least} to {most} of them"),
        E::Number { least, most, .. } => return format!("write a whole number from {least} to {most}"),
        E::Language { .. } => {
            "write two or three small letters, then perhaps a script and a country, such as \"kk\", \"kk-Cyrl\" or \"de-CH\""
        }
        E::Languages { missing, extra, .. } => return languages(missing, extra),
        E::Text { fault, .. } => return text(*fault),
        E::WitnessName { .. } => {
            "write the name that stands before the first + of the witness's verifier key, such as \"witness.example.org\""
        }
        E::Id { .. } => {
            "write 1 to 32 of a-z, 0-9, _ and - (of a region's id A-Z too); what voters read stands in the labels"
        }
        E::Duplicate { .. } => "give each its own, or take one out",
        E::Alike { .. } => "word it so that a hasty reader tells the two apart",
        E::Places { .. } => {
            "write at least 1 and fewer than there are options; of score 0 is a rating without a winner, and condorcet has 1"
        }
        E::Compile { error, .. } => return compile(error),
        E::BallotTooLong { .. } => "ask fewer questions, or ones with fewer options and smaller numbers",
        E::ResultTooLong { .. } => {
            "have fewer regions, questions or conditions, or a smaller roll.maximum; or hold several votes"
        }
        E::SiblingUnknown { .. } => "write the id of another region of this manifest, or null",
        E::SiblingOfOpened { .. } => "write null: a region that is always opened joins no other",
        E::SiblingOpened { .. } => {
            "name a sibling that is not always opened: what joins such a region would show by subtraction"
        }
        E::SiblingWeight { .. } => "name a sibling of the same voter_weight, or give both the same",
        E::RegionVotes => "write region votes with fewer different denominators, such as \"1\" and \"1/2\"",
        E::SentenceMissing { because, .. } => {
            return format!("write, in every language, a sentence that says: {because}");
        }
        E::SentenceWithoutCause { .. } => "write null",
        E::SmallPollOpened { .. } => "write null for small_poll, or have no region that is always opened",
        E::SmallPollWeight { .. } => "write null for small_poll, or give all regions one voter_weight",
        E::RollTooSmall { needed, .. } => {
            return format!(
                "raise roll.maximum to {needed} or more, or lower the minimums of privacy, or open fewer regions always"
            );
        }
        E::Rules { expected } => return rules(expected),
        E::TieBreak { place, .. } if place.ends_with(".contest") => {
            "name a single_choice of exactly two options that stands in no other tie-break"
        }
        E::TieBreak { .. } => {
            "name two different yes/no questions of this manifest, each in one tie-break only"
        }
        E::FractionRange { .. } => "write a fraction above 0 and up to 1, such as \"1/2\"",
        E::Unreachable { .. } => "write \"strict\": false, or a fraction below 1",
        E::NoMajority { .. } => {
            "add a condition such as {\"kind\": \"majority\", \"of\": \"valid\", \"fraction\": \"1/2\", \"strict\": true}"
        }
        E::ConditionTwice { .. } => "take one of the two out",
        E::RegionNotOpened { .. } => {
            "set always_opened of that region to true, or its region_votes to \"0\"; or no_data to true where regions are counted elsewhere"
        }
        E::NoRegionVotes { .. } => "give at least one region that is always opened region_votes above \"0\"",
        E::Quorum { members, .. } => return from_to(members / 2 + 1, *members),
        E::Threshold { members, .. } => return from_to(1, *members),
        E::BindingTrustees { .. } => {
            "name at least 5 trustees with a threshold of at least 3, or set binding to false"
        }
        E::WitnessPolicy { members: 0, .. } => "without witnesses write 0 for faulty and for quorum",
        E::WitnessPolicy { members, faulty, .. } => {
            return from_to(usize::from(*faulty).saturating_add(1), *members);
        }
        E::Key { .. } => "ask its holder for the key again, and copy all of it",
        E::KeyTwice { .. } => "give each role and each person a key of its own",
        E::ScheduleOrder { earlier, later } => return order(earlier, later),
    };
    words.to_owned()
}

/// Fields on which a fault does not depend, although it lies around them or beside them: one that cannot be read hides no
/// fault of these.
pub(super) const fn indifferent(error: &E) -> &'static [&'static str] {
    match error {
        E::RegionNotOpened { .. } | E::NoRegionVotes { .. } => {
            &["fraction", "of_eligible", "strict", "name", "sibling", "voter_weight"]
        }
        E::NoMajority { .. } => &["fraction", "of_eligible", "strict", "no_data", "of"],
        E::Rules { .. } => &[
            "question",
            "yes",
            "no",
            "blank",
            "both",
            "none",
            "options",
            "method",
            "places",
            "minimum",
            "maximum",
            "budget",
            "conditions",
        ],
        E::SiblingUnknown { .. } | E::SiblingOfOpened { .. } | E::SiblingOpened { .. } => {
            &["name", "voter_weight", "region_votes"]
        }
        E::SiblingWeight { .. } | E::SmallPollWeight { .. } => &["name", "region_votes"],
        E::SmallPollOpened { .. } => &["name", "voter_weight", "region_votes"],
        _ => &[],
    }
}

/// Other places that a fault depends on: where one of them is not what was written, the fault may be none.
pub(super) fn related(place: &str, error: &E) -> Vec<String> {
    let section = || place.split(['.', '[']).next().unwrap_or_default().to_owned();
    let parent = || place.rsplit_once('.').map_or(place, |(parent, _)| parent).to_owned();
    let all = |places: &[&str]| places.iter().map(|place| (*place).to_owned()).collect::<Vec<_>>();
    match error {
        E::Languages { .. } => all(&["languages"]),
        E::Number { .. } | E::Places { .. } => vec![parent()],
        E::Duplicate { .. } | E::Alike { .. } | E::Quorum { .. } | E::WitnessPolicy { .. } => vec![section()],
        E::ScheduleOrder { earlier, later } => {
            vec![format!("schedule.{earlier}"), format!("schedule.{later}")]
        }
        E::Unreachable { .. } => {
            ["fraction", "of_eligible"].map(|field| format!("{}.{field}", parent())).to_vec()
        }
        E::Compile { .. } => all(&["roll"]),
        E::BallotTooLong { .. } | E::Rules { .. } => all(&["contests", "rules"]),
        E::TieBreak { .. } => all(&["contests", "tie_breaks"]),
        E::ResultTooLong { .. } => all(&["contests", "regions", "rules", "tie_breaks", "roll", "privacy"]),
        E::SiblingUnknown { .. }
        | E::SiblingOfOpened { .. }
        | E::SiblingOpened { .. }
        | E::SiblingWeight { .. }
        | E::RegionVotes
        | E::SmallPollOpened { .. }
        | E::SmallPollWeight { .. }
        | E::RegionNotOpened { .. }
        | E::NoRegionVotes { .. } => all(&["regions"]),
        E::RollTooSmall { .. } => all(&["roll", "privacy", "regions"]),
        E::Threshold { .. } | E::BindingTrustees { .. } => all(&["trustees", "binding"]),
        E::SentenceMissing { .. } | E::SentenceWithoutCause { .. } => vec![section(), "binding".to_owned()],
        E::KeyTwice { other, .. } => vec![other.clone()],
        _ => Vec::new(),
    }
}

fn order(earlier: &str, later: &str) -> String {
    let early = "earliest_early_close";
    let or_null = if earlier == early || later == early { ", or write null for it" } else { "" };
    format!("write a later time for {later}, or an earlier one for {earlier}{or_null}; both are in UTC")
}

fn from_to(least: usize, most: usize) -> String {
    if least > most {
        return "name more of them".to_owned();
    }
    format!("write a number from {least} to {most}, or change how many are named")
}

fn strict(fault: &StrictFault) -> String {
    let words = match fault {
        StrictFault::Json(_) => {
            "mend the text there: quotation marks around names and texts, commas between members and none after the last, \
             no comments; saved as UTF-8 without a byte order mark"
        }
        StrictFault::Fields(_) => {
            "write every field of this place as the specification's section 12 names it"
        }
        StrictFault::Form(_) => "write the field, with null where it says nothing; an object stands in { }",
    };
    words.to_owned()
}

fn languages(missing: &[String], extra: &[String]) -> String {
    let list =
        |what: &str, tags: &[String]| (!tags.is_empty()).then(|| format!("{what} {}", tags.join(", ")));
    let parts = [list("add the text in", missing), list("take out, or add to languages:", extra)];
    parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

fn text(fault: TextFault) -> String {
    let words = match fault {
        TextFault::Empty => "write a text",
        TextFault::Outer => "take out the spaces before and behind it",
        TextFault::TooLong { limit } => {
            return format!("shorten it to {limit} bytes; a letter may take several");
        }
        TextFault::NotNfc => {
            "type its accented letters anew: each is one character, not a letter and an accent"
        }
        TextFault::Character(_) => {
            "take that character out; it is invisible, breaks the line, or reorders what stands beside it"
        }
        TextFault::Isolates => {
            "close every bidirectional isolate (U+2066 to U+2068) by U+2069, or take them out"
        }
    };
    words.to_owned()
}

fn compile(error: &CompileError) -> String {
    let words = match error {
        CompileError::Bits { .. } => "have fewer options, or smaller numbers of points or scores",
        CompileError::TallyTooLarge { greatest, .. } => {
            let most = (1_u64 << 32).saturating_sub(1).checked_div(*greatest).unwrap_or_default();
            return format!("lower roll.maximum to {most}, or the greatest number for one option");
        }
        CompileError::Empty => "have at least two options",
        CompileError::TooLarge { .. } => "write smaller numbers",
        CompileError::Terms { .. }
        | CompileError::NoPivot { .. }
        | CompileError::Negative { .. }
        | CompileError::Form(_) => "change the numbers of the question",
    };
    words.to_owned()
}

fn rules(expected: &[String]) -> String {
    if expected.is_empty() {
        return "write []: no question here is one of yes and no".to_owned();
    }
    format!("write one rule for each of {}, in this order, and no other", expected.join(", "))
}
