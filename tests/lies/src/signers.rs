//! Lies about who signed the seal: only exactly `u` named officials, ascending, each with its own key as an official.

use plebiscite_election::entry::{Act, NumberedSignature, Role, Seal, Signatures, sign, signed_bytes};
use plebiscite_support::{Election, key_of, signatures};

use ed25519_dalek::Signer;

use crate::{Lie, Told, next, voted};

/// The lies of this file.
pub(crate) const LIES: &[Lie] = &[
    ("a seal by too few officials", "entry-signatures", too_few),
    ("a seal by too many officials", "entry-signatures", too_many),
    ("a seal signed twice by one official", "entry-signatures", twice_one),
    ("a seal whose signers descend", "entry-signatures", descending),
    ("a seal by an outsider", "entry-signatures", outsider),
    ("a seal by an official whom the manifest does not name", "entry-signatures", unnamed),
    ("a seal by the officials' keys in the trustees' name", "entry-signatures", other_name),
    ("a seal by trustees in the officials' name", "entry-signatures", trustees),
    ("a seal signed without its role", "entry-signatures", no_role),
    ("a seal with another's signature of another seal", "entry-signatures", other_bytes),
];

/// The true seal under the signatures that are made for its bytes.
fn sealed_by(make: impl Fn(&Election, &[u8]) -> Signatures) -> Told {
    let mut election = voted();
    election.close();
    let good = election.seal_entry();
    let (size, body) = election.record.seal_body().unwrap();
    let mut act: Act<Seal> = Act::unsigned(election.id(), election.seen_at(size), body);
    act.officials = make(&election, &act.unsigned_bytes());
    let bad = act.encode();
    next(election, &[good], &[bad])
}

fn one(signer: u16, signature: [u8; 64]) -> NumberedSignature {
    NumberedSignature { signer, signature }
}

fn own(election: &Election, signer: u16, bytes: &[u8]) -> NumberedSignature {
    one(signer, sign(Role::Official, &election.officials[usize::from(signer)], bytes))
}

fn too_few() -> Told {
    sealed_by(|election, bytes| signatures(Role::Official, &election.officials[..1], 0, bytes))
}

fn too_many() -> Told {
    sealed_by(|election, bytes| signatures(Role::Official, &election.officials, 0, bytes))
}

fn twice_one() -> Told {
    sealed_by(|election, bytes| Signatures(vec![own(election, 1, bytes), own(election, 1, bytes)]))
}

fn descending() -> Told {
    sealed_by(|election, bytes| Signatures(vec![own(election, 1, bytes), own(election, 0, bytes)]))
}

fn outsider() -> Told {
    sealed_by(|election, bytes| {
        let outside = sign(Role::Official, &key_of("outsider", 0), bytes);
        Signatures(vec![own(election, 0, bytes), one(1, outside)])
    })
}

fn unnamed() -> Told {
    sealed_by(|election, bytes| {
        let outside = sign(Role::Official, &key_of("official", 3), bytes);
        Signatures(vec![own(election, 0, bytes), one(3, outside)])
    })
}

fn other_name() -> Told {
    sealed_by(|election, bytes| signatures(Role::Trustee, &election.officials[..2], 0, bytes))
}

fn trustees() -> Told {
    sealed_by(|election, bytes| signatures(Role::Official, &election.trustees[..2], 0, bytes))
}

fn no_role() -> Told {
    sealed_by(|election, bytes| {
        let bare = election.officials[1].sign(bytes).to_bytes();
        assert_ne!(signed_bytes(Role::Official, bytes), bytes);
        Signatures(vec![own(election, 0, bytes), one(1, bare)])
    })
}

fn other_bytes() -> Told {
    sealed_by(|election, bytes| {
        let mut other = bytes.to_vec();
        *other.last_mut().unwrap() ^= 1;
        Signatures(vec![own(election, 0, bytes), own(election, 1, &other)])
    })
}
