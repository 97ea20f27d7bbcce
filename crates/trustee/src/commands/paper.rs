//! `paper-backup` and `restore-paper`: signing key and share as lines of ciphertext that can be typed again.

use std::io::Read;
use std::path::{Path, PathBuf};

use plebiscite_election::counted::counted;
use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::files::{self, Access};
use plebiscite_roles::keys::RoleKey;
use plebiscite_roles::program::{Log, Place, print_line};
use plebiscite_roles::vault::Vault;
use plebiscite_trustee::{State, paper};

use super::backup::{RestoreArguments, Taken, put_back, take, tell_limits};
use super::sheet::{Sheet, pdf};
use super::{ROLE, key_path, scope};

/// The version of what the lines hold.
const VERSION: u8 = 1;
/// Longest text that is read back.
const TEXT_LIMIT: u64 = 1024 * 1024;
/// How the sheet's vault is called in errors.
const SHEET: &str = "the sheet";
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    log: Log,
    /// The text's file, which must not be there yet; otherwise it is printed.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The same as a PDF with codes to scan, in this file, which must not be there yet.
    #[arg(long, value_name = "FILE")]
    pdf: Option<PathBuf>,
}

pub fn run(arguments: &Arguments) -> Result<Exit, Stop> {
    let Taken { verified, number, passphrase, state } = take(&arguments.place, &arguments.log)?;
    let share = Vault::bytes_of(SHEET, &scope(verified.election), &passphrase, &state.encode())?;
    // As it lies there: ciphertext. The desk has opened it, so it is whole.
    let key = files::read(&key_path(&arguments.place), TEXT_LIMIT)?;
    let lines = paper::print(&join(&key, &share)?).map_err(Stop::input)?;
    let sheet = Sheet::of(&verified.record, number, &lines);
    if let Some(path) = &arguments.pdf {
        files::create(path, &pdf(&sheet).map_err(Stop::input)?, Access::Private)?;
    }
    let files: Vec<String> = [&arguments.out, &arguments.pdf]
        .iter()
        .filter_map(|path| Some(path.as_ref()?.display().to_string()))
        .collect();
    let text = sheet.text();
    if let Some(path) = &arguments.out {
        files::create(path, text.as_bytes(), Access::Private)?;
    }
    if files.is_empty() {
        return print_line(text.trim_end());
    }
    print_line(&format!(
        "{} are in {}: print it, and try restore-paper with what you type or scan from it, before you rely on it",
        counted(lines.len(), "line"),
        files.join(" and in ")
    ))?;
    tell_limits(&verified.record)
}

pub fn restore(arguments: &RestoreArguments) -> Result<Exit, Stop> {
    let text = read_text(&arguments.file)?;
    let content = paper::read(&text).map_err(Stop::input)?;
    let (key, share) = split(&content).ok_or_else(|| Stop::input("the sheet is of another version"))?;
    let verified = arguments.place.verified(&arguments.log)?;
    let passphrase = arguments.place.passphrase.passphrase(false)?;
    let secrets = Vault::secrets_of(SHEET, share, &scope(verified.election), &passphrase)?;
    let path = key_path(&arguments.place);
    match files::read(&path, TEXT_LIMIT) {
        // Another vault may hold the same key; that the share is this key's trustee's is checked below.
        Ok(_) => RoleKey::open(&path, ROLE, &passphrase).map(|_| ())?,
        Err(error) if error.is_missing() => {
            files::create(&path, key, Access::Private)?;
            if let Err(error) = RoleKey::open(&path, ROLE, &passphrase) {
                // It is none: the folder is left as it was.
                std::fs::remove_file(&path).map_err(Stop::input)?;
                return Err(error.into());
            }
        }
        Err(error) => return Err(error.into()),
    }
    put_back(&arguments.place, &verified, &State::decode(&secrets).map_err(Stop::input)?)
}

/// version u8 ‖ length of the key's vault u32 ‖ the key's vault ‖ the share's vault.
fn join(key: &[u8], share: &[u8]) -> Result<Vec<u8>, Stop> {
    let length = u32::try_from(key.len()).map_err(Stop::input)?;
    Ok([&[VERSION], length.to_be_bytes().as_slice(), key, share].concat())
}

fn split(content: &[u8]) -> Option<(&[u8], &[u8])> {
    let rest = content.strip_prefix(&[VERSION])?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)
}

fn read_text(path: &Path) -> Result<String, Stop> {
    let bytes = if path == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin().take(TEXT_LIMIT + 1).read_to_end(&mut bytes).map_err(Stop::input)?;
        bytes
    } else {
        files::read(path, TEXT_LIMIT)?
    };
    if bytes.len() as u64 > TEXT_LIMIT {
        return Err(Stop::input(format!("the text is longer than {TEXT_LIMIT} bytes")));
    }
    String::from_utf8(bytes).map_err(|_| Stop::input("the text is not UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_joined_is_split_again_and_nothing_else_is() {
        let joined = join(b"key", b"the share").unwrap();
        assert_eq!(split(&joined), Some((b"key".as_slice(), b"the share".as_slice())));
        assert_eq!(split(&joined[..6]), None);
        assert_eq!(split(&[2, 0, 0, 0, 0]), None);
        assert_eq!(split(&[]), None);
    }
}
