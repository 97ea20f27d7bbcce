//! How answers are read: by the rules by which a manifest's own fields are judged, each refusal with how to mend it.

use plebiscite_election::manifest::document::{Member, Text};
use plebiscite_election::manifest::error::ManifestError;
use plebiscite_election::manifest::text::{
    SHORT_TEXT, TextFault, appearance, is_id, is_language, name_faults, text_faults,
};
use plebiscite_election::manifest::time::Time;

use super::{Ask, Asked, Asker};
use crate::members::key;

/// A zone by its distance from UTC, in minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Zone(i64);

pub(super) fn yes(text: &str) -> Result<bool, String> {
    match text.to_lowercase().as_str() {
        "yes" | "y" => Ok(true),
        "no" | "n" => Ok(false),
        _ => Err("write yes or no".to_owned()),
    }
}

pub(super) fn number<T: std::str::FromStr + PartialOrd + std::fmt::Display>(
    text: &str,
    least: T,
    most: T,
) -> Result<T, String> {
    let digits: String =
        text.chars().filter(|c| !matches!(c, ',' | ' ' | '_' | '\u{a0}' | '\u{202f}')).collect();
    let found = digits.parse::<T>().ok().filter(|found| (&least..=&most).contains(&found));
    found.ok_or_else(|| format!("write a whole number from {least} to {most}"))
}

pub(super) fn languages(text: &str) -> Result<Vec<String>, String> {
    let tags: Vec<String> = text.split([',', ' ']).filter(|tag| !tag.is_empty()).map(str::to_owned).collect();
    if tags.is_empty() || tags.len() > 16 {
        return Err("write 1 to 16 languages, like en, ru, kk".to_owned());
    }
    for (place, tag) in tags.iter().enumerate() {
        if !is_language(tag) {
            let error = ManifestError::Language { place: String::new(), tag: tag.clone() };
            return Err(format!("{tag:?} is no language tag; {}", error.remedy()));
        }
        if tags.iter().take(place).any(|other| other == tag) {
            return Err(format!("{tag} stands twice; name each language once"));
        }
    }
    Ok(tags)
}

fn mended(faults: Vec<TextFault>) -> Result<(), String> {
    let sentence = |fault: &TextFault| {
        let remedy = ManifestError::Text { place: String::new(), fault: *fault }.remedy();
        format!("{fault}; {remedy}")
    };
    if faults.is_empty() { Ok(()) } else { Err(faults.iter().map(sentence).collect::<Vec<_>>().join("; ")) }
}

pub(super) fn text(text: &str, limit: usize) -> Result<String, String> {
    mended(text_faults(text, limit)).map(|()| text.to_owned())
}

pub(super) fn id(text: &str, region: bool, others: &[String]) -> Result<String, String> {
    if !is_id(text, region) {
        let error = ManifestError::Id { place: String::new(), id: text.to_owned() };
        return Err(error.remedy());
    }
    if others.iter().any(|other| other.eq_ignore_ascii_case(text)) {
        return Err(format!("{text} stands there already; write another"));
    }
    Ok(text.to_owned())
}

/// A name and a key, neither of which stands there already.
pub(super) fn member(text: &str, role: &[Member], all: &[Member]) -> Result<Member, String> {
    let (name, hex) = text
        .rsplit_once([' ', '='])
        .ok_or("write a name and the key that its holder's init printed, like: Anna 3f…e1")?;
    let member = Member { name: name.trim().to_owned(), key: key(hex)? };
    mended(name_faults(&member.name, SHORT_TEXT))?;
    free(member, role, all)
}

/// A member whose name is new in its role, and whose key is new everywhere.
pub(super) fn free(member: Member, role: &[Member], all: &[Member]) -> Result<Member, String> {
    if role.iter().any(|other| appearance(&other.name) == appearance(&member.name)) {
        return Err(format!("the name {} stands there already; tell the two apart", member.name));
    }
    match all.iter().find(|other| other.key == member.key) {
        Some(other) => {
            Err(format!("this is the key of {} already; each role and person has its own", other.name))
        }
        None => Ok(member),
    }
}

pub(super) fn zone(text: &str) -> Result<Zone, String> {
    let wrong = || "write the distance from UTC, like +05:00 or -03:30, or UTC".to_owned();
    if text.eq_ignore_ascii_case("utc") {
        return Ok(Zone(0));
    }
    let (sign, rest) = match text.split_at_checked(1) {
        Some(("+", rest)) => (1, rest),
        Some(("-", rest)) => (-1, rest),
        _ => return Err(wrong()),
    };
    let (hours, minutes) = rest.split_once(':').ok_or_else(wrong)?;
    let part = |text: &str, below: i64| {
        let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<i64>().ok().filter(|number| digits && *number < below).ok_or_else(wrong)
    };
    Ok(Zone(sign * (part(hours, 15)?.saturating_mul(60).saturating_add(part(minutes, 60)?))))
}

/// `2027-05-30 08:00` in a zone, or a time in UTC as the manifest writes it.
pub(super) fn time(text: &str, zone: Zone) -> Result<Time, String> {
    if let Ok(time) = Time::parse(text) {
        return Ok(time);
    }
    let wrong = || "write a time like 2027-05-30 08:00, or in UTC like 2027-05-30T03:00:00Z".to_owned();
    let (date, clock) = text.split_once([' ', 'T']).ok_or_else(wrong)?;
    let seconds = if clock.len() == 5 { ":00" } else { "" };
    let local = Time::parse(&format!("{date}T{clock}{seconds}Z")).map_err(|_| wrong())?;
    let shift = zone.0.saturating_mul(60).saturating_neg();
    let utc = local.unix().checked_add_signed(shift).ok_or_else(wrong)?;
    Time::from_unix(utc).map_err(|_| wrong())
}

/// A later time than another, with how to mend it.
pub(super) fn later(time: Time, than: Time, name: &str, or_same: bool) -> Result<Time, String> {
    if time > than || (or_same && time == than) {
        return Ok(time);
    }
    Err(format!("{time} is not later than {name}, {than}; name a later time"))
}

impl Asker<'_> {
    /// A text in every language. `default` is what an empty answer means in a language; `others` are texts that it may
    /// not look like.
    pub(super) fn texts(
        &mut self,
        languages: &[String],
        (key, prompt): (&str, &str),
        limit: usize,
        default: impl Fn(&str) -> Option<String>,
        others: &[&Text],
    ) -> Asked<Text> {
        let mut texts = Text(std::collections::BTreeMap::new());
        for language in languages {
            let ask = Ask::new(format!("{key}.{language}"), format!("{prompt} ({language})"));
            let words = self.ask(ask.perhaps(default(language)), |given| {
                let given = text(given, limit)?;
                let alike = |other: &&Text| {
                    other.get(language).is_some_and(|other| appearance(other) == appearance(&given))
                };
                if others.iter().any(alike) {
                    return Err("it looks like another one of this list; tell the two apart".to_owned());
                }
                Ok(given)
            })?;
            texts.0.insert(language.clone(), words);
        }
        Ok(texts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_their_zone() {
        let read = |text: &str, of: &str| time(text, zone(of).unwrap()).map(|time| time.to_string());
        assert_eq!(read("2027-05-30 08:00", "+05:00").unwrap(), "2027-05-30T03:00:00Z");
        assert_eq!(read("2027-05-30 22:30", "-03:30").unwrap(), "2027-05-31T02:00:00Z");
        assert_eq!(read("2027-05-30T08:00:00Z", "+05:00").unwrap(), "2027-05-30T08:00:00Z");
        for text in
            ["2027-05-30", "30.05.2027 08:00", "2027-02-30 08:00", "1970-01-01 00:00", "2027-05-30 25:00"]
        {
            assert!(read(text, "+05:00").is_err(), "{text}");
        }
        for text in ["5", "+5", "+15:00", "+05:60", "Almaty", ""] {
            assert!(zone(text).is_err(), "{text}");
        }
    }

    #[test]
    fn numbers_may_be_grouped() {
        assert_eq!(number::<u32>("12,284,487", 1, u32::MAX), Ok(12_284_487));
        assert_eq!(number::<u32>("12 284 487", 1, u32::MAX), Ok(12_284_487));
        assert!(number::<u32>("4294967296", 1, u32::MAX).is_err() && number::<u32>("-1", 0, 9).is_err());
    }
}
