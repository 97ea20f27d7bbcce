//! The commands, one a file, and what they share: this registrar, and the files of a roll attempt.

pub mod codes;
pub mod commit;
pub mod init;
pub mod prepare;
pub mod publish;
pub mod replace;
pub mod seal;

use std::path::{Path, PathBuf};

use plebiscite_election::credential::{Registrar, list_length};
use plebiscite_election::entry::{ElectionId, Role};
use plebiscite_registrar::{Prepared, RollCodes};
use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::files;
use plebiscite_roles::keys::RoleKey;
use plebiscite_roles::program::{Place, Verified};
use plebiscite_roles::vault::{Passphrase, Scope, Vault, VaultError};

/// The role's name in vaults.
pub const ROLE: &str = "registrar";
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

    /// Seals secrets into a new vault of this election, durably.
    pub fn keep_secret(&self, name: &str, bytes: &[u8]) -> Result<(), Stop> {
        Vault::create(&self.path(name), &self.scope(), &self.passphrase, bytes)?;
        Ok(())
    }

    const fn scope(&self) -> Scope {
        Scope { role: ROLE, election: Some(self.election.0) }
    }
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

/// Whether the list of so many voters can be read back once it is kept: asked before a code is drawn.
pub fn ensure_list_fits(voters: usize) -> Result<(), Stop> {
    let fits = u32::try_from(voters).is_ok_and(|count| list_length(count) <= LIST_LIMIT);
    if fits {
        Ok(())
    } else {
        Err(Stop::input(format!("a roll of {voters} voters is longer than this program keeps")))
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
