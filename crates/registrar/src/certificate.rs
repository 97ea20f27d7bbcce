//! The certificate that personal files were destroyed: which ones, in which election, on which state of its record, signed
//! by the registrar (§24.10).
//!
//! ⚠ It says what this program overwrote and removed on this machine. Copies elsewhere, backups, and what a disk keeps of
//! blocks that were written anew are beyond it.

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use plebiscite_election::entry::{ElectionId, Seen};
use plebiscite_election::record::Phase;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The first bytes of what is signed; no entry's and no checkpoint's signed bytes begin so (§19.2).
const DOMAIN: &[u8] = b"plebiscite destruction/v1\n";
/// What a certificate calls itself.
const KIND: &str = "plebiscite destruction/v1";
/// Longest certificate that is read.
pub const FILE_LIMIT: u64 = 64 * 1024 * 1024;

/// One file that was destroyed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Destroyed {
    /// The file's own name, without its folder.
    pub name: String,
    /// Its length in bytes.
    pub length: u64,
    /// SHA-256 of its bytes, 64 hexadecimal digits.
    pub sha256: String,
}

/// A certificate, as its JSON has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// What this is.
    pub kind: String,
    /// The election's id.
    pub election: String,
    /// The registrar's number, from 0.
    pub registrar: u16,
    /// The registrar's public key.
    pub key: String,
    /// `certified` or `cancelled`.
    pub phase: String,
    /// Entries of the record that was verified before anything was destroyed.
    pub size: u64,
    /// Its root.
    pub root: String,
    /// What was destroyed, in the order in which it was.
    pub files: Vec<Destroyed>,
    /// Ed25519, over §24.10's bytes.
    pub signature: String,
}

/// Why a certificate is false.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CertificateError {
    /// Not its form.
    #[error("the certificate is malformed: {0}")]
    Form(String),
    /// A signature of somebody else, or over something else.
    #[error("the certificate's signature is not that of its key over what it says")]
    Signature,
    /// Not of this record.
    #[error("the certificate does not fit the record: {0}")]
    Record(&'static str),
}

/// The phases on which personal files may be destroyed: nothing that needs them can follow.
#[must_use]
pub fn may_destroy(phase: Phase) -> bool {
    matches!(phase, Phase::Certified | Phase::Cancelled)
}

impl Certificate {
    /// Signs what was destroyed.
    ///
    /// # Errors
    /// A text that is longer than its length can say.
    pub fn sign(
        election: ElectionId,
        (registrar, key): (u16, &SigningKey),
        (phase, seen): (Phase, &Seen),
        files: Vec<Destroyed>,
    ) -> Result<Self, CertificateError> {
        let mut certificate = Self {
            kind: KIND.to_owned(),
            election: election.to_string(),
            registrar,
            key: hex::encode(key.verifying_key().as_bytes()),
            phase: phase.name().to_owned(),
            size: seen.size,
            root: hex::encode(seen.root),
            files,
            signature: String::new(),
        };
        certificate.signature = hex::encode(key.sign(&certificate.signed_bytes()?).to_bytes());
        Ok(certificate)
    }

    /// Reads a certificate and verifies its signature by the key that it names. Whose key that is, is not known by it.
    ///
    /// # Errors
    /// [`CertificateError`].
    pub fn read(bytes: &[u8]) -> Result<Self, CertificateError> {
        let form = |error: serde_json::Error| CertificateError::Form(error.to_string());
        let read: Self = serde_json::from_slice(bytes).map_err(form)?;
        if read.kind != KIND {
            return Err(CertificateError::Form(format!("its kind is not {KIND}")));
        }
        let key = VerifyingKey::from_bytes(&digits(&read.key, "key")?)
            .map_err(|_| CertificateError::Form("its key is none".to_owned()))?;
        let signature = Signature::from_bytes(&digits(&read.signature, "signature")?);
        key.verify_strict(&read.signed_bytes()?, &signature).map_err(|_| CertificateError::Signature)?;
        Ok(read)
    }

    /// Holds it against a verified record: the election, the registrar's key, and the root at its size.
    ///
    /// # Errors
    /// [`CertificateError::Record`].
    pub fn check(
        &self,
        election: ElectionId,
        registrar: Option<&VerifyingKey>,
        phase: Phase,
        root: Option<[u8; 32]>,
    ) -> Result<(), CertificateError> {
        let wrong = |what| Err(CertificateError::Record(what));
        if self.election != election.to_string() {
            return wrong("it is of another election");
        }
        if registrar.is_none_or(|key| hex::encode(key.as_bytes()) != self.key) {
            return wrong("its key is not that registrar's");
        }
        if root.is_none_or(|root| hex::encode(root) != self.root) {
            return wrong("the record had another root at that size");
        }
        if !may_destroy(phase) || phase.name() != self.phase {
            return wrong("the record is in another phase");
        }
        Ok(())
    }

    fn signed_bytes(&self) -> Result<Vec<u8>, CertificateError> {
        let long = |_| CertificateError::Form("a text is too long".to_owned());
        let mut bytes = DOMAIN.to_vec();
        bytes.extend_from_slice(&digits::<32>(&self.election, "election")?);
        bytes.extend_from_slice(&self.registrar.to_be_bytes());
        bytes.extend_from_slice(&digits::<32>(&self.key, "key")?);
        let text = |bytes: &mut Vec<u8>, text: &str| {
            bytes.extend_from_slice(&u16::try_from(text.len()).map_err(long)?.to_be_bytes());
            bytes.extend_from_slice(text.as_bytes());
            Ok::<_, CertificateError>(())
        };
        text(&mut bytes, &self.phase)?;
        bytes.extend_from_slice(&self.size.to_be_bytes());
        bytes.extend_from_slice(&digits::<32>(&self.root, "root")?);
        bytes.extend_from_slice(&u32::try_from(self.files.len()).map_err(long)?.to_be_bytes());
        for file in &self.files {
            text(&mut bytes, &file.name)?;
            bytes.extend_from_slice(&file.length.to_be_bytes());
            bytes.extend_from_slice(&digits::<32>(&file.sha256, "digest")?);
        }
        Ok(bytes)
    }
}

/// Lower-case hexadecimal digits and nothing else.
fn digits<const N: usize>(text: &str, what: &str) -> Result<[u8; N], CertificateError> {
    let mut bytes = [0; N];
    let decoded = hex::decode_to_slice(text, &mut bytes).is_ok() && hex::encode(bytes) == text;
    if decoded { Ok(bytes) } else { Err(CertificateError::Form(format!("its {what} is not hexadecimal"))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ELECTION: ElectionId = ElectionId([1; 32]);

    fn signed() -> Certificate {
        let file =
            |name: &str, n| Destroyed { name: name.to_owned(), length: 9, sha256: hex::encode([n; 32]) };
        let files = vec![file("codes-1.vault", 2), file("letters-ZH-1.pdf", 3)];
        let (key, seen) = (SigningKey::from_bytes(&[8; 32]), Seen { size: 7, root: [4; 32] });
        Certificate::sign(ELECTION, (1, &key), (Phase::Certified, &seen), files).unwrap()
    }

    fn written(certificate: &Certificate) -> Vec<u8> {
        serde_json::to_vec(certificate).unwrap()
    }

    #[test]
    fn a_certificate_is_read_back_and_every_change_of_it_found() {
        let good = signed();
        assert_eq!(Certificate::read(&written(&good)).unwrap(), good);
        let change = |change: &dyn Fn(&mut Certificate)| {
            let mut changed = good.clone();
            change(&mut changed);
            Certificate::read(&written(&changed)).unwrap_err()
        };
        let other = hex::encode([9; 32]);
        for changed in [
            change(&|c| c.election = other.clone()),
            change(&|c| c.registrar = 0),
            change(&|c| c.phase = "cancelled".to_owned()),
            change(&|c| c.size = 8),
            change(&|c| c.root = other.clone()),
            change(&|c| c.files.truncate(1)),
            change(&|c| c.files[0].name = "other".to_owned()),
            change(&|c| c.files[0].length = 1),
            change(&|c| c.files[1].sha256 = other.clone()),
            change(&|c| c.key = hex::encode(SigningKey::from_bytes(&[7; 32]).verifying_key().as_bytes())),
        ] {
            assert_eq!(changed, CertificateError::Signature);
        }
        for changed in [
            change(&|c| c.kind = "other".to_owned()),
            change(&|c| c.root = c.root.to_uppercase().replace('0', "A")),
            change(&|c| c.signature.truncate(10)),
        ] {
            assert!(matches!(changed, CertificateError::Form(_)), "{changed}");
        }
        assert!(Certificate::read(b"{}").is_err());
    }

    #[test]
    fn a_certificate_is_held_against_the_record() {
        let (good, key) = (signed(), SigningKey::from_bytes(&[8; 32]).verifying_key());
        let other_key = SigningKey::from_bytes(&[7; 32]).verifying_key();
        let root = Some([4; 32]);
        assert_eq!(good.check(ELECTION, Some(&key), Phase::Certified, root), Ok(()));
        for false_one in [
            good.check(ElectionId([2; 32]), Some(&key), Phase::Certified, root),
            good.check(ELECTION, Some(&other_key), Phase::Certified, root),
            good.check(ELECTION, None, Phase::Certified, root),
            good.check(ELECTION, Some(&key), Phase::Cancelled, root),
            good.check(ELECTION, Some(&key), Phase::Certified, Some([5; 32])),
            good.check(ELECTION, Some(&key), Phase::Certified, None),
        ] {
            assert!(matches!(false_one, Err(CertificateError::Record(_))));
        }
        assert!(may_destroy(Phase::Certified) && may_destroy(Phase::Cancelled));
        assert!(Phase::ALL.iter().filter(|phase| may_destroy(**phase)).count() == 2);
    }
}
