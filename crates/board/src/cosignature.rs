//! tlog-cosignature: what a witness says of a checkpoint that it found to extend every one before it (§11.9).
//!
//! Ed25519, `cosignature/v1`: the signature covers the time and the checkpoint's whole text.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};

use crate::note::{self, Note, NoteError, is_name, key_id};

/// Algorithm byte of Ed25519 cosignatures.
const COSIGNATURE: u8 = 4;
/// Greatest time, seconds since 1970: 2^63 − 1.
const LATEST: u64 = i64::MAX as u64;

/// A witness's key under its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WitnessKey {
    name: String,
    key: VerifyingKey,
}

impl WitnessKey {
    /// A key under a name.
    ///
    /// # Errors
    /// [`NoteError::Name`].
    pub fn new(name: &str, key: VerifyingKey) -> Result<Self, NoteError> {
        if is_name(name) { Ok(Self { name: name.to_owned(), key }) } else { Err(NoteError::Name) }
    }

    /// The witness's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The Ed25519 key.
    #[must_use]
    pub const fn key(&self) -> &VerifyingKey {
        &self.key
    }

    /// The four bytes that signature lines name it by: not those of the same key as a log's.
    #[must_use]
    pub fn id(&self) -> [u8; 4] {
        key_id(&self.name, COSIGNATURE, self.key.as_bytes())
    }

    /// `name+hex8(id)+base64(04 ‖ key)`.
    #[must_use]
    pub fn vkey(&self) -> String {
        let bytes = [&[COSIGNATURE], self.key.as_bytes().as_slice()].concat();
        format!("{}+{}+{}", self.name, hex::encode(self.id()), STANDARD.encode(bytes))
    }

    /// Reads what [`Self::vkey`] writes.
    ///
    /// # Errors
    /// [`NoteError::Key`].
    pub fn parse(vkey: &str) -> Result<Self, NoteError> {
        let (name, key) = note::parse_vkey(vkey, COSIGNATURE)?;
        let parsed = Self::new(&name, key).map_err(|_| NoteError::Key)?;
        if parsed.vkey() == vkey { Ok(parsed) } else { Err(NoteError::Key) }
    }

    /// The greatest time at which this witness cosigned the note's text; none where it has no line in it. Lines of
    /// others are passed over. Public data only.
    ///
    /// # Errors
    /// [`NoteError::Wrong`] where any line of this witness does not verify.
    pub fn time_of(&self, note: &Note) -> Result<Option<u64>, NoteError> {
        let id = self.id();
        let own = note.signatures.iter().filter(|line| line.name == self.name && line.id == id);
        let mut latest = None;
        for line in own {
            latest = latest.max(Some(self.verify(&note.text, &line.bytes)?));
        }
        Ok(latest)
    }

    fn verify(&self, text: &str, bytes: &[u8]) -> Result<u64, NoteError> {
        let wrong = || NoteError::Wrong { name: self.name.clone() };
        let (time, signature) = bytes.split_first_chunk::<8>().ok_or_else(wrong)?;
        let time = u64::from_be_bytes(*time);
        let signature = Signature::from_slice(signature).map_err(|_| wrong())?;
        if time > LATEST {
            return Err(wrong());
        }
        self.key.verify_strict(message(text, time).as_bytes(), &signature).map_err(|_| wrong())?;
        Ok(time)
    }
}

/// A witness's signature line under a checkpoint's text, at a time in seconds since 1970. Whoever calls this has checked
/// that the checkpoint extends the last one that this witness cosigned, and has made it durable.
///
/// # Errors
/// [`NoteError::Name`], or [`NoteError::Malformed`] for a time beyond 2^63 − 1.
pub fn cosign(text: &str, name: &str, time: u64, key: &SigningKey) -> Result<String, NoteError> {
    let own = WitnessKey::new(name, key.verifying_key())?;
    if time > LATEST {
        return Err(NoteError::Malformed);
    }
    let signature = key.sign(message(text, time).as_bytes()).to_bytes();
    Ok(note::line(name, own.id(), &[time.to_be_bytes().as_slice(), &signature].concat()))
}

fn message(text: &str, time: u64) -> String {
    format!("cosignature/v1\ntime {time}\n{text}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTE: &str =
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

    fn key(seed: u8) -> SigningKey {
        SigningKey::from_bytes(&[seed; 32])
    }

    fn noted(lines: &[String]) -> Note {
        Note::parse(format!("{NOTE}\n{}", lines.concat()).as_bytes()).unwrap()
    }

    #[test]
    fn a_cosignature_holds_for_its_text_time_and_key_only() {
        let witness = WitnessKey::new("witness.example/w1", key(1).verifying_key()).unwrap();
        let line = cosign(NOTE, "witness.example/w1", 1_679_315_147, &key(1)).unwrap();
        let note = noted(std::slice::from_ref(&line));
        assert_eq!(witness.time_of(&note), Ok(Some(1_679_315_147)));
        let wrong = Err(NoteError::Wrong { name: "witness.example/w1".to_owned() });
        for place in 0..note.signatures[0].bytes.len() {
            let mut bad = note.clone();
            bad.signatures[0].bytes[place] ^= 1;
            assert_eq!(witness.time_of(&bad), wrong, "byte {place}");
        }
        let other = Note { text: NOTE.replace('3', "4"), ..note.clone() };
        assert_eq!(witness.time_of(&other), wrong);
        let stranger = WitnessKey::new("witness.example/w1", key(2).verifying_key()).unwrap();
        assert_eq!(stranger.time_of(&note), Ok(None));
        let renamed = WitnessKey::new("witness.example/w2", key(1).verifying_key()).unwrap();
        assert_eq!(renamed.time_of(&note), Ok(None));
        // A signature of the log's kind by the same key is no cosignature.
        let plain = crate::note::sign(NOTE, "witness.example/w1", &key(1)).unwrap();
        assert_eq!(witness.time_of(&Note::parse(plain.as_bytes()).unwrap()), Ok(None));
    }

    #[test]
    fn the_latest_of_several_times_counts_and_one_false_line_refuses_all() {
        let witness = WitnessKey::new("w", key(1).verifying_key()).unwrap();
        let lines: Vec<String> =
            [5, 9, 7].iter().map(|time| cosign(NOTE, "w", *time, &key(1)).unwrap()).collect();
        let mut note = noted(&lines);
        assert_eq!(witness.time_of(&note), Ok(Some(9)));
        note.signatures[2].bytes[0] ^= 1;
        assert!(witness.time_of(&note).is_err());
        assert!(cosign(NOTE, "w", u64::MAX, &key(1)).is_err());
        assert!(cosign(NOTE, "w w", 1, &key(1)).is_err());
    }

    #[test]
    fn verifier_keys_are_spelled_one_way_and_are_not_those_of_logs() {
        let witness = WitnessKey::new("w", key(1).verifying_key()).unwrap();
        assert_eq!(WitnessKey::parse(&witness.vkey()), Ok(witness.clone()));
        let log = crate::note::NoteKey::new("w", key(1).verifying_key()).unwrap();
        assert_ne!(log.id(), witness.id());
        assert_eq!(WitnessKey::parse(&log.vkey()), Err(NoteError::Key));
        assert!(crate::note::NoteKey::parse(&witness.vkey()).is_err());
        for bad in ["", "w", "w+00", "w+00000000+", "w+zz+BAAA"] {
            assert_eq!(WitnessKey::parse(bad), Err(NoteError::Key));
        }
    }
}
