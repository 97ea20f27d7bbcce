//! What a page shows of an election: texts of the manifest in every language, by the manifest's own ids.

use plebiscite_election::contest::{Choice, Contest};
use plebiscite_election::credential::Fingerprint;
use plebiscite_election::manifest::Manifest;
use plebiscite_election::manifest::document::{ContestDocument, Text};
use plebiscite_election::manifest::time::Time;
use plebiscite_voter::place::Place;
use plebiscite_voter::setup::Setup;
use serde_json::{Value, json};

/// The election as it is opened, at `now` (seconds since 1970 UTC).
pub fn election(setup: &Setup, phase: &str, now: u64) -> Value {
    let document = setup.manifest().document();
    let contests: Vec<Value> = document.contests.iter().map(contest).collect();
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
        "witnesses": document.witnesses.quorum,
        "sentences": sentences(setup.manifest()),
    })
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

/// The choice that a page names by contest and option; an option of null is blank.
pub fn choice(contest: &Contest, document: &ContestDocument, option: Option<&str>) -> Option<Choice> {
    let Some(option) = option else { return contest.offers_blank().then_some(Choice::Blank) };
    let number = options(document).iter().position(|(id, _)| *id == option)?;
    u16::try_from(number).ok().map(Choice::Option)
}

/// A contest's question and what was chosen in it.
pub fn chosen(document: &ContestDocument, choice: Choice) -> Value {
    let options = options(document);
    let (option, label) = match choice {
        Choice::Option(number) => {
            options.get(usize::from(number)).map_or((None, None), |(id, label)| (Some(*id), Some(*label)))
        }
        Choice::Blank => (None, blank(document)),
    };
    json!({ "contest": document.id(), "question": document.question(), "option": option, "label": label })
}

fn contest(document: &ContestDocument) -> Value {
    let options: Vec<Value> =
        options(document).into_iter().map(|(id, label)| json!({ "id": id, "label": label })).collect();
    json!({
        "id": document.id(),
        "question": document.question(),
        "options": options,
        "blank": blank(document).is_some(),
        "blank_label": blank(document),
    })
}

fn options(document: &ContestDocument) -> Vec<(&str, &Text)> {
    match document {
        ContestDocument::YesNoBlank { yes, no, .. } => vec![("yes", yes), ("no", no)],
        ContestDocument::SingleChoice { options, .. } => {
            options.iter().map(|option| (option.id.as_str(), &option.label)).collect()
        }
    }
}

fn blank(document: &ContestDocument) -> Option<&Text> {
    match document {
        ContestDocument::YesNoBlank { blank, .. } => Some(blank),
        ContestDocument::SingleChoice { blank, .. } => blank.as_ref(),
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
