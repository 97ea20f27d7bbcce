//! Pages instead of a page that cannot be shown.

use maud::html;

use crate::language::Language;
use crate::layout::page;
use crate::words::words_of;

/// A page for a status: 404 for what is not here, 421 for voting at a mirror, 501 for pages that this server does not
/// serve, anything else for what failed.
#[must_use]
pub fn failure(language: Language, status: u16) -> String {
    let words = words_of(language);
    let (heading, about) = match status {
        404 => (words.missing.not_found, words.missing.not_found_about),
        421 => (words.missing.mirror, words.missing.mirror_about),
        501 => (words.missing.no_scripts, words.missing.no_scripts_about),
        _ => (words.missing.failed, words.missing.failed_about),
    };
    let content = html! {
        h1 { (heading) }
        p { (about) }
        p { a href={ "/?lang=" (language.code()) } { (words.elections) } }
    };
    page(language, heading, "/", &html! {}, &content)
}
