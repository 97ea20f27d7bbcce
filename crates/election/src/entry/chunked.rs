//! Chunked messages: a signed head, then chunks that prove themselves against the head's root (§19.4).
//!
//! Every message of a trustee, every registrar's list and the manifest travel so, long or short: one way only.

use plebiscite_board::merkle;

use super::act::Seen;
use super::signature::Signatures;
use super::{ElectionId, Kind};
use crate::encoding::{EncodingError, Reader, Writer};

/// Bytes in every chunk but the last.
pub const CHUNK_LENGTH: usize = 32_768;
/// Longest path from a chunk to the root that any message can need (2^32 chunks).
const PATH_LIMIT: usize = 32;

/// What a chunked message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MessageKind {
    /// The manifest, by `u` officials.
    Manifest,
    /// A ceremony round, 0 to 4, by its trustee.
    Round(u8),
    /// A registrar's list.
    RollList,
    /// A trustee's partial decryptions.
    PartialDecryptions,
}

impl MessageKind {
    const fn byte(self) -> u8 {
        match self {
            Self::Manifest => 1,
            Self::Round(round) => 2 + round,
            Self::RollList => 7,
            Self::PartialDecryptions => 8,
        }
    }

    const fn from_byte(byte: u8) -> Result<Self, EncodingError> {
        match byte {
            1 => Ok(Self::Manifest),
            2..=6 => Ok(Self::Round(byte - 2)),
            7 => Ok(Self::RollList),
            8 => Ok(Self::PartialDecryptions),
            _ => Err(EncodingError::Range { field: "kind of message" }),
        }
    }
}

/// Which set of chunks: one signer has one message a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Slot {
    /// What the message is.
    pub message: MessageKind,
    /// Ceremony attempt, roll attempt, or 0.
    pub attempt: u32,
    /// Trustee 1 to `n`, registrar 0 or 1, or 0 for the manifest.
    pub signer: u16,
}

impl Slot {
    fn read(reader: &mut Reader<'_>) -> Result<Self, EncodingError> {
        Ok(Self {
            message: MessageKind::from_byte(reader.u8("kind of message")?)?,
            attempt: reader.u32("attempt")?,
            signer: reader.u16("slot")?,
        })
    }

    fn write(&self, writer: &mut Writer) {
        writer.u8(self.message.byte()).u32(self.attempt).u16(self.signer);
    }
}

/// The signed head: kind u8 ‖ election 32 ‖ message u8 ‖ attempt u32 ‖ slot u16 ‖ chunks u32 ‖ length u64 ‖ root 32 ‖
/// seen size u64 ‖ seen root 32 ‖ signatures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The election that the message belongs to.
    pub election: ElectionId,
    /// Whose message it is.
    pub slot: Slot,
    /// Number of chunks that follow.
    pub chunks: u32,
    /// Bytes of all chunks together.
    pub length: u64,
    /// RFC 6962 root over the chunks.
    pub root: [u8; 32],
    /// The log on which the message was made (empty for the manifest).
    pub seen: Seen,
    /// `u` officials for the manifest, else the one signer of the slot.
    pub signatures: Signatures,
}

impl Head {
    /// The unsigned head of a message.
    #[must_use]
    pub fn of(election: ElectionId, slot: Slot, content: &[u8], seen: Seen) -> Self {
        let leaves: Vec<_> = content.chunks(CHUNK_LENGTH).map(merkle::leaf_hash).collect();
        Self {
            election,
            slot,
            chunks: chunk_count(content.len() as u64),
            length: content.len() as u64,
            root: merkle::root(&leaves).0,
            seen,
            signatures: Signatures::default(),
        }
    }

    /// The bytes before the signatures.
    #[must_use]
    pub fn unsigned_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.u8(Kind::Head.byte()).raw(&self.election.0);
        self.slot.write(&mut writer);
        writer.u32(self.chunks).u64(self.length).raw(&self.root);
        self.seen.write(&mut writer);
        writer.finish()
    }

    /// The entry's bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.raw(&self.unsigned_bytes());
        self.signatures.write(&mut writer);
        writer.finish()
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, EncodingError> {
        let head = Self {
            election: ElectionId(reader.array("election")?),
            slot: Slot::read(reader)?,
            chunks: reader.u32("number of chunks")?,
            length: reader.u64("length")?,
            root: reader.array("root of chunks")?,
            seen: Seen::read(reader)?,
            signatures: Signatures::read(reader)?,
        };
        if head.length == 0 || chunk_count(head.length) != head.chunks {
            return Err(EncodingError::Range { field: "number of chunks" });
        }
        Ok(head)
    }
}

/// How many chunks a message of this many bytes has; 0 where it has none or more than a u32 can count.
fn chunk_count(length: u64) -> u32 {
    u32::try_from(length.div_ceil(CHUNK_LENGTH as u64)).unwrap_or(0)
}

/// One chunk: kind u8 ‖ message u8 ‖ attempt u32 ‖ slot u16 ‖ number u32 ‖ path length u8 ‖ path 32* ‖ bytes to the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chunk {
    /// Whose message it belongs to.
    pub slot: Slot,
    /// Its number from 0.
    pub number: u32,
    /// Inclusion path to the head's root.
    pub path: Vec<[u8; 32]>,
    /// Its bytes, 1 to [`CHUNK_LENGTH`].
    pub bytes: Vec<u8>,
}

impl Chunk {
    /// The entry's bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.u8(Kind::Chunk.byte());
        self.slot.write(&mut writer);
        writer.u32(self.number).u8(u8::try_from(self.path.len()).unwrap_or(u8::MAX));
        for node in &self.path {
            writer.raw(node);
        }
        writer.raw(&self.bytes).finish()
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, EncodingError> {
        let slot = Slot::read(reader)?;
        let number = reader.u32("number of the chunk")?;
        let nodes = usize::from(reader.u8("length of the path")?);
        if nodes > PATH_LIMIT {
            return Err(EncodingError::Range { field: "length of the path" });
        }
        let path = (0..nodes).map(|_| reader.array("path")).collect::<Result<_, _>>()?;
        let length = reader.rest().len();
        if length == 0 || length > CHUNK_LENGTH {
            return Err(EncodingError::Range { field: "length of the chunk" });
        }
        Ok(Self { slot, number, path, bytes: reader.bytes(length, "chunk")?.to_vec() })
    }
}

/// All chunks of a message, in order, each with its path to the root that [`Head::of`] names.
#[must_use]
pub fn chunks_of(slot: Slot, content: &[u8]) -> Vec<Chunk> {
    let leaves: Vec<_> = content.chunks(CHUNK_LENGTH).map(merkle::leaf_hash).collect();
    let paths = merkle::inclusion_proofs(&leaves);
    content
        .chunks(CHUNK_LENGTH)
        .zip(paths)
        .zip(0u32..)
        .map(|((bytes, path), number)| Chunk {
            slot,
            number,
            path: path.into_iter().map(|node| node.0).collect(),
            bytes: bytes.to_vec(),
        })
        .collect()
}
