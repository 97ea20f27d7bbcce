//! Reading the content of a trustee's message: exact lengths, canonical points and scalars, nothing left over.

use crate::group::{PointBytes, Scalar, decode_scalar};
use crate::proof::dleq::DleqProof;
use crate::proof::knowledge::{KnowledgeProof, ListKnowledgeProof};

/// Why bytes are not the content that a round of the ceremony, or a decryption, calls for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContentError {
    /// The content has another length than its layout.
    #[error("the content has {found} bytes where the layout has {expected}")]
    Length {
        /// What the layout comes to.
        expected: usize,
        /// What there is.
        found: usize,
    },
    /// The 32 bytes that end before this many bytes from the end are no canonical point other than 0.
    #[error("no canonical point other than the identity stands {from_end} bytes before the end")]
    Point {
        /// Bytes that follow the point.
        from_end: usize,
    },
    /// The 32 bytes that end before this many bytes from the end are no canonical scalar.
    #[error("no canonical scalar stands {from_end} bytes before the end")]
    Scalar {
        /// Bytes that follow the scalar.
        from_end: usize,
    },
    /// A complaint names its own author, a trustee who does not exist, or one out of ascending order.
    #[error("a complaint names trustee {dealer}, who cannot stand there")]
    Dealer {
        /// The trustee that it names.
        dealer: u16,
    },
}

/// A cursor that hands out fixed-width pieces.
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
    length: usize,
}

impl<'a> Reader<'a> {
    /// A reader over content whose length must be exactly `expected`.
    pub(crate) fn exact(bytes: &'a [u8], expected: usize) -> Result<Self, ContentError> {
        if bytes.len() != expected {
            return Err(ContentError::Length { expected, found: bytes.len() });
        }
        Ok(Self::open(bytes))
    }

    /// A reader over content whose length depends on a count inside it; ends with [`Reader::finish`].
    pub(crate) fn open(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, length: bytes.len() }
    }

    /// The next `N` bytes.
    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], ContentError> {
        let (head, rest) = self.rest.split_first_chunk::<N>().ok_or(ContentError::Length {
            expected: self.length.saturating_sub(self.rest.len()).saturating_add(N),
            found: self.length,
        })?;
        self.rest = rest;
        Ok(*head)
    }

    /// Two bytes, big-endian.
    pub(crate) fn u16(&mut self) -> Result<u16, ContentError> {
        Ok(u16::from_be_bytes(self.array()?))
    }

    /// A canonical point other than the identity.
    pub(crate) fn point(&mut self) -> Result<PointBytes, ContentError> {
        let bytes = PointBytes(self.array()?);
        match bytes.decode() {
            Ok(_) => Ok(bytes),
            Err(_) => Err(ContentError::Point { from_end: self.rest.len() }),
        }
    }

    /// A canonical point; the identity only where `identity` says that it must be, and nothing else there.
    pub(crate) fn point_or_zero(&mut self, identity: bool) -> Result<PointBytes, ContentError> {
        if !identity {
            return self.point();
        }
        let bytes = PointBytes(self.array()?);
        if bytes.0 != [0; 32] {
            return Err(ContentError::Point { from_end: self.rest.len() });
        }
        Ok(bytes)
    }

    /// `count` points.
    pub(crate) fn points(&mut self, count: usize) -> Result<Vec<PointBytes>, ContentError> {
        (0..count).map(|_| self.point()).collect()
    }

    /// A canonical scalar.
    pub(crate) fn scalar(&mut self) -> Result<Scalar, ContentError> {
        let bytes = self.array()?;
        decode_scalar(&bytes).map_err(|_| ContentError::Scalar { from_end: self.rest.len() })
    }

    /// `count` scalars.
    pub(crate) fn scalars(&mut self, count: usize) -> Result<Vec<Scalar>, ContentError> {
        (0..count).map(|_| self.scalar()).collect()
    }

    /// `A ‖ z` of a proof of knowledge.
    pub(crate) fn knowledge(&mut self) -> Result<KnowledgeProof, ContentError> {
        Ok(KnowledgeProof { a: self.point()?, z: self.scalar()? })
    }

    /// `A ‖ z` of a proof of knowledge of a list.
    pub(crate) fn list_knowledge(&mut self) -> Result<ListKnowledgeProof, ContentError> {
        Ok(ListKnowledgeProof { a: self.point()?, z: self.scalar()? })
    }

    /// `U ‖ V ‖ s` of a proof of equal logarithms.
    pub(crate) fn dleq(&mut self) -> Result<DleqProof, ContentError> {
        Ok(DleqProof { u: self.point()?, v: self.point()?, s: self.scalar()? })
    }

    /// Nothing may be left.
    pub(crate) fn finish(self) -> Result<(), ContentError> {
        if self.rest.is_empty() {
            return Ok(());
        }
        Err(ContentError::Length {
            expected: self.length.saturating_sub(self.rest.len()),
            found: self.length,
        })
    }
}

/// Writes `A ‖ z`.
pub(crate) fn put_knowledge(bytes: &mut Vec<u8>, proof: &KnowledgeProof) {
    bytes.extend_from_slice(&proof.a.0);
    bytes.extend_from_slice(proof.z.as_bytes());
}

/// Writes `A ‖ z`.
pub(crate) fn put_list_knowledge(bytes: &mut Vec<u8>, proof: &ListKnowledgeProof) {
    bytes.extend_from_slice(&proof.a.0);
    bytes.extend_from_slice(proof.z.as_bytes());
}

/// Writes `U ‖ V ‖ s`.
pub(crate) fn put_dleq(bytes: &mut Vec<u8>, proof: &DleqProof) {
    bytes.extend_from_slice(&proof.u.0);
    bytes.extend_from_slice(&proof.v.0);
    bytes.extend_from_slice(proof.s.as_bytes());
}

/// Writes points one after another.
pub(crate) fn put_points(bytes: &mut Vec<u8>, points: &[PointBytes]) {
    for point in points {
        bytes.extend_from_slice(&point.0);
    }
}

/// Writes scalars one after another.
pub(crate) fn put_scalars(bytes: &mut Vec<u8>, scalars: &[Scalar]) {
    for scalar in scalars {
        bytes.extend_from_slice(scalar.as_bytes());
    }
}
