//! The start page of an election: where it stands, when it opens and closes, and where to go.

use maud::{Markup, html};
use plebiscite_election::credential::Fingerprint;
use plebiscite_election::record::Phase;

use crate::View;
use crate::figures::{moment, number};
use crate::layout::of_election;
use crate::result::turnout;
use crate::words::words_of;

/// The start page.
#[must_use]
pub fn start(view: &View<'_>) -> String {
    let words = words_of(view.language);
    let phase = view.record.phase();
    let content = html! {
        @if view.mirror.is_none() || phase != Phase::Open { p.next { ((words.next)(phase)) } }
        (cancelled(view))
        @if let Some(compared) = view.mirror { (mirror(view, compared)) }
        (times(view))
        (links(view))
        (questions(view))
        @if phase >= Phase::Open { (turnout(view)) }
        (fingerprint(view))
    };
    of_election(view, "", (words.phase)(phase), &content)
}

/// Why and by whom a vote was cancelled, and where that stands. Its entry has no time, so none is said.
pub fn cancelled(view: &View<'_>) -> Markup {
    let words = &words_of(view.language).entries;
    let (Some(cancellation), Some(manifest)) = (view.record.cancellation(), view.record.manifest()) else {
        return html! {};
    };
    let members = &manifest.document().officials.keys;
    let names = cancellation.officials.iter().filter_map(|number| members.get(usize::from(*number)));
    let names: Vec<&str> = names.map(|member| member.name.as_str()).collect();
    html! {
        dl.cancelled {
            div { dt { (words.reason) } dd { (cancellation.reason) } }
            div { dt { (words.cancelled_by) } dd { (names.join(", ")) } }
            div { dt { (words.entry) } dd {
                a href={ (view.base) "board?lang=" (view.language.code()) "&from=" (cancellation.index) "#entry-" (cancellation.index) } {
                    (number(cancellation.index))
                }
            } }
        }
    }
}

/// That this is a copy, and how old it may be.
fn mirror(view: &View<'_>, compared: u64) -> Markup {
    let words = words_of(view.language);
    html! {
        p.next { (words.missing.mirror) }
        p.hint { (words.missing.mirror_about) }
        @if compared > 0 { p.hint { (words.missing.compared) " " (moment(view.language, compared)) } }
    }
}

fn times(view: &View<'_>) -> Markup {
    let labels = &words_of(view.language).labels;
    let Some(manifest) = view.record.manifest() else { return html! {} };
    let opens = manifest.document().schedule.opens.unix();
    let (label, closes) = match view.record.close_time() {
        Some((time, _)) => (labels.closed, time),
        None => {
            let scheduled = manifest.document().schedule.closes.unix();
            (labels.closes, view.record.closing_time().unwrap_or(scheduled))
        }
    };
    html! {
        dl.times {
            div { dt { (labels.opens) } dd { (moment(view.language, opens)) } }
            div { dt { (label) } dd { (moment(view.language, closes)) } }
        }
    }
}

/// What a person can do here.
fn links(view: &View<'_>) -> Markup {
    let links = &words_of(view.language).links;
    let lang = view.language.code();
    let phase = view.record.phase();
    let link = |path: &str, name: &str, hint: &str, main: bool| {
        html! {
            li { a.button.main[main] href={ (view.base) (path) "?lang=" (lang) } { (name) } p.hint { (hint) } }
        }
    };
    html! {
        ul.actions {
            @if view.scripts {
                @if phase < Phase::Open && view.mirror.is_none() { (link("v", links.practise, links.practise_hint, false)) }
                @if phase == Phase::Open && view.mirror.is_none() { (link("v", links.vote, links.vote_hint, true)) }
                @if phase >= Phase::Open { (link("check", links.check, links.check_hint, false)) }
            }
            @if matches!(phase, Phase::Result | Phase::Certified) {
                (link("result", words_of(view.language).result, "", true))
            }
        }
    }
}

/// The questions with their answers, in the words of the manifest.
fn questions(view: &View<'_>) -> Markup {
    let words = words_of(view.language);
    let Some(manifest) = view.record.manifest() else { return html! {} };
    html! {
        section {
            h2 { (words.labels.question) }
            @for contest in &manifest.document().contests {
                @let (code, question) = view.language.text(contest.question());
                p.question lang=(code) { (question) }
                ul.answers {
                    @for (_, label) in crate::result::labels(view.language, contest) { li { (label) } }
                }
            }
        }
    }
}

fn fingerprint(view: &View<'_>) -> Markup {
    let labels = &words_of(view.language).labels;
    let Some(id) = view.record.election() else { return html! {} };
    html! {
        section {
            h2 { (labels.fingerprint) }
            p.fingerprint { code { (Fingerprint::of(&id)) } }
            p.hint { (labels.fingerprint_hint) }
        }
    }
}
