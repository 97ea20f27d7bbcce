//! What every contest decided: the decision first, then the numbers with a bar beside each, for every kind of question.

use maud::{Markup, html};
use plebiscite_election::cell::Outcome;
use plebiscite_election::manifest::document::{Condition, ContestDocument, RankedMethod};
use plebiscite_election::record::ElectionResult;
use plebiscite_election::rule::condition::Answer;
use plebiscite_election::rule::fraction::Fraction;
use plebiscite_election::rule::places::Places;
use plebiscite_election::rule::verdict::{
    ContestVerdict, Decision, OptionsVerdict, Preferred, RankedVerdict, TieBreakVerdict, YesNoVerdict,
};

use crate::View;
use crate::charts::bar;
use crate::figures::{self, fraction, hundredths, number, per_cent};
use crate::result::labels;
use crate::words::words_of;

/// The verdict of every contest, then of every tie-break between two of them.
pub fn verdicts(view: &View<'_>, result: &ElectionResult) -> Markup {
    let contests = view.record.manifest().map(|manifest| manifest.document().contests.as_slice());
    let contests = contests.unwrap_or_default();
    html! {
        @for (contest, verdict) in contests.iter().zip(&result.verdict.contests) {
            @let (code, question) = view.language.text(contest.question());
            section.verdict {
                h2 lang=(code) { (question) }
                @match verdict {
                    ContestVerdict::YesNo(verdict) => (yes_no(view, contest, verdict)),
                    ContestVerdict::Options(verdict) => (options(view, contest, verdict)),
                    ContestVerdict::Ranked(verdict) => (ranked(view, contest, verdict)),
                }
            }
        }
        @for verdict in &result.verdict.tie_breaks { (tie_break(view, contests, verdict)) }
    }
}

fn yes_no(view: &View<'_>, contest: &ContestDocument, verdict: &YesNoVerdict) -> Markup {
    let words = &words_of(view.language).decisions;
    let (decision, kind) = match (verdict.decision, verdict.valid) {
        (Decision::Adopted, _) => (words.adopted, "adopted"),
        (Decision::NotAdopted, Some(false)) => (words.not_valid, "rejected"),
        (Decision::NotAdopted, _) => (words.not_adopted, "rejected"),
        (Decision::Undecided, _) => (words.undecided, "undecided"),
    };
    let counts: Vec<u64> =
        [verdict.yes, verdict.no].into_iter().chain(verdict.both).chain([verdict.blank]).collect();
    html! {
        p class={ "decision " (kind) } { (decision) }
        (shares(view, &labels(view.language, contest), &counts, verdict.participants, &marks(verdict)))
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
    let labels = labels(view.language, contest);
    let blank = contest.blank().map(|_| verdict.blank);
    let counts: Vec<u64> = verdict.totals.iter().copied().chain(blank).collect();
    let marked = with_result(view).saturating_sub(verdict.blank);
    html! {
        (places(view, contest, &verdict.places))
        @match contest {
            ContestDocument::SingleChoice { .. } | ContestDocument::Approval { .. } => {
                (shares(view, &labels, &counts, verdict.participants, &[]))
            }
            _ => (totals(view, contest, verdict, marked)),
        }
    }
}

/// Who is elected, or why no one is.
fn places(view: &View<'_>, contest: &ContestDocument, places: &Places) -> Markup {
    let words = &words_of(view.language).decisions;
    let names = |options: &[u16]| names(view, contest, options);
    html! {
        @match places {
            Places::Undecided => p.decision.undecided { (words.undecided) },
            Places::Decided { elected } if elected.is_empty() => p.decision.undecided { (words.rating) },
            Places::Decided { elected } => p.decision.adopted { (words.elected) ": " (names(elected)) },
            Places::Tied { elected, tied, .. } if elected.is_empty() => {
                p.decision.undecided { (words.tie) ": " (names(tied)) }
            }
            Places::Tied { elected, tied, places_left } => {
                p.decision.adopted { (words.elected) ": " (names(elected)) }
                p.decision.undecided { ((words.tied)(*places_left)) ": " (names(tied)) }
            }
        }
    }
}

fn names(view: &View<'_>, contest: &ContestDocument, options: &[u16]) -> String {
    let all = contest.options();
    let of = |option: &u16| all.get(usize::from(*option)).map(|(_, label)| view.language.text(label).1);
    options.iter().filter_map(of).collect::<Vec<_>>().join(", ")
}

/// Every majority that the rule asks for, whatever it is a majority of: where no one is blank the valid votes are all votes, and
/// who reads "66.67 %" beside "two thirds, not adopted" is misled whichever whole the rule means.
fn marks(verdict: &YesNoVerdict) -> Vec<Fraction> {
    let asked = verdict.conditions.iter().filter_map(|judged| match judged.condition {
        Condition::Majority { fraction, .. } => Some(fraction),
        _ => None,
    });
    asked.collect()
}

/// Answers, counts and shares of those who took part, with a bar beside each.
fn shares(
    view: &View<'_>,
    labels: &[(&'static str, String)],
    counts: &[u64],
    participants: u64,
    marks: &[Fraction],
) -> Markup {
    let words = &words_of(view.language).labels;
    let (shares, whole) = figures::shares(view.language, counts, participants, marks);
    html! {
        table.counts {
            caption { (words.whole_vote) }
            thead { tr { th scope="col" { (words.answer) } th.number scope="col" { (words.votes) } th.number scope="col" { (words.share) } } }
            tbody {
                @for (((kind, label), count), share) in labels.iter().zip(counts).zip(shares) {
                    tr {
                        th scope="row" { (label) (bar(*count, participants, kind)) }
                        td.number { (number(*count)) }
                        td.number { (share) }
                    }
                }
            }
        }
        @if whole && participants > 0 { p.hint { (words.rounded) } }
    }
}

/// Options, their totals and averages. A score's bar is of the highest score of all ballots, another one's of the
/// greatest total.
fn totals(view: &View<'_>, contest: &ContestDocument, verdict: &OptionsVerdict, marked: u64) -> Markup {
    let words = &words_of(view.language).labels;
    let whole = match contest {
        ContestDocument::Score { maximum, .. } => marked.saturating_mul(u64::from(*maximum)),
        _ => verdict.totals.iter().copied().max().unwrap_or(0),
    };
    html! {
        table.counts {
            caption { (words.whole_vote) }
            thead { tr { th scope="col" { (words.answer) } th.number scope="col" { (words.total) } th.number scope="col" { (words.average) } } }
            tbody {
                @for ((_, label), total) in contest.options().iter().zip(&verdict.totals) {
                    tr {
                        th scope="row" { (view.language.text(label).1) (bar(*total, whole, "option")) }
                        td.number { (number(*total)) }
                        td.number { (hundredths(view.language, *total, marked)) }
                    }
                }
            }
        }
        (blank(view, contest, verdict.blank, verdict.participants))
    }
}

fn blank(view: &View<'_>, contest: &ContestDocument, blank: u64, participants: u64) -> Markup {
    html! {
        @if let Some(label) = contest.blank() {
            p.hint { (view.language.text(label).1) ": " (number(blank)) " (" (per_cent(view.language, blank, participants)) ")" }
        }
    }
}

/// The matrix of all pairs, and what both methods make of it.
fn ranked(view: &View<'_>, contest: &ContestDocument, verdict: &RankedVerdict) -> Markup {
    let words = &words_of(view.language).decisions;
    let label = |option: u16| names(view, contest, &[option]);
    let method = |deciding: RankedMethod| (verdict.method == deciding).then_some(words.this_decides);
    let methods = [
        (words.by_schulze, &verdict.schulze, method(RankedMethod::Schulze)),
        (words.by_ranked_pairs, &verdict.ranked_pairs.unbeaten, method(RankedMethod::RankedPairs)),
    ];
    html! {
        (places(view, contest, &verdict.places))
        @if verdict.heads_without_result == 0 {
            ul.conditions {
                @for (by, unbeaten, decides) in methods {
                    li { (by) ": " strong { (names(view, contest, unbeaten)) } @if let Some(decides) = decides { " (" (decides) ")" } }
                }
                @for [preferred, other] in &verdict.ranked_pairs.skipped_by_order {
                    li { ((words.skipped_by_order)(&label(*preferred), &label(*other))) }
                }
            }
        }
        p.hint { (words.pairs) ". " (words.bold_wins) }
        div.wide tabindex="0" role="region" aria-label=(words.pairs) {
            table.pairs aria-label=(words.pairs) {
                thead { tr {
                    th scope="col" {}
                    @for (_, option) in contest.options() { th.number scope="col" { (view.language.text(option).1) } }
                } }
                tbody {
                    @for ((a, row), (_, option)) in verdict.preferences.iter().enumerate().zip(contest.options()) {
                        tr {
                            th scope="row" { (view.language.text(option).1) }
                            @for (b, count) in row.iter().enumerate() {
                                @let against = verdict.preferences.get(b).and_then(|row| row.get(a)).copied().unwrap_or(0);
                                @if a == b { td.number { "–" } }
                                @else if *count > against { td.number { strong { (number(*count)) } } }
                                @else { td.number { (number(*count)) } }
                            }
                        }
                    }
                }
            }
        }
        (blank(view, contest, verdict.blank, verdict.participants))
    }
}

/// Which of two proposals enters into force where both are adopted.
fn tie_break(view: &View<'_>, contests: &[ContestDocument], verdict: &TieBreakVerdict) -> Markup {
    let words = &words_of(view.language).decisions;
    let labels = &words_of(view.language).labels;
    let Some(contest) = contests.iter().find(|contest| contest.id() == verdict.contest) else {
        return html! {};
    };
    let (for_first, for_second) = (names(view, contest, &[0]), names(view, contest, &[1]));
    let regions = verdict.region_votes.iter().any(|votes| !votes.is_zero());
    html! {
        section.verdict {
            h2 { (words.if_both) }
            @match verdict.outcome {
                Preferred::NotNeeded => p.decision.undecided { (words.not_needed) },
                Preferred::First => p.decision.adopted { (words.in_force) ": " (for_first) },
                Preferred::Second => p.decision.adopted { (words.in_force) ": " (for_second) },
                Preferred::Tie => p.decision.undecided { (words.tie) },
                Preferred::Undecided => p.decision.undecided { (words.undecided) },
            }
            table.counts {
                thead { tr {
                    th scope="col" { (labels.answer) }
                    th.number scope="col" { (labels.votes) }
                    @if regions { th.number scope="col" { (labels.region_votes) } }
                } }
                tbody {
                    @for ((label, votes), of_regions) in [for_first, for_second].iter().zip(verdict.votes).zip(verdict.region_votes) {
                        tr {
                            th scope="row" { (label) }
                            td.number { (number(votes)) }
                            @if regions { td.number { (fraction(of_regions)) } }
                        }
                    }
                }
            }
        }
    }
}

/// Ballots of cells with a result, each multiplied by its voter weight.
fn with_result(view: &View<'_>) -> u64 {
    let (Some(manifest), Some(partition)) = (view.record.manifest(), view.record.partition()) else {
        return 0;
    };
    let cells = partition.cells().iter().filter(|cell| cell.outcome != Outcome::NoResult);
    let weighted = cells.map(|cell| {
        let region = cell.regions.first().and_then(|region| manifest.region(*region));
        cell.heads.saturating_mul(region.map_or(0, |region| region.voter_weight.into()))
    });
    weighted.fold(0, u64::saturating_add)
}

#[cfg(test)]
mod tests {
    use plebiscite_election::manifest::document::Base;
    use plebiscite_election::rule::condition::ConditionVerdict;

    use super::*;
    use crate::language::Language;

    /// A million votes, none blank, under a rule that asks for two thirds of a base.
    fn verdict(of: Base, yes: u64) -> YesNoVerdict {
        let fraction = |above, below| Fraction::new(above, below).unwrap();
        let adopted = yes.saturating_mul(3) >= 2_000_000;
        let condition = ConditionVerdict {
            condition: Condition::Majority { of, fraction: fraction(2, 3), strict: false },
            reached_if_no: fraction(yes.into(), 1),
            reached_if_yes: fraction(yes.into(), 1),
            base: fraction(1_000_000, 1),
            heads_without_result: 0,
            answer: if adopted { Answer::Holds } else { Answer::Fails },
        };
        YesNoVerdict {
            contest: "question".to_owned(),
            eligible: 1_000_000,
            participants: 1_000_000,
            yes,
            no: 1_000_000 - yes,
            both: None,
            blank: 0,
            heads_without_result: 0,
            valid: Some(true),
            conditions: vec![condition],
            decision: if adopted { Decision::Adopted } else { Decision::NotAdopted },
        }
    }

    #[test]
    fn no_share_is_shown_as_a_majority_that_it_misses_whatever_it_is_a_majority_of() {
        for of in [Base::Participants, Base::Valid, Base::Eligible] {
            let shown = |yes: u64| {
                let verdict = verdict(of, yes);
                let counts = [verdict.yes, verdict.no, verdict.blank];
                figures::shares(Language::English, &counts, verdict.participants, &marks(&verdict)).0
            };
            assert_eq!(shown(666_666), ["66.66 %", "33.34 %", "0.00 %"], "{of:?}");
            // Its twin reaches two thirds, and so may be shown as that.
            assert_eq!(shown(666_667), ["66.67 %", "33.33 %", "0.00 %"], "{of:?}");
        }
    }
}
