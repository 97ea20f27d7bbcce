//! What every page has around its content.

use maud::{DOCTYPE, Markup, html};

use crate::language::Language;
use crate::words::words_of;
use crate::{SCRIPTS, STYLE_PATH, View};

/// A whole page. `path` is the page's own address without a query: language links lead to it.
pub fn page(language: Language, title: &str, path: &str, navigation: &Markup, content: &Markup) -> String {
    let words = words_of(language);
    let page = html! {
        (DOCTYPE)
        html lang=(language.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                link rel="icon" href="data:,";
                link rel="stylesheet" href=(STYLE_PATH);
                script type="module" src=(SCRIPTS[0].0) {}
            }
            body {
                a.skip href="#content" { (words.skip) }
                header {
                    nav aria-label=(words.pages) { (navigation) }
                    nav.languages aria-label=(words.language) {
                        @for other in Language::ALL {
                            a href={ (path) "?lang=" (other.code()) } lang=(other.code()) hreflang=(other.code())
                                aria-current=[(other == language).then_some("true")] {
                                (words_of(other).own_name)
                            }
                        }
                    }
                }
                main id="content" { (content) }
                footer { p { (words.trust_nobody) } }
            }
        }
    };
    page.into_string()
}

/// The page of an election, under its title.
pub fn of_election(view: &View<'_>, own: &str, heading: &str, content: &Markup) -> String {
    let words = words_of(view.language);
    let lang = view.language.code();
    let link = |path: &str, name: &str| {
        html! {
            a href={ (view.base) (path) "?lang=" (lang) } aria-current=[(path == own).then_some("page")] { (name) }
        }
    };
    let navigation = html! {
        (link("", words.start))
        (link("result", words.result))
        (link("board", words.book))
    };
    let title = view.record.manifest().map(|manifest| view.language.text(&manifest.document().title));
    let (code, title) = title.unwrap_or((lang, ""));
    let test = view.record.manifest().is_some_and(|manifest| manifest.is_test());
    let content = html! {
        p.election lang=(code) { (title) }
        @if test { p.notice { strong { (words.test) } } }
        h1 { (heading) }
        (content)
    };
    let path = format!("{}{own}", view.base);
    page(view.language, &format!("{heading} — {title}"), &path, &navigation, &content)
}
