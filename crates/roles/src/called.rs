//! How a program was called, and so how its next command is typed: with the same log, election and folder.

use plebiscite_election::entry::ElectionId;

use crate::program::{Log, Place};
use crate::signing::word;

/// What all commands of one role in one election repeat.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Called {
    /// The program's name.
    pub program: &'static str,
    /// The record's address or folder.
    pub record: String,
    /// The election's id.
    pub election: String,
    /// The role's folder.
    pub folder: String,
}

impl Called {
    /// As this call was typed.
    #[must_use]
    pub fn of(program: &'static str, place: &Place, log: &Log, election: ElectionId) -> Self {
        Self {
            program,
            record: log.record.clone(),
            election: election.to_string(),
            folder: place.folder.display().to_string(),
        }
    }

    /// Whether the record is on a server, to which messages are posted.
    #[must_use]
    pub fn is_remote(&self) -> bool {
        self.record.starts_with("http://") || self.record.starts_with("https://")
    }

    /// A command, for a POSIX shell.
    #[must_use]
    pub fn command(&self, words: &str) -> String {
        format!(
            "{} {words} --record {} --election {} --folder {}",
            self.program,
            word(&self.record),
            self.election,
            word(&self.folder)
        )
    }

    /// A command that posts; where the record is a folder, its message goes to a file.
    #[must_use]
    pub fn posting(&self, words: &str) -> String {
        if self.is_remote() { self.command(words) } else { self.command(&format!("{words} --out FILE")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_one_that_a_shell_reads_as_it_was_meant() {
        let called = Called {
            program: "plebiscite-trustee",
            record: "http://127.0.0.1:1/e/0123456789abcdef/".to_owned(),
            election: "ab".to_owned(),
            folder: "my 'own' folder".to_owned(),
        };
        assert_eq!(
            called.posting("confirm"),
            "plebiscite-trustee confirm --record http://127.0.0.1:1/e/0123456789abcdef/ --election ab --folder 'my \
             '\\''own'\\'' folder'"
        );
        let folder = Called { record: "STICK".to_owned(), ..called };
        assert!(
            folder.posting("confirm").starts_with("plebiscite-trustee confirm --out FILE --record STICK ")
        );
    }
}
