//! Keys and witnesses as people pass them on.

use plebiscite_board::cosignature::WitnessKey;
use plebiscite_election::manifest::document::Member;
use plebiscite_election::manifest::key::PublicKey;

/// A key as the manifest writes it.
///
/// # Errors
/// A sentence that says what a key looks like.
pub fn key(text: &str) -> Result<PublicKey, String> {
    let mut bytes = [0; 32];
    let plain = !text.bytes().any(|byte| byte.is_ascii_uppercase());
    let decoded = plain && hex::decode_to_slice(text, &mut bytes).is_ok();
    let key = decoded.then_some(PublicKey(bytes)).ok_or("a key is 64 lower-case hexadecimal digits")?;
    key.decode().map(|_| key).map_err(|fault| format!("the key is {fault}; ask its holder for it again"))
}

/// A witness, by the verifier key that it prints, or as `NAME=KEY` or `NAME KEY`.
///
/// # Errors
/// A sentence that says how it is written.
pub fn witness(text: &str) -> Result<Member, String> {
    let text = text.trim();
    if let Ok(witness) = WitnessKey::parse(text) {
        return Ok(Member { name: witness.name().to_owned(), key: PublicKey(witness.key().to_bytes()) });
    }
    let parted = text.rsplit_once(['=', ' ']).filter(|(name, _)| !name.contains('+'));
    let (name, hex) = parted.ok_or(
        "a witness is the verifier key that plebiscite-witness new-key prints (NAME+8 digits+base64), or NAME=KEY",
    )?;
    let key = key(hex)?;
    let decoded = key.decode().map_err(|fault| fault.to_string())?;
    let named = WitnessKey::new(name.trim(), decoded)
        .map_err(|_| "the name of a witness is printable ASCII without spaces and plus signs".to_owned())?;
    if !named.name().bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err("the name of a witness is printable ASCII without spaces and plus signs".to_owned());
    }
    Ok(Member { name: named.name().to_owned(), key })
}

#[cfg(test)]
mod tests {
    use super::*;
    use plebiscite_support::key_of;

    #[test]
    fn a_witness_is_read_from_its_verifier_key_and_from_name_and_key() {
        let held = key_of("witness", 1).verifying_key();
        let vkey = WitnessKey::new("w.example", held).unwrap().vkey();
        let expected = Member { name: "w.example".to_owned(), key: PublicKey(held.to_bytes()) };
        let hex = hex::encode(held.to_bytes());
        for text in
            [vkey.clone(), format!("w.example={hex}"), format!("w.example {hex}"), format!(" {vkey}\n")]
        {
            assert_eq!(witness(&text).as_ref(), Ok(&expected), "{text}");
        }
        let changed = vkey.replacen("w.example", "v.example", 1);
        for text in ["", "w", &hex, &changed, &format!("w w={hex}"), &format!("Zürich={hex}"), "w=00"] {
            assert!(witness(text).is_err(), "{text}");
        }
    }
}
