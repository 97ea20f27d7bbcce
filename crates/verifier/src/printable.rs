//! Texts of others on a terminal: what could move the cursor or turn the writing is shown, not done.

use std::fmt;

/// Shows a text with control and direction-changing characters escaped as `\u{…}`.
#[derive(Clone, Copy, Debug)]
pub struct Printable<'a>(pub &'a str);

impl fmt::Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|c| {
            if c.is_control() || turns(c) { write!(f, "{}", c.escape_unicode()) } else { write!(f, "{c}") }
        })
    }
}

const fn turns(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_titles_are_shown_and_honest_ones_unchanged() {
        assert_eq!(Printable("Сайлау 1970 – «a»").to_string(), "Сайлау 1970 – «a»");
        assert_eq!(
            Printable("a\x1b[2Jb\n\u{202e}c\u{9b}").to_string(),
            "a\\u{1b}[2Jb\\u{a}\\u{202e}c\\u{9b}"
        );
    }
}
