//! signed-note: text, a blank line, signature lines (§11.4).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};
use thiserror::Error;

/// Algorithm byte of Ed25519 signatures.
const ED25519: u8 = 1;
/// Most signature lines that a note may have.
const SIGNATURE_LIMIT: usize = 100;
/// Longest note, in bytes.
const NOTE_LIMIT: usize = 65_536;

/// A key that signs notes: its name, its id, its Ed25519 public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteKey {
    name: String,
    key: VerifyingKey,
}

/// One signature line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteSignature {
    /// The key's name.
    pub name: String,
    /// SHA-256(name ‖ 0A ‖ algorithm ‖ key)[..4].
    pub id: [u8; 4],
    /// What follows the id.
    pub bytes: Vec<u8>,
}

/// A note: its text, and its signatures, nothing of it verified yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The text with its final newline.
    pub text: String,
    /// The signature lines.
    pub signatures: Vec<NoteSignature>,
}

/// Why a note is refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NoteError {
    /// Not text, blank line, signature lines.
    #[error("not a signed note")]
    Malformed,
    /// A known key's signature does not verify.
    #[error("the signature of {name} does not verify")]
    Wrong {
        /// The key's name.
        name: String,
    },
    /// No known key signed.
    #[error("no known key signed the note")]
    Unsigned,
    /// A name with a plus, a white space or a control character below U+0020, or an empty one.
    #[error("not a key name")]
    Name,
    /// Text that is no verifier key.
    #[error("not a verifier key")]
    Key,
}

impl NoteKey {
    /// A key under a name.
    ///
    /// # Errors
    /// [`NoteError::Name`].
    pub fn new(name: &str, key: VerifyingKey) -> Result<Self, NoteError> {
        if is_name(name) { Ok(Self { name: name.to_owned(), key }) } else { Err(NoteError::Name) }
    }

    /// The key's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The Ed25519 key.
    #[must_use]
    pub const fn key(&self) -> &VerifyingKey {
        &self.key
    }

    /// The four bytes that signature lines name it by.
    #[must_use]
    pub fn id(&self) -> [u8; 4] {
        key_id(&self.name, ED25519, self.key.as_bytes())
    }

    /// `name+hex8(id)+base64(algorithm ‖ key)`.
    #[must_use]
    pub fn vkey(&self) -> String {
        let bytes = [&[ED25519], self.key.as_bytes().as_slice()].concat();
        format!("{}+{}+{}", self.name, hex::encode(self.id()), STANDARD.encode(bytes))
    }

    /// Reads what [`Self::vkey`] writes.
    ///
    /// # Errors
    /// [`NoteError::Key`].
    pub fn parse(vkey: &str) -> Result<Self, NoteError> {
        let (name, key) = parse_vkey(vkey, ED25519)?;
        let parsed = Self::new(&name, key).map_err(|_| NoteError::Key)?;
        if parsed.vkey() == vkey { Ok(parsed) } else { Err(NoteError::Key) }
    }
}

/// SHA-256(name ‖ 0A ‖ algorithm ‖ key)[..4].
pub(crate) fn key_id(name: &str, algorithm: u8, key: &[u8]) -> [u8; 4] {
    let digest =
        Sha256::new().chain_update(name).chain_update([b'\n', algorithm]).chain_update(key).finalize();
    let mut id = [0; 4];
    id.iter_mut().zip(digest).for_each(|(place, byte)| *place = byte);
    id
}

/// Name and Ed25519 key of a verifier key of one algorithm; that it is spelled the one way is the caller's to check.
pub(crate) fn parse_vkey(vkey: &str, algorithm: u8) -> Result<(String, VerifyingKey), NoteError> {
    let (name, key) = split_vkey(vkey, algorithm)?;
    let key: [u8; 32] = key.try_into().map_err(|_| NoteError::Key)?;
    Ok((name, VerifyingKey::from_bytes(&key).map_err(|_| NoteError::Key)?))
}

/// Name and key material of a verifier key of one algorithm.
pub(crate) fn split_vkey(vkey: &str, algorithm: u8) -> Result<(String, Vec<u8>), NoteError> {
    let (name, rest) = vkey.split_once('+').ok_or(NoteError::Key)?;
    let (_, key) = rest.split_once('+').ok_or(NoteError::Key)?;
    let bytes = STANDARD.decode(key).map_err(|_| NoteError::Key)?;
    let (found, key) = bytes.split_first().ok_or(NoteError::Key)?;
    if *found == algorithm { Ok((name.to_owned(), key.to_vec())) } else { Err(NoteError::Key) }
}

/// Signs a text, which ends in a newline, under a name.
///
/// # Errors
/// [`NoteError::Malformed`] for a text that no note can have, [`NoteError::Name`].
pub fn sign(text: &str, name: &str, key: &SigningKey) -> Result<String, NoteError> {
    if !is_text(text) {
        return Err(NoteError::Malformed);
    }
    let own = NoteKey::new(name, key.verifying_key())?;
    let signature = key.sign(text.as_bytes()).to_bytes();
    Ok(format!("{text}\n{}", line(name, own.id(), &signature)))
}

/// One signature line.
#[must_use]
pub fn line(name: &str, id: [u8; 4], signature: &[u8]) -> String {
    format!("\u{2014} {name} {}\n", STANDARD.encode([id.as_slice(), signature].concat()))
}

impl Note {
    /// Reads a note. Nothing is verified.
    ///
    /// # Errors
    /// [`NoteError::Malformed`].
    pub fn parse(bytes: &[u8]) -> Result<Self, NoteError> {
        if bytes.len() > NOTE_LIMIT {
            return Err(NoteError::Malformed);
        }
        let all = std::str::from_utf8(bytes).map_err(|_| NoteError::Malformed)?;
        let cut = all.rfind("\n\n").ok_or(NoteError::Malformed)?;
        let (text, lines) = all.split_at_checked(cut + 1).ok_or(NoteError::Malformed)?;
        let lines = lines
            .strip_prefix('\n')
            .and_then(|lines| lines.strip_suffix('\n'))
            .ok_or(NoteError::Malformed)?;
        if !is_text(text) {
            return Err(NoteError::Malformed);
        }
        let signatures: Vec<_> = lines.split('\n').map(parse_line).collect::<Result<_, _>>()?;
        if signatures.len() > SIGNATURE_LIMIT {
            return Err(NoteError::Malformed);
        }
        Ok(Self { text: text.to_owned(), signatures })
    }

    /// Checks that a key signed the text, by the strict rule for Ed25519. Lines of other keys are passed over.
    ///
    /// # Errors
    /// [`NoteError::Wrong`] or [`NoteError::Unsigned`].
    pub fn verify(&self, key: &NoteKey) -> Result<(), NoteError> {
        let id = key.id();
        let mut signed = false;
        for own in self.signatures.iter().filter(|signature| signature.name == key.name && signature.id == id)
        {
            let wrong = || NoteError::Wrong { name: key.name.clone() };
            let signature = Signature::from_slice(&own.bytes).map_err(|_| wrong())?;
            key.key.verify_strict(self.text.as_bytes(), &signature).map_err(|_| wrong())?;
            signed = true;
        }
        if signed { Ok(()) } else { Err(NoteError::Unsigned) }
    }
}

fn parse_line(line: &str) -> Result<NoteSignature, NoteError> {
    let rest = line.strip_prefix("\u{2014} ").ok_or(NoteError::Malformed)?;
    let (name, encoded) = rest.split_once(' ').ok_or(NoteError::Malformed)?;
    let bytes = STANDARD.decode(encoded).map_err(|_| NoteError::Malformed)?;
    let (id, bytes) = bytes.split_first_chunk::<4>().ok_or(NoteError::Malformed)?;
    if !is_name(name) || bytes.is_empty() {
        return Err(NoteError::Malformed);
    }
    Ok(NoteSignature { name: name.to_owned(), id: *id, bytes: bytes.to_vec() })
}

pub(crate) fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.chars().any(|c| c == '+' || c.is_whitespace() || is_control(c))
}

/// Below U+0020, and no more than these: signed-note's readers all refuse the same notes.
const fn is_control(c: char) -> bool {
    c < ' '
}

impl Note {
    /// The note's bytes: text, blank line, signature lines in their order.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let lines =
            self.signatures.iter().map(|signature| line(&signature.name, signature.id, &signature.bytes));
        format!("{}\n{}", self.text, lines.collect::<String>()).into_bytes()
    }
}

/// Reads signature lines as they stand at a note's end, each with its newline: what a witness answers.
///
/// # Errors
/// [`NoteError::Malformed`].
pub fn parse_lines(text: &str) -> Result<Vec<NoteSignature>, NoteError> {
    let lines = text.strip_suffix('\n').ok_or(NoteError::Malformed)?;
    let signatures: Vec<_> = lines.split('\n').map(parse_line).collect::<Result<_, _>>()?;
    if signatures.len() > SIGNATURE_LIMIT { Err(NoteError::Malformed) } else { Ok(signatures) }
}

/// Lines of text, the last one ended, no other control character, no blank line at the end.
fn is_text(text: &str) -> bool {
    text.ends_with('\n')
        && !text.ends_with("\n\n")
        && text.len() > 1
        && !text.chars().any(|c| is_control(c) && c != '\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(seed: u8) -> SigningKey {
        SigningKey::from_bytes(&[seed; 32])
    }

    #[test]
    fn a_note_is_verified_by_its_key_and_by_no_other() {
        let own = NoteKey::new("example.org/log", key(1).verifying_key()).unwrap();
        let signed = sign("example.org/log\n3\nroot\n", "example.org/log", &key(1)).unwrap();
        let note = Note::parse(signed.as_bytes()).unwrap();
        assert_eq!(note.verify(&own), Ok(()));
        let other = NoteKey::new("example.org/log", key(2).verifying_key()).unwrap();
        assert_eq!(note.verify(&other), Err(NoteError::Unsigned));
        assert_eq!(NoteKey::parse(&own.vkey()), Ok(own.clone()));
        let mut forged = note.clone();
        forged.text = "example.org/log\n4\nroot\n".to_owned();
        assert!(matches!(forged.verify(&own), Err(NoteError::Wrong { .. })));
        // A known key's false signature refuses the note, even beside a true one.
        let mut both = note.clone();
        both.signatures.extend(forged.signatures);
        both.signatures[1].bytes[5] ^= 1;
        assert!(both.verify(&own).is_err());
    }

    #[test]
    fn seventeen_signatures_are_read_and_bytes_that_are_no_note_are_not() {
        let mut signed = sign("log\n1\nroot\n", "log", &key(1)).unwrap();
        for seed in 2..18 {
            let name = format!("witness{seed}");
            let other = sign("log\n1\nroot\n", &name, &key(seed)).unwrap();
            signed.push_str(other.split_once("\n\n").unwrap().1);
        }
        assert_eq!(Note::parse(signed.as_bytes()).unwrap().signatures.len(), 17);
        let own = NoteKey::new("log", key(1).verifying_key()).unwrap();
        assert_eq!(Note::parse(signed.as_bytes()).unwrap().verify(&own), Ok(()));
        for cut in 0..signed.len() - 1 {
            if let Ok(note) = Note::parse(&signed.as_bytes()[..cut]) {
                assert!(note.signatures.len() < 17);
            }
        }
        for bad in [
            &b""[..],
            b"\n\n",
            b"text\n",
            b"text\n\n",
            b"a\n\n- name sig\n",
            b"\xff\n\n\xe2\x80\x94 n AAAAAAA=\n",
        ] {
            assert_eq!(Note::parse(bad), Err(NoteError::Malformed));
        }
    }

    /// Other readers take these notes, and two readers must not come to two verdicts.
    #[test]
    fn a_line_is_refused_for_control_characters_below_u0020_and_for_no_others() {
        let own = NoteKey::new("log", key(1).verifying_key()).unwrap();
        let signed = sign("log\n1\nroot\n", "log", &key(1)).unwrap();
        let with = |name: &str| Note::parse((signed.clone() + &line(name, [0; 4], &[1])).as_bytes());
        for name in ["w\u{7f}", "w\u{80}", "\u{9f}", "w\u{ad}"] {
            assert_eq!(with(name).unwrap().verify(&own), Ok(()), "{name:?}");
        }
        for name in ["w\u{1f}", "\u{0}", "w\t", "w\u{85}", "w\u{a0}", "a+b", ""] {
            assert_eq!(with(name), Err(NoteError::Malformed), "{name:?}");
        }
        let text = |c: char| sign(&format!("lo{c}g\n1\nroot\n"), "log", &key(1));
        assert!(text('\u{7f}').is_ok());
        assert_eq!(text('\u{1f}'), Err(NoteError::Malformed));
    }

    #[test]
    fn a_note_has_at_most_65_536_bytes_and_100_signature_lines() {
        let signed = sign("log\n1\nroot\n", "log", &key(1)).unwrap();
        let lines = |more: usize| signed.clone() + &line("w", [0; 4], &[1]).repeat(more);
        assert!(Note::parse(lines(99).as_bytes()).is_ok());
        assert_eq!(Note::parse(lines(100).as_bytes()), Err(NoteError::Malformed));
        let filled = |length: usize| {
            let empty = signed.len() + line("", [0; 4], &[1]).len();
            signed.clone() + &line(&"w".repeat(length - empty), [0; 4], &[1])
        };
        assert!(Note::parse(filled(65_536).as_bytes()).is_ok());
        assert_eq!(Note::parse(filled(65_537).as_bytes()), Err(NoteError::Malformed));
    }
}
