//! What is asked, and when it is adopted: questions of all kinds, rules explained in numbers, tie-breaks.

use plebiscite_election::contest::Contest;
use plebiscite_election::manifest::document::{
    ContestDocument, OptionDocument, RankedMethod, Region, Rule, Text, TieBreak,
};
use plebiscite_election::manifest::error::ManifestError;
use plebiscite_election::manifest::text::{LONG_TEXT, SHORT_TEXT};
use plebiscite_election::rule::fraction::CommonShares;

use super::script::Size;
use super::{Ask, Asked as Found, Asker, reading};
use crate::explain::condition_explained;
use crate::phrases::{Phrase, phrase};
use crate::questions::{Asked, Decided, Numbers, QuestionKind, Share, base, of_options, option_id, yes_no};

/// Most questions (§12.3).
const MAX_CONTESTS: usize = 64;
/// Most options of a question (§12.3), and of one that counts every pair.
const MAX_OPTIONS: usize = 1_024;
const MAX_RANKED: usize = 10;

/// The questions and what decides them.
#[derive(Default)]
pub(super) struct Decisions {
    pub(super) contests: Vec<ContestDocument>,
    pub(super) rules: Vec<Rule>,
    pub(super) tie_breaks: Vec<TieBreak>,
}

pub(super) fn contests(
    asker: &mut Asker<'_>,
    languages: &[String],
    regions: &[Region],
    weigh: bool,
    roll: Size,
) -> Found<Decisions> {
    let mut found = Decisions::default();
    while found.contests.len() < MAX_CONTESTS {
        let Some(kind) = kind(asker, found.contests.len())? else { break };
        let contest = contest(asker, languages, kind, &found.contests, roll.maximum)?;
        if kind.is_yes_no() {
            found.rules.push(rule(asker, found.contests.len(), contest.id(), regions, weigh, roll.expected)?);
        }
        found.contests.push(contest);
    }
    tie_break(asker, &mut found, weigh)?;
    Ok(found)
}

fn kind(asker: &mut Asker<'_>, index: usize) -> Found<Option<QuestionKind>> {
    let names = QuestionKind::ALL.iter().zip(1..).map(|(kind, number)| format!("{number} {kind}"));
    let names = names.collect::<Vec<_>>().join(", ");
    let (prompt, default) = match index {
        0 => {
            (format!("The question: its kind, by name or number ({names})"), QuestionKind::YesNoBlank.name())
        }
        _ => (format!("Another question: its kind ({names}), or done"), "done"),
    };
    let ask = Ask::new(format!("contests.{index}.kind"), prompt)
        .help("A referendum is yes_no_blank. single_choice takes one of several, approval several of them, score rates each, cumulative shares out points, quadratic votes whose squares cost credits, borda and condorcet rank all.")
        .or(default);
    asker.ask(ask, |text| {
        if text == "done" && index > 0 {
            return Ok(None);
        }
        let by_number = text.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        let by_number = by_number.and_then(|place| QuestionKind::ALL.get(place));
        let found = by_number.or_else(|| QuestionKind::ALL.iter().find(|kind| kind.name() == text));
        found.map(|kind| Some(*kind)).ok_or_else(|| format!("write one of {names}"))
    })
}

fn contest(
    asker: &mut Asker<'_>,
    languages: &[String],
    kind: QuestionKind,
    before: &[ContestDocument],
    roll: u32,
) -> Found<ContestDocument> {
    let index = before.len();
    let place = format!("contests.{index}");
    let ids: Vec<String> = before.iter().map(|contest| contest.id().to_owned()).collect();
    let usual = if index == 0 { "question".to_owned() } else { format!("q{}", index.saturating_add(1)) };
    let ask = Ask::new(format!("{place}.id"), "A short id for it, which programs show").or(usual);
    let id = asker.ask(ask, |text| reading::id(text, false, &ids))?;
    let prompt = format!("{id}: what is asked?");
    let question =
        asker.texts(languages, (&format!("{place}.question"), &prompt), LONG_TEXT, |_| None, &[])?;
    if kind.is_yes_no() {
        return labels(asker, languages, &place, kind, id, question);
    }
    let most = if kind == QuestionKind::Condorcet { MAX_RANKED } else { MAX_OPTIONS };
    let ask = Ask::new(format!("{place}.options"), format!("{id}: how many options are there?"));
    let count = asker.ask(ask, |text| reading::number(text, 2, most))?;
    let mut options: Vec<OptionDocument> = Vec::new();
    for number in 0..count {
        let others: Vec<Text> = options.iter().map(|option| option.label.clone()).collect();
        let others: Vec<&Text> = others.iter().collect();
        let prompt = format!("{id}: option {}", number.saturating_add(1));
        let at = format!("{place}.options.{number}");
        let label = asker.texts(languages, (&at, &prompt), SHORT_TEXT, |_| None, &others)?;
        options.push(OptionDocument { id: option_id(number), label });
    }
    let ask =
        Ask::new(format!("{place}.blank"), format!("{id}: may voters leave it blank? yes or no")).or("yes");
    let blank = if asker.ask(ask, reading::yes)? {
        let known = |language: &str| phrase(language, Phrase::Blank).map(str::to_owned);
        let others: Vec<&Text> = options.iter().map(|option| &option.label).collect();
        let at = format!("{place}.blank.label");
        let prompt = format!("{id}: the label of blank");
        Some(asker.texts(languages, (&at, &prompt), SHORT_TEXT, known, &others)?)
    } else {
        None
    };
    numbers(asker, &place, kind, Asked { id, question, options, blank }, roll)
}

fn labels(
    asker: &mut Asker<'_>,
    languages: &[String],
    place: &str,
    kind: QuestionKind,
    id: String,
    question: Text,
) -> Found<ContestDocument> {
    let mut found: Vec<Text> = Vec::new();
    let mut label = |asker: &mut Asker<'_>, name: &str, of: Phrase| -> Found<Text> {
        let known = |language: &str| phrase(language, of).map(str::to_owned);
        let others: Vec<&Text> = found.iter().collect();
        let prompt = format!("{id}: the label of {name}");
        let text =
            asker.texts(languages, (&format!("{place}.{name}"), &prompt), SHORT_TEXT, known, &others)?;
        found.push(text.clone());
        Ok(text)
    };
    let yes = label(asker, "yes", Phrase::Yes)?;
    let no = label(asker, "no", Phrase::No)?;
    if kind == QuestionKind::YesNoBlank {
        let blank = label(asker, "blank", Phrase::Blank)?;
        return Ok(yes_no(id, question, [yes, no, blank], None));
    }
    let both = label(asker, "both", Phrase::Both)?;
    let none = label(asker, "none", Phrase::Neither)?;
    Ok(yes_no(id, question, [yes, no, none], Some(both)))
}

/// The numbers of a kind; the last of them is taken only if the whole question can be counted.
fn numbers(
    asker: &mut Asker<'_>,
    place: &str,
    kind: QuestionKind,
    asked: Asked,
    roll: u32,
) -> Found<ContestDocument> {
    let options = u32::try_from(asked.options.len()).unwrap_or(u32::MAX);
    let id = asked.id.clone();
    let mut numbers = Numbers::usual(kind);
    let number = |asker: &mut Asker<'_>, name: &str, prompt: &str, usual: u32, (least, most): (u32, u32)| {
        let ask = Ask::new(format!("{place}.{name}"), format!("{id}: {prompt}"));
        asker.ask(ask.or(usual.clamp(least, most).to_string()), |text| reading::number(text, least, most))
    };
    match kind {
        QuestionKind::Approval => {
            let (fewest, most) = ("fewest options to approve", "most options to approve");
            numbers.maximum = number(asker, "maximum", most, options, (1, options))?;
            numbers.minimum = number(asker, "minimum", fewest, 1, (0, numbers.maximum))?;
        }
        QuestionKind::Score => {
            let most = u32::MAX.checked_div(options).unwrap_or_default();
            numbers.maximum = number(asker, "maximum", "the highest score (the lowest is 0)", 10, (1, most))?;
        }
        QuestionKind::Cumulative => {
            numbers.budget = number(asker, "budget", "most points altogether", 10, (1, u32::MAX))?;
            let most = numbers.budget;
            numbers.maximum = number(asker, "maximum", "most points for one option", most, (1, most))?;
            let reach = numbers.budget.min(numbers.maximum.saturating_mul(options));
            numbers.minimum = number(asker, "minimum", "fewest points altogether", 0, (0, reach))?;
        }
        QuestionKind::Quadratic => {
            let prompt = "credits altogether (v votes for an option cost v times v)";
            numbers.budget = number(asker, "budget", prompt, 25, (1, u32::MAX))?;
        }
        _ => {}
    }
    let made = |numbers: Numbers| {
        let contest = of_options(kind, asked.clone(), numbers);
        let fault = |error| {
            let remedy = ManifestError::Compile { contest: id.clone(), error };
            format!("{remedy}; {}: go back by <", remedy.remedy())
        };
        Contest::compile(&contest, 0, roll).map(|_| contest).map_err(fault)
    };
    if kind == QuestionKind::Condorcet {
        let prompt =
            format!("{id}: which method decides, schulze or ranked_pairs? Both are computed and shown");
        let ask = Ask::new(format!("{place}.method"), prompt).or("schulze");
        return asker.ask(ask, |text| {
            let method = match text {
                "schulze" => RankedMethod::Schulze,
                "ranked_pairs" => RankedMethod::RankedPairs,
                _ => return Err("write schulze or ranked_pairs".to_owned()),
            };
            made(Numbers { method, places: 1, ..numbers })
        });
    }
    let least = u16::from(kind != QuestionKind::Score);
    let most = u16::try_from(options.saturating_sub(1)).unwrap_or(u16::MAX);
    let prompt = match kind {
        QuestionKind::Score => "how many places are there? 0: a rating without a winner",
        _ => "how many places are there?",
    };
    let ask = Ask::new(format!("{place}.places"), format!("{id}: {prompt}")).or(least.to_string());
    asker.ask(ask, |text| made(Numbers { places: reading::number(text, least, most)?, ..numbers }))
}

fn rule(
    asker: &mut Asker<'_>,
    index: usize,
    id: &str,
    regions: &[Region],
    weigh: bool,
    roll: u32,
) -> Found<Rule> {
    let place = format!("contests.{index}.rule");
    let none_or = |text: &str| if text == "none" { Ok(None) } else { Share::parse(text).map(Some) };
    let prompt = format!("{id}: which turnout makes the vote valid, like more than 1/2? none: any");
    let ask = Ask::new(format!("{place}.turnout"), prompt).or("none");
    let turnout = asker.ask(ask, none_or)?;
    let prompt = format!("{id}: a majority of what adopts it: valid, participants or eligible?");
    let ask = Ask::new(format!("{place}.of"), prompt)
        .help("valid: of yes and no together. participants: blank counts like no. eligible: who does not vote counts like no too.")
        .or("valid");
    let of = asker.ask(ask, base)?;
    let ask = Ask::new(
        format!("{place}.majority"),
        format!("{id}: which majority, like more than 1/2 or at least 2/3?"),
    )
    .or("more than 1/2");
    let majority = asker.ask(ask, Share::parse)?;
    let mut decided = Decided { turnout, of, majority, regions: None };
    if weigh {
        let prompt =
            format!("{id}: which majority of the region votes as well, like more than 1/2? none: none");
        let ask = Ask::new(format!("{place}.regions"), prompt).or("none");
        let some = regions.iter().any(|region| !region.region_votes.is_zero());
        decided.regions = asker.ask(ask, |text| match none_or(text)? {
            Some(_) if !some => Err("no region has a region vote; go back by < and give one".to_owned()),
            found => Ok(found),
        })?;
    }
    let votes: Vec<_> = regions.iter().map(|region| region.region_votes).collect();
    if let Ok(votes) = CommonShares::new(&votes) {
        for condition in decided.conditions() {
            if let Ok(explained) = condition_explained(&votes, id, condition, roll.into()) {
                asker.say(format!("if {roll} are on the roll: {}", explained.sentence));
            }
        }
    }
    Ok(Rule { contest: id.to_owned(), conditions: decided.conditions() })
}

/// Where two proposals and a choice between two stand: whether that choice says which of them is in force.
fn tie_break(asker: &mut Asker<'_>, found: &mut Decisions, weigh: bool) -> Found<()> {
    let proposals: Vec<&str> =
        found.contests.iter().filter(|contest| contest.is_yes_no()).map(ContestDocument::id).collect();
    let choice = found.contests.iter().find(
        |contest| matches!(contest, ContestDocument::SingleChoice { options, .. } if options.len() == 2),
    );
    let ([first, second], Some(choice)) = (proposals.as_slice(), choice) else { return Ok(()) };
    let prompt = format!(
        "If {first} and {second} are both adopted, does {} say which is in force (its first option for {first})? yes or no",
        choice.id()
    );
    let named = Ask::new("tie_break", prompt).or("yes");
    if !asker.ask(named, reading::yes)? {
        return Ok(());
    }
    let regions = if weigh {
        let ask = Ask::new("tie_break.regions", "Do the regions weigh in that too? yes or no").or("no");
        asker.ask(ask, reading::yes)?
    } else {
        false
    };
    let between = [(*first).to_owned(), (*second).to_owned()];
    let contest = choice.id().to_owned();
    found.tie_breaks = vec![TieBreak { contest, between, regions }];
    Ok(())
}
