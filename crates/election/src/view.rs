//! What a board answers about one credential: its row, its latest replacement, its last ballot, with their proofs (§22).
//!
//! Every answer of one election has the same length, also for a credential that no roll holds. Nothing in it is
//! trusted: the client checks each part against the checkpoint and the roll root.

use crate::encoding::{EncodingError, Reader, Writer};
use crate::entry::Kind;
use crate::manifest::Manifest;
use plebiscite_crypto::group::PointBytes;

/// Room for the checkpoint with its cosignatures, in bytes.
const CHECKPOINT_ROOM: usize = 8_192;
/// Room for a path in the roll, in hashes: 2^32 rows.
const ROLL_PATH_ROOM: usize = 32;
/// Room for a path in the log, in hashes: 2^48 entries.
const LOG_PATH_ROOM: usize = 48;
/// The fields of a ballot around its contests: kind, roll index, `seq`, `prev`, signature.
const BALLOT_FRAME: usize = 1 + 4 + 4 + 32 + 64;
/// The fields of an act before its body: kind, election, seen size, seen root.
const ACT_FRAME: usize = 1 + 32 + 8 + 32;
/// One signature with its signer's number.
const SIGNATURE: usize = 66;

/// The lengths that a manifest gives to the entries in a view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ViewSizes {
    /// Bytes of every ballot entry of the election.
    pub ballot: usize,
    /// Bytes of every replacement entry of the election.
    pub replacement: usize,
}

impl ViewSizes {
    /// The lengths under a manifest.
    #[must_use]
    pub fn of(manifest: &Manifest) -> Self {
        let registrars = manifest.registrars().len();
        Self {
            ballot: BALLOT_FRAME + manifest.contests_len(),
            replacement: ACT_FRAME
                + 42
                + 96 * registrars
                + 2
                + SIGNATURE * (manifest.officials_quorum() + registrars),
        }
    }

    /// Bytes of every view of the election.
    #[must_use]
    pub const fn view(&self) -> usize {
        let entry = 1 + 8 + 1 + 32 * LOG_PATH_ROOM;
        2 + CHECKPOINT_ROOM
            + 1
            + 4
            + 32
            + 2
            + 1
            + 32 * ROLL_PATH_ROOM
            + entry
            + self.replacement
            + entry
            + self.ballot
    }
}

/// An entry with its place in the log and the path that proves it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvenEntry {
    /// Its index.
    pub index: u64,
    /// RFC 6962 inclusion path to the checkpoint's root, from the leaf's sibling up.
    pub path: Vec<[u8; 32]>,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A row of the sealed roll with the path that proves it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvenRow {
    /// Roll index, the voter's roll number.
    pub index: u32,
    /// `K` as the sealed roll has it.
    pub credential: PointBytes,
    /// Region, by position in the manifest.
    pub region: u16,
    /// Inclusion path to the roll root.
    pub path: Vec<[u8; 32]>,
}

/// The answer about one credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VoterView {
    /// The checkpoint that the entries' paths lead to, as signed.
    pub checkpoint: Vec<u8>,
    /// The row; none where the board knows no such credential.
    pub row: Option<ProvenRow>,
    /// The latest replacement of the row's credential.
    pub replacement: Option<ProvenEntry>,
    /// The last ballot under the credential in force.
    pub head: Option<ProvenEntry>,
}

impl VoterView {
    /// The answer's bytes: as many as [`ViewSizes::view`] says, the rest of each room zero.
    ///
    /// # Errors
    /// A part is larger than its room.
    pub fn encode(&self, sizes: &ViewSizes) -> Result<Vec<u8>, EncodingError> {
        let mut writer = Writer::new();
        let length =
            u16::try_from(self.checkpoint.len()).map_err(|_| EncodingError::Range { field: "checkpoint" })?;
        writer.u16(length);
        padded(&mut writer, &self.checkpoint, CHECKPOINT_ROOM, "checkpoint")?;
        let row = self.row.as_ref();
        writer.u8(u8::from(row.is_some())).u32(row.map_or(0, |row| row.index));
        writer.raw(&row.map_or([0; 32], |row| row.credential.0)).u16(row.map_or(0, |row| row.region));
        path(&mut writer, row.map_or(&[], |row| &row.path), ROLL_PATH_ROOM)?;
        entry(&mut writer, self.replacement.as_ref(), sizes.replacement)?;
        entry(&mut writer, self.head.as_ref(), sizes.ballot)?;
        Ok(writer.finish())
    }

    /// Reads an answer of exactly the election's length.
    ///
    /// # Errors
    /// Another length, or anything in a room that encode does not write.
    pub fn decode(bytes: &[u8], sizes: &ViewSizes) -> Result<Self, EncodingError> {
        let mut reader = Reader::new(bytes);
        let length = usize::from(reader.u16("checkpoint")?);
        let checkpoint = unpadded(&mut reader, length, CHECKPOINT_ROOM, "checkpoint")?;
        let found = flag(&mut reader, "row")?;
        let row = ProvenRow {
            index: reader.u32("roll index")?,
            credential: PointBytes(reader.array("credential")?),
            region: reader.u16("region")?,
            path: read_path(&mut reader, ROLL_PATH_ROOM)?,
        };
        let view = Self {
            checkpoint,
            row: found.then_some(row),
            replacement: read_entry(&mut reader, sizes.replacement, Kind::Replacement)?,
            head: read_entry(&mut reader, sizes.ballot, Kind::Ballot)?,
        };
        reader.finish()?;
        if view.encode(sizes)? == bytes { Ok(view) } else { Err(EncodingError::Range { field: "padding" }) }
    }
}

fn padded(writer: &mut Writer, bytes: &[u8], room: usize, field: &'static str) -> Result<(), EncodingError> {
    let rest = room.checked_sub(bytes.len()).ok_or(EncodingError::Range { field })?;
    writer.raw(bytes).raw(&vec![0; rest]);
    Ok(())
}

fn unpadded(
    reader: &mut Reader<'_>,
    length: usize,
    room: usize,
    field: &'static str,
) -> Result<Vec<u8>, EncodingError> {
    let held = reader.bytes(room, field)?;
    held.get(..length).map(<[u8]>::to_vec).ok_or(EncodingError::Range { field })
}

fn flag(reader: &mut Reader<'_>, field: &'static str) -> Result<bool, EncodingError> {
    match reader.u8(field)? {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(EncodingError::Range { field }),
    }
}

fn path(writer: &mut Writer, nodes: &[[u8; 32]], room: usize) -> Result<(), EncodingError> {
    let field = "path";
    writer.u8(u8::try_from(nodes.len()).map_err(|_| EncodingError::Range { field })?);
    padded(writer, nodes.as_flattened(), 32 * room, field)
}

fn read_path(reader: &mut Reader<'_>, room: usize) -> Result<Vec<[u8; 32]>, EncodingError> {
    let field = "path";
    let nodes = usize::from(reader.u8(field)?);
    let bytes = unpadded(reader, 32 * nodes, 32 * room, field)?;
    Ok(bytes.as_chunks::<32>().0.to_vec())
}

fn entry(writer: &mut Writer, entry: Option<&ProvenEntry>, length: usize) -> Result<(), EncodingError> {
    let field = "entry";
    if entry.is_some_and(|entry| entry.bytes.len() != length) {
        return Err(EncodingError::Range { field });
    }
    writer.u8(u8::from(entry.is_some())).u64(entry.map_or(0, |entry| entry.index));
    path(writer, entry.map_or(&[], |entry| &entry.path), LOG_PATH_ROOM)?;
    padded(writer, entry.map_or(&[], |entry| &entry.bytes), length, field)
}

fn read_entry(
    reader: &mut Reader<'_>,
    length: usize,
    kind: Kind,
) -> Result<Option<ProvenEntry>, EncodingError> {
    let field = "entry";
    let found = flag(reader, field)?;
    let index = reader.u64(field)?;
    let path = read_path(reader, LOG_PATH_ROOM)?;
    let bytes = reader.bytes(length, field)?.to_vec();
    if found && bytes.first() != Some(&kind.byte()) {
        return Err(EncodingError::Range { field });
    }
    Ok(found.then_some(ProvenEntry { index, path, bytes }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZES: ViewSizes = ViewSizes { ballot: 500, replacement: 700 };

    fn view() -> VoterView {
        let proven = |kind: Kind, length| ProvenEntry {
            index: 7,
            path: vec![[3; 32]; 5],
            bytes: [&[kind.byte()], &vec![1; length - 1][..]].concat(),
        };
        VoterView {
            checkpoint: b"origin\n8\nroot\n".to_vec(),
            row: Some(ProvenRow {
                index: 4,
                credential: PointBytes([5; 32]),
                region: 2,
                path: vec![[6; 32]; 3],
            }),
            replacement: Some(proven(Kind::Replacement, SIZES.replacement)),
            head: Some(proven(Kind::Ballot, SIZES.ballot)),
        }
    }

    #[test]
    fn every_view_of_an_election_has_the_same_length() {
        let known = view();
        let unknown = VoterView { row: None, replacement: None, head: None, ..view() };
        for view in [known, unknown] {
            let bytes = view.encode(&SIZES).unwrap();
            assert_eq!(bytes.len(), SIZES.view());
            assert_eq!(VoterView::decode(&bytes, &SIZES), Ok(view));
        }
    }

    #[test]
    fn padding_lengths_and_flags_that_encode_does_not_write_are_refused() {
        let unknown = VoterView { row: None, replacement: None, head: None, ..view() };
        let good = unknown.encode(&SIZES).unwrap();
        assert!(VoterView::decode(&good, &SIZES).is_ok());
        for place in [2 + 100, 2 + CHECKPOINT_ROOM, 2 + CHECKPOINT_ROOM + 3, good.len() - 1] {
            let mut bad = good.clone();
            bad[place] ^= 2;
            assert!(VoterView::decode(&bad, &SIZES).is_err(), "byte {place}");
        }
        assert!(VoterView::decode(&good[..good.len() - 1], &SIZES).is_err());
        assert!(VoterView::decode(&[good.as_slice(), &[0]].concat(), &SIZES).is_err());
        let long = VoterView { checkpoint: vec![b'a'; CHECKPOINT_ROOM + 1], ..view() };
        assert!(long.encode(&SIZES).is_err());
    }
}
