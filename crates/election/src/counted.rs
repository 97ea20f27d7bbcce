//! Numbers with their nouns, as English sentences have them: one ballot, two ballots; trustee 3, trustees 1, 4.

use std::fmt::Display;

/// A number and its noun: `1 ballot`, `2 ballots`, `0 entries`. Before the noun may stand more, as in `more witness`.
#[must_use]
pub fn counted<N: Display + PartialEq + From<u8>>(count: N, noun: &str) -> String {
    let noun = if count == N::from(1) { noun.to_owned() } else { plural(noun) };
    format!("{count} {noun}")
}

/// Whose numbers these are: `trustee 3`, `trustees 1, 4`, or `no trustee`.
#[must_use]
pub fn numbered(noun: &str, numbers: &[u16]) -> String {
    let listed = || numbers.iter().map(u16::to_string).collect::<Vec<_>>().join(", ");
    match numbers {
        [] => format!("no {noun}"),
        [one] => format!("{noun} {one}"),
        _ => format!("{} {}", plural(noun), listed()),
    }
}

/// What a sentence says of one, or of several: `is` or `are`.
#[must_use]
pub fn either<'w, N: PartialEq + From<u8>>(count: N, one: &'w str, several: &'w str) -> &'w str {
    if count == N::from(1) { one } else { several }
}

fn plural(noun: &str) -> String {
    let hisses = ["s", "x", "ch", "sh"].iter().any(|end| noun.ends_with(end));
    match noun.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
        _ if hisses => format!("{noun}es"),
        _ => format!("{noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_has_no_plural_and_none_has() {
        assert_eq!(counted(1u64, "ballot"), "1 ballot");
        assert_eq!(counted(0usize, "entry"), "0 entries");
        assert_eq!(counted(12u32, "key"), "12 keys");
        assert_eq!(counted(2u16, "more witness"), "2 more witnesses");
        assert_eq!(either(1u64, "is", "are"), "is");
        assert_eq!(either(0u64, "is", "are"), "are");
    }

    #[test]
    fn whoever_is_named_by_number_is_named_as_one_or_as_several() {
        assert_eq!(numbered("trustee", &[3]), "trustee 3");
        assert_eq!(numbered("trustee", &[1, 4, 5]), "trustees 1, 4, 5");
        assert_eq!(numbered("trustee", &[]), "no trustee");
    }
}
