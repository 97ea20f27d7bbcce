//! The command lines of all roles: exit codes, one sentence for an error, passphrases (§24.4).

use std::fmt::Display;
use std::fs::File;
use std::io::{IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use plebiscite_verifier::printable::Printable;
use thiserror::Error;
use zeroize::Zeroizing;

use crate::entries::EntriesError;
use crate::files::FileError;
use crate::kept::KeptError;
use crate::keys::KeyError;
use crate::record::RecordError;
use crate::remote::{RemoteError, exit_of};
use crate::vault::{Passphrase, VaultError};

/// How a program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Done, or every check passed.
    Pass = 0,
    /// A check failed.
    CheckFailed = 1,
    /// The command line makes no sense.
    Usage = 2,
    /// A file or another input is missing or is not what it should be.
    Input = 3,
    /// A server cannot be reached, or does not do what it is asked.
    Network = 4,
    /// It cannot be decided yet.
    NotYet = 5,
    /// The program is at fault.
    Bug = 70,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// One sentence for the reader, and the exit code for the caller. Every error of this crate becomes one.
#[derive(Debug, Error)]
#[error("{sentence}")]
pub struct Stop {
    /// The exit code.
    pub exit: Exit,
    /// What went wrong.
    pub sentence: String,
}

impl Stop {
    /// An end with a sentence.
    pub fn new(exit: Exit, sentence: impl Display) -> Self {
        Self { exit, sentence: sentence.to_string() }
    }

    /// An input that is not what it should be.
    pub fn input(sentence: impl Display) -> Self {
        Self::new(Exit::Input, sentence)
    }
}

macro_rules! stops {
    ($($error:ty => $exit:expr;)*) => {
        $(impl From<$error> for Stop {
            fn from(error: $error) -> Self {
                let exit: fn(&$error) -> Exit = $exit;
                Self::new(exit(&error), &error)
            }
        })*
    };
}

stops! {
    FileError => |_| Exit::Input;
    EntriesError => |_| Exit::Input;
    VaultError => |_| Exit::Input;
    KeyError => |_| Exit::Input;
    KeptError => KeptError::exit;
    RecordError => RecordError::exit;
    RemoteError => exit_of;
}

/// Ends a program: prints the one sentence, if there is one, to standard error.
#[must_use]
pub fn end(program: &str, result: Result<Exit, Stop>) -> ExitCode {
    match result {
        Ok(exit) => exit.into(),
        Err(stop) => {
            // Standard error may be closed; the exit code still says it.
            let _ =
                writeln!(std::io::stderr(), "{program}: {}", Printable(&stop.sentence.replace('\n', "; ")));
            stop.exit.into()
        }
    }
}

/// The options by which every program takes its vaults' passphrase.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct PassphraseOptions {
    /// A file whose first line is the passphrase, or a pipe from a program that prints it; otherwise the environment or a
    /// prompt.
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
}

/// The environment's variable that may hold the passphrase.
pub const PASSPHRASE_VARIABLE: &str = "PLEBISCITE_PASSPHRASE";
/// Longest passphrase file, in bytes.
const PASSPHRASE_LIMIT: u64 = 4_096;

impl PassphraseOptions {
    /// The passphrase: from the file, from the environment, or typed at a terminal. `fresh`: it is chosen now, so typed twice.
    ///
    /// # Errors
    /// [`Stop`] with [`Exit::Input`].
    pub fn passphrase(&self, fresh: bool) -> Result<Passphrase, Stop> {
        if let Some(path) = &self.passphrase_file {
            let content = passphrase_file(path)?;
            let text =
                std::str::from_utf8(&content).map_err(|_| Stop::input("the passphrase file is not UTF-8"))?;
            return Ok(Passphrase::new(text.lines().next().unwrap_or_default().to_owned())?);
        }
        match std::env::var(PASSPHRASE_VARIABLE) {
            Ok(text) => Ok(Passphrase::new(text)?),
            Err(_) => prompt(fresh),
        }
    }
}

/// Whoever names this file holds the passphrase, and may have it printed by a program that keeps it: a pipe is waited for.
fn passphrase_file(path: &Path) -> Result<Zeroizing<Vec<u8>>, Stop> {
    let failed = |error: std::io::Error| Stop::input(format!("cannot read {}: {error}", path.display()));
    let mut content = Zeroizing::new(Vec::with_capacity(PASSPHRASE_LIMIT as usize + 1));
    let file = File::open(path).map_err(failed)?;
    file.take(PASSPHRASE_LIMIT + 1).read_to_end(&mut content).map_err(failed)?;
    if content.len() as u64 > PASSPHRASE_LIMIT {
        return Err(Stop::input(format!("{} is larger than {PASSPHRASE_LIMIT} bytes", path.display())));
    }
    Ok(content)
}

/// One line that is secret: typed unseen at a terminal, else the next line of standard input; none at its end.
///
/// # Errors
/// [`Stop`] with [`Exit::Input`].
pub fn secret_line(question: &str) -> Result<Option<Zeroizing<String>>, Stop> {
    if std::io::stdin().is_terminal() {
        return rpassword::prompt_password(question)
            .map(|line| Some(Zeroizing::new(line)))
            .map_err(Stop::input);
    }
    let mut line = Zeroizing::new(String::new());
    let read = std::io::stdin().read_line(&mut line).map_err(Stop::input)?;
    Ok((read > 0).then_some(line))
}

fn prompt(fresh: bool) -> Result<Passphrase, Stop> {
    if !std::io::stdin().is_terminal() {
        let sentence =
            format!("no passphrase: give --passphrase-file or {PASSPHRASE_VARIABLE}, or use a terminal");
        return Err(Stop::input(sentence));
    }
    let ask = |text: &str| rpassword::prompt_password(text).map(Zeroizing::new).map_err(Stop::input);
    let typed = ask("Passphrase: ")?;
    if fresh && *ask("The same again: ")? != *typed {
        return Err(Stop::input("the two passphrases differ"));
    }
    Ok(Passphrase::new(typed.to_string())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_codes_are_those_of_the_specification() {
        let codes =
            [Exit::Pass, Exit::CheckFailed, Exit::Usage, Exit::Input, Exit::Network, Exit::NotYet, Exit::Bug];
        assert_eq!(codes.map(|exit| exit as u8), [0, 1, 2, 3, 4, 5, 70]);
    }

    #[test]
    fn a_passphrase_is_the_first_line_of_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("p");
        std::fs::write(&path, "a secret\nmore").unwrap();
        let options = PassphraseOptions { passphrase_file: Some(path.clone()) };
        assert!(options.passphrase(false).is_ok());
        std::fs::write(&path, "\nmore").unwrap();
        assert_eq!(options.passphrase(false).unwrap_err().exit, Exit::Input);
        std::fs::write(&path, [0xff]).unwrap();
        assert_eq!(options.passphrase(false).unwrap_err().exit, Exit::Input);
    }
}
