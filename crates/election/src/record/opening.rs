//! The opening, and replacements of lost letters while the vote is open (§14.6, §20.7).

use plebiscite_board::merkle::Roots;
use plebiscite_crypto::group::PointBytes;

use super::refusal::{Check, Outcome, Reason, Refusal, ensure};
use super::{Phase, Record};
use crate::credential::Replacement;
use crate::entry::{Act, Open};

impl Record {
    /// What the officials must sign to open the vote.
    ///
    /// # Errors
    /// The roll is not sealed.
    pub fn open_body(&self, reason: String) -> Result<Open, Refusal> {
        let missing = |what| Refusal::new(Check::Open, Reason::Missing { what });
        let keys = self.keys().ok_or_else(|| missing("the confirmation of the keys"))?;
        let roll = self.roll().ok_or_else(|| missing("the roll seal"))?;
        Ok(Open {
            key_digest: keys.key_digest,
            ceremony_digest: keys.ceremony_digest,
            roll_root: *roll.root(),
            reason,
        })
    }

    pub(super) fn open(&mut self, act: &Act<Open>, roots: &dyn Roots) -> Result<Outcome, Refusal> {
        self.ensure_act(act, roots)?;
        let expected = self.open_body(act.body.reason.clone())?;
        ensure(act.body == expected, Check::Open, || Reason::NotFollowing { field: "a digest" })?;
        let closes = self.checked_manifest()?.document().schedule.closes.unix();
        self.set_closing_time(closes);
        self.phase = Phase::Open;
        Ok(self.acted())
    }

    pub(super) fn replacement(
        &mut self,
        act: &Act<Replacement>,
        roots: &dyn Roots,
    ) -> Result<Outcome, Refusal> {
        // Not under the rule that later acts withdraw earlier ones: replacements have their numbers.
        self.ensure_signed(act, 0, roots)?;
        let request = &act.body.request;
        let refuse = |reason| Refusal::new(Check::Replacement, reason);
        let next = self.replacements().checked_add(1);
        ensure(Some(request.number) == next, Check::Replacement, || Reason::NotFollowing {
            field: "number",
        })?;
        let row = self
            .credential(request.index)
            .ok_or_else(|| refuse(Reason::Outside { what: "the roll index" }))?;
        ensure(row.credential == request.old, Check::Replacement, || Reason::NotFollowing {
            field: "old credential",
        })?;
        ensure(self.head(request.index).is_none(), Check::Replacement, || Reason::Twice {
            what: "a ballot on the old credential",
        })?;
        let new = self.new_credential(&act.body)?;
        let parts: Vec<PointBytes> = act.body.parts.iter().map(|part| part.part).collect();
        let fresh = !self.was_used(&new) && !parts.iter().any(|part| self.was_used(part));
        ensure(fresh, Check::Replacement, || Reason::Twice { what: "the new credential or a part of it" })?;
        self.replace_credential(request.index, new, &parts);
        Ok(Outcome::Accepted)
    }

    fn new_credential(&self, replacement: &Replacement) -> Result<PointBytes, Refusal> {
        let setup = self.setup_context().ok_or_else(|| {
            Refusal::new(Check::Replacement, Reason::Missing { what: "the confirmation of the keys" })
        })?;
        let registrars = u8::try_from(self.parties()?.registrar_count()).unwrap_or(u8::MAX);
        replacement
            .verify(&setup, registrars)
            .map_err(|error| Refusal::new(Check::Replacement, Reason::False(error.to_string())))
    }
}
