//! What the programs of officials, registrars and trustees have in common: a folder with a key, the record that is
//! verified before every act, consent, proposals signed, entries sent (§24.4, §24.5).

use std::io::{BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};

use ed25519_dalek::VerifyingKey;
use plebiscite_board::checkpoint::{Checkpoint, SignedCheckpoint};
use plebiscite_board::merkle::{Roots, Tree};
use plebiscite_board::note::Note;
use plebiscite_board::reader::Fetch;
use plebiscite_election::credential::Fingerprint;
use plebiscite_election::entry::{ElectionId, Role, Seen};
use plebiscite_election::record::Record;
use plebiscite_verifier::check::heads::Head;
use plebiscite_verifier::printable::Printable;
use plebiscite_verifier::source::{Client, Limits, Source};

use crate::cli::{Exit, PassphraseOptions, Stop};
use crate::files::{self, Access};
use crate::kept::Kept;
use crate::keys::RoleKey;
use crate::proposal::check::{ActError, number_of};
use crate::proposal::{self, Proposal, ProposalError};
use crate::record;
use crate::remote::{Posted, Remote};
use crate::signing::{Course, Held};

/// The file of a role's signing key within its folder.
const KEY_FILE: &str = "key.vault";
/// The file of its public half, from which a program knows whose folder it is without a passphrase. Nothing rests on it.
const PUBLIC_FILE: &str = "key.public";
/// Longest file of a public half.
const PUBLIC_LIMIT: u64 = 256;

/// Where a role keeps its secrets, and how it is asked.
#[derive(Clone, Debug, clap::Args)]
pub struct Place {
    /// The folder of this role's secrets and kept checkpoints.
    #[arg(long, env = "PLEBISCITE_FOLDER", value_name = "FOLDER")]
    pub folder: PathBuf,
    /// How the vaults are opened.
    #[command(flatten)]
    pub passphrase: PassphraseOptions,
    /// Do what is asked without asking again.
    #[arg(long)]
    pub yes: bool,
}

/// Which record is verified.
#[derive(Clone, Debug, clap::Args)]
pub struct Log {
    /// The record: the log's address (`https://host/e/<16>/`), or a folder.
    #[arg(long, value_name = "URL")]
    pub record: String,
    /// The election that it must be of: its id, or the fingerprint on the letter.
    #[arg(long, value_name = "ID")]
    pub election: Option<String>,
}

/// A record that this program verified whole, and that extends what it verified before.
#[derive(Debug)]
pub struct Verified {
    /// The record.
    pub record: Record,
    /// Roots of every earlier size.
    pub tree: Tree,
    /// Size and root of the log.
    pub seen: Seen,
    /// The election's id.
    pub election: ElectionId,
    /// The board's checkpoint.
    pub checkpoint: SignedCheckpoint,
    /// Checkpoints that this log's entries give, with their cosignatures.
    pub heads: Vec<Head>,
    /// Entries of the checkpoint that was kept from before, if one was.
    pub kept: Option<u64>,
}

impl Place {
    /// Makes this role's signing key and prints its public half, as the manifest writes it.
    ///
    /// # Errors
    /// There is one already, or it cannot be stored.
    pub fn make_key(&self, role: &'static str) -> Result<Exit, Stop> {
        files::make_folder(&self.folder)?;
        let key = RoleKey::create(&self.folder.join(KEY_FILE), role, &self.passphrase.passphrase(true)?)?;
        self.note_public(&key);
        print_line(&key.public_hex())?;
        // Beside what is printed, so that a script reads the key alone.
        let folder = self.folder.display();
        let _ = writeln!(
            std::io::stderr(),
            "This is the public half of your key: send it, with your name, to whoever drafts the election \
             (plebiscite-admin new asks for both); anybody may know it. The secret half is in {folder}, sealed by your \
             passphrase: without that folder and that passphrase nobody can sign as this {role}, so keep both, and give \
             neither away."
        );
        Ok(Exit::Pass)
    }

    /// Keeps the public half in the open. It only spares a passphrase: where it cannot be written, nothing is lost.
    fn note_public(&self, key: &RoleKey) {
        let path = self.folder.join(PUBLIC_FILE);
        let line = format!("{}\n", key.public_hex());
        if files::read(&path, PUBLIC_LIMIT).ok().as_deref() != Some(line.as_bytes()) {
            let _ = files::replace(&path, line.as_bytes(), Access::Public);
        }
    }

    /// Whose folder this is, as far as can be told without a passphrase: for what is said to its holder, and for nothing else.
    #[must_use]
    pub fn public_key(&self) -> Option<VerifyingKey> {
        let text = files::read(&self.folder.join(PUBLIC_FILE), PUBLIC_LIMIT).ok()?;
        let mut bytes = [0; 32];
        hex::decode_to_slice(text.trim_ascii(), &mut bytes).ok()?;
        VerifyingKey::from_bytes(&bytes).ok()
    }

    /// This role's signing key.
    ///
    /// # Errors
    /// No key, another passphrase, another role's key.
    pub fn key(&self, role: &'static str) -> Result<RoleKey, Stop> {
        let key = RoleKey::open(&self.folder.join(KEY_FILE), role, &self.passphrase.passphrase(false)?)?;
        self.note_public(&key);
        Ok(key)
    }

    /// Goes on only with the holder's consent.
    ///
    /// # Errors
    /// It was not given.
    pub fn consent(&self, question: &str) -> Result<(), Stop> {
        consent(self.yes, question)
    }

    /// Verifies the whole record, and that it extends the checkpoint kept from before; keeps the new one.
    ///
    /// # Errors
    /// The first check that failed, or why there is no verdict.
    pub fn verified(&self, log: &Log) -> Result<Verified, Stop> {
        files::make_folder(&self.folder)?;
        let election = log.named_election()?;
        let kept = Kept::open(&self.folder, election)?.last()?.map(|(checkpoint, _)| checkpoint.size);
        let found = record::verified(&log.record, election, &self.folder)?;
        let size = found.record.size();
        let root = found
            .tree
            .root_at(size)
            .ok_or_else(|| Stop::new(Exit::Bug, "the record has no root at its own size"))?;
        let seen = Seen { size, root: root.0 };
        Ok(Verified {
            record: found.record,
            tree: found.tree,
            seen,
            election,
            checkpoint: found.checkpoint,
            heads: found.heads,
            kept,
        })
    }

    /// Shows an act, asks, signs, and writes the file back: the same for officials, registrars and trustees. The
    /// caller has checked that the act follows from the record that its own program verified.
    ///
    /// # Errors
    /// No consent, the role does not sign this act, or enough others of it have.
    pub fn sign_shown(
        &self,
        path: &Path,
        mut proposal: Proposal,
        (role, number): (Role, u16),
        key: &RoleKey,
        course: &Course<'_>,
    ) -> Result<Exit, Stop> {
        print_line(&proposal::words(&proposal))?;
        let signer = proposal::numbered(role, number);
        // Refused before anybody is asked.
        proposal.sign((role, number), key.signing_key(), course.takes(role))?;
        self.consent(&format!("Sign this as {signer}?"))?;
        write_proposal(path, &proposal)?;
        print_line(&format!("signed; the signature of {signer} is in {}", path.display()))?;
        let file = path.to_string_lossy();
        let lines = course.lines(&proposal, Held::File(&file));
        lines.iter().try_fold(Exit::Pass, |_, line| print_line(line))
    }
}

impl Log {
    /// The election that was asked for, or the one that the log claims to be of; the replay checks that it is.
    ///
    /// # Errors
    /// The log is of another election than the fingerprint that was given, or cannot be asked.
    pub fn named_election(&self) -> Result<ElectionId, Stop> {
        let mut id = [0; 32];
        if self.election.as_ref().is_some_and(|text| hex::decode_to_slice(text, &mut id).is_ok()) {
            return Ok(ElectionId(id));
        }
        let claimed = self.claimed_election()?;
        let Some(text) = &self.election else { return Ok(claimed) };
        let wanted = Fingerprint::parse(text).map_err(|error| {
            let neither = "is neither an election's id, which has 64 hexadecimal digits, nor a fingerprint as on the letters";
            Stop::new(Exit::Usage, format!("--election {} {neither}: {error}", Printable(text)))
        })?;
        if wanted == Fingerprint::of(&claimed) {
            return Ok(claimed);
        }
        Err(Stop::new(
            Exit::CheckFailed,
            format!("this is the record of election {claimed}, which was not asked for"),
        ))
    }

    fn claimed_election(&self) -> Result<ElectionId, Stop> {
        let source = Source::open(&self.record).map_err(Stop::input)?;
        let exit = if source.is_remote() { Exit::Network } else { Exit::Input };
        let note = source.fetch("checkpoint").map_err(|error| Stop::new(exit, error))?;
        let text = Note::parse(&note).ok().map(|note| note.text);
        let origin = text.and_then(|text| Checkpoint::parse(&text).ok()).map(|checkpoint| checkpoint.origin);
        let mut id = [0; 32];
        let named = origin.as_deref().and_then(|origin| origin.strip_prefix("plebiscite/v1/"));
        let decoded = named.is_some_and(|text| hex::decode_to_slice(text, &mut id).is_ok());
        let wrong = || Stop::new(Exit::CheckFailed, "the checkpoint is none of this protocol's");
        if decoded { Ok(ElectionId(id)) } else { Err(wrong()) }
    }

    /// The server's address, where the record is on one.
    ///
    /// # Errors
    /// The record is a folder, or the address is not a log's.
    pub fn site(&self) -> Result<&str, Stop> {
        let wrong = || {
            Stop::new(
                Exit::Usage,
                format!(
                    "{} is not the address of a log on a server, like https://host/e/0123456789abcdef/",
                    self.record
                ),
            )
        };
        let web = self.record.starts_with("http://") || self.record.starts_with("https://");
        let (site, _) =
            self.record.trim_end_matches('/').rsplit_once("/e/").filter(|_| web).ok_or_else(wrong)?;
        Ok(site)
    }

    /// Posts entries, in order; what stands already is passed over.
    ///
    /// # Errors
    /// The server was not reached or refuses; entries before the refused one stand.
    pub fn post(&self, election: ElectionId, entries: &[Vec<u8>]) -> Result<Vec<Posted>, Stop> {
        Ok(Remote::new(self.site()?, election, Client::new(Limits::for_acts()))?.post_entries(entries)?)
    }
}

impl Verified {
    /// The number of a key's holder, by the keys in force.
    ///
    /// # Errors
    /// The election does not know the key.
    pub fn number(&self, role: Role, key: &VerifyingKey) -> Result<u16, Stop> {
        let unknown =
            || Stop::new(Exit::CheckFailed, format!("this key is no {}'s of this election", role.name()));
        number_of(&self.record, role, key).ok_or_else(unknown)
    }
}

/// Goes on only with somebody's consent, or where it was given beforehand.
///
/// # Errors
/// It was not given.
pub fn consent(given: bool, question: &str) -> Result<(), Stop> {
    if given {
        return Ok(());
    }
    if !std::io::stdin().is_terminal() {
        return Err(Stop::new(Exit::Usage, "nobody can be asked here: say --yes to go on"));
    }
    let asked = agreed(question, &mut std::io::stdin().lock(), &mut std::io::stderr());
    if asked.map_err(Stop::input)? {
        Ok(())
    } else {
        Err(Stop::new(Exit::Usage, "not confirmed, nothing was done"))
    }
}

/// Asks until it is answered by yes or no: a slip of the fingers is neither. Nothing, and the end of the input, are no.
fn agreed(question: &str, from: &mut impl BufRead, to: &mut impl Write) -> std::io::Result<bool> {
    loop {
        let _ = write!(to, "{question} [yes/no] ").and_then(|()| to.flush());
        let mut answer = String::new();
        from.read_line(&mut answer)?;
        match answer.trim().to_lowercase().as_str() {
            "yes" => return Ok(true),
            "no" | "n" | "" => return Ok(false),
            _ => drop(writeln!(to, "Type yes to go on, or no.")),
        }
    }
}

/// Reads a proposal file.
///
/// # Errors
/// It cannot be read or is none.
pub fn read_proposal(path: &Path) -> Result<Proposal, Stop> {
    Ok(Proposal::read(&files::read(path, proposal::FILE_LIMIT)?)?)
}

/// Writes the file of a new proposal. A file with signatures in it is never written over: they were given by people.
///
/// # Errors
/// It cannot be written, or carries signatures.
pub fn write_new_proposal(path: &Path, proposal: &Proposal) -> Result<(), Stop> {
    if path.try_exists().map_err(Stop::input)? {
        let roles = [Role::Official, Role::Registrar, Role::Trustee];
        let there = read_proposal(path)?;
        if roles.iter().any(|role| there.signed(*role) > 0) {
            return Err(Stop::input(format!(
                "{} holds an act that carries signatures: name another file, or remove that one",
                path.display()
            )));
        }
    }
    write_proposal(path, proposal)
}

/// Writes a proposal file as a whole.
///
/// # Errors
/// It cannot be written.
pub fn write_proposal(path: &Path, proposal: &Proposal) -> Result<(), Stop> {
    Ok(files::replace(path, &proposal.to_file()?, Access::Public)?)
}

/// Prints a line to standard output.
///
/// # Errors
/// It is closed.
pub fn print_line(line: &str) -> Result<Exit, Stop> {
    writeln!(std::io::stdout(), "{line}").map_err(Stop::input)?;
    Ok(Exit::Pass)
}

impl From<ProposalError> for Stop {
    fn from(error: ProposalError) -> Self {
        let exit = match &error {
            ProposalError::Signature(_)
            | ProposalError::Manifest(_)
            | ProposalError::Chunks
            | ProposalError::Enough { .. } => Exit::CheckFailed,
            ProposalError::NotASigner { .. } => Exit::Usage,
            _ => Exit::Input,
        };
        Self::new(exit, error)
    }
}

impl From<ActError> for Stop {
    fn from(error: ActError) -> Self {
        match error {
            ActError::Proposal(error) => error.into(),
            ActError::Phase { .. } => Self::new(Exit::NotYet, error),
            other => Self::new(Exit::CheckFailed, other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_asked_again_until_it_is_answered_by_yes_or_no() {
        let asked = |typed: &str| {
            let mut shown = Vec::new();
            let found = agreed("Sign this?", &mut typed.as_bytes(), &mut shown).unwrap();
            (found, String::from_utf8(shown).unwrap().matches("Sign this?").count())
        };
        assert_eq!(asked("yes\n"), (true, 1));
        assert_eq!(asked("y\nja\n Yes \n"), (true, 3));
        for (no, times) in [("no\n", 1), ("\n", 1), ("", 1), ("yess\nno\n", 2), ("yess\n", 2)] {
            assert_eq!(asked(no), (false, times), "{no:?}");
        }
    }
}
