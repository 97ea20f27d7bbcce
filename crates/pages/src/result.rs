//! The result page: the verdict by the rule first, then the numbers, the regions, and how to count again.

use maud::{Markup, html};
use plebiscite_election::cell;
use plebiscite_election::manifest::document::ContestDocument;
use plebiscite_election::record::{ElectionResult, Phase};

use crate::charts::bar;
use crate::figures::{number, per_cent};
use crate::language::Language;
use crate::layout::of_election;
use crate::start::cancelled;
use crate::words::words_of;
use crate::{View, board, observers, outcome};

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
        (observers::of_close(view))
        @match view.record.result() {
            Some(result) => {
                (outcome::verdicts(view, result))
                p.hint { ((words.phase)(phase)) ". " ((words.next)(phase)) }
                (observers::of_result(view, result.index))
                (turnout(view))
                (count_again(view))
                p { a href={ (view.base) "counts.csv" } download { (words.labels.as_table) } }
                (regions(view, result))
            }
            None => {
                p.next { ((words.next)(phase)) }
                (cancelled(view))
                @if phase >= Phase::Open && phase != Phase::Cancelled {
                    (turnout(view))
                    @if phase == Phase::Open { p.hint { (words.labels.turnout_only) } }
                }
            }
        }
        (board::verify(view, view.record.result().is_none()))
    };
    of_election(view, "result", heading, &content)
}

/// The answers of a question with their kinds, in the order of the tally, blank last.
pub fn labels(language: Language, contest: &ContestDocument) -> Vec<(&'static str, String)> {
    let words = |text| language.text(text).1.to_owned();
    let of = |id: &str| match id {
        "yes" if contest.is_yes_no() => "yes",
        "no" if contest.is_yes_no() => "no",
        _ => "option",
    };
    let options = contest.options().into_iter().map(|(id, label)| (of(id), words(label)));
    options.chain(contest.blank().map(|blank| ("blank", words(blank)))).collect()
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
            p { ((labels.turnout_count)(done, all)) " (" (per_cent(view.language, done, all)) ")" }
            (bar(done, all, "turnout"))
            @if regions.len() > 1 && view.record.result().is_none() {
                table.turnout {
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
                @let answers = tallied(view.language, contest);
                div.wide tabindex="0" role="region" aria-label=(labels.by_region) {
                    // Roles in words: on a narrow screen a row becomes a block of lines, and stays a row for who hears it.
                    table.regions role="table" {
                        caption { (view.language.text(contest.question()).1) }
                        thead role="rowgroup" { tr role="row" {
                            th scope="col" role="columnheader" { (labels.region) }
                            @for answer in &answers { th.number scope="col" role="columnheader" { (answer) } }
                            th.number scope="col" role="columnheader" { (labels.voted) }
                            th.number scope="col" role="columnheader" { (labels.eligible) }
                        } }
                        tbody role="rowgroup" {
                            @for (cell, counts) in cells.iter().zip(&result.cells) {
                                tr role="row" {
                                    th scope="row" role="rowheader" { (name(cell)) }
                                    (numbers(view, cell, counts.as_ref().and_then(|counts| counts.get(number_of)), &answers))
                                    td.number role="cell" data-label=(labels.voted) { (number(cell.heads)) }
                                    td.number role="cell" data-label=(labels.eligible) { (number(cell.eligible)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What each tallied number of a contest counts (§13.1).
fn tallied(language: Language, contest: &ContestDocument) -> Vec<String> {
    let options = contest.options().into_iter().map(|(_, label)| language.text(label).1.to_owned());
    let options: Vec<String> = options.collect();
    let blank = contest.blank().map(|blank| language.text(blank).1.to_owned());
    match contest {
        ContestDocument::YesNoBlank { .. }
        | ContestDocument::YesNoBothNone { .. }
        | ContestDocument::SingleChoice { .. } => options,
        ContestDocument::Condorcet { .. } => {
            let pairs = options.iter().enumerate().flat_map(|(place, a)| {
                options.iter().skip(place + 1).map(move |b| format!("{a}\u{a0}>\u{a0}{b}"))
            });
            pairs.chain(blank).collect()
        }
        ContestDocument::Approval { .. }
        | ContestDocument::Score { .. }
        | ContestDocument::Cumulative { .. }
        | ContestDocument::Quadratic { .. }
        | ContestDocument::Borda { .. } => options.into_iter().chain(blank).collect(),
    }
}

fn numbers(view: &View<'_>, cell: &cell::Cell, counts: Option<&Vec<u64>>, tallied: &[String]) -> Markup {
    let labels = &words_of(view.language).labels;
    html! {
        @match (cell.outcome, counts) {
            (cell::Outcome::Decrypt, Some(counts)) => @for (count, label) in counts.iter().zip(tallied) {
                td.number role="cell" data-label=(label) { (number(*count)) }
            },
            (cell::Outcome::NoResult, _) => td.unopened role="cell" colspan=(tallied.len()) { (labels.not_opened) },
            _ => @for label in tallied { td.number role="cell" data-label=(label) { "0" } },
        }
    }
}
