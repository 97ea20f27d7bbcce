//! The result page: the verdict by the rule first, then the numbers, the regions, and how to count again.

use maud::{Markup, html};
use plebiscite_election::cell;
use plebiscite_election::manifest::document::ContestDocument;
use plebiscite_election::record::{ElectionResult, Phase};
use plebiscite_election::rule::condition::Answer;
use plebiscite_election::rule::places::Places;
use plebiscite_election::rule::verdict::{ContestVerdict, Decision, OptionsVerdict, YesNoVerdict};

use crate::charts::bar;
use crate::figures::{number, per_cent};
use crate::language::Language;
use crate::layout::of_election;
use crate::words::words_of;
use crate::{View, board};

/// The result page; before there is a result it says where the vote stands and how many have voted.
#[must_use]
pub fn result(view: &View<'_>) -> String {
    let words = words_of(view.language);
    let phase = view.record.phase();
    let heading = match view.record.result() {
        Some(_) => words.result,
        None => (words.phase)(phase),
    };
    let content = html! {
        @match view.record.result() {
            Some(result) => {
                (verdicts(view, result))
                p.hint { ((words.phase)(phase)) ". " ((words.next)(phase)) }
                (turnout(view))
                (count_again(view))
                (regions(view, result))
            }
            None => {
                p.next { ((words.next)(phase)) }
                @if phase >= Phase::Open && phase != Phase::Cancelled {
                    (turnout(view))
                    @if phase == Phase::Open { p.hint { (words.labels.turnout_only) } }
                }
            }
        }
        (board::verify(view))
    };
    of_election(view, "result", heading, &content)
}

/// The answers of a question with their kinds, in the order of the tally, blank last.
pub fn labels(language: Language, contest: &ContestDocument) -> Vec<(&'static str, String)> {
    let words = |text| language.text(text).1.to_owned();
    match contest {
        ContestDocument::YesNoBlank { yes, no, blank, .. } => {
            vec![("yes", words(yes)), ("no", words(no)), ("blank", words(blank))]
        }
        ContestDocument::SingleChoice { options, blank, .. } => {
            let options = options.iter().map(|option| ("option", words(&option.label)));
            options.chain(blank.iter().map(|blank| ("blank", words(blank)))).collect()
        }
    }
}

fn verdicts(view: &View<'_>, result: &ElectionResult) -> Markup {
    let contests = view.record.manifest().map(|manifest| manifest.document().contests.as_slice());
    html! {
        @for (contest, verdict) in contests.unwrap_or_default().iter().zip(&result.verdict.contests) {
            @let (code, question) = view.language.text(contest.question());
            section.verdict {
                h2 lang=(code) { (question) }
                @match verdict {
                    ContestVerdict::YesNo(verdict) => (yes_no(view, contest, verdict)),
                    ContestVerdict::Options(verdict) => (options(view, contest, verdict)),
                }
            }
        }
    }
}

fn yes_no(view: &View<'_>, contest: &ContestDocument, verdict: &YesNoVerdict) -> Markup {
    let words = &words_of(view.language).decisions;
    let (decision, kind) = match verdict.decision {
        Decision::Adopted => (words.adopted, "adopted"),
        Decision::NotAdopted if verdict.valid => (words.not_adopted, "rejected"),
        Decision::NotAdopted => (words.not_valid, "rejected"),
        Decision::Undecided => (words.undecided, "undecided"),
    };
    let counts = [verdict.yes, verdict.no, verdict.blank];
    html! {
        p class={ "decision " (kind) } { (decision) }
        (table(view, &labels(view.language, contest), &counts, verdict.participants))
        h3 { (words.why) }
        ul.conditions {
            @for condition in &verdict.conditions {
                @let (answer, kind) = match condition.answer {
                    Answer::Holds => (words.holds, "holds"),
                    Answer::Fails => (words.fails, "fails"),
                    Answer::Undecided => (words.open, "open"),
                    Answer::NoData => (words.no_data, "open"),
                };
                li class=(kind) { ((words_of(view.language).condition)(condition)) ": " strong { (answer) } }
            }
        }
    }
}

fn options(view: &View<'_>, contest: &ContestDocument, verdict: &OptionsVerdict) -> Markup {
    let words = &words_of(view.language).decisions;
    let labels = labels(view.language, contest);
    let names = |options: &[u16]| -> String {
        let of = |option: &u16| labels.get(usize::from(*option)).map(|(_, label)| label.clone());
        options.iter().filter_map(of).collect::<Vec<_>>().join(", ")
    };
    let counts: Vec<u64> = verdict.totals.iter().copied().chain([verdict.blank]).collect();
    html! {
        @match &verdict.places {
            Places::Undecided => p.decision.undecided { (words.undecided) },
            Places::Decided { elected } => p.decision.adopted { (words.elected) ": " (names(elected)) },
            Places::Tied { elected, tied, places_left } => {
                @if !elected.is_empty() { p.decision.adopted { (words.elected) ": " (names(elected)) } }
                p.decision.undecided { ((words.tied)(*places_left)) ": " (names(tied)) }
            }
        }
        (table(view, &labels, &counts, verdict.participants))
    }
}

/// Answers, counts and shares, with a bar beside each.
fn table(view: &View<'_>, labels: &[(&'static str, String)], counts: &[u64], participants: u64) -> Markup {
    let words = &words_of(view.language).labels;
    html! {
        table.counts {
            caption { (words.whole_vote) }
            thead { tr { th scope="col" { (words.answer) } th.number scope="col" { (words.votes) } th.number scope="col" { (words.share) } } }
            tbody {
                @for ((kind, label), count) in labels.iter().zip(counts) {
                    tr {
                        th scope="row" { (label) (bar(*count, participants, kind)) }
                        td.number { (number(*count)) }
                        td.number { (per_cent(*count, participants)) }
                    }
                }
            }
        }
    }
}

/// How many have voted, in all and by region. Known at any time; never what they chose.
pub fn turnout(view: &View<'_>) -> Markup {
    let labels = &words_of(view.language).labels;
    let eligible = view.record.eligible_by_region();
    let voted = view.record.heads_by_region();
    let (all, done) = (eligible.iter().sum::<u64>(), voted.iter().sum::<u64>());
    if all == 0 {
        return html! {};
    }
    let regions = view.record.manifest().map(|manifest| manifest.regions()).unwrap_or_default();
    html! {
        section {
            h2 { (labels.turnout) }
            p { ((labels.turnout_count)(done, all)) " (" (per_cent(done, all)) ")" }
            (bar(done, all, "turnout"))
            @if regions.len() > 1 && view.record.result().is_none() {
                table {
                    caption { (labels.by_region) }
                    thead { tr { th scope="col" { (labels.region) } th.number scope="col" { (labels.voted) } th.number scope="col" { (labels.eligible) } } }
                    tbody {
                        @for ((region, all), done) in regions.iter().zip(eligible).zip(voted) {
                            tr {
                                th scope="row" { (view.language.text(&region.name).1) }
                                td.number { (number(*done)) }
                                td.number { (number(*all)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn count_again(view: &View<'_>) -> Markup {
    let links = &words_of(view.language).links;
    html! {
        @if view.scripts {
            p.actions {
                a.button.main href={ (view.base) "audit?lang=" (view.language.code()) } { (links.count_again) }
            }
            p.hint { (links.count_again_hint) }
        }
    }
}

/// The counts of every cell of the partition, contest by contest.
fn regions(view: &View<'_>, result: &ElectionResult) -> Markup {
    let labels = &words_of(view.language).labels;
    let (Some(manifest), Some(partition)) = (view.record.manifest(), view.record.partition()) else {
        return html! {};
    };
    let cells = partition.cells();
    if cells.len() < 2 {
        return html! {};
    }
    let joined = cells.iter().any(|cell| cell.regions.len() > 1);
    let name = |cell: &cell::Cell| -> String {
        let names = cell.regions.iter().filter_map(|region| manifest.region(*region));
        names.map(|region| view.language.text(&region.name).1).collect::<Vec<_>>().join(" + ")
    };
    html! {
        section {
            h2 { (labels.by_region) }
            @if joined { p.hint { (labels.counted_together) } }
            @for (number_of, contest) in manifest.document().contests.iter().enumerate() {
                @let answers = self::labels(view.language, contest);
                @let tallied = tallied(contest, answers.len());
                div.wide tabindex="0" role="region" aria-label=(labels.by_region) {
                    table {
                        caption { (view.language.text(contest.question()).1) }
                        thead { tr {
                            th scope="col" { (labels.region) }
                            @for (_, answer) in answers.iter().take(tallied) { th.number scope="col" { (answer) } }
                            th.number scope="col" { (labels.voted) }
                            th.number scope="col" { (labels.eligible) }
                        } }
                        tbody {
                            @for (cell, counts) in cells.iter().zip(&result.cells) {
                                tr {
                                    th scope="row" { (name(cell)) }
                                    (numbers(view, cell, counts.as_ref().and_then(|counts| counts.get(number_of)), tallied))
                                    td.number { (number(cell.heads)) }
                                    td.number { (number(cell.eligible)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Of yes, no and blank, or of options and blank, blank is what remains: it is not tallied.
const fn tallied(contest: &ContestDocument, answers: usize) -> usize {
    match contest {
        ContestDocument::YesNoBlank { .. } => 2,
        ContestDocument::SingleChoice { blank: Some(_), .. } => answers.saturating_sub(1),
        ContestDocument::SingleChoice { blank: None, .. } => answers,
    }
}

fn numbers(view: &View<'_>, cell: &cell::Cell, counts: Option<&Vec<u64>>, tallied: usize) -> Markup {
    let labels = &words_of(view.language).labels;
    html! {
        @match (cell.outcome, counts) {
            (cell::Outcome::Decrypt, Some(counts)) => @for count in counts { td.number { (number(*count)) } },
            (cell::Outcome::NoResult, _) => td colspan=(tallied) { (labels.not_opened) },
            _ => @for _ in 0..tallied { td.number { "0" } },
        }
    }
}
