//! What texts and identifiers of the manifest may be made of (§12.2).
//!
//! A text must read the same to everyone: composed form (NFC), no control characters, nothing
//! invisible that reorders or hides what stands beside it.

use unicode_normalization::{UnicodeNormalization, is_nfc};

/// The longest question or sentence, in bytes.
pub const LONG_TEXT: usize = 4_096;
/// The longest title, label or name, in bytes.
pub const SHORT_TEXT: usize = 512;

/// Why a text is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextFault {
    /// Nothing to read.
    #[error("it is empty")]
    Empty,
    /// White space at an end.
    #[error("it begins or ends with white space")]
    Outer,
    /// Longer than its place allows.
    #[error("it is longer than {limit} bytes")]
    TooLong {
        /// The limit in bytes of UTF-8.
        limit: usize,
    },
    /// Not in normalisation form C.
    #[error("it is not in Unicode's normalisation form C")]
    NotNfc,
    /// A character that may not stand here.
    #[error("it has the character U+{:04X}, which may not stand here", u32::from(*.0))]
    Character(char),
    /// An isolate that is not closed, or closed but never opened.
    #[error("its bidirectional isolates are not balanced")]
    Isolates,
}

/// A text in one language, of at most `limit` bytes.
///
/// # Errors
/// [`TextFault`] names the first rule broken.
pub fn check_text(text: &str, limit: usize) -> Result<(), TextFault> {
    text_faults(text, limit).into_iter().next().map_or(Ok(()), Err)
}

/// Every rule that a text in one language breaks; a rule that several characters break stands once.
pub fn text_faults(text: &str, limit: usize) -> Vec<TextFault> {
    let mut faults = common_faults(text, limit);
    faults.extend(text.chars().find(|&c| is_reordering(c)).map(TextFault::Character));
    faults.extend(check_isolates(text).err());
    faults
}

/// A name that stands in every language alike, of at most `limit` bytes: no bidirectional control at all.
///
/// # Errors
/// [`TextFault`] names the first rule broken.
pub fn check_name(text: &str, limit: usize) -> Result<(), TextFault> {
    name_faults(text, limit).into_iter().next().map_or(Ok(()), Err)
}

/// Every rule that a name breaks; a rule that several characters break stands once.
pub fn name_faults(text: &str, limit: usize) -> Vec<TextFault> {
    let mut faults = common_faults(text, limit);
    let hidden = |c: char| is_bidi_control(c) || matches!(c, '\u{00AD}' | '\u{200C}' | '\u{200D}');
    faults.extend(text.chars().find(|&c| hidden(c)).map(TextFault::Character));
    faults
}

/// What a label looks like to a hasty reader: compatibility form, lower case (each character by itself, the final
/// sigma like any other), single spaces. Two labels of one list may not look alike.
pub fn appearance(text: &str) -> String {
    let lower = text.nfkc().flat_map(char::to_lowercase).map(|c| if c == 'ς' { 'σ' } else { c });
    // As a text of its own: normalising an iterator would be a second copy of all that code.
    let lower: String = lower.collect();
    let mut seen = String::with_capacity(text.len());
    for c in lower.nfkc().map(|c| if c.is_whitespace() { ' ' } else { c }) {
        if c != ' ' || !seen.ends_with(' ') {
            seen.push(c);
        }
    }
    seen
}

/// `[a-z0-9_-]{1,32}`; with `upper`, `A-Z` too.
pub fn is_id(text: &str, upper: bool) -> bool {
    let allowed = |byte: u8| {
        matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-') || (upper && byte.is_ascii_uppercase())
    };
    (1..=32).contains(&text.len()) && text.bytes().all(allowed)
}

/// `xx` or `xxx`, then perhaps `-Xxxx` (script), then perhaps `-XX` (country).
pub fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let lower = |part: &str| part.bytes().all(|byte| byte.is_ascii_lowercase());
    let script = |part: &str| {
        part.len() == 4
            && part.starts_with(|c: char| c.is_ascii_uppercase())
            && part.bytes().skip(1).all(|byte| byte.is_ascii_lowercase())
    };
    let country = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_uppercase());
    let language = parts.next().is_some_and(|part| matches!(part.len(), 2 | 3) && lower(part));
    language
        && match (parts.next(), parts.next(), parts.next()) {
            (None, ..) => true,
            (Some(part), None, _) => script(part) || country(part),
            (Some(first), Some(second), None) => script(first) && country(second),
            _ => false,
        }
}

/// What texts and names have in common, in the order of §12.2.
fn common_faults(text: &str, limit: usize) -> Vec<TextFault> {
    if text.is_empty() {
        return vec![TextFault::Empty];
    }
    let long = (text.len() > limit).then_some(TextFault::TooLong { limit });
    let character = text.chars().find(|&c| is_never_allowed(c)).map(TextFault::Character);
    let outer = (text.trim() != text).then_some(TextFault::Outer);
    let composed = (!is_nfc(text)).then_some(TextFault::NotNfc);
    [long, character, outer, composed].into_iter().flatten().collect()
}

/// Controls, separators of lines, invisible operators, tags, private use and noncharacters.
fn is_never_allowed(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{200B}' | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{2065}' | '\u{206A}'..='\u{206F}'
            | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFD}' | '\u{FDD0}'..='\u{FDEF}' | '\u{E000}'..='\u{F8FF}'
            | '\u{E0000}'..='\u{E0FFF}' | '\u{F0000}'..='\u{10FFFF}')
        || u32::from(c) & 0xFFFE == 0xFFFE
}

fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Embeddings and overrides: they reorder what stands beside them. Marks and isolates do not.
fn is_reordering(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}')
}

fn check_isolates(text: &str) -> Result<(), TextFault> {
    let mut open = 0_usize;
    for c in text.chars() {
        match c {
            '\u{2066}'..='\u{2068}' => open = open.saturating_add(1),
            '\u{2069}' => open = open.checked_sub(1).ok_or(TextFault::Isolates)?,
            _ => {}
        }
    }
    if open == 0 { Ok(()) } else { Err(TextFault::Isolates) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_many_scripts_are_accepted() {
        for text in ["Zürich", "Сіз Қазақстанда", "هل توافق؟", "می\u{200C}خواهم", "a \u{2067}ب\u{2069} b"]
        {
            assert_eq!(check_text(text, 100), Ok(()), "{text}");
        }
        assert_eq!(check_name("Zürich", 7), Ok(()));
    }

    #[test]
    fn each_rule_of_texts_refuses_by_name() {
        assert_eq!(check_text("", 9), Err(TextFault::Empty));
        assert_eq!(check_text(" a", 9), Err(TextFault::Outer));
        assert_eq!(check_text("a\u{00A0}", 9), Err(TextFault::Outer));
        assert_eq!(check_text("Zürich", 6), Err(TextFault::TooLong { limit: 6 }));
        assert_eq!(check_text("Zu\u{0308}rich", 99), Err(TextFault::NotNfc));
        assert_eq!(check_text("a\u{2067}b", 99), Err(TextFault::Isolates));
        assert_eq!(check_text("a\u{2069}\u{2067}b", 99), Err(TextFault::Isolates));
        for c in [
            '\n',
            '\t',
            '\0',
            '\u{7f}',
            '\u{85}',
            '\u{200B}',
            '\u{2028}',
            '\u{FEFF}',
            '\u{202E}',
            '\u{FFFE}',
            '\u{E0041}',
        ] {
            assert_eq!(check_text(&format!("a{c}b"), 99), Err(TextFault::Character(c)));
        }
    }

    #[test]
    fn no_bidirectional_control_stands_in_a_name() {
        for c in
            "\u{061C}\u{200E}\u{200F}\u{202A}\u{202B}\u{202C}\u{202D}\u{202E}\u{2066}\u{2067}\u{2068}\u{2069}"
                .chars()
        {
            assert_eq!(check_name(&format!("a{c}b"), 99), Err(TextFault::Character(c)));
        }
    }

    #[test]
    fn ids_are_plain_and_short() {
        assert!(is_id("zh-1_a", false) && is_id("ZH", true) && is_id(&"a".repeat(32), false));
        for id in ["", "ZH", "a b", "ä", "а", &"a".repeat(33)] {
            assert!(!is_id(id, false), "{id}");
        }
    }

    #[test]
    fn languages_are_written_in_one_way() {
        for tag in ["de", "kk", "gsw", "kk-Cyrl", "de-CH", "kk-Cyrl-KZ"] {
            assert!(is_language(tag), "{tag}");
        }
        for tag in ["", "d", "DE", "de_CH", "de-ch", "de-CH-Latn", "kk-Cyrl-KZ-x", "-de", "de-"] {
            assert!(!is_language(tag), "{tag}");
        }
    }

    #[test]
    fn labels_that_differ_in_case_width_or_spaces_only_look_alike() {
        assert_eq!(appearance("Yes,  I agree"), appearance("ＹＥＳ, i\u{00A0}agree"));
        assert_ne!(appearance("yes"), appearance("no"));
        // A final sigma is one, whatever stands behind it; a capital one has no other form.
        assert_eq!(appearance("ΟΔΟΣ"), appearance("οδος"));
        assert_eq!(appearance("ΟΔΟΣ ΑΣ"), appearance("οδος ας"));
        // The diaeresis that stands alone is a space and a mark: no space is left out at an end.
        assert_ne!(appearance("\u{a8}a"), appearance("\u{308}a"));
        assert_eq!(appearance("a\u{a0} b"), "a b");
    }
}
