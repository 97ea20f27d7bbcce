//! A file encrypted to a printer's public key, in the format of age (age-encryption.org/v1) with one X25519 recipient:
//! the printer makes the key and opens the file with `age` or `rage`, programs that are none of ours.
//!
//! ⚠ Written here from the format's description: the library of that name calls itself beta and brings 180 packages, a
//! pre-release of a cipher among them, into a program that holds every voter's code. The tests open such files with
//! Debian's `age`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use bech32::primitives::decode::CheckedHrpstring;
use chacha20poly1305::aead::{Aead, KeyInit as _};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};
use curve25519_dalek::montgomery::MontgomeryPoint;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use thiserror::Error;
use zeroize::Zeroizing;

const VERSION_LINE: &str = "age-encryption.org/v1\n";
const INFO_RECIPIENT: &[u8] = b"age-encryption.org/v1/X25519";
/// Bytes of plaintext in a chunk.
const CHUNK: usize = 65_536;

/// Why a file is not encrypted.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PrinterError {
    /// Not a public key.
    #[error(
        "{0:?} is no public key of age: the printer runs `age-keygen` and gives out the line that begins with age1"
    )]
    Key(String),
    /// The secret key was given.
    #[error(
        "this is the printer's secret key: it must never leave the printer; ask for the line that begins with age1, and for a new key"
    )]
    SecretKey,
    /// A point of small order: anyone could open the file.
    #[error("this public key is a weak one, which nobody makes by accident: ask the printer for a new key")]
    Weak,
    /// The cipher refused.
    #[error("the file is too long to be encrypted")]
    Cipher,
}

/// A printer's public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrinterKey([u8; 32]);

/// 48 fresh bytes: the ephemeral key and the file's key. Wiped.
pub type Fresh = Zeroizing<[u8; 48]>;

impl PrinterKey {
    /// Reads a key as `age-keygen` prints it.
    ///
    /// # Errors
    /// [`PrinterError`].
    pub fn parse(text: &str) -> Result<Self, PrinterError> {
        let text = text.trim();
        if text.to_ascii_uppercase().starts_with("AGE-SECRET-KEY-") {
            return Err(PrinterError::SecretKey);
        }
        let wrong = || PrinterError::Key(text.chars().take(80).collect());
        let parsed = CheckedHrpstring::new::<bech32::Bech32>(text).map_err(|_| wrong())?;
        let bytes: Vec<u8> = parsed.byte_iter().collect();
        let key = <[u8; 32]>::try_from(bytes.as_slice()).map_err(|_| wrong())?;
        if parsed.hrp().as_str() == "age" { Ok(Self(key)) } else { Err(wrong()) }
    }

    /// Encrypts a whole file. `fresh` must be fresh, `nonce` too.
    ///
    /// # Errors
    /// [`PrinterError`].
    pub fn encrypt(&self, plain: &[u8], fresh: &Fresh, nonce: &[u8; 16]) -> Result<Vec<u8>, PrinterError> {
        let (ephemeral, file_key) = fresh.split_first_chunk::<32>().ok_or(PrinterError::Cipher)?;
        let share = MontgomeryPoint::mul_base_clamped(*ephemeral).to_bytes();
        let shared = Zeroizing::new(MontgomeryPoint(self.0).mul_clamped(*ephemeral).to_bytes());
        if *shared == [0; 32] {
            return Err(PrinterError::Weak);
        }
        let wrap_key = derive(&[share, self.0].concat(), shared.as_slice(), INFO_RECIPIENT);
        let wrapped = seal(&wrap_key, [0; 12], file_key)?;
        let header = format!(
            "{VERSION_LINE}-> X25519 {}\n{}\n---",
            STANDARD_NO_PAD.encode(share),
            STANDARD_NO_PAD.encode(wrapped)
        );
        let tag = authenticate(derive(&[], file_key, b"header").as_slice(), &[header.as_bytes()]);
        let chunks = plain.len().div_ceil(CHUNK).max(1);
        let mut file = Vec::with_capacity(header.len() + 64 + plain.len() + 16 * chunks);
        file.extend_from_slice(header.as_bytes());
        file.extend_from_slice(format!(" {}\n", STANDARD_NO_PAD.encode(tag.as_slice())).as_bytes());
        file.extend_from_slice(nonce);
        let payload_key = derive(nonce, file_key, b"payload");
        for number in 0..chunks {
            let begins = number.saturating_mul(CHUNK);
            let chunk = plain.get(begins..plain.len().min(begins.saturating_add(CHUNK))).unwrap_or_default();
            let nonce = chunk_nonce(number, number.saturating_add(1) == chunks);
            file.extend_from_slice(&seal(&payload_key, nonce, chunk)?);
        }
        Ok(file)
    }
}

fn seal(key: &[u8; 32], nonce: [u8; 12], plain: &[u8]) -> Result<Vec<u8>, PrinterError> {
    ChaCha20Poly1305::new(&(*key).into())
        .encrypt(&Nonce::from(nonce), plain)
        .map_err(|_| PrinterError::Cipher)
}

/// Eleven bytes of the chunk's number and one that says whether it is the last.
fn chunk_nonce(number: usize, last: bool) -> [u8; 12] {
    let mut nonce = [0; 12];
    let number = (number as u64).to_be_bytes();
    nonce.iter_mut().skip(3).zip(number).for_each(|(to, from)| *to = from);
    if let Some(end) = nonce.last_mut() {
        *end = u8::from(last);
    }
    nonce
}

/// HKDF with SHA-256 (RFC 5869), one block of output.
fn derive(salt: &[u8], secret: &[u8], info: &[u8]) -> Zeroizing<[u8; 32]> {
    let key = authenticate(salt, &[secret]);
    authenticate(key.as_slice(), &[info, &[1]])
}

fn authenticate(key: &[u8], parts: &[&[u8]]) -> Zeroizing<[u8; 32]> {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of every length")]
    let mut mac = <Hmac<Sha256>>::new_from_slice(key).expect("HMAC takes keys of every length");
    parts.iter().for_each(|part| mac.update(part));
    Zeroizing::new(mac.finalize().into_bytes().into())
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::process::{Command, Stdio};

    use super::*;

    /// The other side, written as the format's description has it.
    fn open(secret: [u8; 32], file: &[u8]) -> Option<Vec<u8>> {
        let end = file.windows(5).position(|five| five == b"\n--- ")?;
        let (header, rest) = file.split_at(end + 4);
        let (tag, rest) = rest.split_at_checked(45)?;
        let lines: Vec<&str> = std::str::from_utf8(header).ok()?.lines().collect();
        let share: [u8; 32] =
            STANDARD_NO_PAD.decode(lines[1].strip_prefix("-> X25519 ")?).ok()?.try_into().ok()?;
        let own = MontgomeryPoint::mul_base_clamped(secret).to_bytes();
        let shared = MontgomeryPoint(share).mul_clamped(secret).to_bytes();
        let wrap_key = derive(&[share, own].concat(), &shared, INFO_RECIPIENT);
        let wrapped = STANDARD_NO_PAD.decode(lines[2]).ok()?;
        let open = |key: &[u8; 32], nonce: [u8; 12], bytes: &[u8]| {
            ChaCha20Poly1305::new(&(*key).into()).decrypt(&Nonce::from(nonce), bytes).ok()
        };
        let file_key = open(&wrap_key, [0; 12], &wrapped)?;
        let expected = authenticate(derive(&[], &file_key, b"header").as_slice(), &[header]);
        if STANDARD_NO_PAD.encode(expected.as_slice()).as_bytes() != &tag[1..44] {
            return None;
        }
        let (nonce, payload) = rest.split_first_chunk::<16>()?;
        let key = derive(nonce, &file_key, b"payload");
        let chunks: Vec<&[u8]> = payload.chunks(CHUNK + 16).collect();
        let opened = chunks
            .iter()
            .enumerate()
            .map(|(number, chunk)| open(&key, chunk_nonce(number, number + 1 == chunks.len()), chunk));
        Some(opened.collect::<Option<Vec<_>>>()?.concat())
    }

    fn key_of(secret: [u8; 32]) -> PrinterKey {
        PrinterKey(MontgomeryPoint::mul_base_clamped(secret).to_bytes())
    }

    #[test]
    fn what_is_encrypted_is_opened_by_the_secret_key_and_by_no_other() {
        for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK] {
            let plain: Vec<u8> = (0..length).map(|n| n as u8).collect();
            let file = key_of([7; 32]).encrypt(&plain, &Zeroizing::new([3; 48]), &[4; 16]).unwrap();
            assert_eq!(open([7; 32], &file).unwrap(), plain, "{length}");
            assert!(open([8; 32], &file).is_none());
            let mut changed = file.clone();
            *changed.last_mut().unwrap() ^= 1;
            assert!(open([7; 32], &changed).is_none());
        }
    }

    #[test]
    fn a_printers_key_is_read_and_everything_else_refused() {
        // The example of age's own documentation.
        let text = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";
        assert!(PrinterKey::parse(&format!(" {text}\n")).is_ok());
        let mistyped = text.replacen("ql3", "ql4", 1);
        let other = bech32::encode::<bech32::Bech32>(bech32::Hrp::parse("bc").unwrap(), &[1; 32]).unwrap();
        let short = bech32::encode::<bech32::Bech32>(bech32::Hrp::parse("age").unwrap(), &[1; 31]).unwrap();
        for wrong in [mistyped.as_str(), "", "ssh-ed25519 AAAA", &other, &short] {
            assert!(matches!(PrinterKey::parse(wrong), Err(PrinterError::Key(_))), "{wrong}");
        }
        assert_eq!(PrinterKey::parse("AGE-SECRET-KEY-1QQ"), Err(PrinterError::SecretKey));
        let weak = PrinterKey([0; 32]).encrypt(b"x", &Zeroizing::new([3; 48]), &[4; 16]);
        assert_eq!(weak, Err(PrinterError::Weak));
    }

    /// `age` itself opens the file, where it is installed or may be.
    #[test]
    fn the_program_age_opens_what_is_encrypted_here() {
        if !plebiscite_support::tools::installed("age", "age") {
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        let secret =
            bech32::encode_upper::<bech32::Bech32>(bech32::Hrp::parse("age-secret-key-").unwrap(), &[7; 32]);
        let identity = folder.path().join("key.txt");
        std::fs::write(&identity, secret.unwrap()).unwrap();
        let plain: Vec<u8> = (0..CHUNK + 5).map(|n| (n % 251) as u8).collect();
        let file = key_of([7; 32]).encrypt(&plain, &Zeroizing::new([3; 48]), &[4; 16]).unwrap();
        let mut age = Command::new("age");
        age.args(["--decrypt", "--identity"]).arg(&identity);
        let mut age = age.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut input = age.stdin.take().unwrap();
        let writer = std::thread::spawn(move || input.write_all(&file));
        let opened = age.wait_with_output().unwrap();
        writer.join().unwrap().unwrap();
        assert!(opened.status.success() && opened.stdout == plain);
    }
}
