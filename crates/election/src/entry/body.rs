//! The bodies of all acts, one layout each (§19.3, in the order of the table in §20).

use super::Kind;
use super::act::Body;
use super::signature::Role;
use crate::credential::Replacement;
use crate::encoding::{EncodingError, Reader, Writer};

/// Longest reason that officials may give for an act, in bytes of UTF-8.
pub const REASON_LIMIT: usize = 1_000;
/// Longest official statement, in bytes of UTF-8.
pub const STATEMENT_LIMIT: usize = 32_768;

/// Ends a ceremony attempt because a trustee's message is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttemptEnded {
    /// The attempt in force.
    pub number: u32,
    /// The trustee whose message the log lacks, 1 to `n`.
    pub trustee: u16,
    /// The round in force, 0 to 4.
    pub round: u8,
}

impl Body for AttemptEnded {
    const KIND: Kind = Kind::AttemptEnded;
    fn read(reader: &mut Reader<'_>) -> Result<Self, EncodingError> {
        Ok(Self {
            number: reader.u32("attempt")?,
            trustee: reader.u16("trustee")?,
            round: reader.u8("round")?,
        })
    }
    fn write(&self, writer: &mut Writer) {
        writer.u32(self.number).u16(self.trustee).u8(self.round);
    }
}

/// Begins the next ceremony attempt after one has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttemptBegins {
    /// One more than the attempt that ended.
    pub number: u32,
}

impl Body for AttemptBegins {
    const KIND: Kind = Kind::AttemptBegins;
    fn read(reader: &mut Reader<'_>) -> Result<Self, EncodingError> {
        Ok(Self { number: reader.u32("attempt")? })
    }
    fn write(&self, writer: &mut Writer) {
        writer.u32(self.number);
    }
}

/// Ends a roll attempt, so that the next can begin with wholly fresh codes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RollAttemptEnded {
    /// The roll attempt in force.
    pub number: u32,
}

impl Body for RollAttemptEnded {
    const KIND: Kind = Kind::RollAttemptEnded;
    fn read(reader: &mut Reader<'_>) -> Result<Self, EncodingError> {
        Ok(Self { number: reader.u32("roll attempt")? })
    }
    fn write(&self, writer: &mut Writer) {
        writer.u32(self.number);
    }
}

/// Fixes the roll: signed by all registrars and `u` officials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RollSeal {
    /// The roll attempt whose lists are sealed.
    pub attempt: u32,
    /// Number of credentials.
    pub count: u32,
    /// Root of the combined rows (§14.5).
    pub roll_root: [u8; 32],
    /// The roll's base point; `G` in this version, enforced.
    pub base: [u8; 32],
}

impl Body for RollSeal {
    const KIND: Kind = Kind::RollSeal;
    const COSIGNERS: Option<Role> = Some(Role::Registrar);
    fn read(reader: &mut Reader<'_>) -> Result<Self, EncodingError> {
        Ok(Self {
            attempt: reader.u32("roll attempt")?,
            count: reader.u32("roll size")?,
            roll_root: reader.array("roll root")?,
            base: reader.array("roll base")?,
        })
    }
    fn write(&self, writer: &mut Writer) {
        writer.u32(self.attempt).u32(self.count).raw(&self.roll_root).raw(&self.base);
    }
}

/// Opens the vote under exactly these keys, this ceremony and this roll.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    /// Digest of the election keys.
    pub key_digest: [u8; 32],
    /// Digest of the ceremony that made them.
    pub ceremony_digest: [u8; 32],
    /// Root of the sealed roll.
    pub roll_root: [u8; 32],
    /// Why now; may be empty.
    pub reason: String,
}

impl Body for Open {
    const KIND: Kind = Kind::Open;
    fn read(reader: &mut Reader<'_>) -> Result<Self, EncodingError> {
        Ok(Self {
            key_digest: reader.array("key digest")?,
            ceremony_digest: reader.array("ceremony digest")?,
            roll_root: reader.array("roll root")?,
            reason: reader.text(REASON_LIMIT, "reason")?,
        })
    }
    fn write(&self, writer: &mut Writer) {
        writer.raw(&self.key_digest).raw(&self.ceremony_digest).raw(&self.roll_root).text(&self.reason);
    }
}

/// Moves the closing time to a later one, before the close.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    /// The closing time in force, seconds since 1970 UTC.
    pub old: u64,
    /// The new one, later, within the manifest's limit.
    pub new: u64,
    /// Why.
    pub reason: String,
}

impl Body for Extension {
    const KIND: Kind = Kind::Extension;
    fn read(reader: &mut Reader<'_>) -> Result<Self, EncodingError> {
        Ok(Self {
            old: reader.u64("old closing time")?,
            new: reader.u64("new closing time")?,
            reason: reader.text(REASON_LIMIT, "reason")?,
        })
    }
    fn write(&self, writer: &mut Writer) {
        writer.u64(self.old).u64(self.new).text(&self.reason);
    }
}

/// Closes the vote by decision of the officials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfficialClose {
    /// The time that the close names, seconds since 1970 UTC; not before the manifest's earliest early close.
    pub time: u64,
    /// Why.
    pub reason: String,
}

impl Body for OfficialClose {
    const KIND: Kind = Kind::OfficialClose;
    fn read(reader: &mut Reader<'_>) -> Result<Self, EncodingError> {
        Ok(Self { time: reader.u64("closing time")?, reason: reader.text(REASON_LIMIT, "reason")? })
    }
    fn write(&self, writer: &mut Writer) {
        writer.u64(self.time).text(&self.reason);
    }
}

/// Ends the election without a result; refused from the seal on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cancel {
    /// Why.
    pub reason: String,
}

impl Body for Cancel {
    const KIND: Kind = Kind::Cancel;
    fn read(reader: &mut Reader<'_>) -> Result<Self, EncodingError> {
        Ok(Self { reason: reader.text(REASON_LIMIT, "reason")? })
    }
    fn write(&self, writer: &mut Writer) {
        writer.text(&self.reason);
    }
}

/// Fixes what is counted. Its [`super::Act`]'s seen size and root are those of the log at the close.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seal {
    /// Index of the close.
    pub close: u64,
    /// Digest of the partition into cells (§17).
    pub partition_digest: [u8; 32],
    /// Digest of all chain heads (§21.2).
    pub heads_digest: [u8; 32],
}

impl Body for Seal {
    const KIND: Kind = Kind::Seal;
    fn read(reader: &mut Reader<'_>) -> Result<Self, EncodingError> {
        Ok(Self {
            close: reader.u64("close")?,
            partition_digest: reader.array("partition digest")?,
            heads_digest: reader.array("heads digest")?,
        })
    }
    fn write(&self, writer: &mut Writer) {
        writer.u64(self.close).raw(&self.partition_digest).raw(&self.heads_digest);
    }
}

/// Certifies a result that stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certification {
    /// SHA-256 of the result entry.
    pub result_digest: [u8; 32],
}

impl Body for Certification {
    const KIND: Kind = Kind::Certification;
    fn read(reader: &mut Reader<'_>) -> Result<Self, EncodingError> {
        Ok(Self { result_digest: reader.array("result digest")? })
    }
    fn write(&self, writer: &mut Writer) {
        writer.raw(&self.result_digest);
    }
}

/// Whose key a successor replaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Succeeded {
    /// The board's checkpoint key.
    Board,
    /// An official's key, by position in the manifest.
    Official(u16),
}

/// Names a successor of a key: signed by `u` officials and `c` trustees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Successor {
    /// One more than the last successor's.
    pub number: u32,
    /// Whose key.
    pub of: Succeeded,
    /// The new Ed25519 key.
    pub key: [u8; 32],
}

impl Body for Successor {
    const KIND: Kind = Kind::Successor;
    const COSIGNERS: Option<Role> = Some(Role::Trustee);
    fn read(reader: &mut Reader<'_>) -> Result<Self, EncodingError> {
        let number = reader.u32("number")?;
        let of = match (reader.u8("role")?, reader.u16("official")?) {
            (0, 0) => Succeeded::Board,
            (1, official) => Succeeded::Official(official),
            _ => return Err(EncodingError::Range { field: "role" }),
        };
        Ok(Self { number, of, key: reader.array("new key")? })
    }
    fn write(&self, writer: &mut Writer) {
        let (role, official) = match self.of {
            Succeeded::Board => (0, 0),
            Succeeded::Official(official) => (1, official),
        };
        writer.u32(self.number).u8(role).u16(official).raw(&self.key);
    }
}

/// What an official statement is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatementKind {
    /// Addresses of mirrors.
    Mirrors,
    /// Hashes of the pages' files.
    Pages,
}

/// A statement of the officials to the public.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfficialStatement {
    /// What it is about.
    pub kind: StatementKind,
    /// Its text.
    pub text: String,
}

impl Body for OfficialStatement {
    const KIND: Kind = Kind::OfficialStatement;
    fn read(reader: &mut Reader<'_>) -> Result<Self, EncodingError> {
        let kind = match reader.u8("kind of statement")? {
            1 => StatementKind::Mirrors,
            2 => StatementKind::Pages,
            _ => return Err(EncodingError::Range { field: "kind of statement" }),
        };
        Ok(Self { kind, text: reader.text(STATEMENT_LIMIT, "statement")? })
    }
    fn write(&self, writer: &mut Writer) {
        writer
            .u8(match self.kind {
                StatementKind::Mirrors => 1,
                StatementKind::Pages => 2,
            })
            .text(&self.text);
    }
}

/// Bytes of a replacement before its parts, and of one part.
const REPLACEMENT_HEAD: usize = 42;
const REPLACEMENT_PART: usize = 96;

impl Body for Replacement {
    const KIND: Kind = Kind::Replacement;
    const COSIGNERS: Option<Role> = Some(Role::Registrar);
    fn read(reader: &mut Reader<'_>) -> Result<Self, EncodingError> {
        let field = "replacement";
        let parts = reader.rest().get(REPLACEMENT_HEAD - 1).copied().ok_or(EncodingError::Short { field })?;
        let bytes = reader.bytes(REPLACEMENT_HEAD + REPLACEMENT_PART * usize::from(parts), field)?;
        Self::decode(bytes).map_err(|_| EncodingError::Range { field })
    }
    fn write(&self, writer: &mut Writer) {
        writer.raw(&self.encode());
    }
}
