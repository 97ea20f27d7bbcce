//! ML-DSA-44 cosignatures: a second signature, which stands beside one by Ed25519 and replaces none (§11.15).
//!
//! The type 06 of C2SP's tlog-cosignature. Whoever breaks Ed25519 some day finds these lines in the way. The code that makes
//! and verifies them (the crate `ml-dsa`) has never been audited: no quorum counts them unless a policy names such a key
//! itself. Signing is FIPS 204's deterministic variant, so that nothing is drawn here.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ml_dsa::{EncodedVerifyingKey, Keypair, MlDsa44, Signature, VerifyingKey};

use crate::checkpoint::Checkpoint;
use crate::note::{self, Note, NoteError, is_name, key_id};

/// Algorithm byte of ML-DSA-44 cosignatures.
const SECOND: u8 = 6;
/// Longest name and longest origin that the signed message can hold.
const NAME_LIMIT: usize = 255;
/// Greatest time, seconds since 1970: 2^63 − 1.
const LATEST: u64 = i64::MAX as u64;
/// What every signed message begins with.
const LABEL: &[u8; 12] = b"subtree/v1\n\0";

/// A cosigner's ML-DSA-44 key under its name.
#[derive(Clone, Debug, PartialEq)]
pub struct SecondKey {
    name: String,
    bytes: EncodedVerifyingKey<MlDsa44>,
    key: VerifyingKey<MlDsa44>,
}

impl Eq for SecondKey {}

/// A cosigner's secret, wiped on drop.
pub struct SecondSigner {
    own: SecondKey,
    secret: ml_dsa::SigningKey<MlDsa44>,
}

impl std::fmt::Debug for SecondSigner {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("SecondSigner").field("name", &self.own.name).finish_non_exhaustive()
    }
}

impl SecondKey {
    /// A key of 1,312 bytes under a name of at most 255.
    ///
    /// # Errors
    /// [`NoteError::Name`] or [`NoteError::Key`].
    pub fn new(name: &str, key: &[u8]) -> Result<Self, NoteError> {
        if !is_name(name) || name.len() > NAME_LIMIT {
            return Err(NoteError::Name);
        }
        let bytes = EncodedVerifyingKey::<MlDsa44>::try_from(key).map_err(|_| NoteError::Key)?;
        Ok(Self { name: name.to_owned(), key: VerifyingKey::decode(&bytes), bytes })
    }

    /// The cosigner's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The key's 1,312 bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The four bytes that signature lines name it by.
    #[must_use]
    pub fn id(&self) -> [u8; 4] {
        key_id(&self.name, SECOND, &self.bytes)
    }

    /// `name+hex8(id)+base64(06 ‖ key)`.
    #[must_use]
    pub fn vkey(&self) -> String {
        let bytes = [&[SECOND], self.bytes()].concat();
        format!("{}+{}+{}", self.name, hex::encode(self.id()), STANDARD.encode(bytes))
    }

    /// Reads what [`Self::vkey`] writes.
    ///
    /// # Errors
    /// [`NoteError::Key`].
    pub fn parse(vkey: &str) -> Result<Self, NoteError> {
        let (name, key) = note::split_vkey(vkey, SECOND)?;
        let parsed = Self::new(&name, &key).map_err(|_| NoteError::Key)?;
        if parsed.vkey() == vkey { Ok(parsed) } else { Err(NoteError::Key) }
    }

    /// The greatest time at which this key cosigned the note's checkpoint; 0 where it says nothing of the time, none where
    /// it has no line in the note. Lines of others are passed over. Public data only.
    ///
    /// # Errors
    /// [`NoteError::Wrong`] where any line of this key does not verify, or the text is no checkpoint.
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
        let signature = Signature::<MlDsa44>::try_from(signature).map_err(|_| wrong())?;
        let message = message(text, &self.name, time).ok_or_else(wrong)?;
        if self.key.verify_with_context(&message, &[], &signature) { Ok(time) } else { Err(wrong()) }
    }
}

impl SecondSigner {
    /// From the 32 bytes of a secret seed.
    ///
    /// # Errors
    /// [`NoteError::Name`].
    pub fn new(name: &str, seed: &[u8; 32]) -> Result<Self, NoteError> {
        let secret = ml_dsa::SigningKey::<MlDsa44>::from_seed(seed.into());
        let own = SecondKey::new(name, &secret.verifying_key().encode())?;
        Ok(Self { own, secret })
    }

    /// The public half.
    #[must_use]
    pub const fn own(&self) -> &SecondKey {
        &self.own
    }

    /// A signature line under a checkpoint's text, at a time in seconds since 1970, or at 0 to say nothing of the time.
    /// Whoever calls this has checked what [`crate::cosignature::cosign`] asks for.
    ///
    /// # Errors
    /// [`NoteError::Malformed`] for a text that is no checkpoint or a time beyond 2^63 − 1.
    pub fn cosign(&self, text: &str, time: u64) -> Result<String, NoteError> {
        let message = message(text, &self.own.name, time).ok_or(NoteError::Malformed)?;
        let secret = self.secret.expanded_key();
        let signature = secret.sign_deterministic(&message, &[]).map_err(|_| NoteError::Malformed)?;
        let bytes = [time.to_be_bytes().as_slice(), &signature.encode()].concat();
        Ok(note::line(&self.own.name, self.own.id(), &bytes))
    }
}

/// What is signed: the whole tree of a checkpoint is the subtree that begins at 0. None where it cannot be said.
fn message(text: &str, name: &str, time: u64) -> Option<Vec<u8>> {
    let checkpoint = Checkpoint::parse(text).ok().filter(|_| time <= LATEST)?;
    let short = |text: &str| Some([&[u8::try_from(text.len()).ok()?], text.as_bytes()].concat());
    let numbers = [0, checkpoint.size].map(u64::to_be_bytes).concat();
    let (name, origin) = (short(name)?, short(&checkpoint.origin)?);
    Some([LABEL, name.as_slice(), &time.to_be_bytes(), &origin, &numbers, &checkpoint.root.0].concat())
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::SigningKey;

    use super::*;
    use crate::cosignature::{WitnessKey, cosign};

    const TEXT: &str =
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

    fn signer(seed: u8) -> SecondSigner {
        SecondSigner::new("w", &[seed; 32]).unwrap()
    }

    fn noted(text: &str, lines: &[String]) -> Note {
        Note::parse(format!("{text}\n{}", lines.concat()).as_bytes()).unwrap()
    }

    #[test]
    fn a_second_signature_holds_for_its_text_time_name_and_key_only() {
        let line = signer(1).cosign(TEXT, 1_679_315_147).unwrap();
        let note = noted(TEXT, std::slice::from_ref(&line));
        let own = signer(1).own().clone();
        assert_eq!(own.time_of(&note), Ok(Some(1_679_315_147)));
        assert_eq!(note.signatures[0].bytes.len(), 8 + 2_420);
        let wrong = Err(NoteError::Wrong { name: "w".to_owned() });
        for place in (0..note.signatures[0].bytes.len()).step_by(7) {
            let mut bad = note.clone();
            bad.signatures[0].bytes[place] ^= 1;
            assert_eq!(own.time_of(&bad), wrong, "byte {place}");
        }
        for text in
            [TEXT.replace("20852163", "20852164"), TEXT.replace("sofa", "bed"), TEXT.replace("dkM", "dlM")]
        {
            assert_eq!(own.time_of(&Note { text, ..note.clone() }), wrong);
        }
        for length in [0, 8, 2_427, 2_429] {
            let mut bad = note.clone();
            bad.signatures[0].bytes.resize(length, 0);
            assert_eq!(own.time_of(&bad), wrong, "{length} bytes");
        }
        assert_eq!(signer(2).own().time_of(&note), Ok(None));
        // The name is signed too: the line under another name of the same key is false.
        let renamed = SecondKey::new("v", own.bytes()).unwrap();
        let mut moved = note.clone();
        (moved.signatures[0].name, moved.signatures[0].id) = ("v".to_owned(), renamed.id());
        assert_eq!(renamed.time_of(&moved), Err(NoteError::Wrong { name: "v".to_owned() }));
    }

    #[test]
    fn of_a_note_with_both_kinds_each_key_reads_its_own_line_and_a_false_second_line_refuses_the_note() {
        let ed25519 = SigningKey::from_bytes(&[9; 32]);
        let first = WitnessKey::new("w", ed25519.verifying_key()).unwrap();
        let lines = [cosign(TEXT, "w", 5, &ed25519).unwrap(), signer(1).cosign(TEXT, 0).unwrap()];
        let note = noted(TEXT, &lines);
        assert_eq!((first.time_of(&note), signer(1).own().time_of(&note)), (Ok(Some(5)), Ok(Some(0))));
        let mut bad = note.clone();
        bad.signatures[1].bytes[100] ^= 1;
        // Who does not know the second key is not disturbed by it.
        assert_eq!(first.time_of(&bad), Ok(Some(5)));
        assert!(signer(1).own().time_of(&bad).is_err());
    }

    #[test]
    fn what_is_no_checkpoint_or_has_no_room_for_its_name_is_not_signed() {
        assert!(signer(1).cosign(TEXT, i64::MAX as u64).is_ok());
        assert_eq!(signer(1).cosign(TEXT, 1 << 63), Err(NoteError::Malformed));
        assert_eq!(signer(1).cosign("log\n1\nroot\n", 1), Err(NoteError::Malformed));
        let root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
        let long = |length: usize| signer(1).cosign(&format!("{}\n1\n{root}\n", "o".repeat(length)), 1);
        assert!(long(255).is_ok() && long(256).is_err());
        assert!(SecondSigner::new(&"w".repeat(255), &[1; 32]).is_ok());
        assert!(SecondSigner::new(&"w".repeat(256), &[1; 32]).is_err());
        assert!(SecondSigner::new("w w", &[1; 32]).is_err());
    }

    #[test]
    fn second_verifier_keys_are_spelled_one_way_and_are_no_other_kinds() {
        let own = signer(1).own().clone();
        assert_eq!(SecondKey::parse(&own.vkey()), Ok(own.clone()));
        assert_eq!(own.bytes().len(), 1_312);
        assert!(WitnessKey::parse(&own.vkey()).is_err() && crate::note::NoteKey::parse(&own.vkey()).is_err());
        let other = WitnessKey::new("w", SigningKey::from_bytes(&[9; 32]).verifying_key()).unwrap();
        assert!(SecondKey::parse(&other.vkey()).is_err());
        for bad in ["", "w", "w+00", "w+00000000+", "w+00000000+BgAA"] {
            assert_eq!(SecondKey::parse(bad), Err(NoteError::Key));
        }
        assert_eq!(SecondKey::new("w", &[0; 1_311]), Err(NoteError::Key));
    }

    #[test]
    fn a_signers_secret_is_not_printed_and_its_signatures_are_always_the_same() {
        assert_eq!(format!("{:?}", signer(7)), r#"SecondSigner { name: "w", .. }"#);
        assert_eq!(signer(7).cosign(TEXT, 3), signer(7).cosign(TEXT, 3));
        assert_ne!(signer(7).cosign(TEXT, 3), signer(7).cosign(TEXT, 4));
    }
}
