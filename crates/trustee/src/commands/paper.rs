//! `paper-backup` and `restore-paper`: signing key and share as lines of ciphertext that can be typed again.

use std::fmt::Write as _;
use std::io::Read;
use std::path::{Path, PathBuf};

use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::files::{self, Access};
use plebiscite_roles::keys::RoleKey;
use plebiscite_roles::program::{Log, Place, print_line};
use plebiscite_roles::vault::Vault;
use plebiscite_trustee::shown::title_of;
use plebiscite_trustee::{State, paper};

use super::backup::{RestoreArguments, Taken, put_back, take};
use super::paper_pdf::{Sheet, pdf};
use super::{ROLE, key_path, scope};

/// The version of what the lines hold.
const VERSION: u8 = 1;
/// Longest text that is read back.
const TEXT_LIMIT: u64 = 1024 * 1024;
/// How the sheet's vault is called in errors.
const SHEET: &str = "the sheet";
/// What the sheet is.
const WHAT: [&str; 3] = [
    "Paper backup of a trustee's signing key and share: ciphertext under the",
    "trustee's passphrase, which is kept elsewhere. Sheet and passphrase together",
    "are the share.",
];
/// How it is brought back.
const HOW: [&str; 7] = [
    "To bring it back, type all lines into a file, or scan them, and run",
    "  plebiscite-trustee restore-paper FILE --folder NEW --record URL \\",
    "    --election ID",
    "Case does not matter; O is 0, I and L are 1. Each line ends with a check, so",
    "that a mistyped line is found by its number. A restored share decrypts a seal",
    "that enough other trustees have confirmed, and never confirms one.",
    "Destroy this sheet when the result is certified.",
];

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
    let manifest = verified.record.manifest();
    let title = manifest.map(|manifest| title_of(manifest)).unwrap_or_default();
    let election = verified.election.to_string();
    if let Some(path) = &arguments.pdf {
        let seconds = manifest.map_or(0, |manifest| manifest.document().schedule.opens.unix());
        let (title, election, told) = (title.as_str(), election.as_str(), [flowing(&WHAT), flowing(&HOW)]);
        let told: Vec<&str> = told.iter().map(String::as_str).collect();
        let sheet = Sheet { title, election, number, told: &told, lines: &lines, seconds };
        files::create(path, &pdf(&sheet).map_err(Stop::input)?, Access::Private)?;
    }
    let files: Vec<String> = [&arguments.out, &arguments.pdf]
        .iter()
        .filter_map(|path| Some(path.as_ref()?.display().to_string()))
        .collect();
    let text = sheet(&title, &election, number, &lines)?;
    if let Some(path) = &arguments.out {
        files::create(path, text.as_bytes(), Access::Private)?;
    }
    if files.is_empty() {
        return print_line(text.trim_end());
    }
    print_line(&format!(
        "{} lines are in {}: print it, and try restore-paper with it",
        lines.len(),
        files.join(" and in ")
    ))
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

/// The text that is printed: what it is, and the lines in blocks of five.
fn sheet(title: &str, election: &str, number: u16, lines: &[String]) -> Result<String, Stop> {
    let mut text = String::new();
    let about = [
        String::new(),
        format!("Election {title}"),
        format!("         {election}"),
        format!("Trustee  {number}"),
        String::new(),
    ];
    let told = WHAT.iter().map(|line| (*line).to_owned()).chain(about);
    let told = told.chain(HOW.iter().map(|line| (*line).to_owned()));
    let all = told.map(|line| format!("# {line}")).chain([String::new()]);
    let blocks = lines.iter().enumerate().flat_map(|(place, line)| {
        let gap = (place > 0 && place % 5 == 1).then(String::new);
        gap.into_iter().chain([line.clone()])
    });
    for line in all.chain(blocks) {
        writeln!(text, "{}", line.trim_end()).map_err(Stop::input)?;
    }
    Ok(text)
}

/// Lines as one paragraph: what breaks them on the sheet is left out.
fn flowing(lines: &[&str]) -> String {
    let words = lines.iter().flat_map(|line| line.split_whitespace()).filter(|word| *word != "\\");
    words.collect::<Vec<_>>().join(" ")
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

    #[test]
    fn a_sheet_reads_back_as_it_is_printed_and_fits_a_page() {
        let content: Vec<u8> = (0..=255).cycle().take(1_000).collect();
        let text = sheet("A vote", &"ab".repeat(32), 3, &paper::print(&content).unwrap()).unwrap();
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
        assert_eq!(paper::read(&text).unwrap(), content);
    }
}
