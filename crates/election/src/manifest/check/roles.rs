//! Checks of roles, quorums and keys (§12.7 to §12.10).

use std::collections::BTreeMap;

use ed25519_dalek::VerifyingKey;

use super::{LONG_TEXT, Texts, count, distinct, name};
use crate::manifest::RoleKeys;
use crate::manifest::document::{Document, Member, Officials, Registrars, Trustees, Witnesses};
use crate::manifest::error::ManifestError;
use crate::manifest::key::PublicKey;

/// Most officials, and most witnesses.
const MAX_MEMBERS: usize = 64;
/// Most trustees.
const MAX_TRUSTEES: usize = 32;
/// A binding vote has at least 3 of 5 trustees.
const BINDING_TRUSTEES: (u16, usize) = (3, 5);

pub(super) fn check(document: &Document, texts: &Texts<'_>) -> Result<RoleKeys, ManifestError> {
    check_officials(&document.officials)?;
    check_trustees(&document.trustees, document.binding, texts)?;
    check_registrars(&document.registrars, document.binding, texts)?;
    check_witnesses(&document.witnesses)?;
    let mut keys = Keys::default();
    Ok(RoleKeys {
        officials: keys.take_all("officials.keys", &document.officials.keys)?,
        trustees: keys.take_all("trustees.members", &document.trustees.members)?,
        registrars: keys.take_all("registrars.members", &document.registrars.members)?,
        board: keys.take("board".to_owned(), document.board.key)?,
        witnesses: keys.take_all("witnesses.keys", &document.witnesses.keys)?,
    })
}

fn check_officials(officials: &Officials) -> Result<(), ManifestError> {
    let members = officials.keys.len();
    count("officials.keys", members, 1, MAX_MEMBERS)?;
    check_names("officials.keys", &officials.keys)?;
    let quorum = usize::from(officials.quorum);
    if quorum > members || quorum.saturating_mul(2) <= members {
        return Err(ManifestError::Quorum { quorum: officials.quorum, members });
    }
    Ok(())
}

fn check_trustees(trustees: &Trustees, binding: bool, texts: &Texts<'_>) -> Result<(), ManifestError> {
    let (threshold, members) = (trustees.threshold, trustees.members.len());
    count("trustees.members", members, 1, MAX_TRUSTEES)?;
    check_names("trustees.members", &trustees.members)?;
    if threshold == 0 || usize::from(threshold) > members {
        return Err(ManifestError::Threshold { threshold, members });
    }
    if binding && (threshold < BINDING_TRUSTEES.0 || members < BINDING_TRUSTEES.1) {
        return Err(ManifestError::BindingTrustees { threshold, members });
    }
    let t = usize::from(threshold);
    texts.sentence(
        "trustees.one_trustee_can_block",
        trustees.one_trustee_can_block.as_ref(),
        t.saturating_add(2) > members,
        "any one trustee can block the result",
    )?;
    texts.sentence(
        "trustees.minority_can_read",
        trustees.minority_can_read.as_ref(),
        t.saturating_mul(2) <= members,
        "a minority of the trustees can read single ballots",
    )
}

/// A binding vote has two registrars, or tells voters what one alone can do.
fn check_registrars(registrars: &Registrars, binding: bool, texts: &Texts<'_>) -> Result<(), ManifestError> {
    const PLACE: &str = "registrars.one_registrar_can_vote";
    count("registrars.members", registrars.members.len(), 1, 2)?;
    check_names("registrars.members", &registrars.members)?;
    let alone = registrars.members.len() == 1;
    match &registrars.one_registrar_can_vote {
        Some(sentence) if alone => texts.check(PLACE, sentence, LONG_TEXT),
        sentence => texts.sentence(
            PLACE,
            sentence.as_ref(),
            alone && binding,
            "one registrar alone can vote for people who abstain",
        ),
    }
}

fn check_witnesses(witnesses: &Witnesses) -> Result<(), ManifestError> {
    let members = witnesses.keys.len();
    count("witnesses.keys", members, 0, MAX_MEMBERS)?;
    check_names("witnesses.keys", &witnesses.keys)?;
    for (index, witness) in witnesses.keys.iter().enumerate() {
        // The name is the key's name in a signed note (C2SP), which knows no other form.
        if !witness.name.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'+') {
            return Err(ManifestError::WitnessName { place: format!("witnesses.keys[{index}].name") });
        }
    }
    let (quorum, faulty) = (witnesses.quorum, witnesses.faulty);
    let fits = match members {
        0 => quorum == 0 && faulty == 0,
        members => quorum > faulty && usize::from(quorum) <= members,
    };
    if fits { Ok(()) } else { Err(ManifestError::WitnessPolicy { quorum, members, faulty }) }
}

fn check_names(place: &str, members: &[Member]) -> Result<(), ManifestError> {
    for (index, member) in members.iter().enumerate() {
        name(&format!("{place}[{index}].name"), &member.name)?;
    }
    distinct(place, members.iter().map(|member| member.name.as_str()), super::appearance)
}

/// All keys met so far, each with its place.
#[derive(Default)]
struct Keys {
    seen: BTreeMap<PublicKey, String>,
}

impl Keys {
    fn take_all(&mut self, place: &str, members: &[Member]) -> Result<Vec<VerifyingKey>, ManifestError> {
        let members = members.iter().enumerate();
        members.map(|(index, member)| self.take(format!("{place}[{index}]"), member.key)).collect()
    }

    fn take(&mut self, place: String, key: PublicKey) -> Result<VerifyingKey, ManifestError> {
        let decoded = key.decode().map_err(|fault| ManifestError::Key { place: place.clone(), fault })?;
        match self.seen.insert(key, place.clone()) {
            None => Ok(decoded),
            Some(other) => Err(ManifestError::KeyTwice { place, other }),
        }
    }
}
