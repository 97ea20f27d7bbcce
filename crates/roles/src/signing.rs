//! Whose signatures an act still takes, by number and name, and the whole commands by which they are given (§24.5).
//!
//! Nothing here is about one program: whoever signs, official, registrar or trustee, is told who comes next and what that
//! person types.

use plebiscite_election::counted::counted;
use plebiscite_election::entry::{Entry, Role};
use plebiscite_election::manifest::Manifest;
use plebiscite_election::manifest::document::Document;
use plebiscite_election::record::Record;
use plebiscite_verifier::printable::Printable;

use crate::proposal::{Proposal, numbered};

/// What stands in a command where only its reader knows the folder.
pub const FOLDER: &str = "FOLDER";

/// A word of a POSIX shell, quoted where it has to be.
#[must_use]
pub fn word(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:@%+,=".contains(&byte);
    if !text.is_empty() && text.bytes().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// A member as people know it: `trustee 3 (NAME)`.
#[must_use]
pub fn named(document: &Document, role: Role, number: u16) -> String {
    let place = usize::from(number);
    let member = match role {
        Role::Official => document.officials.keys.get(place),
        Role::Registrar => document.registrars.members.get(place),
        Role::Trustee => place.checked_sub(1).and_then(|place| document.trustees.members.get(place)),
        Role::Board => None,
    };
    let counted = numbered(role, number);
    member.map_or_else(|| counted.clone(), |member| format!("{counted} ({})", Printable(&member.name)))
}

/// The numbers of all members of a role, as the protocol numbers them.
pub fn numbers(document: &Document, role: Role) -> impl Iterator<Item = u16> + use<> {
    let (first, count) = match role {
        Role::Official => (0, document.officials.keys.len()),
        Role::Registrar => (0, document.registrars.members.len()),
        Role::Trustee => (1, document.trustees.members.len()),
        Role::Board => (0, 0),
    };
    (first..=u16::MAX).take(count)
}

/// Where an act is: in a file, or on the record's server under the first digits of its number.
#[derive(Clone, Copy, Debug)]
pub enum Held<'h> {
    /// A file.
    File(&'h str),
    /// On the server.
    Number(&'h str),
}

/// The log that an act belongs to, as commands name it.
#[derive(Clone, Debug)]
pub struct At {
    /// The log's address, or a folder.
    pub record: String,
    /// The election's id, or the fingerprint on the letter.
    pub election: String,
}

/// Some of a role whose signatures an act takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The role.
    pub role: Role,
    /// How many more of them sign.
    pub count: usize,
    /// The numbers of those who have not signed yet.
    pub from: Vec<u16>,
}

/// What an act takes, and where it is.
#[derive(Debug)]
pub struct Course<'c> {
    takes: Vec<(Role, usize)>,
    document: &'c Document,
    at: Option<At>,
}

impl<'c> Course<'c> {
    /// That of a manifest, before which there is no log.
    #[must_use]
    pub fn of_manifest(manifest: &'c Manifest) -> Self {
        let takes = vec![(Role::Official, manifest.officials_quorum())];
        Self { takes, document: manifest.document(), at: None }
    }

    /// That of any other act, on the record that was verified; none before its manifest stands.
    #[must_use]
    pub fn of_act(proposal: &Proposal, record: &'c Record, at: At) -> Option<Self> {
        let document = record.manifest()?.document();
        Some(Self { takes: proposal.takes(record), document, at: Some(at) })
    }

    /// How many signatures of a role it takes.
    #[must_use]
    pub fn takes(&self, role: Role) -> usize {
        self.takes.iter().find(|taken| taken.0 == role).map_or(0, |taken| taken.1)
    }

    /// Whose signatures are missing yet.
    #[must_use]
    pub fn missing(&self, proposal: &Proposal) -> Vec<Missing> {
        let of = |(role, takes): &(Role, usize)| {
            let signed = proposal.signers(*role);
            let count = takes.saturating_sub(signed.len());
            let from = numbers(self.document, *role).filter(|number| !signed.contains(number)).collect();
            (count > 0).then_some(Missing { role: *role, count, from })
        };
        self.takes.iter().filter_map(of).collect()
    }

    /// `1 more official: official 2 (B) or official 3 (C)`.
    #[must_use]
    pub fn in_words(&self, missing: &Missing) -> String {
        let names: Vec<String> =
            missing.from.iter().map(|number| named(self.document, missing.role, *number)).collect();
        let (between, some) = match (missing.count, missing.from.len()) {
            (count, all) if count >= all => (", ", String::new()),
            (1, _) => (" or ", String::new()),
            (count, _) => (", ", format!("{count} of ")),
        };
        let more = counted(missing.count, &format!("more {}", missing.role.name()));
        format!("{more}: {some}{}", names.join(between))
    }

    /// What somebody of a role types to sign; none where the role does not sign the act.
    #[must_use]
    pub fn signing(&self, proposal: &Proposal, role: Role, held: Held<'_>, folder: &str) -> Option<String> {
        let (program, command) = match (role, proposal.entry()) {
            (Role::Official, _) => ("plebiscite-admin", "sign"),
            (Role::Registrar, Entry::RollSeal(_)) => ("plebiscite-registrar", "seal"),
            (Role::Registrar, Entry::Replacement(_)) => ("plebiscite-registrar", "replace"),
            (Role::Trustee, Entry::Successor(_)) => ("plebiscite-trustee", "sign"),
            _ => return None,
        };
        Some(format!("{program} {command} {}{} --folder {}", subject(held), self.log(), word(folder)))
    }

    /// What anybody types once no signature is missing.
    #[must_use]
    pub fn posting(&self, held: Held<'_>) -> String {
        let target = match &self.at {
            Some(at) => format!(" --record {}", word(&at.record)),
            None => " --bundle manifest.bundle".to_owned(),
        };
        format!("plebiscite-admin post {}{target}", subject(held))
    }

    /// What comes next, a line for each who is awaited.
    #[must_use]
    pub fn lines(&self, proposal: &Proposal, held: Held<'_>) -> Vec<String> {
        let missing = self.missing(proposal);
        if missing.is_empty() {
            let after = match &self.at {
                Some(_) => "",
                None => {
                    ", which the server's operator adds by add-election; or --server URL instead of --bundle, where the server takes elections so"
                }
            };
            return vec![format!("no signature is missing; next: {}{after}", self.posting(held))];
        }
        // Of a replacement the registrars make the new credential first; before that officials have nothing to sign.
        let unmade = matches!(proposal.entry(), Entry::Replacement(act)
            if act.body.parts.len() < self.takes(Role::Registrar));
        let of = |missing: &Missing| {
            let command = self.signing(proposal, missing.role, held, FOLDER)?;
            let first = if unmade { "first, for each adds a part and signs afterwards: " } else { "" };
            Some(format!("missing: {first}{}; type: {command}", self.in_words(missing)))
        };
        let now = |missing: &&Missing| !unmade || missing.role == Role::Registrar;
        let mut lines: Vec<String> = missing.iter().filter(now).filter_map(of).collect();
        if unmade {
            lines.push(format!(
                "then, once the parts of all registrars are in it: {}",
                counted(self.takes(Role::Official), "official")
            ));
        }
        lines
    }

    fn log(&self) -> String {
        self.at.as_ref().map_or_else(String::new, |at| {
            format!(" --record {} --election {}", word(&at.record), word(&at.election))
        })
    }
}

fn subject(held: Held<'_>) -> String {
    match held {
        Held::File(file) => word(file),
        Held::Number(number) => format!("--proposal {}", word(number)),
    }
}

#[cfg(test)]
mod tests {
    use plebiscite_crypto::group::{PointBytes, Scalar};
    use plebiscite_crypto::proof::knowledge::KnowledgeProof;
    use plebiscite_election::credential::{
        Replacement, ReplacementPart, ReplacementReason, ReplacementRequest,
    };
    use plebiscite_election::entry::{Act, ElectionId, RollSeal, Seen};
    use plebiscite_support::{Shape, document, key_of};

    use super::*;

    fn roll_seal() -> Proposal {
        let body = RollSeal { attempt: 1, count: 9, roll_root: [3; 32], base: [4; 32] };
        let seen = Seen { size: 5, root: [6; 32] };
        Proposal::of(Entry::RollSeal(Act::unsigned(ElectionId([7; 32]), seen, body))).unwrap()
    }

    #[test]
    fn of_a_replacement_the_registrars_come_first() {
        let document = document(&Shape::default());
        let at = At { record: "http://h/e/0/".to_owned(), election: "ABCD".to_owned() };
        let takes = vec![(Role::Official, 2), (Role::Registrar, 2)];
        let course = Course { takes, document: &document, at: Some(at) };
        let request =
            ReplacementRequest { index: 2, number: 1, old: PointBytes::G, reason: ReplacementReason::Lost };
        let seen = Seen { size: 5, root: [6; 32] };
        let of = |parts: usize| {
            let proof = KnowledgeProof { a: PointBytes::G, z: Scalar::ONE };
            let part = ReplacementPart { part: PointBytes::G, proof };
            let body = Replacement { request, parts: vec![part; parts] };
            Proposal::of(Entry::Replacement(Act::unsigned(ElectionId([7; 32]), seen, body))).unwrap()
        };
        let first = course.lines(&of(1), Held::File("r.act"));
        assert_eq!(first.len(), 2, "{first:?}");
        assert!(first[0].contains("plebiscite-registrar replace r.act"), "{first:?}");
        assert!(first[1].ends_with("2 officials") && !first[1].contains("type:"), "{first:?}");
        let then = course.lines(&of(2), Held::File("r.act"));
        assert!(then[0].contains("plebiscite-admin sign r.act"), "{then:?}");
        assert!(then[1].contains("plebiscite-registrar replace r.act"), "{then:?}");
    }

    #[test]
    fn whoever_is_missing_is_named_with_the_whole_command_and_nobody_else() {
        let document = document(&Shape::default());
        let at = At { record: "http://h/e/0/".to_owned(), election: "ABCD".to_owned() };
        let takes = vec![(Role::Official, 2), (Role::Registrar, 2)];
        let course = Course { takes, document: &document, at: Some(at) };
        let mut proposal = roll_seal();
        assert_eq!(
            course.lines(&proposal, Held::File("my act")),
            [
                "missing: 2 more officials: 2 of official 1 (official 1), official 2 (official 2), official 3 (official 3); type: plebiscite-admin sign 'my act' --record http://h/e/0/ --election ABCD --folder FOLDER",
                "missing: 2 more registrars: registrar 1 (registrar 1), registrar 2 (registrar 2); type: plebiscite-registrar seal 'my act' --record http://h/e/0/ --election ABCD --folder FOLDER",
            ]
        );
        proposal.sign((Role::Official, 1), &key_of("official", 1), course.takes(Role::Official)).unwrap();
        proposal.sign((Role::Registrar, 1), &key_of("registrar", 1), course.takes(Role::Registrar)).unwrap();
        let lines = course.lines(&proposal, Held::Number("0123"));
        assert!(lines[0].starts_with(
            "missing: 1 more official: official 1 (official 1) or official 3 (official 3); type: plebiscite-admin sign --proposal 0123"
        ));
        assert!(lines[1].starts_with("missing: 1 more registrar: registrar 1 (registrar 1); "), "{lines:?}");
        proposal.sign((Role::Official, 0), &key_of("official", 0), 2).unwrap();
        proposal.sign((Role::Registrar, 0), &key_of("registrar", 0), 2).unwrap();
        assert_eq!(
            course.lines(&proposal, Held::Number("0123")),
            ["no signature is missing; next: plebiscite-admin post --proposal 0123 --record http://h/e/0/"]
        );
        assert_eq!(course.signing(&proposal, Role::Trustee, Held::File("f"), "x"), None);
    }
}
