//! From the sealed heads to the result: sums, partial decryptions, counts, verdict, certification (§21.4, §21.5).

use std::collections::BTreeMap;
use std::sync::OnceLock;

use plebiscite_board::merkle::Roots;
use plebiscite_crypto::dlog::DiscreteLog;
use plebiscite_crypto::elgamal::Sum;
use plebiscite_crypto::group::Point;
use plebiscite_crypto::threshold::decryption::{
    DecryptionStatement, PartialDecryptions, PermittedSums, VerifiedPartials, combine,
};
use plebiscite_crypto::transcript::Transcript;

use super::refusal::{Check, Fault, Outcome, Reason, Refusal, ensure};
use super::sums::{empty, merge};
use super::{ConfirmedKeys, Phase, Record};
use crate::cell;
use crate::encoding::Writer;
use crate::entry::{Act, Certification, Chunk, Head, ResultEntry, Role};
use crate::rule::counts::CellCounts;
use crate::rule::verdict::{Verdict, verdict};

/// What is decrypted, what came of it, and the result.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// Per cell of the partition, per contest; empty before the seal.
    sums: Vec<Vec<Sum>>,
    /// What may be decrypted; none before the seal, or where the sums are nothing.
    permitted: Option<PermittedSums>,
    /// Size of the log once `c` confirmations stood.
    confirmed: u64,
    valid: BTreeMap<u16, VerifiedPartials>,
    /// What the result must say, once it can be computed: more sets of decryptions change nothing in it. Anyone can
    /// offer a result, so it is computed once.
    computed: Remembered,
    result: Option<ElectionResult>,
}

/// What a trustee's program decrypts: nothing else is ever decrypted.
#[derive(Clone)]
pub struct DecryptionInput {
    /// The election's transcript.
    pub transcript: Transcript,
    /// The one seal.
    pub seal_digest: [u8; 32],
    /// The keys.
    pub keys: ConfirmedKeys,
    /// The sums of the sealed cells.
    pub sums: PermittedSums,
    /// The least size of the log that the message must have seen.
    pub confirmed: u64,
}

impl std::fmt::Debug for DecryptionInput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DecryptionInput")
            .field("seal_digest", &self.seal_digest)
            .field("sums", &self.sums)
            .finish_non_exhaustive()
    }
}

impl DecryptionInput {
    /// The statement of one trustee's proof.
    #[must_use]
    pub const fn statement(&self, trustee: u16) -> DecryptionStatement<'_> {
        DecryptionStatement {
            transcript: &self.transcript,
            seal: &self.seal_digest,
            keys: &self.keys.keys,
            trustee,
            sums: &self.sums,
        }
    }
}

/// The counts of one cell: for each contest, each tallied number; none where the cell has no result or no heads.
pub type CellResult = CellCounts;

/// The result that stands.
#[derive(Clone, Debug)]
pub struct ElectionResult {
    /// Its entry's index.
    pub index: u64,
    /// SHA-256 of its entry.
    pub digest: [u8; 32],
    /// By cell of the partition.
    pub cells: Vec<CellResult>,
    /// The verdict of the law.
    pub verdict: Verdict,
}

/// What has been computed already. It follows from the rest of the record and is no part of it: two records that have
/// seen the same entries show the same, whether or not either was asked.
#[derive(Default)]
struct Remembered(OnceLock<Computed>);

impl std::fmt::Debug for Remembered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Remembered")
    }
}

/// A result before it is an entry.
#[derive(Clone, Debug)]
struct Computed {
    cells: Vec<CellCounts>,
    verdict: Verdict,
}

impl Computed {
    /// cells u16 ‖ (has counts u8 ‖ counts u64*)* ‖ verdict (§21.5).
    fn encode(&self) -> (Vec<u8>, Vec<u8>) {
        let mut writer = Writer::new();
        writer.u16(u16::try_from(self.cells.len()).unwrap_or(u16::MAX));
        for cell in &self.cells {
            writer.u8(u8::from(cell.is_some()));
            for count in cell.iter().flatten().flatten() {
                writer.u64(*count);
            }
        }
        (writer.finish(), self.verdict.encode())
    }
}

impl Record {
    /// Adds up the ciphertexts of all chain heads by cell. Called once, with the seal.
    pub(super) fn prepare_tally(&mut self) -> Result<(), Refusal> {
        let refuse = |what: String| Refusal::new(Check::SealPartition, Reason::False(what));
        let partition = self.partition().ok_or_else(|| refuse("no close stands".to_owned()))?;
        let mut cell_of = vec![0usize; self.heads_by_region().len()];
        for (number, cell) in partition.cells().iter().enumerate() {
            for region in &cell.regions {
                if let Some(place) = cell_of.get_mut(usize::from(region.0)) {
                    *place = number;
                }
            }
        }
        let partition_cells = partition.cells().len();
        let manifest = self.checked_manifest()?;
        let tallied: Vec<usize> = manifest.forms().map(|form| form.tallied()).collect();
        let sums = self.sum_heads(&cell_of, partition_cells, &tallied).map_err(refuse)?;
        let partition = self.partition().ok_or_else(|| refuse("no close stands".to_owned()))?;
        let decrypted =
            partition.cells().iter().zip(&sums).filter(|(cell, _)| cell.outcome == cell::Outcome::Decrypt);
        let points = decrypted.map(|(_, sums)| sums.iter().map(|sum| sum.r).collect()).collect();
        let contests = tallied.iter().map(|k| u32::try_from(*k).unwrap_or(u32::MAX)).collect();
        let permitted = PermittedSums::new(contests, points).map_err(|error| refuse(error.to_string()))?;
        self.tally.permitted = (!permitted.is_nothing()).then_some(permitted);
        self.tally.sums = sums;
        Ok(())
    }

    /// Sums per cell and contest: those of its regions. Every ballot that stands was verified, so every point decodes.
    fn sum_heads(
        &mut self,
        cell_of: &[usize],
        cells: usize,
        tallied: &[usize],
    ) -> Result<Vec<Vec<Sum>>, String> {
        let mut all: Vec<Vec<Sum>> = (0..cells).map(|_| empty(tallied)).collect();
        self.vote.sums.fold_all();
        for (region, sums) in self.vote.sums.regions()? {
            let cell = cell_of.get(usize::from(*region)).and_then(|cell| all.get_mut(*cell));
            if let Some(cell) = cell {
                merge(cell, sums).map_err(|error| error.to_string())?;
            }
        }
        Ok(all)
    }

    /// Notes from which size on partial decryptions may be made. Called with the `c`-th confirmation.
    pub(super) const fn begin_decryption(&mut self) {
        self.tally.confirmed = self.size + 1;
    }

    /// What trustees decrypt; from `c` confirmations on, none where nothing is to be decrypted.
    #[must_use]
    pub fn decryption(&self) -> Option<DecryptionInput> {
        if self.phase < Phase::Confirmed || self.phase == Phase::Cancelled {
            return None;
        }
        Some(DecryptionInput {
            transcript: self.election_context()?.transcript(),
            seal_digest: self.seal()?.digest,
            keys: self.keys()?.clone(),
            sums: self.tally.permitted.clone()?,
            confirmed: self.tally.confirmed,
        })
    }

    /// Trustees whose partial decryptions stand and are true.
    #[must_use]
    pub fn valid_partials(&self) -> Vec<u16> {
        self.tally.valid.keys().copied().collect()
    }

    /// The result that stands.
    #[must_use]
    pub const fn result(&self) -> Option<&ElectionResult> {
        self.tally.result.as_ref()
    }

    pub(super) fn partials_head(&self, head: &Head, roots: &dyn Roots) -> Result<(), Refusal> {
        self.ensure_election(head.election)?;
        let refuse = |reason| Refusal::new(Check::PartialDecryptions, reason);
        ensure(head.slot.attempt == 0, Check::PartialDecryptions, || Reason::NotFollowing {
            field: "attempt",
        })?;
        let sums = self
            .tally
            .permitted
            .as_ref()
            .ok_or_else(|| refuse(Reason::Missing { what: "anything to decrypt" }))?;
        self.sets.ensure_free(head.slot, Check::PartialDecryptions)?;
        let length = PartialDecryptions::content_len(sums).map(|length| length as u64);
        ensure(Some(head.length) == length, Check::PartialDecryptions, || Reason::Outside {
            what: "the length",
        })?;
        self.ensure_seen(&head.seen, self.tally.confirmed, roots)?;
        self.ensure_signer(head, Role::Trustee)
    }

    pub(super) fn partials_chunk(&mut self, chunk: &Chunk) -> Outcome {
        let complete = self.sets.is_last(chunk).then(|| self.sets.content_with(chunk));
        self.sets.take(chunk);
        let (Some(content), Some(input)) = (complete, self.decryption()) else { return Outcome::Accepted };
        let trustee = chunk.slot.signer;
        let judged = PartialDecryptions::decode(&content, &input.sums)
            .and_then(|partials| partials.verify(&input.statement(trustee)));
        match judged {
            Ok(verified) => {
                self.tally.valid.insert(trustee, verified);
                Outcome::Accepted
            }
            Err(error) => self.at_fault(vec![Fault { entry: self.size, trustee, what: error.to_string() }]),
        }
    }

    /// The result that follows from the record: from any `t` valid sets, or from the confirmations alone where nothing
    /// is to be decrypted. Which sets are taken makes no difference.
    ///
    /// # Errors
    /// Fewer than `t` sets stand, or a count is out of its range.
    pub fn expected_result(&self) -> Result<ResultEntry, Refusal> {
        let (cells, verdict) = self.compute_result()?.encode();
        let election = self
            .election()
            .ok_or_else(|| Refusal::new(Check::ResultCounts, Reason::Missing { what: "the manifest" }))?;
        Ok(ResultEntry { election, content: [cells, verdict].concat() })
    }

    /// The verdict of [`Self::expected_result`].
    ///
    /// # Errors
    /// As there.
    pub fn expected_verdict(&self) -> Result<&Verdict, Refusal> {
        Ok(&self.compute_result()?.verdict)
    }

    fn compute_result(&self) -> Result<&Computed, Refusal> {
        if let Some(computed) = self.tally.computed.0.get() {
            return Ok(computed);
        }
        let refuse = |reason| Refusal::new(Check::ResultCounts, reason);
        let manifest = self.checked_manifest()?;
        let partition = self.partition().ok_or_else(|| refuse(Reason::Missing { what: "the close" }))?;
        ensure(
            self.phase >= Phase::Confirmed && self.phase != Phase::Cancelled,
            Check::ResultCounts,
            || Reason::Missing { what: "the trustees' confirmations" },
        )?;
        let masks = self.combine_partials(manifest.threshold())?;
        let mut masks = masks.into_iter();
        let mut cells = Vec::new();
        for (cell, sums) in partition.cells().iter().zip(&self.tally.sums) {
            cells.push(match cell.outcome {
                cell::Outcome::Decrypt => {
                    Some(self.open_cell(cell.heads, sums, &masks.next().unwrap_or_default())?)
                }
                cell::Outcome::Zero | cell::Outcome::NoResult => None,
            });
        }
        let verdict = verdict(&manifest, partition, &cells)
            .map_err(|error| refuse(Reason::False(error.to_string())))?;
        Ok(self.tally.computed.0.get_or_init(|| Computed { cells, verdict }))
    }

    /// `z_o·R` by decrypted cell, then key; nothing where nothing is to be decrypted.
    fn combine_partials(&self, threshold: usize) -> Result<Vec<Vec<Point>>, Refusal> {
        let Some(permitted) = &self.tally.permitted else { return Ok(Vec::new()) };
        let sets: Vec<&VerifiedPartials> = self.tally.valid.values().take(threshold).collect();
        let missing = Reason::Missing { what: "a sufficient number of valid partial decryptions" };
        ensure(sets.len() == threshold, Check::ResultCounts, || missing)?;
        let t = u16::try_from(threshold).unwrap_or(u16::MAX);
        let masks = combine(&sets, t)
            .map_err(|error| Refusal::new(Check::ResultCounts, Reason::False(error.to_string())))?;
        ensure(masks.len() == permitted.cells(), Check::ResultCounts, || Reason::NotFollowing {
            field: "cells",
        })?;
        Ok(masks)
    }

    /// Reads the counts of a cell back: `m·G = E − z·R`.
    fn open_cell(&self, heads: u64, sums: &[Sum], masks: &[Point]) -> Result<Vec<Vec<u64>>, Refusal> {
        let refuse = |error: String| Refusal::new(Check::ResultCounts, Reason::False(error));
        let manifest = self.checked_manifest()?;
        let mut masks = masks.iter().copied().chain(std::iter::repeat(plebiscite_crypto::group::identity()));
        let mut contests = Vec::new();
        for (form, sum) in manifest.forms().zip(sums) {
            let table = DiscreteLog::new(heads.saturating_mul(form.greatest()))
                .map_err(|error| refuse(error.to_string()))?;
            let counts = sum.e.iter().zip(masks.by_ref()).map(|(e, mask)| table.solve(&(e - mask)));
            contests
                .push(counts.collect::<Result<Vec<u64>, _>>().map_err(|error| refuse(error.to_string()))?);
        }
        Ok(contests)
    }

    pub(super) fn apply_result(&mut self, entry: &ResultEntry) -> Result<Outcome, Refusal> {
        self.ensure_election(entry.election)?;
        let computed = self.compute_result()?;
        let (cells, verdict) = computed.encode();
        let (claimed_cells, claimed_verdict) = entry
            .content
            .split_at_checked(cells.len())
            .ok_or_else(|| Refusal::not_following(Check::ResultCounts, "counts"))?;
        ensure(claimed_cells == cells, Check::ResultCounts, || Reason::NotFollowing { field: "counts" })?;
        ensure(claimed_verdict == verdict, Check::ResultVerdict, || Reason::NotFollowing {
            field: "verdict",
        })?;
        let Computed { cells, verdict } = computed.clone();
        self.tally.result = Some(ElectionResult { index: self.size, digest: entry.digest(), cells, verdict });
        self.sets.void_open();
        self.phase = Phase::Result;
        Ok(Outcome::Accepted)
    }

    pub(super) fn certification(
        &mut self,
        act: &Act<Certification>,
        roots: &dyn Roots,
    ) -> Result<Outcome, Refusal> {
        self.ensure_act(act, roots)?;
        let digest = self.result().map(|result| result.digest);
        ensure(Some(act.body.result_digest) == digest, Check::Certification, || Reason::NotFollowing {
            field: "result digest",
        })?;
        self.phase = Phase::Certified;
        Ok(self.acted())
    }
}
