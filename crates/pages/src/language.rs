//! The languages of the pages, and which one a reader gets.

use plebiscite_election::manifest::document::Text;

/// A language of the pages. A manifest's own texts may have others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Kazakh.
    Kazakh,
    /// Russian.
    Russian,
    /// English.
    English,
}

impl Language {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Kazakh, Self::Russian, Self::English];

    /// The code in addresses, manifests and `lang` attributes.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Kazakh => "kk",
            Self::Russian => "ru",
            Self::English => "en",
        }
    }

    /// The language with this code.
    #[must_use]
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code() == code)
    }

    /// The language that was asked for in the address; else the first that the browser names and we have; else English.
    #[must_use]
    pub fn choose(asked: Option<&str>, accepted: Option<&str>) -> Self {
        let named = accepted.unwrap_or_default().split(',').filter_map(|range| {
            let code = range.split([';', '-']).next()?;
            Self::of(code.trim())
        });
        asked.and_then(Self::of).or_else(|| named.into_iter().next()).unwrap_or(Self::English)
    }

    /// A text of the manifest in this language, or in its first one; with the code of the language that it is in.
    #[must_use]
    pub fn text(self, text: &Text) -> (&str, &str) {
        let own = text.0.get_key_value(self.code()).or_else(|| text.0.get_key_value("en"));
        own.or_else(|| text.0.iter().next()).map_or(("", ""), |(code, words)| (code.as_str(), words.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_decides_before_the_browser_and_english_is_the_last_resort() {
        assert_eq!(Language::choose(Some("ru"), Some("kk")), Language::Russian);
        assert_eq!(Language::choose(Some("xx"), Some("de, kk-KZ;q=0.8, en")), Language::Kazakh);
        assert_eq!(Language::choose(None, Some("de")), Language::English);
        assert_eq!(Language::choose(None, None), Language::English);
    }

    #[test]
    fn a_text_that_lacks_the_language_says_which_it_is_in() {
        let text = Text([("ru".to_owned(), "Да".to_owned())].into());
        assert_eq!(Language::Kazakh.text(&text), ("ru", "Да"));
        assert_eq!(Language::Russian.text(&text), ("ru", "Да"));
    }
}
