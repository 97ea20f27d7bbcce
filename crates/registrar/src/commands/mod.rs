//! The commands, one a file, and what they share: this registrar, and the files of a roll attempt.

pub mod codes;
pub mod commit;
pub mod destroy;
pub mod diff;
pub mod emails;
pub mod init;
pub mod letters;
pub mod lookup;
pub mod prepare;
pub mod publish;
pub mod replace;
pub mod seal;
pub mod verify_certificate;

use std::io::Write;
use std::path::{Path, PathBuf};

use plebiscite_election::counted::counted;
use plebiscite_election::credential::{Registrar, list_length};
use plebiscite_election::entry::{ElectionId, Role};
use plebiscite_election::manifest::Manifest;
use plebiscite_registrar::import::{self, ImportError, Imported};
use plebiscite_registrar::import::{columns::Named, encoding::Encoding, table::Separator};
use plebiscite_registrar::letter::{Vote, Zone};
use plebiscite_registrar::letters::ensure_same_roll;
use plebiscite_registrar::made::{self, Made};
use plebiscite_registrar::{Prepared, RollCodes};
use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::files::{self, Access};
use plebiscite_roles::keys::RoleKey;
use plebiscite_roles::program::{Log, Place, Verified};
use plebiscite_roles::progress::Progress;
use plebiscite_roles::signing::word;
use plebiscite_roles::vault::{Passphrase, Scope, Vault, VaultError};

/// The role's name in vaults.
pub const ROLE: &str = "registrar";
/// The program's name, for the commands that it tells.
pub const PROGRAM: &str = "plebiscite-registrar";
/// Longest list that is read back, and so the longest that is made: 63 million rows.
const LIST_LIMIT: u64 = 2 * 1024 * 1024 * 1024;

/// This registrar at work on one election.
pub struct Desk {
    pub key: RoleKey,
    pub registrar: Registrar,
    passphrase: Passphrase,
    folder: PathBuf,
    election: ElectionId,
}

impl Desk {
    /// Opens the key and finds its number in the election.
    pub fn open(place: &Place, verified: &Verified) -> Result<Self, Stop> {
        let passphrase = place.passphrase.passphrase(false)?;
        let key = RoleKey::open(&place.folder.join("key.vault"), ROLE, &passphrase)?;
        let number = verified.number(Role::Registrar, &key.public())?;
        let registrar = u8::try_from(number).ok().and_then(Registrar::from_number);
        let registrar = registrar
            .ok_or_else(|| Stop::new(Exit::CheckFailed, "an election has two registrars at most"))?;
        let folder = place.folder.join(verified.election.to_string());
        files::make_folder(&folder)?;
        Ok(Self { key, registrar, passphrase, folder, election: verified.election })
    }

    /// This registrar's number as entries carry it.
    pub fn number(&self) -> u16 {
        u16::from(self.registrar.number())
    }

    /// A file of this election.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The codes of a roll attempt, if they were made.
    pub fn codes(&self, roll_attempt: u32) -> Result<Option<RollCodes>, Stop> {
        let Some(bytes) = self.secret(&codes_name(roll_attempt))? else { return Ok(None) };
        let codes = RollCodes::decode(&bytes).map_err(Stop::input)?;
        let fits = codes.roll_attempt == roll_attempt && codes.registrar == self.registrar;
        if fits { Ok(Some(codes)) } else { Err(Stop::input("the kept codes are of another roll attempt")) }
    }

    /// The contents of a vault of this election, if it is there.
    pub fn secret(&self, name: &str) -> Result<Option<zeroize::Zeroizing<Vec<u8>>>, Stop> {
        match Vault::open(&self.path(name), &self.scope(), &self.passphrase) {
            Ok((_, bytes)) => Ok(Some(bytes)),
            Err(VaultError::File(error)) if error.is_missing() => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// What was made for this election so far.
    pub fn made(&self) -> Result<Made, Stop> {
        match files::read(&self.path(made::FILE), made::FILE_LIMIT) {
            Ok(bytes) => serde_json::from_slice(&bytes)
                .map_err(|error| Stop::input(format!("the list of what was made is malformed: {error}"))),
            Err(error) if error.is_missing() => Ok(Made::default()),
            Err(error) => Err(error.into()),
        }
    }

    /// Notes where a prepared roll lies.
    pub fn note_roll(&self, path: &Path, prepared: &Prepared) -> Result<(), Stop> {
        self.note(made::File {
            path: path.to_owned(),
            what: made::Kind::Roll,
            roll: Some(hex::encode(prepared.digest())),
            channel: None,
            region: None,
            number: None,
        })
    }

    /// Notes a file before it is written, so that none is forgotten when all are destroyed.
    pub fn note(&self, file: made::File) -> Result<(), Stop> {
        let path = std::path::absolute(&file.path).map_err(Stop::input)?;
        // Two commands at once may each note a file: none may be lost, or it would not be destroyed.
        let _lock = files::lock(&self.path("made.lock"))?;
        let mut made = self.made()?;
        made.add(made::File { path, ..file });
        let bytes = serde_json::to_vec_pretty(&made).map_err(Stop::input)?;
        Ok(files::replace(&self.path(made::FILE), &bytes, Access::Private)?)
    }

    /// Seals secrets into a new vault of this election, durably.
    pub fn keep_secret(&self, name: &str, bytes: &[u8]) -> Result<(), Stop> {
        Vault::create(&self.path(name), &self.scope(), &self.passphrase, bytes)?;
        Ok(())
    }

    const fn scope(&self) -> Scope {
        Scope { role: ROLE, election: Some(self.election.0) }
    }
}

/// How a voter file is read.
#[derive(clap::Args)]
pub struct Importing {
    /// The encoding; found unless given.
    #[arg(long)]
    encoding: Option<Encoding>,
    /// What separates cells; found unless given.
    #[arg(long)]
    separator: Option<Separator>,
    /// The manifest: regions may then be written by id or by name, and every region and language must be one of it.
    #[arg(long, value_name = "FILE")]
    manifest: Option<PathBuf>,
    #[command(flatten)]
    named: Named,
}

impl Importing {
    /// Reads a voter file; its faults are listed in a file, if there is a place for them.
    pub fn read(&self, path: &Path, errors: Option<&Path>) -> Result<Imported, Stop> {
        self.read_bytes(files::read(path, import::FILE_LIMIT)?, errors)
    }

    /// The manifest, where one was named.
    pub fn manifest(&self) -> Result<Option<Manifest>, Stop> {
        let Some(path) = &self.manifest else { return Ok(None) };
        let bytes = files::read(path, Manifest::MAX_LEN as u64)?;
        Manifest::parse(&bytes).map(Some).map_err(|error| Stop::input(format!("the manifest: {error}")))
    }

    /// The manifest's file as it is typed into a command; a word in its place where none was named.
    pub fn manifest_word(&self) -> String {
        self.manifest.as_ref().map_or_else(|| "MANIFEST".to_owned(), |path| word(&path.display().to_string()))
    }

    /// As [`Self::read`], of a file's bytes.
    pub fn read_bytes(&self, bytes: Vec<u8>, errors: Option<&Path>) -> Result<Imported, Stop> {
        let manifest = self.manifest()?;
        let (encoding, separator) = (self.encoding, self.separator);
        let options =
            import::Options { encoding, separator, named: self.named.clone(), manifest: manifest.as_ref() };
        let shown = Progress::over("reading the voter file", bytes.len() as u64);
        import::import(bytes, &options, &|done, of| shown.reached(done, of)).map_err(|error| match error {
            ImportError::Rows(faults) => prepare::refuse(&faults, errors),
            other => Stop::input(other),
        })
    }
}

/// What every letter says beside what the record knows.
#[derive(clap::Args)]
pub struct Printing {
    /// The telephone number on every letter.
    #[arg(long, value_name = "NUMBER")]
    phone: String,
    /// A web address for more, on every letter.
    #[arg(long, value_name = "URL")]
    web: Option<String>,
    /// The zone in which times are shown, by its distance from UTC, like +05:00; UTC unless given.
    #[arg(long, value_name = "ZONE", allow_hyphen_values = true)]
    zone: Option<Zone>,
    /// The site that voters' links lead to; the server of the record unless given.
    #[arg(long, value_name = "URL")]
    site: Option<String>,
}

impl Printing {
    /// What the letters of a registrar have in common, by the verified record.
    pub fn vote<'m>(
        &self,
        verified: &'m Verified,
        log: &Log,
        registrar: Registrar,
    ) -> Result<Vote<'m>, Stop> {
        let manifest = verified
            .record
            .manifest()
            .ok_or_else(|| Stop::new(Exit::NotYet, "the record holds no manifest yet"))?;
        let site = site_of(self.site.as_deref(), log)?;
        let closes =
            verified.record.closing_time().unwrap_or_else(|| manifest.document().schedule.closes.unix());
        Ok(Vote {
            manifest,
            registrar,
            closes,
            site,
            phone: self.phone.clone(),
            web: self.web.clone(),
            zone: self.zone.unwrap_or_default(),
        })
    }
}

/// The site that links lead to: a web address and nothing else, for it stands on every letter.
pub fn site_of(given: Option<&str>, log: &Log) -> Result<String, Stop> {
    let site = match given {
        Some(site) => site,
        None => log.site()?,
    };
    let host = site.strip_prefix("https://").or_else(|| site.strip_prefix("http://")).unwrap_or_default();
    let plain =
        !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_graphic() && !b"#?\"<>".contains(&byte));
    if plain && site.len() <= 500 {
        Ok(site.to_owned())
    } else {
        Err(Stop::new(
            Exit::Usage,
            format!("{site:?} is no address of a site, like https://vote.example.org"),
        ))
    }
}

/// Says a line to whoever works at the terminal; standard error may be closed.
pub fn tell(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// A file beside another: its name, a stop, and more.
pub fn beside(path: &Path, more: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(more);
    path.with_file_name(name)
}

/// The vault of an attempt's codes.
pub fn codes_name(roll_attempt: u32) -> String {
    format!("codes-{roll_attempt}.vault")
}

/// The file of an attempt's list, as it is posted.
pub fn list_name(roll_attempt: u32) -> String {
    format!("list-{roll_attempt}.bin")
}

/// Reads a prepared roll.
pub fn read_prepared(path: &Path) -> Result<Prepared, Stop> {
    Prepared::read(&files::read(path, plebiscite_registrar::prepared::FILE_LIMIT)?).map_err(Stop::input)
}

/// The prepared roll, the verified record, this registrar, and the codes of the sealed roll: what every letter needs.
pub fn sealed_codes(
    place: &Place,
    log: &Log,
    roll: &Path,
) -> Result<(Prepared, Verified, Desk, RollCodes), Stop> {
    let prepared = read_prepared(roll)?;
    let verified = place.verified(log)?;
    if verified.record.roll().is_none() {
        return Err(Stop::new(Exit::NotYet, "letters leave only after the roll seal"));
    }
    let desk = Desk::open(place, &verified)?;
    let missing = || Stop::input("this registrar holds no codes of the sealed roll");
    let codes = desk.codes(verified.record.roll_attempt())?.ok_or_else(missing)?;
    ensure_same_roll(&prepared, &codes).map_err(Stop::input)?;
    desk.note_roll(roll, &prepared)?;
    Ok((prepared, verified, desk, codes))
}

/// Whether the list of so many voters can be read back once it is kept: asked before a code is drawn.
pub fn ensure_list_fits(voters: usize) -> Result<(), Stop> {
    let fits = u32::try_from(voters).is_ok_and(|count| list_length(count) <= LIST_LIMIT);
    if fits {
        Ok(())
    } else {
        Err(Stop::input(format!("a roll of {} is longer than this program keeps", counted(voters, "voter"))))
    }
}

/// A kept file, if it is there.
pub fn kept(path: &Path) -> Result<Option<Vec<u8>>, Stop> {
    match files::read(path, LIST_LIMIT) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.is_missing() => Ok(None),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is drawn must be read back: the list, and the codes in their vault, 17 bytes each.
    #[test]
    fn rolls_of_whole_countries_are_kept_and_longer_ones_are_refused_before_codes_are_drawn() {
        let most = (LIST_LIMIT - 132) / 34;
        for voters in [0, 12_284_487, most] {
            assert!(ensure_list_fits(voters as usize).is_ok(), "{voters}");
            assert!(46 + 17 * voters + 1_024 <= plebiscite_roles::vault::LIMIT);
        }
        for voters in [most + 1, u64::from(u32::MAX) + 1] {
            assert_eq!(ensure_list_fits(voters as usize).unwrap_err().exit, Exit::Input);
        }
    }
}
