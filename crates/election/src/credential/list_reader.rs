//! Reading a registrar's list as a stream: every row is judged as it comes, the proof at the end (§14.4).

use plebiscite_crypto::engine::{Engine, NotAPoint};
use plebiscite_crypto::group::{PointBytes, Scalar, identity};
use plebiscite_crypto::proof::ProofError;
use plebiscite_crypto::proof::knowledge::{ListKnowledgeProof, ListKnowledgeVerifier};
use sha2::{Digest, Sha256};

use super::code::Registrar;
use super::list::{
    LIST_HEADER_BYTES, LIST_ROW_BYTES, ListError, ListFault, ListRow, RegistrarList, RollLimits, base,
    first_duplicate, list_commitment,
};
use crate::context::SetupContext;
use crate::cores;

/// Rows that one core takes at a time.
const SHARE: usize = 2048;

/// Reads and verifies a registrar's list from its bytes in any pieces. Public data only: not constant time.
#[derive(Debug)]
pub struct ListReader {
    setup: SetupContext,
    roll_attempt: u32,
    registrar: Registrar,
    limits: RollLimits,
    /// Whether rows are points and the proof holds is looked at.
    proven: bool,
    pending: Vec<u8>,
    content: Sha256,
    keys: Sha256,
    header: Option<Header>,
    rows: Vec<ListRow>,
}

#[derive(Debug)]
struct Header {
    count: u32,
    persons: [u8; 32],
    keys: [u8; 32],
    /// None where someone vouches for the list.
    verifier: Option<Verifier>,
}

/// Judges the rows as they come.
#[derive(Clone, Debug)]
struct Verifier {
    /// Without any rows: where the proof does not hold by lanes, which only accept, dalek judges all rows again.
    begun: ListKnowledgeVerifier,
    so_far: ListKnowledgeVerifier,
}

impl ListReader {
    /// Begins with a list's first byte.
    #[must_use]
    pub fn new(setup: SetupContext, roll_attempt: u32, registrar: Registrar, limits: RollLimits) -> Self {
        Self {
            setup,
            roll_attempt,
            registrar,
            limits,
            proven: true,
            pending: Vec::new(),
            content: Sha256::new(),
            keys: Sha256::new(),
            header: None,
            rows: Vec::new(),
        }
    }

    /// The same for a list that the caller has verified before, byte for byte: its form and digests are looked at again, and
    /// neither whether its rows are points nor its proof (§11.18).
    #[must_use]
    pub fn vouched(self) -> Self {
        Self { proven: false, ..self }
    }

    /// The rows read so far.
    #[must_use]
    pub fn rows_read(&self) -> &[ListRow] {
        &self.rows
    }

    /// Takes the next bytes. After an error the reader is of no further use.
    ///
    /// # Errors
    /// [`ListError`], as soon as a row shows it.
    pub fn absorb(&mut self, bytes: &[u8]) -> Result<(), ListError> {
        self.content.update(bytes);
        let mut held = std::mem::take(&mut self.pending);
        held.extend_from_slice(bytes);
        let mut rest = held.as_slice();
        if self.header.is_none() {
            let Some((header, after)) = rest.split_first_chunk::<LIST_HEADER_BYTES>() else {
                self.pending = held;
                return Ok(());
            };
            self.header = Some(self.read_header(header)?);
            rest = after;
        }
        let (rows, left) = rest.as_chunks::<LIST_ROW_BYTES>();
        self.absorb_rows(rows)?;
        let open = self.header.as_ref().is_some_and(|header| self.rows.len() < header.count as usize);
        if !open && !left.is_empty() {
            return Err(self.refuse(ListFault::Trailing));
        }
        self.pending = left.to_vec();
        Ok(())
    }

    /// Ends the list: all rows are there, none twice, and the proof holds.
    ///
    /// # Errors
    /// [`ListError`].
    pub fn finish(self) -> Result<RegistrarList, ListError> {
        let Self { setup, roll_attempt, registrar, pending, content, keys, header, rows, .. } = self;
        let refuse = |fault| ListError { registrar, fault };
        let short = |announced| refuse(ListFault::Short { rows: rows.len(), announced });
        let header = header.ok_or_else(|| short(0))?;
        if rows.len() != header.count as usize || !pending.is_empty() {
            return Err(short(header.count));
        }
        if header.keys != <[u8; 32]>::from(keys.finalize()) {
            return Err(refuse(ListFault::KeysDigest));
        }
        if let Some((earlier, index)) = first_duplicate(&rows, |row| row.part) {
            return Err(refuse(ListFault::Duplicate { earlier, index }));
        }
        header.verifier.map_or(Ok(()), |verifier| verifier.finish(&rows)).map_err(refuse)?;
        let digest = content.finalize().into();
        let commitment = list_commitment(&setup, roll_attempt, registrar, &digest);
        Ok(RegistrarList { registrar, persons: header.persons, rows, digest, commitment })
    }

    fn read_header(&self, bytes: &[u8; LIST_HEADER_BYTES]) -> Result<Header, ListError> {
        let malformed = || self.refuse(ListFault::MalformedProof);
        let (count, rest) = bytes.split_first_chunk::<4>().ok_or_else(malformed)?;
        let (persons, rest) = rest.split_first_chunk::<32>().ok_or_else(malformed)?;
        let (keys, rest) = rest.split_first_chunk::<32>().ok_or_else(malformed)?;
        let proof = rest.first_chunk::<64>().ok_or_else(malformed)?;
        let count = u32::from_be_bytes(*count);
        if count > self.limits.rows {
            return Err(self.refuse(ListFault::TooLong { rows: count.into(), limit: self.limits.rows }));
        }
        if !self.proven {
            return Ok(Header { count, persons: *persons, keys: *keys, verifier: None });
        }
        let proof = ListKnowledgeProof::decode(proof).map_err(|_| malformed())?;
        let mut t = self.setup.registrar_list(self.roll_attempt, self.registrar);
        let verifier =
            ListKnowledgeVerifier::new(&mut t, &base(), keys, count, &proof).map_err(|_| malformed())?;
        let verifier = Verifier { so_far: verifier.clone(), begun: verifier };
        Ok(Header { count, persons: *persons, keys: *keys, verifier: Some(verifier) })
    }

    fn absorb_rows(&mut self, rows: &[[u8; LIST_ROW_BYTES]]) -> Result<(), ListError> {
        let first = self.rows.len();
        let registrar = self.registrar;
        let refuse = |fault| ListError { registrar, fault };
        let Some(header) = self.header.as_mut() else { return Ok(()) };
        if rows.len() > header.count as usize - first {
            return Err(refuse(ListFault::Trailing));
        }
        let regions = self.limits.regions;
        let read: Vec<ListRow> = rows
            .iter()
            .enumerate()
            .map(|(offset, bytes)| read_row(bytes, regions, first + offset).map_err(refuse))
            .collect::<Result<_, _>>()?;
        if let Some(verifier) = &mut header.verifier {
            take(&mut verifier.so_far, Engine::fastest(), first, &read).map_err(refuse)?;
        }
        read.iter().for_each(|row| self.keys.update(row.part.0));
        self.rows.extend(read);
        Ok(())
    }

    const fn refuse(&self, fault: ListFault) -> ListError {
        ListError { registrar: self.registrar, fault }
    }
}

impl Verifier {
    fn finish(self, rows: &[ListRow]) -> Result<(), ListFault> {
        let Self { mut begun, so_far } = self;
        match so_far.finish() {
            Err(_) if !Engine::fastest().is_portable() => {
                take(&mut begun, Engine::portable(), 0, rows)?;
                Ok(begun.finish()?)
            }
            finished => Ok(finished?),
        }
    }
}

/// Takes the next rows, on all cores; `first` is the number of the first one.
fn take(
    verifier: &mut ListKnowledgeVerifier,
    engine: Engine,
    first: usize,
    rows: &[ListRow],
) -> Result<(), ListFault> {
    let share = rows.len().div_ceil(cores::count()).clamp(1, SHARE);
    let weighted = |number: usize, terms: &[(Scalar, PointBytes)]| {
        let sum = engine.weighted_sum(terms);
        sum.map_err(|fault: NotAPoint| ListFault::Part { index: first + number * share + fault.place })
    };
    verifier.absorb_by(rows.len(), |powers| {
        let terms: Vec<(Scalar, PointBytes)> =
            powers.iter().copied().zip(rows.iter().map(|row| row.part)).collect();
        let mut sums = cores::in_shares(&terms, share, weighted).into_iter();
        sums.try_fold(identity(), |sum, part| Ok(sum + part?))
    })
}

impl From<ProofError> for ListFault {
    fn from(_: ProofError) -> Self {
        Self::Proof
    }
}

fn read_row(bytes: &[u8; LIST_ROW_BYTES], regions: u16, index: usize) -> Result<ListRow, ListFault> {
    let (part, region) = bytes.split_first_chunk::<32>().ok_or(ListFault::Part { index })?;
    let region = u16::from_be_bytes(*region.first_chunk().ok_or(ListFault::Part { index })?);
    if region >= regions {
        return Err(ListFault::Region { index, region });
    }
    Ok(ListRow { part: PointBytes(*part), region })
}
