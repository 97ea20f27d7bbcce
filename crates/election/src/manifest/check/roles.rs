//! Checks of roles, quorums and keys (§12.7 to §12.10).

use std::collections::BTreeMap;

use ed25519_dalek::VerifyingKey;

use super::{Faults, LONG_TEXT, Texts};
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

/// The keys that decode.
pub(super) struct Decoded {
    officials: Vec<VerifyingKey>,
    trustees: Vec<VerifyingKey>,
    registrars: Vec<VerifyingKey>,
    board: Result<VerifyingKey, ManifestError>,
    witnesses: Vec<VerifyingKey>,
}

impl Decoded {
    /// All keys, where no fault was found.
    pub(super) fn into_keys(self) -> Result<RoleKeys, ManifestError> {
        let Self { officials, trustees, registrars, board, witnesses } = self;
        Ok(RoleKeys { officials, trustees, registrars, board: board?, witnesses })
    }
}

pub(super) fn check(
    document: &Document,
    texts: &Texts<'_>,
    faults: &mut Faults,
) -> Result<Decoded, ManifestError> {
    check_officials(&document.officials, faults)?;
    check_trustees(&document.trustees, document.binding, texts, faults)?;
    check_registrars(&document.registrars, document.binding, texts, faults)?;
    check_witnesses(&document.witnesses, faults)?;
    let mut keys = Keys::default();
    Ok(Decoded {
        officials: keys.take_all("officials.keys", &document.officials.keys, faults)?,
        trustees: keys.take_all("trustees.members", &document.trustees.members, faults)?,
        registrars: keys.take_all("registrars.members", &document.registrars.members, faults)?,
        board: keys.take("board", document.board.key, faults)?,
        witnesses: keys.take_all("witnesses.keys", &document.witnesses.keys, faults)?,
    })
}

fn check_officials(officials: &Officials, faults: &mut Faults) -> Result<(), ManifestError> {
    let members = officials.keys.len();
    let counted = faults.count("officials.keys", members, 1, MAX_MEMBERS)?;
    check_names("officials.keys", &officials.keys, faults)?;
    let quorum = usize::from(officials.quorum);
    let fits = quorum <= members && quorum.saturating_mul(2) > members;
    let error = || ManifestError::Quorum { quorum: officials.quorum, members };
    faults.ensure(fits || !counted, "officials.quorum", error)?;
    Ok(())
}

fn check_trustees(
    trustees: &Trustees,
    binding: bool,
    texts: &Texts<'_>,
    faults: &mut Faults,
) -> Result<(), ManifestError> {
    const THRESHOLD: &str = "trustees.threshold";
    let (threshold, members) = (trustees.threshold, trustees.members.len());
    let counted = faults.count("trustees.members", members, 1, MAX_TRUSTEES)?;
    check_names("trustees.members", &trustees.members, faults)?;
    let fits = threshold > 0 && usize::from(threshold) <= members;
    faults.ensure(fits || !counted, THRESHOLD, || ManifestError::Threshold { threshold, members })?;
    if !fits {
        // Which sentences voters are owed depends on it.
        return Ok(());
    }
    let few = binding && (threshold < BINDING_TRUSTEES.0 || members < BINDING_TRUSTEES.1);
    faults.ensure(!few, THRESHOLD, || ManifestError::BindingTrustees { threshold, members })?;
    let t = usize::from(threshold);
    texts.sentence(
        "trustees.one_trustee_can_block",
        trustees.one_trustee_can_block.as_ref(),
        t.saturating_add(2) > members,
        "any one trustee can block the result",
        faults,
    )?;
    texts.sentence(
        "trustees.minority_can_read",
        trustees.minority_can_read.as_ref(),
        t.saturating_mul(2) <= members,
        "a minority of the trustees can read single ballots",
        faults,
    )
}

/// A binding vote has two registrars, or tells voters what one alone can do.
fn check_registrars(
    registrars: &Registrars,
    binding: bool,
    texts: &Texts<'_>,
    faults: &mut Faults,
) -> Result<(), ManifestError> {
    const PLACE: &str = "registrars.one_registrar_can_vote";
    let counted = faults.count("registrars.members", registrars.members.len(), 1, 2)?;
    check_names("registrars.members", &registrars.members, faults)?;
    if !counted {
        return Ok(());
    }
    let alone = registrars.members.len() == 1;
    match &registrars.one_registrar_can_vote {
        Some(sentence) if alone => texts.check(PLACE, sentence, LONG_TEXT, faults),
        sentence => texts.sentence(
            PLACE,
            sentence.as_ref(),
            alone && binding,
            "one registrar alone can vote for people who abstain",
            faults,
        ),
    }
}

fn check_witnesses(witnesses: &Witnesses, faults: &mut Faults) -> Result<(), ManifestError> {
    let members = witnesses.keys.len();
    let counted = faults.count("witnesses.keys", members, 0, MAX_MEMBERS)?;
    check_names("witnesses.keys", &witnesses.keys, faults)?;
    for (index, witness) in witnesses.keys.iter().enumerate() {
        let place = format!("witnesses.keys[{index}].name");
        let error = || ManifestError::WitnessName { place: place.clone() };
        faults.ensure(is_witness_name(&witness.name), &place, error)?;
    }
    let (quorum, faulty) = (witnesses.quorum, witnesses.faulty);
    let fits = match members {
        0 => quorum == 0 && faulty == 0,
        members => quorum > faulty && usize::from(quorum) <= members,
    };
    let error = || ManifestError::WitnessPolicy { quorum, members, faulty };
    faults.ensure(fits || !counted, "witnesses.quorum", error)?;
    Ok(())
}

/// The name is the key's name in a signed note (C2SP), which knows no other form.
fn is_witness_name(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'+')
}

fn check_names(place: &str, members: &[Member], faults: &mut Faults) -> Result<(), ManifestError> {
    for (index, member) in members.iter().enumerate() {
        faults.name(&format!("{place}[{index}].name"), &member.name)?;
    }
    faults.distinct(place, members.iter().map(|member| member.name.as_str()), super::appearance)
}

/// All keys met so far, each with its place.
#[derive(Default)]
struct Keys {
    seen: BTreeMap<PublicKey, String>,
}

impl Keys {
    fn take_all(
        &mut self,
        place: &str,
        members: &[Member],
        faults: &mut Faults,
    ) -> Result<Vec<VerifyingKey>, ManifestError> {
        let mut decoded = Vec::with_capacity(members.len());
        for (index, member) in members.iter().enumerate() {
            decoded.extend(self.take(&format!("{place}[{index}]"), member.key, faults)?);
        }
        Ok(decoded)
    }

    /// The key, or the fault that was added.
    fn take(
        &mut self,
        place: &str,
        key: PublicKey,
        faults: &mut Faults,
    ) -> Result<Result<VerifyingKey, ManifestError>, ManifestError> {
        let taken = self.decode(place, key);
        if let Err(error) = &taken {
            faults.add(format!("{place}.key"), error.clone())?;
        }
        Ok(taken)
    }

    fn decode(&mut self, place: &str, key: PublicKey) -> Result<VerifyingKey, ManifestError> {
        let place = place.to_owned();
        let decoded = key.decode().map_err(|fault| ManifestError::Key { place: place.clone(), fault })?;
        match self.seen.get(&key).cloned() {
            Some(other) => Err(ManifestError::KeyTwice { place, other }),
            None => {
                self.seen.insert(key, place);
                Ok(decoded)
            }
        }
    }
}
