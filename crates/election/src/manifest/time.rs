//! Times of the manifest and of the acts that name one: exactly `YYYY-MM-DDTHH:MM:SSZ`.

use jiff::Timestamp;
use jiff::civil::{self, Date};
use jiff::tz::Offset;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A second of UTC, from 1970-01-01T00:00:00Z to 9999-12-30T22:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(u64);

/// The text or number is not a time of this protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a time of the form 2027-05-30T12:00:00Z")]
pub struct TimeFault;

impl Time {
    /// Reads `YYYY-MM-DDTHH:MM:SSZ`, and nothing that would not be printed back the same.
    ///
    /// # Errors
    /// [`TimeFault`] for any other text: another zone, fractions, a leap second, a date that is none.
    pub fn parse(text: &str) -> Result<Self, TimeFault> {
        let (year, rest) = number(text, 4)?;
        let (month, rest) = number(mark(rest, "-")?, 2)?;
        let (day, rest) = number(mark(rest, "-")?, 2)?;
        let (hour, rest) = number(mark(rest, "T")?, 2)?;
        let (minute, rest) = number(mark(rest, ":")?, 2)?;
        let (second, rest) = number(mark(rest, ":")?, 2)?;
        if rest != "Z" {
            return Err(TimeFault);
        }
        let small = |number: i16| i8::try_from(number).map_err(|_| TimeFault);
        let date = Date::new(year, small(month)?, small(day)?).map_err(|_| TimeFault)?;
        let time =
            civil::Time::new(small(hour)?, small(minute)?, small(second)?, 0).map_err(|_| TimeFault)?;
        Self::from_timestamp(Offset::UTC.to_timestamp(date.to_datetime(time)).map_err(|_| TimeFault)?)
    }

    /// The time that lies `seconds` after 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    /// [`TimeFault`] if that is beyond the calendar.
    pub fn from_unix(seconds: u64) -> Result<Self, TimeFault> {
        let signed = i64::try_from(seconds).map_err(|_| TimeFault)?;
        Self::from_timestamp(Timestamp::from_second(signed).map_err(|_| TimeFault)?)
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    pub fn unix(&self) -> u64 {
        self.0
    }

    fn from_timestamp(timestamp: Timestamp) -> Result<Self, TimeFault> {
        u64::try_from(timestamp.as_second()).map(Self).map_err(|_| TimeFault)
    }
}

/// A number of exactly so many digits at the front, at most four, and what follows it. Not by jiff's parser, which reads
/// every way to write a time and names every way to fail: some 100 kB of what a voter's browser would load.
fn number(text: &str, digits: usize) -> Result<(i16, &str), TimeFault> {
    let (number, rest) = text.split_at_checked(digits).ok_or(TimeFault)?;
    if !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(TimeFault);
    }
    Ok((number.parse().map_err(|_| TimeFault)?, rest))
}

/// What follows this mark.
fn mark<'t>(text: &'t str, mark: &str) -> Result<&'t str, TimeFault> {
    text.strip_prefix(mark).ok_or(TimeFault)
}

impl std::fmt::Display for Time {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let timestamp = i64::try_from(self.0).ok().and_then(|second| Timestamp::from_second(second).ok());
        let at = Offset::UTC.to_datetime(timestamp.ok_or(std::fmt::Error)?);
        let (year, month, day) = (at.year(), at.month(), at.day());
        write!(f, "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", at.hour(), at.minute(), at.second())
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_form_is_read_and_printed_back() {
        for text in
            ["1970-01-01T00:00:00Z", "2027-05-30T12:00:00Z", "2028-02-29T23:59:59Z", "9999-12-30T22:00:00Z"]
        {
            let time = Time::parse(text).unwrap();
            assert_eq!(time.to_string(), text);
            assert_eq!(Time::from_unix(time.unix()), Ok(time));
        }
        assert_eq!(Time::parse("1970-01-02T00:00:01Z").unwrap().unix(), 86_401);
    }

    #[test]
    fn every_other_way_to_write_a_time_is_refused() {
        for text in [
            "2027-05-30T12:00:00+00:00",
            "2027-05-30T12:00:00.0Z",
            "2027-05-30T12:00:00z",
            "2027-05-30t12:00:00Z",
            "2027-05-30 12:00:00Z",
            "2027-05-30T12:00Z",
            "20270530T120000Z",
            "2027-02-29T12:00:00Z",
            "2027-05-30T23:59:60Z",
            "2027-05-30T24:00:00Z",
            "1969-12-31T23:59:59Z",
            "-000001-05-30T12:00:00Z",
            "2027-05-30T12:00:00Z ",
            "2027-05-30T12:00:00Z[UTC]",
            "2027-05-30T12:00:+1Z",
            "+027-05-30T12:00:00Z",
            "2027-00-30T12:00:00Z",
            "2027-05-30T12:60:00Z",
            "2027-05-3\u{660}T12:00:00Z",
            "\u{662}027-05-30T12:00:00Z",
            "12027-05-30T12:00:00Z",
            "9999-12-31T23:59:59Z",
            "",
        ] {
            assert_eq!(Time::parse(text), Err(TimeFault), "{text}");
        }
        assert_eq!(Time::from_unix(u64::MAX), Err(TimeFault));
    }
}
