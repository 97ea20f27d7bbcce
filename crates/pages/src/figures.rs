//! Numbers, shares and times as people read them.

use maud::{Markup, html};
use plebiscite_election::manifest::time::Time;
use plebiscite_election::rule::fraction::Fraction;

use crate::language::Language;
use crate::words::words_of;

/// A whole number in groups of three, parted by narrow spaces that do not break.
pub fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push('\u{202f}');
        }
        grouped.push(digit);
    }
    grouped
}

/// Hundredths of a per cent, rounded down: exact enough to read, and never above what was reached.
pub fn per_cent(language: Language, part: u64, whole: u64) -> String {
    let hundredths = u128::from(part).saturating_mul(10_000).checked_div(u128::from(whole)).unwrap_or(0);
    format!("{}{}{:02} %", hundredths / 100, words_of(language).decimal, hundredths % 100)
}

/// A mean with two decimals, rounded half up; `–` where there is nothing to divide by.
pub fn hundredths(language: Language, sum: u64, count: u64) -> String {
    let doubled = u128::from(sum).saturating_mul(200).saturating_add(count.into());
    match doubled.checked_div(u128::from(count).saturating_mul(2)) {
        Some(mean) => format!("{}{}{:02}", mean / 100, words_of(language).decimal, mean % 100),
        None => "–".to_owned(),
    }
}

/// A fraction: `7`, `15/2`, with whole numbers grouped.
pub fn fraction(fraction: Fraction) -> String {
    match fraction.denominator() {
        1 => number(fraction.numerator()),
        2 if fraction.numerator() > 2 => format!("{}½", number(fraction.numerator() / 2)),
        below => format!("{}/{below}", number(fraction.numerator())),
    }
}

/// A time without seconds, in UTC, with the month's name.
pub fn time(language: Language, seconds: u64) -> String {
    let text = Time::from_unix(seconds).map(|time| time.to_string()).unwrap_or_default();
    let (date, clock) = text.split_once('T').unwrap_or((&text, ""));
    let mut parts = date.splitn(3, '-');
    let year = parts.next().and_then(|part| part.parse().ok());
    let mut small = || parts.next().and_then(|part| part.parse().ok());
    match (year, small(), small(), clock.get(..5)) {
        (Some(year), Some(month), Some(day), Some(clock)) => {
            (words_of(language).moment)(year, month, day, clock)
        }
        _ => text,
    }
}

/// The same as an element: a script of the page puts it into the zone of the reader's device.
pub fn moment(language: Language, seconds: u64) -> Markup {
    let iso = Time::from_unix(seconds).map(|time| time.to_string()).unwrap_or_default();
    html! { time datetime=(iso) { (time(language, seconds)) } }
}

/// A sentence that has a time in it.
pub fn with_moment(language: Language, sentence: fn(String) -> String, seconds: u64) -> Markup {
    const PLACE: &str = "\u{1}";
    let sentence = sentence(PLACE.to_owned());
    let (before, after) = sentence.split_once(PLACE).unwrap_or((&sentence, ""));
    html! { (before) (moment(language, seconds)) (after) }
}

/// The name of a month, from 1; nothing where there is no such month.
pub fn month(names: [&'static str; 12], month: u8) -> &'static str {
    usize::from(month).checked_sub(1).and_then(|place| names.get(place)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_shares_rounded_down() {
        assert_eq!(number(1_226_658), "1\u{202f}226\u{202f}658");
        assert_eq!(number(7), "7");
        let en = Language::English;
        assert_eq!(per_cent(en, 2, 3), "66.66 %");
        assert_eq!(per_cent(en, 1, 0), "0.00 %");
        assert_eq!(
            [hundredths(en, 2, 3), hundredths(en, 1, 200), hundredths(en, 1, 201), hundredths(en, 1, 0)],
            ["0.67", "0.01", "0.00", "–"]
        );
        assert_eq!(per_cent(en, u64::MAX, u64::MAX), "100.00 %");
        assert_eq!(fraction(Fraction::new(15, 2).unwrap()), "7½");
        assert_eq!(fraction(Fraction::new(2, 3).unwrap()), "2/3");
    }

    #[test]
    fn shares_and_times_are_written_as_in_the_readers_language() {
        let each = |of: fn(Language) -> String| Language::ALL.map(of);
        assert_eq!(each(|language| per_cent(language, 1, 8)), ["12,50 %", "12,50 %", "12.50 %"]);
        assert_eq!(each(|language| hundredths(language, 5, 2)), ["2,50", "2,50", "2.50"]);
        assert_eq!(
            each(|language| time(language, 0)),
            ["1970 жылғы 1 қаңтар, 00:00 UTC", "1 января 1970 г., 00:00 UTC", "1 January 1970, 00:00 UTC"]
        );
        assert_eq!(time(Language::English, 1_728_233_940), "6 October 2024, 16:59 UTC");
        let element = "<time datetime=\"2024-10-06T16:59:00Z\">6 October 2024, 16:59 UTC</time>";
        assert_eq!(moment(Language::English, 1_728_233_940).into_string(), element);
        let closed = with_moment(Language::English, |time| format!("closed ({time})."), 1_728_233_940);
        assert_eq!(closed.into_string(), format!("closed ({element})."));
    }
}
