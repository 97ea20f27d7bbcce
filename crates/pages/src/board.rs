//! The board as people read it: every entry in plain words, and how to check the whole book.

use maud::{Markup, html};
use plebiscite_election::ballot::{BallotHeader, Tracker};
use plebiscite_election::entry::{Entry, MessageKind, Slot};

use crate::figures::{number, with_moment};
use crate::layout::of_election;
use crate::words::{Entries, words_of};
use crate::{View, observers};

/// Entries on one page.
pub const PAGE: u64 = 50;

/// Entries to show, the newest first.
#[derive(Clone, Debug, Default)]
pub struct Shown {
    /// Index and bytes.
    pub entries: Vec<(u64, Vec<u8>)>,
    /// The greatest index that this page may show, if it was asked for by one.
    pub from: Option<u64>,
}

/// The board page.
#[must_use]
pub fn board(view: &View<'_>, shown: &Shown) -> String {
    let words = words_of(view.language);
    let (size, _) = view.published;
    let content = html! {
        p { (words.entries.about) }
        p { ((words.entries.count)(size)) ". " (words.entries.from_zero) }
        (observers::of_book(view))
        (steps(view, shown))
        @if shown.entries.is_empty() { p { (words.entries.none) } } @else {
            table.book {
                caption { (words.entries.heading) }
                thead { tr { th.number scope="col" { (words.entries.number) } th scope="col" { (words.entries.what) } } }
                tbody {
                    @for (index, bytes) in &shown.entries {
                        tr id={ "entry-" (index) } { th.number scope="row" { (number(*index)) } td { (entry(view, bytes)) } }
                    }
                }
            }
        }
        (steps(view, shown))
        (verify(view, true))
    };
    of_election(view, "board", words.entries.heading, &content)
}

/// Links to newer and older entries.
fn steps(view: &View<'_>, shown: &Shown) -> Markup {
    let words = &words_of(view.language).entries;
    let (size, _) = view.published;
    let lang = view.language.code();
    let first = shown.entries.first().map(|(index, _)| *index);
    let newer = first.filter(|first| first + 1 < size).map(|first| (first + PAGE).min(size - 1));
    let older = shown.entries.last().and_then(|(index, _)| index.checked_sub(1));
    html! {
        p.steps {
            @if let Some(newer) = newer { a rel="prev" href={ (view.base) "board?lang=" (lang) "&from=" (newer) } { (words.newer) } }
            " "
            @if let Some(older) = older {
                a rel="next" href={ (view.base) "board?lang=" (lang) "&from=" (older) } { (words.older) }
                " "
                a href={ (view.base) "board?lang=" (lang) "&from=" (PAGE.min(size).saturating_sub(1)) } { (words.first) }
            }
        }
    }
}

/// An entry in a sentence, with its reason where its signers gave one.
fn entry(view: &View<'_>, bytes: &[u8]) -> Markup {
    let words = &words_of(view.language).entries;
    let plain = |sentence: &str| html! { (sentence) };
    let because =
        |sentence: Markup, reason: &str| html! { (sentence) br; span.hint { (words.reason) ": " (reason) } };
    let at = |sentence: fn(String) -> String, time: u64| with_moment(view.language, sentence, time);
    match Entry::decode(bytes) {
        Ok(Entry::Head(head)) => html! { (message(words, head.slot)) },
        Ok(Entry::Chunk(chunk)) => html! { ((words.part)(chunk.number, message(words, chunk.slot))) },
        Ok(Entry::AttemptEnded(_)) => plain(words.attempt_ended),
        Ok(Entry::AttemptBegins(_)) => plain(words.attempt_begins),
        Ok(Entry::RollCommitment(entry)) => html! { ((words.roll_commitment)(entry.registrar)) },
        Ok(Entry::RollAttemptEnded(_)) => plain(words.roll_attempt_ended),
        Ok(Entry::RollSeal(act)) => html! { ((words.roll_seal)(u64::from(act.body.count))) },
        Ok(Entry::Open(act)) => because(plain(words.open), &act.body.reason),
        Ok(Entry::Ballot(ballot)) => html! { (ballot_sentence(words, &ballot)) },
        Ok(Entry::Replacement(_)) => plain(words.replacement),
        Ok(Entry::Extension(act)) => because(at(words.extension, act.body.new), &act.body.reason),
        Ok(Entry::ScheduledClose(entry)) => at(words.scheduled_close, entry.time),
        Ok(Entry::OfficialClose(act)) => because(at(words.official_close, act.body.time), &act.body.reason),
        Ok(Entry::Cancel(act)) => because(plain(words.cancel), &act.body.reason),
        Ok(Entry::Seal(_)) => plain(words.seal),
        Ok(Entry::SealConfirmation(entry)) => html! { ((words.seal_confirmation)(entry.trustee)) },
        Ok(Entry::Result(_)) => plain(words.counted),
        Ok(Entry::Certification(_)) => plain(words.certification),
        Ok(Entry::Successor(_)) => plain(words.successor),
        Ok(Entry::OfficialStatement(act)) => because(plain(words.statement), &act.body.text),
        // The record judged every entry before it stood here.
        Err(_) => html! {},
    }
}

fn message(words: &Entries, slot: Slot) -> String {
    match slot.message {
        MessageKind::Manifest => words.manifest.to_owned(),
        MessageKind::Round(round) => (words.ceremony)(round, slot.signer),
        MessageKind::RollList => (words.roll_list)(slot.signer),
        MessageKind::PartialDecryptions => (words.decryptions)(slot.signer),
    }
}

/// A ballot's roll number and control code. The code is public with the ballot; whose roll number it is, is not here.
fn ballot_sentence(words: &Entries, ballot: &[u8]) -> String {
    let body = ballot.split_last_chunk::<64>().map(|(body, _)| body).unwrap_or_default();
    let code = Tracker::of(body).to_string();
    let header = BallotHeader::peek(ballot);
    header.map_or(String::new(), |header| (words.ballot)(header.index, header.seq.saturating_add(1), code))
}

/// How to check everything again; with the button that counts in the browser, where the page does not have it already.
pub fn verify(view: &View<'_>, button: bool) -> Markup {
    let words = &words_of(view.language).verify;
    let (size, root) = view.published;
    let id = view.record.election().map(|id| id.to_string()).unwrap_or_default();
    html! {
        section {
            h2 { (words.heading) }
            @if view.scripts && button {
                p { a.button href={ (view.base) "audit?lang=" (view.language.code()) } { (words_of(view.language).links.count_again) } }
            }
            p { (words.about) }
            pre tabindex="0" { code { "plebiscite-verify record " span data-site { "URL" } (view.base) " --election " (id) } }
            dl {
                div { dt { (words.entries) } dd { (number(size)) } }
                div { dt { (words.root) } dd { code.digest { (root) } } }
            }
        }
    }
}
