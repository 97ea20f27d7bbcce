//! The commands, one a file, and what they share: the vault of the state, and where they lie.

pub mod backup;
pub mod ceremony;
pub mod confirm;
pub mod decrypt;
pub mod destroy;
pub mod init;
pub mod mirrors;
pub mod paper;
pub mod recovery;
pub mod rehearse;
pub mod sending;
pub mod sheet;
pub mod sign;
pub mod status;

use std::path::PathBuf;

use plebiscite_election::entry::{ElectionId, Role};
use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::files::{self, Lock};
use plebiscite_roles::keys::RoleKey;
use plebiscite_roles::program::{Place, Verified};
use plebiscite_roles::vault::{Scope, Vault, VaultError};
use plebiscite_trustee::{Failure, Identity, Refused, Standing, State, Store};

/// The program's name, for the commands that it tells.
pub const PROGRAM: &str = "plebiscite-trustee";
/// The role's name in vaults.
pub const ROLE: &str = "trustee";

/// This trustee, with its key and its memory of one election.
///
/// A second start of the program waits for the first before it reads the memory: two that had read the same could bind
/// themselves to two seals, or wipe each other's secrets.
pub struct Desk {
    pub key: RoleKey,
    pub number: u16,
    pub state: State,
    pub vault: Vault,
    _lock: Lock,
}

/// The state's vault as a store: sealed, written beside its place, synced, renamed.
pub struct InVault<'v>(pub &'v Vault);

impl Store for InVault<'_> {
    fn save(&mut self, state: &State) -> Result<(), Failure> {
        Ok(self.0.write(&state.encode())?)
    }
}

impl Desk {
    /// Opens key and state; a state that is not there yet is empty.
    pub fn open(place: &Place, verified: &Verified) -> Result<Self, Stop> {
        let passphrase = place.passphrase.passphrase(false)?;
        let key = RoleKey::open(&key_path(place), ROLE, &passphrase)?;
        let number = verified.number(Role::Trustee, &key.public())?;
        let path = state_path(place, verified.election);
        let lock = files::lock(&path.with_extension("lock"))?;
        let scope = scope(verified.election);
        let (vault, state) = match Vault::open(&path, &scope, &passphrase) {
            Ok((vault, bytes)) => (vault, State::decode(&bytes).map_err(Stop::input)?),
            Err(VaultError::File(error)) if error.is_missing() => {
                let state = State::default();
                (Vault::create(&path, &scope, &passphrase, &state.encode())?, state)
            }
            Err(error) => return Err(error.into()),
        };
        Ok(Self { key, number, state, vault, _lock: lock })
    }

    /// Who acts.
    pub fn identity(&self) -> Identity<'_> {
        Identity { number: self.number, key: self.key.signing_key() }
    }
}

/// The vault of the signing key.
pub fn key_path(place: &Place) -> PathBuf {
    place.folder.join("key.vault")
}

/// Whose vaults of an election these are.
pub fn scope(election: ElectionId) -> Scope {
    Scope { role: ROLE, election: Some(election.0) }
}

/// The number of the trustee whose signing key lies in the folder.
pub fn own_number(place: &Place, verified: &Verified) -> Result<u16, Stop> {
    verified.number(Role::Trustee, &place.key(ROLE)?.public())
}

/// The vault of one election's state.
pub fn state_path(place: &Place, election: ElectionId) -> PathBuf {
    place.folder.join(election.to_string()).join("state.vault")
}

/// The standing of a verified record.
pub fn standing(verified: &Verified) -> Standing<'_> {
    Standing { record: &verified.record, seen: verified.seen }
}

/// What a refusal of the library means to the caller of the program.
pub fn stop(error: Refused) -> Stop {
    let exit = match &error {
        Refused::NotYet { .. }
        | Refused::Unconfirmed { .. }
        | Refused::StillNeeded
        | Refused::NothingToDecrypt => Exit::NotYet,
        Refused::Store(_) | Refused::NoShare | Refused::Secrets(_) | Refused::OtherTrustee { .. } => {
            Exit::Input
        }
        Refused::Publish(source) => source.downcast_ref::<Stop>().map_or(Exit::Network, |stop| stop.exit),
        _ => Exit::CheckFailed,
    };
    Stop::new(exit, error)
}

/// Makes the folder of an election's state.
pub fn make_state_folder(place: &Place, election: ElectionId) -> Result<(), Stop> {
    Ok(files::make_folder(&place.folder.join(election.to_string()))?)
}
