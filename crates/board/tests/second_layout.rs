//! A second signature's bytes by hand (§11.15), beside the crate's own: what C2SP's document says, written out once more.
#![cfg(feature = "ml-dsa")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop where it fails"
)]

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ml_dsa::{EncodedVerifyingKey, MlDsa44, Signature, VerifyingKey};
use plebiscite_board::second::SecondSigner;
use sha2::{Digest, Sha256};

const ROOT: [u8; 32] = [0x5a; 32];

#[test]
fn line_id_and_signed_message_are_those_of_the_document() {
    let signer = SecondSigner::new("w.example/1", &[4; 32]).unwrap();
    let text = format!("log.example\n513\n{}\n", STANDARD.encode(ROOT));
    let line = signer.cosign(&text, 0x0102_0304).unwrap();
    let encoded = line.strip_prefix("\u{2014} w.example/1 ").unwrap().strip_suffix('\n').unwrap();
    let bytes = STANDARD.decode(encoded).unwrap();
    assert_eq!(bytes.len(), 4 + 8 + 2_420);
    let hashed = [b"w.example/1\n\x06".as_slice(), signer.own().bytes()].concat();
    assert_eq!(bytes[..4], Sha256::digest(&hashed)[..4]);
    assert_eq!(bytes[4..12], [0, 0, 0, 0, 1, 2, 3, 4]);
    let mut message = b"subtree/v1\n\0\x0bw.example/1\0\0\0\0\x01\x02\x03\x04\x0blog.example".to_vec();
    message.extend_from_slice(&[0; 8]);
    message.extend_from_slice(&[0, 0, 0, 0, 0, 0, 2, 1]);
    message.extend_from_slice(&ROOT);
    assert_eq!(message.len(), 12 + 12 + 8 + 12 + 8 + 8 + 32);
    let key = EncodedVerifyingKey::<MlDsa44>::try_from(signer.own().bytes()).unwrap();
    let key = VerifyingKey::<MlDsa44>::decode(&key);
    let signature = Signature::<MlDsa44>::try_from(&bytes[12..]).unwrap();
    assert!(key.verify_with_context(&message, &[], &signature));
    assert!(!key.verify_with_context(&message, b"x", &signature));
    *message.last_mut().unwrap() ^= 1;
    assert!(!key.verify_with_context(&message, &[], &signature));
}
