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
    per_cent_of(language, u128::from(part).saturating_mul(WHOLE).checked_div(u128::from(whole)).unwrap_or(0))
}

/// Shares of the same whole, in hundredths of a per cent, which add up to 100.00 % where the counts add up to the whole: each is
/// rounded down, and what is then missing goes, a hundredth each, to those that lost most by it; of equal ones to the later, so
/// that blank comes before no, and no before yes.
///
/// No share is rounded up to a mark that it does not reach, nor past one that it only just reaches: one half, and every
/// majority that the rule asks for. 49.996 % stays 49.99 %, and another answer gets the hundredth. Where no other can take it, the sum
/// stays below 100.00 %: whether they add up to it is the second value.
pub fn shares(language: Language, counts: &[u64], whole: u64, marks: &[Fraction]) -> (Vec<String>, bool) {
    let scaled = |count: &u64| u128::from(*count).saturating_mul(WHOLE);
    let below = |count: &u64| scaled(count).checked_div(whole.into()).unwrap_or(0);
    let lost = |count: &u64| scaled(count).checked_rem(whole.into()).unwrap_or(0);
    let adds_up = counts.iter().map(|count| u128::from(*count)).sum::<u128>() == u128::from(whole);
    let missing = if adds_up { WHOLE.saturating_sub(counts.iter().map(below).sum()) } else { 0 };
    let half = Fraction::new(1, 2).ok();
    let may_rise =
        |count: &u64| !marks.iter().chain(&half).any(|mark| passes(*count, whole, below(count) + 1, *mark));
    let mut rising: Vec<usize> = (0..counts.len()).collect();
    rising.retain(|place| counts.get(*place).is_some_and(|count| lost(count) > 0 && may_rise(count)));
    rising.sort_by_key(|place| std::cmp::Reverse((counts.get(*place).map(lost), *place)));
    let whole_shown = adds_up && u128::try_from(rising.len()).is_ok_and(|able| able >= missing);
    rising.truncate(usize::try_from(missing).unwrap_or(usize::MAX));
    let shown = |(place, count): (usize, &u64)| below(count) + u128::from(rising.contains(&place));
    let shares = counts.iter().enumerate().map(shown).map(|share| per_cent_of(language, share)).collect();
    (shares, whole_shown)
}

/// One, in hundredths of a per cent.
const WHOLE: u128 = 10_000;

/// Whether a share that is at most a mark would be shown as the mark, or as more.
fn passes(count: u64, whole: u64, shown: u128, mark: Fraction) -> bool {
    let (above, below) = (u128::from(mark.numerator()), u128::from(mark.denominator()));
    let at_most = u128::from(count).saturating_mul(below) <= u128::from(whole).saturating_mul(above);
    at_most && shown.saturating_mul(below) >= WHOLE.saturating_mul(above)
}

fn per_cent_of(language: Language, hundredths: u128) -> String {
    format!("{}{}{:02} %", hundredths / 100, words_of(language).decimal, hundredths % 100)
}

/// Whether a fraction is one half, which has a word of its own in every language.
pub fn is_half(fraction: Fraction) -> bool {
    fraction.numerator() == 1 && fraction.denominator() == 2
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

    fn of(counts: &[u64], whole: u64, marks: &[Fraction]) -> Vec<String> {
        shares(Language::English, counts, whole, marks).0
    }

    /// Shares by the usual mark of one half alone.
    fn plain(counts: &[u64]) -> Vec<String> {
        of(counts, counts.iter().sum(), &[])
    }

    #[test]
    fn shares_of_a_whole_add_up_to_it_and_the_largest_remainders_are_rounded_up() {
        assert_eq!(plain(&[5_557, 2_050, 212]), ["71.07 %", "26.22 %", "2.71 %"]);
        assert_eq!(plain(&[560, 659, 28]), ["44.91 %", "52.85 %", "2.24 %"]);
        assert_eq!(plain(&[1, 1, 1]), ["33.33 %", "33.33 %", "33.34 %"]);
        assert_eq!(plain(&[4, 2, 0]), ["66.67 %", "33.33 %", "0.00 %"]);
        assert_eq!(plain(&[7, 0]), ["100.00 %", "0.00 %"]);
        assert_eq!(plain(&[0, 0]), ["0.00 %", "0.00 %"]);
        // Ticks of an approval add up to more than the ballots: each is rounded down by itself.
        assert_eq!(of(&[2, 2, 2], 3, &[]), ["66.66 %", "66.66 %", "66.66 %"]);
        for seed in 1..2_000_u64 {
            let counts = [seed * 7_919 % 1_009, seed * 104_729 % 997, seed % 13];
            let sum: u64 = plain(&counts)
                .iter()
                .map(|share| share.replace([' ', '%', '.'], "").parse::<u64>().unwrap())
                .sum();
            assert!(sum == 10_000 || counts.iter().all(|count| *count == 0), "{counts:?}");
        }
    }

    #[test]
    fn no_share_is_rounded_up_to_a_majority_that_it_does_not_have() {
        // 49.996 and 50.004 of a hundred.
        assert_eq!(plain(&[12_499, 12_501]), ["49.99 %", "50.01 %"]);
        assert_eq!(plain(&[12_501, 12_499]), ["50.01 %", "49.99 %"]);
        assert_eq!(plain(&[1, 1]), ["50.00 %", "50.00 %"]);
        // Two thirds are asked for, and 66.664 % are there: the no gets the hundredth, as it does not without such a rule.
        let thirds = [Fraction::new(2, 3).unwrap()];
        let counts = [666_664, 333_336];
        assert_eq!(of(&counts, 1_000_000, &thirds), ["66.66 %", "33.34 %"]);
        let near = [666_666, 333_334];
        assert_eq!(of(&near, 1_000_000, &[]), ["66.67 %", "33.33 %"]);
        assert_eq!(of(&near, 1_000_000, &thirds), ["66.66 %", "33.34 %"]);
        // Exactly a third each, of which more is asked for: nobody may take the hundredth.
        let third = [Fraction::new(1, 3).unwrap()];
        let (shown, whole) = shares(Language::English, &[1, 1, 1], 3, &third);
        assert_eq!((shown.concat(), whole), ("33.33 %".repeat(3), false));
        assert!(shares(Language::English, &[1, 1, 1], 3, &[]).1);
        assert!(!shares(Language::English, &[2, 2, 2], 3, &[]).1);
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
