//! Proposals: acts on their way from signer to signer, as files or through a server (§24.5).
//!
//! `{"format":"plebiscite-proposal/v1","entries":["<hex>", …]}`: the act's entry with the signatures collected so far
//! (for the manifest its head, then all chunks). Strictly parsed. Nothing in the file is believed: whoever signs
//! checks by [`check::follows`] that the act follows from the record that its own program verified.

pub mod caution;
pub mod check;
mod words;

use ed25519_dalek::{SigningKey, VerifyingKey};
use plebiscite_board::merkle;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::encoding::EncodingError;
use crate::entry::{
    Act, Body, ElectionId, Entry, Head, Kind, MessageKind, Role, Seen, SignatureError, Signatures, Slot,
    chunks_of, sign,
};
use crate::manifest::{Manifest, error::ManifestError};
use crate::record::Record;

pub use caution::cautions;
pub use words::{numbered, words};

/// Longest proposal file: a manifest of 16 chunks in hexadecimal.
pub const FILE_LIMIT: u64 = 2 * 1024 * 1024;
const FORMAT: &str = "plebiscite-proposal/v1";
/// Domain of a proposal's number (§4.4).
const NUMBER_DOMAIN: &[u8] = b"plebiscite/v1 proposal";

/// The slot of the manifest.
const MANIFEST_SLOT: Slot = Slot { message: MessageKind::Manifest, attempt: 0, signer: 0 };

/// Why a file is no proposal, or a signature no one's.
#[derive(Debug, Error)]
pub enum ProposalError {
    /// Not the JSON document.
    #[error("the file is no proposal: {0}")]
    Json(#[from] serde_json::Error),
    /// Another format or version.
    #[error("the file is no proposal of this version")]
    Format,
    /// An entry is not lower-case hexadecimal.
    #[error("entry {position} of the proposal is not lower-case hexadecimal")]
    Hex {
        /// Its place in the file, from 0.
        position: usize,
    },
    /// An entry's bytes are no entry.
    #[error("entry {position} of the proposal is malformed: {error}")]
    Entry {
        /// Its place in the file, from 0.
        position: usize,
        /// What is wrong.
        error: EncodingError,
    },
    /// The entries are no act that officials sign.
    #[error("the proposal holds no act of officials")]
    NotAnAct,
    /// The chunks are not those of the head.
    #[error("the manifest in the proposal is not the one that its head names")]
    Chunks,
    /// The manifest itself is refused.
    #[error("the manifest is refused: {0}")]
    Manifest(#[from] ManifestError),
    /// A signature that is there already does not hold: the act was changed after it was signed, or it was never made.
    #[error("the proposal was changed, or carries a false signature: {0}")]
    Signature(#[from] SignatureError),
    /// The role does not sign this act.
    #[error("a {role} does not sign this act")]
    NotASigner {
        /// The role.
        role: &'static str,
    },
    /// The act carries all signatures of the role already, and nobody takes one with more.
    #[error(
        "the act carries all signatures of {role}s that it takes ({takes}), and would be refused with one more: nothing was changed"
    )]
    Enough {
        /// The role.
        role: &'static str,
        /// How many signatures of the role it takes.
        takes: usize,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: String,
    entries: Vec<String>,
}

/// An act with the signatures collected so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    entry: Entry,
    /// The manifest's content, where the act is the manifest's head.
    manifest: Option<Vec<u8>>,
}

/// What every act has, whatever its body.
struct View<'a> {
    election: ElectionId,
    seen: Seen,
    unsigned: Vec<u8>,
    officials: &'a Signatures,
    cosigner: Option<(Role, &'a Signatures)>,
}

fn view_act<B: Body>(act: &Act<B>) -> View<'_> {
    View {
        election: act.election,
        seen: act.seen,
        unsigned: act.unsigned_bytes(),
        officials: &act.officials,
        cosigner: B::COSIGNERS.map(|role| (role, &act.cosigners)),
    }
}

fn view(entry: &Entry) -> Option<View<'_>> {
    Some(match entry {
        Entry::Head(head) if head.slot == MANIFEST_SLOT => View {
            election: head.election,
            seen: head.seen,
            unsigned: head.unsigned_bytes(),
            officials: &head.signatures,
            cosigner: None,
        },
        Entry::AttemptEnded(act) => view_act(act),
        Entry::AttemptBegins(act) => view_act(act),
        Entry::RollAttemptEnded(act) => view_act(act),
        Entry::RollSeal(act) => view_act(act),
        Entry::Open(act) => view_act(act),
        Entry::Replacement(act) => view_act(act),
        Entry::Extension(act) => view_act(act),
        Entry::OfficialClose(act) => view_act(act),
        Entry::Cancel(act) => view_act(act),
        Entry::Seal(act) => view_act(act),
        Entry::Certification(act) => view_act(act),
        Entry::Successor(act) => view_act(act),
        Entry::OfficialStatement(act) => view_act(act),
        Entry::Head(_)
        | Entry::Chunk(_)
        | Entry::RollCommitment(_)
        | Entry::Ballot(_)
        | Entry::ScheduledClose(_)
        | Entry::SealConfirmation(_)
        | Entry::Result(_) => return None,
    })
}

fn signatures_act<B: Body>(act: &mut Act<B>, role: Role) -> Option<&mut Signatures> {
    match role {
        Role::Official => Some(&mut act.officials),
        other if B::COSIGNERS == Some(other) => Some(&mut act.cosigners),
        _ => None,
    }
}

fn signatures(entry: &mut Entry, role: Role) -> Option<&mut Signatures> {
    match entry {
        Entry::Head(head) if role == Role::Official => Some(&mut head.signatures),
        Entry::AttemptEnded(act) => signatures_act(act, role),
        Entry::AttemptBegins(act) => signatures_act(act, role),
        Entry::RollAttemptEnded(act) => signatures_act(act, role),
        Entry::RollSeal(act) => signatures_act(act, role),
        Entry::Open(act) => signatures_act(act, role),
        Entry::Replacement(act) => signatures_act(act, role),
        Entry::Extension(act) => signatures_act(act, role),
        Entry::OfficialClose(act) => signatures_act(act, role),
        Entry::Cancel(act) => signatures_act(act, role),
        Entry::Seal(act) => signatures_act(act, role),
        Entry::Certification(act) => signatures_act(act, role),
        Entry::Successor(act) => signatures_act(act, role),
        Entry::OfficialStatement(act) => signatures_act(act, role),
        _ => None,
    }
}

impl Proposal {
    /// A proposal of an act.
    ///
    /// # Errors
    /// [`ProposalError::NotAnAct`], or [`ProposalError::Entry`] where a text is too long or unclean.
    pub fn of(entry: Entry) -> Result<Self, ProposalError> {
        match entry {
            Entry::Head(_) => Err(ProposalError::NotAnAct),
            act => {
                view(&act).ok_or(ProposalError::NotAnAct)?;
                // Texts that no one could read back are refused before anyone signs them.
                let read = Entry::decode(&act.encode())
                    .map_err(|error| ProposalError::Entry { position: 0, error })?;
                if read == act {
                    Ok(Self { entry: act, manifest: None })
                } else {
                    Err(ProposalError::NotAnAct)
                }
            }
        }
    }

    /// The proposal to hold the election of this manifest.
    #[must_use]
    pub fn manifest(manifest: &Manifest) -> Self {
        let seen = Seen { size: 0, root: merkle::empty_root().0 };
        let head = Head::of(manifest.id(), MANIFEST_SLOT, manifest.bytes(), seen);
        Self { entry: Entry::Head(head), manifest: Some(manifest.bytes().to_vec()) }
    }

    /// Reads a proposal file.
    ///
    /// # Errors
    /// [`ProposalError`]; the signatures are not judged here, see [`Self::verify_signatures`].
    pub fn read(bytes: &[u8]) -> Result<Self, ProposalError> {
        let file: File = serde_json::from_slice(bytes)?;
        if file.format != FORMAT {
            return Err(ProposalError::Format);
        }
        let entries: Vec<Entry> = file
            .entries
            .iter()
            .enumerate()
            .map(|(position, text)| read_entry(position, text))
            .collect::<Result<_, _>>()?;
        match entries.split_first() {
            Some((Entry::Head(head), chunks)) => Self::read_manifest(head, chunks),
            Some((act, [])) => Self::of(act.clone()),
            _ => Err(ProposalError::NotAnAct),
        }
    }

    fn read_manifest(head: &Head, chunks: &[Entry]) -> Result<Self, ProposalError> {
        if head.slot != MANIFEST_SLOT {
            return Err(ProposalError::NotAnAct);
        }
        let content: Vec<u8> = chunks
            .iter()
            .filter_map(
                |entry| if let Entry::Chunk(chunk) = entry { Some(chunk.bytes.as_slice()) } else { None },
            )
            .collect::<Vec<_>>()
            .concat();
        let manifest = Manifest::parse(&content)?;
        let mut expected = Self::manifest(&manifest);
        if let Entry::Head(made) = &mut expected.entry {
            made.signatures = head.signatures.clone();
        }
        let found = std::iter::once(head.encode()).chain(chunks.iter().map(Entry::encode));
        if found.eq(expected.entries()) { Ok(expected) } else { Err(ProposalError::Chunks) }
    }

    /// The proposal file's bytes.
    ///
    /// # Errors
    /// Never in practice: strings always serialise.
    pub fn to_file(&self) -> Result<Vec<u8>, ProposalError> {
        let entries = self.entries().iter().map(hex::encode).collect();
        let mut bytes = serde_json::to_vec_pretty(&File { format: FORMAT.to_owned(), entries })?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// The entries to post, in order.
    #[must_use]
    pub fn entries(&self) -> Vec<Vec<u8>> {
        let chunks =
            self.manifest.as_deref().map(|content| chunks_of(MANIFEST_SLOT, content)).unwrap_or_default();
        std::iter::once(self.entry.encode()).chain(chunks.iter().map(|chunk| chunk.encode())).collect()
    }

    /// The act.
    #[must_use]
    pub const fn entry(&self) -> &Entry {
        &self.entry
    }

    /// For a registrar that adds its part of a replacement, before anyone has signed.
    pub fn entry_mut(&mut self) -> &mut Entry {
        &mut self.entry
    }

    /// The act's kind; that of a head for the manifest.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.entry.kind()
    }

    /// The manifest's bytes, where the act is the manifest.
    #[must_use]
    pub fn manifest_bytes(&self) -> Option<&[u8]> {
        self.manifest.as_deref()
    }

    /// The election that the act names.
    #[must_use]
    pub fn election(&self) -> Option<ElectionId> {
        view(&self.entry).map(|view| view.election)
    }

    /// The log on which the act was proposed.
    #[must_use]
    pub fn seen(&self) -> Option<Seen> {
        view(&self.entry).map(|view| view.seen)
    }

    /// How many of a role have signed.
    #[must_use]
    pub fn signed(&self, role: Role) -> usize {
        self.signers(role).len()
    }

    /// The numbers of those of a role who have signed.
    #[must_use]
    pub fn signers(&self, role: Role) -> Vec<u16> {
        let Some(view) = view(&self.entry) else { return Vec::new() };
        let held = match role {
            Role::Official => Some(view.officials),
            other => view.cosigner.filter(|(cosigner, _)| *cosigner == other).map(|(_, held)| held),
        };
        held.map(|held| held.0.iter().map(|held| held.signer).collect()).unwrap_or_default()
    }

    /// The proposal's number: a hash of the act without its signatures, the same whoever has signed.
    #[must_use]
    pub fn number(&self) -> Option<[u8; 32]> {
        let unsigned = view(&self.entry)?.unsigned;
        Some(Sha256::new().chain_update(NUMBER_DOMAIN).chain_update(unsigned).finalize().into())
    }

    /// Who signs, and how many of each: exactly so many signatures make an entry.
    #[must_use]
    pub fn takes(&self, record: &Record) -> Vec<(Role, usize)> {
        let officials = record.manifest().map_or(0, |manifest| manifest.officials_quorum());
        let cosigners = self.cosigners().map(|role| match role {
            Role::Registrar => record.manifest().map_or(0, |manifest| manifest.registrars().len()),
            Role::Trustee => record.confirmations_needed(),
            Role::Official | Role::Board => 0,
        });
        let cosigners = self.cosigners().zip(cosigners);
        std::iter::once((Role::Official, officials)).chain(cosigners).collect()
    }

    /// Who has yet to sign, and how many of each: no one of an act that can be entered.
    #[must_use]
    pub fn awaits(&self, record: &Record) -> Vec<(Role, usize)> {
        let missing = |(role, needed): (Role, usize)| (role, needed.saturating_sub(self.signed(role)));
        self.takes(record).into_iter().map(missing).filter(|(_, missing)| *missing > 0).collect()
    }

    /// How many signatures of a role make an entry of it, by this record; none where the role does not sign it.
    #[must_use]
    pub fn takes_of(&self, role: Role, record: &Record) -> usize {
        self.takes(record).into_iter().find(|taken| taken.0 == role).map_or(0, |taken| taken.1)
    }

    /// Takes over the signatures that another copy of the same act has and this one lacks, as long as signatures of that role
    /// are awaited. The caller has verified both copies' signatures. False, and nothing is changed, for another act.
    pub fn join(&mut self, other: &Self, record: &Record) -> bool {
        if self.number() != other.number() {
            return false;
        }
        for (role, needed) in self.takes(record) {
            let mut theirs = other.clone();
            let theirs = signatures(&mut theirs.entry, role).map(std::mem::take).unwrap_or_default();
            let Some(own) = signatures(&mut self.entry, role) else { continue };
            for signature in theirs.0 {
                let signed = own.0.iter().any(|held| held.signer == signature.signer);
                if !signed && own.0.len() < needed {
                    own.insert(signature.signer, signature.signature);
                }
            }
        }
        true
    }

    /// Who signs beside the officials.
    #[must_use]
    pub fn cosigners(&self) -> Option<Role> {
        view(&self.entry)?.cosigner.map(|(role, _)| role)
    }

    /// Every signature that is there holds over the act as it now reads, by distinct signers in ascending order.
    ///
    /// # Errors
    /// [`ProposalError::Signature`]: the act was changed between two signers, or a signature is false.
    pub fn verify_signatures<'k>(
        &self,
        key_of: impl Fn(Role, u16) -> Option<&'k VerifyingKey>,
    ) -> Result<(), ProposalError> {
        let view = view(&self.entry).ok_or(ProposalError::NotAnAct)?;
        let lists = std::iter::once((Role::Official, view.officials)).chain(view.cosigner);
        for (role, held) in lists {
            held.verify(role, held.0.len(), |signer| key_of(role, signer), &view.unsigned)?;
        }
        Ok(())
    }

    /// Adds a signature to an act of which this role gives `takes` ([`Self::takes`]; a manifest takes its own quorum of
    /// officials). Who has signed already may sign again: that changes no number.
    ///
    /// # Errors
    /// [`ProposalError::NotASigner`] for a role that does not sign this act; [`ProposalError::Enough`] where so many others
    /// have signed. Nothing is changed then.
    pub fn sign(
        &mut self,
        (role, number): (Role, u16),
        key: &SigningKey,
        takes: usize,
    ) -> Result<(), ProposalError> {
        let unsigned = view(&self.entry).ok_or(ProposalError::NotAnAct)?.unsigned;
        let held =
            signatures(&mut self.entry, role).ok_or(ProposalError::NotASigner { role: role.name() })?;
        if held.0.iter().filter(|other| other.signer != number).count() >= takes {
            return Err(ProposalError::Enough { role: role.name(), takes });
        }
        held.insert(number, sign(role, key, &unsigned));
        Ok(())
    }
}

fn read_entry(position: usize, text: &str) -> Result<Entry, ProposalError> {
    let bytes = hex::decode(text).ok().filter(|_| !text.bytes().any(|byte| byte.is_ascii_uppercase()));
    let bytes = bytes.ok_or(ProposalError::Hex { position })?;
    Entry::decode(&bytes).map_err(|error| ProposalError::Entry { position, error })
}

#[cfg(test)]
mod tests;
