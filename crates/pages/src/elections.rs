//! The list of all elections of a server.

use maud::html;
use plebiscite_election::record::Record;

use crate::language::Language;
use crate::layout::page;
use crate::words::words_of;

/// One election in the list.
#[derive(Clone, Copy)]
pub struct Listed<'r> {
    /// Its record.
    pub record: &'r Record,
    /// Where it lies: `/e/<16 hex>/`.
    pub base: &'r str,
}

impl std::fmt::Debug for Listed<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Listed").field("base", &self.base).finish_non_exhaustive()
    }
}

/// The list.
#[must_use]
pub fn elections(language: Language, listed: &[Listed<'_>]) -> String {
    let words = words_of(language);
    let content = html! {
        h1 { (words.elections) }
        @if listed.is_empty() { p { (words.no_elections) } } @else {
            ul.elections {
                @for election in listed {
                    @let title = election.record.manifest().map(|manifest| language.text(&manifest.document().title));
                    @let (code, title) = title.unwrap_or((language.code(), election.base));
                    li {
                        a href={ (election.base) "?lang=" (language.code()) } lang=(code) { (title) }
                        p.hint { ((words.phase)(election.record.phase())) }
                    }
                }
            }
        }
    };
    page(language, words.elections, "/", &html! {}, &content)
}
