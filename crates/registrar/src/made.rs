//! What this registrar's program has made for one election: which letters of whom, and in which files. The help desk reads
//! it, and the destruction at the end. No code and no voter stands in it.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::roll_csv::Channel;

/// The file in the election's folder.
pub const FILE: &str = "made.json";
/// Longest such file.
pub const FILE_LIMIT: u64 = 64 * 1024 * 1024;

/// Everything that was made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Made {
    /// In the order in which it was.
    pub files: Vec<File>,
}

/// One file, or one folder of files of a kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// Where it was written.
    pub path: PathBuf,
    /// Of what it is.
    pub what: Kind,
    /// SHA-256 of the prepared roll that it was made from.
    pub roll: Option<String>,
    /// The channel whose voters it holds; all where there is none.
    pub channel: Option<Channel>,
    /// The region's id whose voters it holds; all where there is none.
    pub region: Option<String>,
    /// The roll number, where it is one voter's.
    pub number: Option<u32>,
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The prepared roll that codes were made for.
    Roll,
    /// Letters as PDF.
    Letters,
    /// Codes as CSV, as they are or encrypted.
    Codes,
    /// E-mails, a file a voter.
    Emails,
    /// The letter of a replacement.
    Replacement,
}

impl Made {
    /// Whether a voter's code has been written for printing or sending.
    #[must_use]
    pub fn holds(&self, roll: &str, region: &str, channel: Channel, number: u32) -> Vec<&File> {
        let fits = |file: &&File| {
            file.what != Kind::Roll
                && file.roll.as_deref().is_none_or(|own| own == roll)
                && file.region.as_deref().is_none_or(|own| own == region)
                && file.channel.is_none_or(|own| own == channel)
                && file.number.is_none_or(|own| own == number)
        };
        self.files.iter().filter(fits).collect()
    }

    /// Adds a file, once.
    pub fn add(&mut self, file: File) {
        if !self.files.contains(&file) {
            self.files.push(file);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_voters_letter_is_found_by_region_channel_and_roll() {
        let letters = File {
            path: "letters-ZH-1.pdf".into(),
            what: Kind::Letters,
            roll: Some("ab".to_owned()),
            channel: Some(Channel::Letter),
            region: Some("ZH".to_owned()),
            number: None,
        };
        let replaced =
            File { what: Kind::Replacement, number: Some(7), region: None, channel: None, ..letters.clone() };
        let roll = File { what: Kind::Roll, region: None, channel: None, ..letters.clone() };
        let mut made = Made::default();
        made.add(roll);
        made.add(letters.clone());
        made.add(letters);
        made.add(replaced);
        let count = |roll, region, channel, number| made.holds(roll, region, channel, number).len();
        assert_eq!(count("ab", "ZH", Channel::Letter, 1), 1);
        assert_eq!(count("ab", "ZH", Channel::Letter, 7), 2);
        assert_eq!(count("ab", "BE", Channel::Letter, 1), 0);
        assert_eq!(count("ab", "ZH", Channel::Email, 1), 0);
        assert_eq!(count("cd", "ZH", Channel::Letter, 1), 0, "another roll attempt's letters are no letters");
    }
}
