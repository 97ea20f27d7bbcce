//! The ceremony's place in the log: attempts, rounds, one message a trustee and round (§9, §20.5).

use std::collections::BTreeMap;

use plebiscite_board::merkle::Roots;
use plebiscite_crypto::threshold::CeremonyParams;
use plebiscite_crypto::threshold::ceremony::{
    CeremonyContext, CeremonyError, CeremonyRecord, ElectionKeys, Round,
};

use super::attempts::{Attempt, AttemptEnd, NamedFault};
use super::refusal::{Check, Fault, Outcome, Reason, Refusal, ensure};
use super::{Phase, Record};
use crate::context::SetupContext;
use crate::entry::{Act, AttemptBegins, AttemptEnded, Chunk, Head, MessageKind, Role};
use crate::manifest::Manifest;

/// The attempt in force and what has been said in it.
#[derive(Debug, Default)]
pub(super) struct Ceremony {
    attempt: u32,
    record: Option<CeremonyRecord>,
    /// Size of the log when the round in force began: what its messages must have seen.
    round_began: u64,
    contents: BTreeMap<(u8, u16), Vec<u8>>,
    keys: Option<ConfirmedKeys>,
}

/// The keys that all trustees have confirmed.
#[derive(Clone, Debug)]
pub struct ConfirmedKeys {
    /// `P_o` and all `Y_{j,o}`.
    pub keys: ElectionKeys,
    /// Digest of the keys.
    pub key_digest: [u8; 32],
    /// Digest of the ceremony that made them.
    pub ceremony_digest: [u8; 32],
    /// The ceremony attempt that ended well.
    pub attempt: u32,
}

/// The ceremony as a trustee's program needs to see it.
#[derive(Debug)]
pub struct CeremonyView<'r> {
    /// The attempt in force, from 1.
    pub attempt: u32,
    /// The attempt's messages as judged so far.
    pub record: &'r CeremonyRecord,
    /// The least size of the log that messages of the round in force must have seen.
    pub round_began: u64,
    /// Contents of complete messages, by round and trustee.
    pub contents: &'r BTreeMap<(u8, u16), Vec<u8>>,
}

impl Record {
    /// The attempt in force, or the last one.
    #[must_use]
    pub fn ceremony(&self) -> Option<CeremonyView<'_>> {
        let Ceremony { attempt, record, round_began, contents, .. } = &self.ceremony;
        Some(CeremonyView {
            attempt: *attempt,
            record: record.as_ref()?,
            round_began: *round_began,
            contents,
        })
    }

    /// The keys, once all `n` trustees have confirmed them.
    #[must_use]
    pub const fn keys(&self) -> Option<&ConfirmedKeys> {
        self.ceremony.keys.as_ref()
    }

    /// Begins an attempt. Called with the manifest's last chunk and with each entry that begins an attempt.
    pub(super) fn begin_ceremony(&mut self, manifest: &Manifest, attempt: u32) -> Result<(), Refusal> {
        let params = ceremony_params(manifest)?;
        let setup = SetupContext { election: manifest.id(), attempt }.transcript();
        self.ceremony = Ceremony {
            attempt,
            record: Some(CeremonyRecord::new(CeremonyContext::new(&setup, params, attempt))),
            round_began: self.size + 1,
            contents: BTreeMap::new(),
            keys: None,
        };
        self.attempts.push(Attempt::begun(attempt));
        self.phase = Phase::Ceremony;
        Ok(())
    }

    pub(super) fn round_head(&self, head: &Head, round: u8, roots: &dyn Roots) -> Result<(), Refusal> {
        self.ensure_election(head.election)?;
        let refused = |reason| Refusal::new(Check::Ceremony, reason);
        let record =
            self.ceremony.record.as_ref().ok_or_else(|| refused(Reason::Missing { what: "an attempt" }))?;
        ensure(head.slot.attempt == self.ceremony.attempt, Check::Ceremony, || Reason::NotFollowing {
            field: "attempt",
        })?;
        let round =
            Round::from_number(round).ok_or_else(|| refused(Reason::Outside { what: "the round" }))?;
        record
            .may_stand(round, head.slot.signer)
            .map_err(|error| refused(Reason::False(error.to_string())))?;
        self.sets.ensure_free(head.slot, Check::Ceremony)?;
        let longest = record.context().params().max_content() as u64;
        ensure(head.length <= longest, Check::Ceremony, || Reason::Outside { what: "the length" })?;
        self.ensure_seen(&head.seen, self.ceremony.round_began, roots)?;
        self.ensure_signer(head, Role::Trustee)
    }

    /// Exactly one signature, by the signer of the slot.
    pub(super) fn ensure_signer(&self, head: &Head, role: Role) -> Result<(), Refusal> {
        let parties = self.parties()?;
        let key_of = |signer| match role {
            _ if signer != head.slot.signer => None,
            Role::Trustee => parties.trustee(signer),
            Role::Registrar => parties.registrar(signer),
            Role::Official | Role::Board => None,
        };
        head.signatures
            .verify(role, 1, key_of, &head.unsigned_bytes())
            .map_err(|error| Refusal::new(Check::EntrySignatures, error))
    }

    pub(super) fn round_chunk(&mut self, chunk: &Chunk, round: u8) -> Outcome {
        let complete = self.sets.is_last(chunk).then(|| self.sets.content_with(chunk));
        self.sets.take(chunk);
        match (complete, Round::from_number(round)) {
            (Some(content), Some(round)) => self.round_message(round, chunk.slot.signer, content),
            _ => Outcome::Accepted,
        }
    }

    fn round_message(&mut self, round: Round, trustee: u16, content: Vec<u8>) -> Outcome {
        let Some(record) = self.ceremony.record.as_mut() else { return Outcome::Accepted };
        let judged = record.accept(round, trustee, &content);
        let round_after = record.round();
        self.ceremony.contents.insert((round.number(), trustee), content);
        let entry = self.size;
        if let Some(attempt) = self.attempt_mut() {
            attempt.messages.insert((round.number(), trustee), entry);
        }
        if let Err(error) = judged {
            return self.ceremony_fault(trustee, &error);
        }
        if round_after != Some(round) {
            self.ceremony.round_began = self.size + 1;
        }
        self.confirm_keys();
        Outcome::Accepted
    }

    /// Ends the attempt by the names of all whose messages were false, or were proven to be.
    fn ceremony_fault(&mut self, sender: u16, error: &CeremonyError) -> Outcome {
        self.phase = Phase::CeremonyEnded;
        self.sets.void_open();
        let entry = self.size;
        if let (Some(attempt), CeremonyError::Faults(faults)) = (self.attempt_mut(), error) {
            attempt.faults = faults.iter().map(|fault| NamedFault { entry, sender, fault: *fault }).collect();
            attempt.end = Some(AttemptEnd::Faults);
        }
        let fault = |trustee, what| Fault { entry, trustee, what };
        let faults = match error {
            CeremonyError::Faults(faults) => {
                faults.iter().map(|found| fault(found.trustee, found.kind.to_string())).collect()
            }
            _ => vec![fault(sender, error.to_string())],
        };
        self.at_fault(faults)
    }

    fn confirm_keys(&mut self) {
        let Some(record) = &self.ceremony.record else { return };
        if let (Some(keys), Some(ceremony_digest)) = (record.keys(), record.ceremony_digest()) {
            self.ceremony.keys = Some(ConfirmedKeys {
                keys: keys.clone(),
                key_digest: keys.digest(),
                ceremony_digest,
                attempt: self.ceremony.attempt,
            });
            if let Some(attempt) = self.attempts.last_mut() {
                attempt.end = Some(AttemptEnd::Confirmed);
            }
            self.phase = Phase::Roll;
            self.sets.void_open();
        }
    }

    pub(super) fn attempt_ended(
        &mut self,
        act: &Act<AttemptEnded>,
        roots: &dyn Roots,
    ) -> Result<Outcome, Refusal> {
        self.ensure_act(act, roots)?;
        let AttemptEnded { number, trustee, round } = act.body;
        ensure(number == self.ceremony.attempt, Check::Ceremony, || Reason::NotFollowing {
            field: "attempt",
        })?;
        let record = self.ceremony.record.as_ref();
        let in_force = record.and_then(CeremonyRecord::round).map(Round::number);
        ensure(in_force == Some(round), Check::Ceremony, || Reason::NotFollowing { field: "round" })?;
        let silent = record.is_some_and(|record| record.missing().contains(&trustee));
        ensure(silent, Check::Ceremony, || Reason::NotFollowing { field: "trustee" })?;
        let entry = self.size;
        if let Some(attempt) = self.attempt_mut() {
            attempt.end = Some(AttemptEnd::Silence { trustee, round, entry });
        }
        self.phase = Phase::CeremonyEnded;
        self.sets.void_open();
        Ok(self.acted())
    }

    pub(super) fn attempt_begins(
        &mut self,
        act: &Act<AttemptBegins>,
        roots: &dyn Roots,
    ) -> Result<Outcome, Refusal> {
        self.ensure_act(act, roots)?;
        ensure(Some(act.body.number) == self.ceremony.attempt.checked_add(1), Check::Ceremony, || {
            Reason::NotFollowing { field: "attempt" }
        })?;
        let manifest = self.checked_manifest()?;
        self.begin_ceremony(&manifest, act.body.number)?;
        Ok(self.acted())
    }

    /// Which message kinds a trustee owes in the round in force, for programs that wait.
    #[must_use]
    pub fn round_in_force(&self) -> Option<MessageKind> {
        self.ceremony.record.as_ref()?.round().map(|round| MessageKind::Round(round.number()))
    }
}

/// Threshold, trustees and keys of a manifest's ceremonies.
pub(super) fn ceremony_params(manifest: &Manifest) -> Result<CeremonyParams, Refusal> {
    let outside =
        || Refusal::new(Check::Manifest, Reason::Outside { what: "the number of trustees or keys" });
    let n = u16::try_from(manifest.trustees().len()).map_err(|_| outside())?;
    let keys = u32::try_from(manifest.key_count()).map_err(|_| outside())?;
    CeremonyParams::new(manifest.document().trustees.threshold, n, keys).map_err(|_| outside())
}
