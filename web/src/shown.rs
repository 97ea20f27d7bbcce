//! What a page shows of an election: texts of the manifest in every language, by the manifest's own ids.

use plebiscite_election::contest::{Choice, Contest};
use plebiscite_election::credential::Fingerprint;
use plebiscite_election::manifest::Manifest;
use plebiscite_election::manifest::document::{ContestDocument, Text};
use plebiscite_election::manifest::time::Time;
use plebiscite_voter::announced::Announced;
use plebiscite_voter::observers::Observed;
use plebiscite_voter::place::Place;
use plebiscite_voter::setup::Setup;
use serde::Serialize;
use serde_json::{Value, json};

use crate::arguments::{Answer, Secret};

/// The election as it is opened, at `now` (seconds since 1970 UTC).
pub fn election(setup: &Setup, phase: &str, observed: Option<&Observed>, now: u64) -> Value {
    let document = setup.manifest().document();
    let contests: Vec<Shown<'_>> = document.contests.iter().map(contest).collect();
    json!({
        "id": setup.id().to_string(),
        "fingerprint": Fingerprint::of(&setup.id()).to_string(),
        "title": document.title,
        "languages": document.languages,
        "contests": contests,
        "phase": phase,
        "opens": document.schedule.opens,
        "closes": Time::from_unix(setup.closing_time()).map(|time| time.to_string()).ok(),
        "now_closed": phase != "open" || now >= setup.closing_time(),
        "registrars": document.registrars.members.len(),
        "test": document.test,
        "eligible": setup.roll_size(),
        "observers": observers(observed, now),
        "sentences": sentences(setup.manifest()),
    })
}

/// The election before it is open, at `now`: its ballot paper, and when to come back.
pub fn announced(announced: &Announced, now: u64) -> Value {
    let document = announced.manifest().document();
    let contests: Vec<Shown<'_>> = document.contests.iter().map(contest).collect();
    let phase = if announced.is_cancelled() { "cancelled" } else { "announced" };
    json!({
        "id": announced.id().to_string(),
        "fingerprint": Fingerprint::of(&announced.id()).to_string(),
        "title": document.title,
        "languages": document.languages,
        "contests": contests,
        "phase": phase,
        "opens": document.schedule.opens,
        "closes": Time::from_unix(announced.closing_time()).map(|time| time.to_string()).ok(),
        "now_closed": now >= announced.closing_time(),
        "registrars": document.registrars.members.len(),
        "test": document.test,
        "observers": Value::Null,
        "sentences": sentences(announced.manifest()),
    })
}

/// What the observers have confirmed, at `now` by the device's clock; null where the manifest names none.
pub fn observers(observed: Option<&Observed>, now: u64) -> Value {
    observed.map_or(Value::Null, |observed| {
        let state = match observed.confirmed {
            true if observed.is_old(now) => "old",
            true => "confirmed",
            false => "waiting",
        };
        json!({
            "state": state,
            "named": observed.named,
            "quorum": observed.quorum,
            "confirmed_by": observed.confirmed_by,
            "minutes": observed.time.map(|time| now.saturating_sub(time) / 60),
        })
    })
}

/// The same where what a server shows as their word is false: the vote stands no worse for it.
pub fn false_observers(setup: &Setup) -> Value {
    unconfirmed(setup, "false")
}

/// The same of a vote that has just been put in the box: nobody can have confirmed it yet.
pub fn no_observers_yet(setup: &Setup) -> Value {
    unconfirmed(setup, "waiting")
}

fn unconfirmed(setup: &Setup, state: &str) -> Value {
    match setup.manifest().witnesses().len() {
        0 => Value::Null,
        named => {
            let quorum = setup.manifest().witness_quorum();
            json!({ "state": state, "named": named, "quorum": quorum, "confirmed_by": 0, "minutes": null })
        }
    }
}

/// A voter's place: her roll number, her region, and how many ballots she has cast.
pub fn place(setup: &Setup, place: &Place) -> Value {
    let region = setup.manifest().document().regions.get(usize::from(place.region()));
    json!({
        "roll_number": place.index(),
        "region": region.map(|region| json!({ "id": region.id, "name": region.name, "always_opened": region.always_opened })),
        "voted_before": place.standing().is_some(),
        "sequence": place.standing().map_or(0, |standing| u64::from(standing.seq) + 1),
        "standing": place.standing().map(|standing| json!({
            "control_code": standing.tracker.to_string(),
            "entry": standing.entry,
        })),
    })
}

/// The choice that a page names by contest and answer; no answer is blank. `None` where the contest has none such.
pub fn choice(contest: &Contest, document: &ContestDocument, answer: Option<&Answer>) -> Option<Choice> {
    let options = document.options();
    let number = |id: &Secret| {
        let place = options.iter().position(|(known, _)| *known == id.text())?;
        u16::try_from(place).ok()
    };
    let choice = match answer {
        None => Choice::Blank,
        Some(Answer::Option(id)) => Choice::Option(number(id)?),
        Some(Answer::Numbers(given)) => Choice::Numbers(given.numbers.clone()),
        Some(Answer::Ranking(given)) => {
            Choice::Ranking(given.ranking.iter().map(number).collect::<Option<_>>()?)
        }
    };
    contest.bits(&choice).ok().map(|_| choice)
}

/// A contest's question and what was chosen in it: `choice` as a page would send it, `option` and `label` where it
/// is one answer.
pub fn chosen(document: &ContestDocument, choice: &Choice) -> Value {
    let options = document.options();
    let id = |number: &u16| options.get(usize::from(*number)).map(|(id, _)| *id);
    let (answer, option, label) = match choice {
        Choice::Option(number) => {
            (json!(id(number)), id(number), options.get(usize::from(*number)).map(|(_, label)| *label))
        }
        Choice::Blank => (Value::Null, None, document.blank()),
        Choice::Numbers(numbers) => (json!({ "numbers": numbers }), None, None),
        Choice::Ranking(order) => {
            (json!({ "ranking": order.iter().map(id).collect::<Vec<_>>() }), None, None)
        }
    };
    let shown = Answered { shown: contest(document), contest: document.id(), choice: answer, option, label };
    json!(shown)
}

/// A question as a page shows it.
#[derive(Serialize)]
struct Shown<'a> {
    id: &'a str,
    kind: &'static str,
    question: &'a Text,
    options: Vec<Offered<'a>>,
    blank: bool,
    blank_label: Option<&'a Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    minimum: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    maximum: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    budget: Option<u32>,
}

#[derive(Serialize)]
struct Offered<'a> {
    id: &'a str,
    label: &'a Text,
}

/// A question with an answer to it.
#[derive(Serialize)]
struct Answered<'a> {
    #[serde(flatten)]
    shown: Shown<'a>,
    contest: &'a str,
    choice: Value,
    option: Option<&'a str>,
    label: Option<&'a Text>,
}

fn contest(document: &ContestDocument) -> Shown<'_> {
    let (minimum, maximum, budget) = match *document {
        ContestDocument::Approval { minimum, maximum, .. } => (Some(minimum), Some(maximum), None),
        ContestDocument::Score { maximum, .. } => (None, Some(maximum), None),
        ContestDocument::Cumulative { budget, minimum, maximum, .. } => {
            (Some(minimum), Some(maximum), Some(budget))
        }
        ContestDocument::Quadratic { budget, .. } => (None, None, Some(budget)),
        _ => (None, None, None),
    };
    Shown {
        id: document.id(),
        kind: kind(document),
        question: document.question(),
        options: document.options().into_iter().map(|(id, label)| Offered { id, label }).collect(),
        blank: document.blank().is_some(),
        blank_label: document.blank(),
        minimum,
        maximum,
        budget,
    }
}

/// The name of the kind, as the manifest writes it.
const fn kind(document: &ContestDocument) -> &'static str {
    match document {
        ContestDocument::YesNoBlank { .. } => "yes_no_blank",
        ContestDocument::YesNoBothNone { .. } => "yes_no_both_none",
        ContestDocument::SingleChoice { .. } => "single_choice",
        ContestDocument::Approval { .. } => "approval",
        ContestDocument::Score { .. } => "score",
        ContestDocument::Cumulative { .. } => "cumulative",
        ContestDocument::Quadratic { .. } => "quadratic",
        ContestDocument::Borda { .. } => "borda",
        ContestDocument::Condorcet { .. } => "condorcet",
    }
}

/// The sentences that the manifest demands to be shown to voters.
fn sentences(manifest: &Manifest) -> Vec<&Text> {
    let document = manifest.document();
    [
        &document.privacy.small_numbers_sentence,
        &document.privacy.small_poll,
        &document.trustees.one_trustee_can_block,
        &document.trustees.minority_can_read,
        &document.registrars.one_registrar_can_vote,
    ]
    .into_iter()
    .flatten()
    .collect()
}
